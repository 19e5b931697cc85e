"""Works out how much memory the arrays take whose sizes stand in the code."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Collection, Iterator

from satchel.derive.findings import MemoryUse, Place
from satchel.derive.live import Seen
from satchel.derive.scope import Scope

# What is smaller says nothing about where a notebook can run.
_WORTH_TELLING_MB = 256
_SHAPE_FIRST = frozenset({f"numpy.{name}" for name in ("zeros", "ones", "empty", "full", "identity", "eye", "arange")})
_SHAPE_ALL = frozenset({"numpy.random.rand", "numpy.random.randn"})
_RANDOM = frozenset(
    {"random", "standard_normal", "random_sample", "normal", "uniform", "integers", "randint", "poisson"}
)
_GENERATORS = ("numpy.random.", "numpy.random.default_rng().", "numpy.random.RandomState().")
# In which of the arguments the size stands, where it does not come first or as `size=`.
_SIZE_AT = {"normal": 2, "uniform": 2, "integers": 2, "randint": 2, "poisson": 1}
_ITEM = {
    "bool": 1, "int8": 1, "uint8": 1, "int16": 2, "uint16": 2, "float16": 2, "int32": 4, "uint32": 4, "float32": 4,
    "complex128": 16, "complex": 16, "f4": 4, "i4": 4, "u1": 1, "i1": 1, "f2": 2,
}  # fmt: skip
_OPERATORS: dict[type[ast.operator], Callable[[int, int], int]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.FloorDiv: operator.floordiv,
}
# More than this is no size: it only keeps `9 ** 9 ** 9` from being worked out.
_MOST = 10**15


class Numbers:
    """The whole numbers that the names of a notebook stand for; of several the smallest, so that nothing is made up."""

    def __init__(self, nodes: Collection[ast.AST]) -> None:
        self._known: dict[str, int | None] = {}
        for node in nodes:
            match node:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._learn(name, value)
                case ast.Assign(targets=[ast.Tuple(elts=names)], value=ast.Tuple(elts=values)) if len(names) == len(
                    values
                ):
                    for one, value in zip(names, values, strict=True):
                        if isinstance(one, ast.Name):
                            self._learn(one.id, value)
                case ast.AugAssign(target=ast.Name(id=name)) | ast.For(target=ast.Name(id=name)):
                    self._known[name] = None
                case ast.arg(arg=name):
                    self._known[name] = None

    def value(self, node: ast.expr) -> int | None:
        """The number that an expression is, or None if only a run can tell."""
        match node:
            case ast.Constant(value=bool()):
                return None
            case ast.Constant(value=int() | float() as number):
                return int(number) if number == number and abs(number) < _MOST else None  # noqa: PLR0124 - not a number
            case ast.Name(id=name):
                return self._known.get(name)
            case ast.Call(func=ast.Name(id="int"), args=[inner]):
                return self.value(inner)
            case ast.BinOp(left=left, op=op, right=right):
                return self._worked_out(self.value(left), op, self.value(right))
        return None

    def _worked_out(self, left: int | None, op: ast.operator, right: int | None) -> int | None:
        if left is None or right is None:
            return None
        if isinstance(op, ast.Pow):
            return left**right if 0 <= right <= 60 and abs(left) <= 1000 and abs(left**right) < _MOST else None
        known = _OPERATORS.get(type(op))
        if known is None or (isinstance(op, ast.FloorDiv) and right == 0):
            return None
        result = known(left, right)
        return result if abs(result) < _MOST else None

    def _learn(self, name: str, value: ast.expr) -> None:
        number = self.value(value)
        if name in self._known:
            before = self._known[name]
            number = None if before is None or number is None else min(before, number)
        self._known[name] = number


def memory(seen: Seen, place: Place, scope: Scope, numbers: Numbers) -> Iterator[MemoryUse]:
    """The arrays worth telling of that one node of live code makes; none of those that are only made on a GPU."""
    node = seen.node
    if seen.guarded or not isinstance(node, ast.Call):
        return
    for name in scope.names(node.func):
        count = _count(name, node, numbers)
        if count is not None:
            megabytes = count * _item(node, scope) // 1_000_000
            if megabytes >= _WORTH_TELLING_MB:
                yield MemoryUse(what=ast.unparse(node)[:80], megabytes=megabytes, place=place)
                return


def _count(name: str, node: ast.Call, numbers: Numbers) -> int | None:
    """How many items the array has that a call makes."""
    last = name.rpartition(".")[2]
    given = next((one.value for one in node.keywords if one.arg in {"size", "shape"}), None)
    if name in _SHAPE_ALL:
        return _product(node.args, numbers)
    if name == "numpy.arange" and len(node.args) != 1:
        return None
    if name in {"numpy.eye", "numpy.identity"}:
        side = numbers.value(node.args[0]) if node.args else None
        return side * side if side else None
    if name in _SHAPE_FIRST:
        given = given or (node.args[0] if node.args else None)
    elif name in {f"{maker}{last}" for maker in _GENERATORS} and last in _RANDOM:
        at = _SIZE_AT.get(last, 0)
        given = given or (node.args[at] if len(node.args) > at else None)
    elif name == "bytearray":
        # A byte each, where arrays have eight.
        size = numbers.value(node.args[0]) if node.args else None
        return size // 8 if size else None
    else:
        return None
    return _product(given.elts if isinstance(given, ast.Tuple | ast.List) else [given] if given else [], numbers)


def _product(nodes: list[ast.expr], numbers: Numbers) -> int | None:
    product = 1
    for node in nodes:
        number = numbers.value(node)
        if number is None or number <= 0:
            return None
        product *= number
    return product if nodes and product < _MOST else None


def _item(node: ast.Call, scope: Scope) -> int:
    """The bytes of an item, by the `dtype=` of the call."""
    given = next((one.value for one in node.keywords if one.arg == "dtype"), None)
    if given is None:
        return 8
    named = [name.rpartition(".")[2] for name in (*scope.names(given), *scope.texts(given))]
    return min((_ITEM[name] for name in named if name in _ITEM), default=8)
