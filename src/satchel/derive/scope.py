"""What the names of a notebook stand for: imported modules, instances, texts that can be worked out."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator

from satchel.derive.texts import UNKNOWN, some, texts_of

__all__ = ["UNKNOWN", "Scope"]


class Scope:
    """Names of a whole notebook, learned before anything is looked for, so that order does not matter."""

    def __init__(self) -> None:
        self._dotted: dict[str, str] = {}
        self._texts: dict[str, tuple[str, ...]] = {}
        self._stars: list[str] = []
        self._tops: set[str] = set()
        self.functions: set[str] = set()
        self.gpu_flags: set[str] = set()

    def learn(self, nodes: Collection[ast.AST]) -> None:
        """Take in imports first (they may stand below their use), then what is assigned."""
        for node in nodes:
            self._learn_import(node)
        for node in nodes:
            self._learn_assigned(node)

    def names(self, node: ast.expr) -> tuple[str, ...]:
        """Dotted names an expression may stand for: `np.zeros` gives `numpy.zeros`, a call adds `()`."""
        match node:
            case ast.Name(id=name):
                if name in self._dotted:
                    return (self._dotted[name],)
                known = name in self.functions or name in self._texts
                return (name,) if known else (name, *(f"{star}.{name}" for star in self._stars))
            case ast.Attribute(value=base, attr=attr):
                return tuple(f"{name}.{attr}" for name in self.names(base))
            case ast.Call(func=func):
                return tuple(f"{name}()" for name in self.names(func))
            case ast.Await(value=value):
                return self.names(value)
        return ()

    def texts(self, node: ast.expr) -> tuple[str, ...]:
        """Texts an expression may have, with `UNKNOWN` for what only a run can tell; empty if it is no text."""
        return texts_of(node, self)

    def known_texts(self, name: str) -> tuple[str, ...]:
        """Texts that were assigned to a name."""
        return self._texts.get(name, ())

    def is_imported(self, *modules: str) -> bool:
        """Whether one of these modules (or a part of one) is imported."""
        return not self._tops.isdisjoint(modules)

    def _learn_import(self, node: ast.AST) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                top = alias.name.split(".")[0]
                self._tops.add(top)
                self._dotted[alias.asname or top] = alias.name if alias.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            self._tops.add(node.module.split(".")[0])
            for alias in node.names:
                if alias.name == "*":
                    self._stars.append(node.module)
                else:
                    self._dotted[alias.asname or alias.name] = f"{node.module}.{alias.name}"

    def _learn_assigned(self, node: ast.AST) -> None:
        match node:
            case ast.Assign(targets=targets, value=value):
                for target in targets:
                    self._bind(target, value)
            case ast.AnnAssign(target=target, value=ast.expr() as value):
                self._bind(target, value)
            case ast.NamedExpr(target=target, value=value):
                self._bind(target, value)
            case ast.For(target=target, iter=iterated) | ast.comprehension(target=target, iter=iterated):
                self._bind_text(target, iterated)
            case ast.withitem(context_expr=value, optional_vars=ast.Name() as target):
                self._bind(target, value)
            case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name):
                self.functions.add(name)
                for argument, default in _defaults(node.args):
                    self._add_texts(argument.arg, self.texts(default))

    def _bind(self, target: ast.expr, value: ast.expr) -> None:
        if isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple) and len(target.elts) == len(value.elts):
            for one, its_value in zip(target.elts, value.elts, strict=True):
                self._bind(one, its_value)
            return
        self._bind_text(target, value)
        if not isinstance(target, ast.Name) or target.id in self._dotted:
            return
        base = value.value if isinstance(value, ast.Await) else value
        if isinstance(base, ast.Call | ast.Attribute):
            named = [name for name in self.names(base) if name.split(".")[0] in self._tops]
            if named:
                self._dotted[target.id] = named[0]

    def _bind_text(self, target: ast.expr, value: ast.expr) -> None:
        for name in ast.walk(target) if isinstance(target, ast.Tuple) else (target,):
            if isinstance(name, ast.Name):
                self._add_texts(name.id, self.texts(value))

    def _add_texts(self, name: str, texts: Iterable[str]) -> None:
        joined = some((*self._texts.get(name, ()), *texts))
        if joined:
            self._texts[name] = joined


def _defaults(arguments: ast.arguments) -> Iterator[tuple[ast.arg, ast.expr]]:
    positional = [*arguments.posonlyargs, *arguments.args]
    yield from zip(positional[len(positional) - len(arguments.defaults) :], arguments.defaults, strict=True)
    for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        if default is not None:
            yield argument, default
