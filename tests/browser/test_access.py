"""Can everybody use the pages? axe-core looks at each kind of page in light and dark; then a keyboard does it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, cast

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from ..conftest import ROOT
from .conftest import Student
from .pages import cell, cell_ids, finished, ready, rewrite, run, saved, source

pytestmark = pytest.mark.browser

AXE = ROOT / "overrides" / "node_modules" / "axe-core" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGE = "module-1-values/values-and-functions.html"
GPU_PAGE = "module-4-models/neural-network.html"
NARROW = ViewportSize(width=390, height=844)
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")

# Parts of the book theme that we cannot mend: (rule of axe, selector, reason). Never holds for anything of ours.
EXCUSED: tuple[tuple[str, str, str], ...] = (
    ("label-content-name-mismatch", ".search-button__button", "it shows its keys, Ctrl+K, beside its name, Search"),
    ("label-content-name-mismatch", ".theme-switch-button", "its name does not repeat the titles of its pictures"),
)
OURS = '[data-satchel-cell], [class*="satchel-"], [id^="satchel-"]'

CHECK = """async ([standard, excused, ours]) => {
  const found = await axe.run(document, {
    runOnly: { type: 'tag', values: standard }, resultTypes: ['violations'], elementRef: true,
  });
  const mended = (rule, element) => element.closest(ours) !== null
    || !excused.some(([about, selector]) => about === rule && element.closest(selector) !== null);
  return found.violations.flatMap(({ id, nodes }) => nodes
    .filter(({ element }) => mended(id, element))
    .map(({ element, failureSummary }) => `${id}: ${element.outerHTML.slice(0, 200)} ${failureSummary}`));
}"""


@dataclass(frozen=True, kw_only=True)
class Sight:
    """A page as a student sees it: where it is, and what is done until it looks that way."""

    path: str
    until: Callable[[Page], None]


def _untouched(page: Page) -> None:
    ready(page)


def _edited(page: Page) -> None:
    ready(page)
    first = cell_ids(page)[0]
    rewrite(page, first, "total = 3  # mine\nprint('total', total)")
    expect(cell(page, first).locator(".cm-content")).to_be_visible()
    cell(page, first).locator(".satchel-show-original").click()
    saved(page)


def _failed(page: Page) -> None:
    ready(page)
    first, second = cell_ids(page)[:2]
    text = "import sys\nprint('careful', file=sys.stderr)\ntotal = 3\nprint(total + missing)"
    page.evaluate("([id, text]) => window.satchel.setSource(id, text)", [second, text])
    run(page, first)
    run(page, second, ends="error")


def _workspace(page: Page) -> None:
    _edited(page)
    page.locator(".satchel-open-workspace").click()
    panel = page.locator("#satchel-workspace")
    expect(panel).to_be_visible()
    panel.locator("summary").first.click()
    expect(panel.locator("pre").first).to_be_visible()


def _still(page: Page) -> None:
    expect(page.locator("article h1")).to_be_visible()


SIGHTS = {
    "an activity, untouched": Sight(path=PAGE, until=_untouched),
    "an edited cell beside its original": Sight(path=PAGE, until=_edited),
    "an error": Sight(path=PAGE, until=_failed),
    "the workspace": Sight(path=PAGE, until=_workspace),
    "an activity that wants a GPU": Sight(path=GPU_PAGE, until=_still),
    "the list of activities": Sight(path="activities.html", until=_still),
    "the first page": Sight(path="index.html", until=_still),
}


def violations(page: Page) -> list[str]:
    """What axe-core holds against the page as it is now, one line for each element."""
    assert AXE.is_file(), f"{AXE} is missing: run `npm ci` in overrides/"
    # What has scrolled halfway below a bar is not smaller for it, and a student scrolls on.
    page.add_style_tag(content=".satchel-toolbar, .bd-header-article { position: static !important; }")
    page.add_script_tag(content=AXE.read_text("utf-8"))
    excused = [[rule, selector] for rule, selector, _reason in EXCUSED]
    return cast("list[str]", page.evaluate(CHECK, [STANDARD, excused, OURS]))


def violations_in_both_schemes(page: Page) -> dict[str, list[str]]:
    """The same page in light and in dark, as a reader meets it whose system changes in the evening."""
    told: dict[str, list[str]] = {}
    for scheme in SCHEMES:
        page.emulate_media(color_scheme=scheme, reduced_motion="reduce")
        expect(page.locator("html")).to_have_attribute("data-theme", scheme)
        told[scheme] = violations(page)
    return told


@pytest.mark.parametrize("sight", SIGHTS)
def test_axe_has_nothing_to_say_about(student: Student, sight: str) -> None:
    page = student.open(SIGHTS[sight].path)
    # Without movement, so that axe never meets a half-faded colour.
    page.emulate_media(reduced_motion="reduce")
    SIGHTS[sight].until(page)
    assert violations_in_both_schemes(page) == {scheme: [] for scheme in SCHEMES}


def test_the_list_of_activities_fits_a_phone_and_stays_a_table(student: Student) -> None:
    page = student.open("activities.html")
    page.set_viewport_size(NARROW)
    expect(page.get_by_role("rowheader").first).to_be_visible()
    expect(page.get_by_role("row")).to_have_count(page.locator(".satchel-activities tr").count())
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    inside = "links => links.every(link => link.getBoundingClientRect().right <= innerWidth)"
    assert page.locator(".satchel-starts a").evaluate_all(inside)
    assert violations_in_both_schemes(page) == {scheme: [] for scheme in SCHEMES}


def test_what_is_wrong_is_told(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    faults = {
        "button-name": ("<button class='satchel-button'></button>", ".satchel-bar"),
        "image-alt": ("<img src='data:image/gif;base64,R0lGODlhAQABAAAAACw='>", "article"),
        "color-contrast": ("<p style='color: #999; background: #fff'>faint</p>", "article"),
    }
    for rule, (markup, place) in faults.items():
        put = "(place, markup) => { place.insertAdjacentHTML('afterbegin', markup); }"
        page.locator(place).first.evaluate(put, markup)
        assert any(told.startswith(rule) for told in violations(page)), rule


def _focused(page: Page, selector: str) -> bool:
    """Whether the focus is on something that matches, or inside of it."""
    return bool(page.evaluate("selector => document.activeElement?.closest(selector) != null", selector))


def _press_until(page: Page, key: str, selector: str, *, at_most: int) -> None:
    """Press a key until the focus is on something that matches, as a student does who sees where it goes."""
    for _ in range(at_most):
        page.keyboard.press(key)
        if _focused(page, selector):
            return
    raise AssertionError(f"{at_most} times {key} do not reach {selector}")


def test_a_keyboard_is_enough(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first, second = cell_ids(page)[:2]
    here = f'[data-satchel-cell="{first}"]'

    _press_until(page, "Tab", f"{here} .satchel-editor", at_most=80)
    expect(cell(page, first).locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("for n in range(2):")
    page.keyboard.press("Enter")
    page.keyboard.type("print(n)")
    expect(cell(page, first)).to_have_attribute("data-state", "edited")
    assert source(page, first) == "for n in range(2):\n    print(n)"
    page.keyboard.press("Control+Enter")
    finished(page, first)
    expect(cell(page, first).locator(".satchel-output")).to_have_text("0\n1")
    assert _focused(page, f"{here} .satchel-editor"), "Running must not take the caret away."

    # Tab is an indent until Escape has been pressed: then it leaves, and changes nothing.
    text = source(page, first)
    page.keyboard.press("Tab")
    assert source(page, first) != text
    page.keyboard.press("Control+z")
    assert source(page, first) == text
    page.keyboard.press("Escape")
    page.keyboard.press("Tab")
    expect(cell(page, first).locator(".cm-content")).not_to_be_focused()
    if not _focused(page, f"{here} .satchel-run"):
        _press_until(page, "Tab", f"{here} .satchel-run", at_most=2)
    assert source(page, first) == text

    # Back into the editor, and on to the next cell with Shift+Enter.
    _press_until(page, "Shift+Tab", f"{here} .cm-content", at_most=3)
    page.keyboard.press("Shift+Enter")
    expect(cell(page, second).locator(".satchel-editor :focus")).to_have_count(1)
    finished(page, first)
    page.keyboard.press("Escape")
    _press_until(page, "Tab", f'[data-satchel-cell="{second}"] .satchel-run', at_most=3)
    page.keyboard.press("Enter")
    finished(page, second)


def test_the_bar_and_the_workspace_need_no_mouse(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    # The bar follows the last cell, so it is nearest from the end of the article.
    page.locator(".satchel-run").last.focus()
    _press_until(page, "Tab", ".satchel-run-all", at_most=40)
    _press_until(page, "Tab", ".satchel-open-workspace", at_most=5)
    panel = page.locator("#satchel-workspace")
    for leave in ("Escape", "Close"):
        page.keyboard.press("Enter")
        expect(panel).to_be_visible()
        assert _focused(page, "#satchel-workspace")
        if leave == "Close":
            if not _focused(page, "#satchel-workspace .satchel-close"):
                _press_until(page, "Tab", "#satchel-workspace .satchel-close", at_most=20)
            page.keyboard.press("Space")
        else:
            page.keyboard.press("Escape")
        expect(panel).to_be_hidden()
        expect(page.locator(".satchel-open-workspace")).to_be_focused()
