"""Does a notebook that was worked on elsewhere come back cell by cell, and does a hostile one do nothing?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import nbformat
import pytest
from playwright.sync_api import FilePayload, Locator, Page, expect

from .conftest import Student
from .hosts import GPU_PAGE
from .pages import cell, download, ready, saved, source
from .records import records
from .test_access import NARROW, SCHEMES, violations_in_both_schemes
from .work import exported, holds, panel, write

pytestmark = pytest.mark.browser
PAGE = GPU_PAGE
NAME = "neural-network.ipynb"
TRAIN, CURVE, DATA = "run-training", "learning-curve", "make-data"
EXTRA = "!nvidia-smi  # only there"


def opened(student: Student) -> Page:
    page = student.open(PAGE)
    ready(page)
    return page


def taken_along(page: Page, folder: Path) -> nbformat.NotebookNode:
    """The notebook with the student's edits, as it goes to a server."""
    return nbformat.read(download(page, page.locator(".satchel-take-along"), folder), as_version=4)


def authors(demo_site: Path) -> nbformat.NotebookNode:
    """The notebook as the author's repository has it: without anything of satchel's."""
    book = nbformat.read(demo_site / "lite" / "files" / "module-4-models" / NAME, as_version=4)
    del book.metadata["satchel"]
    for each in book.cells:
        each.metadata.pop("satchel", None)
        if each.cell_type != "code":
            each.id = f"prose-{each.id}"
    return book


def without_ids(book: nbformat.NotebookNode) -> nbformat.NotebookNode:
    """As a tool leaves it that knows no ids."""
    book.nbformat_minor = 4
    for each in book.cells:
        del each["id"]
    return book


def worked_on(book: nbformat.NotebookNode, **texts: str) -> bytes:
    """Cells rewritten, one put in and the author's first one taken out, with what a run leaves behind."""
    changed = {name.replace("_", "-"): text for name, text in texts.items()}
    for each in book.cells:
        if each.get("id") in changed:
            each.source = changed[each.id]
        if each.cell_type == "code":
            each.outputs = [
                nbformat.v4.new_output("display_data", {"text/html": "<img src=x onerror='window.hacked = 1'>"})
            ]
    book.cells.insert(4, nbformat.v4.new_code_cell(EXTRA))
    book.cells = [each for each in book.cells if each.get("id") != "device"]
    return nbformat.writes(book).encode()


def bring(page: Page, content: bytes, name: str = NAME, way: str = ".satchel-bring-notebook") -> Locator:
    """Choose a notebook in the panel, as a student does; returns the panel."""
    if not page.locator("#satchel-workspace").is_visible():
        panel(page)
    found = page.locator("#satchel-workspace")
    with page.expect_file_chooser() as chooser:
        found.locator(way).click()
    chooser.value.set_files(FilePayload(name=name, mimeType="application/x-ipynb+json", buffer=content))
    return found


def said(page: Page, words: str) -> None:
    expect(page.locator("#satchel-workspace .satchel-message")).to_contain_text(words, timeout=30_000)


def works(page: Page) -> dict[str, Any]:
    return {key: value["text"] for key, value in records(page).items()}


def test_a_notebook_goes_to_a_server_and_comes_back_cell_by_cell(student: Student, tmp_path: Path) -> None:
    page = opened(student)
    write(page, TRAIN, "epochs = 1")
    back = worked_on(taken_along(page, tmp_path), run_training="epochs = 20", learning_curve="draw(red)")
    before = records(page)
    found = bring(page, back)
    preview = found.locator(".satchel-preview")
    expect(preview.locator("h4")).to_contain_text("“A small neural network”: this notebook has 2 texts of yours")
    expect(preview).to_contain_text("1 cell of the page is not in the notebook")
    expect(preview.locator(".satchel-left li")).to_have_count(1)
    expect(preview.locator(".satchel-left")).to_contain_text("nvidia-smi")
    expect(found.locator(".satchel-replace")).to_have_count(0)
    assert records(page) == before, "nothing before the student has answered"

    found.locator(".satchel-merge").click()
    said(page, "Brought in: 1 text new here, 1 in place of another")
    assert (source(page, TRAIN), source(page, CURVE)) == ("epochs = 20", "draw(red)")
    # It went on from what is here, so nothing is asked, and what was here is among the earlier versions.
    expect(cell(page, TRAIN)).to_have_attribute("data-state", "edited")
    record = records(page)[f"module-4-models-neural-network/{TRAIN}"]
    assert (record["rival"], record["versions"][0]["text"]) == (None, "epochs = 1")
    assert page.evaluate("window.hacked") is None
    expect(page.locator("img[src=x]")).to_have_count(0)

    after = records(page)
    bring(page, back)
    expect(found.locator(".satchel-preview .satchel-merge")).to_have_count(0)
    found.locator(".satchel-preview .satchel-cancel").click()
    assert records(page) == after, "the same notebook twice changes nothing"


