"""Is the zip complete, always the same, and never a broken one?"""

from __future__ import annotations

import os
import shutil
import zipfile
from pathlib import Path

import pytest

from satchel import offline
from satchel.offline import STARTER


@pytest.fixture
def site(tmp_path: Path) -> Path:
    folder = tmp_path / "site"
    for name, content in {"index.html": b"<p>" * 500, "a b/ü.csv": b"1,2\n", "runtime/x.whl": b"PK" * 500}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def test_the_zip_is_the_site_and_its_starter(site: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(offline.pack(site, tmp_path / "course.zip", folder="demo-123")) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            "demo-123/READ ME FIRST.txt",
            "demo-123/start.bat",
            "demo-123/start.command",
            "demo-123/start.py",
            "demo-123/start.sh",
            "demo-123/windows/server.cs",
            "demo-123/windows/start.ps1",
            "demo-123/site/a b/ü.csv",
            "demo-123/site/index.html",
            "demo-123/site/runtime/x.whl",
        ]
        assert archive.read("demo-123/site/a b/ü.csv") == b"1,2\n"
        assert archive.read("demo-123/start.py") == (STARTER / "start.py").read_bytes()


def test_the_same_site_gives_the_same_bytes_wherever_and_whenever(site: Path, tmp_path: Path) -> None:
    first = offline.pack(site, tmp_path / "one.zip", folder="demo").read_bytes()
    moved = site.rename(tmp_path / "elsewhere")
    for path in moved.rglob("*"):
        os.utime(path, (1_700_000_000, 1_700_000_000))
        if path.is_file():
            path.chmod(0o600)
    assert offline.pack(moved, tmp_path / "two.zip", folder="demo").read_bytes() == first


def test_files_can_be_read_and_the_starter_run_after_unpacking(site: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(offline.pack(site, tmp_path / "course.zip", folder="demo")) as archive:
        modes = {entry.filename: oct(entry.external_attr >> 16) for entry in archive.infolist()}
        assert {entry.create_system for entry in archive.infolist()} == {3}
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert {name for name, mode in modes.items() if mode == "0o755"} == {
        *("demo/start.command", "demo/start.py", "demo/start.sh")
    }
    assert set(modes.values()) == {"0o644", "0o755"}


def test_a_checkout_with_other_line_ends_gives_the_same_bytes(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = offline.pack(site, tmp_path / "one.zip", folder="demo").read_bytes()
    elsewhere = Path(shutil.copytree(STARTER, tmp_path / "starter"))
    (elsewhere / "__pycache__").mkdir(exist_ok=True)
    (elsewhere / "__pycache__" / "start.cpython-311.pyc").write_bytes(b"made by a test that imported it")
    for path in elsewhere.rglob("start.*"):
        if "__pycache__" not in path.parts:
            path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    monkeypatch.setattr(offline, "STARTER", elsewhere)
    assert offline.pack(site, tmp_path / "two.zip", folder="demo").read_bytes() == first


def test_what_is_compressed_already_is_stored(site: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(offline.pack(site, tmp_path / "course.zip", folder="demo")) as archive:
        methods = {entry.filename.rpartition("/")[2]: entry.compress_type for entry in archive.infolist()}
    assert methods["x.whl"] == zipfile.ZIP_STORED
    assert methods["index.html"] == zipfile.ZIP_DEFLATED


def test_a_zip_that_cannot_be_finished_leaves_the_last_good_one(
    site: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = offline.pack(site, tmp_path / "course.zip", folder="demo")
    good = target.read_bytes()
    read = Path.read_bytes

    def full(path: Path) -> bytes:
        if path.suffix == ".whl":
            raise OSError(28, "No space left on device")
        return read(path)

    monkeypatch.setattr(Path, "read_bytes", full)
    with pytest.raises(OSError, match="No space left"):
        offline.pack(site, target, folder="demo")
    monkeypatch.undo()
    assert target.read_bytes() == good
    assert offline.pack(site, target, folder="demo").read_bytes() == good
