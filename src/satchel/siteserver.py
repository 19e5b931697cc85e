"""Serves a finished site to this computer only, the way a plain static host would."""

from __future__ import annotations

import functools
import http.server
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
_TYPES = {
    ".mjs": "text/javascript",
    ".js": "text/javascript",
    ".wasm": "application/wasm",
    ".ipynb": "application/json",
}


class SiteHandler(http.server.SimpleHTTPRequestHandler):
    """Files with the types that browsers insist on for modules and WebAssembly, never from a stale cache."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **_TYPES}  # noqa: RUF012 - as upstream

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_args: object) -> None:
        """Requests are of no interest to an author."""


class SiteServer(http.server.ThreadingHTTPServer):
    """A server that is quiet about what is no error."""

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves a page stops what it was fetching; only other errors are worth a traceback."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serving(
    site: Path, port: int = 0, *, handler: Callable[..., SimpleHTTPRequestHandler] = SiteHandler
) -> Iterator[str]:
    """Serve `site` while the context lasts (port 0: any free one); yields its address, with a slash at the end.

    `handler` answers the requests; it gets the folder as `directory`.

    Raises:
        OSError: the port is in use.
    """
    with SiteServer((HOST, port), functools.partial(handler, directory=str(site))) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        try:
            yield f"http://{HOST}:{server.server_address[1]}/"
        finally:
            server.shutdown()
            thread.join()
