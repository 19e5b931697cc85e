"""Finds in the text of a file of the site what a reader's browser would fetch from somewhere else."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import NamedTuple

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


class Fetch(NamedTuple):
    """An outside address, and what would load it: `link`, `script`, `style`, `setting`, or a tag."""

    what: str
    url: str
    severity: Severity


def fetches(name: str, text: str) -> tuple[Fetch, ...]:
    """What a browser would fetch because of this file, each once. `name` decides how it is read: see `kind`.

    External scripts, styles, fonts and fetches are errors; pictures and frames that an author embedded from elsewhere
    are warnings, because the page still works without them.
    """
    return tuple(dict.fromkeys(_fetches(name, text)))


def kind(name: str) -> str | None:
    """How a file is read: by its suffix; None if nothing in it makes a browser fetch anything."""
    suffixes = (".html", ".css", ".js", ".mjs", "jupyter-lite.json")
    return next((suffix for suffix in suffixes if name.endswith(suffix)), None)


def problem(name: str, fetch: Fetch) -> Problem:
    """What the author is told. `name` is relative to the site."""
    return Problem(
        code="outside-request",
        message=f"A reader's browser would load {fetch.url} ({fetch.what}).",
        file=name,
        cure="Put the file into the course folder and refer to it there, so that it works offline and tells "
        "nobody who reads the course.",
        severity=fetch.severity,
    )


def _fetches(name: str, text: str) -> Iterator[Fetch]:
    match kind(name):
        case ".html":
            page = _Page()
            page.feed(text)
            page.close()
            yield from page.found
        case ".css":
            yield from (Fetch("style", url, "error") for url in _CSS.findall(text))
        case "jupyter-lite.json":
            yield from (Fetch("setting", url, "error") for url in _configured(json.loads(text)))
        case ".js" | ".mjs":
            yield from (Fetch("script", url, "error") for url in _FETCHED.findall(text))


class _Page(HTMLParser):
    """Collects everything a page loads from elsewhere."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[Fetch] = []
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
            self.found.append(Fetch(what, url.strip(), severity))


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
