"""The field's nouns as values: course, activity, cell, needs, route. No imports of ours."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Route = Literal["book", "lite", "hosted", "read"]
HostKind = Literal["jupyterhub", "binderhub", "lti", "url"]
EvidenceKind = Literal["derived", "declared", "ran"]
CellKind = Literal["code", "markdown", "raw"]


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One cell of a notebook as the author wrote it.

    `id` is the identity that the student's work hangs on: unique in its notebook, never a position.
    `own_id` is the id stored in the notebook file itself, or None (text notebooks, nbformat below 4.5).
    `outputs`, `metadata` and `attachments` are JSON text, as the file has them, so that the value stays hashable.
    """

    id: str
    kind: CellKind
    source: str
    own_id: str | None = None
    tags: tuple[str, ...] = ()
    outputs: str = "[]"
    metadata: str = "{}"
    attachments: str = "{}"


@dataclass(frozen=True, kw_only=True)
class Notebook:
    """A notebook file, parsed. `source` is its path relative to the content folder, with forward slashes."""

    source: str
    title: str
    cells: tuple[Cell, ...]
    kernel: str = "python3"
    # JSON text of the notebook's metadata and of its `satchel` entry, kept as text to stay a value.
    metadata: str = "{}"
    satchel: str = "{}"

    @property
    def code(self) -> tuple[Cell, ...]:
        """The code cells, in order."""
        return tuple(cell for cell in self.cells if cell.kind == "code")


@dataclass(frozen=True, kw_only=True)
class Activity:
    """A notebook that has a place in the book.

    `id` is the notebook's identity from the ledger; `page` is the book page relative to the site root;
    `path` is the path of the `.ipynb` inside JupyterLite (and in the zip).
    """

    id: str
    notebook: Notebook
    page: str
    path: str

    @property
    def title(self) -> str:
        """Title of the notebook: its first heading, else its file name."""
        return self.notebook.title

    @property
    def source(self) -> str:
        """Path of the source relative to the content folder."""
        return self.notebook.source


@dataclass(frozen=True, kw_only=True)
class CourseFile:
    """A file that ships with the course (data, pictures, modules): path in the content folder, size in bytes."""

    path: str
    size: int


@dataclass(frozen=True, kw_only=True)
class Course:
    """A whole course, read and given identities, before any decision about routes."""

    id: str
    title: str
    version: str
    author: str
    activities: tuple[Activity, ...]
    files: tuple[CourseFile, ...]


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What an activity needs to run; the `needs` object of capabilities.json."""

    gpu: bool = False
    packages: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    memory_mb: int | None = None
    network: tuple[str, ...] = ()
    files: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Declaration:
    """What the author declares about one activity; None (or empty) means: not declared, look at the code.

    `packages` are names as on PyPI, `memory_mb` is in megabytes, `network` holds addresses, `files` paths in the
    content folder, `host` the id of a host; `without` names what the code seems to need and does not; `reason` and
    `meanwhile` are sentences for the reader, `seconds` is how long a check may run it.
    """

    gpu: bool | None = None
    packages: tuple[str, ...] = ()
    memory_mb: int | None = None
    network: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    route: Route | None = None
    forbid: tuple[Route, ...] = ()
    host: str | None = None
    without: tuple[str, ...] = ()
    reason: str = ""
    meanwhile: str = ""
    seconds: int | None = None


@dataclass(frozen=True, kw_only=True)
class Host:
    """A hosted server as configured under `hosted:`; `url` is the base address or a template, by kind.

    `repository` and `branch` are what nbgitpuller or BinderHub fetch; `profile` is the slug of a profile on the hub and
    `server` the name of a server beside the student's usual one. An `lti` host may name the `hub` behind its link.
    `image` is what the profile starts; `site` is the address of the book, which the hub lets in.
    """

    id: str
    kind: HostKind
    label: str
    url: str
    expected_wait: str = ""
    repository: str = ""
    branch: str = "main"
    folder: str = ""
    profile: str = ""
    capabilities: tuple[str, ...] = ("gpu",)
    hub: str = ""
    server: str = ""
    image: str = ""
    site: str = ""


@dataclass(frozen=True, kw_only=True)
class CellError:
    """The first thing that went wrong in a run: the cell's id and its number among the code cells, from 1.

    Both are None if no cell was to blame, for example because the browser ended.
    """

    message: str
    cell: str | None = None
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """Why we believe the needs: read from the code, declared by the author, or seen in a real run.

    `seconds` run from opening the activity to its last cell, `peak_mb` is the most memory that Python had, in
    megabytes, `requests` are the origins outside the site that were asked, sorted.
    """

    kind: EvidenceKind = "derived"
    ok: bool | None = None
    seconds: float | None = None
    peak_mb: float | None = None
    requests: tuple[str, ...] = ()
    error: CellError | None = None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """The route of one activity with its reasons, in words a student understands.

    `launch` maps the ids of the hosts that can run it, best first, to the addresses that open it there;
    `meanwhile` is what the reader can do while a server starts; `forbid` are the routes that the author ruled out.
    `refuge` is like `launch`: where the activity is sent if it turns out not to run in the browser. `seconds` is how
    long a check may run it, None for the usual time.
    """

    activity: Activity
    needs: Needs
    route: Route
    also: tuple[Route, ...] = ()
    why: tuple[str, ...] = ()
    launch: Mapping[str, str] = field(default_factory=dict)
    evidence: Evidence = Evidence()
    meanwhile: str = ""
    forbid: tuple[Route, ...] = ()
    refuge: Mapping[str, str] = field(default_factory=dict)
    seconds: int | None = None
