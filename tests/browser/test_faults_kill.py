"""Is what the page called saved still there when the browser, the tab or the page is gone without a warning?"""

from __future__ import annotations

import os
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Student
from .pages import cell, crash, ready, rewrite, saved, source
from .profiles import Profile
from .records import BARE_PAGE

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
OTHER_PAGE = "module-1-values/values-and-functions.html"
CELL = "one-row"
# Fifty for a thorough look; tests/README.md has the command.
KILLS = int(os.environ.get("SATCHEL_KILLS", "10"))
# `SAVE_AFTER` in store/session.ts: a save starts at most this long after a key, in milliseconds.
SAVE_AFTER = 250


def _opened(context: BrowserContext, address: str) -> Page:
    page = context.new_page()
    page.goto(address)
    ready(page)
    return page


def test_a_killed_browser_keeps_everything_that_was_called_saved(profile: Profile, home: str) -> None:
    kept = ""
    for number in range(KILLS):
        page = _opened(profile.start(), home + PAGE)
        if number:
            assert source(page, CELL) == kept, f"kill {number}"
        kept = f"print({number})"
        rewrite(page, CELL, kept)
        saved(page)
        profile.kill()
    assert source(_opened(profile.start(), home + PAGE), CELL) == kept


def test_a_browser_killed_while_the_page_is_left_keeps_one_text_whole(profile: Profile, home: str) -> None:
    before = "print('shown as saved')"
    page = _opened(profile.start(), home + PAGE)
    rewrite(page, CELL, before)
    saved(page)
    for number in range(max(2, KILLS // 4)):
        after = f"print('never shown as saved', {number})"
        rewrite(page, CELL, after)
        page.goto(home + OTHER_PAGE, wait_until="commit")
        profile.kill()
        page = _opened(profile.start(), home + PAGE)
        assert source(page, CELL) in (before, after)
        before = source(page, CELL)


def _close(page: Page, home: str) -> Page:
    page.close()
    return page.context.new_page()


def _turn_the_page(page: Page, home: str) -> Page:
    page.goto(home + OTHER_PAGE, wait_until="commit")
    return page


def _reload(page: Page, home: str) -> Page:
    page.reload(wait_until="commit")
    return page


@pytest.mark.parametrize("leave", [_close, _turn_the_page, _reload])
def test_the_last_key_is_kept_however_the_page_is_left(student: Student, leave: Callable[[Page, str], Page]) -> None:
    page = student.open(PAGE)
    for number in range(5):
        ready(page)
        rewrite(page, CELL, f"print({number})")
        page = leave(page, student.home)
        page.goto(student.home + PAGE)
        ready(page)
        assert source(page, CELL) == f"print({number})"
        expect(cell(page, CELL)).to_have_attribute("data-state", "edited")


def test_a_crash_in_the_middle_of_typing_keeps_what_was_called_saved(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    told: list[str] = []
    page.expose_binding("tell", lambda _source, text: told.append(text))
    page.evaluate(
        """id => {
          const status = document.querySelector('#satchel-status');
          const look = () => { if (status.dataset.storage === 'saved') window.tell(window.satchel.source(id)); };
          new MutationObserver(look).observe(status, { attributeFilter: ['data-storage'] });
        }""",
        CELL,
    )
    rewrite(page, CELL, "#")
    while len(told) < 3:
        page.keyboard.type("0123456789", delay=20)
    typed = source(page, CELL)
    page.keyboard.type("0123456789", delay=20)
    crash(page)

    page = student.open(PAGE)
    ready(page)
    found = source(page, CELL)
    assert (typed + "0123456789").startswith(found)
    assert found.startswith(told[-1])


def test_a_crash_costs_at_most_a_quarter_of_a_second(student: Student) -> None:
    """In the page's own time, which stands still here but for what the test lets pass."""
    page = student.open(BARE_PAGE)
    page.clock.install()
    page.goto(student.home + PAGE)
    ready(page)
    page.clock.pause_at(page.evaluate("Date.now() / 1000 + 1"))
    rewrite(page, CELL, "#")
    for key in range(10):
        page.keyboard.type(str(key))
        page.clock.run_for(SAVE_AFTER / 10)
    saved(page)
    page.keyboard.type("lost")
    crash(page)

    page = student.open(PAGE)
    ready(page)
    assert source(page, CELL).startswith("#0123456789")
