"""What happens on the click that leads to a server? Whatever comes of it: is the work safe, and is the student told?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import nbformat
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from .conftest import PYTHON_STARTS
from .hosts import GPU_PAGE, answering, closed_port, leads_to, leads_to_in_html, silent
from .pages import cell, download, ready, rewrite, saved, source
from .records import records
from .test_access import NARROW, SCHEMES, violations_in_both_schemes

pytestmark = pytest.mark.browser
PAGE = GPU_PAGE
CELL = "run-training"
MINE = "print('trained by me')"
KEY = f"module-4-models-neural-network/{CELL}"
OPEN = ".satchel-open-hosted"
# When the page first said that everything is saved, after something was not.
_WATCH_SAVES = """() => {
  const status = document.querySelector('#satchel-status');
  new MutationObserver(() => {
    if (status.dataset.storage === 'saved') window.savedAt ??= Date.now() / 1000;
  }).observe(status, { attributes: true });
}"""


@dataclass(frozen=True, kw_only=True)
class Traveller:
    """A fresh profile that may ask servers on this computer; the course's links lead to one of them."""

    context: BrowserContext
    home: str

    def open(self, host: str, path: str = PAGE) -> Page:
        leads_to(self.context, host)
        page = self.context.new_page()
        page.set_default_timeout(60_000)
        page.goto(self.home + path)
        if not path.startswith("lite/"):
            ready(page)
        return page


@pytest.fixture
def traveller(browser: Browser, home: str) -> Iterator[Traveller]:
    # A service worker would answer past the test.
    with browser.new_context(service_workers="block", reduced_motion="reduce") as context:
        yield Traveller(context=context, home=home)


def state(page: Page, wanted: str) -> Locator:
    """Wait for what is told of a launch."""
    told = page.locator(".satchel-launching")
    expect(told).to_have_attribute("data-launch", wanted, timeout=60_000)
    return told


def launch(page: Page) -> Page:
    """Press the button; the new window."""
    with page.context.expect_page() as opened:
        page.locator(OPEN).first.click()
    return opened.value


def test_the_work_is_saved_before_the_window_leaves_for_the_server(traveller: Traveller) -> None:
    with answering() as host:
        page = traveller.open(host.address)
        page.evaluate(_WATCH_SAVES)
        rewrite(page, CELL, MINE)
        tab = launch(page)
        tab.wait_for_url(f"{host.address}/hub/**")
        expect(tab).to_have_title("The server")
        assert tab.evaluate("window.opener") is None
        told = state(page, "open")
        expect(told).to_contain_text("Expected wait: about three minutes")
        [left] = [when for when, path in host.asked if path.startswith("/hub/")]
        assert page.evaluate("window.savedAt") <= left
        assert records(page)[KEY]["text"] == MINE
        # The inquiry asks for nothing of the student's.
        assert sorted({path.partition("?")[0] for path in host.paths} - {"/favicon.ico"}) == ["/", "/hub/spawn"]
        told.locator(".satchel-close").click()
        expect(told).to_have_count(0)
        expect(page.locator(OPEN)).to_be_focused()


def test_a_window_that_is_blocked_is_told_and_the_plain_link_works(traveller: Traveller) -> None:
    traveller.context.add_init_script("window.open = () => null")
    with answering() as host:
        page = traveller.open(host.address)
        rewrite(page, CELL, MINE)
        page.locator(OPEN).click()
        told = state(page, "blocked")
        expect(told).to_contain_text("blocked the new window")
        expect(told).to_contain_text("safe in this browser")
        link = told.locator(".satchel-open-plain")
        assert link.evaluate("a => [a.target, a.rel]") == ["_blank", "noopener"]
        with page.context.expect_page() as opened:
            link.click()
        opened.value.wait_for_url(f"{host.address}/hub/**")
        state(page, "blocked")
        assert records(page)[KEY]["text"] == MINE


