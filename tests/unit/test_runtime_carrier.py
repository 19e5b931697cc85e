"""Are single members read out of a wheel on a server, with range requests and without?"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from runtime_fakes import CARRIER, sha, wheel_bytes

from satchel.errors import ToolFailed
from satchel.runtime import carrier, mirror, pypi
from satchel.runtime.catalogue import Package

pytestmark = pytest.mark.effects
FILES = {f"part{number}-1.0-py3-none-any.whl": bytes([number]) * 70_000 for number in range(6)}
WHEEL = wheel_bytes("carrier", "1.0", files={CARRIER.folder + name: data for name, data in FILES.items()})


class _Server(ThreadingHTTPServer):
    ranges = True
    busy = 0
    content = WHEEL


class _Handler(BaseHTTPRequestHandler):
    server: _Server

    def do_GET(self) -> None:
        if self.path.endswith("/missing"):
            self.send_error(404)
            return
        if self.server.busy > 0:
            self.server.busy -= 1
            self.send_error(503)
            return
        wanted = self.headers.get("Range")
        data, status = self.server.content, 200
        if wanted and self.server.ranges:
            first, _, last = wanted.removeprefix("bytes=").partition("-")
            start = int(first) if first else len(data) - int(last)
            end = min(int(last), len(data) - 1) if first and last else len(data) - 1
            data, status = data[start : end + 1], 206
        self.send_response(status)
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{end}/{len(self.server.content)}")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: object) -> None:
        """Say nothing: the answers are what is tested."""


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[_Server]:
    made = _Server(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    url = f"http://127.0.0.1:{made.server_port}/carrier-1.0-py3-none-any.whl"
    found = pypi.Found(name="carrier", version="1.0", url=url, sha256=sha(WHEEL), requires=())
    monkeypatch.setattr(carrier, "_BACKOFF", 0)
    monkeypatch.setattr(pypi, "find", lambda *_args, **_options: (found,))
    yield made
    made.shutdown()
    made.server_close()


def _packages() -> list[Package]:
    return [
        Package(
            name=name.split("-")[0],
            version="1.0",
            file_name=name,
            sha256=sha(data),
            imports=(),
            depends=(),
            source="registry-wheel",
            size=len(data),
        )
        for name, data in FILES.items()
    ]


def _fetch(folder: Path) -> tuple[dict[str, bytes], int]:
    got: dict[str, bytes] = {}
    counted: list[int] = []
    carrier.fetch(
        _packages(),
        CARRIER,
        folder,
        keep=lambda package, path: got.update({package.file_name: path.read_bytes()}),
        on_bytes=lambda _name, size: counted.append(size),
    )
    return got, sum(counted)


def test_members_come_by_range(server: _Server, tmp_path: Path) -> None:
    assert _fetch(tmp_path) == (FILES, sum(map(len, FILES.values())))
    assert not (tmp_path / "carrier-1.0-py3-none-any.whl").exists()


def test_busy_server_is_asked_again(server: _Server, tmp_path: Path) -> None:
    server.busy = 2
    assert _fetch(tmp_path)[0] == FILES


def test_server_without_ranges_gives_the_whole_wheel(server: _Server, tmp_path: Path) -> None:
    server.ranges = False
    assert _fetch(tmp_path)[0] == FILES


def test_altered_whole_wheel_is_refused(server: _Server, tmp_path: Path) -> None:
    server.ranges = False
    server.content = wheel_bytes("carrier", "1.0")
    with pytest.raises(ToolFailed) as caught:
        _fetch(tmp_path)
    assert sha(WHEEL) in caught.value.detail
    assert sha(server.content) in caught.value.detail


def test_broken_archive_is_told(server: _Server, tmp_path: Path) -> None:
    server.content = b"not a zip" * 10_000
    with pytest.raises(ToolFailed, match=r"carrier-1\.0") as caught:
        _fetch(tmp_path)
    assert "SATCHEL_PYODIDE_URL" in caught.value.cure


def test_mirror_says_what_it_lacks(server: _Server, tmp_path: Path) -> None:
    base = f"http://127.0.0.1:{server.server_port}/full/"
    absent = mirror.fetch(["there", "missing"], base, tmp_path, on_bytes=lambda _name, _size: None)
    assert absent == ("missing",)
    assert (tmp_path / "there").read_bytes() == WHEEL


def test_mirror_that_does_not_answer_is_told(server: _Server, tmp_path: Path) -> None:
    server.busy = 1000
    with pytest.raises(ToolFailed, match="cannot be read"):
        mirror.fetch(["there"], f"http://127.0.0.1:{server.server_port}", tmp_path, on_bytes=lambda _name, _size: None)
