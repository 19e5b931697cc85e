"""Tells a module beside the notebook from an installed package."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Iterable, Iterator


class LocalModules:
    """The modules that a notebook finds in its own folder, or in a folder it adds to `sys.path`."""

    def __init__(self, paths: Iterable[str], *, folder: str, names: Iterable[str], nodes: Iterable[ast.AST]) -> None:
        self._paths = frozenset(path for path in paths if path.endswith(".py"))
        self._names = frozenset(names)
        added = [posixpath.normpath(posixpath.join(folder, path)) for path in _added_paths(nodes)]
        self._roots = tuple(dict.fromkeys("" if root == "." else root for root in (folder, *added)))

    def find(self, module: str) -> tuple[str, ...] | None:
        """The files of a local module (all of them, for a package); None if the name is not local.

        An empty tuple means: known to be local, but not a file of the course.
        """
        parts = module.split(".")
        for root in self._roots:
            package = posixpath.join(root, parts[0])
            if f"{package}/__init__.py" in self._paths:
                return tuple(sorted(path for path in self._paths if path.startswith(package + "/")))
            if f"{package}.py" in self._paths:
                return (f"{package}.py",)
            # A folder without __init__.py only counts for the modules in it: an installed package goes first.
            inner = posixpath.join(root, *parts[:2])
            if len(parts) > 1 and f"{inner}.py" in self._paths:
                return (f"{inner}.py",)
        return () if parts[0] in self._names else None

    def script(self, path: str) -> tuple[str, ...]:
        """The course file behind `%run path`, if there is one."""
        name = path if path.endswith(".py") else path + ".py"
        full = posixpath.normpath(posixpath.join(self._roots[0], name))
        return (full,) if full in self._paths else ()


def _added_paths(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """Texts in `sys.path.append("../lib")` and `sys.path.insert(0, str(Path("..")))`."""
    for node in nodes:
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"append", "insert", "extend"}
            and isinstance(node.func.value, ast.Attribute)
            and node.func.value.attr == "path"
            and isinstance(node.func.value.value, ast.Name)
            and node.func.value.value.id == "sys"
        ):
            for argument in node.args:
                for inner in ast.walk(argument):
                    if isinstance(inner, ast.Constant) and isinstance(inner.value, str):
                        yield inner.value
