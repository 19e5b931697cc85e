"""Walks the code that can run in the browser, knowing at each node what it is guarded by."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from satchel.derive.conditions import asks_for_gpu, catches_import_error, gives_up, holds_in_browser
from satchel.derive.scope import Scope

# Nodes that the rest of this package looks at, and nodes that have nothing to look at inside.
_TELLING = (
    ast.Import | ast.ImportFrom | ast.Call | ast.Assign | ast.Assert | ast.ClassDef | ast.FunctionDef
    | ast.AsyncFunctionDef | ast.Constant | ast.JoinedStr | ast.BinOp | ast.Name
)  # fmt: skip
_SILENT = ast.expr_context | ast.operator | ast.cmpop | ast.boolop | ast.unaryop


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A node of live code. `optional`: a failing import is caught. `guarded`: only runs if there is a GPU."""

    node: ast.AST
    optional: bool = False
    guarded: bool = False


def live(tree: ast.Module, scope: Scope) -> Iterator[Seen]:
    """The telling nodes of live code in reading order; branches that never run in the browser are left out."""
    yield from _all(tree.body, Seen(node=tree), scope)


def _all(nodes: Iterable[ast.AST], around: Seen, scope: Scope) -> Iterator[Seen]:
    for node in nodes:
        yield from _one(node, around, scope)


def _one(node: ast.AST, around: Seen, scope: Scope) -> Iterator[Seen]:
    match node:
        case ast.Expr(value=ast.Constant()):
            return  # a docstring, or a text that stands there as a comment
        case ast.If(test=test, body=body, orelse=orelse):
            yield replace(around, node=node)
            yield from _branches(test, body, orelse, around, scope)
        case ast.IfExp(test=test, body=one, orelse=other):
            yield from _branches(test, [one], [other], around, scope)
        case ast.Try():
            yield from _try(node, around, scope)
        case ast.With(items=items, body=body) if any(_suppresses(item, scope) for item in items):
            yield from _all(body, replace(around, optional=True), scope)
        case _:
            if isinstance(node, _TELLING):
                yield Seen(node=node, optional=around.optional, guarded=around.guarded)
            yield from _all(_children(node), around, scope)


def _children(node: ast.AST) -> Iterator[ast.AST]:
    return (child for child in ast.iter_child_nodes(node) if not isinstance(child, _SILENT))


def _branches(
    test: ast.expr,
    body: list[ast.stmt] | list[ast.expr],
    orelse: list[ast.stmt] | list[ast.expr],
    around: Seen,
    scope: Scope,
) -> Iterator[Seen]:
    holds = holds_in_browser(test, scope)
    yield from _one(test, around, scope)
    gpu = asks_for_gpu(test, scope)
    needs = _looks_up(test, scope)
    if holds is not False:
        guard = gpu is True and not (orelse and isinstance(orelse[0], ast.stmt) and gives_up(_statements(orelse)))
        inside = replace(around, guarded=around.guarded or guard, optional=around.optional or needs)
        yield from _all(body, inside, scope)
    if holds is not True:
        guard = gpu is False and not gives_up(_statements(body))
        yield from _all(orelse, replace(around, guarded=around.guarded or guard), scope)


def _statements(nodes: list[ast.stmt] | list[ast.expr]) -> list[ast.stmt]:
    return [node for node in nodes if isinstance(node, ast.stmt)]


def _looks_up(test: ast.expr, scope: Scope) -> bool:
    """`if importlib.util.find_spec("torch"):` guards an import just as a `try` does."""
    return any(
        isinstance(node, ast.Call) and "importlib.util.find_spec" in scope.names(node.func) for node in ast.walk(test)
    )


def _try(node: ast.Try, around: Seen, scope: Scope) -> Iterator[Seen]:
    caught = catches_import_error(node.handlers)
    # A handler that installs or imports the very same module does not go on without it.
    retried = _imported(node.body) & {name for handler in node.handlers for name in _imported(handler.body)}
    optional = around.optional or (caught and not retried)
    yield from _all(node.body, replace(around, optional=optional), scope)
    for handler in node.handlers:
        yield from _all(handler.body, replace(around, optional=optional), scope)
    yield from _all(node.orelse, replace(around, optional=optional), scope)
    yield from _all(node.finalbody, around, scope)


def _imported(body: list[ast.stmt]) -> set[str]:
    return {
        name
        for statement in body
        for node in ast.walk(statement)
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [node.module or ""]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }


def _suppresses(item: ast.withitem, scope: Scope) -> bool:
    call = item.context_expr
    return (
        isinstance(call, ast.Call)
        and "contextlib.suppress" in scope.names(call.func)
        and any(isinstance(arg, ast.Name) and arg.id in {"ImportError", "ModuleNotFoundError"} for arg in call.args)
    )
