"""A plain static host for one folder that counts what it sends, and can be as slow as a real link.

The browser's own emulation (`Network.emulateNetworkConditions`) was tried first: it slows pages and the workers they
start, but a shared worker went on at full speed. So the link is made here, where nothing can pass it by: a fixed delay
before each answer, and one budget of bytes a second for all connections together.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote, urlsplit

ADDRESS = "127.0.0.1"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".ipynb": "application/json",
    ".wasm": "application/wasm",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".ico": "image/x-icon",
    ".woff2": "font/woff2",
    ".webmanifest": "application/manifest+json",
    ".zip": "application/zip",
    ".gz": "application/gzip",
}
_CHUNK = 16 * 1024


@dataclass(frozen=True, kw_only=True)
class Link:
    """How fast a site can be reached. `rate` is in bytes a second (None: as fast as it goes), `delay` in seconds."""

    name: str
    rate: float | None = None
    delay: float = 0.0


LINKS = {link.name: link for link in (Link(name="loopback"), Link(name="throttled", rate=20e6 / 8, delay=0.040))}


@dataclass(kw_only=True)
class Host:
    """A served folder: where it is, and what it has sent so far (bodies only, in bytes)."""

    folder: Path
    link: Link
    home: str = ""
    sent: int = 0
    requests: int = 0
    _active: int = 0
    _last: float = field(default_factory=time.monotonic)
    _free: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def begin(self) -> None:
        """A request has come in."""
        with self._lock:
            self._active += 1
            self.requests += 1
        time.sleep(self.link.delay)

    def end(self) -> None:
        """Its answer is out, or nobody wants it any more."""
        with self._lock:
            self._active -= 1
            self._last = time.monotonic()

    def pace(self, size: int) -> None:
        """Counts `size` bytes and waits until the link has room for them."""
        now = time.monotonic()
        with self._lock:
            self.sent += size
            if self.link.rate is None:
                return
            self._free = max(self._free, now) + size / self.link.rate
            wait = self._free - now
        time.sleep(wait)

    def wait_quiet(self, seconds: float = 0.5, limit: float = 60.0) -> None:
        """Waits until nothing has been asked for during `seconds`, at most `limit` seconds."""
        until = time.monotonic() + limit
        while time.monotonic() < until:
            with self._lock:
                if self._active == 0 and time.monotonic() - self._last >= seconds:
                    return
            time.sleep(0.05)


class _Handler(BaseHTTPRequestHandler):
    """Files with an ETag and ten minutes of freshness, as common static hosts send them. Nothing is compressed."""

    protocol_version = "HTTP/1.1"
    # Head and body leave in two writes; without this the second waits for an acknowledgement of the first.
    disable_nagle_algorithm = True
    host: Host

    def do_GET(self) -> None:
        self.host.begin()
        try:
            self._answer()
        except (BrokenPipeError, ConnectionResetError):
            self.close_connection = True
        finally:
            self.host.end()

    def _answer(self) -> None:
        file = self.host.folder / unquote(urlsplit(self.path).path).lstrip("/")
        if file.is_dir():
            file /= "index.html"
        if ".." in file.parts or not file.is_file():
            self._head(HTTPStatus.NOT_FOUND, {"Content-Length": "0"})
            return
        state = file.stat()
        tag = f'"{state.st_mtime_ns:x}-{state.st_size:x}"'
        fields = {"ETag": tag, "Cache-Control": "max-age=600"}
        if self.headers.get("If-None-Match") == tag:
            self._head(HTTPStatus.NOT_MODIFIED, fields)
            return
        kind = _TYPES.get(file.suffix, "application/octet-stream")
        self._head(HTTPStatus.OK, {**fields, "Content-Type": kind, "Content-Length": str(state.st_size)})
        with file.open("rb") as source:
            while chunk := source.read(_CHUNK if self.host.link.rate else 1 << 20):
                self.host.pace(len(chunk))
                self.wfile.write(chunk)

    def _head(self, status: HTTPStatus, fields: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in fields.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Single requests are of no interest."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # Browsers keep connections open; closing must not wait for them.
    block_on_close = False

    def handle_error(self, *_args: object) -> None:
        """A browser that was closed in the middle of an answer is no error."""


@contextmanager
def hosting(folder: Path, link: Link) -> Iterator[Host]:
    """Serves `folder` over `link` while the context lasts."""
    host = Host(folder=folder, link=link)
    handler = type("Handler", (_Handler,), {"host": host})
    with _Server((ADDRESS, 0), handler) as server:
        host.home = f"http://{ADDRESS}:{server.server_address[1]}/"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield host
        finally:
            server.shutdown()
            thread.join()
