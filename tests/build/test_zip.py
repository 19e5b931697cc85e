"""Can a student unpack the zip anywhere, start it, and get exactly the site?"""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path
from urllib.parse import quote

import pytest

from satchel import offline
from tests.starting import get, running, unpack

from .sites import Built

pytestmark = [pytest.mark.build, pytest.mark.timeout(900)]


@pytest.fixture(scope="module")
def unpacked(tiny: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course in a folder whose name is not easy, unpacked as a student would."""
    [packed] = tiny.zips
    home = tmp_path_factory.mktemp("zip") / "Mein Kurs (ü) 日本"
    return unpack(packed, home)


def test_the_zip_is_named_after_the_course_and_holds_one_folder(tiny: Built, unpacked: Path) -> None:
    course = tiny.manifest["course"]["id"]
    assert [path.name for path in tiny.zips] == [f"{course}-offline.zip"]
    assert unpacked.name == course


def test_the_zip_is_the_site_and_its_starter(tiny: Built) -> None:
    course = tiny.manifest["course"]["id"]
    with zipfile.ZipFile(tiny.zips[0]) as archive:
        assert archive.testzip() is None
        packed = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    starter = {f"{course}/{name}": hashlib.sha256(content).hexdigest() for name, content in offline.starters().items()}
    assert packed == {**{f"{course}/site/{name}": value for name, value in tiny.files.items()}, **starter}


def test_every_file_arrives_as_it_was_built(tiny: Built, unpacked: Path) -> None:
    with running(unpacked) as address:
        for line in (unpacked / "site" / "SHA256SUMS").read_text("utf-8").splitlines():
            status, headers, content = get(address + quote(line[66:]))
            assert (status, hashlib.sha256(content).hexdigest()) == (200, line[:64]), line
            assert headers["ETag"] == f'"{line[:64]}"'


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("", "text/html"),
        ("lessons/words.html", "text/html"),
        ("lite/notebooks/index.html?path=lessons%2Fwords.ipynb", "text/html"),
        ("runtime/pyodide.mjs", "text/javascript"),
        ("runtime/boot.mjs", "text/javascript"),
        ("runtime/pyodide.asm.js", "text/javascript"),
        ("runtime/pyodide.asm.wasm", "application/wasm"),
        ("runtime/pyodide-lock.json", "application/json"),
        ("capabilities.json", "application/json"),
        ("lite/files/lessons/words.ipynb", "application/json"),
        ("_images/square.png", "image/png"),
    ],
)
def test_files_have_the_types_that_browsers_insist_on(path: str, kind: str, unpacked: Path) -> None:
    with running(unpacked) as address:
        status, headers, _ = get(address + path)
    assert (status, headers.get_content_type()) == (200, kind)


def test_what_is_named_after_its_content_is_fetched_once(tiny: Built, unpacked: Path) -> None:
    with running(unpacked) as address:
        kept = {name: get(address + quote(name))[1]["Cache-Control"] for name in tiny.files}
    hashed = {name for name in tiny.files if name.startswith("satchel/") or name.endswith(".bin")}
    assert len(hashed) > 10
    assert {kept[name] for name in hashed} == {"public, max-age=31536000, immutable"}
    assert {kept[name] for name in tiny.files.keys() - hashed} == {"no-cache"}
