"""Is the saved memory the same wherever it is made, and does a build go on where none can be made?"""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from satchel.runtime import Runtime, default_cache, load, plan, prepare, supply, with_bytecode
from satchel.runtime import snapshot as snapshots
from satchel.runtime.cache import sha256_of

pytestmark = pytest.mark.build

BOOT = "export const loadPyodide = 1;\n"
PLAN = "const SATCHEL_PLAN = "


@pytest.fixture(scope="module")
def official(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    """The runtime of a course that imports nothing."""
    catalogue = load("0.28.3")
    folder = tmp_path_factory.mktemp("official")
    supplied = supply(plan([], catalogue=catalogue), folder, cache=default_cache({}), catalogue=catalogue)
    (folder / "boot.mjs").write_text(BOOT, "utf-8")
    return supplied


def prepared(official: Runtime, out: Path, cache: Path) -> snapshots.Prepared:
    """Bytecode comes from this machine's cache; the memory is made anew in `cache`."""
    compiled = with_bytecode(official, out, cache=default_cache({}))
    return prepare(compiled, official.folder / snapshots.STDLIB, cache=cache)


def plan_of(folder: Path) -> dict[str, Any]:
    first, rest = (folder / "boot.mjs").read_text("utf-8").split("\n", 1)
    assert rest == BOOT
    told: dict[str, Any] = json.loads(first.removeprefix(PLAN).removesuffix(";"))
    return told


@pytest.fixture(scope="module")
def made(official: Runtime, tmp_path_factory: pytest.TempPathFactory) -> snapshots.Prepared:
    folder = tmp_path_factory.mktemp("made")
    return prepared(official, folder / "runtime", folder / "cache")


def test_the_folder_holds_what_boot_is_told(made: snapshots.Prepared) -> None:
    assert made.refused is None
    told = plan_of(made.runtime.folder)
    names = {*told["packed"].values(), told["snapshot"]["memory"], told["snapshot"]["site"]}
    assert all((made.runtime.folder / name).is_file() for name in names)
    assert told["lock"] == (made.runtime.folder / "pyodide-lock.json").read_text("utf-8")
    assert {"ipython", "pyodide-kernel", "jedi"} <= set(told["snapshot"]["packages"])


def test_a_start_is_told_to_fetch_the_memory_and_no_package_in_it(made: snapshots.Prepared) -> None:
    described = json.loads((made.runtime.folder / "runtime.json").read_text("utf-8"))
    files = described["boot_files"]
    assert tuple(files) == made.runtime.boot_files
    assert any(name.startswith("pyodide-memory-") for name in files)
    assert not [name for name in files if name.endswith(".whl")]
    assert sum(described["sizes"][name] for name in files) < 11_000_000


def test_browsers_that_cannot_unpack_find_the_official_files(made: snapshots.Prepared, official: Runtime) -> None:
    for name in ("pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip"):
        assert sha256_of(made.runtime.folder / name) == sha256_of(official.folder / name)


def test_the_same_memory_comes_about_elsewhere(
    made: snapshots.Prepared, official: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another folder, another time zone, another language, an empty cache: the same bytes, which the names hold."""
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    place = tmp_path / "Ein anderer Ort"
    again = prepared(replace(official), place / "runtime", place / "cache")
    assert plan_of(again.runtime.folder) == plan_of(made.runtime.folder)


def test_an_unchanged_runtime_is_not_started_again(
    made: snapshots.Prepared, official: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: object, **_options: object) -> None:
        raise AssertionError("Node was started")

    compiled = with_bytecode(official, made.runtime.folder, cache=default_cache({}))
    monkeypatch.setattr(snapshots, "call", refuse)
    again = prepare(compiled, official.folder / snapshots.STDLIB, cache=made.runtime.folder.parent / "cache")
    assert again.runtime.boot_files == made.runtime.boot_files


def test_a_python_that_does_not_run_is_not_saved(official: Runtime, tmp_path: Path) -> None:
    """The build goes on: Python starts the usual way there, and the author is told why."""
    broken = Path(shutil.copytree(official.folder, tmp_path / "official"))
    compiled = with_bytecode(replace(official, folder=broken), tmp_path / "runtime", cache=default_cache({}))
    (kernel,) = compiled.folder.glob("pyodide_kernel-*.whl")
    kernel.write_bytes(b"not a wheel")
    result = prepare(compiled, broken / snapshots.STDLIB, cache=tmp_path / "cache")
    assert result.refused is not None
    assert "memory" in result.refused
    told = plan_of(result.runtime.folder)
    assert "snapshot" not in told
    assert kernel.name in result.runtime.boot_files
    assert told["packed"]["python_stdlib.zip"] in result.runtime.boot_files
