"""Does JupyterLite show the same course on the same Python, with what its own Python lacks?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from .conftest import Requests, Student
from .pages import PYTHON_STARTS, run_first_notebook_cell

pytestmark = pytest.mark.browser
READING = "module-2-tables/read-a-csv.ipynb"
DONE = re.compile(r"^\[\d+\]:$")


@pytest.fixture(params=["allow", "block"], ids=["with a service worker", "without a service worker"])
def window(request: pytest.FixtureRequest, browser: Browser, home: str) -> Iterator[Student]:
    """A fresh profile, as in an ordinary window and as in one where service workers are refused."""
    requests = Requests()
    with browser.new_context(service_workers=request.param) as context:
        requests.watch(context, home)
        yield Student(context=context, home=home, requests=requests)
    assert requests.outside == []


def open_notebook(student: Student, path: str) -> Page:
    page = student.open(f"lite/notebooks/index.html?path={path.replace('/', '%2F')}")
    expect(page.locator(".jp-CodeCell").first).to_be_visible(timeout=PYTHON_STARTS)
    return page


def first(page: Page) -> Locator:
    return page.locator(".jp-CodeCell").first


def start(page: Page, code: str) -> None:
    """Put `code` into the first cell and run it there, without waiting for the end."""
    first(page).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(code)
    page.keyboard.press("Control+Enter")


def ended(page: Page) -> Locator:
    """Wait until the first cell has run; returns its outputs."""
    expect(first(page).locator(".jp-InputPrompt")).to_have_text(DONE, timeout=PYTHON_STARTS)
    return first(page).locator(".jp-Cell-outputArea")


def ready(page: Page) -> None:
    """Wait until cells can run. Before there is a kernel at all, JupyterLab calls the notebook idle too."""
    page.wait_for_function("() => performance.getEntriesByName('satchel:lite-ready').length > 0", timeout=PYTHON_STARTS)
    python_is(page, "idle")


def run(page: Page, code: str) -> Locator:
    ready(page)
    start(page, code)
    return ended(page)


def python_is(page: Page, state: str) -> None:
    expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute(
        "data-status", state, timeout=PYTHON_STARTS
    )


def running(page: Page, sign: str) -> None:
    """Wait until the first cell has printed `sign`: then its code is at work."""
    expect(first(page).locator(".jp-OutputArea-output").first).to_contain_text(sign, timeout=PYTHON_STARTS)


def press_stop(page: Page) -> None:
    page.locator('[data-jp-item-name="interrupt"]').first.click()


def test_a_notebook_with_data_and_a_figure_runs(student: Student) -> None:
    page = open_notebook(student, "module-3-pictures/plotting.ipynb")
    run_first_notebook_cell(page)
    second = page.locator(".jp-CodeCell").nth(1)
    second.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(second.locator(".jp-InputPrompt")).to_have_text("[2]:", timeout=PYTHON_STARTS)
    expect(second.locator(".jp-OutputArea-output img").first).to_be_visible(timeout=PYTHON_STARTS)
    runtime = {url.split("/runtime/")[1].split("?")[0] for url in student.requests.all if "/runtime/" in url}
    assert "boot.mjs" in runtime
    assert any(name.startswith("pyodide.asm.wasm") for name in runtime)


def test_a_text_notebook_is_a_real_notebook_there(student: Student) -> None:
    page = open_notebook(student, "module-1-values/values-and-functions.ipynb")
    cell = run_first_notebook_cell(page)
    expect(cell.locator(".jp-OutputArea-output").first).to_contain_text("-1.9")


def test_stop_keeps_variables(student: Student) -> None:
    page = open_notebook(student, READING)
    ready(page)
    start(page, "kept = 41\nprint('looping')\nwhile True: pass")
    running(page, "looping")
    press_stop(page)
    expect(ended(page)).to_contain_text("KeyboardInterrupt")
    expect(run(page, "kept + 1")).to_contain_text("42")

    # By the keyboard, and while the code waits instead of working.
    start(page, "import time\nprint('waiting')\ntime.sleep(1000)")
    running(page, "waiting")
    page.keyboard.press("Escape")
    page.keyboard.press("i")
    page.keyboard.press("i")
    expect(ended(page)).to_contain_text("KeyboardInterrupt")
    expect(run(page, "kept + 2")).to_contain_text("43")


def test_what_cannot_be_stopped_can_be_restarted(student: Student) -> None:
    page = open_notebook(student, READING)
    ready(page)
    # A loop inside C that never looks for signals.
    start(page, "forgotten = 1\nprint('deaf')\nsum(range(10**13))")
    running(page, "deaf")
    press_stop(page)
    notice = page.locator(".Toastify__toast", has_text="does not react to Stop")
    expect(notice).to_be_visible()
    with page.expect_worker() as new:
        notice.get_by_role("button", name="Restart Python").click()
    # Ended, with whatever it was working on.
    for _ in range(3000):
        if page.workers == [new.value]:
            break
        page.evaluate("() => new Promise(requestAnimationFrame)")
    assert page.workers == [new.value]
    expect(notice).to_have_count(0)
    expect(run(page, "forgotten")).to_contain_text("NameError")


def test_restart_forgets_variables_and_keeps_files_where_it_can(window: Student) -> None:
    page = open_notebook(window, READING)
    told = page.locator(".Toastify__toast", has_text="gone when it ends")
    output = run(page, "mine = 1\nopen('mine.txt', 'w').write('kept')\nopen('data/school-roof-2024.csv').readline()")
    expect(output).to_contain_text("date,temp_min")
    kept = told.count() == 0
    page.locator('[data-jp-item-name="restart"]').first.click()
    page.locator(".jp-Dialog .jp-mod-accept").click()
    page.wait_for_function("() => performance.getEntriesByName('satchel:lite-ready').length === 2")
    output = run(page, "from pathlib import Path\nPath('mine.txt').exists(), 'mine' in globals()")
    expect(output).to_contain_text(f"({kept}, False)")
    # Said once.
    assert told.count() == (0 if kept else 1)


def test_a_course_file_opens_by_the_same_path_as_in_the_book(window: Student) -> None:
    page = open_notebook(window, READING)
    expect(run_first_notebook_cell(page).locator(".jp-OutputArea-output").first).to_contain_text("2024-01-03,-2.7")
    expect(run(page, "import os\nos.getcwd()")).to_contain_text("/module-2-tables'")


def test_a_cell_asks_the_student(window: Student) -> None:
    page = open_notebook(window, READING)
    ready(page)
    start(page, "import getpass\nname = input('Who? ')\nprint('hello', name, len(getpass.getpass('Word? ')))")
    box = page.locator(".jp-Stdin-input")
    expect(box).to_be_visible(timeout=PYTHON_STARTS)
    python_is(page, "busy")
    box.fill("Ada")
    box.press("Enter")
    expect(page.locator(".jp-Stdin-prompt", has_text="Word?")).to_be_visible()
    secret = page.locator('.jp-Stdin-input[type="password"]')
    secret.fill("12345")
    secret.press("Enter")
    expect(ended(page)).to_contain_text("hello Ada 5")

    start(page, "input('Again? ')")
    expect(page.locator(".jp-Stdin-prompt", has_text="Again?")).to_be_visible()
    press_stop(page)
    expect(ended(page)).to_contain_text("KeyboardInterrupt")
    expect(run(page, "name")).to_contain_text("'Ada'")


def test_packages_come_from_the_course_or_not_at_all(student: Student) -> None:
    page = open_notebook(student, READING)
    expect(run(page, "import nowhere_to_be_found")).to_contain_text('"nowhere_to_be_found" is not part of this course')
    expect(run(page, "%pip install pandas\nimport pandas\nprint(pandas.__name__)")).to_contain_text("pandas")
    expect(run(page, "%pip install nowhere-to-be-found")).to_contain_text("Packages come with the course")
    assert student.requests.outside == []


def test_python_starts_before_jupyterlab_and_once(student: Student) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    student.context.route("**/runtime/pyodide.asm.js*", hold)
    page = student.context.new_page()
    workers: list[str] = []
    page.on("worker", lambda worker: workers.append(worker.url))
    page.goto(f"{student.home}lite/notebooks/index.html?path={READING.replace('/', '%2F')}")
    page.wait_for_function("() => performance.getEntriesByName('satchel:lite-asked').length === 1")
    # While it is on its way, nothing says that it is there.
    python_is(page, "starting")
    for route in held:
        route.continue_()
    student.context.unroute("**/runtime/pyodide.asm.js*")
    run_first_notebook_cell(page)
    marks = page.evaluate("() => performance.getEntriesByType('mark').map(({ name }) => name)")
    order = [name for name in marks if name.startswith("satchel:lite-")]
    assert order == ["satchel:lite-worker", "satchel:lite-asked", "satchel:lite-ready"]
    assert len(workers) == 1


def test_no_python_starts_where_no_notebook_is_named(student: Student) -> None:
    page = student.open("lite/tree/index.html")
    expect(page.get_by_text("module-2-tables").first).to_be_visible(timeout=PYTHON_STARTS)
    assert page.evaluate("() => performance.getEntriesByName('satchel:lite-worker').length") == 0
    assert page.workers == []
