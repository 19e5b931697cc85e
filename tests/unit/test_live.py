"""Does the dev server give its script to people's pages alone, leave all else as it is, and pass news on?"""

from __future__ import annotations

import json
import threading
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request

import pytest

from satchel.live import Live
from satchel.liveserver import SCRIPT, edition_of, serving_live, with_script

PAGE = b"<html><body><p>Hello</p></body></html>"
OPENED = {"Sec-Fetch-Dest": "document"}
LIMIT = 60


@pytest.fixture
def site(tmp_path: Path) -> Path:
    made = tmp_path / "site"
    (made / "sub").mkdir(parents=True)
    (made / "index.html").write_bytes(PAGE)
    (made / "sub" / "index.html").write_bytes(PAGE)
    (made / "data.csv").write_bytes(b"a,b\n")
    (made / "SHA256SUMS").write_text("0  index.html\n")
    return made


@pytest.fixture
def live(site: Path) -> Live:
    return Live(edition_of(site))


@pytest.fixture
def address(site: Path, live: Live) -> Iterator[str]:
    with serving_live(site, 0, live) as given:
        yield given


def fetch(url: str, headers: dict[str, str]) -> bytes:
    with urllib.request.urlopen(Request(url, headers=headers), timeout=LIMIT) as answer:
        body: bytes = answer.read()
        assert int(answer.headers["Content-Length"]) == len(body)
        assert answer.headers["Cache-Control"] == "no-cache"
        return body


@pytest.mark.parametrize(
    ("page", "expected"),
    [
        (PAGE, b"<p>Hello</p><script defer"),
        (b"<pre></body></pre></body>", b"<pre></body></pre><script defer"),
        (b"no body", b"no body<script defer"),
    ],
)
def test_the_script_stands_at_the_end_of_the_body(page: bytes, expected: bytes) -> None:
    made = with_script(page, 'e"1')
    assert expected in made
    assert b'data-edition="e&quot;1"' in made


@pytest.mark.effects
@pytest.mark.parametrize("path", ["", "index.html", "sub/", "index.html?x=1"])
def test_a_page_that_a_person_opens_hears_of_new_editions(path: str, address: str, live: Live) -> None:
    body = fetch(address + path, OPENED)
    assert body.count(b"<script") == 1
    assert f'data-edition="{live.news.edition}"'.encode() in body


@pytest.mark.effects
@pytest.mark.parametrize("headers", [{}, {"Sec-Fetch-Dest": "empty"}, {"Sec-Fetch-Dest": "script"}])
def test_what_a_program_fetches_is_what_was_built(headers: dict[str, str], address: str) -> None:
    assert fetch(f"{address}index.html", headers) == PAGE
    assert fetch(f"{address}data.csv", headers) == b"a,b\n"


@pytest.mark.effects
def test_the_script_is_there_and_nothing_else_of_ours(address: str) -> None:
    assert fetch(f"{address}.satchel/live.js", {}) == SCRIPT.read_bytes()
    with pytest.raises(urllib.error.HTTPError) as refused:
        fetch(f"{address}.satchel/else", OPENED)
    assert refused.value.code == 404


@pytest.mark.effects
def test_before_the_first_site_there_is_a_page_that_waits(tmp_path: Path) -> None:
    with serving_live(tmp_path / "none", 0, Live(edition_of(tmp_path / "none"))) as address:
        with pytest.raises(urllib.error.HTTPError) as told:
            fetch(address, OPENED)
        assert told.value.code == 503
        assert b"Building the course" in (body := told.value.read())
        assert b'data-edition=""' in body


@pytest.mark.effects
def test_every_listener_hears_everything_in_turn(address: str, live: Live) -> None:
    def news(answer: object) -> dict[str, object]:
        for line in iter(answer.readline, b""):  # type: ignore[attr-defined]
            if line.startswith(b"data: "):
                said: dict[str, object] = json.loads(line.removeprefix(b"data: "))
                return said
        raise AssertionError("it ended")

    with (
        urllib.request.urlopen(f"{address}.satchel/news", timeout=LIMIT) as one,
        urllib.request.urlopen(f"{address}.satchel/news", timeout=LIMIT) as two,
    ):
        assert one.headers["Content-Type"].startswith("text/event-stream")
        first = live.news.edition
        for listener in (one, two):
            assert news(listener) == {"edition": first, "building": False, "problem": ""}
        live.building()
        for listener in (one, two):
            assert news(listener)["building"] is True
        live.failed("<b>Broken</b>")
        for listener in (one, two):
            assert news(listener) == {"edition": first, "building": False, "problem": "<b>Broken</b>"}
        live.built("second")
        for listener in (one, two):
            assert news(listener) == {"edition": "second", "building": False, "problem": ""}


def test_who_waits_is_let_go_when_it_is_over() -> None:
    live = Live("first")
    heard: list[str] = []
    waiting = threading.Thread(target=lambda: heard.append(live.after(live.news.count, LIMIT).edition))
    waiting.start()
    live.end()
    waiting.join(LIMIT)
    assert heard == ["first"]
    assert live.over


def test_patience_has_an_end() -> None:
    assert Live("first").after(0, 0.01).count == 0
