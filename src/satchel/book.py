"""Builds the book with Jupyter Book v1 in a folder of its own."""

from __future__ import annotations

import importlib.util
import re
import shutil
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import entry_points, version
from pathlib import Path

import sphinx

from satchel import absent, folders, sphinx_ext, stamps
from satchel.bookconfig import BookConfig
from satchel.errors import Problem, ToolFailed
from satchel.shell import call
from satchel.staging import Staged
from satchel.stamps import Stamps

_STEP = "book"
_HOOKS = "book-hooks"
_START = "from jupyter_book.cli.main import main; main()"
_TOOLS = ("jupyter-book", "sphinx", "myst-nb", "sphinx-book-theme", "sphinx-thebe")
_WARNING = re.compile(r"^(?P<place>.*?):?\s*(?P<kind>WARNING|ERROR|CRITICAL): (?P<message>.*)$")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_GIST_LINES = 12


@dataclass(frozen=True, kw_only=True)
class Book:
    """The built HTML and what Sphinx had to say about it."""

    html: Path
    warnings: tuple[Problem, ...]


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """What the author asks for and this environment lacks: names of extensions, and the theme."""

    extensions: tuple[str, ...] = ()
    theme: str | None = None
    problems: tuple[Problem, ...] = ()


def lacking(config: BookConfig, *, folder: Path, file: str) -> Lacking:
    """What of `config`, which lies in `folder`, cannot be had; a warning for each: the book is made without it."""
    gone = tuple(name for name in config.extensions if not name.startswith("sphinx.ext.") and _spec(name) is None)
    lost = tuple((name, path) for name, path in config.local_extensions if not _is_module(folder / path, name))
    theme = config.theme if config.theme is not None and not _is_theme(config.theme) else None
    problems = [_not_installed("extension", name, file, "sphinx: extra_extensions") for name in gone]
    problems += (_not_there(name, path, file) for name, path in lost)
    if theme is not None:
        problems.append(_not_installed("theme", theme, file, "sphinx: config: html_theme"))
    return Lacking(extensions=(*gone, *(name for name, _ in lost)), theme=theme, problems=tuple(problems))


def importable(name: str) -> bool:
    """Whether this environment has a module of that name."""
    return _spec(name) is not None


def _not_installed(what: str, name: str, file: str, where: str) -> Problem:
    instead = "the usual theme takes its place" if what == "theme" else "what needs it is shown plainly"
    return Problem(
        code=f"{what}-missing",
        message=f'The Sphinx {what} "{name}" is not installed; {instead}.',
        file=file,
        where=where,
        cure=f"Install it beside satchel: pip install {name.partition('.')[0].replace('_', '-')}",
        severity="warning",
    )


def _not_there(name: str, path: str, file: str) -> Problem:
    return Problem(
        code="extension-missing",
        message=f'The extension "{name}" is not in the folder {path}; what needs it is shown plainly.',
        file=file,
        where="sphinx: local_extensions",
        cure=f"Put {name.rpartition('.')[2]}.py into that folder, or correct the path: it counts from this file.",
        severity="warning",
    )


def _is_module(folder: Path, name: str) -> bool:
    inside = folder.joinpath(*name.split("."))
    return inside.with_suffix(".py").is_file() or (inside / "__init__.py").is_file()


def _is_theme(name: str) -> bool:
    installed = {point.name for point in entry_points(group="sphinx.html_themes")}
    return name in installed or (Path(sphinx.package_dir) / "themes" / name).is_dir()


