"""Can a student go on working, and keep the work, where the browser stores nothing or does not answer?"""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, FrameLocator, expect

from .conftest import Student, serving
from .pages import cell, download, ready, rewrite, saved, source, storage
from .records import BARE_PAGE, DATABASE, record, texts_in

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
CELL = "one-row"
MINE = "print('mine')"
# What failed is tried again after a while that grows.
TRIED_AGAIN = 60_000

NO_DATABASE = """
const open = IDBFactory.prototype.open;
window.broken = true;
IDBFactory.prototype.open = function (...given) {
  if (!window.broken) return open.apply(this, given);
  throw new DOMException('storage is off', 'SecurityError');
};
"""
NO_LOCAL_STORAGE = """
Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('storage is off', 'SecurityError'); } });
"""
# As the browser reports a damaged profile: "Internal error opening backing store".
BROKEN_DATABASE = """
const open = IDBFactory.prototype.open;
window.broken = true;
IDBFactory.prototype.open = function (...given) {
  if (!window.broken) return open.apply(this, given);
  const request = Object.setPrototypeOf(new EventTarget(), IDBOpenDBRequest.prototype);
  const error = new DOMException('Internal error opening backing store for indexedDB.open.', 'UnknownError');
  Object.defineProperty(request, 'error', { value: error });
  queueMicrotask(() => request.dispatchEvent(new Event('error')));
  return request;
};
"""


def test_in_a_frame_of_another_site_the_page_works_and_leads_to_a_tab_of_its_own(
    browser: Browser, home: str, tmp_path: Path
) -> None:
    (tmp_path / "course.html").write_text(
        f'<h1>Campus</h1><iframe src="{home}{PAGE}" width="900" height="700"></iframe>'
    )
    with serving(tmp_path) as campus, browser.new_context() as context:
        page = context.new_page()
        # To the browser this name is another site than the address.
        page.goto(campus.replace("127.0.0.1", "localhost") + "course.html")
        frame: FrameLocator = page.frame_locator("iframe")
        status, alarm = frame.locator("#satchel-status"), frame.locator(".satchel-alarm")
        expect(status).to_have_attribute("data-storage", "unavailable", timeout=20_000)
        expect(status).to_contain_text("cannot save here")
        expect(alarm).to_be_visible()
        frame.locator(f'[data-satchel-cell="{CELL}"] .satchel-editor').click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(MINE)
        expect(frame.locator(f'[data-satchel-cell="{CELL}"]')).to_have_attribute("data-state", "edited")
        assert texts_in(download(page, alarm.locator(".satchel-download-work"), tmp_path)) == [MINE]
        with page.expect_popup() as popup:
            frame.locator("a.satchel-own-tab").click()
        tab = popup.value
        ready(tab)
        rewrite(tab, CELL, MINE)
        saved(tab)


@pytest.mark.parametrize("blocked", [NO_DATABASE, NO_DATABASE + NO_LOCAL_STORAGE], ids=["database", "everything"])
def test_a_page_that_may_store_nothing_says_so_and_gives_the_work_out(
    student: Student, blocked: str, tmp_path: Path
) -> None:
    student.context.add_init_script(blocked)
    page = student.open(PAGE)
    ready(page)
    storage(page, "unavailable")
    rewrite(page, CELL, MINE)
    expect(cell(page, CELL)).to_have_attribute("data-state", "edited")
    button = page.locator(".satchel-alarm .satchel-download-work")
    assert texts_in(download(page, button, tmp_path)) == [MINE]
    storage(page, "unavailable")
    with page.expect_event("dialog") as asked:
        page.close(run_before_unload=True)
    assert asked.value.type == "beforeunload"
    asked.value.dismiss()
    assert source(page, CELL) == MINE


def test_a_page_without_its_last_words_saves_all_the_same(student: Student) -> None:
    student.context.add_init_script(NO_LOCAL_STORAGE)
    page = student.open(PAGE)
    ready(page)
    rewrite(page, CELL, MINE)
    saved(page)
    page.reload()
    ready(page)
    assert source(page, CELL) == MINE


@pytest.mark.parametrize("fault", [NO_DATABASE, BROKEN_DATABASE], ids=["throws", "fails"])
def test_a_database_that_comes_back_is_used_by_itself(student: Student, fault: str) -> None:
    page = student.open(PAGE)
    ready(page)
    rewrite(page, "mean", "# from another day")
    saved(page)
    page.close()
    student.context.add_init_script(fault)
    page = student.open(PAGE)
    ready(page)
    storage(page, "unavailable")
    rewrite(page, CELL, MINE)
    storage(page, "unavailable")
    page.evaluate("window.broken = false")
    expect(page.locator("#satchel-status")).to_have_attribute("data-storage", "saved", timeout=TRIED_AGAIN)
    assert (source(page, CELL), source(page, "mean")) == (MINE, "# from another day")
    expect(page.locator(".satchel-alarm")).to_be_hidden()
    assert record(page, CELL)["text"] == MINE


def test_a_database_that_does_not_answer_keeps_nobody_waiting(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    rewrite(page, "mean", "# from another day")
    saved(page)
    page.close()
    # Somebody sits on the database and somebody else wants to change it: every later open waits for both.
    culprit = student.open(BARE_PAGE)
    culprit.evaluate(
        """name => new Promise((resolve) => {
          indexedDB.open(name).onsuccess = ({ target }) => {
            window.held = target.result;
            const upgrade = indexedDB.open(name, window.held.version + 1);
            // In the end there is no upgrade, so that the data is as it was.
            upgrade.onupgradeneeded = () => upgrade.transaction.abort();
            upgrade.onblocked = () => resolve();
          };
        })""",
        DATABASE,
    )
    page = student.open(PAGE)
    ready(page)
    storage(page, "unavailable")
    rewrite(page, CELL, MINE)
    expect(page.locator(".satchel-alarm")).to_contain_text("does not answer")
    culprit.evaluate("window.held.close()")
    expect(page.locator("#satchel-status")).to_have_attribute("data-storage", "saved", timeout=TRIED_AGAIN)
    assert (source(page, CELL), source(page, "mean")) == (MINE, "# from another day")
    assert record(page, CELL)["text"] == MINE
