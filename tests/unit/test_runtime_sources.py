"""Does a build ask its sources in the right order, go on where one fails, and stop at a wrong byte?"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NoReturn

import pytest
from file_server import FileServer, serving
from runtime_fakes import World, sha, wheel_bytes

from satchel.errors import ToolFailed
from satchel.runtime import cdn, download, within_reach
from satchel.runtime.cache import WrongFile

pytestmark = pytest.mark.effects
# The folder of the fake catalogue's release, as Pyodide's own address has it.
FULL = "pyodide/v1.0.0/full/"


def entry(base: str) -> bytes:
    """`pyodide.mjs` as far as it matters: minified, with the address of the official files in it."""
    return f"var U=Y;e.cdnUrl=k(e.packageBaseUrl??`{base}pyodide/v${{U}}/full/`);export{{U as version}};".encode()


@pytest.fixture
def official(monkeypatch: pytest.MonkeyPatch) -> Iterator[FileServer]:
    """The official distribution; `world` fills it."""
    monkeypatch.setattr(download, "_BACKOFF", 0)
    # These files are small, and what was read of a piece is lost when the connection breaks within it.
    monkeypatch.setattr(download, "_CHUNK", 50)
    with serving({FULL + "pyodide-lock.json": b"{}"}) as server:
        yield server


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, official: FileServer) -> World:
    made = World(tmp_path, monkeypatch, entry=entry(official.url))
    official.files |= {FULL + name: data for name, data in made.registries.carried.items()}
    official.files[FULL + file_of(made, "sqlite3")] = wheel_bytes("sqlite3", "1.0")
    return made


def file_of(world: World, name: str) -> str:
    return world.catalogue.packages[name].file_name


def asked(server: FileServer, method: str = "GET") -> set[str]:
    return {one.name.removeprefix(FULL) for one in server.asked if one.method == method}


def test_address_is_that_of_pyodide_itself() -> None:
    text = entry("https://files.example.edu/").decode()
    assert cdn.address(text, "9.8.7") == "https://files.example.edu/pyodide/v9.8.7/full/"
    assert cdn.address("export const version = '9.8.7'", "9.8.7") is None


def test_official_files_come_from_the_official_address(world: World, official: FileServer) -> None:
    said: list[str] = []
    runtime = world.supply(["pandas", "sqlite3"], full=True, echo=said.append)
    assert runtime.packages["sqlite3"] == "1.0"
    assert asked(official) == {file_of(world, name) for name in ("micropip", "numpy", "pandas", "sqlite3")}
    # Not even the carrier's address is asked for: `install` is pip's question about a wheel.
    assert "install" not in world.registries.calls
    assert f"# 4 files from {official.url}{FULL}" in said


def test_same_bytes_from_either_source(world: World, official: FileServer, tmp_path: Path) -> None:
    world.supply(["pandas"])
    official.files.clear()
    cdn._answers.cache_clear()
    world.supply(["pandas"], cache=tmp_path / "other", out=tmp_path / "again")
    assert world.bytes(tmp_path / "again") == world.bytes()
    assert "install" in world.registries.calls


def test_address_that_does_not_answer_is_asked_once(world: World, official: FileServer, tmp_path: Path) -> None:
    official.busy = 1000
    said: list[str] = []
    world.supply(["pandas"], echo=said.append)
    world.supply(["pandas"], cache=tmp_path / "other", out=tmp_path / "again")
    assert [(one.method, one.name) for one in official.asked] == [("HEAD", FULL + "pyodide-lock.json")]
    assert any("does not answer" in line for line in said)
    assert "# 3 files from carrier==1.0" in said


def test_nobody_at_the_address_is_no_failure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        made = World(tmp_path, monkeypatch, entry=entry(f"http://127.0.0.1:{closed.getsockname()[1]}/"))
        assert "pandas" in made.supply(["pandas"]).packages


def test_file_that_the_official_address_lacks_comes_from_the_registries(world: World, official: FileServer) -> None:
    del official.files[FULL + file_of(world, "numpy")]
    assert "numpy" in world.supply(["pandas"]).packages
    assert asked(official) >= {file_of(world, "pandas")}
    assert "install" in world.registries.calls


def test_address_that_fails_in_the_middle_is_left(world: World, official: FileServer) -> None:
    official.breaks = {FULL + file_of(world, "numpy"): [100] * 100}
    official.ranges = False
    assert "numpy" in world.supply(["pandas"]).packages
    assert "install" in world.registries.calls


def test_broken_download_goes_on(world: World, official: FileServer) -> None:
    name = FULL + file_of(world, "numpy")
    official.breaks = {name: [100]}
    world.supply(["numpy"])
    assert [one.first for one in official.asked if one.name == name] == [None, 100]
    assert "install" not in world.registries.calls


def test_part_that_is_left_of_a_build_is_used_by_the_next(world: World, official: FileServer) -> None:
    name = file_of(world, "numpy")
    part = world.cache / "partial" / world.catalogue.packages["numpy"].sha256
    part.parent.mkdir(parents=True)
    part.write_bytes(official.files[FULL + name][:123])
    seen: list[tuple[int, int, str]] = []
    world.supply(["numpy"], on_progress=lambda done, total, name: seen.append((done, total, name)))
    assert [one.first for one in official.asked if one.name == FULL + name] == [123]
    assert seen[-1][0] == seen[-1][1]
    assert not list(part.parent.iterdir())


def test_wrong_byte_stops_the_build(world: World, official: FileServer) -> None:
    name = file_of(world, "numpy")
    right = official.files[FULL + name]
    official.files[FULL + name] = wrong = bytes([right[0] ^ 1]) + right[1:]
    with pytest.raises(WrongFile) as caught:
        world.supply(["numpy"])
    assert name in caught.value.what
    assert official.url in caught.value.what
    assert sha(wrong) in caught.value.detail
    assert "SATCHEL_PYODIDE_URL" in caught.value.cure
    assert not world.out.exists()
    official.files[FULL + name] = right
    assert "numpy" in world.supply(["numpy"]).packages


def test_only_the_full_distribution_has_it_and_it_cannot_be_reached(world: World, official: FileServer) -> None:
    official.files.clear()
    with pytest.raises(ToolFailed, match="sqlite3 cannot be had from the package registries") as caught:
        world.supply(["sqlite3"], full=True)
    assert "SATCHEL_PYODIDE_URL" in caught.value.cure


def test_own_copy_replaces_the_official_one(world: World, official: FileServer) -> None:
    with serving(dict(world.registries.core)) as mine:
        assert "numpy" in world.supply(["numpy"], mirror_url=mine.url).packages
        assert asked(mine) >= {"pyodide.mjs", file_of(world, "numpy")}
    assert official.asked == []
    # What the copy lacks comes from the registries: the wheels, but not Pyodide itself.
    assert "install" in world.registries.calls
    assert "pack" not in world.registries.calls


def test_own_copy_that_cannot_be_read_is_told(world: World) -> None:
    with serving({}) as mine:
        mine.busy = 1000
        with pytest.raises(ToolFailed, match="cannot be read") as caught:
            world.supply(["numpy"], mirror_url=mine.url)
    assert "SATCHEL_PYODIDE_URL" in caught.value.cure


def test_own_copy_with_a_wrong_byte_is_refused(world: World) -> None:
    with serving({"pyodide.mjs": b"evil"}) as mine, pytest.raises(WrongFile, match=r"pyodide\.mjs") as caught:
        world.supply(mirror_url=mine.url)
    assert sha(b"evil") in caught.value.detail


def test_full_cache_needs_no_network(
    world: World, official: FileServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.supply(["pandas", "sqlite3", "networkx"], full=True)
    official.asked.clear()
    world.registries.calls.clear()
    cdn._answers.cache_clear()

    def refuse(*arguments: Any, **_options: Any) -> NoReturn:
        raise AssertionError(f"the network was asked: {arguments!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    assert within_reach(["sqlite3"], world.catalogue, world.cache)
    world.supply(["pandas", "sqlite3", "networkx"], full=True, out=tmp_path / "again")
    assert world.bytes(tmp_path / "again") == world.bytes()
    assert (official.asked, world.registries.calls) == ([], [])


def test_full_distribution_is_within_reach_if_its_address_answers(world: World, official: FileServer) -> None:
    assert within_reach(["sqlite3"], world.catalogue, world.cache)
    cdn._answers.cache_clear()
    official.files.clear()
    assert not within_reach(["sqlite3"], world.catalogue, world.cache)


def test_nothing_is_within_reach_without_pyodide_itself(world: World) -> None:
    world.registries.online = False
    assert not within_reach(["sqlite3"], world.catalogue, world.cache)
