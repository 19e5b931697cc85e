"""Reads a Jupyter Book v1 table of contents into the order of pages."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import PurePosixPath

import yaml
from sphinx_external_toc.api import FileItem, GlobItem, SiteMap
from sphinx_external_toc.parsing import MalformedError, parse_toc_data

from satchel.errors import Problem, did_you_mean

# The order in which Jupyter Book itself would pick, if a page exists in several formats.
PAGE_SUFFIXES = (".ipynb", ".md", ".py", ".rst", ".txt")


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
    except (MalformedError, TypeError, ValueError) as error:
        return Toc(
            pages=(),
            problems=(
                Problem(
                    code="toc-malformed",
                    message=f"The table of contents cannot be read: {error}",
                    file=file,
                    cure="Compare it with the Jupyter Book v1 format: parts, chapters, sections, each with `file:`.",
                ),
            ),
        )
    by_docname = _by_docname(available)
    pages: list[TocPage] = []
    problems: list[Problem] = []
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
    """A valid table of contents with one more page at its end."""
    data = yaml.safe_load(text)
    entry = {"file": docname}
    if "parts" in data:
        data["parts"] = [*data["parts"], {"chapters": [entry]}]
    else:
        key = next((k for k in ("chapters", "sections") if k in data), None)
        key = key or ("sections" if data.get("format") == "jb-article" else "chapters")
        data[key] = [*data.get(key, []), entry]
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


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
