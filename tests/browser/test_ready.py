"""`check.html`: does it say in plain words whether a browser is ready, whatever is wrong, and whose affair that is?"""

from __future__ import annotations

import functools
import http.server
import threading
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, Playwright, expect

from .conftest import Student, serving
from .pages import cell, cell_ids, ready

pytestmark = pytest.mark.browser
PAGE = "module-1-values/values-and-functions.html"
# Python starts, and a large package is imported.
TRIED = 240_000
_THROW = "() => { throw new DOMException('no', '%s'); }"


class _Careless(http.server.SimpleHTTPRequestHandler):
    """A host that was set up badly: some files are labelled wrongly, others are gone."""

    def __init__(self, *args: object, types: Mapping[str, str], gone: Collection[str], **named: object) -> None:
        self._types, self._gone = types, gone
        super().__init__(*args, **named)  # type: ignore[arg-type]

    def guess_type(self, path: object) -> str:
        return self._types.get(Path(str(path)).suffix) or super().guess_type(str(path))

    def translate_path(self, path: str) -> str:
        found = super().translate_path(path)
        return f"{found}.gone" if Path(found).name in self._gone else found

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def careless(site: Path, *, types: Mapping[str, str] | None = None, gone: Collection[str] = ()) -> Iterator[str]:
    """Serve a site badly; yields its address."""
    handler = functools.partial(_Careless, directory=str(site), types=types or {}, gone=gone)
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


def verdict(page: Page | Frame, *, is_: str) -> Locator:
    """Wait for the answer; its sentence."""
    expect(page.locator("#satchel-ready")).to_have_attribute("data-verdict", is_, timeout=TRIED)
    return page.locator(".satchel-verdict")


def line(page: Page | Frame, check: str, *, is_: str) -> Locator:
    """Wait for a line's state; the line."""
    found = page.locator(f'[data-check="{check}"]')
    expect(found).to_have_attribute("data-state", is_, timeout=TRIED)
    return found


def test_a_browser_in_which_all_is_well(student: Student) -> None:
    page = student.open("check.html")
    expect(verdict(page, is_="ready")).to_have_text("Your browser is ready for this course.")
    for check in ("webassembly", "memory", "storage", "frame", "files", "types", "python", "package"):
        expect(line(page, check, is_="ok").locator(".satchel-check-state")).to_contain_text("OK")
    expect(line(page, "python", is_="ok")).to_contain_text("1 + 1")
    expect(line(page, "package", is_="ok")).to_contain_text("imported in")
    expect(line(page, "private", is_="unknown")).to_contain_text("do not tell")
    # What was written to try the storage is gone again, and a student's work was not touched.
    names = page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
    assert [name for name in names if "check" in name] == []
    # The answer was said once, politely.
    expect(page.locator("#satchel-ready [aria-live='polite']")).to_have_text("Your browser is ready for this course.")


def test_blocked_storage_is_told_with_its_cure(student: Student) -> None:
    student.context.add_init_script(f"indexedDB.open = {_THROW % 'SecurityError'}")
    page = student.open("check.html")
    told = line(page, "storage", is_="missing")
    expect(told).to_contain_text("gone when you close the page")
    expect(told.locator(".satchel-cure")).to_contain_text("Allow this site to store data")
    expect(verdict(page, is_="blocked")).to_contain_text("cannot keep your work")
    # The way to what is wrong needs no search.
    page.locator(".satchel-notable a", has_text="Saving your work").click()
    expect(told).to_be_in_viewport()


def test_without_webassembly_the_page_says_so_at_once(
    playwright: Playwright, chromium: str, flags: list[str], home: str
) -> None:
    # Without compiled code there is none; strict modes of browsers do the same.
    off = [*flags, "--js-flags=--jitless"]
    with playwright.chromium.launch(executable_path=chromium, args=off) as browser, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{home}check.html")
        expect(verdict(page, is_="blocked")).to_contain_text("another browser")
        expect(line(page, "webassembly", is_="missing")).to_contain_text("switched off")
        expect(line(page, "python", is_="missing")).to_contain_text("Not tried")
        line(page, "storage", is_="ok")


# To a browser these two names of one computer are two sites, and this one lets other sites' frames store nothing.
@pytest.mark.parametrize(
    ("host", "state", "words"),
    [("localhost", "missing", "stores nothing"), ("127.0.0.1", "limited", "apart from the course's own pages")],
)
def test_inside_another_site_it_says_where_the_work_would_be(
    host: str, state: str, words: str, browser: Browser, home: str, tmp_path: Path
) -> None:
    (tmp_path / "vle.html").write_text(
        f"<!doctype html><title>VLE</title><iframe src='{home}check.html' title='course' width='900' height='700'>",
        "utf-8",
    )
    with serving(tmp_path) as vle, browser.new_context() as context:
        outer = context.new_page()
        outer.goto(f"{vle}vle.html".replace("127.0.0.1", host))
        frame = outer.frames[1]
        expect(line(frame, "frame", is_=state)).to_contain_text(words)
        with context.expect_page() as opened:
            frame.locator(".satchel-own-tab").click()
        line(opened.value, "frame", is_="ok")


