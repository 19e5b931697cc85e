"""Does a download arrive whole from a server that breaks off, lies, dawdles, or knows no ranges?"""

from __future__ import annotations

import os
import socket
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from file_server import FileServer, serving
from runtime_fakes import sha

from satchel.runtime import download as downloads
from satchel.runtime.cache import Cache, WrongFile
from satchel.runtime.download import NoRanges, answers, download
from satchel.runtime.progress import Stopped

pytestmark = pytest.mark.effects
DATA = bytes(range(256)) * 2_000
NAME = "big.whl"


class Count:
    """Adds up what is told, and stops the download after `limit` bytes."""

    def __init__(self, limit: int = 1 << 40) -> None:
        self.total, self.limit = 0, limit

    def __call__(self, size: int) -> None:
        assert size > 0
        self.total += size
        if self.total > self.limit:
            raise Stopped


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    monkeypatch.setattr(downloads, "_BACKOFF", 0)
    # So that a test can stop in the middle of a small file.
    monkeypatch.setattr(downloads, "_CHUNK", 10_000)
    with serving({NAME: DATA}) as made:
        yield made


def firsts(server: FileServer) -> list[int | None]:
    """Where each answer was asked to begin."""
    return [asked.first for asked in server.asked]


def test_whole_file(server: FileServer, tmp_path: Path) -> None:
    count = Count()
    assert download(server.url + NAME, tmp_path / "part", on_bytes=count)
    assert (tmp_path / "part").read_bytes() == DATA
    assert count.total == len(DATA)


def test_file_in_many_small_pieces(server: FileServer, tmp_path: Path) -> None:
    server.pieces = 999
    assert download(server.url + NAME, tmp_path / "part", on_bytes=Count())
    assert (tmp_path / "part").read_bytes() == DATA


def test_piece_of_a_file(server: FileServer, tmp_path: Path) -> None:
    count = Count()
    assert download(server.url + NAME, tmp_path / "part", on_bytes=count, piece=(1000, 5000))
    assert (tmp_path / "part").read_bytes() == DATA[1000:6000]
    assert count.total == 5000


def test_file_that_is_not_there(server: FileServer, tmp_path: Path) -> None:
    assert not download(server.url + "other", tmp_path / "part", on_bytes=Count())


def test_answer_that_breaks_off_is_continued(server: FileServer, tmp_path: Path) -> None:
    server.breaks = {NAME: [100_000, 50_000]}
    count = Count()
    assert download(server.url + NAME, tmp_path / "part", on_bytes=count)
    assert (tmp_path / "part").read_bytes() == DATA
    assert count.total == len(DATA)
    assert firsts(server) == [None, 100_000, 150_000]


def test_interrupted_download_is_continued_by_the_next(server: FileServer, tmp_path: Path) -> None:
    with pytest.raises(Stopped):
        download(server.url + NAME, tmp_path / "part", on_bytes=Count(limit=200_000))
    here = (tmp_path / "part").stat().st_size
    assert 0 < here < len(DATA)
    server.asked.clear()
    count = Count()
    assert download(server.url + NAME, tmp_path / "part", on_bytes=count)
    assert (tmp_path / "part").read_bytes() == DATA
    assert firsts(server) == [here]
    # The bytes that were there are part of the whole that the author sees.
    assert count.total == len(DATA)


def test_server_without_ranges_starts_over(server: FileServer, tmp_path: Path) -> None:
    server.ranges = False
    (tmp_path / "part").write_bytes(b"x" * 1000)
    server.breaks = {NAME: [100_000]}
    count = Count()
    assert download(server.url + NAME, tmp_path / "part", on_bytes=count)
    assert (tmp_path / "part").read_bytes() == DATA
    assert count.total == len(DATA)


def test_server_that_sends_another_range_starts_over(server: FileServer, tmp_path: Path) -> None:
    server.shifted = True
    (tmp_path / "part").write_bytes(DATA[:1000])
    assert download(server.url + NAME, tmp_path / "part", on_bytes=Count())
    assert (tmp_path / "part").read_bytes() == DATA


def test_server_that_always_breaks_off_is_given_up(server: FileServer, tmp_path: Path) -> None:
    server.ranges = False
    server.breaks = {NAME: [1000] * 100}
    with pytest.raises(OSError, match=NAME):
        download(server.url + NAME, tmp_path / "part", on_bytes=Count())
    assert len(server.asked) < 20


