"""Finds the parts of a course folder on disk and reads them; the only reader of the author's files."""

from __future__ import annotations

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from satchel.errors import CourseProblems, Problem

LEDGER = "satchel-ledger.json"
CAPABILITIES = "capabilities.yml"
_SKIPPED_FOLDERS = {"_build", "node_modules", "__pycache__", "__MACOSX"}
_SKIPPED_FILES = {"Thumbs.db", LEDGER, CAPABILITIES, "_config.yml", "_toc.yml", "runtime.lock.json"}
_PAGE_SUFFIXES = {".ipynb", ".md", ".py", ".Rmd", ".rst", ".txt"}


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where the parts of a course lie. `lite` is None for a course without settings of its own."""

    root: Path
    content: Path
    config: Path
    toc: Path
    lite: Path | None
    ledger: Path
    own_layout: bool

    @property
    def capabilities(self) -> Path:
        """The author's manifest; may not exist."""
        return self.content / CAPABILITIES

    @property
    def runtime_lock(self) -> Path:
        """Hashes of the wheels that come from outside the official Pyodide release; kept beside the ledger."""
        return self.ledger.with_name("runtime.lock.json")

    def name(self, path: Path) -> str:
        """`path` relative to the course folder, with forward slashes, for messages."""
        try:
            return path.relative_to(self.root).as_posix()
        except ValueError:
            return path.name


@dataclass(frozen=True, kw_only=True)
class CourseFolder:
    """Everything read from a course folder.

    `texts` holds what may be a page or a notebook, `sizes` every file in bytes; both by path in the content folder.
    A text that could not be read is empty, and `unread` says why, with the file relative to the course folder.
    """

    texts: Mapping[str, str]
    sizes: Mapping[str, int]
    unread: tuple[Problem, ...]
    config: str
    toc: str
    capabilities: str | None
    ledger: str | None
    lite: Mapping[str, str]


def find(folder: Path, *, ledger: Path | None, out: Path) -> Layout:
    """Recognise `folder`: laid out like satchel's own repository, or an existing Jupyter Book v1.

    The ledger of an existing book is kept beside its table of contents if there is one already, else in `out`,
    because a folder that was not made for satchel is not written to.

    Raises:
        CourseProblems: the folder is neither.
    """
    content, book, lite = folder / "content", folder / "book", folder / "lite"
    if content.is_dir() and ((book / "_toc.yml").exists() or (content / "_toc.yml").exists()):
        settings = book if (book / "_toc.yml").exists() else content
        return Layout(
            root=folder,
            content=content,
            config=settings / "_config.yml",
            toc=settings / "_toc.yml",
            lite=lite if lite.is_dir() else None,
            ledger=ledger or content / LEDGER,
            own_layout=True,
        )
    if (folder / "_toc.yml").exists():
        beside = folder / LEDGER
        return Layout(
            root=folder,
            content=folder,
            config=folder / "_config.yml",
            toc=folder / "_toc.yml",
            lite=lite if (lite / "jupyter-lite.json").exists() else None,
            ledger=ledger or (beside if beside.exists() else out / LEDGER),
            own_layout=False,
        )
    missing = "does not exist" if not folder.is_dir() else "has no table of contents"
    raise CourseProblems(
        [
            Problem(
                code="course-not-found",
                message=f"The course folder {missing}.",
                file=str(folder),
                cure="Give a folder with content/ and book/_toc.yml, or a Jupyter Book v1 folder with _config.yml "
                "and _toc.yml (`jupyter-book toc from-project FOLDER` writes one).",
            )
        ]
    )


def read(layout: Layout, *, out: Path) -> CourseFolder:
    """Read the whole course folder; `out` is left out when it lies inside. Never raises: see `unread`."""
    reader = _Reader(layout)
    texts: dict[str, str] = {}
    sizes: dict[str, int] = {}
    for path in _files(layout, out, reader):
        name = path.relative_to(layout.content).as_posix()
        size = reader.size(path)
        if size is None:
            continue
        sizes[name] = size
        if PurePosixPath(name).suffix in _PAGE_SUFFIXES:
            texts[name] = reader.text(path) or ""
    lite = {p.name: reader.text(p) or "" for p in sorted(layout.lite.glob("*.json"))} if layout.lite else {}
    return CourseFolder(
        texts=texts,
        sizes=sizes,
        config=reader.text(layout.config) or "",
        toc=reader.text(layout.toc) or "",
        capabilities=reader.text(layout.capabilities),
        ledger=reader.text(layout.ledger),
        lite=lite,
        unread=tuple(reader.problems),
    )


class _Reader:
    """Reads files and collects those that cannot be read."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout
        self.problems: list[Problem] = []

    def text(self, path: Path) -> str | None:
        """The file's text, or None if it does not exist or (with a problem) cannot be read."""
        if not os.path.lexists(path) or self.size(path) is None:
            return None
        try:
            return path.read_text("utf-8-sig")
        except UnicodeDecodeError:
            self._note(path, "not-utf8", "This file is not UTF-8 text.", "Save it again as UTF-8 in an editor.")
        except OSError as error:
            self.refused(error, path)
        return None

    def size(self, path: Path) -> int | None:
        """The file's bytes, or None (with a problem) for a broken link and for what is not a file."""
        try:
            status = path.stat()
        except OSError as error:
            self.refused(error, path)
            return None
        if not stat.S_ISREG(status.st_mode):
            # Reading a named pipe would wait for ever.
            self._unreadable(path, "it is not a regular file")
            return None
        return status.st_size

    def refused(self, error: OSError, path: Path | None = None) -> None:
        """Note what the system would not let us read; `os.walk` leaves the path to the error."""
        self._unreadable(path or Path(str(error.filename)), error.strerror or str(error))

    def _unreadable(self, path: Path, reason: str) -> None:
        message = f"This cannot be read: {reason}."
        self._note(path, "file-unreadable", message, "Check its permissions and where it links to, or take it out.")

    def _note(self, path: Path, code: str, message: str, cure: str) -> None:
        self.problems.append(Problem(code=code, message=message, file=self._layout.name(path), cure=cure))


def _files(layout: Layout, out: Path, reader: _Reader) -> list[Path]:
    """Course files, sorted; folders that hold no course material are not entered."""
    settings = {layout.lite.resolve()} if layout.lite else set()
    found: list[Path] = []
    for folder, folders, names in os.walk(layout.content, onerror=reader.refused):
        here = Path(folder)
        folders[:] = [
            name
            for name in folders
            if name not in _SKIPPED_FOLDERS
            and not name.startswith(".")
            and (here / name).resolve() not in {out.resolve(), *settings}
        ]
        found += [here / name for name in names if name not in _SKIPPED_FILES and not name.startswith(".")]
    return sorted(found)
