"""The author publishes a new edition while a student works in JupyterLite: does the student's copy hide it?

Two real builds of one course. The lesson `mixture` has something of everything that an author does.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from . import notebooks
from .changing import AFTER, BEFORE, EXERCISES, Form, Lesson, Sites
from .conftest import serving
from .notebooks import select, shows
from .pages import cell, ready, source

pytestmark = pytest.mark.browser
MINE = "mine = 'from the notebook'"
PROSE = "My own words."


def course(site: Path) -> str:
    """The identity of the course."""
    return str(json.loads((site / "satchel-course.json").read_text("utf-8"))["course"])


def names(lesson: Lesson) -> dict[str, str]:
    """The identity of each code cell by its name: in a notebook it is the author's own id."""
    return {part.name: part.own_id for part in lesson.parts if part.kind == "code"}


def open_lesson(page: Page, home: str, lesson: Lesson) -> None:
    """Open a lesson in JupyterLite; the window is so high that all cells are drawn."""
    page.goto(notebooks.address(home, f"{lesson.path}.ipynb"))
    notebooks.together(page)


def prose(page: Page, text: str) -> None:
    """Wait until a cell of prose with exactly this text is drawn, and only one."""
    found = page.locator(".jp-MarkdownCell .jp-RenderedMarkdown").filter(has_text=re.compile(f"^\\s*{re.escape(text)}"))
    expect(found).to_have_count(1)


def drawn(page: Page, cells: int) -> list[str]:
    """The texts of all code cells in their order, when all are drawn."""
    expect(page.locator(".jp-CodeCell .cm-content")).to_have_count(cells)
    return ["\n".join(one.locator(".cm-line").all_inner_texts()).strip() for one in page.locator(".jp-CodeCell").all()]


def test_a_copy_follows_the_author_and_keeps_what_is_the_students(
    browser: Browser, changing: Sites, tmp_path: Path
) -> None:
    before, after = BEFORE.lessons["ids", "mixture"], AFTER.lessons["ids", "mixture"]
    ids = names(before)
    place = tmp_path / "site"
    changing.publish(changing.first, place)
    with serving(place) as home, browser.new_context(viewport={"width": 1200, "height": 6000}) as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        open_lesson(page, home, before)
        drawn(page, len(ids))
        for student in ("edited", "run", "emptied"):
            notebooks.rewrite(page, ids[student], f"{MINE}  # {student}")
            page.keyboard.press("Escape")
        # A cell of the student's own behind one that stays, and own words in place of the author's.
        select(page, cell(page, ids["reset"]))
        page.keyboard.press("b")
        page.keyboard.press("Enter")
        page.keyboard.insert_text("own = 1")
        page.keyboard.press("Escape")
        about = list(EXERCISES).index("edited")
        words = page.locator(".jp-MarkdownCell").nth(1 + about)
        select(page, words)
        page.keyboard.press("Enter")
        expect(words.locator(".cm-content")).to_be_focused()
        page.keyboard.press("Control+a")
        page.keyboard.insert_text(PROSE)
        page.keyboard.press("Shift+Enter")
        notebooks.saved(page)
        page.keyboard.press("Control+s")
        notebooks.in_step_with_drive(page, course(place), f"{before.path}.ipynb", "own = 1")

        changing.publish(changing.second, place)
        open_lesson(page, home, after)
        # Untouched: the author's new text, without a question.
        shows(page, ids["untouched"], after.text("untouched") or "")
        expect(cell(page, ids["untouched"])).to_have_attribute("data-state", "pristine")
        # Both changed: the student's text, and a choice.
        asked = cell(page, ids["edited"])
        expect(asked).to_have_attribute("data-state", "conflict")
        shows(page, ids["edited"], f"{MINE}  # edited")
        asked.locator(".satchel-diff").evaluate("fold => { fold.open = true; }")
        expect(asked.locator(".satchel-diff ins").first).to_contain_text("print('done')")
        # Taken out by the author, changed by the student: stays as the student's own.
        texts = drawn(page, len(ids) + 2)
        assert f"{MINE}  # run" in texts
        assert "own = 1" in texts
        # The author's order, with the student's own where they were put.
        wanted = [part.own_id for part in after.parts if part.kind == "code"]
        found = page.locator(".jp-Cell[data-satchel-cell]").evaluate_all("all => all.map(c => c.dataset.satchelCell)")
        assert found == wanted
        assert texts.index("own = 1") == texts.index(f"# ids mixture, reset\n{EXERCISES['reset']}") + 1
        # Prose: corrected where it was the author's, both where the student had written.
        assert page.locator(".jp-MarkdownCell", has_text="Read teh text").count() == 0
        prose(page, PROSE)
        expect(page.locator(".jp-MarkdownCell", has_text="Read the text, then try.")).to_have_count(len(EXERCISES))

        # The choice in the notebook is one in the book too.
        asked.locator(".satchel-take-new").click()
        shows(page, ids["edited"], after.text("edited") or "")
        page.locator(".satchel-back-to-book").click()
        ready(page)
        assert source(page, ids["edited"]) == after.text("edited")
        assert source(page, ids["emptied"]) == f"{MINE}  # emptied"
        expect(page.locator("#satchel-drawer")).to_contain_text(f"{MINE}  # run")


@pytest.mark.parametrize("form", ["ids", "text"])
def test_an_untouched_copy_is_the_new_edition(browser: Browser, changing: Sites, tmp_path: Path, form: Form) -> None:
    """JupyterLite has saved a copy, as it does by itself; nothing in it is the student's."""
    before, after = BEFORE.lessons[form, "mixture"], AFTER.lessons[form, "mixture"]
    place = tmp_path / "site"
    changing.publish(changing.first, place)
    with serving(place) as home, browser.new_context(viewport={"width": 1200, "height": 6000}) as context:
        page = context.new_page()
        page.set_default_timeout(60_000)
        open_lesson(page, home, before)
        page.locator(".jp-CodeCell").first.locator(".jp-InputPrompt").click()
        page.keyboard.press("Control+s")
        notebooks.in_step_with_drive(page, course(place), f"{before.path}.ipynb", "next: untouched")
        changing.publish(changing.second, place)
        open_lesson(page, home, after)
        wanted = [part.text for part in after.parts if part.kind == "code"]
        assert drawn(page, len(wanted)) == wanted
        expect(page.locator(".satchel-conflict")).to_have_count(0)
        expect(page.locator('.jp-Cell[data-satchel-cell]:not([data-state="pristine"])')).to_have_count(0)
        assert page.locator(".jp-MarkdownCell", has_text="Read teh text").count() == 0