def test_a_server_that_is_down_is_told_until_it_is_up_again(traveller: Traveller, tmp_path: Path) -> None:
    port = closed_port()
    page = traveller.open(f"http://127.0.0.1:{port}")
    rewrite(page, CELL, MINE)
    launch(page).close()
    told = state(page, "down")
    expect(told).to_contain_text("GPU server does not answer this page")
    expect(told).to_contain_text("safe in this browser")
    assert records(page)[KEY]["text"] == MINE
    notebook = download(page, told.locator(".satchel-launch-download"), tmp_path)
    assert MINE in [each.source for each in nbformat.read(notebook, as_version=4).cells]
    with answering(port=port) as host:
        with page.context.expect_page() as opened:
            told.locator(".satchel-try-again").click()
        opened.value.wait_for_url(f"{host.address}/hub/**")
        state(page, "open")


def test_a_server_that_never_answers_is_told_and_holds_up_nobody(traveller: Traveller) -> None:
    traveller.context.add_init_script(
        "{ const open = window.open; window.open = (...all) => window.tab = open(...all); }"
    )
    with silent() as host:
        page = traveller.open(host.address)
        rewrite(page, CELL, MINE)
        tab = launch(page)
        state(page, "opening")
        # While the server says nothing, the window does.
        words = page.evaluate("window.tab.document.body.innerText")
        assert "Opening GPU server" in words
        assert "your work is in the book" in words
        told = state(page, "silent")
        expect(told).to_contain_text("has not answered")
        assert records(page)[KEY]["text"] == MINE
        tab.close()


def test_a_server_that_takes_longer_than_expected_is_told(traveller: Traveller) -> None:
    with answering() as host:
        traveller.context.clock.install()
        page = traveller.open(host.address)
        launch(page)
        state(page, "open")
        page.clock.fast_forward("02:50")
        state(page, "open")
        page.clock.fast_forward("00:15")
        expect(state(page, "late")).to_contain_text("longer than expected (about three minutes)")


def test_without_a_network_that_is_what_is_told(traveller: Traveller) -> None:
    with answering() as host:
        page = traveller.open(host.address)
        launch(page)
        state(page, "open")
        traveller.context.set_offline(True)
        launch(page)
        expect(state(page, "offline")).to_contain_text("You are offline")


def test_an_expired_login_and_a_stranger_s_message_cost_no_work_and_leave_no_token(traveller: Traveller) -> None:
    with answering(signed_in=False) as host:
        page = traveller.open(host.address)
        rewrite(page, CELL, MINE)
        tab = launch(page)
        tab.wait_for_url(f"{host.address}/hub/login**")
        state(page, "open")
        before = records(page)
        frame = f"<iframe id='stranger' src='{host.address}/'></iframe>"
        page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", frame)
        stranger = page.locator("#stranger").element_handle().content_frame()
        assert stranger
        stranger.wait_for_url(f"{host.address}/")
        stranger.evaluate(
            "parent.postMessage({ satchel: 'here is the work', schema: 1, work: '{}', token: 'secret' }, '*')"
        )
        assert tab.evaluate("[window.opener, window.name, document.referrer.includes('token')]") == [None, "", False]
        saved(page)
        assert records(page) == before
        assert source(page, CELL) == MINE
        kept = page.evaluate("JSON.stringify([{ ...localStorage }, { ...sessionStorage }, location.href, name])")
        assert "token" not in kept.lower()
        assert "secret" not in kept
        assert not [path for path in host.paths if "token" in path.lower()]


def test_the_link_works_without_any_script(browser: Browser, home: str) -> None:
    with browser.new_context(java_script_enabled=False) as context, answering() as host:
        leads_to_in_html(context, host.address)
        page = context.new_page()
        page.goto(home + PAGE)
        with context.expect_page() as opened:
            page.locator(OPEN).click()
        opened.value.wait_for_url(f"{host.address}/hub/**")


def test_the_students_notebook_goes_along(traveller: Traveller, tmp_path: Path) -> None:
    with answering() as host:
        page = traveller.open(host.address)
        expect(page.locator(".satchel-along")).to_have_count(0)
        rewrite(page, CELL, MINE)
        along = page.locator(".satchel-along")
        expect(along).to_contain_text("You changed 1 cell here.")
        expect(along).to_contain_text("GPU server does not see them")
        expect(along.locator("code")).to_have_text("data-by-hand/content/module-4-models")
        path = download(page, along.locator(".satchel-take-along"), tmp_path)
        assert path.name == "neural-network (my work).ipynb"
        expect(along.get_by_role("status")).to_contain_text("among your downloads")
        book = nbformat.read(path, as_version=4)
        nbformat.validate(book)
        assert {each.id: each.source for each in book.cells}[CELL] == MINE
        assert along.evaluate("box => box.querySelector('.satchel-put-there')") is None
        # Nothing is left to take when the text is the author's again.
        cell(page, CELL).locator(".satchel-reset").click()
        expect(along).to_have_count(0)


