"""Does the scan find everything a reader's browser would fetch from elsewhere, and nothing else?"""

from __future__ import annotations

import pytest

from satchel.scan import scan_file


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
    [problem] = scan_file(name, text)
    assert (problem.code, problem.severity, problem.file) == ("outside-request", "error", name)
    assert "example.org" in problem.message


@pytest.mark.parametrize("tag", ["img", "iframe", "video", "audio", "embed"])
def test_what_an_author_embeds_is_a_warning(tag: str) -> None:
    [problem] = scan_file("a.html", f'<{tag} src="https://example.org/x">')
    assert problem.severity == "warning"


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
