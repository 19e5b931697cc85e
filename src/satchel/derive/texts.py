"""Works out the texts that an expression may have, without running anything: paths and addresses put together."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator
from itertools import islice, product
from typing import Protocol

# Stands for the part of a text that is only known when the code runs.
UNKNOWN = "\0"
_MOST = 32
_PATHS = frozenset({"pathlib.Path", "pathlib.PurePath", "pathlib.PosixPath", "pathlib.PurePosixPath", "str"})
_FIRST = frozenset({f"os.{name}" for name in ("fspath", "path.abspath", "path.expanduser", "path.normpath")})
_SAME_PATH = frozenset({"resolve", "absolute", "expanduser", "as_posix", "strip", "items", "values", "keys"})
_HERE = frozenset({"pathlib.Path.cwd", "os.getcwd"})


class Names(Protocol):
    """What is known about names: see `Scope`."""

    def names(self, node: ast.expr) -> tuple[str, ...]:
        """Dotted names an expression may stand for."""

    def known_texts(self, name: str) -> tuple[str, ...]:
        """Texts that were assigned to a name."""


def texts_of(node: ast.expr, scope: Names) -> tuple[str, ...]:
    """Texts an expression may have, with `UNKNOWN` for what only a run can tell; empty if it is no text."""
    return some(_texts(node, scope))


def some(texts: Iterable[str]) -> tuple[str, ...]:
    """The first few different ones: a notebook that builds thousands of names is not worth more."""
    return tuple(islice(dict.fromkeys(texts), _MOST))


def _texts(node: ast.expr, scope: Names) -> Iterator[str]:
    match node:
        case ast.Constant(value=str() as text):
            yield text
        case ast.Name(id="__file__"):
            yield "__file__"
        case ast.Name(id=name):
            yield from scope.known_texts(name)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            yield from _joined((left, right), "", scope)
        case ast.BinOp(left=left, op=ast.Div(), right=right):
            yield from _joined((left, right), "/", scope)
        case ast.BinOp(left=left, op=ast.Mod()):
            yield from (re.sub(r"%[-\d.]*[sdifr]", UNKNOWN, text) for text in texts_of(left, scope))
        case ast.JoinedStr(values=parts):
            yield from _joined(parts, "", scope)
        case ast.Attribute(value=value, attr="parent"):
            yield from (posixpath.dirname(text) or "." for text in texts_of(value, scope))
        case ast.Call():
            yield from _called(node, scope)
        case _:
            for part in _alternatives(node):
                yield from texts_of(part, scope)


def _alternatives(node: ast.expr) -> list[ast.expr]:
    """The expressions whose value this one may be (or hold, for a list or a table of texts)."""
    found: list[ast.expr] = []
    match node:
        case ast.IfExp(body=body, orelse=orelse):
            found = [body, orelse]
        case ast.BoolOp(values=values) | ast.Dict(values=values):
            found = values
        case ast.List(elts=values) | ast.Tuple(elts=values) | ast.Set(elts=values):
            found = values
        case ast.Subscript(value=value) | ast.NamedExpr(value=value) | ast.FormattedValue(value=value):
            found = [value]
        case ast.Await(value=value) | ast.Starred(value=value):
            found = [value]
    return found


def _called(node: ast.Call, scope: Names) -> Iterator[str]:
    names = scope.names(node.func)
    if not _PATHS.isdisjoint(names) or "os.path.join" in names:
        yield from _joined(node.args, "/", scope) if node.args else (".",)
    elif not _FIRST.isdisjoint(names) and node.args:
        yield from texts_of(node.args[0], scope)
    elif not _HERE.isdisjoint(names):
        yield "."
    elif isinstance(node.func, ast.Attribute):
        base = node.func.value
        if node.func.attr in _SAME_PATH:
            yield from texts_of(base, scope)
        elif node.func.attr == "joinpath":
            yield from _joined((base, *node.args), "/", scope)
        elif node.func.attr == "format":
            yield from (re.sub(r"\{[^{}]*\}", UNKNOWN, text) for text in texts_of(base, scope))


def _joined(nodes: Iterable[ast.expr], glue: str, scope: Names) -> Iterator[str]:
    """All ways to join the parts; nothing if none of them is a text (then it is arithmetic)."""
    found = [texts_of(node, scope) for node in nodes]
    if not any(found):
        return
    options = [texts or (UNKNOWN,) for texts in found]
    for chosen in islice(product(*options), _MOST):
        yield posixpath.join(*chosen) if glue else "".join(chosen)
