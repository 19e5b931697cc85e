"""Does the scan find everything a reader's browser would fetch from elsewhere, and nothing else?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from satchel import outside
from satchel.errors import Problem
from satchel.outside import Fetch, fetches, problem
from satchel.scan import scan


def scan_file(name: str, text: str) -> list[Problem]:
    return [problem(name, fetch) for fetch in fetches(name, text)]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<script src="https://cdn.example.org/x.js"></script>'),
        ("a.html", '<script src="//cdn.example.org/x.js"></script>'),
        ("a.html", '<link rel="stylesheet" href="https://fonts.example.org/css">'),
        ("a.html", '<link rel="preconnect" href="https://fonts.example.org">'),
        ("a.html", '<link rel="icon" href="https://example.org/i.png">'),
        ("a.html", '<style>@import "https://example.org/a.css";</style>'),
        ("a.html", "<style>body { background: url(https://example.org/a.png) }</style>"),
        ("a.html", "<p style=\"background: url('//example.org/a.png')\">x</p>"),
        ("a.html", '<script>fetch("https://example.org/data.json")</script>'),
        ("a.html", '<script type="module">import("https://example.org/m.js")</script>'),
        ("a.html", '<script type="module">import x from "https://example.org/m.js"</script>'),
        ("a.css", "@font-face { src: url('https://example.org/f.woff2') }"),
        ("a.js", "new Worker('https://example.org/w.js')"),
        ("a.js", "importScripts(`https://example.org/w.js`)"),
        ("a.mjs", 'export * from"https://example.org/m.js"'),
        ("lite/jupyter-lite.json", '{"a": {"pyodideUrl": "https://cdn.example.org/pyodide.js"}}'),
        ("lite/jupyter-lite.json", '{"a": {"pipliteUrls": ["https://example.org/all.json"]}}'),
    ],
)
def test_an_outside_fetch_is_an_error(name: str, text: str) -> None:
    [found] = scan_file(name, text)
    assert (found.code, found.severity, found.file) == ("outside-request", "error", name)
    assert "example.org" in found.message


@pytest.mark.parametrize("tag", ["img", "iframe", "video", "audio", "embed"])
def test_what_an_author_embeds_is_a_warning(tag: str) -> None:
    [found] = scan_file("a.html", f'<{tag} src="https://example.org/x">')
    assert found.severity == "warning"


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.html", '<a href="https://example.org">link</a><script src="_static/x.js"></script>'),
        ("a.html", '<link rel="canonical" href="https://example.edu/book/a.html">'),
        ("a.html", '<pre>fetch("https://example.org/data.json")</pre>'),
        ("a.html", '<script>const DOCS = "https://example.org/docs"</script>'),
        ("a.html", '<script src="http://127.0.0.1:8000/x.js"></script><script src="http://localhost/x.js"></script>'),
        ("a.html", '<img src="data:image/png;base64,AAAA"><svg xmlns="http://www.w3.org/2000/svg"></svg>'),
        ("a.css", "a { background: url(data:image/svg+xml;base64,AAAA) } /* https://example.org */"),
        ("a.js", 'fetch("./local.json"); const s = "see https://example.org"; // https://example.org'),
        ("lite/jupyter-lite.json", '{"pyodideUrl": "../runtime/boot.mjs", "docs": "https://example.org"}'),
    ],
)
def test_what_is_not_fetched_is_left_alone(name: str, text: str) -> None:
    assert list(scan_file(name, text)) == []


def test_the_same_address_is_told_once_a_file() -> None:
    text = '<script src="https://example.org/x.js"></script>' * 3
    assert len(list(scan_file("a.html", text))) == 1


def test_is_only_a_new_file_read_closely(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, record = tmp_path / "site", tmp_path / "work" / "scanned.json"
    site.mkdir()
    (site / "a.html").write_text('<script src="https://example.org/x.js"></script>', "utf-8")
    (site / "b.js").write_text("1", "utf-8")
    first = scan(site, record)
    assert [found.file for found in first] == ["a.html"]
    read: list[str] = []

    def close_look(name: str, text: str) -> tuple[Fetch, ...]:
        read.append(name)
        return fetches(name, text)

    monkeypatch.setattr(outside, "fetches", close_look)
    assert scan(site, record) == first
    assert read == []
    # The same words mean something else in another kind of file.
    (site / "c.css").write_text("1", "utf-8")
    (site / "d.html").write_text('<script src="https://example.org/x.js"></script>', "utf-8")
    assert [found.file for found in scan(site, record)] == ["a.html", "d.html"]
    assert read == ["c.css"]


@pytest.mark.parametrize("damage", ["", "[]", '{"scanner": "another", "found": {}}'])
def test_does_a_damaged_record_hide_nothing(tmp_path: Path, damage: str) -> None:
    (tmp_path / "a.js").write_text("import('https://example.org/x.js')", "utf-8")
    record = tmp_path / "scanned.json"
    first = scan(tmp_path, record)
    record.write_text(damage, "utf-8")
    assert scan(tmp_path, record) == first != ()


def test_does_a_record_of_another_scanner_hide_nothing(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text("import('https://example.org/x.js')", "utf-8")
    record = tmp_path / "scanned.json"
    first = scan(tmp_path, record)
    data = json.loads(record.read_text("utf-8"))
    record.write_text(json.dumps({"scanner": "another", "found": {key: [] for key in data["found"]}}), "utf-8")
    assert scan(tmp_path, record) == first != ()
