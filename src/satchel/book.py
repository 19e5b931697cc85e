"""Builds the book with Jupyter Book v1 in a folder of its own."""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from satchel import absent, folders, navigation, sphinx_ext, stamps
from satchel.errors import Problem, ToolFailed
from satchel.frame import frame, glues
from satchel.shell import call
from satchel.staging import Staged
from satchel.stamps import Stamps

_STEP = "book"
_HOOKS = "book-hooks"
# MyST-NB writes it after the pages.
_LATE = "mystnb.*.css"
_AROUND = "book-around"
# A second of its start goes into a checker of addresses that nothing needs (see `satchel.__init__`).
_START = "import satchel; from jupyter_book.cli.main import main; main()"
_TOOLS = ("jupyter-book", "sphinx", "myst-nb", "sphinx-book-theme", "sphinx-thebe")
_WARNING = re.compile(r"^(?P<place>.*?):?\s*(?P<kind>WARNING|ERROR|CRITICAL): (?P<message>.*)$")
_ANSI = re.compile(r"\x1b\[[0-9;]*m")
_READING = re.compile(r"^reading sources\.\.\. \[ *\d+%\] (\S.*?)\s*$")
# About the colours of magics and shell lines, which are right as they are.
_NOTHING = re.compile(r"Lexing literal_block .* resulted in an error at token")
_GIST_LINES = 12


@dataclass(frozen=True, kw_only=True)
class Book:
    """The built HTML and what Sphinx had to say about it."""

    html: Path
    warnings: tuple[Problem, ...]


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
    `work`, so that only changed pages are read again. All are written again if something changed that may show on
    other pages (see `frame`): what earlier builds left must not get into the site. `on_line` gets all that Jupyter
    Book prints.

    Raises:
        ToolFailed: Jupyter Book failed.
    """
    source, out = work / "book-source", work / "book"
    html = out / "_build" / "html"
    copies = {**{name: content / name for name in staged.copies}, **extra}
    folders.sync(source, texts=staged.texts, copies=copies)
    key = stamps.key(folders.digest(source), _hooks(), *(f"{tool} {version(tool)}" for tool in _TOOLS))
    log = work / "book-warnings.txt"
    if not (remembered.fresh(_STEP, key) and html.is_dir() and log.is_file()):
        remembered.forget(_STEP)
        # Sphinx does not notice that our hooks are others now; then every page must be made again.
        own = stamps.key(_hooks())
        everything = [] if remembered.fresh(_HOOKS, own) else ["--all"]
        around = stamps.key(_around(staged, source, copies), own, *(f"{tool} {version(tool)}" for tool in _TOOLS))
        alone = not everything and remembered.fresh(_AROUND, around) and html.is_dir() and log.is_file()
        remembered.forget(_AROUND)
        if html.exists() and not alone:
            shutil.rmtree(html)
        for style in html.glob(f"_static/{_LATE}"):
            # Where it is there already, pages name it with a mark of its content that a first build does not write.
            style.unlink()
        before = log.read_text("utf-8") if alone else ""
        heard = _jupyter_book([source, "--path-output", out, *everything], work, source, on_line=on_line, echo=echo)
        # Of a page that was not made again Sphinx says nothing; what it said before still holds.
        kept = [line for line in before.splitlines() if not _is_about(line, heard.read, source)]
        log.write_text("\n".join([*kept, heard.errors]), "utf-8")
        remembered.succeeded(_HOOKS, own)
        remembered.succeeded(_AROUND, around)
        remembered.succeeded(_STEP, key)
    return Book(html=html, warnings=tuple(_warnings(log.read_text("utf-8"), source)))


@dataclass(frozen=True, kw_only=True)
class _Heard:
    """What Jupyter Book printed as errors and warnings, and the pages that it read, by docname."""

    errors: str
    read: frozenset[str]


def _around(staged: Staged, source: Path, copies: Mapping[str, Path]) -> str:
    """Changes with everything that may show on more than one page."""
    texts = staged.texts
    if any(glues(text) for text in texts.values()):
        return folders.digest(source)
    # What stands in the file of the pages' own parts concerns each page alone; Sphinx is told which have changed.
    frames = {name: frame(name, text) for name, text in texts.items() if name != sphinx_ext.PAGES_FILE}
    return stamps.key(folders.digest(source, copies), json.dumps(frames, sort_keys=True))


def _is_about(line: str, docnames: Collection[str], source: Path) -> bool:
    """Whether a warning is about one of these pages."""
    place = _ANSI.sub("", line).strip().removeprefix(f"{source}/")
    return any(place.startswith((f"{name}.", f"{name}:")) for name in docnames)


def _hooks() -> bytes:
    """What makes pages beside Sphinx itself."""
    own = Path(sphinx_ext.__file__)
    return b"\0".join(
        path.read_bytes()
        for path in (own, Path(absent.__file__), Path(navigation.__file__), *sorted(own.parent.glob("theme/*")))
    )


def _jupyter_book(
    arguments: Sequence[str | Path],
    work: Path,
    source: Path,
    *,
    on_line: Callable[[str], None] | None,
    echo: Callable[[str], None] | None,
) -> _Heard:
    """Run it."""
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
    return _Heard(
        errors=_ANSI.sub("", done.stderr), read=frozenset(found[1] for line in heard if (found := _READING.match(line)))
    )


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
        if not match or _NOTHING.search(match["message"]):
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
