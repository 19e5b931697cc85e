"""Turns the text of a code cell, magics and all, into a Python syntax tree with the cell's own line numbers."""

from __future__ import annotations

import ast
import re
import warnings
from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher

from IPython.core.inputtransformer2 import TransformerManager

# Their text is Python that runs in the notebook itself.
_PYTHON_CELL_MAGICS = frozenset({"time", "timeit", "capture", "prun", "memit", "mprun", "scalene"})
_PYTHON_LINE_MAGICS = frozenset({"time", "timeit", "prun", "memit", "mprun", "lprun"})
# With IPython's automagic these work without the percent sign.
_AUTOMAGIC = re.compile(r"^(\s*)((?:pip3?|conda|mamba)\s+(?:install|uninstall|list|show)\b)", re.MULTILINE)
_OPTIONS = re.compile(r"^(?:-[a-zA-Z]+\s*\d*\s*)+")
_IMPORT_LINE = re.compile(r"^\s*((?:import|from)\s+\w.*)$")


@dataclass(frozen=True, kw_only=True)
class Read:
    """A cell's tree; `error` says why it does not parse, and the tree then holds only what could be made out."""

    tree: ast.Module
    error: str = ""
    error_line: int = 1


@dataclass(frozen=True, kw_only=True)
class IPythonCall:
    """A call that IPython's syntax stands for. `kind`: `system`, `getoutput`, `line` or `cell` (magics)."""

    kind: str
    name: str
    text: str
    body: str = ""


def read(text: str) -> Read:
    """Parse a cell. Never raises: a cell that is not Python comes back with `error` and its import lines, if any."""
    try:
        return Read(tree=_python(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        pass  # not plain Python: the next attempt says what is wrong with it
    try:
        return Read(tree=_ipython(text))
    except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
        detail = error.msg if isinstance(error, SyntaxError) else str(error)
        line = error.lineno if isinstance(error, SyntaxError) and error.lineno else 1
        return Read(tree=_import_lines(text), error=detail or type(error).__name__, error_line=line)


def ipython_call(node: ast.AST) -> IPythonCall | None:
    """The shell line or magic that a `get_ipython()` call stands for, or None."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Call(func=ast.Name(id="get_ipython")), attr=method), args=args):
            texts = [a.value if isinstance(a, ast.Constant) and isinstance(a.value, str) else "" for a in args]
            return _ipython_call(method, texts)
    return None


def _ipython_call(method: str, texts: list[str]) -> IPythonCall | None:
    found = None
    match method, texts:
        case ("system" | "system_raw" | "system_piped", [command]):
            found = IPythonCall(kind="system", name="!", text=command)
        case ("getoutput", [command, *_]):
            found = IPythonCall(kind="getoutput", name="!", text=command)
        case ("run_line_magic", [name, args, *_]):
            found = IPythonCall(kind="line", name=name, text=args)
        case ("magic", [line]):
            name, _, args = line.lstrip("%").partition(" ")
            found = IPythonCall(kind="line", name=name, text=args)
        case ("run_cell_magic", [name, args, body]):
            found = IPythonCall(kind="cell", name=name, text=args, body=body)
    return found


def _python(text: str) -> ast.Module:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # invalid escapes in an author's strings are not our business
        return ast.parse(text)


def _transformed(text: str) -> str:
    return str(TransformerManager().transform_cell(text))  # type: ignore[no-untyped-call]


def _ipython(text: str) -> ast.Module:
    changed = _transformed(text)
    try:
        tree = _python(changed)
    except SyntaxError:
        if not _AUTOMAGIC.search(text):
            raise
        changed = _transformed(_AUTOMAGIC.sub(r"\1%\2", text))
        tree = _python(changed)
    lines = _line_numbers(text, changed)
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt | ast.expr):
            node.lineno = lines[min(node.lineno, len(lines)) - 1]
    return _Magics().visit(tree)  # type: ignore[no-any-return]


def _line_numbers(before: str, after: str) -> list[int]:
    """For each line of `after` the line of `before` it comes from: joined continuations shift what follows."""
    old, new = before.splitlines(), after.splitlines()
    numbers = [1] * max(len(new), 1)
    for _, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        for j in range(j1, j2):
            numbers[j] = max(1, min(i1 + (j - j1), max(i1, i2 - 1)) + 1)
    return numbers


def _import_lines(text: str) -> ast.Module:
    """The import lines of a cell that does not parse, as imports that may fail: good for bundling, never for blame."""
    found: list[ast.stmt] = []
    for number, line in enumerate(text.splitlines(), start=1):
        match = _IMPORT_LINE.match(line)
        if not match:
            continue
        try:
            tree = _python(f"try:\n {match.group(1)}\nexcept ImportError:\n pass")
        except (SyntaxError, ValueError):
            continue  # prose that starts with "from"
        found += _at_line(tree.body, number)
    return ast.Module(body=found, type_ignores=[])


def _at_line(statements: Iterable[ast.stmt], first: int, *, move: bool = False) -> list[ast.stmt]:
    statements = list(statements)
    for statement in statements:
        for node in ast.walk(statement):
            if isinstance(node, ast.stmt | ast.expr):
                node.lineno = node.lineno + first if move else first
    return statements


class _Magics(ast.NodeTransformer):
    """Puts the Python inside `%time …` and `%%capture` in the place of the magic."""

    def visit_Expr(self, node: ast.Expr) -> ast.stmt | list[ast.stmt]:
        call = ipython_call(node.value)
        if call and call.kind == "cell" and call.name in _PYTHON_CELL_MAGICS:
            first_line = _at_line(_statements(call.text), node.lineno) if call.name == "timeit" else []
            inner = read(call.body)
            if inner.error:
                raise SyntaxError(inner.error)
            return first_line + _at_line(inner.tree.body, node.lineno, move=True) or [ast.Pass()]
        if call and call.kind == "line" and call.name in _PYTHON_LINE_MAGICS:
            return _at_line(_statements(call.text), node.lineno) or [ast.Pass()]
        return node


def _statements(arguments: str) -> list[ast.stmt]:
    """The statement after the options of `%timeit -n 10 f(x)`; nothing if there is none."""
    rest = _OPTIONS.sub("", arguments.strip())
    while rest:
        inner = read(rest)
        if not inner.error:
            return list(inner.tree.body)
        rest = rest.partition(" ")[2].strip()  # the value of an option, as in `-s cumulative f(x)`
    return []
