"""Do cells run as a student expects: right outputs in the right place, in order, stoppable?"""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Requests
from .pages import cell, finished, kernel, output, ready, run

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
FIRST, SECOND, THIRD = "first-lines", "read-rows", "one-row"

# What a cell prints or shows, and what must then be seen: text, or an element inside the output.
SHOWN = {
    "three prints in a row": ("print(1)\nprint(2)\nprint(3)", "1\n2\n3", None),
    "the value of the last line": ("6 * 7", "42", None),
    "nothing": ("x = 1", "", None),
    "HTML": ("from IPython.display import HTML\nHTML('<b id=bold>bold</b>')", "bold", "b#bold"),
    "Markdown": ("from IPython.display import Markdown\nMarkdown('# Big')", None, "h1"),
    "LaTeX": (r"from IPython.display import Latex" "\n" r"Latex(r'$$\frac{1}{2}$$')", None, "mjx-container"),
    "a picture": (
        "from IPython.display import Image\nimport base64\nImage(base64.b64decode("
        "'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=='))",
        None,
        "img[src^='data:image/png']",
    ),
    "a drawing": (
        "from IPython.display import SVG\nSVG('<svg xmlns=\"http://www.w3.org/2000/svg\"/>')",
        None,
        "svg, img",
    ),
    "warnings and errors apart from prints": (
        "import sys\nprint('out')\nprint('err', file=sys.stderr)",
        "out\nerr",
        None,
    ),
    "top-level await": ("import asyncio\nawait asyncio.sleep(0)\nprint('awaited')", "awaited", None),
    "a magic": ("%matplotlib inline\nprint('done')", "done", None),
    "a table": ("import pandas as pd\npd.DataFrame({'a': [1, 2]})", None, "table td"),
    "a figure": ("import matplotlib.pyplot as plt\nplt.plot([1, 2]);", None, "img[src^='data:image/png']"),
    "a course file": ("print(open('data/school-roof-2024.csv').readline()[:4])", "date", None),
}


@pytest.fixture(scope="module")
def page(browser: Browser, home: str) -> Iterator[Page]:
    """One page with Python running, shared by the tests of what a cell shows."""
    requests = Requests()
    with browser.new_context() as context:
        requests.watch(context, home)
        opened = context.new_page()
        opened.goto(home + PAGE)
        ready(opened)
        yield opened
    assert requests.outside == []


def write(page: Page, identity: str, text: str) -> None:
    page.evaluate("([id, text]) => window.satchel.setSource(id, text)", [identity, text])


@pytest.mark.parametrize("what", SHOWN)
def test_a_cell_shows(page: Page, what: str) -> None:
    source, text, element = SHOWN[what]
    write(page, FIRST, source)
    run(page, FIRST)
    if text is not None:
        assert re.sub(r"\n+", "\n", output(page, FIRST).inner_text().strip()) == text
    if element is not None:
        expect(output(page, FIRST).locator(element).first).to_be_attached(timeout=30_000)


def test_an_error_shows_where_it_happened_and_the_next_cell_runs(page: Page) -> None:
    write(page, FIRST, "def halve(x):\n    return x / 0\n\nhalve(1)")
    run(page, FIRST, ends="error")
    expect(output(page, FIRST)).to_contain_text("ZeroDivisionError: division by zero")
    expect(output(page, FIRST)).to_contain_text("return x / 0")
    write(page, SECOND, "print('still here')")
    run(page, SECOND)
    expect(output(page, SECOND)).to_have_text("still here")


def test_every_output_belongs_to_its_own_cell(page: Page) -> None:
    write(page, FIRST, "print('first')")
    write(page, SECOND, "pass")
    write(page, THIRD, "print('third')")
    for identity in (FIRST, SECOND, THIRD):
        cell(page, identity).locator(".satchel-run").click()
    for identity in (FIRST, SECOND, THIRD):
        finished(page, identity)
    assert [output(page, i).inner_text().strip() for i in (FIRST, SECOND, THIRD)] == ["first", "", "third"]


def test_a_module_that_is_not_bundled_is_named(page: Page) -> None:
    write(page, FIRST, "import tensorflow")
    run(page, FIRST, ends="error")
    expect(output(page, FIRST)).to_contain_text("No module named 'tensorflow'")


def test_an_endless_loop_is_stopped_and_the_text_stays(page: Page) -> None:
    loop = "while True:\n    pass"
    write(page, FIRST, loop)
    cell(page, FIRST).locator(".satchel-run").click()
    kernel(page, "busy")
    page.locator(".satchel-stop").click()
    finished(page, FIRST, ends="error")
    assert page.evaluate("id => window.satchel.source(id)", FIRST) == loop
    write(page, SECOND, "print('back')")
    run(page, SECOND)
    expect(output(page, SECOND)).to_have_text("back")


def test_restart_forgets_variables(page: Page) -> None:
    write(page, FIRST, "kept = 1")
    run(page, FIRST)
    page.locator(".satchel-restart").click()
    kernel(page, "idle")
    write(page, SECOND, "kept")
    run(page, SECOND, ends="error")
    expect(output(page, SECOND)).to_contain_text("NameError")


def test_a_run_that_is_asked_for_while_python_loads_waits_and_runs(browser: Browser, home: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(home + PAGE)
        ready(page)
        for identity in (FIRST, SECOND):
            cell(page, identity).locator(".satchel-run").click()
        kernel(page, "loading")
        expect(cell(page, SECOND)).to_have_attribute("data-run", "queued")
        for identity in (FIRST, SECOND):
            finished(page, identity)


def test_run_above_runs_the_cells_above_in_order_and_run_all_stops_at_an_error(browser: Browser, home: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(home + PAGE)
        ready(page)
        cell(page, THIRD).locator(".satchel-editor").click()
        page.locator(".satchel-run-above").first.click()
        for identity in (FIRST, SECOND):
            finished(page, identity)
        expect(cell(page, THIRD)).to_have_attribute("data-run", "none")
        write(page, "find-gaps", "1 / 0")
        page.locator(".satchel-run-all").click()
        # A cell that is tagged as failing on purpose does not end the run; any other failure does.
        finished(page, "traceback", ends="error")
        finished(page, "find-gaps", ends="error")
        kernel(page, "idle")
        expect(cell(page, "to-number")).to_have_attribute("data-run", "none")
