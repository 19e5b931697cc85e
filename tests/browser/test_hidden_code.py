"""Does code that the author has hidden on the page still do its work for the cells behind it?"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.conftest import ROOT, lend_browser_side, run_build

from .conftest import Requests, serving
from .pages import PYTHON_STARTS, finished, kernel, output, page_data, ready, run

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
SITE = ROOT / "tests" / "sites" / "books" / "hidden"
# The cells of the notebook, in its order.
SETUP, FIRST, SECOND, BARE, TOTAL, THIRD, SKIPPED, ASKING, GLUED = range(9)


@pytest.fixture(scope="module")
def site(demo_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The book `hidden`, built with the browser side of the demonstration course."""
    folder = tmp_path_factory.mktemp("hidden")
    book = Path(shutil.copytree(SITE, folder / "book"))
    lend_browser_side(demo_out, folder / "out")
    done = run_build(book, "--out", folder / "out", "--no-zip")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out" / "site"


@pytest.fixture
def page(browser: Browser, site: Path) -> Iterator[Page]:
    """The page of the book in a fresh profile. Ends with: nothing was asked of anyone else."""
    requests = Requests()
    with serving(site) as home, browser.new_context() as context:
        requests.watch(context, home)
        page = context.new_page()
        page.set_default_timeout(PYTHON_STARTS)
        page.goto(f"{home}intro.html")
        ready(page)
        yield page
    assert requests.outside == []


def ids(page: Page) -> list[str]:
    return [cell["id"] for cell in page_data(page)["cells"]]


def without_code(page: Page) -> str:
    """What stands below the cell whose code is hidden."""
    return page.locator(f'[data-satchel-cell="{ids(page)[BARE]}"]').inner_text().strip()


def test_a_cell_finds_what_hidden_code_before_it_has_made(page: Page) -> None:
    known = ids(page)
    run(page, known[FIRST])
    expect(output(page, known[FIRST])).to_have_text("first 42")
    # Nothing behind it was run.
    expect(page.locator(f'[data-satchel-cell="{known[BARE]}"]')).to_have_attribute("data-run", "none")
    run(page, known[SECOND])
    run(page, known[THIRD])
    expect(output(page, known[THIRD])).to_have_text("third 3")
    assert without_code(page) == "shown without code 63"


def test_hidden_code_that_cannot_do_its_work_yet_stops_nobody_and_is_told(page: Page) -> None:
    known = ids(page)
    run(page, known[THIRD], ends="error")
    expect(output(page, known[THIRD])).to_contain_text("NameError")
    expect(page.locator("body")).to_contain_text(
        "Code that the author has hidden failed: NameError. Run the cells above first."
    )
    run(page, known[SECOND])
    run(page, known[THIRD])
    expect(output(page, known[THIRD])).to_have_text("third 3")


def test_hidden_code_runs_again_after_a_restart(page: Page) -> None:
    known = ids(page)
    run(page, known[FIRST])
    page.locator(".satchel-restart").click()
    expect(page.locator(f'[data-satchel-cell="{known[FIRST]}"]')).to_have_attribute("data-run", "none")
    kernel(page, "idle")
    run(page, known[FIRST])
    expect(output(page, known[FIRST])).to_have_text("first 42")


def test_everything_runs_but_what_the_author_leaves_out(page: Page) -> None:
    known = ids(page)
    page.locator(".satchel-run-all").click()
    finished(page, known[GLUED])
    expect(page.locator(f'[data-satchel-cell="{known[SKIPPED]}"]')).to_have_attribute("data-run", "none")
    expect(output(page, known[ASKING])).to_have_text("False")
    assert without_code(page) == "shown without code 63"
    # What is glued is shown, unless it is glued only to be pasted.
    expect(output(page, known[GLUED])).to_have_text("21")
    run(page, known[SKIPPED])
    expect(output(page, known[SKIPPED])).to_have_text("ran")
