"""Does the unpacked zip work on a computer without any network, and can its pages be read straight from the folder?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from satchel.offline import STARTER
from tests.starting import Program, port_of, printed_address, python, script, starting, unpack, windows

from .conftest import Requests
from .pages import PYTHON_STARTS, output, ready, rewrite, run, run_first_notebook_cell, saved, source
from .profiles import Profile
from .test_access import NARROW, violations_in_both_schemes

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
PAGE = "module-1-values/values-and-functions.html"
WITH_PACKAGES = "module-2-tables/pandas-tables.html"
LITE = "lite/notebooks/index.html?path=module-1-values%2Fvalues-and-functions.ipynb"
CHANGED = "print('offline', 6 * 7)"


@pytest.fixture(scope="module")
def folder(demo_out: Path, demo_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course, unpacked into a folder whose name is not easy."""
    [archive] = demo_out.glob("*-offline.zip")
    return unpack(archive, tmp_path_factory.mktemp("offline") / "Übung & Kurs 1 (100%)")


@pytest.fixture(params=["start.py", "start.sh", "server.cs"])
def program(request: pytest.FixtureRequest, tmp_path: Path) -> Program:
    """What a student may start, the server for Windows included."""
    if request.param == "server.cs":
        return windows(tmp_path)
    return python if request.param == "start.py" else script("start.sh")


def test_the_course_runs_and_remembers_in_both_views(
    program: Program, folder: Path, profile: Profile, strangers: list[str]
) -> None:
    strangers.clear()
    requests = Requests()
    with starting(folder, "--port", "0", program=program) as server:
        address = printed_address(server)
        context = profile.start()
        requests.watch(context, address)
        page = context.new_page()
        first = _edit_and_run(page, address)
        page.goto(address + WITH_PACKAGES)
        ready(page)
        run(page, str(page.evaluate("() => window.satchel.cells()[0]")))
        page.goto(address + LITE)
        cell = run_first_notebook_cell(page)
        expect(cell.locator(".jp-OutputArea-output").first).to_have_text("offline 42", timeout=PYTHON_STARTS)
        profile.close()
        server.terminate()
    # The next day the program and the browser start again, and the work is where it was.
    with starting(folder, "--port", port_of(address), program=program) as server:
        assert printed_address(server) == address
        context = profile.start()
        requests.watch(context, address)
        page = context.new_page()
        page.goto(address + PAGE)
        ready(page)
        assert source(page, first) == CHANGED
        profile.close()
        server.terminate()
    assert (requests.outside, strangers) == ([], [])


def _edit_and_run(page: Page, address: str) -> str:
    """Change and run the first cell of a page; its identity."""
    page.goto(address + PAGE)
    ready(page)
    first = str(page.evaluate("() => window.satchel.cells()[0]"))
    rewrite(page, first, CHANGED)
    run(page, first)
    expect(output(page, first)).to_have_text("offline 42")
    saved(page)
    return first


def test_another_name_of_this_computer_leads_to_the_same_work(browser: Browser, folder: Path) -> None:
    with starting(folder, "--port", "0") as server, browser.new_context() as context:
        address = printed_address(server)
        page = context.new_page()
        page.goto(address.replace("127.0.0.1", "localhost") + PAGE)
        assert page.url == address + PAGE
        server.terminate()


def test_a_page_opened_from_the_folder_can_be_read_and_says_how_to_start(browser: Browser, folder: Path) -> None:
    site = folder / "site"
    pages = sorted(path for path in site.rglob("*.html") if not {"lite", "_static"} & set(path.relative_to(site).parts))
    assert len(pages) > 8
    requests = Requests()
    with browser.new_context(viewport=NARROW) as context:
        requests.watch(context, site.as_uri())
        page = context.new_page()
        failures: list[str] = []
        page.on("pageerror", lambda error: failures.append(f"{page.url}: {error}"))
        for path in pages:
            page.goto(path.as_uri())
            note = page.locator(".satchel-disk")
            for name in ("start.bat", "start.command", "start.sh"):
                assert (folder / name).is_file()
                expect(note).to_contain_text(name)
            link = note.get_by_role("link").get_attribute("href")
            assert link == f"http://127.0.0.1:8657/{path.relative_to(site).as_posix()}"
            assert page.evaluate("() => document.documentElement.scrollWidth <= innerWidth"), path
            broken = page.evaluate(
                "() => Promise.all([...document.images].map(async (image) => { image.loading = 'eager';"
                " await image.decode().catch(() => {}); return image.naturalWidth > 0 ? '' : image.src; }))"
            )
            assert "".join(broken) == "", path
            # The book's styles are there, and nothing leads where nothing can run.
            assert page.evaluate(
                "() => getComputedStyle(document.documentElement).getPropertyValue('--satchel-accent')"
            )
            expect(page.locator('a[href*="/lite/"], a[href^="lite/"], .satchel-routes:empty')).to_have_count(0)
        assert failures == []
    assert requests.outside == []


def test_links_between_pages_work_from_the_folder(browser: Browser, folder: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((folder / "site" / "index.html").as_uri())
        page.locator("article").get_by_role("link", name="Values and functions").first.click()
        expect(page.locator("h1").first).to_contain_text("Values and functions")
        assert page.url == (folder / "site" / PAGE).as_uri()
        page.go_back()
        page.locator("article").get_by_role("link", name="Values and functions").first.focus()
        page.keyboard.press("Enter")
        page.wait_for_url((folder / "site" / PAGE).as_uri())


def test_everybody_can_read_the_note(browser: Browser, folder: Path) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto((folder / "site" / PAGE).as_uri())
        expect(page.locator(".satchel-disk")).to_be_visible()
        assert violations_in_both_schemes(page) == {"light": [], "dark": []}


def test_a_page_from_a_server_has_and_fetches_nothing_of_it(browser: Browser, folder: Path) -> None:
    requests = Requests()
    with starting(folder, "--port", "0") as server, browser.new_context() as context:
        address = printed_address(server)
        requests.watch(context, address)
        page = context.new_page()
        page.goto(address + PAGE)
        ready(page)
        expect(page.locator(".satchel-disk")).to_have_count(0)
        expect(page.locator(".satchel-open-lite").first).to_be_visible()
        server.terminate()
    assert [url for url in requests.all if url.endswith("/disk.js")] == []


def test_the_note_names_the_address_that_the_program_has() -> None:
    script_text = (STARTER.parents[2] / "overrides" / "src" / "disk" / "disk.ts").read_text("utf-8")
    [port] = re.findall(r"^PORT = (\d+)$", (STARTER / "start.py").read_text("utf-8"), re.M)
    assert f"'http://127.0.0.1:{port}/'" in script_text
