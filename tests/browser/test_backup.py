"""Does a backup bring the work to another browser whole, and does a hostile one do nothing?"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Student
from .pages import cell, download, ready, rewrite, saved, source
from .records import COURSE, NOTEBOOK, records

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
OTHER_PAGE = "module-1-values/values-and-functions.html"
CELL = "one-row"
MINE = "print('mine')  # ü, 数, \U0001f600"
HOSTILE = "</pre><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
WORK_FILE = "satchel-work.json"


@pytest.fixture
def elsewhere(browser: Browser, home: str) -> Iterator[Page]:
    """The page in another browser, in which nothing has been done yet."""
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(home + PAGE)
        ready(page)
        yield page


def _panel(page: Page) -> None:
    page.locator(".satchel-open-workspace").click()
    expect(page.locator("#satchel-workspace")).to_be_visible()


def _offer(page: Page, backup: Path) -> None:
    """Choose a file in the panel, as a student does."""
    with page.expect_file_chooser() as chooser:
        page.locator(".satchel-restore").click()
    chooser.value.set_files(backup)


def _said(page: Page, words: str) -> None:
    # A bomb is unpacked up to the size that a backup may have before it is refused.
    expect(page.locator(".satchel-message")).to_contain_text(words, timeout=60_000)


def _worked(student: Student) -> Page:
    """Edits on two pages, one of them with a history."""
    page = student.open(OTHER_PAGE)
    ready(page)
    first = str(page.evaluate("() => window.satchel.cells()[0]"))
    rewrite(page, first, "# on another page")
    saved(page)
    page.goto(student.home + PAGE)
    ready(page)
    rewrite(page, "mean", "# an earlier text")
    cell(page, "mean").locator(".satchel-reset").click()
    rewrite(page, "mean", "# a later text")
    rewrite(page, CELL, MINE)
    saved(page)
    return page


def _but_revisions(found: dict[str, Any]) -> dict[str, Any]:
    return {key: {**value, "revision": None} for key, value in found.items()}


@pytest.mark.parametrize("way", [".satchel-merge", ".satchel-replace"])
def test_a_backup_brings_everything_elsewhere_and_a_second_time_nothing(
    student: Student, elsewhere: Page, tmp_path: Path, way: str
) -> None:
    page = _worked(student)
    _panel(page)
    backup = download(page, page.locator(".satchel-backup"), tmp_path)
    work = records(page)
    assert len(work) == 3
    assert any(value["versions"] for value in work.values())

    _panel(elsewhere)
    _offer(elsewhere, backup)
    elsewhere.locator(way).click()
    _said(elsewhere, "Brought in")
    brought = records(elsewhere)
    assert _but_revisions(brought) == _but_revisions(work)
    assert source(elsewhere, CELL) == MINE
    _offer(elsewhere, backup)
    elsewhere.locator(way).click()
    _said(elsewhere, "Nothing was changed")
    assert records(elsewhere) == brought


def test_the_notebooks_in_a_backup_open_in_any_jupyter(student: Student, tmp_path: Path) -> None:
    page = _worked(student)
    _panel(page)
    with zipfile.ZipFile(download(page, page.locator(".satchel-backup"), tmp_path)) as backup:
        books = {name: backup.read(name).decode() for name in backup.namelist() if name.endswith(".ipynb")}
    assert len(books) == 2
    sources: list[str] = []
    for text in books.values():
        book = nbformat.reads(text, as_version=4)
        nbformat.validate(book)
        sources += [each.source for each in book.cells if each.cell_type == "code"]
    for text in (MINE, "# a later text", "# on another page"):
        assert text in sources


def test_a_computer_whose_clock_is_off_makes_a_backup_too(student: Student, elsewhere: Page, tmp_path: Path) -> None:
    student.context.clock.set_fixed_time(0)
    page = student.open(PAGE)
    ready(page)
    rewrite(page, CELL, MINE)
    saved(page)
    _panel(page)
    backup = download(page, page.locator(".satchel-backup"), tmp_path)
    _panel(elsewhere)
    _offer(elsewhere, backup)
    elsewhere.locator(".satchel-merge").click()
    _said(elsewhere, "Brought in")
    assert source(elsewhere, CELL) == MINE


def _work(**change: object) -> dict[str, Any]:
    """The exact form of a backup of one cell; `change` changes its record."""
    record = {
        "schema": 1, "revision": 1, "text": HOSTILE, "baseHash": "0" * 16, "baseText": HOSTILE + "#", "time": 1.7e12,
        "place": {"page": PAGE, "title": HOSTILE, "download": "https://example.org/x.ipynb"},
        "rival": None, "versions": [{"text": HOSTILE, "time": 1.6e12, "why": "ran"}],
    }  # fmt: skip
    edits = [{"notebook": NOTEBOOK, "cell": CELL, "record": {**record, **change}}]
    return {"schema": 1, "kind": "satchel-work", "course": {"id": COURSE, "title": HOSTILE}, "made": 1, "edits": edits}


def _zipped(name: str, content: bytes) -> bytes:
    raw = io.BytesIO()
    with zipfile.ZipFile(raw, "w", zipfile.ZIP_DEFLATED) as files:
        files.writestr(name, content)
    return raw.getvalue()


def _hostile() -> dict[str, tuple[bytes, str]]:
    """Files that are no backup of this course, and a part of what is said to each; never the same twice in a row."""
    good = json.dumps(_work())
    return {
        "another course": (good.replace(f'"{COURSE}"', '"another"').encode(), "another course"),
        "newer": (json.dumps({**_work(), "schema": 2}).encode(), "newer version"),
        "no zip": (b"PK\x03\x04 and nothing more", "not a backup"),
        "prototype": (good.replace(f'"{NOTEBOOK}"', '"__proto__"').encode(), "which cell"),
        "inherited": (b'{"__proto__": ' + good.encode() + b"}", "not a backup"),
        "no text": (json.dumps(_work(text={"toString": "x"})).encode(), "cannot be used"),
        "out of the zip": (_zipped(f"../{WORK_FILE}", good.encode()), "not a backup"),
        "bomb": (_zipped(WORK_FILE, b" " * 150_000_000), "too large"),
    }


def test_a_hostile_file_gets_a_sentence_and_changes_nothing(student: Student, tmp_path: Path) -> None:
    page = student.open(PAGE)
    ready(page)
    rewrite(page, CELL, MINE)
    saved(page)
    before = records(page)
    _panel(page)
    for name, (content, words) in _hostile().items():
        (tmp_path / "backup.zip").write_bytes(content)
        _offer(page, tmp_path / "backup.zip")
        _said(page, words)
        expect(page.locator(".satchel-preview"), name).to_have_count(0)
        assert records(page) == before, name
    assert source(page, CELL) == MINE
    assert page.evaluate("[window.hacked, ({}).notebook, ({}).kind]") == [None, None, None]


def test_markup_in_a_backup_is_text_wherever_it_is_shown(student: Student, tmp_path: Path) -> None:
    page = student.open(PAGE)
    ready(page)
    (tmp_path / "backup.json").write_text(json.dumps(_work()))
    _panel(page)
    _offer(page, tmp_path / "backup.json")
    preview = page.locator(".satchel-preview")
    preview.locator("summary").click()
    expect(preview).to_contain_text("window.hacked = 1")
    preview.locator(".satchel-merge").click()
    _said(page, "Brought in")
    for summary in page.locator("#satchel-workspace .satchel-list summary").all():
        summary.click()
    page.locator("#satchel-workspace .satchel-close").click()
    assert source(page, CELL) == HOSTILE
    expect(cell(page, CELL).locator(".satchel-editor")).to_contain_text("</script>")
    page.reload()
    ready(page)
    assert page.evaluate("window.hacked") is None
    expect(page.locator("img[src=x]")).to_have_count(0)
