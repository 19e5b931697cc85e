"""Does a backup carry the notebook view's files to another browser, and does the real JupyterLite show them there?"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Page, expect

from .conftest import Student
from .drives import DRIVE, Drives
from .pages import PYTHON_STARTS, download, ready
from .records import DATABASE
from .test_access import SCHEMES, violations_in_both_schemes
from .test_drive import add_cell, another, drives, save, script
from .test_lite import open_notebook, run
from .test_lite import ready as python_ready
from .work import exported, offer, panel

__all__ = ["another", "drives", "script"]
pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
READING = "module-2-tables/read-a-csv.ipynb"
Profiles = Callable[[], tuple[Student, Drives]]


def book(student: Student) -> Page:
    page = student.open(PAGE)
    ready(page)
    return page


def test_files_and_own_cells_arrive_in_another_browser(
    student: Student, drives: Drives, another: Profiles, tmp_path: Path
) -> None:
    lite = open_notebook(student, READING)
    expect(run(lite, "open('mine.txt', 'w').write('grüß')\nprint('kept output')")).to_contain_text("kept output")
    add_cell(lite, "open('mine.txt').read()")
    save(lite)
    drives.wait_for(READING, "open('mine.txt').read()")
    page = book(student)
    found = panel(page)
    expect(found.locator(".satchel-files-fact")).to_contain_text("1 notebook and 1 file")
    backup = download(page, found.locator(".satchel-backup"), tmp_path)

    with zipfile.ZipFile(backup) as files:
        assert files.read("jupyterlite/module-2-tables/mine.txt").decode() == "grüß"
        notebook = nbformat.reads(files.read(f"jupyterlite/{READING}").decode(), as_version=4)
    nbformat.validate(notebook)
    assert "kept output" in json.dumps(notebook)

    friend, others = another()
    page = book(friend)
    there = offer(page, backup.read_bytes())
    expect(there.locator(".satchel-preview")).to_contain_text("mine.txt")
    expect(there.locator(".satchel-preview")).to_contain_text("Saved outputs of notebooks are not brought in")
    assert others.names() == [DATABASE]
    page.emulate_media(reduced_motion="reduce")
    assert violations_in_both_schemes(page) == {scheme: [] for scheme in SCHEMES}
    there.locator(".satchel-merge").click()
    expect(there.locator(".satchel-message")).to_contain_text("2 files new here")
    lite = open_notebook(friend, READING)
    own = lite.locator(".jp-CodeCell", has_text="open('mine.txt').read()")
    expect(own).to_be_visible()
    expect(lite.locator(".jp-OutputArea-output")).to_have_count(0)
    python_ready(lite)
    own.locator(".cm-content").click()
    lite.keyboard.press("Control+Enter")
    expect(own.locator(".jp-OutputArea-output")).to_contain_text("grüß", timeout=PYTHON_STARTS)
    lite.close()

    kept = others.raw()
    for way in (".satchel-merge", ".satchel-replace"):
        page.reload()
        ready(page)
        there = offer(page, backup.read_bytes())
        there.locator(way).click()
        expect(there.locator(".satchel-message")).to_contain_text("Nothing was changed")
    assert others.raw() == kept


@pytest.mark.parametrize(
    ("way", "mine", "theirs"),
    [(".satchel-merge", "a.txt", "a (from backup).txt"), (".satchel-replace", "a (before restore).txt", "a.txt")],
)
def test_where_both_differ_both_are_kept_and_undo_takes_it_back(
    student: Student, drives: Drives, another: Profiles, way: str, mine: str, theirs: str
) -> None:
    drives.put({"a.txt": ("text", "from the backup"), "new/b.bin": ("base64", "AAH/")})
    backup = exported(book(student))
    friend, others = another()
    others.put({"a.txt": ("text", "mine")})
    before = others.raw()
    page = book(friend)
    found = offer(page, backup)
    found.locator(way).click()
    expect(found.locator(".satchel-message")).to_contain_text("Brought in: 1 file new here, 1")
    contents = others.contents() or {}
    assert (contents[mine]["value"], contents[theirs]["value"]) == ("mine", "from the backup")
    assert contents["new/b.bin"]["value"] == "AAH/"
    found.locator(".satchel-undo-all").click()
    expect(found.locator(".satchel-message")).to_contain_text("Taken back")
    assert _but_times(others.raw()) == _but_times(before)


def _but_times(items: dict[str, Any]) -> dict[str, Any]:
    return {path: {**item, "last_modified": None} for path, item in items.items()}


def test_a_hostile_file_is_refused_and_changes_nothing(student: Student, drives: Drives) -> None:
    drives.put({"a.txt": ("text", "mine")})
    page = book(student)
    good = exported(page)
    before = drives.raw()
    with zipfile.ZipFile(io.BytesIO(good)) as files:
        work = json.loads(files.read("satchel-work.json"))
    for path, words in (
        ("../a.txt", "out of its folder"),
        ("/a.txt", "own folder"),
        ("a\\b", "backslash"),
        ("a.ipynb", "larger"),
    ):
        entry = {**work["files"][0], "path": path, "size": 1}
        raw = io.BytesIO()
        with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as files:
            files.writestr("satchel-work.json", json.dumps({**work, "files": [entry]}))
            files.writestr(f"jupyterlite/{path}", b" " * 30_000_000)
        found = offer(page, raw.getvalue())
        expect(found.locator(".satchel-message")).to_contain_text(words)
        expect(found.locator(".satchel-preview")).to_have_count(0)
        found.locator(".satchel-close").first.click()
    assert drives.raw() == before


def test_outputs_in_a_hostile_notebook_are_not_shown(student: Student, drives: Drives) -> None:
    page = book(student)
    output = {
        "output_type": "display_data",
        "metadata": {},
        "data": {"text/html": "<img src=x onerror='window.hacked=1'>"},
    }
    cell = {"cell_type": "code", "id": "c", "metadata": {"trusted": True}, "source": "1", "outputs": [output]}
    notebook = json.dumps(
        {"cells": [{**cell, "execution_count": 1}], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}
    )
    work = {
        "schema": 1, "kind": "satchel-work", "course": {"id": "data-by-hand", "title": "x"}, "made": 1, "edits": [],
        "files": [{"path": "a.ipynb", "type": "notebook", "format": "json", "time": 1, "size": len(notebook)}],
    }  # fmt: skip
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w") as files:
        files.writestr("satchel-work.json", json.dumps(work))
        files.writestr("jupyterlite/a.ipynb", notebook)
    found = offer(page, raw.getvalue())
    found.locator(".satchel-merge").click()
    expect(found.locator(".satchel-message")).to_contain_text("Brought in: 1 file new here")
    assert "onerror" not in json.dumps(drives.raw(DRIVE))
    lite = open_notebook(student, "a.ipynb")
    expect(lite.locator(".jp-OutputArea-output")).to_have_count(0)
    assert lite.evaluate("window.hacked") is None
