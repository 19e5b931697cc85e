"""Is a student's work as safe in Firefox as it is in Chromium?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from .bidi import Tab
from .firefox import Firefox, running
from .student import CELL, PAGE, Student, again, held, press, ready, record, rewrite, says, source, state

pytestmark = pytest.mark.browser
MINE = "print('mine')"


def test_what_was_saved_is_there_after_a_reload_without_python(student: Student) -> None:
    tab = student.open()
    rewrite(tab, MINE)
    says(tab, "saved")
    again(tab)
    assert source(tab) == MINE
    state(tab, "data-state", "edited")
    assert tab.evaluate("() => document.getElementById('satchel-status').dataset.kernel") == "off"


def _elsewhere(tab: Tab, home: str) -> None:
    tab.goto(f"{home}index.html")


WAYS: dict[str, Callable[[Tab, str], None]] = {
    "by a link": _elsewhere,
    "by a reload": lambda tab, _home: tab.reload(),
    "by closing the tab": lambda tab, _home: tab.close(),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_last_key_before_leaving_is_saved(student: Student, way: str) -> None:
    tab = student.open()
    for attempt in range(5):
        rewrite(tab, f"{attempt}")
        tab.type("7")
        WAYS[way](tab, student.home)
        tab = student.open()
        assert source(tab) == f"{attempt}7", attempt


# What Firefox does, now and then, when a tab is closed that is the last one of its process: the first script that runs
# from then on is broken off at its first step, and no `catch` or `finally` in it hears of that. Those after it run.
BROKEN_OFF = """() => {
  const listen = window.addEventListener;
  let first = true;
  window.addEventListener = (name, act, ...rest) => {
    const heard = event => { if (!first) act(event); first = false; };
    listen.call(window, name, name === 'pagehide' ? heard : act, ...rest);
  };
}"""
# Holds the store as long as the tab lives, so that no save comes through.
BUSY = """async () => {
  const page = JSON.parse(document.getElementById('satchel-page').textContent);
  const opened = indexedDB.open(`satchel/${page.course.id}`);
  const db = await new Promise((good, bad) => { opened.onsuccess = () => good(opened.result); opened.onerror = bad; });
  const edits = db.transaction('edits', 'readwrite').objectStore('edits');
  await new Promise(good => {
    const again = () => { edits.count().onsuccess = again; good(); };
    edits.count().onsuccess = again;
  });
}"""


def test_a_script_broken_off_while_the_tab_is_closed_costs_nothing(student: Student, firefox: Firefox) -> None:
    firefox.before_pages(student.container, BROKEN_OFF)
    tab = student.open()
    # No help from what a page does besides when it is hidden.
    tab.evaluate("() => document.addEventListener('visibilitychange', event => event.stopImmediatePropagation(), true)")
    tab.evaluate(BUSY)
    rewrite(tab, "17")
    tab.close()
    assert source(student.open()) == "17"


def test_what_a_busy_store_has_not_taken_is_kept_aside_when_the_page_is_hidden(student: Student) -> None:
    tab = student.open()
    tab.evaluate(BUSY)
    rewrite(tab, "17")
    student.browser.tab(student.container).activate()
    tab.until("() => document.hidden")
    tab.until('() => Object.entries(localStorage).some(each => /leaving.*:"17"/s.test(each.join()))')


def test_a_page_out_of_the_browsers_memory_saves_again(student: Student) -> None:
    tab = student.open()
    rewrite(tab, "1")
    tab.goto(f"{student.home}index.html")
    tab.back()
    tab.until("() => location.pathname.endsWith('read-a-csv.html')")
    ready(tab)
    assert source(tab) == "1"
    rewrite(tab, "12")
    says(tab, "saved")
    assert source(student.open()) == "12"


# Two windows side by side, and no word from one to the other: each saves what it has.
DEAF = "() => { BroadcastChannel.prototype.postMessage = () => undefined; }"


@pytest.mark.parametrize("first", [0, 1])
def test_two_tabs_lose_nothing_that_was_saved(student: Student, firefox: Firefox, first: int) -> None:
    deaf = firefox.before_pages(student.container, DEAF)
    tabs = [student.open(), student.open()]
    for turn in range(2):
        for number, tab in enumerate(tabs):
            tab.evaluate("([id, text]) => window.satchel.setSource(id, text)", [CELL, f"tab {number} turn {turn}"])
            says(tab, "saved")
    tabs[first].close()
    tabs[1 - first].close()
    firefox.no_longer(deaf)
    tab = student.open()
    # Each tab has typed over its own first text; what either showed at the end is there.
    assert {"tab 0 turn 1", "tab 1 turn 1"} <= held(tab)
    state(tab, "data-state", "conflict")
    press(tab, ".satchel-keep-both")
    state(tab, "data-state", "edited")
    assert all(f"tab {number} turn 1" in source(tab) for number in (0, 1))


def test_the_other_tab_shows_what_was_saved(student: Student) -> None:
    one, other = student.open(), student.open()
    rewrite(one, MINE)
    says(one, "saved")
    other.until("([id, text]) => window.satchel.source(id) === text", [CELL, MINE])
    rewrite(other, "2")
    says(other, "saved")
    one.until("([id, text]) => window.satchel.source(id) === text", [CELL, "2"])


def test_a_backup_brings_everything_to_another_profile(student: Student, firefox: Firefox) -> None:
    tab = student.open()
    for text in ("1", MINE):
        rewrite(tab, text)
        press(tab, ".satchel-reset")
        state(tab, "data-state", "pristine")
    rewrite(tab, "the last one")
    rewrite(tab, "another cell", "to-number")
    says(tab, "saved")
    backup = tab.evaluate(
        "async () => Array.from(new Uint8Array(await (await window.satchel.exportWork()).arrayBuffer()))"
    )
    assert bytes(backup[:2]) == b"PK"

    elsewhere = Student(firefox, student.home, firefox.container()).open()
    assert record(elsewhere) is None
    texts = []
    for _ in range(2):
        elsewhere.evaluate("bytes => window.satchel.importWork(new Blob([new Uint8Array(bytes)]))", backup)
        for cell in (CELL, "to-number"):
            assert held(elsewhere, cell) == held(tab, cell)
            assert source(elsewhere, cell) == source(tab, cell)
        texts.append(record(elsewhere))
    assert texts[0] == texts[1], "a second restore changes nothing"


def test_a_reset_can_be_undone(student: Student) -> None:
    tab = student.open()
    original = source(tab)
    rewrite(tab, MINE)
    says(tab, "saved")
    press(tab, ".satchel-reset")
    state(tab, "data-state", "pristine")
    assert source(tab) == original
    press(tab, ".satchel-undo")
    tab.until("([id, text]) => window.satchel.source(id) === text", [CELL, MINE])
    says(tab, "saved")
    assert source(again(tab)) == MINE


def test_work_shown_as_saved_survives_a_kill(home: str, tmp_path: Path) -> None:
    texts = []
    for attempt in range(2):
        with running(tmp_path / "profile") as browser:
            tab = Student(browser, home).open()
            texts.append(source(tab))
            rewrite(tab, f"attempt {attempt}")
            says(tab, "saved")
            browser.kill()
    with running(tmp_path / "profile") as browser:
        texts.append(source(Student(browser, home).open(PAGE)))
    assert texts[1:] == ["attempt 0", "attempt 1"]
