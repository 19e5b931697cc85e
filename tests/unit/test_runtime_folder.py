"""Does `supply` make the right folder, from the right bytes, and refuse any other?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from pyodide_lock import PyodideLockSpec
from runtime_fakes import CORE, World, sha, wheel_bytes

from satchel.errors import CourseProblems, ToolFailed
from satchel.runtime import default_cache, folder, pypi
from satchel.runtime.progress import Progress, Stopped


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(tmp_path, monkeypatch)


def test_folder_holds_core_kernel_and_exactly_what_is_imported(world: World) -> None:
    runtime = world.supply(["pandas", "math"])
    names = {path.name for path in world.out.iterdir()}
    assert set(CORE) <= names
    assert {"numpy", "pandas", "ipython", "traitlets", "piplite", "pyodide-kernel"} <= set(runtime.packages)
    assert not {"networkx", "sqlite3"} & set(runtime.packages)
    assert set(runtime.sizes) == names - {"runtime.json"}


def test_lock_names_every_wheel_with_its_hash(world: World) -> None:
    world.supply(["pandas"])
    lock = PyodideLockSpec.from_json(world.out / "pyodide-lock.json")
    assert lock.info.python == "3.13.2"
    for name, package in lock.packages.items():
        assert sha((world.out / package.file_name).read_bytes()) == package.sha256
        assert set(package.depends) <= set(lock.packages), name


def test_description_tells_what_every_start_loads(world: World) -> None:
    runtime = world.supply(["pandas"])
    data = json.loads((world.out / "runtime.json").read_text())
    assert data["schema"] == 1
    assert (data["pyodide"], data["python"]) == ("1.0.0", "3.13")
    assert data["kernel_packages"] == list(runtime.kernel_packages)
    assert any(name.startswith("traitlets-") for name in data["boot_files"])
    assert not any(name.startswith(("numpy-", "pandas-")) for name in data["boot_files"])
    assert "pyodide-lock.json" in data["boot_files"]
    assert data["sizes"]["pyodide.mjs"] == len(CORE["pyodide.mjs"])


def test_full_cache_needs_nothing_from_outside(world: World, tmp_path: Path) -> None:
    world.supply(["pandas", "networkx"])
    world.registries.calls.clear()
    world.registries.online = False
    world.supply(["pandas", "networkx"], out=tmp_path / "again")
    assert world.registries.calls == []
    assert world.bytes(tmp_path / "again") == world.bytes()


def test_without_a_lock_file_the_cache_remembers_the_versions(world: World, tmp_path: Path) -> None:
    world.supply(["networkx"], lock_path=None)
    world.registries.online = False
    world.supply(["networkx"], lock_path=None, out=tmp_path / "again")
    assert not world.lock.exists()


def test_right_folder_is_left_alone(world: World) -> None:
    world.supply(["pandas"])
    before = {path.name: path.stat().st_mtime_ns for path in world.out.iterdir()}
    world.supply(["pandas"])
    assert {path.name: path.stat().st_mtime_ns for path in world.out.iterdir()} == before


def test_damaged_file_in_the_folder_is_put_right(world: World) -> None:
    world.supply(["pandas"])
    before = world.bytes()
    (world.out / "pyodide.asm.wasm").write_bytes(b"broken")
    world.supply(["pandas"])
    assert world.bytes() == before


def test_damaged_file_in_the_cache_is_fetched_again(world: World, tmp_path: Path) -> None:
    world.supply(["pandas"])
    path = world.cache / "sha256" / sha(CORE["pyodide.mjs"])[:2] / sha(CORE["pyodide.mjs"])
    path.write_bytes(b"broken")
    world.supply(["pandas"], out=tmp_path / "again")
    assert world.bytes(tmp_path / "again") == world.bytes()


def test_files_no_longer_needed_go_and_files_of_others_stay(world: World) -> None:
    world.supply(["pandas"])
    (world.out / "boot.mjs").write_text("export {}")
    folder.register(world.out, ["boot.mjs"])
    runtime = world.supply(["math"])
    assert not list(world.out.glob("pandas-*"))
    assert "boot.mjs" in runtime.boot_files
    assert runtime.sizes["boot.mjs"] == len("export {}")


def test_files_of_another_release_go(world: World) -> None:
    world.supply()
    (world.out / "pyodide.asm.mjs").write_text("export {}")
    folder.register(world.out, ["pyodide.asm.mjs"])
    runtime = world.supply()
    assert not (world.out / "pyodide.asm.mjs").exists()
    assert "pyodide.asm.mjs" not in {*runtime.boot_files, *runtime.sizes}


def test_tampered_member_of_the_carrier_is_refused(world: World) -> None:
    name = world.catalogue.packages["numpy"].file_name
    world.registries.carried[name] = other = wheel_bytes("numpy", "1.0", files={"numpy/__init__.py": b"evil"})
    with pytest.raises(ToolFailed) as caught:
        world.supply(["numpy"])
    assert name in caught.value.what
    assert world.catalogue.packages["numpy"].sha256 in caught.value.detail
    assert sha(other) in caught.value.detail
    assert caught.value.cure
    assert not world.out.exists()


def test_tampered_core_is_refused(world: World) -> None:
    world.registries.core["pyodide.asm.wasm"] = b"evil"
    with pytest.raises(ToolFailed, match=r"pyodide\.asm\.wasm") as caught:
        world.supply()
    assert sha(CORE["pyodide.asm.wasm"]) in caught.value.detail
    assert sha(b"evil") in caught.value.detail


def test_wheel_that_changed_on_the_index_is_refused(world: World, tmp_path: Path) -> None:
    world.supply(["networkx"])
    (right,) = (release for release in world.registries.releases if release.name == "networkx")
    wrong = replace(right, data=wheel_bytes("networkx", "1.0", files={"x.py": b"evil"}))
    world.registries.releases[world.registries.releases.index(right)] = wrong
    with pytest.raises(ToolFailed, match=r"networkx-1\.0-py3-none-any\.whl") as caught:
        world.supply(["networkx"], cache=tmp_path / "fresh", out=tmp_path / "again")
    assert sha(right.data) in caught.value.detail
    assert sha(wrong.data) in caught.value.detail


def test_file_that_npm_does_not_have_is_told(world: World) -> None:
    del world.registries.core["pyodide.mjs"]
    with pytest.raises(ToolFailed, match="not as expected") as caught:
        world.supply()
    assert "npm" in caught.value.cure


def test_member_that_the_carrier_does_not_have_is_told(world: World) -> None:
    world.registries.carried.clear()
    with pytest.raises(ToolFailed, match="carrier"):
        world.supply(["numpy"])


def test_without_network_and_cache_the_cure_is_told(world: World) -> None:
    world.registries.online = False
    with pytest.raises(ToolFailed) as caught:
        world.supply(["numpy"])
    assert "SATCHEL_CACHE" in caught.value.cure


def test_what_arrived_before_a_failure_is_not_fetched_again(world: World, tmp_path: Path) -> None:
    # The parts are fetched side by side, so what is there when one of them fails has to be made certain first.
    world.supply()
    name = world.catalogue.packages["numpy"].file_name
    right = world.registries.carried.pop(name)
    with pytest.raises(ToolFailed):
        world.supply(["numpy"])
    world.registries.carried[name] = right
    del world.registries.core["python_stdlib.zip"]
    world.supply(["numpy"], out=tmp_path / "again")


def test_only_the_full_distribution_has_it(world: World, tmp_path: Path) -> None:
    with pytest.raises(ToolFailed, match="sqlite3") as caught:
        world.supply(["sqlite3"], full=True)
    assert "SATCHEL_PYODIDE_URL" in caught.value.cure
    mirror = tmp_path / "mirror"
    mirror.mkdir()
    (mirror / world.catalogue.packages["sqlite3"].file_name).write_bytes(wheel_bytes("sqlite3", "1.0"))
    runtime = world.supply(["sqlite3"], full=True, mirror_url=str(mirror))
    assert runtime.packages["sqlite3"] == "1.0"


def test_tampered_mirror_is_refused(world: World, tmp_path: Path) -> None:
    (tmp_path / "pyodide.mjs").write_bytes(b"evil")
    with pytest.raises(ToolFailed, match=r"pyodide\.mjs") as caught:
        world.supply(mirror_url=tmp_path.as_uri())
    assert sha(b"evil") in caught.value.detail


def test_course_keeps_the_version_it_was_built_with(world: World, tmp_path: Path) -> None:
    world.registries.add("seaborn", "0.1", ("numpy",))
    world.supply(["seaborn"], ["seaborn"])
    text = world.lock.read_text()
    world.registries.add("seaborn", "0.2", ("numpy",))
    runtime = world.supply(["seaborn"], ["seaborn"], cache=tmp_path / "fresh")
    assert runtime.packages["seaborn"] == "0.1"
    assert world.lock.read_text() == text
    newer = world.supply(["seaborn"], ["seaborn>=0.2"])
    assert newer.packages["seaborn"] == "0.2"
    assert "0.2" in world.lock.read_text()


def test_extra_packages_bring_what_they_need_in_the_browser(world: World) -> None:
    world.registries.add(
        "tool",
        "2.0",
        ("helper>=1", "pexpect; sys_platform != 'emscripten'", "widgetsnbextension", "plot; extra == 'all'"),
    )
    world.registries.add("helper", "1.5", ("numpy",))
    runtime = world.supply([], ["tool"])
    assert runtime.packages["helper"] == "1.5"
    assert "numpy" in runtime.packages
    assert not {"pexpect", "widgetsnbextension", "plot"} & set(runtime.packages)
    lock = PyodideLockSpec.from_json(world.out / "pyodide-lock.json")
    assert lock.packages["tool"].imports == ["tool"]
    assert lock.packages["tool"].depends == ["helper"]


def test_later_limits_are_kept(world: World) -> None:
    world.registries.add("a", "1.0", ("shared",))
    world.registries.add("b", "1.0", ("c",))
    world.registries.add("c", "1.0", ("shared<2",))
    world.registries.add("shared", "1.9")
    world.registries.add("shared", "2.0")
    assert world.supply([], ["a", "b"]).packages["shared"] == "1.9"


def test_extra_of_an_extra(world: World) -> None:
    world.registries.add("tool", "2.0", ("plot; extra == 'all'",))
    world.registries.add("plot", "1.0")
    assert "plot" not in world.supply([], ["tool"]).packages
    assert "plot" in world.supply([], ["tool[all]"]).packages


def test_package_that_cannot_run_in_the_browser_is_the_course_s_problem(world: World) -> None:
    world.registries.add("tool", "2.0", ("torch",))
    with pytest.raises(CourseProblems) as caught:
        world.supply([], ["tool"])
    (problem,) = caught.value.problems
    assert problem.code == "runtime-extra"
    assert "torch, needed by tool" in problem.message


def test_unreachable_index_is_not_the_course_s_problem(world: World) -> None:
    world.supply()
    world.registries.online = False
    with pytest.raises(ToolFailed) as caught:
        world.supply([], ["torch"])
    assert not isinstance(caught.value, pypi.NoSuchWheel)


def test_unreadable_record_stops_the_build(world: World) -> None:
    world.lock.write_text("{")
    with pytest.raises(CourseProblems) as caught:
        world.supply(["networkx"])
    assert caught.value.problems[0].file == "runtime.lock.json"


def test_record_of_another_pyodide_is_made_anew(world: World) -> None:
    world.lock.write_text(json.dumps({"schema": 1, "pyodide": "0.9", "packages": {}}))
    world.supply(["networkx"])
    data = json.loads(world.lock.read_text())
    assert data["pyodide"] == "1.0.0"
    assert list(data["packages"]) == ["networkx"]


def test_course_without_unpinned_packages_gets_no_record(world: World) -> None:
    world.supply(["pandas"])
    assert not world.lock.exists()


def test_progress_ends_at_its_total(world: World) -> None:
    seen: list[tuple[int, int, str]] = []
    world.supply(["pandas", "networkx"], on_progress=lambda done, total, name: seen.append((done, total, name)))
    assert seen[-1][0] == seen[-1][1] > 0
    assert [done for done, _, _ in seen] == sorted(done for done, _, _ in seen)
    assert "pyodide.asm.wasm" in {name for _, _, name in seen}


def test_right_folder_needs_no_cache(world: World, tmp_path: Path) -> None:
    world.supply(["pandas"])
    world.registries.online = False
    world.supply(["pandas"], cache=tmp_path / "empty")


def test_stopped_downloads_end_at_their_next_piece() -> None:
    progress = Progress(None)
    progress.add("a", 1)
    progress.stop()
    with pytest.raises(Stopped):
        progress.add("a", 1)


def test_cache_is_where_the_variable_says(tmp_path: Path) -> None:
    assert default_cache({"SATCHEL_CACHE": str(tmp_path)}) == tmp_path
    assert default_cache({"SATCHEL_CACHE": "here"}) == Path.cwd() / "here"
    assert default_cache({}).name == "satchel"
