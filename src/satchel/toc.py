"""Reads a Jupyter Book v1 table of contents into the order of pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from fnmatch import fnmatch
from pathlib import PurePosixPath

import yaml
from sphinx.util.matching import Matcher
from sphinx_external_toc.api import FileItem, GlobItem, SiteMap
from sphinx_external_toc.parsing import MalformedError, parse_toc_data

from satchel import oldtoc
from satchel.errors import Problem, did_you_mean

# The order in which Jupyter Book itself would pick, if a page exists in several formats.
PAGE_SUFFIXES = (".ipynb", ".md", ".py", ".Rmd", ".rst", ".txt")
# What Sphinx takes for a page without being told by the table of contents.
_SPHINX_SUFFIXES = (".ipynb", ".md", ".rst")
_ITEMS = {"jb-book": "chapters", "jb-article": "sections"}


@dataclass(frozen=True, kw_only=True)
class TocPage:
    """One page of the book: `docname` without suffix, `source` with it, both relative to the content folder.

    `part` is the caption of the part it is in, empty if that has none.
    """

    docname: str
    source: str
    part: str = ""


@dataclass(frozen=True, kw_only=True)
class Toc:
    """The pages in reading order, the first one being the root."""

    pages: tuple[TocPage, ...]
    problems: tuple[Problem, ...] = ()

    @property
    def parts(self) -> dict[str, str]:
        """The captions of the book's parts by page, of the pages that are in one."""
        return {page.docname: page.part for page in self.pages if page.part}


def parse(text: str, *, available: Collection[str], file: str) -> Toc:
    """Parse `_toc.yml` and find the source of each page among the `available` content files.

    Never raises: what is wrong comes back as problems, each with the entry it is about.
    """
    try:
        data = yaml.safe_load(text)
    # PyYAML raises ValueError for a date that does not exist, and gives up on absurdly deep nesting.
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        return Toc(pages=(), problems=(_syntax(error, file),))
    old = oldtoc.is_old(data)
    if old:
        try:
            data = oldtoc.of_today(data)
        except (MalformedError, TypeError, ValueError, AttributeError) as error:
            return Toc(pages=(), problems=(_malformed(error, file),))
    if not isinstance(data, dict) or not isinstance(data.get("root"), str):
        return Toc(
            pages=(),
            problems=(
                Problem(
                    code="toc-root",
                    message="The table of contents names no root page.",
                    file=file,
                    cure="Start it with `format: jb-book` and `root: index`.",
                ),
            ),
        )
    try:
        site = parse_toc_data(data)
    except (MalformedError, TypeError, ValueError, AttributeError) as error:
        return Toc(pages=(), problems=(_malformed(error, file),))
    by_docname = _by_docname(available)
    pages: list[TocPage] = []
    problems: list[Problem] = [oldtoc.problem(file)] if old else []
    named: dict[str, str] = {}
    for name, part in _names(site, by_docname):
        named.setdefault(name, part)
    for name, part in named.items():
        docname = _docname(name)
        source = by_docname.get(docname)
        if source is None:
            problems.append(_missing(name, file, by_docname))
        else:
            pages.append(TocPage(docname=docname, source=source, part=part))
    return Toc(pages=tuple(pages), problems=tuple(problems))


def with_page(text: str, docname: str) -> str:
    """A valid table of contents with one more page at its end, in today's format."""
    data = yaml.safe_load(text)
    if oldtoc.is_old(data):
        data = oldtoc.of_today(data)
    entry = {"file": docname}
    parts = next((key for key in ("parts", "subtrees") if key in data), None)
    if parts:
        items = "chapters" if parts == "parts" else "entries"
        part: dict[str, object] = {items: [entry]}
        if "numbered" in data.get("defaults", {}):
            part["numbered"] = False
        data[parts] = [*data[parts], part]
    else:
        key = next((k for k in ("chapters", "sections", "entries") if k in data), None)
        key = key or _ITEMS.get(data.get("format"), "entries")
        data[key] = [*data.get(key, []), entry]
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def with_loose_pages(table: Toc, *, available: Collection[str], excluded: Collection[str]) -> Toc:
    """The table with the pages that it does not name, unless a pattern excludes them; they come last."""
    named = {page.docname for page in table.pages}
    by_docname = _by_docname([name for name in available if not left_out(name, excluded)])
    loose = tuple(
        TocPage(docname=docname, source=source)
        for docname, source in sorted(by_docname.items())
        if docname not in named and PurePosixPath(source).suffix in _SPHINX_SUFFIXES
    )
    return replace(table, pages=(*table.pages, *loose))


def left_out(path: str, patterns: Collection[str]) -> bool:
    """Whether the book's `exclude_patterns` keep a file out, by Sphinx's rules."""
    return bool(patterns) and Matcher(list(patterns)).match(path)


def _names(site: SiteMap, by_docname: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Page names in reading order, each with the caption of its part: depth first, globs expanded in sorted order."""

    def walk(docname: str, part: str) -> Iterator[tuple[str, str]]:
        yield docname, part
        if docname not in site:
            return
        for tree in site[docname].subtrees:
            here = part or tree.caption or ""
            for item in tree.items:
                if isinstance(item, GlobItem):
                    yield from ((name, here) for name in sorted(by_docname) if fnmatch(name, str(item)))
                elif isinstance(item, FileItem):
                    yield from walk(str(item), here)

    yield from walk(site.root.docname, "")


def _docname(name: str) -> str:
    path = PurePosixPath(name)
    return str(path.with_suffix("")) if path.suffix in PAGE_SUFFIXES else str(path)


def _by_docname(available: Collection[str]) -> dict[str, str]:
    found: dict[str, str] = {}
    for suffix in reversed(PAGE_SUFFIXES):
        for name in sorted(available):
            if name.endswith(suffix):
                found[name[: -len(suffix)]] = name
    return found


def _malformed(error: Exception, file: str) -> Problem:
    return Problem(
        code="toc-malformed",
        message=f"The table of contents cannot be read: {error}",
        file=file,
        cure="Compare it with the Jupyter Book v1 format: parts, chapters, sections, each with `file:`.",
    )


def _missing(name: str, file: str, known: Collection[str]) -> Problem:
    return Problem(
        code="toc-missing-file",
        message=f'The table of contents names "{name}", but there is no such page.{did_you_mean(name, known)}',
        file=file,
        where=f"entry {name}",
        cure=f"Create {name}.ipynb or {name}.md in the content folder, or take the entry out.",
    )


def _syntax(error: Exception, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    return Problem(
        code="toc-yaml",
        message=f"This is not valid YAML: {getattr(error, 'problem', None) or error}.",
        file=file,
        where=f"line {mark.line + 1}" if mark else None,
        cure="Check the indentation and the colons near that line.",
    )
