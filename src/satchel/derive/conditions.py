"""What an `if` says: is its test true in the browser, does it ask whether there is a GPU, what does a `try` catch."""

from __future__ import annotations

import ast
from collections.abc import Iterable

from satchel.derive.scope import Scope

# Calls that ask for a GPU and are content without one.
GPU_QUESTIONS = frozenset(
    {
        "torch.cuda.is_available",
        "torch.cuda.device_count",
        "torch.backends.cuda.is_built",
        "torch.backends.mps.is_available",
        "torch.accelerator.is_available",
        "tensorflow.config.list_physical_devices",
        "tensorflow.config.experimental.list_physical_devices",
        "tensorflow.config.list_logical_devices",
        "tensorflow.test.is_gpu_available",
        "tensorflow.test.is_built_with_cuda",
        "tensorflow.test.gpu_device_name",
        "numba.cuda.is_available",
        "cupy.is_available",
        "cupy.cuda.is_available",
        "cupy.cuda.runtime.getDeviceCount",
        "GPUtil.getAvailable",
    }
)
GPU_WORDS = ("cuda", "gpu", "rocm", "mps")
# Module names that only exist on other platforms than the browser, and those that only exist there.
_ELSEWHERE = frozenset({"google.colab", "kaggle", "kaggle_secrets", "IPython.kernel"})
_HERE = frozenset({"pyodide", "js", "micropip", "piplite", "pyodide_js", "pyodide_kernel"})
_COLAB = frozenset({"in_colab", "is_colab", "on_colab", "running_in_colab", "colab"})
_IMPORT_ERRORS = frozenset({"ImportError", "ModuleNotFoundError", "Exception", "BaseException"})


def holds_in_browser(test: ast.expr, scope: Scope) -> bool | None:
    """Whether a test is true (False: never true) in the browser's Python; None if that depends."""
    match test:
        case ast.Constant(value=value):
            return bool(value)
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            holds = holds_in_browser(inner, scope)
            return None if holds is None else not holds
        case ast.BoolOp(op=op, values=values):
            return _combined([holds_in_browser(value, scope) for value in values], isinstance(op, ast.And))
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            return _compared(left, op, right, scope)
        case ast.Name() | ast.Attribute() | ast.Call():
            return _named(test, scope)
    return None


def asks_for_gpu(test: ast.expr, scope: Scope) -> bool | None:
    """True: the test holds if there is a GPU. False: it holds if there is none. None: it is about something else."""
    asked: bool | None = None
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=inner):
            inside = asks_for_gpu(inner, scope)
            asked = None if inside is None else not inside
        case ast.BoolOp(values=values):
            answers = {asks_for_gpu(value, scope) for value in values} - {None}
            asked = answers.pop() if len(answers) == 1 else None
        case ast.Compare(left=left, ops=[op], comparators=[right]):
            asked = _gpu_compared(left, op, right, scope)
        case ast.Call(func=ast.Name(id="len" | "bool" | "any"), args=[inner]) | ast.NamedExpr(value=inner):
            asked = asks_for_gpu(inner, scope)
        case ast.Call(func=ast.Name(id=name)) | ast.Name(id=name) if name in scope.gpu_flags:
            asked = True
        case ast.Call(func=func) if not GPU_QUESTIONS.isdisjoint(scope.names(func)):
            asked = True
    return asked


def learn_gpu_flags(nodes: Iterable[ast.AST], scope: Scope) -> None:
    """Remember names like `use_cuda = torch.cuda.is_available()`, so that `if use_cuda:` is understood."""
    for node in nodes:
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                if not isinstance(value, ast.IfExp) and asks_for_gpu(value, scope):
                    scope.gpu_flags.add(name)
            case ast.FunctionDef(name=name, body=[*_, ast.Return(value=ast.expr() as value)]):
                if asks_for_gpu(value, scope):
                    scope.gpu_flags.add(name)


def gives_up(body: list[ast.stmt]) -> bool:
    """Whether a block ends the notebook: it raises or exits."""
    if not body:
        return False
    match body[-1]:
        case ast.Raise():
            return True
        case ast.Expr(value=ast.Call(func=ast.Name(id="exit" | "quit") | ast.Attribute(attr="exit" | "_exit"))):
            return True
        case ast.Assert(test=ast.Constant(value=value)):
            return not value
    return False


def catches_import_error(handlers: list[ast.ExceptHandler]) -> bool:
    """Whether a missing package is dealt with (and not just turned into another error)."""
    for handler in handlers:
        caught = _caught(handler.type)
        if caught & _IMPORT_ERRORS or not caught:
            return not gives_up(handler.body)
    return False


def _caught(kind: ast.expr | None) -> set[str]:
    if isinstance(kind, ast.Tuple):
        return {name for element in kind.elts for name in _caught(element)}
    return {kind.id} if isinstance(kind, ast.Name) else ({"?"} if kind else set())


def _combined(values: list[bool | None], is_and: bool) -> bool | None:
    decisive = not is_and
    if decisive in values:
        return decisive
    return None if None in values else not decisive


def _compared(left: ast.expr, op: ast.cmpop, right: ast.expr, scope: Scope) -> bool | None:
    equal = {ast.Eq: True, ast.In: True, ast.NotEq: False, ast.NotIn: False}.get(type(op))
    if equal is None:
        return None
    if isinstance(op, ast.In | ast.NotIn):
        if "sys.modules" not in scope.names(right) and not (
            isinstance(right, ast.Call) and "str" in scope.names(right.func) and "google.colab" in scope.texts(left)
        ):
            return None
        asked = set(scope.texts(left))
        return (not equal) if asked & _ELSEWHERE else (equal if asked & _HERE else None)
    is_platform = {
        "sys.platform": "emscripten",
        "platform.system()": "Emscripten",
        "platform.machine()": "wasm32",
        "os.name": "posix",
        "__name__": "__main__",
    }
    names = [is_platform[name] for name in scope.names(left) if name in is_platform]
    texts = scope.texts(right)
    return (texts[0] == names[0]) is equal if names and len(texts) == 1 else None


def _named(test: ast.expr, scope: Scope) -> bool | None:
    for name in scope.names(test):
        if name.split(".")[-1] == "TYPE_CHECKING":
            return False
        if name.lower() in {
            "in_colab",
            "is_colab",
            "on_colab",
            "running_in_colab",
            "colab",
            "in_colab()",
            "is_colab()",
        }:
            return False
        if name.endswith("sys.platform.startswith()") and isinstance(test, ast.Call) and test.args:
            return any("emscripten".startswith(text) for text in scope.texts(test.args[0]))
    return None


def _gpu_compared(left: ast.expr, op: ast.cmpop, right: ast.expr, scope: Scope) -> bool | None:
    words = [text.lower() for side in (left, right) for text in scope.texts(side)]
    about = any(word.split(":")[0] in GPU_WORDS for word in words)
    if about and isinstance(op, ast.Eq | ast.In):
        return True
    if about and isinstance(op, ast.NotEq | ast.NotIn):
        return False
    asked = asks_for_gpu(left, scope)
    if asked is None:
        return None
    zero = isinstance(right, ast.Constant) and not right.value
    if isinstance(op, ast.Eq | ast.Is):
        return not asked if zero else asked
    return not asked if isinstance(op, ast.Lt | ast.LtE) else asked
