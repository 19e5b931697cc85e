"""Puts a course together: pages from the table of contents, notebooks parsed, identities from the ledger."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from satchel import continuity, notebooks, toc
from satchel import ledger as ledgers
from satchel.errors import Problem
from satchel.ledger import Ledger
from satchel.model import Activity, Course, CourseFile, Notebook
from satchel.notebooks import Parsed
from satchel.recognition import recorded_notebooks
from satchel.toc import Toc

ParseAll = Callable[[Sequence[tuple[str, str]]], Sequence[Parsed]]


@dataclass(frozen=True, kw_only=True)
class Sources:
    """What a course is read from, all as text; paths are relative to the content folder.

    `loose_pages` says that files are pages without being named in the table of contents, `excluded` are patterns of
    those that are none.
    """

    texts: Mapping[str, str]
    sizes: Mapping[str, int]
    toc: str
    ledger: str | None
    title: str
    author: str
    toc_file: str
    ledger_file: str
    loose_pages: bool = False
    excluded: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class CourseRead:
    """The course with its pages and the ledger to write, and every problem found on the way."""

    course: Course
    toc: Toc
    ledger: Ledger
    problems: tuple[Problem, ...]


def assemble(sources: Sources, parse: ParseAll) -> CourseRead:
    """Read a whole course. Never raises for what an author can get wrong: look at `problems`.

    `parse` parses notebooks, given as path and text: see `notebooks.parse`.
    """
    table = toc.parse(sources.toc, available=sources.texts, file=sources.toc_file)
    if sources.loose_pages:
        table = toc.with_loose_pages(table, available=sources.texts, excluded=sources.excluded)
    ledger, problems = ledgers.parse(sources.ledger, file=sources.ledger_file)
    found: list[Problem] = [*table.problems, *problems]
    pages = [(page.source, sources.texts[page.source]) for page in table.pages]
    are_notebooks = [notebooks.is_notebook(*page) for page in pages]
    results = iter(parse([page for page, is_one in zip(pages, are_notebooks, strict=True) if is_one]))
    parsed: list[Notebook] = []
    for (source, _), is_one in zip(pages, are_notebooks, strict=True):
        if is_one:
            result = next(results)
            found += result.problems
            parsed += [result.notebook] if result.notebook else []
        elif source.endswith(".py"):
            found.append(_not_a_notebook(source))
    found += _unlisted(sources, table)
    known = recorded_notebooks(parsed, ledger.notebooks)
    found += continuity.with_ledger(parsed, ledger.notebooks, known, file=sources.ledger_file)
    version = _version(sources)
    # The part before a colon is what people call a course; the digits keep two courses of that name apart.
    first_id = f"{ledgers.slug(sources.title.partition(':')[0])}-{version[:6]}"
    named, ledger = ledgers.identify(parsed, ledger, course=first_id)
    course = Course(
        id=ledger.course,
        title=sources.title,
        version=version,
        author=sources.author,
        activities=tuple(_activity(notebook_id, notebook) for notebook_id, notebook in named),
        files=tuple(
            CourseFile(path=path, size=size)
            for path, size in sorted(sources.sizes.items())
            if not _is_page(path, sources.texts.get(path))
        ),
    )
    return CourseRead(course=course, toc=table, ledger=ledger, problems=tuple(found))


def _activity(notebook_id: str, notebook: Notebook) -> Activity:
    path = PurePosixPath(notebook.source)
    return Activity(
        id=notebook_id,
        notebook=notebook,
        page=str(path.with_suffix(".html")),
        path=str(path.with_suffix(".ipynb")),
    )


def _is_page(path: str, text: str | None) -> bool:
    """Pages and notebooks are not course files; a plain `.py` or `.txt` (a module, some data) is one."""
    suffix = PurePosixPath(path).suffix
    if suffix in {".ipynb", ".md", ".Rmd", ".rst"}:
        return True
    return suffix == ".py" and text is not None and notebooks.is_notebook(path, text)


def _version(sources: Sources) -> str:
    """Changes whenever the author changes a page, and only then: 12 hex digits over all texts."""
    whole = hashlib.sha256(sources.toc.encode())
    for path, text in sorted(sources.texts.items()):
        whole.update(f"{path}\0{text}\0".encode())
    return whole.hexdigest()[:12]


def _unlisted(sources: Sources, table: Toc) -> list[Problem]:
    listed = {page.source for page in table.pages}
    return [
        Problem(
            code="notebook-not-listed",
            message="This notebook is in the course folder but not in the table of contents, so it is left out.",
            file=path,
            cure="Add it to _toc.yml, or move it out of the content folder.",
            severity="warning",
        )
        for path, text in sorted(sources.texts.items())
        if path not in listed and not toc.left_out(path, sources.excluded) and notebooks.is_notebook(path, text)
    ]


def _not_a_notebook(path: str) -> Problem:
    return Problem(
        code="script-without-cells",
        message="This script is in the table of contents but has no cells.",
        file=path,
        cure="Mark its cells with lines that start with `# %%` (percent format), or take it out of _toc.yml.",
    )