def test_what_was_brought_in_can_be_taken_back(student: Student, tmp_path: Path) -> None:
    page = opened(student)
    write(page, TRAIN, "epochs = 1")
    author = source(page, CURVE)
    back = worked_on(taken_along(page, tmp_path), run_training="epochs = 20", learning_curve="draw(red)")
    found = bring(page, back)
    found.locator(".satchel-merge").click()
    said(page, "Brought in")
    found.locator(".satchel-undo-all").click()
    said(page, "Taken back")
    assert (source(page, TRAIN), source(page, CURVE)) == ("epochs = 1", author)


@pytest.mark.parametrize("ids", [True, False])
def test_the_repositorys_notebook_comes_back_too(student: Student, demo_site: Path, ids: bool) -> None:
    page = opened(student)
    book = authors(demo_site)
    names = [each.id for each in book.cells]
    content = worked_on(book, run_training="epochs = 20", learning_curve="draw(red)")
    if not ids:
        content = nbformat.writes(without_ids(nbformat.reads(content.decode(), as_version=4))).encode()
    assert "device" in names
    found = bring(page, content, name="neural-network (1).ipynb")
    found.locator(".satchel-merge").click()
    said(page, "Brought in: 2 texts new here")
    assert (source(page, TRAIN), source(page, CURVE)) == ("epochs = 20", "draw(red)")
    expect(cell(page, TRAIN)).to_have_attribute("data-state", "edited")
    others = [key for key in works(page) if not key.endswith((TRAIN, CURVE))]
    assert others == []


def test_where_both_sides_have_gone_on_the_student_is_asked(student: Student, demo_site: Path) -> None:
    page = opened(student)
    write(page, TRAIN, "epochs = 3  # in the book")
    found = bring(page, worked_on(authors(demo_site), run_training="epochs = 20"))
    expect(found.locator(".satchel-preview")).to_contain_text("both kept; you are asked at the cell")
    found.locator(".satchel-merge").click()
    said(page, "you are asked at the cell")
    found.locator(".satchel-close").first.click()
    here = cell(page, TRAIN)
    expect(here).to_have_attribute("data-state", "conflict")
    expect(here).to_contain_text("The notebook that you brought in has another text for this cell.")
    assert source(page, TRAIN) == "epochs = 3  # in the book"
    here.locator(".satchel-take-new").click()
    holds(page, TRAIN, "epochs = 20")
    saved(page)
    texts = [each["text"] for each in records(page)[f"module-4-models-neural-network/{TRAIN}"]["versions"]]
    assert "epochs = 3  # in the book" in texts


def test_a_notebook_that_holds_nothing_new_is_told(student: Student, demo_site: Path) -> None:
    page = opened(student)
    bring(page, nbformat.writes(authors(demo_site)).encode())
    said(page, "nothing in this notebook is new here")
    assert records(page) == {}


def test_the_place_for_backups_takes_a_notebook_and_the_place_for_notebooks_a_backup(
    student: Student, demo_site: Path
) -> None:
    page = opened(student)
    write(page, TRAIN, "epochs = 3")
    backup = exported(page)
    found = bring(page, backup, name="work.zip")
    expect(found.locator(".satchel-preview h4")).to_contain_text("This backup of")
    expect(found.locator(".satchel-replace")).to_be_visible()
    bring(page, worked_on(authors(demo_site), learning_curve="draw(red)"), way=".satchel-restore")
    expect(found.locator(".satchel-preview h4")).to_contain_text("this notebook has 1 text of yours")


_DROP = """([name, text]) => {
  const files = new DataTransfer();
  files.items.add(new File([text], name));
  const target = document.querySelector('.satchel-editor');
  const over = new DragEvent('dragover', { bubbles: true, cancelable: true, dataTransfer: files });
  target.dispatchEvent(over);
  const hint = document.querySelector('.satchel-drop')?.textContent ?? '';
  const drop = new DragEvent('drop', { bubbles: true, cancelable: true, dataTransfer: files });
  target.dispatchEvent(drop);
  return [hint, over.defaultPrevented && drop.defaultPrevented, document.querySelector('.satchel-drop') === null];
}"""


