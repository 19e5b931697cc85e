"""Are single members read out of a wheel on a server, with range requests and without?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from file_server import FileServer, serving
from runtime_fakes import CARRIER, sha, wheel_bytes

from satchel.errors import ToolFailed
from satchel.runtime import carrier, download, pypi
from satchel.runtime.cache import Cache, sha256_of, wrong_hash
from satchel.runtime.catalogue import Package

pytestmark = pytest.mark.effects
FILES = {f"part{number}-1.0-py3-none-any.whl": bytes([number]) * 70_000 for number in range(6)}
NAME = "carrier-1.0-py3-none-any.whl"
WHEEL = wheel_bytes("carrier", "1.0", files={CARRIER.folder + name: data for name, data in FILES.items()})


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    with serving({NAME: WHEEL}) as made:
        found = pypi.Found(name="carrier", version="1.0", url=made.url + NAME, sha256=sha(WHEEL), requires=())
        monkeypatch.setattr(download, "_BACKOFF", 0)
        monkeypatch.setattr(pypi, "find", lambda *_args, **_options: (found,))
        yield made


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


class Stop(Exception):
    """The build ends here."""


def _fetch(
    folder: Path, packages: list[Package] | None = None, *, stop_after: int = 1 << 40
) -> tuple[dict[str, bytes], int]:
    got: dict[str, bytes] = {}
    counted: list[int] = []

    def count(_name: str, size: int) -> None:
        counted.append(size)
        if sum(counted) > stop_after:
            raise Stop

    carrier.fetch(
        packages or _packages(),
        CARRIER,
        Cache(folder),
        keep=lambda package, path: got.update({package.file_name: _checked(package, path)}),
        on_bytes=count,
    )
    return got, sum(counted)


def _checked(package: Package, path: Path) -> bytes:
    if sha256_of(path) != package.sha256:
        raise wrong_hash(package.file_name, wanted=package.sha256, found=sha256_of(path), origin="the test")
    return path.read_bytes()


def test_members_come_by_range(server: FileServer, tmp_path: Path) -> None:
    assert _fetch(tmp_path) == (FILES, sum(map(len, FILES.values())))
    assert not (tmp_path / "carrier-1.0-py3-none-any.whl").exists()


def test_busy_server_is_asked_again(server: FileServer, tmp_path: Path) -> None:
    server.busy = 2
    assert _fetch(tmp_path)[0] == FILES


def test_server_without_ranges_gives_the_whole_wheel(server: FileServer, tmp_path: Path) -> None:
    server.ranges = False
    assert _fetch(tmp_path)[0] == FILES


def test_altered_whole_wheel_is_refused(server: FileServer, tmp_path: Path) -> None:
    server.ranges = False
    server.files[NAME] = other = wheel_bytes("carrier", "1.0")
    with pytest.raises(ToolFailed) as caught:
        _fetch(tmp_path)
    assert sha(WHEEL) in caught.value.detail
    assert sha(other) in caught.value.detail


def test_broken_archive_is_told(server: FileServer, tmp_path: Path) -> None:
    server.files[NAME] = b"not a zip" * 10_000
    with pytest.raises(ToolFailed, match=r"carrier-1\.0") as caught:
        _fetch(tmp_path)
    assert "SATCHEL_PYODIDE_URL" in caught.value.cure


def test_broken_member_is_continued_by_the_next_build(
    server: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = max(FILES)
    (package,) = (package for package in _packages() if package.file_name == name)
    monkeypatch.setattr(download, "_CHUNK", 10_000)
    with pytest.raises(Stop):
        _fetch(tmp_path, [package], stop_after=30_000)
    (left,) = (path for path in (tmp_path / "partial").iterdir() if path.suffix != ".lock")
    assert 0 < left.stat().st_size < package.size
    server.asked.clear()
    assert _fetch(tmp_path, [package]) == ({name: FILES[name]}, package.size)
    begun = [asked.first for asked in server.asked]
    assert any(first is not None and first > 0 for first in begun)
    assert not list((tmp_path / "partial").iterdir())


def test_member_that_was_begun_wrongly_is_fetched_anew(server: FileServer, tmp_path: Path) -> None:
    (package, *_) = _packages()
    (tmp_path / "partial").mkdir()
    (tmp_path / "partial" / f"{package.sha256}-packed").write_bytes(b"not this" * 100)
    assert _fetch(tmp_path, [package])[0] == {package.file_name: FILES[package.file_name]}
