"""Is the bytecode of an archive the one that Python takes, with the sources still there?"""

from __future__ import annotations

import importlib
import json
import subprocess
import sys
import zipfile
import zipimport
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import ToolFailed
from satchel.runtime import bytecode
from satchel.runtime.bytecode import with_bytecode
from satchel.runtime.cache import sha256_of
from satchel.runtime.compile_archive import compile_archive, compiled_name
from satchel.runtime.folder import Runtime

FILES = {"pack/__init__.py": "name = 'pack'\n", "pack/mod.py": "def f():\n    raise ValueError(1)\n", "pack/a.txt": "x"}


def archive(path: Path, **more: str) -> Path:
    with zipfile.ZipFile(path, "w") as made:
        for name, text in {**FILES, **more}.items():
            made.writestr(name, text)
    return path


def test_a_wheel_gets_bytecode_where_an_unpacked_package_looks_for_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    compile_archive(str(archive(tmp_path / "a.whl")), str(tmp_path / "b.whl"), "wheel")
    with zipfile.ZipFile(tmp_path / "b.whl") as made:
        assert {name for name in made.namelist() if name.endswith((".py", ".txt"))} == set(FILES)
        made.extractall(tmp_path / "site")
    # If Python compiled the source again it would see this, so the bytecode is what runs.
    (tmp_path / "site" / "pack" / "__init__.py").write_text("name = 'compiled again'\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    sys.modules.pop("pack", None)
    assert importlib.import_module("pack").name == "pack"
    assert importlib.import_module("pack.mod").f.__code__.co_filename == str(tmp_path / "site" / "pack" / "mod.py")


def test_a_zip_is_imported_from_bytecode_and_still_shows_its_source(tmp_path: Path) -> None:
    compile_archive(str(archive(tmp_path / "a.zip")), str(tmp_path / "b.zip"), "zip")
    importer = zipimport.zipimporter(str(tmp_path / "b.zip"))
    assert importer.get_filename("pack").endswith("__init__.pyc")
    assert importer.get_source("pack") == FILES["pack/__init__.py"]


def test_what_this_python_does_not_understand_stays_as_it_is(tmp_path: Path) -> None:
    source = archive(tmp_path / "a.whl", **{"old.py": "print 'Python 2'\n"})
    compile_archive(str(source), str(tmp_path / "b.whl"), "wheel")
    with zipfile.ZipFile(tmp_path / "b.whl") as made:
        assert made.read("old.py") == b"print 'Python 2'\n"
        assert not [name for name in made.namelist() if "old." in name and name.endswith(".pyc")]


def test_the_same_archive_gives_the_same_bytes(tmp_path: Path) -> None:
    for name in ("b", "c"):
        compile_archive(str(archive(tmp_path / "a.whl")), str(tmp_path / name), "wheel")
    assert (tmp_path / "b").read_bytes() == (tmp_path / "c").read_bytes()


@pytest.mark.parametrize(("name", "folder"), [("top.py", "__pycache__/"), ("a/b.py", "a/__pycache__/")])
def test_names(name: str, folder: str) -> None:
    assert compiled_name(name, "wheel").startswith(folder)
    assert compiled_name(name, "zip") == f"{name}c"


def runtime(folder: Path) -> Runtime:
    """A runtime folder with one wheel and a standard library."""
    folder.mkdir()
    archive(folder / "python_stdlib.zip")
    archive(folder / "pack-1.0-py3-none-any.whl")
    (folder / "pyodide.asm.wasm").write_bytes(b"wasm")
    lock = {"packages": {"pack": {"file_name": "pack-1.0-py3-none-any.whl", "sha256": "old"}}}
    (folder / "pyodide-lock.json").write_text(json.dumps(lock))
    (folder / "runtime.json").write_text('{"boot_files": [], "sizes": {}}')
    sizes = {path.name: path.stat().st_size for path in folder.iterdir() if path.name != "runtime.json"}
    return Runtime(folder=folder, pyodide="1", python="3", packages={}, kernel_packages=(), boot_files=(), sizes=sizes)


class Node:
    """Stands in for the child process: compiles with this very Python."""

    def __init__(self, *, drops: str = "") -> None:
        self.calls, self.drops = 0, drops

    def __call__(self, argv: Sequence[object], **_options: Any) -> subprocess.CompletedProcess[str]:
        self.calls += 1
        source, jobs, out = (Path(str(word)) for word in argv[-3:])
        for job in json.loads(jobs.read_text()):
            if job["name"] != self.drops:
                compile_archive(str(source / job["name"]), str(out / job["name"]), job["layout"])
        return subprocess.CompletedProcess([], 0)


def test_the_lock_names_the_compiled_wheel_and_the_next_build_takes_it_from_the_cache(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    node = Node()
    monkeypatch.setattr(bytecode, "call", node)
    official = runtime(tmp_path / "runtime")
    made = with_bytecode(official, tmp_path / "out", cache=tmp_path / "cache")
    wheel = made.folder / "pack-1.0-py3-none-any.whl"
    lock = json.loads((made.folder / "pyodide-lock.json").read_text())
    assert lock["packages"]["pack"]["sha256"] == sha256_of(wheel)
    assert json.loads((made.folder / "runtime.json").read_text())["sizes"][wheel.name] == wheel.stat().st_size
    assert sha256_of(official.folder / wheel.name) != sha256_of(wheel)
    with_bytecode(official, tmp_path / "again", cache=tmp_path / "cache")
    assert node.calls == 1


def test_a_missing_result_is_an_error_with_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bytecode, "call", Node(drops="python_stdlib.zip"))
    with pytest.raises(ToolFailed, match=r"python_stdlib\.zip"):
        with_bytecode(runtime(tmp_path / "runtime"), tmp_path / "out", cache=tmp_path / "cache")
