"""Looks through the finished site for anything a reader's browser would fetch from somewhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from html.parser import HTMLParser
from pathlib import Path

from satchel import folders
from satchel.errors import Problem, Severity

_EXTERNAL = re.compile(r"^\s*(?:https?:)?//(?!(?:localhost|127\.0\.0\.1)(?:[:/]|$))", re.IGNORECASE)
_CSS = re.compile(r"""(?:url\(\s*['"]?|@import\s+['"])((?:https?:)?//[^'")\s]+)""", re.IGNORECASE)
# Only what is fetched: addresses of documentation, schemas and licences fill every bundle and harm nobody.
_FETCHED = re.compile(
    r"""(?:\bfetch\(|\bimport\(|\bimportScripts\(|\bnew\s+(?:Shared)?Worker\(|\bfrom\s?|\bsendBeacon\(|\.open\("GET",)
        \s*["'`]((?:https?:)?//[^"'`\s]+)["'`]""",
    re.VERBOSE,
)
_LINKS_THAT_LOAD = {
    "stylesheet",
    "preload",
    "modulepreload",
    "prefetch",
    "preconnect",
    "dns-prefetch",
    "icon",
    "manifest",
}
_LOADING = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "iframe": ("src",),
    "embed": ("src",),
    "object": ("data",),
    "source": ("src", "srcset"),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
}
# The author put these there and a page reads well without them; scripts and styles decide what a page does.
_AUTHORED = {"img", "iframe", "embed", "object", "source", "video", "audio", "track"}


def scan(site: Path) -> tuple[Problem, ...]:
    """Every outside address that the site's own files would make a browser fetch, as problems.

    External scripts, styles, fonts and fetches are errors; pictures and frames that an author embedded from elsewhere
    are warnings, because the page still works without them.
    """
    names = [
        name for name in folders.files(site) if name.endswith((".html", ".css", ".js", ".mjs", "jupyter-lite.json"))
    ]
    with ThreadPoolExecutor() as pool:
        found = pool.map(lambda name: list(scan_file(name, (site / name).read_text("utf-8", "replace"))), names)
    return tuple(problem for problems in found for problem in problems)


def scan_file(name: str, text: str) -> Iterator[Problem]:
    """The problems of one file of the site; `name` is relative to the site and decides how it is read."""
    if name.endswith(".html"):
        page = _Page()
        page.feed(text)
        page.close()
        yield from _once(name, page.found)
    elif name.endswith(".css"):
        yield from _once(name, (("style", url, "error") for url in _CSS.findall(text)))
    elif name.endswith(".json"):
        yield from _once(name, (("setting", url, "error") for url in _configured(json.loads(text))))
    else:
        yield from _once(name, (("script", url, "error") for url in _FETCHED.findall(text)))


class _Page(HTMLParser):
    """Collects `(what, address, severity)` of everything a page loads from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[tuple[str, str, Severity]] = []
        self._inside = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        # The text of cells is in the page as JSON: a browser does not run it as a script.
        is_data = tag == "script" and "json" in values.get("type", "").lower()
        self._inside = tag if tag in {"script", "style"} and not is_data else ""
        if tag == "link" and _LINKS_THAT_LOAD & set(values.get("rel", "").lower().split()):
            self._add("link", values.get("href", ""), "error")
        for attribute in _LOADING.get(tag, ()):
            self._add(tag, values.get(attribute, ""), "warning" if tag in _AUTHORED else "error")
        for url in _CSS.findall(values.get("style", "")):
            self._add("style", url, "error")

    def handle_endtag(self, tag: str) -> None:
        self._inside = ""

    def handle_data(self, data: str) -> None:
        pattern = {"script": _FETCHED, "style": _CSS}.get(self._inside)
        for url in pattern.findall(data) if pattern else ():
            self._add(self._inside, url, "error")

    def _add(self, what: str, url: str, severity: Severity) -> None:
        if _EXTERNAL.match(url):
            self.found.append((what, url.strip(), severity))


def _configured(value: object, key: str = "") -> Iterator[str]:
    """Addresses in JupyterLite's settings that it would load from; every such key ends in url or urls."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _configured(inner, name)
    elif isinstance(value, list):
        for inner in value:
            yield from _configured(inner, key)
    elif isinstance(value, str) and key.lower().endswith(("url", "urls")) and _EXTERNAL.match(value):
        yield value


def _once(name: str, found: Iterable[tuple[str, str, Severity]]) -> Iterator[Problem]:
    for what, url, severity in dict.fromkeys(found):
        yield Problem(
            code="outside-request",
            message=f"A reader's browser would load {url} ({what}).",
            file=name,
            cure="Put the file into the course folder and refer to it there, so that it works offline and tells "
            "nobody who reads the course.",
            severity=severity,
        )