def test_a_notebook_can_be_dropped_on_the_page_and_no_file_takes_the_pages_place(
    student: Student, demo_site: Path
) -> None:
    page = opened(student)
    before = page.locator(".satchel-editor").first.inner_text()
    hint, kept, gone = page.evaluate(_DROP, ["picture.png", "x"])
    assert (kept, gone) == (True, True)
    assert "Drop a notebook" in hint
    expect(page.locator(".satchel-toast")).to_contain_text("Only notebooks")
    expect(page.locator("#satchel-workspace")).to_have_count(0)

    content = worked_on(authors(demo_site), run_training="epochs = 20").decode()
    page.evaluate(_DROP, [NAME, content])
    preview = page.locator("#satchel-workspace .satchel-preview")
    expect(preview.locator("h4")).to_be_focused()
    # The editor has taken nothing of the file.
    assert page.locator(".satchel-editor").first.inner_text() == before
    preview.locator(".satchel-merge").click()
    said(page, "Brought in: 1 text new here")
    assert source(page, TRAIN) == "epochs = 20"


def _hostile(demo_site: Path) -> dict[str, tuple[bytes, str]]:
    """Files that are no notebook of this course, and a part of what is said to each; never the same twice in a row."""
    good = nbformat.writes(authors(demo_site))
    foreign = nbformat.reads(good, as_version=4)
    foreign.metadata["satchel"] = {"course": "another", "notebook": "module-4-models-neural-network", "known": []}
    deep = '{"nbformat": 4, "cells": ' + "[" * 9000 + "]" * 9000 + "}"
    return {
        "no notebook": (b"<script>window.hacked = 1</script>", "not JSON"),
        "another course": (nbformat.writes(foreign).encode(), "another course"),
        "an endless nest": (deep.encode(), "nested too deep"),
        "a stranger": (json.dumps({"nbformat": 4, "metadata": {}, "cells": []}).encode(), "not one of this course"),
        "no text": (json.dumps({"nbformat": 4, "cells": [{"cell_type": "code"}]}).encode(), "its cell 1 has no type"),
        "an old format": (json.dumps({"nbformat": 3, "cells": []}).encode(), "old or unknown format"),
    }


def test_a_hostile_notebook_gets_a_sentence_and_changes_nothing(student: Student, demo_site: Path) -> None:
    page = opened(student)
    write(page, TRAIN, "epochs = 3")
    before = records(page)
    for name, (content, words) in _hostile(demo_site).items():
        bring(page, content)
        said(page, words)
        expect(page.locator(".satchel-preview"), name).to_have_count(0)
        assert records(page) == before, name
    assert page.evaluate("[window.hacked, ({}).notebook]") == [None, None]


def test_markup_in_a_notebook_is_text_wherever_it_is_shown(student: Student, demo_site: Path) -> None:
    page = opened(student)
    hostile = "</pre><script>window.hacked = 1</script><img src=x onerror='window.hacked = 1'>"
    book = authors(demo_site)
    book.cells.append(nbformat.v4.new_markdown_cell(hostile))
    found = bring(page, worked_on(book, run_training=hostile))
    expect(found.locator(".satchel-preview .satchel-merge")).to_be_visible()
    # By key: what opens above a summary moves it away from under a pointer.
    for summary in found.locator(".satchel-preview summary").all():
        summary.press("Enter")
    expect(found.locator(".satchel-preview pre").last).to_be_visible()
    found.locator(".satchel-merge").click()
    said(page, "Brought in")
    assert source(page, TRAIN) == hostile
    assert page.evaluate("window.hacked") is None
    expect(page.locator("img[src=x]")).to_have_count(0)


def test_a_keyboard_alone_brings_a_notebook_in(student: Student, demo_site: Path) -> None:
    page = opened(student)
    found = panel(page)
    found.locator(".satchel-bring-notebook input").focus()
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    content = worked_on(authors(demo_site), run_training="epochs = 20")
    chooser.value.set_files(FilePayload(name=NAME, mimeType="application/json", buffer=content))
    expect(found.locator(".satchel-preview h4")).to_be_focused()
    bring_in = found.locator(".satchel-merge")
    for _ in range(8):
        page.keyboard.press("Tab")
        if bring_in.evaluate("node => node === document.activeElement"):
            break
    expect(bring_in).to_be_focused()
    page.keyboard.press("Enter")
    said(page, "Brought in")
    expect(found.locator(".satchel-undo-all")).to_be_focused()
    assert source(page, TRAIN) == "epochs = 20"


def test_axe_has_nothing_to_say_about_a_notebook_before_it_is_brought_in(student: Student, demo_site: Path) -> None:
    page = opened(student)
    page.emulate_media(reduced_motion="reduce")
    write(page, TRAIN, "epochs = 3")
    found = bring(page, worked_on(authors(demo_site), run_training="epochs = 20", learning_curve="draw(red)"))
    expect(found.locator(".satchel-preview .satchel-merge")).to_be_visible()
    # By key: what opens above a summary moves it away from under a pointer.
    for summary in found.locator(".satchel-preview summary").all():
        summary.press("Enter")
    expect(found.locator(".satchel-preview pre").last).to_be_visible()
    assert violations_in_both_schemes(page) == {scheme: [] for scheme in SCHEMES}
    page.set_viewport_size(NARROW)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
