"""A finished site, read the way a browser or `sha256sum -c` would read it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from html.parser import HTMLParser
from pathlib import Path
from subprocess import CompletedProcess
from typing import Any
from urllib.parse import unquote, urlsplit


def snapshot(folder: Path) -> dict[str, str]:
    """Every file below a folder with the hash of its content."""
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


Times = dict[str, tuple[int, int]]


def times(folder: Path) -> Times:
    """When each file and folder below `folder`, and itself, was last written to, and its mode; for folders, what came
    and went counts."""
    paths = [folder, *sorted(folder.rglob("*"))]
    return {path.relative_to(folder).as_posix(): (path.lstat().st_mtime_ns, path.lstat().st_mode) for path in paths}


@dataclass(frozen=True, kw_only=True)
class Built:
    """A course and what one build made of it; `given` is the course before, `files` the site right after."""

    course: Path
    out: Path
    done: CompletedProcess[str]
    given: Mapping[str, str]
    files: Mapping[str, str]
    times: Times = field(default_factory=dict)

    @property
    def site(self) -> Path:
        """The finished site."""
        return self.out / "site"

    @property
    def zips(self) -> list[Path]:
        """The offline zips."""
        return sorted(self.out.glob("*.zip"))

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The published `capabilities.json`."""
        manifest: dict[str, Any] = json.loads((self.site / "capabilities.json").read_text("utf-8"))
        return manifest


@dataclass
class Link:
    """An address in a page; `label` is the class of its element."""

    tag: str
    url: str
    label: str


@dataclass
class Page:
    """What a page of a site has in it."""

    path: Path
    links: list[Link] = field(default_factory=list)
    ids: set[str] = field(default_factory=set)
    cells: list[str] = field(default_factory=list)
    elements: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    scripts: dict[str, str] = field(default_factory=dict)

    @cached_property
    def data(self) -> dict[str, Any]:
        """What the page's script reads."""
        data: dict[str, Any] = json.loads(self.scripts["satchel-page"])
        return data

    def with_class(self, name: str) -> list[Mapping[str, str]]:
        """Attributes of all elements of a class."""
        return [attributes for _, attributes in self.elements if name in attributes.get("class", "").split()]


class _Parser(HTMLParser):
    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._script = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self._page.elements.append((tag, given))
        self._page.ids |= {given[name] for name in ("id", "name") if name in given}
        if "data-satchel-cell" in given:
            self._page.cells.append(given["data-satchel-cell"])
        for name in ("href", "src", "data", "poster"):
            if name in given:
                self._page.links.append(Link(tag, given[name], given.get("class", "")))
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh":
            self._page.links.append(Link(tag, given["content"].partition("url=")[2], ""))
        if tag == "script":
            self._script = given.get("id", "?")

    def handle_endtag(self, tag: str) -> None:
        self._script = ""

    def handle_data(self, data: str) -> None:
        if self._script:
            self._page.scripts[self._script] = self._page.scripts.get(self._script, "") + data


def read_page(path: Path) -> Page:
    """Parse one HTML file."""
    page = Page(path)
    parser = _Parser(page)
    parser.feed(path.read_text("utf-8"))
    parser.close()
    return page


def pages(site: Path) -> dict[str, Page]:
    """Every HTML page of a site by its path."""
    return {path.relative_to(site).as_posix(): read_page(path) for path in sorted(site.rglob("*.html"))}


def dead_links(site: Path) -> Iterator[tuple[str, Link]]:
    """Every link to a file that the site does not have, or to a place that a page does not have."""
    read = pages(site)
    for name, page in read.items():
        for link in page.links:
            parts = urlsplit(link.url)
            if parts.scheme or parts.netloc:
                continue
            target = (page.path.parent / unquote(parts.path)).resolve() if parts.path else page.path
            if target.is_dir():
                target /= "index.html"
            inside = target.is_file() and target.is_relative_to(site.resolve())
            other = read.get(target.relative_to(site.resolve()).as_posix()) if inside else None
            if not inside or (other and parts.fragment and unquote(parts.fragment) not in other.ids):
                yield name, link
