"""Is work in JupyterLite stores of other names found, offered, brought in whole, and only if it is this course's?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from .conftest import PYTHON_STARTS, Requests, Student
from .drives import DRIVE, OLD, Drives
from .pages import cell, ready, source
from .records import DATABASE
from .test_access import SCHEMES, violations_in_both_schemes
from .test_drive import add_cell, save, script

__all__ = ["script"]
pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
READING = "module-2-tables/read-a-csv.ipynb"
CELL = "one-row"
MINE = "print('from before')"


@pytest.fixture
def visitor(browser: Browser, home: str) -> Iterator[Student]:
    """A profile whose JupyterLite can be given other settings: a service worker would answer past the test."""
    requests = Requests()
    with browser.new_context(service_workers="block") as context:
        requests.watch(context, home)
        yield Student(context=context, home=home, requests=requests)
    assert requests.outside == []


def as_before(page: Page) -> None:
    """Let JupyterLite be as before the course had stores of its own: named after the address, and no edits shared."""

    def answer(route: Route) -> None:
        settings = route.fetch().json()
        config = settings["jupyter-config-data"]
        config["contentsStorageName"] = OLD
        del config["satchelCourse"]
        route.fulfill(json=settings)

    page.route("**/lite/jupyter-lite.json*", answer)


def work_there(student: Student, drives: Drives) -> None:
    """A changed cell and one of the student's own, in the JupyterLite of before."""
    page = student.context.new_page()
    page.set_default_timeout(60_000)
    as_before(page)
    page.goto(f"{student.home}lite/notebooks/index.html?path={READING.replace('/', '%2F')}")
    expect(page.locator(".jp-CodeCell").first).to_be_visible(timeout=PYTHON_STARTS)
    target = page.locator(".jp-CodeCell", has_text="rows[170]").first
    target.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(MINE)
    page.keyboard.press("Escape")
    add_cell(page, "'a cell of mine'")
    save(page)
    drives.wait_for(READING, "a cell of mine", OLD)
    page.close()


def open_panel(student: Student) -> tuple[Page, Locator]:
    page = student.open(PAGE)
    ready(page)
    page.locator(".satchel-open-workspace").click()
    return page, page.locator("#satchel-workspace")


def texts(drives: Drives, path: str, name: str = DRIVE) -> list[str]:
    """The texts of a notebook's cells."""
    value = (drives.contents(name) or {})[path]["value"]
    return ["".join(each["source"]) for each in value["cells"]]


def test_work_of_before_is_found_brought_in_and_taken_back(visitor: Student, script: Path) -> None:
    drives = Drives(visitor.context.new_page(), visitor.home, script)
    work_there(visitor, drives)
    drives.wait_for(READING, MINE, OLD)
    drives.put({"module-2-tables/data/mine.csv": ("text", "a,b\n")}, OLD)
    drives.put({READING: ("json", {**json.loads(json.dumps(OTHER)), "metadata": {}})})
    before = drives.raw(OLD)

    page, panel = open_panel(visitor)
    expect(page.locator(".satchel-news", has_text="Older work of yours")).to_be_visible()
    offer = panel.locator(".satchel-older")
    expect(offer).to_contain_text("1 notebook, 1 file, last changed")
    offer.locator(".satchel-older-bring").click()
    message = panel.locator(".satchel-message")
    expect(message).to_contain_text("Brought in: 1 text new here; 1 file new here, 1 kept beside yours")
    expect(offer).to_have_count(0)
    assert source(page, CELL) == MINE
    # It started from the text that the author's cell has today, so nothing is asked.
    expect(cell(page, CELL)).to_have_attribute("data-state", "edited")
    earlier = READING.replace(".ipynb", " (earlier).ipynb")
    assert "'a cell of mine'" in texts(drives, earlier)
    assert texts(drives, READING) == ["other"]
    assert "module-2-tables/data/mine.csv" in (drives.contents() or {})
    assert drives.raw(OLD) == before

    message.get_by_role("button", name="Undo").click()
    expect(message).to_contain_text("Taken back")
    expect(offer).to_have_count(1)
    assert set(drives.contents() or {}) - {"module-2-tables"} == {READING}
    assert source(page, CELL) != MINE


OTHER: dict[str, Any] = {
    "cells": [{"cell_type": "code", "id": "o", "metadata": {}, "source": "other", "outputs": []}],
    "metadata": {}, "nbformat": 4, "nbformat_minor": 5,
}  # fmt: skip


def _copied(visitor: Student, course: str) -> dict[str, Any]:
    """The author's notebook with one changed cell, as a copy that says it is `course`'s."""
    response = visitor.context.request.get(f"{visitor.home}lite/files/{READING}")
    notebook: dict[str, Any] = response.json()
    notebook["metadata"]["satchel"]["course"] = course
    for each in notebook["cells"]:
        if each["id"] == CELL:
            each["source"] = MINE
    return notebook


def test_a_second_course_is_not_offered_and_an_answer_is_remembered(visitor: Student, script: Path) -> None:
    drives = Drives(visitor.context.new_page(), visitor.home, script)
    drives.put({READING: ("json", _copied(visitor, "second-course"))}, "satchel/second-course/lite/contents")
    drives.put({"module-2-tables/other.ipynb": ("json", OTHER)}, "JupyterLite Storage")
    drives.put({READING: ("json", _copied(visitor, "data-by-hand"))}, OLD)
    there = drives.names()

    page, panel = open_panel(visitor)
    expect(panel.locator(".satchel-older")).to_have_count(1)
    expect(panel.locator(".satchel-older")).to_contain_text(OLD)
    page.emulate_media(reduced_motion="reduce")
    assert violations_in_both_schemes(page) == {scheme: [] for scheme in SCHEMES}
    panel.locator(".satchel-older-later").click()
    expect(panel.locator(".satchel-older")).to_have_count(0)
    assert drives.names() == sorted({*there, DATABASE})

    page.reload()
    ready(page)
    page.locator(".satchel-open-workspace").click()
    # A newer one beside it shows that the panel has looked.
    drives.put({READING: ("json", _copied(visitor, "data-by-hand"))}, "JupyterLite Storage - /newer/")
    panel.locator(".satchel-close").first.click()
    page.locator(".satchel-open-workspace").click()
    expect(panel.locator(".satchel-older")).to_have_count(1)
    expect(panel.locator(".satchel-older")).to_contain_text("/newer/")


def test_a_visit_without_older_work_loads_nothing_for_it(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    page.wait_for_function("() => sessionStorage.getItem('satchel/data-by-hand/looked') !== null")
    assert not [url for url in student.requests.all if "/elsewhere-" in url]
