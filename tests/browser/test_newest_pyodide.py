"""Does a course that asks for the newest supported Pyodide run on it, in the page and in JupyterLite?"""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import ROOT, lend_browser_side, run_build

from .conftest import Requests, Student, serving
from .pages import PYTHON_STARTS, cell_ids, output, ready, run, run_first_notebook_cell

pytestmark = pytest.mark.browser
SITE = ROOT / "tests" / "sites" / "newest"
WANTED = "314.0.6"


@pytest.fixture(scope="module")
def site(demo_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course `newest`, built with the browser side of the demonstration course: that is the same for all."""
    folder = tmp_path_factory.mktemp("newest")
    course = Path(shutil.copytree(SITE, folder / "course"))
    lend_browser_side(demo_out, folder / "out")
    done = run_build(course, "--out", folder / "out", "--no-zip")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out" / "site"


@pytest.fixture
def student(browser: Browser, site: Path) -> Iterator[Student]:
    """A fresh profile on the course. Ends with: nothing was asked of anyone else."""
    requests = Requests()
    with serving(site) as home, browser.new_context() as context:
        requests.watch(context, home)
        yield Student(context=context, home=home, requests=requests)
    assert requests.outside == []


def test_the_site_says_which_pyodide_it_has(site: Path) -> None:
    manifest = json.loads((site / "capabilities.json").read_text("utf-8"))
    assert (manifest["runtime"]["pyodide"], manifest["runtime"]["python"]) == (WANTED, "3.14")
    assert json.loads((site / "runtime" / "runtime.json").read_text("utf-8"))["pyodide"] == WANTED


def test_every_cell_runs_in_the_page(student: Student) -> None:
    page = student.open("plain.html")
    ready(page)
    assert cell_ids(page) == ["version", "library", "template"]
    for identity in cell_ids(page):
        run(page, identity)
    expect(output(page, "version")).to_have_text("Python 3.14")
    expect(output(page, "library")).to_contain_text('{"mean": 3}')
    # A template string: no Python before 3.14 reads it.
    expect(output(page, "template")).to_contain_text("students")


def test_a_cell_runs_in_jupyterlite(student: Student) -> None:
    page = student.open("lite/notebooks/index.html?path=plain.ipynb")
    expect(page.locator(".jp-CodeCell").first).to_be_visible(timeout=PYTHON_STARTS)
    first = run_first_notebook_cell(page)
    expect(first.locator(".jp-OutputArea-output").first).to_contain_text("Python 3.14")
