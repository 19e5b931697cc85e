"""Does JupyterLite show the same course on the same Python, and nothing that cannot run there?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from .conftest import Student
from .pages import PYTHON_STARTS, run_first_notebook_cell

pytestmark = pytest.mark.browser


def open_notebook(student: Student, path: str) -> Page:
    page = student.open(f"lite/notebooks/index.html?path={path.replace('/', '%2F')}")
    expect(page.locator(".jp-CodeCell").first).to_be_visible(timeout=PYTHON_STARTS)
    return page


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
    assert "pyodide.asm.wasm" in runtime


def test_a_text_notebook_is_a_real_notebook_there(student: Student) -> None:
    page = open_notebook(student, "module-1-values/values-and-functions.ipynb")
    first = run_first_notebook_cell(page)
    expect(first.locator(".jp-OutputArea-output").first).to_contain_text("-1.9")


def test_what_needs_a_server_is_not_offered_as_a_notebook(demo_site: Path) -> None:
    contents = demo_site / "lite" / "files"
    notebooks = {path.relative_to(contents).as_posix() for path in contents.rglob("*.ipynb")}
    manifest = json.loads((demo_site / "capabilities.json").read_text("utf-8"))
    runnable = {a["notebook"] for a in manifest["activities"] if a["route"] in {"book", "lite"}}
    assert notebooks == runnable
    listed = json.loads((demo_site / "lite" / "api" / "contents" / "module-4-models" / "all.json").read_text("utf-8"))
    assert [entry["name"] for entry in listed["content"]] == ["fit-a-model.ipynb"]
