"""Inside a page of another site: is the student told, and does the work go along into a tab of its own?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Frame, Page, expect

from .conftest import serving
from .pages import cell_ids, ready, source

pytestmark = pytest.mark.browser
PAGE = "module-1-values/values-and-functions.html"
# As browsers do it that keep other sites' frames from storing anything.
BLOCKED = """if (top !== self) {
  indexedDB.open = () => { throw new DOMException('no', 'SecurityError'); };
  Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError'); } });
}"""


@dataclass(frozen=True, kw_only=True)
class Framed:
    """A course page in a frame of another site, where it can store nothing."""

    context: BrowserContext
    outer: Page
    frame: Frame


@pytest.fixture
def framed(browser: Browser, home: str, tmp_path: Path) -> Iterator[Framed]:
    (tmp_path / "vle.html").write_text(
        f"<!doctype html><title>VLE</title><iframe src='{home}{PAGE}' title='course' width='900' height='700'>",
        "utf-8",
    )
    with serving(tmp_path) as vle, browser.new_context() as context:
        context.add_init_script(BLOCKED)
        outer = context.new_page()
        outer.goto(f"{vle}vle.html")
        frame = outer.frames[1]
        frame.wait_for_function("() => window.satchel !== undefined")
        frame.evaluate("() => window.satchel.ready")
        yield Framed(context=context, outer=outer, frame=frame)


def _write(framed: Framed) -> str:
    first = str(framed.frame.evaluate("() => window.satchel.cells()[0]"))
    framed.frame.evaluate("id => window.satchel.setSource(id, \"print('in the frame')\")", first)
    expect(framed.frame.locator("#satchel-status")).to_have_attribute("data-storage", "unavailable")
    return first


def test_the_work_goes_along_into_a_tab_of_its_own(framed: Framed) -> None:
    first = _write(framed)
    expect(framed.frame.locator(".satchel-alarm")).to_contain_text("inside another site")
    with framed.context.expect_page() as opened:
        framed.frame.locator(".satchel-alarm a.satchel-own-tab").click()
    tab = opened.value
    ready(tab)
    news = tab.locator(".satchel-news", has_text="from the other site")
    expect(news).to_contain_text("1 text new here")
    assert source(tab, first) == "print('in the frame')"
    expect(tab.locator("a.satchel-own-tab")).to_have_count(0)

    news.locator(".satchel-undo-all").click()
    tab.wait_for_function("id => !window.satchel.source(id).includes('frame')", arg=first)
    # What was taken back does not come again by itself.
    tab.reload()
    ready(tab)
    assert "frame" not in source(tab, first)


def test_where_new_windows_are_blocked_the_plain_link_still_works(framed: Framed) -> None:
    _write(framed)
    framed.frame.evaluate("() => { window.open = () => null; }")
    with framed.context.expect_page() as opened:
        framed.frame.locator("a.satchel-own-tab").click()
    ready(opened.value)
    assert len(cell_ids(opened.value)) > 1


def test_nobody_else_gets_the_work(framed: Framed) -> None:
    _write(framed)
    # The site around the frame asks as the new tab would, before and after there is one.
    framed.outer.evaluate(
        """() => {
      window.heard = [];
      addEventListener('message', (event) => window.heard.push(event.data));
      window.ask = () => document.querySelector('iframe').contentWindow
        .postMessage({ satchel: 'may I have the work?', schema: 1 }, '*');
      window.ask();
    }"""
    )
    with framed.context.expect_page() as opened:
        framed.frame.locator("a.satchel-own-tab").click()
    framed.outer.evaluate("window.ask()")
    expect(opened.value.locator(".satchel-news", has_text="from the other site")).to_be_visible()
    framed.outer.evaluate("window.ask()")
    assert framed.outer.evaluate("window.heard") == []


def test_a_frame_that_can_store_still_says_where_the_work_is(browser: Browser, home: str, tmp_path: Path) -> None:
    (tmp_path / "vle.html").write_text(f"<iframe title='course' src='{home}{PAGE}' width='900' height='700'>", "utf-8")
    with serving(tmp_path) as vle, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{vle}vle.html")
        note = page.frame_locator("iframe").locator(".satchel-framed")
        expect(note).to_contain_text("inside another site")
        expect(note.locator("a.satchel-own-tab")).to_be_visible()
        page.goto(home + PAGE)
        ready(page)
        expect(page.locator(".satchel-framed")).to_have_count(0)
