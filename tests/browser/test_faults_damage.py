"""What becomes of records that are damaged, or that a newer version of the site has written?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import Student
from .pages import cell, cell_ids, download, ready, rewrite, saved, source, storage
from .records import BARE_PAGE, NOTEBOOK, overwrite, record, records, texts_in, upgrade, version

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
CELL = "one-row"
OTHER = "mean"
MINE = "print('mine')"
UNTOUCHED = "# untouched"
GOES_ON = "print('goes on')"
EARLIER = {"text": "print('earlier')", "time": 1_700_000_000_000, "why": "ran"}

# A history is worth less than the text: it is dropped, and the record is good.
HARMLESS = "rubbish for a history"
# What is left of a cell's record, and what its cell must then show; `None` is the author's text.
DAMAGES = {
    "no text": ("({ text, ...rest }, earlier) => ({ ...rest, versions: [earlier] })", EARLIER["text"]),
    "text of another type": ("(old, earlier) => ({ ...old, text: 5, versions: [earlier] })", EARLIER["text"]),
    "nothing of the author's": ("({ baseText, baseHash, ...rest }) => rest", MINE),
    "no time": ("({ time, ...rest }) => rest", MINE),
    "no schema": ("({ schema, ...rest }) => rest", MINE),
    "the text alone": ("({ text }) => text", MINE),
    HARMLESS: ("(old) => ({ ...old, versions: [1, null, { text: 5 }, 'x'], rival: 'x' })", MINE),
    "rubbish altogether": ("() => [1, { text: null }]", None),
    "bytes": ("() => new Uint8Array([1, 2, 3])", None),
}


def _edited(student: Student, texts: Mapping[str, str]) -> Page:
    """These cells are edited and saved, and the page is closed; returns a page of the site without satchel."""
    page = student.open(PAGE)
    ready(page)
    for identity, text in texts.items():
        rewrite(page, identity, text)
    saved(page)
    page.close()
    return student.open(BARE_PAGE)


def test_a_damaged_record_costs_its_own_cell_only_what_is_past_reading(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    ids = [identity for identity in cell_ids(page) if identity != OTHER]
    page.close()
    damaged = dict(zip(ids, DAMAGES, strict=False))
    assert len(damaged) == len(DAMAGES)
    bare = _edited(student, {**dict.fromkeys(damaged, MINE), OTHER: UNTOUCHED})
    before = {identity: overwrite(bare, identity, DAMAGES[name][0], EARLIER) for identity, name in damaged.items()}

    page = student.open(PAGE)
    ready(page)
    assert source(page, OTHER) == UNTOUCHED
    expect(cell(page, OTHER)).to_have_attribute("data-state", "edited")
    expect(page.get_by_text("was damaged").first).to_be_visible()
    for identity, name in damaged.items():
        expected = DAMAGES[name][1]
        if expected is None:
            expect(cell(page, identity), name).to_have_attribute("data-state", "pristine")
        else:
            assert source(page, identity) == expected, name

    for identity in damaged:
        rewrite(page, identity, GOES_ON)
    saved(page)
    after = records(bare)
    for identity, name in damaged.items():
        assert after[f"{NOTEBOOK}/{identity}"]["text"] == GOES_ON, name
        if name != HARMLESS:
            aside = [value for key, value in after.items() if key.startswith(f"{NOTEBOOK}/{identity}/")]
            assert aside == [before[identity]], name
    page.reload()
    ready(page)
    assert [source(page, identity) for identity in damaged] == [GOES_ON] * len(damaged)
    assert source(page, OTHER) == UNTOUCHED
    storage(page, "saved")


def test_a_record_of_a_newer_site_is_left_alone_and_the_other_cells_go_on(student: Student, tmp_path: Path) -> None:
    bare = _edited(student, {CELL: MINE, OTHER: UNTOUCHED})
    newer = overwrite(bare, CELL, "(old) => ({ ...old, schema: 2, text: { parts: [old.text] } })")
    page = student.open(PAGE)
    ready(page)
    assert source(page, OTHER) == UNTOUCHED
    storage(page, "failed")
    expect(page.locator(".satchel-alarm")).to_contain_text("newer version")

    rewrite(page, CELL, "print('too old to write')")
    rewrite(page, OTHER, "# goes on")
    page.wait_for_function("() => document.querySelector('#satchel-status').dataset.storage !== 'saving'")
    storage(page, "failed")
    backup = download(page, page.locator(".satchel-alarm .satchel-download-work"), tmp_path)
    assert "print('too old to write')" in texts_in(backup)
    assert record(bare, CELL) == newer
    assert record(bare, OTHER)["text"] == "# goes on"
    page.reload()
    ready(page)
    assert source(page, CELL) == "print('too old to write')"
    assert record(bare, CELL) == newer


def test_a_site_older_than_the_database_reads_and_gives_out_but_changes_nothing(
    student: Student, tmp_path: Path
) -> None:
    bare = _edited(student, {CELL: MINE, OTHER: UNTOUCHED})
    newest = upgrade(bare)
    before = records(bare)
    page = student.open(PAGE)
    ready(page)
    assert (source(page, CELL), source(page, OTHER)) == (MINE, UNTOUCHED)
    storage(page, "failed")
    alarm = page.locator(".satchel-alarm")
    expect(alarm).to_contain_text("newer version")
    expect(alarm.locator(".satchel-download-work")).to_be_visible()

    rewrite(page, CELL, "print('typed meanwhile')")
    rewrite(page, "find-gaps", "print('new here')")
    storage(page, "failed")
    backup = texts_in(download(page, alarm.locator(".satchel-download-work"), tmp_path))
    assert sorted(backup) == [UNTOUCHED, "print('new here')", "print('typed meanwhile')"]
    assert (records(bare), version(bare)) == (before, newest)
    page.reload()
    ready(page)
    assert source(page, CELL) == "print('typed meanwhile')"
    assert source(page, "find-gaps") == "print('new here')"
    storage(page, "failed")
    assert (records(bare), version(bare)) == (before, newest)