@pytest.mark.parametrize("size", [0, len(DATA)])
def test_nothing_is_missing(server: FileServer, tmp_path: Path, size: int) -> None:
    (tmp_path / "part").write_bytes(DATA)
    count = Count()
    assert download(server.url + NAME, tmp_path / "part", on_bytes=count, size=size)
    assert (tmp_path / "part").read_bytes() == DATA
    assert count.total == len(DATA)
    assert len(server.asked) == (0 if size else 1)


def test_piece_from_a_server_without_ranges(server: FileServer, tmp_path: Path) -> None:
    server.ranges = False
    with pytest.raises(NoRanges):
        download(server.url + NAME, tmp_path / "part", on_bytes=Count(), piece=(0, 10))


def test_busy_server_is_asked_again(server: FileServer, tmp_path: Path) -> None:
    server.busy = 2
    assert download(server.url + NAME, tmp_path / "part", on_bytes=Count())


def test_server_that_refuses_is_told(server: FileServer, tmp_path: Path) -> None:
    server.busy = 1000
    with pytest.raises(OSError):
        download(server.url + NAME, tmp_path / "part", on_bytes=Count())


def test_server_that_is_there_answers(server: FileServer) -> None:
    assert answers(server.url + NAME, seconds=30)
    assert not answers(server.url + "other", seconds=30)


def test_silence_is_an_answer_in_time() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        started = time.monotonic()
        assert not answers(f"http://127.0.0.1:{silent.getsockname()[1]}/", seconds=0.2)
        assert time.monotonic() - started < 5


def test_name_that_nobody_looks_up_is_an_answer_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    release = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: release.wait(30) and [])
    started = time.monotonic()
    assert not answers("http://files.example.edu/", seconds=0.2)
    release.set()
    assert time.monotonic() - started < 5


def get_from(server: FileServer, store: Cache) -> Callable[[Path], bool]:
    """What a source does: bring the file, and put it into the cache."""

    def get(part: Path) -> bool:
        download(server.url + NAME, part, on_bytes=lambda _size: None)
        store.put(part, sha256=sha(DATA), name=NAME, origin="the test")
        return True

    return get


def test_part_of_an_earlier_build_is_kept_in_the_cache(server: FileServer, tmp_path: Path) -> None:
    store = Cache(tmp_path)

    def broken(part: Path) -> bool:
        return download(server.url + NAME, part, on_bytes=Count(limit=200_000))

    with pytest.raises(Stopped):
        store.resumed(sha(DATA), broken)
    server.asked.clear()
    assert Cache(tmp_path).resumed(sha(DATA), get_from(server, store))
    assert store.path(sha(DATA)).read_bytes() == DATA
    assert [first is not None and first > 0 for first in firsts(server)] == [True]
    assert not list((tmp_path / "partial").iterdir())


def test_wrong_part_of_an_earlier_build_is_fetched_anew(server: FileServer, tmp_path: Path) -> None:
    store = Cache(tmp_path)
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / sha(DATA)).write_bytes(b"wrong")
    assert store.resumed(sha(DATA), get_from(server, store))
    assert store.path(sha(DATA)).read_bytes() == DATA


def test_lying_server_is_not_asked_for_ever(server: FileServer, tmp_path: Path) -> None:
    store = Cache(tmp_path)
    server.files[NAME] = b"evil"
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / sha(DATA)).write_bytes(b"wrong")
    with pytest.raises(WrongFile):
        store.resumed(sha(DATA), get_from(server, store))
    assert store.get(sha(DATA)) is None


def test_two_builds_do_not_write_into_the_same_part(server: FileServer, tmp_path: Path) -> None:
    store, places = Cache(tmp_path), list[Path]()

    def outer(part: Path) -> bool:
        places.append(part)
        return Cache(tmp_path).resumed(sha(DATA), inner)

    def inner(part: Path) -> bool:
        places.append(part)
        return get_from(server, store)(part)

    assert store.resumed(sha(DATA), outer)
    assert places[0] != places[1]
    assert store.path(sha(DATA)).read_bytes() == DATA


def test_what_nobody_came_back_for_goes(server: FileServer, tmp_path: Path) -> None:
    store = Cache(tmp_path)
    old = [tmp_path / "incoming" / "77-left", tmp_path / "partial" / "0left"]
    fresh = [tmp_path / "incoming" / "78-here", tmp_path / "partial" / "1here"]
    for path in (*old, *fresh):
        path.parent.mkdir(exist_ok=True)
        path.mkdir() if path.parent.name == "incoming" else path.write_bytes(b"part")
    for path in old:
        os.utime(path, (0, 0))
    with store.scratch():
        store.resumed(sha(DATA), get_from(server, store))
    assert [path.exists() for path in (*old, *fresh)] == [False, False, True, True]
