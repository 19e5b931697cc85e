"""Can a student walk the whole path: read, edit, run, come back, go on in JupyterLite, find the server?"""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from urllib.parse import unquote

import pytest
from playwright.sync_api import expect

from .conftest import Student
from .pages import PYTHON_STARTS, cell, cell_ids, output, ready, rewrite, run, run_first_notebook_cell, saved, source

pytestmark = pytest.mark.browser
READING = "module-2-tables/read-a-csv"
GPU = "module-4-models/neural-network"


def test_the_path_of_a_student(student: Student) -> None:
    page = student.open(f"{READING}.html")
    ready(page)
    # Stored outputs are there before anything runs, and nothing of Python was asked for.
    expect(output(page, "first-lines")).to_contain_text("2024-01-01")
    assert not [url for url in student.requests.all if "/runtime/" in url]

    run(page, "first-lines")
    expect(output(page, "first-lines")).to_contain_text("2024-01-03,-2.7")

    rewrite(page, "one-row", "print('my own', 6 * 7)")
    run(page, "one-row")
    expect(output(page, "one-row")).to_have_text("my own 42")
    saved(page)

    page.reload()
    ready(page)
    assert source(page, "one-row") == "print('my own', 6 * 7)"
    expect(cell(page, "one-row")).to_have_attribute("data-state", "edited")
    expect(cell(page, "one-row")).to_contain_text("my own")
    # Python is the one from before the reload.
    expect(page.locator("#satchel-status")).to_have_attribute("data-kernel", "idle")

    page.locator(".satchel-open-lite").first.click()
    page.wait_for_url("**/lite/notebooks/index.html?path=*")
    first = run_first_notebook_cell(page)
    expect(first.locator(".jp-OutputArea-output").first).to_contain_text("2024-01-03,-2.7")

    page.get_by_text("Back to the book").first.click()
    page.wait_for_url(f"**/{READING}.html*")
    ready(page)
    assert source(page, "one-row") == "print('my own', 6 * 7)"

    page.goto(f"{student.home}{GPU}.html")
    button = page.locator(".satchel-open-hosted").first
    expect(button).to_be_visible()
    link = unquote(unquote(button.get_attribute("href") or ""))
    assert link.startswith("https://hub.example.edu/hub/")
    assert "git-pull?repo=https" in link
    assert "neural-network.ipynb" in unquote(link)
    expect(page.locator(".satchel-wait")).to_contain_text("about three minutes")
    assert page.locator(".satchel-run").count() == 0
    expect(page.locator(".satchel-open-lite")).to_have_count(0)
    expect(page.locator(".cell_output").first).to_be_visible()


def browser_activities() -> list[str]:
    """The notebooks of the demonstration course that are meant to run in the page."""
    return [
        "module-1-values/values-and-functions",
        "module-1-values/asking-questions",
        "module-2-tables/read-a-csv",
        "module-2-tables/pandas-tables",
        "module-3-pictures/plotting",
        "module-3-pictures/explore",
        "module-4-models/fit-a-model",
    ]


def test_the_list_above_is_the_manifests(demo_site: Path) -> None:
    manifest = json.loads((demo_site / "capabilities.json").read_text("utf-8"))
    routes = {a["page"].removesuffix(".html"): a["route"] for a in manifest["activities"]}
    assert [name for name, route in routes.items() if route == "book"] == browser_activities()
    assert [name for name, route in routes.items() if route == "hosted"] == [GPU]


@pytest.mark.parametrize("name", browser_activities())
def test_every_cell_of_every_browser_activity_runs(student: Student, name: str) -> None:
    page = student.open(f"{name}.html")
    ready(page)
    config = json.loads(page.locator("#satchel-page").text_content() or "")
    may_fail = {cell["id"] for cell in config["cells"] if "raises-exception" in cell["tags"]}
    answers = (str(number) for number in itertools.count(1))
    for identity in cell_ids(page):
        cell(page, identity).locator(".satchel-run").click()
        over = page.locator(f'[data-satchel-cell="{identity}"]:is([data-run="ok"], [data-run="error"])')
        question = page.locator(".satchel-stdin-field")
        expect(over.or_(question)).to_have_count(1, timeout=PYTHON_STARTS)
        while question.count():
            question.fill(next(answers))
            question.press("Enter")
            expect(over.or_(question)).to_have_count(1, timeout=PYTHON_STARTS)
        wanted = "error" if identity in may_fail else "ok"
        assert cell(page, identity).get_attribute("data-run") == wanted, output(page, identity).inner_text()
