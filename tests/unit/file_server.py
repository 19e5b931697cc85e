"""A web server of a few files that behaves as badly as a test wants."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request; `first` is the first byte of the range that was asked for, None for the whole file."""

    method: str
    name: str
    first: int | None


@dataclass
class FileServer:
    """What the server has and how it behaves. `url` ends with a slash; `asked` is everything that was asked of it.

    `breaks` ends the next answers with this file after so many bytes each, with the connection. `busy` is how many
    answers are "try again later". `pieces` sends answers in pieces of so many bytes.
    """

    files: dict[str, bytes]
    url: str = ""
    ranges: bool = True
    shifted: bool = False
    busy: int = 0
    pieces: int = 1 << 20
    breaks: Mapping[str, list[int]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)


@contextmanager
def serving(files: Mapping[str, bytes]) -> Iterator[FileServer]:
    """Serve these files (by path without the first slash) on a free port of this computer."""
    state = FileServer(files=dict(files))

    class Handler(_Handler):
        server_state = state

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        state.url = f"http://127.0.0.1:{server.server_address[1]}/"
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield state
        server.shutdown()


class _Handler(BaseHTTPRequestHandler):
    server_state: FileServer

    def do_HEAD(self) -> None:
        self._answer(body=False)

    def do_GET(self) -> None:
        self._answer(body=True)

    def _answer(self, *, body: bool) -> None:
        state, name = self.server_state, self.path[1:]
        first, end = self._range(len(state.files.get(name, b"")))
        state.asked.append(Asked(method=self.command, name=name, first=first))
        if state.busy > 0:
            state.busy -= 1
            self.send_error(503)
            return
        if name not in state.files:
            self.send_error(404)
            return
        content = state.files[name]
        if first is not None and first >= len(content):
            self.send_error(416)
            return
        data = content if first is None else content[first:end]
        self.send_response(200 if first is None else 206)
        if first is not None:
            self.send_header("Content-Range", f"bytes {first + state.shifted}-{end - 1}/{len(content)}")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        if body:
            self._send(data, state.breaks.get(name) or [])

    def _send(self, data: bytes, breaks: list[int]) -> None:
        sent = data[: breaks.pop(0)] if breaks else data
        for start in range(0, len(sent), self.server_state.pieces):
            self.wfile.write(sent[start : start + self.server_state.pieces])
            self.wfile.flush()
        if len(sent) < len(data):
            self.close_connection = True

    def _range(self, size: int) -> tuple[int | None, int]:
        wanted = self.headers.get("Range")
        if not wanted or not self.server_state.ranges:
            return None, size
        first, _, last = wanted.removeprefix("bytes=").partition("-")
        if not first:
            return size - int(last), size
        return int(first), min(int(last) + 1, size) if last else size

    def log_message(self, *_: object) -> None:
        """Say nothing: the answers are what is tested."""