def build(
    staged: Staged,
    work: Path,
    *,
    content: Path,
    extra: Mapping[str, Path],
    remembered: Stamps,
    on_line: Callable[[str], None] | None = None,
    echo: Callable[[str], None] | None = None,
) -> Book:
    """Bring the staged folder up to date and run Jupyter Book on it, unless nothing changed.

    `extra` are files that belong beside `_config.yml` (logo, bibliography), by name. What Sphinx has read is kept in
    `work`, so that only changed pages are read again. All are written again: what earlier builds left (pages that are
    no more, the navigation on other pages) must not get into the site. `on_line` gets all that Jupyter Book prints.

    Raises:
        ToolFailed: Jupyter Book failed.
    """
    source, out = work / "book-source", work / "book"
    html = out / "_build" / "html"
    copies = {**{name: content / name for name in staged.copies}, **extra}
    folders.sync(source, texts=staged.texts, copies=copies)
    hooks = [Path(str(module.__file__)).read_bytes() for module in (sphinx_ext, absent)]
    key = stamps.key(folders.digest(source), *hooks, *(f"{tool} {version(tool)}" for tool in _TOOLS))
    log = work / "book-warnings.txt"
    if not (remembered.fresh(_STEP, key) and html.is_dir() and log.is_file()):
        remembered.forget(_STEP)
        # Sphinx does not notice that our hooks are others now; then every page must be made again.
        own = stamps.key(*hooks)
        everything = [] if remembered.fresh(_HOOKS, own) else ["--all"]
        if html.exists():
            shutil.rmtree(html)
        printed = _jupyter_book([source, "--path-output", out, *everything], work, source, on_line=on_line, echo=echo)
        log.write_text(printed, "utf-8")
        remembered.succeeded(_HOOKS, own)
        remembered.succeeded(_STEP, key)
    return Book(html=html, warnings=tuple(_warnings(log.read_text("utf-8"), source)))


def _jupyter_book(
    arguments: Sequence[str | Path],
    work: Path,
    source: Path,
    *,
    on_line: Callable[[str], None] | None,
    echo: Callable[[str], None] | None,
) -> str:
    """Run it; returns what it printed as errors and warnings."""
    heard: list[str] = []

    def hear(line: str) -> None:
        heard.append(_ANSI.sub("", line))
        if on_line:
            on_line(heard[-1])

    try:
        done = call(
            [sys.executable, "-c", _START, "build", *arguments],
            cwd=work,
            env={"NO_COLOR": "1", "TERM": "dumb", "PYTHONDONTWRITEBYTECODE": "1"},
            what="Jupyter Book",
            cure="The lines above say what it stumbled over; --verbose shows the whole output.",
            on_line=hear,
            echo=echo,
        )
    except ToolFailed as error:
        raise ToolFailed(error.what, detail=_gist(heard, source) or error.detail, cure=error.cure) from error
    return _ANSI.sub("", done.stderr)


def _gist(lines: Sequence[str], source: Path) -> str:
    """What Sphinx says in words before Python's own account of the error, and the first error itself."""
    start = next((index for index, line in enumerate(lines) if line.startswith("Traceback (")), len(lines))
    rest = lines[start + 1 :]
    raised = next((line for line in rest if line and not line.startswith(" ")), "")
    words = [line for line in lines[:start] if line.strip()][-_GIST_LINES:]
    return "\n".join(dict.fromkeys([*words, raised])).replace(f"{source}/", "").strip()


def _warnings(text: str, source: Path) -> list[Problem]:
    """Sphinx's complaints, each once, with places relative to the course."""
    found: dict[tuple[str, str], Problem] = {}
    for line in text.splitlines():
        match = _WARNING.match(line.strip())
        if not match:
            continue
        place = match["place"].replace(f"{source}/", "")
        path, _, number = place.rpartition(":")
        file, where = (path, _where(int(number))) if number.isdigit() else (place, None)
        found.setdefault(
            (place, match["message"]),
            Problem(
                code="book",
                message=match["message"],
                file=file or None,
                where=where,
                cure="See the page near that place.",
                severity="warning",
            ),
        )
    return list(found.values())


def _where(line: int) -> str:
    # MyST-NB counts ten thousand lines a cell.
    cell, inside = divmod(line, 10_000)
    return f"cell {cell}, line {inside}" if cell and inside else f"cell {cell}" if cell else f"line {line}"


def _spec(name: str) -> object | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
