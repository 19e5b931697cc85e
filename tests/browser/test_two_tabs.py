"""Is everything kept that a student writes in two tabs of the same page, whichever is closed, killed or older?"""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from .conftest import Student
from .pages import cell, crash, ready, rewrite, saved, source, storage
from .records import BARE_PAGE, record, records, upgrade, version

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
CELL = "one-row"
ONE, TWO = "print('one')", "print('two')"


def _tabs(student: Student) -> tuple[Page, Page]:
    """Two tabs of the same page, in which time stands still: nothing is saved before the test asks for it."""
    first = student.open(BARE_PAGE)
    first.clock.install()
    first.goto(student.home + PAGE)
    second = student.open(PAGE)
    for page in (first, second):
        ready(page)
    # The clock is that of the whole browser.
    first.clock.pause_at(first.evaluate("Date.now() / 1000 + 1"))
    return first, second


def _both_written(student: Student) -> tuple[Page, Page]:
    """Two tabs, each with a text of its own for the same cell, and neither of them saved."""
    first, second = _tabs(student)
    rewrite(first, CELL, ONE)
    rewrite(second, CELL, TWO)
    assert record(first, CELL) is None
    return first, second


def _save(page: Page) -> None:
    """Save now, as an export does."""
    page.evaluate("async () => void await window.satchel.exportWork()")


def _expect_both(page: Page) -> None:
    """Both texts are stored, and the student is asked."""
    stored = record(page, CELL)
    assert {stored["text"], stored["rival"]["text"]} == {ONE, TWO}
    expect(cell(page, CELL)).to_have_attribute("data-state", "conflict")
    cell(page, CELL).locator(".satchel-keep-both").click()
    page.wait_for_function(
        "([id, texts]) => texts.every((text) => window.satchel.source(id).includes(text))", arg=[CELL, [ONE, TWO]]
    )
    storage(page, "saved")


def test_an_edit_appears_in_the_other_tab(student: Student) -> None:
    first, second = student.open(PAGE), student.open(PAGE)
    ready(first)
    ready(second)
    rewrite(first, CELL, ONE)
    expect(cell(second, CELL)).to_have_attribute("data-state", "edited")
    assert source(second, CELL) == ONE
    # Going on in the other tab is no conflict: it knows what it goes on from.
    rewrite(second, CELL, TWO)
    first.wait_for_function("([id, text]) => window.satchel.source(id) === text", arg=[CELL, TWO])
    for page in (first, second):
        saved(page)
        expect(cell(page, CELL)).to_have_attribute("data-state", "edited")


@pytest.mark.parametrize("order", [1, -1], ids=["first-saves-first", "second-saves-first"])
def test_two_texts_for_one_cell_are_both_kept_and_the_student_is_asked(student: Student, order: int) -> None:
    early, late = _both_written(student)[::order]
    _save(early)
    _save(late)
    expect(cell(early, CELL)).to_have_attribute("data-state", "conflict")
    _expect_both(late)
    early.wait_for_function("([id, text]) => window.satchel.source(id).includes(text)", arg=[CELL, "# ---"])


@pytest.mark.parametrize("order", [1, -1], ids=["first-closes-first", "second-closes-first"])
def test_two_texts_are_both_kept_when_both_tabs_are_closed(student: Student, order: int) -> None:
    for page in _both_written(student)[::order]:
        page.close()
    page = student.open(PAGE)
    page.clock.resume()
    ready(page)
    _expect_both(page)


def test_the_text_of_a_closed_tab_reaches_the_one_that_stays(student: Student) -> None:
    closed, stays = _both_written(student)
    closed.close()
    _save(stays)
    expect(cell(stays, CELL)).to_have_attribute("data-state", "conflict")
    _expect_both(stays)


def _killed(page: Page) -> None:
    crash(page)
    # Nothing runs there any more; this only takes the empty tab away.
    page.close()


def _closed(page: Page) -> None:
    page.close()


@pytest.mark.parametrize("end", [_killed, _closed], ids=["crashes", "closes"])
def test_a_text_that_was_saved_outlives_its_tab(student: Student, end: Callable[[Page], None]) -> None:
    first, second = _both_written(student)
    _save(first)
    saved(first)
    end(first)
    _save(second)
    _expect_both(second)
    second.reload()
    second.clock.resume()
    ready(second)
    assert ONE in source(second, CELL)
    assert TWO in source(second, CELL)


def test_an_older_tab_makes_way_for_a_newer_site_and_stops_writing(student: Student) -> None:
    older = student.open(PAGE)
    ready(older)
    rewrite(older, CELL, ONE)
    saved(older)
    newer = student.open(BARE_PAGE)
    newest = upgrade(newer, waits=False)
    storage(older, "failed")
    expect(older.locator(".satchel-alarm")).to_contain_text("newer version")
    before = records(newer)

    rewrite(older, CELL, TWO)
    older.evaluate("() => window.satchel.exportWork().then(() => undefined)")
    storage(older, "failed")
    assert (records(newer), version(newer)) == (before, newest)
    assert source(older, CELL) == TWO
    # What was typed there waits for a page that may store it.
    older.close()
    page = student.open(PAGE)
    ready(page)
    assert source(page, CELL) == TWO
    assert records(newer) == before
