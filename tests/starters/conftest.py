"""A little course, unpacked into a folder whose name is not easy, and the programs that can serve it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import pytest

from satchel import offline
from tests.starting import Program, python, unpack
from tests.starting import windows as compiled

FILES = {
    "index.html": b"<h1>Hello</h1>",
    "lite/index.html": b"<h1>Lite</h1>",
    "module.mjs": b"export {}",
    "script.js": b"1",
    "runtime/x.wasm": b"\0asm",
    "runtime/x.whl": b"PK",
    "runtime/pyodide-lock.json": b"{}",
    "runtime/pyodide-memory-02c63260d9621bcd.bin": b"memory",
    "satchel/f0ac5e10ce/page.js": b"page",
    "lite/files/one.ipynb": b"{}",
    "page.css": b"a {}",
    "font.woff2": b"wOF2",
    "logo.svg": b"<svg/>",
    "with space/ü & 100%.csv": b"1,2",
}


def write_site(folder: Path, *, course: str = "demo", **changes: bytes) -> None:
    """A little site with its list of hashes; all files get the time that unpacking a zip gives them."""
    about = {"activities": [{"title": '"course": {"id": "trap"'}], "course": {"id": course, "title": "{ü}"}}
    files = {**FILES, "capabilities.json": json.dumps(about, indent=2).encode()}
    files |= {name.replace("_", "."): content for name, content in changes.items()}
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    for name, content in {**files, "SHA256SUMS": sums.encode()}.items():
        path = folder / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (315_532_800, 315_532_800))


def make(home: Path, *, course: str = "demo") -> Path:
    """A little course, packed and unpacked again."""
    write_site(home / "built", course=course)
    return unpack(offline.pack(home / "built" / "site", home / "course.zip", folder=course), home)


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """An unpacked course in a folder whose name is not easy."""
    (home := tmp_path / "Übung & Kurs 1 (100%) 日本").mkdir()
    return make(home)


@pytest.fixture(scope="session")
def windows(tmp_path_factory: pytest.TempPathFactory) -> Program:
    """The server for Windows computers without Python."""
    return compiled(tmp_path_factory.mktemp("windows"))


@pytest.fixture(params=["start.py", "server.cs"])
def program(request: pytest.FixtureRequest) -> Program:
    """Both programs have to do the same."""
    found: Program = python if request.param == "start.py" else request.getfixturevalue("windows")
    return found
