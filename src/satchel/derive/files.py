"""Finds the files of the course that the code names, from the folder the notebook runs in."""

from __future__ import annotations

import ast
import posixpath
import re
from collections.abc import Iterable, Iterator

from satchel.derive.live import Seen
from satchel.derive.scope import UNKNOWN, Scope

_LISTING = frozenset({"os.listdir", "os.walk", "os.scandir"})
_TEXT_NODES = (ast.Constant, ast.JoinedStr, ast.BinOp, ast.Call, ast.Name)


class CourseFiles:
    """The files of the course as one notebook sees them: `folder` is where it runs, `paths` are all of them."""

    def __init__(self, paths: Iterable[str], folder: str) -> None:
        self.paths = frozenset(paths)
        self._sorted = sorted(self.paths)
        self._folder = folder

    def matching(self, text: str) -> tuple[str, ...]:
        """The course files that a path (or pattern) in the code means; empty if it means none."""
        if not text or len(text) > 300 or "\n" in text or "://" in text or text.startswith(("/", "~")):
            return ()
        pattern = posixpath.normpath(posixpath.join(self._folder, text.replace("\\", "/")))
        if UNKNOWN not in pattern and "*" not in pattern and "?" not in pattern:
            return (pattern,) if pattern in self.paths else ()
        if not re.search(r"\w", posixpath.basename(text).replace(UNKNOWN, "").rpartition(".")[2]):
            return ()
        return self._like(pattern)

    def below(self, text: str) -> tuple[str, ...]:
        """The course files in a folder and its subfolders."""
        if text.startswith(("/", "~")) or "://" in text:
            return ()
        folder = posixpath.normpath(posixpath.join(self._folder, text))
        prefix = "" if folder == "." else folder + "/"
        return tuple(path for path in self._sorted if path.startswith(prefix)) if UNKNOWN not in folder else ()

    def _like(self, pattern: str) -> tuple[str, ...]:
        known = re.split(r"([\0*?]+)", pattern)
        parts = [
            (".*" if "**" in part else "[^/]*" if part[0] in "\0*" else "[^/]") if i % 2 else re.escape(part)
            for i, part in enumerate(known)
        ]
        regex = re.compile("".join(parts))
        return tuple(path for path in self._sorted if regex.fullmatch(path))


def files(seen: Seen, scope: Scope, course: CourseFiles) -> Iterator[str]:
    """Paths of the course files that one node of live code names."""
    node = seen.node
    if not isinstance(node, _TEXT_NODES):
        return
    if isinstance(node, ast.Call):
        yield from _listed(node, scope, course)
    for text in scope.texts(node):
        yield from course.matching(text)


def _listed(node: ast.Call, scope: Scope, course: CourseFiles) -> Iterator[str]:
    if not _LISTING.isdisjoint(scope.names(node.func)):
        for text in scope.texts(node.args[0]) if node.args else (".",):
            yield from course.below(text)
    elif isinstance(node.func, ast.Attribute) and node.func.attr in {"glob", "rglob", "iterdir", "walk"}:
        patterns = scope.texts(node.args[0]) if node.args else ("*",)
        for folder in scope.texts(node.func.value):
            for pattern in patterns:
                deep = "**/" if node.func.attr in {"rglob", "walk"} else ""
                yield from course.matching(posixpath.join(folder, deep + pattern))
                yield from course.matching(posixpath.join(folder, pattern))
