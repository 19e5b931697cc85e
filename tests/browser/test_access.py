"""Can everybody use the pages? axe-core looks at each kind of page in light and dark; then a keyboard does it alone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import pytest
from playwright.sync_api import Browser, Frame, Page, ViewportSize, expect

from ..conftest import ROOT
from .conftest import Student, serving
from .editions import copy_site, move, new_text, take_out
from .pages import PYTHON_STARTS, cell, cell_ids, finished, ready, rewrite, run, saved, source
from .work import exported, holds, offer, panel, write

pytestmark = pytest.mark.browser

AXE = ROOT / "overrides" / "node_modules" / "axe-core" / "axe.min.js"
STANDARD = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
PAGE = "module-1-values/values-and-functions.html"
OTHER = "module-1-values/asking-questions.html"
GPU_PAGE = "module-4-models/neural-network.html"
_THROW = "() => { throw new DOMException('no', '%s'); }"
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
    """A page as a student sees it: where it is, what is done until it looks so, and what is broken in the browser."""

    path: str
    until: Callable[[Page], None]
    broken: str = ""


def _untouched(page: Page) -> None:
    ready(page)


def _edited(page: Page) -> None:
    ready(page)
    first = cell_ids(page)[0]
    rewrite(page, first, "total = 3  # mine\nprint('total', total)")
    expect(cell(page, first).locator(".cm-content")).to_be_visible()
    cell(page, first).locator(".satchel-show-original").click()
    expect(cell(page, first).locator(".satchel-gone")).not_to_have_count(0)
    saved(page)


def _history(page: Page) -> None:
    ready(page)
    first = cell_ids(page)[0]
    write(page, first, "print('one')")
    cell(page, first).locator(".satchel-reset").click()
    cell(page, first).locator(".satchel-history").click()
    cell(page, first).locator(".satchel-versions summary").click()
    expect(cell(page, first).locator(".satchel-versions ins")).to_be_visible()
    cell(page, first).locator(".satchel-put-back").click()
    expect(cell(page, first).locator(".satchel-undo-put")).to_be_visible()


def _conflict_of_tabs(page: Page) -> None:
    ready(page)
    first = cell_ids(page)[0]
    with page.context.expect_page() as opened:
        page.evaluate("window.open(location.href)")
    ready(opened.value)
    write(opened.value, first, "print('there')")
    opened.value.close()
    write(page, first, "print('here')")
    expect(cell(page, first).locator(".satchel-conflict b").first).to_be_visible()


def _failed(page: Page) -> None:
    ready(page)
    first, second = cell_ids(page)[:2]
    text = "import sys\nprint('careful', file=sys.stderr)\ntotal = 3\nprint(total + missing)"
    page.evaluate("([id, text]) => window.satchel.setSource(id, text)", [second, text])
    run(page, first)
    run(page, second, ends="error")


def _alarm(page: Page) -> None:
    ready(page)
    page.evaluate("window.satchel.setSource(window.satchel.cells()[0], 'unsaved')")
    expect(page.locator(".satchel-alarm")).to_be_visible()


def _newer(page: Page) -> None:
    ready(page)
    write(page, cell_ids(page)[0], "print('mine')")
    page.evaluate(
        "indexedDB.open(`satchel/${JSON.parse(document.getElementById('satchel-page').textContent).course.id}`, 99)"
    )
    expect(page.locator(".satchel-reload")).to_be_visible()


def _notes(page: Page) -> None:
    ready(page)
    page.locator("#satchel-notes summary").click()
    page.locator(".satchel-notes-field").fill("Ask about floats.")
    saved(page)


def _workspace(page: Page) -> None:
    _edited(page)
    found = panel(page)
    found.locator("summary").first.click()
    expect(found.locator("pre").first).to_be_visible()


def _preview(page: Page) -> None:
    ready(page)
    first, second = cell_ids(page)[:2]
    write(page, first, "print('in the backup')")
    write(page, second, "print('in the backup too')")
    backup = exported(page)
    page.evaluate(
        "indexedDB.deleteDatabase(`satchel/${JSON.parse(document.getElementById('satchel-page').textContent).course.id}`)"
    )
    page.reload()
    ready(page)
    write(page, first, "print('here')")
    found = offer(page, backup)
    found.locator(".satchel-preview summary").first.click()
    expect(found.locator(".satchel-preview pre").first).to_be_visible()


def _restored(page: Page) -> None:
    _preview(page)
    page.locator(".satchel-merge").click()
    expect(page.locator("#satchel-workspace .satchel-undo-all")).to_be_visible()


def _still(page: Page) -> None:
    expect(page.locator("article h1")).to_be_visible()


def _checked(page: Page) -> None:
    expect(page.locator("#satchel-ready")).to_have_attribute("data-verdict", "ready", timeout=PYTHON_STARTS)


def _not_ready(page: Page) -> None:
    expect(page.locator("#satchel-ready")).to_have_attribute("data-verdict", "blocked")
    expect(page.locator('[data-check="types"]')).to_have_attribute("data-state", "ok", timeout=PYTHON_STARTS)


SIGHTS = {
    "an activity, untouched": Sight(path=PAGE, until=_untouched),
    "an edited cell beside its original": Sight(path=PAGE, until=_edited),
    "earlier versions of a cell": Sight(path=PAGE, until=_history),
    "two texts from two tabs": Sight(path=PAGE, until=_conflict_of_tabs, broken="window.BroadcastChannel = undefined"),
    "an error": Sight(path=PAGE, until=_failed),
    "work that is not saved": Sight(
        path=PAGE, until=_alarm, broken=f"IDBObjectStore.prototype.put = {_THROW % 'QuotaExceededError'}"
    ),
    "a browser that stores nothing": Sight(
        path=PAGE, until=_alarm, broken=f"indexedDB.open = {_THROW % 'SecurityError'}"
    ),
    "work of a newer site": Sight(path=PAGE, until=_newer),
    "notes": Sight(path=PAGE, until=_notes),
    "the workspace": Sight(path=PAGE, until=_workspace),
    "a backup before it is brought in": Sight(path=PAGE, until=_preview),
    "after a restore": Sight(path=PAGE, until=_restored),
    "an activity that wants a GPU": Sight(path=GPU_PAGE, until=_still),
    "the list of activities": Sight(path="activities.html", until=_still),
    "a browser that is ready": Sight(path="check.html", until=_checked),
    "a browser that is not": Sight(path="check.html", until=_not_ready, broken="window.WebAssembly = undefined"),
    "the first page": Sight(path="index.html", until=_notes),
}


def violations(page: Page | Frame) -> list[str]:
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


def test_axe_has_nothing_to_say_about_a_page_that_its_author_has_changed(
    browser: Browser, demo_site: Path, tmp_path: Path
) -> None:
    site = copy_site(demo_site, tmp_path / "site")
    with serving(site) as home, browser.new_context() as context:
        page = context.new_page()
        page.goto(home + PAGE)
        ready(page)
        first, gone, moved = cell_ids(page)[:3]
        for identity in (first, gone, moved):
            write(page, identity, "print('mine')")
        new_text(site, PAGE, first, "# new")
        take_out(site, PAGE, gone)
        move(site, moved, PAGE, OTHER)
        page.emulate_media(reduced_motion="reduce")
        page.reload()
        ready(page)
        expect(page.locator("#satchel-drawer .satchel-bring")).to_be_visible()
        expect(cell(page, first).locator(".satchel-conflict .satchel-lines").last).to_be_visible()
        assert violations_in_both_schemes(page) == {scheme: [] for scheme in SCHEMES}
        expect(panel(page).locator(".satchel-lost-list .satchel-bring")).to_be_visible()
        assert violations_in_both_schemes(page) == {scheme: [] for scheme in SCHEMES}


def test_axe_has_nothing_to_say_about_a_page_in_a_frame(browser: Browser, home: str, tmp_path: Path) -> None:
    (tmp_path / "vle.html").write_text(f"<iframe title='course' src='{home}{PAGE}' width='900' height='700'>", "utf-8")
    with serving(tmp_path) as vle, browser.new_context(reduced_motion="reduce") as context:
        page = context.new_page()
        page.goto(f"{vle}vle.html")
        frame = page.frames[1]
        expect(frame.locator(".satchel-framed")).to_be_visible()
        assert violations(frame) == []


@pytest.mark.parametrize("sight", SIGHTS)
def test_axe_has_nothing_to_say_about(student: Student, sight: str) -> None:
    student.context.add_init_script(SIGHTS[sight].broken)
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


def test_work_needs_no_mouse_from_the_first_key_to_the_restore(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    # Chromium is told in good time to hand its file dialogs over: a listener that comes with the key may be too late.
    page.on("filechooser", lambda _: None)
    first = cell_ids(page)[0]
    author = source(page, first)
    here = f'[data-satchel-cell="{first}"]'

    # Edit, reset, undo: the focus goes on to what can be done next.
    page.locator(f"{here} .satchel-editor").focus()
    expect(cell(page, first).locator(".cm-content")).to_be_focused()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("print('one')")
    page.keyboard.press("Escape")
    _press_until(page, "Tab", f"{here} .satchel-reset", at_most=6)
    page.keyboard.press("Enter")
    expect(cell(page, first).locator(".satchel-undo")).to_be_focused()
    assert source(page, first) == author
    page.keyboard.press("Enter")
    holds(page, first, "print('one')")
    expect(cell(page, first).locator(".satchel-reset")).to_be_focused()

    # Earlier versions: open, look, put back, undo, close.
    page.keyboard.press("Enter")
    expect(cell(page, first).locator(".satchel-undo")).to_be_focused()
    _press_until(page, "Shift+Tab", f"{here} .satchel-history", at_most=3)
    page.keyboard.press("Enter")
    expect(cell(page, first).locator(".satchel-versions")).to_be_visible()
    assert _focused(page, f"{here} .satchel-versions")
    _press_until(page, "Tab", f"{here} .satchel-put-back", at_most=6)
    page.keyboard.press("Enter")
    holds(page, first, "print('one')")
    expect(cell(page, first).locator(".satchel-undo-put")).to_be_focused()
    page.keyboard.press("Escape")
    expect(cell(page, first).locator(".satchel-history")).to_be_focused()

    # Notes.
    page.locator(".satchel-run").last.focus()
    _press_until(page, "Tab", "#satchel-notes > summary", at_most=10)
    page.keyboard.press("Enter")
    _press_until(page, "Tab", ".satchel-notes-field", at_most=2)
    page.keyboard.type("Ask about floats.")
    saved(page)

    # Backup, then a restore with its preview, merged and taken back.
    _press_until(page, "Tab", ".satchel-open-workspace", at_most=12)
    page.keyboard.press("Enter")
    expect(page.locator("#satchel-workspace .satchel-facts li").first).to_be_visible()
    _press_until(page, "Tab", ".satchel-backup", at_most=20)
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    backup = Path(download.value.path())
    _press_until(page, "Tab", ".satchel-reset-course", at_most=12)
    page.keyboard.press("Enter")
    expect(page.locator(".satchel-confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#satchel-workspace .satchel-undo-all")).to_be_focused()
    _press_until(page, "Tab", ".satchel-restore", at_most=20)
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(backup)
    expect(page.locator("#satchel-preview-title")).to_be_focused()
    _press_until(page, "Tab", ".satchel-replace", at_most=12)
    page.keyboard.press("Enter")
    holds(page, first, "print('one')")
    expect(page.locator("#satchel-workspace .satchel-undo-all")).to_be_focused()
    page.keyboard.press("Enter")
    holds(page, first, author)
    expect(page.locator("#satchel-workspace .satchel-message")).to_be_focused()
    page.keyboard.press("Escape")
    expect(page.locator(".satchel-open-workspace")).to_be_focused()


def test_a_choice_between_two_texts_needs_no_mouse(student: Student) -> None:
    student.context.add_init_script("window.BroadcastChannel = undefined")
    page = student.open(PAGE)
    _conflict_of_tabs(page)
    first = cell_ids(page)[0]
    here = f'[data-satchel-cell="{first}"]'
    page.locator(f"{here} .satchel-keep-mine").focus()
    _press_until(page, "Tab", f"{here} .satchel-take-new", at_most=1)
    page.keyboard.press("Space")
    holds(page, first, "print('there')")
    expect(cell(page, first).locator(".satchel-run")).to_be_focused()
    expect(page.locator("[aria-live='polite']").first).to_contain_text("earlier versions")


def test_the_focus_is_never_hidden_by_the_bar(student: Student) -> None:
    page = student.open(PAGE)
    page.set_viewport_size({"width": 900, "height": 600})
    ready(page)
    first = cell_ids(page)[0]
    # With a sentence in it, the bar is higher than usual.
    write(page, first, "print('one')")
    expect(page.locator(".satchel-news")).to_be_visible()
    page.locator("article h1").click()
    covered = """() => {
      const one = document.activeElement;
      const bar = document.querySelector('.satchel-toolbar');
      if (!one || one === document.body || bar.contains(one)) return null;
      const at = one.getBoundingClientRect();
      const over = bar.getBoundingClientRect();
      return at.top >= over.top && at.bottom <= over.bottom ? one.outerHTML.slice(0, 120) : null;
    }"""
    for _ in range(60):
        page.keyboard.press("Escape")
        page.keyboard.press("Tab")
        assert page.evaluate(covered) is None


def test_what_is_pressed_is_large_enough(student: Student) -> None:
    page = student.open(PAGE)
    _history(page)
    panel(page)
    small = """() => [...document.querySelectorAll('[class*="satchel-"] :is(button, summary, a), a.satchel-button')]
      .filter((one) => one.checkVisibility())
      .map((one) => [one, one.getBoundingClientRect()])
      .filter(([, { width, height }]) => width < 24 || height < 24)
      .map(([one]) => one.outerHTML.slice(0, 120))"""
    assert page.evaluate(small) == []
