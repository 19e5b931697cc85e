"""What is wrong with a course that shows only when its parts are seen together: names that collide, files unread."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import PurePosixPath

from satchel.course import CourseRead
from satchel.errors import Problem
from satchel.toc import Toc

# Folders of the site that are not the book's.
_OWN_FOLDERS = frozenset({"lite", "runtime", "satchel"})
# Formats that Sphinx itself would take for a page.
_PAGE_FORMATS = frozenset({".ipynb", ".md", ".rst"})


def pages(
    read: CourseRead, texts: Mapping[str, str], *, toc_file: str, own_pages: Mapping[str, str]
) -> Iterator[Problem]:
    """Pages that collide with each other, with other files among `texts`, or with addresses of the site.

    `own_pages` are the pages that every book gets, with what each is. Files are relative to the content folder, except
    `toc_file`.
    """
    yield from _twice(read.toc, toc_file)
    yield from _beaten(read, texts)
    yield from _taken(read.toc, own_pages)


def placed(problems: Iterable[Problem], names: Collection[str], *, content: str) -> Iterator[Problem]:
    """The problems, with files of the content folder (`names`) made relative to the course folder."""
    for problem in problems:
        inside = content and problem.file in names
        yield replace(problem, file=f"{content}/{problem.file}") if inside else problem


def with_unread(
    problems: Iterable[Problem], unread: Iterable[Problem], table: Toc, *, content: str
) -> tuple[Problem, ...]:
    """All problems. What is wrong with an empty text says nothing if the text could not be read at all.

    A `.txt` that is not UTF-8 is data like any other, unless it is a page of the book.
    """
    named = {f"{content}/{page.source}".lstrip("/") for page in table.pages}
    counted = [
        problem
        for problem in unread
        if problem.code != "not-utf8" or not str(problem.file).endswith(".txt") or problem.file in named
    ]
    files = {problem.file for problem in counted}
    return (*(problem for problem in problems if problem.file not in files), *counted)


def _twice(table: Toc, file: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for page in table.pages:
        if page.docname in seen:
            yield Problem(
                code="toc-page-twice",
                message=f'The table of contents names the page "{page.docname}" twice.',
                file=file,
                where=f"entry {page.docname}",
                cure="Take one of the entries out; a page is the same with and without its suffix.",
            )
        seen.add(page.docname)


def _beaten(read: CourseRead, texts: Mapping[str, str]) -> Iterator[Problem]:
    winners = {page.docname: page.source for page in read.toc.pages}
    told = {problem.file for problem in read.problems}
    for path in sorted(texts):
        docname, suffix = str(PurePosixPath(path).with_suffix("")), PurePosixPath(path).suffix
        if suffix in _PAGE_FORMATS and path not in told and winners.get(docname, path) != path:
            yield Problem(
                code="page-ambiguous",
                message=f'This file is left out: the page "{docname}" is made from {winners[docname]}.',
                file=path,
                cure="Rename one of the two files, or move one out of the content folder.",
                severity="warning",
            )


def _taken(table: Toc, own_pages: Mapping[str, str]) -> Iterator[Problem]:
    for page in table.pages:
        top, _, below = page.docname.lower().partition("/")
        if own := own_pages.get(page.docname.lower()):
            what = f'The page name "{page.docname.lower()}" is taken by {own} that every book gets.'
            yield _name_taken(page.source, what, "Give your page another file name.")
        elif below and top in _OWN_FOLDERS:
            what = f'The folder name "{top}" is taken: the site has a folder of that name which is not the book\'s.'
            yield _name_taken(page.source, what, "Give your folder another name.")


def _name_taken(file: str, message: str, cure: str) -> Problem:
    return Problem(code="page-name-taken", message=message, file=file, cure=cure)
