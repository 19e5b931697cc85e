"""Puts the findings of one activity together: its cells, and the modules beside it that it imports."""

from __future__ import annotations

import ast
import json
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from satchel.derive.conditions import learn_gpu_flags
from satchel.derive.files import CourseFiles, files
from satchel.derive.findings import (
    Address,
    FileUse,
    Findings,
    GpuUse,
    Import,
    Install,
    Note,
    Place,
    ProcessUse,
    ShellLine,
)
from satchel.derive.gpu import gpu_calls, gpu_library
from satchel.derive.imports import imports
from satchel.derive.ipython import ipython_call, read
from satchel.derive.live import Seen, live
from satchel.derive.magics import Effects, call_install, effects, shell_effects, written_modules
from satchel.derive.modules import LocalModules
from satchel.derive.network import addresses
from satchel.derive.processes import processes, spawned
from satchel.derive.scope import Scope
from satchel.model import Notebook

T = TypeVar("T")
_OTHER_KERNELS = ("ir", "julia", "octave", "bash", "sas", "scala", "java", "xeus-cling", "sos", "deno", "stata")


@dataclass
class _Found:
    """What is collected while reading; turned into the frozen `Findings` at the end."""

    imports: list[Import] = field(default_factory=list)
    installs: list[Install] = field(default_factory=list)
    shell: list[ShellLine] = field(default_factory=list)
    gpu: list[GpuUse] = field(default_factory=list)
    processes: list[ProcessUse] = field(default_factory=list)
    network: list[Address] = field(default_factory=list)
    files: list[FileUse] = field(default_factory=list)
    asks: list[Place] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)


def derive(
    notebook: Notebook,
    *,
    files: Iterable[str] = (),
    local: Iterable[str] = (),
    modules: Mapping[str, str] | None = None,
) -> Findings:
    """Everything the code of a notebook tells about its needs. Never raises for what an author can write.

    `files` are the course's files (paths in the content folder); `local` are names of modules beside the notebook
    that are no packages, on top of those that `files` shows; `modules` maps paths of `.py` files to their text, so
    that what a module beside the notebook imports counts too.
    """
    language = _language(notebook)
    if language != "python":
        return Findings(language=language)
    found = _Found()
    units: list[tuple[ast.Module, int]] = []
    for number, cell in enumerate(notebook.cells, start=1):
        if cell.kind != "code":
            continue
        unit = read(cell.source)
        if unit.error:
            place = Place(file=notebook.source, cell=number, line=unit.error_line)
            found.notes.append(Note(message=f"The cell is not valid Python and was skipped: {unit.error}", place=place))
        units.append((unit.tree, number))
    folder = posixpath.dirname(notebook.source)
    texts = dict(modules or {})
    trees = [tree for tree, _ in units]
    written = {posixpath.join(folder, path): text for tree in trees for path, text in written_modules(tree)}
    paths = {*files, *texts}
    course = CourseFiles(paths, folder)
    where = LocalModules({*paths, *written}, folder=folder, names=local, trees=trees)
    reader = _Reader(found=found, course=course, where=where, paths=frozenset(paths))
    reader.read([(tree, Place(file=notebook.source, cell=number, line=1)) for tree, number in units])
    reader.follow({**texts, **written})
    return Findings(
        imports=_unique(found.imports),
        installs=_unique(found.installs),
        shell=_unique(found.shell),
        gpu=_unique(found.gpu),
        processes=_unique(found.processes),
        network=_unique(found.network),
        files=_unique(found.files),
        asks=_unique(found.asks),
        notes=tuple(found.notes),
    )


class _Reader:
    def __init__(self, *, found: _Found, course: CourseFiles, where: LocalModules, paths: frozenset[str]) -> None:
        self._found = found
        self._course = course
        self._where = where
        self._paths = paths
        self._waiting: list[str] = []

    def read(self, units: list[tuple[ast.Module, Place]]) -> None:
        """Read trees that share their names (the cells of a notebook, or one module)."""
        scope = Scope()
        scope.learn([tree for tree, _ in units])
        for tree, _ in units:
            learn_gpu_flags(tree, scope)
        for tree, start in units:
            for seen in live(tree, scope):
                line = getattr(seen.node, "lineno", 1)
                self._node(seen, Place(file=start.file, cell=start.cell, line=line), scope)

    def follow(self, texts: Mapping[str, str]) -> None:
        """Read the local modules that were imported, and what those import in turn."""
        done: set[str] = set()
        while self._waiting:
            path = self._waiting.pop()
            if path in done or path not in texts:
                continue
            done.add(path)
            unit = read(texts[path])
            self.read([(unit.tree, Place(file=path, cell=None, line=1))])

    def _node(self, seen: Seen, place: Place, scope: Scope) -> None:
        found = self._found
        for one in imports(seen, place, scope):
            self._import(one, seen.guarded)
        found.gpu += gpu_calls(seen, place, scope)
        found.network += addresses(seen, place, scope)
        found.files += (FileUse(path=path, place=place) for path in files(seen, scope, self._course))
        if isinstance(seen.node, ast.Call):
            self._call(seen.node, seen, place, scope)
        else:
            found.processes += processes(seen, place, scope)

    def _import(self, one: Import, guarded: bool) -> None:
        local = self._where.find(one.module)
        if local is None:
            self._found.imports.append(one)
            use = gpu_library(one, guarded)
            if use:
                self._found.gpu.append(use)
        else:
            self._open(local, one.place)

    def _open(self, local: Iterable[str], place: Place) -> None:
        """Note local files as used and read them later."""
        for path in local:
            self._waiting.append(path)
            if path in self._paths:
                self._found.files.append(FileUse(path=path, place=place))

    def _call(self, node: ast.Call, seen: Seen, place: Place, scope: Scope) -> None:
        found = self._found
        line = ipython_call(node)
        if line:
            self._take(effects(line, place), place)
            return
        if "input" in scope.names(node.func) and "input" not in scope.functions:
            found.asks.append(place)
        install = call_install(scope.names(node.func), scope.texts(node.args[0]) if node.args else (), place)
        if install:
            found.installs.append(install)
        command = spawned(node, scope)
        ran = shell_effects(command, place) if command else Effects()
        if ran.installs and len(ran.installs) == len(ran.shell):
            found.installs += ran.installs  # `subprocess.run([sys.executable, "-m", "pip", …])`
            found.gpu += ran.gpu
        else:
            found.processes += processes(seen, place, scope)

    def _take(self, does: Effects, place: Place) -> None:
        found = self._found
        found.installs += does.installs
        found.shell += does.shell
        found.gpu += does.gpu
        found.network += does.network
        for one in does.imports:
            self._import(one, guarded=False)
        for script in does.scripts:
            self._open(self._where.script(script), place)


def _language(notebook: Notebook) -> str:
    """The notebook's language: what its metadata says, else what its kernel's name suggests."""
    metadata = json.loads(notebook.metadata)
    for key, field_name in (("language_info", "name"), ("kernelspec", "language")):
        entry = metadata.get(key) if isinstance(metadata, dict) else None
        value = entry.get(field_name) if isinstance(entry, dict) else None
        if isinstance(value, str) and value:
            lowered = value.lower()
            return "python" if lowered in {"python", "ipython", "python3"} else lowered
    kernel = notebook.kernel.lower()
    return next((name for name in _OTHER_KERNELS if re.match(rf"{name}([\W\d_]|$)", kernel)), "python")


def _unique(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
