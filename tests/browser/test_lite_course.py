"""Is JupyterLite a second view of the course: all activities listed, ways to and fro, one look, no dead end?"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Literal
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import PYTHON_STARTS, Requests, Student
from .pages import cell_ids, ready
from .test_access import AXE, CHECK, NARROW, STANDARD

pytestmark = pytest.mark.browser
HOSTED = "module-4-models/neural-network.ipynb"
FIRST = "module-1-values/values-and-functions"
DARK: Literal["dark"] = "dark"


@pytest.fixture
def manifest(demo_site: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((demo_site / "capabilities.json").read_text("utf-8"))
    return found


@pytest.fixture
def course_title(manifest: dict[str, Any]) -> str:
    return str(manifest["course"]["title"])


@pytest.fixture
def dark_student(browser: Browser, home: str) -> Iterator[Student]:
    """A fresh profile on a system that prefers dark."""
    requests = Requests()
    with browser.new_context(color_scheme=DARK) as context:
        requests.watch(context, home)
        yield Student(context=context, home=home, requests=requests)
    assert requests.outside == []


def notebook(student: Student, path: str, hash: str = "") -> Page:
    page = student.open(f"lite/notebooks/index.html?path={quote(path, safe='')}{hash}")
    expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=PYTHON_STARTS)
    return page


def lab(student: Student) -> Page:
    page = student.open("lite/lab/index.html")
    expect(page.locator(".jp-Launcher")).to_be_visible(timeout=PYTHON_STARTS)
    return page


def look(page: Page, *, light: bool) -> None:
    expect(page.locator("body")).to_have_attribute("data-jp-theme-light", str(light).lower(), timeout=PYTHON_STARTS)


def complaints(page: Page, selector: str) -> list[str]:
    """What axe has to say about a part of the page."""
    page.evaluate(AXE.read_text("utf-8"))
    script = CHECK.replace("axe.run(document,", f"axe.run({json.dumps(selector)},")
    found: list[str] = page.evaluate(script, [STANDARD, [], "*"])
    return found


def outputs(page: Page) -> list[str]:
    """What stands under the code cells."""
    found: list[str] = page.evaluate(
        "() => [...document.querySelectorAll('.jp-CodeCell .jp-Cell-outputArea')].map(e => e.textContent ?? '')"
    )
    return found


def test_every_activity_is_listed_in_the_tree(student: Student, demo_site: Path, manifest: dict[str, Any]) -> None:
    contents = demo_site / "lite" / "files"
    staged = {path.relative_to(contents).as_posix() for path in contents.rglob("*.ipynb")}
    assert staged == {a["notebook"] for a in manifest["activities"]}
    page = student.open("lite/tree/index.html")
    names = page.locator(".jp-DirListing-item .jp-DirListing-itemText")
    page.locator(".jp-DirListing-item", has_text="module-4-models").first.dblclick(timeout=PYTHON_STARTS)
    expect(names.filter(has_text="neural-network.ipynb")).to_be_visible(timeout=PYTHON_STARTS)
    expect(names.filter(has_text="fit-a-model.ipynb")).to_be_visible()


def test_a_hosted_notebook_says_where_it_runs_and_starts_no_python(
    student: Student, demo_site: Path, manifest: dict[str, Any]
) -> None:
    [activity] = [a for a in manifest["activities"] if a["notebook"] == HOSTED]
    [host] = manifest["hosted"]
    page = notebook(student, HOSTED)
    notice = page.get_by_role("region", name="Where this activity runs")
    for reason in activity["why"]:
        expect(notice).to_contain_text(reason)
    expect(notice).to_contain_text(host["expected_wait"])
    expect(notice).to_contain_text("Read the page while the server starts.")
    button = notice.locator(".satchel-open-hosted")
    assert button.evaluate_all("all => all.map(a => [a.href, a.target, a.rel])") == [
        [activity["launch"]["gpu-hub"], "_blank", "noopener"]
    ]
    expect(notice.get_by_role("link", name="Page in the book")).to_have_attribute(
        "href", student.home + activity["page"]
    )
    for name in ("kernelName", "interrupt", "restart"):
        expect(page.locator(f'.jp-NotebookPanel [data-jp-item-name="{name}"]').first).to_be_hidden()
    assert complaints(page, ".satchel-hosted-notice") == []

    # JupyterLab shows the cells bit by bit.
    stored = json.loads((demo_site / "lite" / "files" / HOSTED).read_text("utf-8"))["cells"]
    code = sum(cell["cell_type"] == "code" for cell in stored)
    expect(page.locator(".jp-CodeCell .jp-Cell-outputArea")).to_have_count(code)
    before = outputs(page)
    assert any(before)
    first = page.locator(".jp-CodeCell").first
    first.locator(".cm-content").click()
    page.keyboard.press("Control+Enter")
    told = page.locator(".Toastify__toast", has_text="does not run here")
    expect(told).to_have_count(1)
    expect(told.get_by_role("alert")).to_contain_text("GPU server")
    # All of them at once: said once.
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    expect(told).to_have_count(1)
    expect(told.get_by_role("button", name="Open on GPU server")).to_be_visible()
    assert outputs(page) == before
    assert page.workers == []
    assert page.evaluate("() => performance.getEntriesByName('satchel:lite-worker').length") == 0
    assert page.evaluate("() => performance.getEntriesByName('satchel:lite-asked').length") == 0


def test_the_notice_can_be_used_by_keyboard_alone(student: Student) -> None:
    page = notebook(student, HOSTED)
    page.locator(".satchel-back-to-book").focus()
    # From the toolbar on: the notice stands before the cells. Its reasons can be folded away.
    summary = page.locator(".satchel-hosted-notice summary")
    for _ in range(10):
        page.keyboard.press("Tab")
        if summary.evaluate("node => node === document.activeElement"):
            break
    expect(summary).to_be_focused()
    reasons = page.locator(".satchel-hosted-notice ul")
    expect(reasons).to_be_visible()
    page.keyboard.press("Enter")
    expect(reasons).to_be_hidden()
    page.keyboard.press("Tab")
    expect(page.locator(".satchel-open-hosted")).to_be_focused()
    page.keyboard.press("Tab")
    expect(page.locator(".satchel-hosted-page")).to_be_focused()
    # In the notebook, Enter would open a cell for typing.
    page.keyboard.press("Enter")
    page.wait_for_url(student.home + "module-4-models/neural-network.html")


def test_an_activity_that_runs_here_has_no_such_notice(student: Student) -> None:
    page = notebook(student, f"{FIRST}.ipynb")
    expect(page.locator('[data-jp-item-name="kernelName"]').first).to_be_visible()
    assert page.locator(".satchel-hosted-notice").count() == 0


def test_run_all_goes_on_after_a_cell_that_is_meant_to_fail(browser: Browser, home: str, demo_site: Path) -> None:
    path = f"lite/files/{FIRST}.ipynb"
    document = json.loads((demo_site / path).read_text("utf-8"))
    code = [cell for cell in document["cells"] if cell["cell_type"] == "code"]

    def opened(page: Page) -> None:
        page.route(f"**/{path}*", lambda route: route.fulfill(json=document))
        page.goto(f"{home}lite/notebooks/index.html?path={quote(f'{FIRST}.ipynb', safe='')}")
        page.wait_for_function(
            "() => performance.getEntriesByName('satchel:lite-ready').length > 0", timeout=PYTHON_STARTS
        )
        page.get_by_role("menuitem", name="Run", exact=True).click()
        page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        expect(page.locator(".jp-CodeCell").first.locator(".jp-OutputArea-output").first).to_contain_text(
            "ZeroDivisionError", timeout=PYTHON_STARTS
        )

    code[0] |= {"source": "1 / 0", "metadata": {"tags": ["raises-exception"]}}
    code[1] |= {"source": "'went' + ' on'"}
    # A service worker would fetch the notebook past the test.
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        opened(page)
        second = page.locator(".jp-CodeCell").nth(1)
        expect(second.locator(".jp-OutputArea-output").first).to_contain_text("'went on'", timeout=PYTHON_STARTS)
    code[0]["metadata"] = {}
    with browser.new_context(service_workers="block") as context:
        page = context.new_page()
        opened(page)
        second = page.locator(".jp-CodeCell").nth(1)
        expect(second.locator(".jp-InputPrompt")).to_have_text("[ ]:")
        assert second.locator(".jp-OutputArea-output").all_inner_texts() == []


def test_the_launcher_offers_the_course_in_its_order(
    student: Student, manifest: dict[str, Any], course_title: str
) -> None:
    page = lab(student)
    expect(page.locator(".jp-Launcher-sectionTitle").first).to_have_text(course_title)
    cards = page.locator(f".jp-LauncherCard[data-category={json.dumps(course_title)}]")
    ends = {"hosted": " (on a server)", "read": " (to read)"}
    wanted = [a["title"] + ends.get(a["route"], "") for a in manifest["activities"]]
    expect(cards).to_have_text(wanted)
    assert page.locator(".jp-LauncherCard[data-category=Console]").count() == 0
    assert complaints(page, ".jp-Launcher-section:first-of-type, .jp-LauncherCard") == []
    # By keyboard: a card is a button.
    cards.nth(1).focus()
    page.keyboard.press("Enter")
    expect(page.locator(".jp-NotebookPanel .jp-MarkdownCell").first).to_contain_text(manifest["activities"][1]["title"])
    expect(page).to_have_title(f"{manifest['activities'][1]['title']} — {course_title}")


def test_the_course_is_named_wherever_one_is(student: Student, course_title: str) -> None:
    page = notebook(student, f"{FIRST}.ipynb")
    expect(page).to_have_title(f"Values and functions — {course_title}")
    link = page.locator(".satchel-course-title")
    expect(link).to_have_text(course_title)
    expect(link).to_have_attribute("href", student.home)
    accent = "() => getComputedStyle(document.documentElement).getPropertyValue('--satchel-accent')"
    here = page.evaluate(accent)
    assert student.open(f"{FIRST}.html").evaluate(accent) == here


def test_back_to_the_book_and_there_at_the_cell(student: Student) -> None:
    book = student.open(f"{FIRST}.html")
    ready(book)
    last = cell_ids(book)[-1]
    page = notebook(student, f"{FIRST}.ipynb", f"#cell:{quote(last)}")
    active = page.locator(".jp-Notebook .jp-mod-active")
    expect(active).to_be_in_viewport()
    back = page.locator(".satchel-back-to-book")
    expect(back).to_have_attribute("href", f"{student.home}{FIRST}.html#cell:{quote(last)}")

    # Another cell: the link follows. A cell of prose: just the page.
    page.keyboard.press("Escape")
    page.locator(".jp-CodeCell").first.locator(".cm-content").click()
    expect(back).to_have_attribute("href", f"{student.home}{FIRST}.html#cell:{quote(cell_ids(book)[0])}")
    page.locator(".jp-MarkdownCell").first.click()
    expect(back).to_have_attribute("href", f"{student.home}{FIRST}.html")

    another = cell_ids(book)[-2]
    page.evaluate("hash => { location.hash = hash; }", f"#cell:{quote(another)}")
    expect(back).to_have_attribute("href", f"{student.home}{FIRST}.html#cell:{quote(another)}")
    back.click()
    page.wait_for_url(f"**/{FIRST}.html#cell:*")
    expect(page.locator(f'[data-satchel-cell="{another}"]')).to_be_in_viewport()


def test_a_cell_that_is_not_there_leaves_the_notebook_as_it_is(student: Student) -> None:
    page = notebook(student, f"{FIRST}.ipynb", "#cell:nowhere")
    expect(page.locator(".satchel-back-to-book")).to_have_attribute("href", f"{student.home}{FIRST}.html")


def test_the_book_opens_the_right_notebook_with_its_folder_and_files(student: Student) -> None:
    page = student.open("module-2-tables/read-a-csv.html")
    page.locator(".satchel-open-lite").first.click()
    page.wait_for_url("**/lite/notebooks/index.html?path=*")
    expect(page.locator(".jp-MarkdownCell h1").first).to_contain_text("Reading a file", timeout=PYTHON_STARTS)
    page.wait_for_function("() => performance.getEntriesByName('satchel:lite-ready').length > 0", timeout=PYTHON_STARTS)
    first = page.locator(".jp-CodeCell").first
    first.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text("import os\nos.getcwd(), sorted(os.listdir('data'))")
    page.keyboard.press("Control+Enter")
    shown = first.locator(".jp-OutputArea-output").first
    expect(shown).to_contain_text("/module-2-tables'", timeout=PYTHON_STARTS)
    expect(shown).to_contain_text("school-roof-2024.csv")


def test_light_and_dark_follow_the_book_and_the_book_follows(student: Student) -> None:
    book = student.open(f"{FIRST}.html")
    ready(book)
    choose = "mode => { localStorage.setItem('mode', mode); localStorage.setItem('theme', mode); }"
    book.evaluate(choose, "dark")
    page = notebook(student, f"{FIRST}.ipynb")
    look(page, light=False)
    # While it is open, from another tab.
    book.evaluate(choose, "light")
    look(page, light=True)

    page.get_by_role("menuitem", name="Settings", exact=True).click()
    page.locator(".lm-Menu-item", has_text=re.compile("^Theme$")).hover()
    page.locator(".lm-Menu-item", has_text=re.compile("^JupyterLab Dark$")).click()
    look(page, light=False)
    page.wait_for_function("() => localStorage.getItem('mode') === 'dark'")
    book.reload()
    expect(book.locator("html")).to_have_attribute("data-theme", "dark")
    look(lab(student), light=False)


def test_a_reader_who_chose_nothing_gets_what_the_system_prefers(dark_student: Student) -> None:
    page = notebook(dark_student, f"{FIRST}.ipynb")
    look(page, light=False)
    page.emulate_media(color_scheme="light")
    look(page, light=True)
    # That was no choice of the reader's.
    assert page.evaluate("() => localStorage.getItem('mode')") is None


def test_no_view_asks_anyone_else_or_offers_to(student: Student) -> None:
    lab_page = lab(student)
    tree = student.open("lite/tree/index.html")
    expect(tree.locator(".jp-DirListing-item").first).to_be_visible(timeout=PYTHON_STARTS)
    for page in (lab_page, notebook(student, HOSTED)):
        page.get_by_role("menuitem", name="Help", exact=True).click()
        entries = page.locator(".lm-Menu-itemLabel").all_inner_texts()
        assert not {"Jupyter Forum", "Jupyter Reference", "Markdown Reference", "Clear Browser Data"} & set(entries)
        page.keyboard.press("Escape")
    assert student.requests.outside == []


def test_nothing_needs_scrolling_sideways_on_a_phone(student: Student) -> None:
    page = student.context.new_page()
    page.set_viewport_size(NARROW)
    page.goto(f"{student.home}lite/notebooks/index.html?path={quote(HOSTED, safe='')}")
    notice = page.locator(".satchel-hosted-notice")
    expect(notice).to_be_visible(timeout=PYTHON_STARTS)
    # Short, so that the notebook has room; the reasons are a tap away.
    expect(notice.locator("li").first).to_be_hidden()
    expect(notice.locator(".satchel-open-hosted")).to_be_in_viewport()
    fits = "node => node.scrollWidth <= node.clientWidth && node.getBoundingClientRect().right <= innerWidth"
    assert notice.evaluate(fits)