def test_a_cell_of_such_a_page_can_be_changed_and_does_not_run(traveller: Traveller) -> None:
    with answering() as host:
        page = traveller.open(host.address)
        here = cell(page, CELL)
        assert page.locator(".satchel-run").count() == 0
        expect(here.locator(".satchel-bar")).to_be_hidden()
        rewrite(page, CELL, MINE)
        expect(here).to_have_attribute("data-state", "edited")
        expect(here.locator(".satchel-reset")).to_be_visible()
        page.keyboard.press("Control+Enter")
        expect(page.locator(".satchel-toast")).to_contain_text("runs on a server")
        saved(page)
        page.reload()
        ready(page)
        assert source(page, CELL) == MINE
        here.locator(".satchel-reset").click()
        expect(here.locator(".satchel-undo")).to_be_focused()
        page.keyboard.press("Enter")
        page.wait_for_function("([id, text]) => window.satchel.source(id) === text", arg=[CELL, MINE])


def test_a_keyboard_alone_opens_the_server_and_takes_the_notebook_along(traveller: Traveller, tmp_path: Path) -> None:
    with answering() as host:
        page = traveller.open(host.address)
        rewrite(page, CELL, MINE)
        take = page.locator(".satchel-take-along")
        expect(take).to_be_visible()
        take.focus()
        with page.expect_download() as arrived:
            page.keyboard.press("Enter")
        assert arrived.value.suggested_filename == "neural-network (my work).ipynb"
        page.keyboard.press("Tab")
        expect(page.locator(OPEN)).to_be_focused()
        with page.context.expect_page() as opened:
            page.keyboard.press("Enter")
        opened.value.wait_for_url(f"{host.address}/hub/**")
        page.bring_to_front()
        told = state(page, "open")
        for _ in range(5):
            page.keyboard.press("Tab")
            if told.locator(".satchel-close").evaluate("node => node === document.activeElement"):
                break
        expect(told.locator(".satchel-close")).to_be_focused()
        page.keyboard.press("Enter")
        expect(page.locator(OPEN)).to_be_focused()


@pytest.mark.parametrize("blocked", [False, True])
def test_axe_has_nothing_to_say_about_a_launch_and_it_fits_a_phone(traveller: Traveller, blocked: bool) -> None:
    if blocked:
        traveller.context.add_init_script("window.open = () => null")
    page = traveller.open(f"http://127.0.0.1:{closed_port()}")
    rewrite(page, CELL, MINE)
    expect(page.locator(".satchel-along")).to_be_visible()
    page.locator(OPEN).click()
    state(page, "blocked" if blocked else "down")
    assert violations_in_both_schemes(page) == {scheme: [] for scheme in SCHEMES}
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_in_jupyterlite_the_same_is_told_and_the_notebook_is_saved_first(traveller: Traveller, tmp_path: Path) -> None:
    with answering() as host:
        page = traveller.open(host.address, "lite/notebooks/index.html?path=module-4-models%2Fneural-network.ipynb")
        target = page.locator(".jp-CodeCell", has_text="cuda").first
        expect(target).to_be_visible(timeout=PYTHON_STARTS)
        expect(page.locator(".satchel-saving")).to_be_attached(timeout=PYTHON_STARTS)
        target.locator(".cm-content").click()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(MINE)
        tab = launch(page)
        tab.wait_for_url(f"{host.address}/hub/**")
        expect(state(page, "open")).to_contain_text("Expected wait: about three minutes")
        assert records(page)["module-4-models-neural-network/device"]["text"] == MINE
        expect(page.locator(".satchel-hosted-notice")).to_contain_text("the server does not see it")
        path = download(page, page.locator(".satchel-hosted-notice .satchel-take-along"), tmp_path)
        assert path.name == "neural-network (my work).ipynb"
        stored = json.loads(path.read_text("utf-8"))
        assert MINE in ["".join(each["source"]) for each in stored["cells"]]
