"""Serves the site that an author works on: as `siteserver` does, and each page hears of new builds."""

from __future__ import annotations

import functools
import html
import io
import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from satchel import folders
from satchel.live import Live
from satchel.siteserver import SiteHandler, serving

SCRIPT = Path(__file__).with_name("live.js")
# Below an address that no page of a book can have.
_SCRIPT_URL = "/.satchel/live.js"
_NEWS_URL = "/.satchel/news"
# Seconds after which a line is sent although there is nothing to say: it shows whether anyone still listens.
_SIGN_OF_LIFE = 15.0
# What a browser asks for when a person opens an address.
_OPENED = frozenset({"document", "iframe", "frame"})
_FIRST = """<!doctype html>
<html lang="en"><head><meta charset="utf-8"><title>Building the course</title>
<meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light dark">
<style>body { max-width: 36rem; margin: 15vh auto; padding: 0 1rem; font: 1.1rem/1.5 system-ui, sans-serif; }</style>
</head><body><main><h1>Building the course</h1>
<p>The first build takes a while. This page shows the course as soon as it is there.</p></main></body></html>
"""


class LiveHandler(SiteHandler):
    """Puts a small script into each page that a person opens, here and never into the built files."""

    def __init__(self, *args: Any, live: Live, **options: Any) -> None:
        self._live = live
        super().__init__(*args, **options)

    def do_GET(self) -> None:
        """Answer with a file, a page with the script in it, the script, or news for as long as they come."""
        if self.path == _NEWS_URL:
            self._tell_news()
        else:
            super().do_GET()

    def send_head(self) -> io.BytesIO | IO[bytes] | None:  # type: ignore[override]
        """The response's head; returns its body."""
        if self.path == _SCRIPT_URL:
            return self._head("text/javascript", SCRIPT.read_bytes())
        if self.headers.get("Sec-Fetch-Dest") not in _OPENED:
            return super().send_head()
        # Before the file is read: a page that is newer than it says reloads once too often, never once too seldom.
        edition = self._live.news.edition
        if not edition:
            return self._head("text/html; charset=utf-8", with_script(_FIRST.encode(), edition), status=503)
        page = self._page()
        if page is None:
            return super().send_head()
        return self._head("text/html; charset=utf-8", with_script(page.read_bytes(), edition))

    def _page(self) -> Path | None:
        """The HTML file that is asked for, if there is one."""
        path = Path(self.translate_path(self.path))
        if path.is_dir():
            # Without the slash a redirect comes first.
            path = path / "index.html" if self.path.partition("?")[0].endswith("/") else path
        return path if path.suffix == ".html" and path.is_file() else None

    def _head(self, kind: str, body: bytes, *, status: int = 200) -> io.BytesIO:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        return io.BytesIO(body)

    def _tell_news(self) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/event-stream; charset=utf-8")
        self.end_headers()
        count = -1
        while not self._live.over:
            news = self._live.after(count, _SIGN_OF_LIFE)
            known = {"edition": news.edition, "building": news.building, "problem": news.problem}
            said = f"data: {json.dumps(known)}\n\n" if news.count > count else ": still here\n\n"
            count = news.count
            try:
                self.wfile.write(said.encode())
            except ConnectionError:
                # The page was closed or reloaded.
                return


def with_script(page: bytes, edition: str) -> bytes:
    """The page with the script at the end of its body. `edition` tells the script which site the page is of."""
    tag = f'<script defer src="{_SCRIPT_URL}" data-edition="{html.escape(edition)}"></script>'.encode()
    before, end, after = page.rpartition(b"</body>")
    return before + tag + end + after if end else page + tag


def edition_of(site: Path) -> str:
    """A name for what the site consists of; empty if there is no finished site."""
    sums = site / "SHA256SUMS"
    return folders.sha256(sums)[:16] if sums.is_file() else ""


@contextmanager
def serving_live(site: Path, port: int, live: Live) -> Iterator[str]:
    """Serve `site` and what `live` tells while the context lasts; yields the address, with a slash at the end.

    Raises:
        OSError: the port is in use.
    """
    with serving(site, port, handler=functools.partial(LiveHandler, live=live)) as address:
        try:
            yield address
        finally:
            live.end()
