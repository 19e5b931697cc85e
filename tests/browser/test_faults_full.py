"""What happens to the student's work when the browser has no room left, or throws it away under the open page?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Page, expect

from .conftest import Student
from .pages import cell, download, ready, rewrite, saved, source, storage
from .records import BARE_PAGE, record, texts_in

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
CELL = "one-row"
MINE = "print('mine')"
# A failed save is tried again after a while that grows.
TRIED_AGAIN = 60_000


ENOUGH = 300_000
MORE = f"{MINE}\n# {'y' * 2 * ENOUGH}"


@dataclass
class Room:
    """How much the browser stores for the site."""

    line: CDPSession
    home: str

    def limit(self, size: int | None) -> None:
        """At most this many bytes; `None` takes the limit away."""
        limit = {} if size is None else {"quotaSize": size}
        self.line.send("Storage.overrideQuotaForOrigin", {"origin": self.home, **limit})


def _write_more(page: Page) -> None:
    page.evaluate("([id, text]) => void window.satchel.setSource(id, text)", [CELL, MORE])


def _states(page: Page) -> list[str]:
    """Every state of storage that the page shows from now on; the list grows while the page lives."""
    told: list[str] = []
    page.expose_binding("tell", lambda _source, state: told.append(state))
    page.evaluate(
        """() => {
          const status = document.querySelector('#satchel-status');
          new MutationObserver(() => window.tell(status.dataset.storage))
            .observe(status, { attributeFilter: ['data-storage'] });
        }"""
    )
    return told


@pytest.fixture
def room(student: Student) -> Iterator[Room]:
    """Little room for the site's data, set before anything is stored: the browser looks at its limits now and then."""
    page = student.open(BARE_PAGE)
    room = Room(student.context.new_cdp_session(page), student.home)
    room.limit(ENOUGH)
    yield room


def test_a_full_disk_is_told_at_once_and_the_work_can_be_downloaded(
    student: Student, room: Room, tmp_path: Path
) -> None:
    page = student.open(PAGE)
    ready(page)
    rewrite(page, CELL, MINE)
    saved(page)
    told = _states(page)
    _write_more(page)
    storage(page, "failed")
    alarm = page.locator(".satchel-alarm")
    expect(alarm).to_be_visible()
    expect(alarm).to_contain_text("no room left")
    expect(page.locator("#satchel-status")).to_contain_text("NOT saved")
    assert source(page, CELL) == MORE
    assert record(page, CELL)["text"] == MINE
    assert texts_in(download(page, alarm.locator(".satchel-download-work"), tmp_path)) == [MORE]
    storage(page, "failed")
    assert "saved" not in told

    # Nobody does anything: there is room again, and that is all.
    room.limit(None)
    expect(page.locator("#satchel-status")).to_have_attribute("data-storage", "saved", timeout=TRIED_AGAIN)
    expect(alarm).to_be_hidden()
    assert record(page, CELL)["text"] == MORE


def test_what_could_not_be_saved_is_there_after_the_page_was_closed(student: Student, room: Room) -> None:
    page = student.open(PAGE)
    ready(page)
    rewrite(page, CELL, MINE)
    saved(page)
    _write_more(page)
    storage(page, "failed")
    page.close()
    page = student.open(PAGE)
    ready(page)
    assert source(page, CELL) == MORE
    storage(page, "failed")
    room.limit(None)
    expect(page.locator("#satchel-status")).to_have_attribute("data-storage", "saved", timeout=TRIED_AGAIN)
    page.reload()
    ready(page)
    assert source(page, CELL) == MORE
    storage(page, "saved")


@pytest.mark.parametrize("cleared", ["indexeddb", "all"])
def test_work_in_the_open_page_is_stored_again_after_the_sites_data_was_cleared(student: Student, cleared: str) -> None:
    page = student.open(PAGE)
    ready(page)
    rewrite(page, CELL, MINE)
    rewrite(page, "mean", "# also mine")
    saved(page)
    line = student.context.new_cdp_session(page)
    line.send("Storage.clearDataForOrigin", {"origin": student.home, "storageTypes": cleared})
    rewrite(page, CELL, f"{MINE} # and more")
    saved(page)
    page.reload()
    ready(page)
    assert (source(page, CELL), source(page, "mean")) == (f"{MINE} # and more", "# also mine")
    expect(cell(page, "mean")).to_have_attribute("data-state", "edited")
