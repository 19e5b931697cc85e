"""Are a student's edits there when they come back, and can they undo everything?"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .conftest import Student, serving
from .pages import cell, ready, rewrite, saved, source

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
CELL = "one-row"
MINE = "print('mine')"


def test_an_edit_survives_without_python(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    original = source(page, CELL)
    rewrite(page, CELL, MINE)
    saved(page)
    page.close()

    page = student.open(PAGE)
    ready(page)
    assert source(page, CELL) == MINE
    expect(cell(page, CELL)).to_have_attribute("data-state", "edited")
    expect(cell(page, CELL).locator(".satchel-editor")).to_contain_text("mine")

    cell(page, CELL).locator(".satchel-show-original").click()
    expect(cell(page, CELL)).to_contain_text(original.splitlines()[0])
    cell(page, CELL).locator(".satchel-reset").click()
    expect(cell(page, CELL)).to_have_attribute("data-state", "pristine")
    assert source(page, CELL) == original


def test_the_last_key_before_leaving_is_saved(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    rewrite(page, CELL, MINE)
    page.goto(f"{student.home}index.html")
    page.goto(f"{student.home}{PAGE}")
    ready(page)
    assert source(page, CELL) == MINE


def test_a_change_by_the_author_is_a_choice_and_nothing_is_lost(
    browser: Browser, demo_site: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(demo_site, site, ignore=shutil.ignore_patterns("lite", "runtime"))
    with serving(site) as home, browser.new_context() as context:
        page = context.new_page()
        page.goto(home + PAGE)
        ready(page)
        rewrite(page, CELL, MINE)
        saved(page)
        _republish(site / PAGE)
        page.reload()
        ready(page)
        assert source(page, CELL) == MINE
        expect(cell(page, CELL)).to_have_attribute("data-state", "conflict")
        assert source(page, "first-lines").startswith("# new edition")
        cell(page, CELL).locator(".satchel-take-new").click()
        expect(cell(page, CELL)).to_have_attribute("data-state", "pristine")
        assert source(page, CELL).startswith("# new edition")


def _republish(page: Path) -> None:
    """A new edition of a page: every cell starts with another line. Only the page's data is changed."""
    import hashlib
    import json
    import re

    text = page.read_text("utf-8")
    found = re.search(r'<script type="application/json" id="satchel-page">(.*?)</script>', text, re.DOTALL)
    assert found
    data = json.loads(found.group(1))
    for entry in data["cells"]:
        entry["source"] = f"# new edition\n{entry['source']}"
        entry["hash"] = hashlib.sha256(entry["source"].encode()).hexdigest()[:16]
    page.write_text(text.replace(found.group(1), json.dumps(data).replace("<", "\\u003c")), "utf-8")


def test_a_backup_restores_the_work_in_another_browser(browser: Browser, home: str) -> None:
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(home + PAGE)
        ready(page)
        rewrite(page, CELL, MINE)
        saved(page)
        backup = page.evaluate(
            "async () => Array.from(new Uint8Array(await (await window.satchel.exportWork()).arrayBuffer()))"
        )
    assert bytes(backup[:2]) == b"PK"
    with browser.new_context() as context:
        page = context.new_page()
        page.goto(home + PAGE)
        ready(page)
        assert source(page, CELL) != MINE
        page.evaluate("bytes => window.satchel.importWork(new Blob([new Uint8Array(bytes)]))", backup)
        page.wait_for_function("([id, text]) => window.satchel.source(id) === text", arg=[CELL, MINE])
        page.reload()
        ready(page)
        assert source(page, CELL) == MINE
