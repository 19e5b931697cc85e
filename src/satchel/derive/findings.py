"""What reading an activity's code can tell: frozen values, each with the place it was seen at."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Tool = Literal["pip", "conda", "apt", "other"]
ProcessKind = Literal["threads", "processes", "sockets", "server"]

# Packages that several distributions share: two levels make the name that says something.
_NAMESPACES = frozenset({"google", "azure", "zope", "sphinxcontrib"})


@dataclass(frozen=True, kw_only=True, order=True)
class Place:
    """Where something was seen: a file in the content folder, the cell's number (from 1), the line in it (from 1)."""

    file: str
    cell: int | None
    line: int

    @property
    def where(self) -> str:
        """`cell 3, line 2`, or `line 2` in a module."""
        return f"cell {self.cell}, line {self.line}" if self.cell else f"line {self.line}"


@dataclass(frozen=True, kw_only=True)
class Import:
    """An imported module by its dotted name (with the first name after `from … import`).

    `optional`: the code has a way on without it.

    `implied_by` names the call that imports it behind the scenes (`pd.read_excel` needs openpyxl).
    """

    module: str
    place: Place
    optional: bool = False
    implied_by: str = ""

    @property
    def name(self) -> str:
        """The top-level name (`sklearn` for `sklearn.svm`)."""
        return self.module.split(".")[0]

    @property
    def label(self) -> str:
        """The name to show: like `name`, but telling the members of a namespace apart (`google.colab`)."""
        parts = self.module.split(".")
        return ".".join(parts[:2]) if parts[0] in _NAMESPACES else parts[0]


@dataclass(frozen=True, kw_only=True)
class Install:
    """A command that installs packages; `packages` are normalised names.

    `requirements` are those of them that the package index can be asked for, as pip understands them: what comes from
    an address or another index has no place there. `lists` are the files named by `-r`, as given.
    """

    tool: Tool
    packages: tuple[str, ...]
    command: str
    place: Place
    requirements: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ShellLine:
    """A shell command. `needed` is false where it only looks around (`!ls`) or installs."""

    command: str
    place: Place
    needed: bool


@dataclass(frozen=True, kw_only=True)
class GpuUse:
    """Something that uses a GPU; `optional` where the code goes on without one."""

    what: str
    place: Place
    optional: bool = False


@dataclass(frozen=True, kw_only=True)
class ProcessUse:
    """Something that the browser's Python cannot do: threads, processes, sockets, servers."""

    kind: ProcessKind
    what: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Address:
    """An address that Python fetches from while it runs; `by` is the call."""

    url: str
    by: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class FileUse:
    """A file of the course that the code names; `path` is relative to the content folder."""

    path: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class MemoryUse:
    """Something that takes much memory, by a size that stands in the code; `what` is the call."""

    what: str
    megabytes: int
    place: Place


@dataclass(frozen=True, kw_only=True)
class Note:
    """Something the author may want to know, that is not a problem: a cell that was skipped, and why."""

    message: str
    place: Place


@dataclass(frozen=True, kw_only=True)
class Findings:
    """Everything that was found in one activity, in the order it stands there.

    `language` is the notebook's programming language in lower case; `asks` are the calls of `input()`,
    `slow` the cells of which the author says that they take long.
    """

    language: str = "python"
    imports: tuple[Import, ...] = ()
    installs: tuple[Install, ...] = ()
    shell: tuple[ShellLine, ...] = ()
    gpu: tuple[GpuUse, ...] = ()
    processes: tuple[ProcessUse, ...] = ()
    network: tuple[Address, ...] = ()
    files: tuple[FileUse, ...] = ()
    memory: tuple[MemoryUse, ...] = ()
    asks: tuple[Place, ...] = ()
    slow: tuple[Place, ...] = ()
    notes: tuple[Note, ...] = ()

    @property
    def needs_gpu(self) -> bool:
        """Whether some of the code fails without a GPU."""
        return any(not use.optional for use in self.gpu)

    @property
    def likes_gpu(self) -> bool:
        """Whether it uses a GPU if there is one, and goes on without."""
        return bool(self.gpu) and not self.needs_gpu

    @property
    def modules(self) -> tuple[str, ...]:
        """Top-level names of all imports, sorted; optional ones included."""
        return tuple(sorted({found.name for found in self.imports}))

    @property
    def required(self) -> tuple[str, ...]:
        """Top-level names of the imports that the code cannot do without, sorted."""
        return tuple(sorted({found.name for found in self.imports if not found.optional}))

    @property
    def installed(self) -> tuple[str, ...]:
        """Normalised names of the Python packages that are installed by pip or conda, sorted."""
        return tuple(sorted({name for one in self.installs if one.tool in {"pip", "conda"} for name in one.packages}))

    @property
    def memory_mb(self) -> int | None:
        """What the largest array takes whose size stands in the code, in megabytes; the least that is needed."""
        return max((use.megabytes for use in self.memory), default=None)

    @property
    def requested(self) -> tuple[str, ...]:
        """The requirements that pip is asked for by name, sorted."""
        return tuple(sorted({text for one in self.installs for text in one.requirements}))

    @property
    def paths(self) -> tuple[str, ...]:
        """The course files it opens, sorted."""
        return tuple(sorted({found.path for found in self.files}))

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses it fetches from, sorted."""
        return tuple(sorted({found.url for found in self.network}))
