"""A host that can be ended and begun again, be given another edition, and fail where a test says so."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path
from typing import Any

# What becomes of a request for a path: it is answered, its connection breaks, or other bytes are sent.
Fate = Callable[[str], "bytes | bool | None"]


class Host:
    """A plain static host. `asked` are the paths of all requests, `fate` decides about each."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.asked: list[str] = []
        self.fate: Fate = lambda _path: None
        self._port = 0
        self._server: http.server.ThreadingHTTPServer | None = None
        self.up()

    @property
    def home(self) -> str:
        """The address, which stays the same, with a slash at the end."""
        return f"http://127.0.0.1:{self._port}/"

    def up(self) -> None:
        """Begin to answer."""
        host = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def __init__(self, *args: Any, **options: Any) -> None:
                super().__init__(*args, directory=str(host.folder), **options)

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                host.asked.append(path)
                fate = host.fate(path)
                if fate is None:
                    super().do_GET()
                elif isinstance(fate, bytes):
                    self.send_response(HTTPStatus.OK)
                    self.send_header("Content-Length", str(len(fate)))
                    self.end_headers()
                    self.wfile.write(fate)
                else:
                    self.close_connection = True
                    self.connection.close()

            def log_message(self, *_args: object) -> None:
                pass

        class Quiet(http.server.ThreadingHTTPServer):
            def handle_error(self, *_args: object) -> None:
                """Broken connections are what this host is for."""

        self._server = Quiet(("127.0.0.1", self._port), Handler)
        self._port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def down(self) -> None:
        """Answer nobody any more."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
        self._server = None
