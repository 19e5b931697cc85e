"""Collects what the nodes of live code tell, each from its own point of view."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TypeVar

from satchel.derive.commands import requirement, requirement_name
from satchel.derive.conditions import learn_gpu_flags
from satchel.derive.files import CourseFiles, files
from satchel.derive.findings import (
    Address,
    FileUse,
    Findings,
    GpuUse,
    Import,
    Install,
    MemoryUse,
    Note,
    Place,
    ProcessUse,
    ShellLine,
)
from satchel.derive.gpu import gpu_calls, gpu_library
from satchel.derive.imports import imports
from satchel.derive.ipython import ipython_call
from satchel.derive.live import Seen, live
from satchel.derive.magics import Effects, call_install, effects, shell_effects
from satchel.derive.memory import Numbers, memory
from satchel.derive.modules import LocalModules
from satchel.derive.network import addresses
from satchel.derive.processes import processes, spawned
from satchel.derive.scope import Scope

T = TypeVar("T")


@dataclass(frozen=True, kw_only=True)
class Unit:
    """A parsed cell or module, where it starts, and all its nodes."""

    tree: ast.Module
    start: Place
    nodes: tuple[ast.AST, ...] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "nodes", tuple(ast.walk(self.tree)))


class Collector:
    """Collects findings unit by unit; `waiting` are the files of local modules that were imported so far.

    `lists` maps paths of text files to their text: one may be the list of requirements that a command installs.
    """

    def __init__(self, *, course: CourseFiles, local: LocalModules, lists: Mapping[str, str]) -> None:
        self._course = course
        self._lists = lists
        self._local = local
        self.waiting: set[str] = set()
        self._imports: list[Import] = []
        self._installs: list[Install] = []
        self._shell: list[ShellLine] = []
        self._gpu: list[GpuUse] = []
        self._processes: list[ProcessUse] = []
        self._network: list[Address] = []
        self._files: list[FileUse] = []
        self._memory: list[MemoryUse] = []
        self._asks: list[Place] = []

    def collect(self, units: Sequence[Unit]) -> None:
        """Read units that share their names (the cells of a notebook, or one module)."""
        nodes = [node for unit in units for node in unit.nodes]
        scope = Scope()
        scope.learn(nodes)
        learn_gpu_flags(nodes, scope)
        numbers = Numbers(nodes)
        for unit in units:
            for seen in live(unit.tree, scope):
                line = getattr(seen.node, "lineno", 1)
                self._node(seen, Place(file=unit.start.file, cell=unit.start.cell, line=line), scope, numbers)

    def findings(self, notes: Iterable[Note], slow: Iterable[Place]) -> Findings:
        """All that was collected, without repetitions."""
        return Findings(
            imports=_unique(self._imports),
            installs=_unique(self._installs),
            shell=_unique(self._shell),
            gpu=_unique(self._gpu),
            processes=_unique(self._processes),
            network=_unique(self._network),
            files=_unique(self._files),
            memory=_unique(self._memory),
            asks=_unique(self._asks),
            slow=tuple(slow),
            notes=tuple(notes),
        )

    def _node(self, seen: Seen, place: Place, scope: Scope, numbers: Numbers) -> None:
        for one in imports(seen, place, scope):
            self._import(one, seen.guarded)
        self._gpu += gpu_calls(seen, place, scope)
        self._network += addresses(seen, place, scope)
        self._memory += memory(seen, place, scope, numbers)
        self._files += (FileUse(path=path, place=place) for path in files(seen, scope, self._course))
        if isinstance(seen.node, ast.Call):
            self._call(seen.node, seen, place, scope)
        else:
            self._processes += processes(seen, place, scope)

    def _import(self, one: Import, guarded: bool) -> None:
        local = self._local.find(one.module)
        if local is None:
            self._imports.append(one)
            use = gpu_library(one, guarded)
            if use:
                self._gpu.append(use)
        else:
            self._open(local, one.place)

    def _open(self, local: Iterable[str], place: Place) -> None:
        """Note local files as used and read them later."""
        for path in local:
            self.waiting.add(path)
            if path in self._course.paths:
                self._files.append(FileUse(path=path, place=place))

    def _call(self, node: ast.Call, seen: Seen, place: Place, scope: Scope) -> None:
        line = ipython_call(node)
        if line:
            self._take(effects(line, place), place)
            return
        if "input" in scope.names(node.func) and "input" not in scope.functions:
            self._asks.append(place)
        install = call_install(scope.names(node.func), scope.texts(node.args[0]) if node.args else (), place)
        if install:
            self._installs.append(self._read_lists(install))
        command = spawned(node, scope)
        ran = shell_effects(command, place) if command else Effects()
        if ran.installs and len(ran.installs) == len(ran.shell):
            self._installs += map(self._read_lists, ran.installs)  # `subprocess.run([sys.executable, "-m", "pip", …])`
            self._gpu += ran.gpu
        else:
            self._processes += processes(seen, place, scope)

    def _take(self, does: Effects, place: Place) -> None:
        self._installs += map(self._read_lists, does.installs)
        self._shell += does.shell
        self._gpu += does.gpu
        self._network += does.network
        for one in does.imports:
            self._import(one, guarded=False)
        for script in does.scripts:
            self._open(self._local.script(script), place)

    def _read_lists(self, install: Install) -> Install:
        """The command with what stands in the files that it names by `-r`, as far as they are files of the course."""
        paths = [path for text in install.lists for path in self._course.matching(text)]
        words = [line.strip() for path in paths for line in self._lists.get(path, "").splitlines()]
        words = [word for word in words if word and not word.startswith(("#", "-"))]
        return replace(
            install,
            packages=(*install.packages, *(name for word in words if (name := requirement_name(word)))),
            requirements=(*install.requirements, *(need for word in words if (need := requirement(word)))),
        )


def _unique(items: Iterable[T]) -> tuple[T, ...]:
    return tuple(dict.fromkeys(items))
