"""Is there one Python for a tab, from page to page, that can always be stopped?"""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from .conftest import Student
from .pages import OVER, PYTHON_STARTS, cell, cell_ids, finished, kernel, output, ready, run, saved, source

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
NEXT = "module-1-values/values-and-functions.html"
TABLES = "module-2-tables/pandas-tables.html"
BEGUN = "print('begun')\n"
LOOP = "while True:\n    pass"
DEAF = "while True:\n    try:\n        while True:\n            pass\n    except KeyboardInterrupt:\n        pass"
KEPT = re.compile("Variables are kept")
LOST = re.compile("variables are gone")


def opened(page: Page, address: str) -> str:
    """Go to a page; returns its first cell."""
    page.goto(address)
    ready(page)
    return cell_ids(page)[0]


def write(page: Page, identity: str, text: str) -> None:
    page.evaluate("([id, text]) => window.satchel.setSource(id, text)", [identity, text])


def does(page: Page, identity: str, text: str) -> str:
    """Write and run a cell; returns what it shows."""
    write(page, identity, text)
    run(page, identity, ends=OVER)
    return output(page, identity).inner_text().strip()


def started(page: Page, identity: str, text: str) -> None:
    """Write a cell that does not end at once, and wait until Python is in it."""
    write(page, identity, BEGUN + text)
    cell(page, identity).locator(".satchel-run").click()
    kernel(page, "busy")
    expect(output(page, identity)).to_contain_text("begun", timeout=PYTHON_STARTS)


def stopped(page: Page, identity: str) -> None:
    """Press Stop and wait until the cell is free again."""
    page.locator(".satchel-stop").click()
    finished(page, identity, ends="error")


def toast(page: Page, words: re.Pattern[str]) -> None:
    expect(page.locator(".satchel-toast")).to_contain_text(words, timeout=PYTHON_STARTS)


def test_an_endless_loop_is_stopped_and_variables_and_edits_stay(student: Student) -> None:
    page = student.open(PAGE)
    first, second = cell_ids(page)[:2]
    ready(page)
    assert does(page, second, "kept = 42\nkept") == "42"
    started(page, first, LOOP)
    stopped(page, first)
    toast(page, KEPT)
    assert does(page, second, "kept") == "42"
    assert source(page, first) == BEGUN + LOOP
    saved(page)
    page.reload()
    ready(page)
    assert source(page, first) == BEGUN + LOOP