def test_scripts_that_the_host_labels_wrongly_are_the_hosts_affair(browser: Browser, demo_site: Path) -> None:
    wrong = {".mjs": "text/plain", ".wasm": "application/octet-stream"}
    with careless(demo_site, types=wrong) as home, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{home}check.html")
        told = line(page, "types", is_="missing")
        expect(told).to_contain_text("runtime/boot.mjs as “text/plain”")
        expect(told.locator(".satchel-cure")).to_contain_text("text/javascript")
        expect(verdict(page, is_="blocked")).to_contain_text("It is not your browser")
        line(page, "files", is_="ok")


def test_webassembly_that_the_host_labels_wrongly_is_a_limit(browser: Browser, demo_site: Path) -> None:
    with (
        careless(demo_site, types={".wasm": "application/octet-stream"}) as home,
        browser.new_context() as context,
    ):
        page = context.new_page()
        page.goto(f"{home}check.html")
        expect(line(page, "types", is_="limited")).to_contain_text("application/wasm")
        line(page, "python", is_="ok")


def test_files_that_are_not_there_are_named(browser: Browser, demo_site: Path) -> None:
    with careless(demo_site, gone={"boot.mjs"}) as home, browser.new_context() as context:
        page = context.new_page()
        page.goto(f"{home}check.html")
        expect(line(page, "files", is_="missing")).to_contain_text("runtime/boot.mjs (404)")
        expect(line(page, "python", is_="missing")).to_contain_text("did not start")
        expect(verdict(page, is_="blocked")).to_contain_text("tell your teacher")


def test_the_report_that_is_shown_is_the_one_that_is_copied(student: Student) -> None:
    student.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = student.open("check.html?who=ada#x")
    verdict(page, is_="ready")
    page.locator(".satchel-copy-report").click()
    expect(page.locator(".satchel-copied")).to_have_text("Copied.")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.locator(".satchel-report").text_content()
    assert f"Site: {student.home}\n" in copied
    assert "ada" not in copied
    assert "Mozilla" not in copied


def test_where_a_page_may_not_copy_the_report_is_selected(student: Student) -> None:
    student.context.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page = student.open("check.html")
    verdict(page, is_="ready")
    page.locator(".satchel-copy-report").click()
    expect(page.locator(".satchel-copied")).to_contain_text("press Ctrl+C")
    expect(page.locator(".satchel-report")).to_be_focused()
    assert "Browser: Chrome" in page.evaluate("getSelection().toString()")


def test_a_keyboard_is_enough(student: Student) -> None:
    student.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = student.open("check.html")
    verdict(page, is_="ready")
    page.locator("article h1 a, article h1").first.evaluate("one => { one.tabIndex = -1; one.focus(); }")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.classList.contains('satchel-check-again')"):
            break
    again = page.locator(".satchel-check-again")
    expect(again).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#satchel-ready")).to_have_attribute("data-verdict", "running")
    expect(again).to_be_focused()
    verdict(page, is_="ready")
    expect(again).to_be_focused()
    page.keyboard.press("Shift+Tab")
    expect(page.locator(".satchel-copy-report")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".satchel-copied")).to_have_text("Copied.")


def test_a_page_whose_python_fails_leads_there(student: Student) -> None:
    page = student.open(PAGE)
    page.route("**/runtime/runtime.json", lambda route: route.fulfill(status=404))
    ready(page)
    first = cell_ids(page)[0]
    expect(page.locator("#satchel-status .satchel-ready-link")).to_be_hidden()
    cell(page, first).locator(".satchel-run").click()
    expect(cell(page, first).locator(".satchel-problem .satchel-ready-link")).to_be_visible()
    link = page.locator("#satchel-status .satchel-ready-link")
    with student.context.expect_page() as opened:
        link.click()
    assert opened.value.url == f"{student.home}check.html"


def test_a_page_whose_python_takes_long_leads_there(student: Student) -> None:
    page = student.context.new_page()
    page.clock.install()
    page.goto(student.home + PAGE)
    # It never comes.
    page.route("**/runtime/runtime.json", lambda _: None)
    ready(page)
    first = cell_ids(page)[0]
    cell(page, first).locator(".satchel-run").click()
    expect(page.locator("#satchel-status")).to_have_attribute("data-kernel", "loading")
    link = page.locator("#satchel-status .satchel-ready-link")
    expect(link).to_be_hidden()
    page.clock.fast_forward(21_000)
    expect(link).to_be_visible()
    page.unroute_all(behavior="ignoreErrors")


def test_a_page_that_cannot_save_and_the_list_of_activities_lead_there(student: Student) -> None:
    page = student.open("activities.html")
    expect(page.locator("article a", has_text="Is my browser ready?").first).to_have_attribute("href", "check.html")
    student.context.add_init_script(f"indexedDB.open = {_THROW % 'SecurityError'}")
    page = student.open(PAGE)
    ready(page)
    page.evaluate("window.satchel.setSource(window.satchel.cells()[0], 'unsaved')")
    expect(page.locator(".satchel-alarm .satchel-ready-link")).to_be_visible()
