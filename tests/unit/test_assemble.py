"""Is a site put together completely, swapped in at once, and nothing deleted that is not ours?"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from satchel import assemble, folders
from satchel.assemble import MARKER, Parts
from satchel.errors import ToolFailed
from satchel.frontend import Frontend


@pytest.fixture
def parts(tmp_path: Path) -> Parts:
    made = tmp_path / "made"
    files = {
        "book": [
            "index.html",
            "one/page.html",
            "objects.inv",
            ".buildinfo",
            "_sources/index.md",
            "_static/x.css",
            "_static/webpack-macros.html",
            "reports/one/page.err.log",
            "reports/page.html",
        ],
        "lite": ["index.html", "files/one.ipynb"],
        "runtime": ["pyodide.mjs", "runtime.json"],
        "frontend": ["page.js", "mathjax/tex.js", "boot.mjs", "labextension/package.json", "service-worker.js"],
    }
    for folder, names in files.items():
        for name in names:
            path = made / folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(f"{folder} {name}")
    return Parts(
        book=made / "book",
        lite=made / "lite",
        runtime=made / "runtime",
        frontend=Frontend(folder=made / "frontend", assets="satchel/0123/"),
        texts={"capabilities.json": "{}", "capabilities.schema.json": "ü"},
    )


def test_every_part_has_its_place_and_every_file_its_hash(parts: Parts, tmp_path: Path) -> None:
    site = assemble.assemble(parts, tmp_path / "out" / ".site-new")
    names = folders.files(site)
    assert names == [
        ".nojekyll",
        ".satchel-site",
        "SHA256SUMS",
        "_static/x.css",
        "capabilities.json",
        "capabilities.schema.json",
        "index.html",
        "lite/files/one.ipynb",
        "lite/index.html",
        "offline.json",
        "one/page.html",
        "reports/page.html",
        "runtime/pyodide.mjs",
        "runtime/runtime.json",
        "satchel/0123/mathjax/tex.js",
        "satchel/0123/page.js",
        "service-worker.js",
    ]
    assert (site / "lite/index.html").read_text() == "lite index.html"
    sums = [line.split("  ", 1) for line in (site / "SHA256SUMS").read_text("utf-8").splitlines()]
    assert [name for _, name in sums] == [name for name in names if name != "SHA256SUMS"]
    assert all(hashlib.sha256((site / name).read_bytes()).hexdigest() == value for value, name in sums)


def test_remains_of_a_broken_build_do_not_get_into_the_next(parts: Parts, tmp_path: Path) -> None:
    aside = tmp_path / ".site-new"
    (aside / "old").mkdir(parents=True)
    (aside / "old" / "page.html").touch()
    assert not (assemble.assemble(parts, aside) / "old").exists()


def test_a_changed_site_can_be_sealed_again(parts: Parts, tmp_path: Path) -> None:
    site = assemble.assemble(parts, tmp_path / "site")
    before = (site / "SHA256SUMS").read_text()
    (site / "capabilities.json").write_text('{"more": 1}')
    assemble.seal(site)
    changed = set((site / "SHA256SUMS").read_text().splitlines()) - set(before.splitlines())
    assert {line.split("  ")[1] for line in changed} == {"capabilities.json", "offline.json"}
    listed = json.loads((site / "offline.json").read_text())["files"]
    assert ["capabilities.json", 11, hashlib.sha256(b'{"more": 1}').hexdigest()] in listed


@pytest.mark.parametrize("content", ["file", "folder"])
def test_what_somebody_else_made_is_refused(content: str, tmp_path: Path) -> None:
    site = tmp_path / "site"
    if content == "file":
        site.write_text("mine")
    else:
        site.mkdir()
        (site / "thesis.docx").write_text("mine")
    with pytest.raises(ToolFailed) as caught:
        assemble.refuse_foreign(site)
    assert str(site) in caught.value.what
    assert "--out" in caught.value.cure


def test_an_empty_folder_no_folder_and_our_own_are_fine(parts: Parts, tmp_path: Path) -> None:
    assemble.refuse_foreign(tmp_path / "nowhere" / "site")
    (tmp_path / "empty").mkdir()
    assemble.refuse_foreign(tmp_path / "empty")
    assemble.refuse_foreign(assemble.assemble(parts, tmp_path / "site"))


def site_of(folder: Path, text: str) -> Path:
    folder.mkdir(parents=True)
    (folder / MARKER).touch()
    (folder / "index.html").write_text(text)
    return folder


def test_the_new_site_takes_the_place_of_the_old(tmp_path: Path) -> None:
    site = site_of(tmp_path / "site", "old")
    (site / "gone.html").touch()
    assemble.swap(site_of(tmp_path / ".site-new", "new"), site)
    assert folders.files(tmp_path) == [f"site/{MARKER}", "site/index.html"]
    assert (site / "index.html").read_text() == "new"


def test_the_first_site_needs_no_old_one(tmp_path: Path) -> None:
    assemble.swap(site_of(tmp_path / ".site-new", "new"), tmp_path / "site")
    assert (tmp_path / "site" / "index.html").read_text() == "new"


def test_a_copy_that_somebody_keeps_beside_the_site_stays(tmp_path: Path) -> None:
    kept = site_of(tmp_path / "site.old", "kept")
    for text in ("one", "two"):
        assemble.swap(site_of(tmp_path / ".site-new", text), tmp_path / "site")
    assert (kept / "index.html").read_text() == "kept"


def test_a_swap_that_fails_half_way_puts_the_old_site_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site, aside = site_of(tmp_path / "site", "old"), site_of(tmp_path / ".site-new", "new")
    rename = Path.rename

    def refuse_the_new_one(path: Path, target: Path) -> Path:
        if path == aside:
            raise PermissionError(13, "Permission denied")
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", refuse_the_new_one)
    with pytest.raises(PermissionError):
        assemble.swap(aside, site)
    assert (site / "index.html").read_text() == "old"


def test_a_swap_that_was_killed_half_way_is_undone_by_the_next_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site, aside = site_of(tmp_path / "site", "old"), site_of(tmp_path / ".site-new", "new")
    rename = Path.rename

    def die_at_the_new_one(path: Path, target: Path) -> Path:
        if path == aside:
            raise SystemExit(9)  # nothing of `swap` runs after this
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", die_at_the_new_one)
    with pytest.raises(SystemExit):
        assemble.swap(aside, site)
    monkeypatch.undo()
    assert not site.exists()
    assemble.recover(site)
    assert (site / "index.html").read_text() == "old"
    assemble.recover(site)
    assert (site / "index.html").read_text() == "old"
