"""Jupyter Books that were not made for satchel, put together from small ones, and what a reader finds on a page."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import yaml

BOOKS = Path(__file__).resolve().parents[1] / "sites" / "books"

_PLAIN = "from jupyter_book.cli.main import main; main()"
# Elements between which a reader sees a gap; what stands between others is one run of words.
_BLOCKS = frozenset(
    {
        *(
            "address",
            "article",
            "aside",
            "blockquote",
            "br",
            "caption",
            "dd",
            "details",
            "div",
            "dl",
            "dt",
            "figcaption",
        ),
        *("figure", "footer", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "ol", "p", "pre", "section"),
        *("summary", "table", "tbody", "td", "th", "thead", "tr", "ul"),
    }
)
_VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"})
# What satchel adds, and marks of the theme that are no words of the author.
_LEFT_OUT = ("satchel-", "headerlink", "copybtn", "prev-next-footer")
# The author's words, shown without the extension that they need.
_PLAINLY = "satchel-absent"
_PATHS = {"bibtex_bibfiles", "logo"}


def combined(names: Iterable[str], target: Path) -> Path:
    """One book in `target` of which each of the small ones is a part in a folder of its own; returns `target`."""
    config: dict[str, Any] = {"title": "Books in one", "author": "Several"}
    parts: list[dict[str, Any]] = []
    for name in names:
        shutil.copytree(BOOKS / name, target / name, ignore=shutil.ignore_patterns("_config.yml", "_toc.yml"))
        toc = yaml.safe_load((BOOKS / name / "_toc.yml").read_text("utf-8"))
        files = [toc["root"], *(entry["file"] for entry in toc.get("chapters", []))]
        parts.append({"caption": name, "chapters": [{"file": f"{name}/{file}"} for file in files]})
        _merge(config, _below(name, yaml.safe_load((BOOKS / name / "_config.yml").read_text("utf-8"))))
    (target / "welcome.md").write_text("# Books in one\n\nOne part a book.\n", "utf-8")
    (target / "_config.yml").write_text(yaml.safe_dump(config), "utf-8")
    table = {"format": "jb-book", "root": "welcome", "parts": parts}
    (target / "_toc.yml").write_text(yaml.safe_dump(table, sort_keys=False, allow_unicode=True), "utf-8")
    return target


def _below(name: str, config: Mapping[str, Any]) -> dict[str, Any]:
    """A small book's settings, with paths as seen from the folder above."""
    return {key: [f"{name}/{one}" for one in value] if key in _PATHS else value for key, value in config.items()}


def _merge(into: dict[str, Any], more: Mapping[str, Any]) -> None:
    for key, value in more.items():
        if isinstance(value, dict):
            _merge(into.setdefault(key, {}), value)
        elif isinstance(value, list):
            into[key] = [*into.get(key, []), *(one for one in value if one not in into.get(key, []))]
        else:
            into[key] = value


def built_plainly(book: Path, out: Path) -> Path:
    """What Jupyter Book itself makes of a copy of `book`; returns the folder of HTML."""
    source = Path(shutil.copytree(book, out / "source"))
    done = subprocess.run(
        [sys.executable, "-c", _PLAIN, "build", str(source), "--path-output", str(out / "plain")],
        env={**os.environ, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return out / "plain" / "_build" / "html"


class _Words(HTMLParser):
    """Collects what stands in the article, a piece of text a block."""

    def __init__(self) -> None:
        super().__init__()
        self.pieces: list[str] = []
        self._run = ""
        self._open: list[tuple[str, bool]] = []
        self._inside = False

    @property
    def _shown(self) -> bool:
        return self._inside and not any(left_out for _, left_out in self._open)

    def _cut(self) -> None:
        words = " ".join(self._run.split())
        if words:
            self.pieces.append(words)
        self._run = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        classes = given.get("class", "").split()
        if tag == "article" and "bd-article" in classes:
            self._inside = True
        if tag in _BLOCKS:
            self._cut()
        if self._shown and tag in {"img", "object", "iframe", "source"}:
            self.pieces.append(f"<{tag} {given.get('alt', '')}>")
        if tag not in _VOID:
            added = any(name.startswith(_LEFT_OUT) and name != _PLAINLY for name in classes)
            left_out = tag in {"script", "style"} or added
            self._open.append((tag, left_out))

    def handle_endtag(self, tag: str) -> None:
        if tag in _VOID or not any(name == tag for name, _ in self._open):
            return
        if tag in _BLOCKS or tag == "article":
            self._cut()
        while self._open.pop()[0] != tag:
            pass
        if tag == "article":
            self._inside = False

    def handle_data(self, data: str) -> None:
        if self._shown:
            self._run += data


def article(page: Path) -> list[str]:
    """What a reader finds in the article of a page, in order: headings, paragraphs, code, outputs, pictures."""
    words = _Words()
    words.feed(page.read_text("utf-8"))
    words.close()
    return words.pieces


def articles(html: Path) -> Iterator[tuple[str, list[str]]]:
    """Every page of a book with its article, by its path."""
    for path in sorted(html.rglob("*.html")):
        name = path.relative_to(html).as_posix()
        pieces = article(path)
        if pieces and not name.startswith(("_static/", "lite/", "runtime/", "satchel/")):
            yield name, pieces
