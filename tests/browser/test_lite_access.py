"""Can everybody use what satchel adds to a notebook in JupyterLite? axe-core looks at it; a keyboard does it alone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from . import notebooks
from .conftest import Student
from .notebooks import open_notebook, select, shows
from .pages import cell, ready
from .test_access import AXE, NARROW, SCHEMES, STANDARD
from .work import panel, write

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
NOTEBOOK = "module-2-tables/read-a-csv.ipynb"
CELL = "first-lines"
OURS = (".satchel-strip", ".satchel-saving", ".satchel-lite-alarm", ".satchel-open-workspace", "#satchel-workspace")
CHECK = """async ([standard, ours]) => {
  const include = ours.filter((selector) => document.querySelector(selector));
  const found = await axe.run({ include }, { runOnly: { type: 'tag', values: standard }, resultTypes: ['violations'] });
  return found.violations.flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) =>
    `${id}: ${html.slice(0, 200)} ${failureSummary}`));
}"""


def faults(page: Page) -> list[str]:
    """What axe finds in satchel's own parts of the window."""
    if not page.evaluate("() => 'axe' in window"):
        page.add_script_tag(path=AXE)
    found: list[str] = page.evaluate(CHECK, [STANDARD, OURS])
    return found


def in_conflict(student: Student) -> Page:
    """A notebook with a cell that was changed in the book as well."""
    student.context.add_init_script("BroadcastChannel.prototype.postMessage = () => undefined;")
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    book = student.context.new_page()
    book.goto(student.home + PAGE)
    ready(book)
    write(book, CELL, "print('in the book')")
    book.close()
    notebooks.rewrite(lite, CELL, "print('in the notebook')")
    expect(cell(lite, CELL)).to_have_attribute("data-state", "conflict")
    return lite


@pytest.mark.parametrize("scheme", SCHEMES)
def test_axe_finds_nothing_in_what_a_notebook_shows_of_the_work(student: Student, scheme: str) -> None:
    # JupyterLab takes its theme from its settings, not from the system.
    if scheme == "dark":
        student.context.add_init_script("localStorage.setItem('mode', 'dark'); localStorage.setItem('theme', 'dark');")
    lite = in_conflict(student)
    expect(lite.locator("body")).to_have_attribute("data-jp-theme-light", "false" if scheme == "dark" else "true")
    strip = cell(lite, CELL).locator(".satchel-strip")
    expect(strip.locator(".satchel-conflict b").first).to_be_visible()
    assert faults(lite) == []
    strip.locator(".satchel-keep-mine").click()
    expect(cell(lite, CELL)).to_have_attribute("data-state", "edited")
    strip.locator(".satchel-show-original").click()
    expect(strip.locator(".satchel-gone").first).to_be_visible()
    strip.locator(".satchel-history").click()
    strip.locator(".satchel-versions summary").first.click()
    expect(strip.locator(".satchel-versions ins").first).to_be_visible()
    assert faults(lite) == []
    found = panel(lite)
    expect(found).to_be_visible()
    assert faults(lite) == []
    # What axe is shown is really looked at.
    found.evaluate("node => node.insertAdjacentHTML('beforeend', '<img src=\"data:,\">')")
    assert any(fault.startswith("image-alt") for fault in faults(lite))


def test_a_choice_is_made_and_the_work_reset_without_a_mouse(student: Student) -> None:
    lite = in_conflict(student)
    select(lite, cell(lite, CELL))
    lite.keyboard.press("Tab")
    strip = cell(lite, CELL).locator(".satchel-strip")
    expect(strip.locator(".satchel-keep-mine")).to_be_focused()
    lite.keyboard.press("Tab")
    expect(strip.locator(".satchel-take-new")).to_be_focused()
    # JupyterLab's own keys for a cell do not reach it through our buttons: D D would delete it, Enter would open it.
    lite.keyboard.press("d")
    lite.keyboard.press("d")
    lite.keyboard.press("Enter")
    shows(lite, CELL, "print('in the book')")
    expect(cell(lite, CELL)).to_have_attribute("data-state", "edited")
    # What had the focus is gone; a keyboard goes on from the same cell.
    assert lite.evaluate(
        "id => document.activeElement.closest('[data-satchel-cell]')?.dataset.satchelCell === id", CELL
    )
    reset = strip.locator(".satchel-reset")
    for _ in range(8):
        if reset.evaluate("node => node === document.activeElement"):
            break
        lite.keyboard.press("Tab")
    expect(reset).to_be_focused()
    lite.keyboard.press("Space")
    expect(cell(lite, CELL)).to_have_attribute("data-state", "pristine")
    expect(strip.locator(".satchel-undo")).to_be_focused()
    lite.keyboard.press("Enter")
    shows(lite, CELL, "print('in the book')")


def test_on_a_phone_everything_is_within_the_window(student: Student) -> None:
    lite = in_conflict(student)
    lite.set_viewport_size(NARROW)
    strip = cell(lite, CELL).locator(".satchel-strip")
    strip.scroll_into_view_if_needed()
    for part in (strip, strip.locator(".satchel-conflict"), strip.locator(".satchel-keep-both")):
        box = part.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= NARROW["width"]
    expect(lite.locator(".satchel-saving")).to_have_text(re.compile("saved"))