def test_waiting_code_is_stopped_too_and_never_the_cell_after_it(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first, second = cell_ids(page)[:2]
    does(page, second, "kept = 42")
    for waiting in (
        "import time\ntime.sleep(600)",
        "import time\nfor i in range(600):\n    print(i)\n    time.sleep(1)",
        "import asyncio\nawait asyncio.sleep(600)",
        "import asyncio\nwhile True:\n    await asyncio.sleep(0)",
        "input('?')",
        "while True:\n    print('again')",
        LOOP,
    ):
        started(page, first, waiting)
        stopped(page, first)
        assert does(page, second, "kept") == "42", waiting


def test_code_that_cannot_be_interrupted_costs_python_and_that_is_said(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first, second = cell_ids(page)[:2]
    for deaf in (DEAF, "sum(range(10**13))"):
        does(page, second, "kept = 42")
        started(page, first, deaf)
        stopped(page, first)
        toast(page, LOST)
        expect(output(page, first)).to_contain_text("its variables are gone")
        kernel(page, "idle")
        assert "NameError" in does(page, second, "kept")
        assert source(page, first) == BEGUN + deaf


def test_the_next_page_has_the_variables_and_says_so(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    does(page, cell_ids(page)[0], "kept = 42")
    first = opened(page, student.home + NEXT)
    # Nothing is pressed: the page takes over what is there.
    kernel(page, "idle")
    status = page.locator("#satchel-status")
    expect(status).to_contain_text("variables kept")
    expect(status).to_have_attribute("title", re.compile("Restart"))
    toast(page, re.compile("pages before"))
    assert does(page, first, "kept") == "42"
    expect(cell(page, first)).to_contain_text("[2]")
    # The folder is the new page's, and so are the files.
    second = opened(page, student.home + TABLES)
    kernel(page, "idle")
    expect(page.locator(".satchel-toast")).to_be_hidden()
    assert "module-2" in does(page, second, "import os\nos.getcwd()")


def test_a_page_without_python_before_it_starts_none(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    opened(page, student.home + NEXT)
    page.wait_for_load_state("networkidle")
    expect(page.locator("#satchel-status")).to_have_attribute("data-kernel", "off")


def test_restart_forgets_also_what_was_kept(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    does(page, cell_ids(page)[0], "kept = 42")
    first = opened(page, student.home + NEXT)
    kernel(page, "idle")
    page.locator(".satchel-restart").click()
    toast(page, re.compile("restarted"))
    expect(page.locator("#satchel-status")).not_to_contain_text("variables kept")
    assert "NameError" in does(page, first, "kept")
    opened(page, student.home + PAGE)
    kernel(page, "idle")
    assert "NameError" in does(page, cell_ids(page)[0], "kept")


def test_a_cell_left_running_shows_nothing_on_the_next_page_and_can_be_stopped_there(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    here, other = PAGE, NEXT
    does(page, cell_ids(page)[0], "kept = 42")
    for running in (
        LOOP,
        "import asyncio\nwhile True:\n    print('from the page before')\n    await asyncio.sleep(0.01)",
    ):
        started(page, cell_ids(page)[0], running)
        here, other = other, here
        first = opened(page, student.home + here)
        kernel(page, "busy")
        stop = page.locator(".satchel-stop")
        expect(stop).to_be_enabled()
        stop.click()
        kernel(page, "idle")
        toast(page, KEPT)
        assert does(page, first, "kept") == "42"
        assert "from the page before" not in page.locator("main").inner_text()


def test_a_cell_that_is_asked_for_meanwhile_runs_after_it(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    started(page, cell_ids(page)[0], "import asyncio\nawait asyncio.sleep(1)\nkept = 42")
    first = opened(page, student.home + NEXT)
    assert does(page, first, "kept") == "42"


def test_two_tabs_have_variables_of_their_own(student: Student) -> None:
    one, two = student.open(PAGE), student.open(PAGE)
    for page, value in ((one, "1"), (two, "2")):
        ready(page)
        does(page, cell_ids(page)[0], f"kept = {value}")
    for page, value in ((one, "1"), (two, "2")):
        first = opened(page, student.home + NEXT)
        kernel(page, "idle")
        assert does(page, first, "kept") == value


def duplicate(context: BrowserContext, page: Page) -> Page:
    """What "Duplicate tab" does: a new tab with a copy of the session storage."""
    with context.expect_page() as event:
        page.evaluate("() => { window.open(location.href); }")
    return event.value


def test_a_duplicated_tab_gets_a_python_of_its_own(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    does(page, cell_ids(page)[0], "kept = 42")
    opened(page, student.home + NEXT)
    kernel(page, "idle")
    copy = duplicate(student.context, page)
    ready(copy)
    expect(copy.locator("#satchel-status")).to_have_attribute("data-kernel", "off")
    assert "NameError" in does(copy, cell_ids(copy)[0], "kept")
    assert does(page, cell_ids(page)[0], "kept") == "42"


def test_a_python_that_was_ended_is_started_anew(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first, second = cell_ids(page)[:2]
    write(page, first, "import js\njs.close()")
    cell(page, first).locator(".satchel-run").click()
    kernel(page, "dead")
    finished(page, first, ends="error")
    assert does(page, second, "6 * 7") == "42"
    # Between two pages: nobody is there to notice, and the next run starts one.
    does(page, second, "import asyncio, js\n_ = asyncio.get_event_loop().call_later(0.2, js.close)")
    page.goto(student.home + "capabilities.json")
    page.wait_for_function(
        "async () => (await navigator.locks.query()).held.every(({ name }) => !name.startsWith('satchel/python/'))"
    )
    other = opened(page, student.home + NEXT)
    assert does(page, other, "6 * 7") == "42"


def test_resting_on_a_run_button_starts_python_and_brings_the_page_s_packages(student: Student) -> None:
    page = student.open(TABLES)
    ready(page)
    expect(page.locator("#satchel-status")).to_have_attribute("data-kernel", "off")
    cell(page, cell_ids(page)[0]).locator(".satchel-run").hover()
    kernel(page, "idle")
    page.wait_for_function("() => performance.getEntriesByName('satchel:packages').length > 0", timeout=120_000)
    assert does(page, cell_ids(page)[0], "import sys\n'pandas' in sys.modules") == "False"
    assert does(page, cell_ids(page)[0], "import pandas\npandas.__name__") == "'pandas'"
    marks = page.evaluate("() => performance.getEntriesByType('mark').map(({ name }) => name)")
    for name in ("worker", "kernel-chunk", "python", "ready", "click", "output"):
        assert f"satchel:{name}" in marks


def test_packages_are_never_asked_of_anyone_else(student: Student) -> None:
    page = student.open(TABLES)
    ready(page)
    first = cell_ids(page)[0]
    for code in (
        "import tensorflow",
        "%pip install tensorflow",
        "import micropip\nawait micropip.install('tensorflow')",
        "import piplite\nawait piplite.install('tensorflow')",
    ):
        assert "cannot be added here" in does(page, first, code), code
    # What the course brought along can be installed, by whatever way a notebook written elsewhere does it.
    assert does(page, first, "%pip install pandas\nimport pandas\npandas.__name__").endswith("'pandas'")
    assert does(page, first, "import micropip\nawait micropip.install('pandas')\n1") == "1"


def test_a_request_to_someone_else_would_be_seen(student: Student, strangers: list[str]) -> None:
    page = student.open(PAGE)
    ready(page)
    ask = "from pyodide.http import pyfetch\nawait pyfetch('https://elsewhere.example/')"
    does(page, cell_ids(page)[0], ask)
    assert any("elsewhere.example" in asked for asked in strangers)
    strangers.clear()
