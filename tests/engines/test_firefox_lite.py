"""Do the book and JupyterLite show the same work in Firefox too?"""

from __future__ import annotations

import pytest

from .bidi import Tab
from .student import CELL, PYTHON_STARTS, Student, held, rewrite, says, source

pytestmark = pytest.mark.browser
NOTEBOOK = "lite/notebooks/index.html?path=module-2-tables%2Fread-a-csv.ipynb"
_TEXT = """id => [...document.querySelectorAll(`.jp-Cell[data-satchel-cell="${id}"] .cm-line`)]
  .map((line) => line.textContent).join('\\n')"""
_FOCUS = """id => {
  const editor = document.querySelector(`.jp-Cell[data-satchel-cell="${id}"] .cm-content`);
  editor.scrollIntoView({ block: 'center' });
  editor.focus();
  return document.activeElement === editor;
}"""
_SAVING = "() => document.querySelector('.satchel-saving')?.dataset.storage"


def open_notebook(student: Student) -> Tab:
    """Opens the page's notebook in JupyterLite and waits until it is in step with the book."""
    tab = student.browser.tab(student.container)
    tab.goto(student.home + NOTEBOOK)
    tab.until(f"id => ({_TEXT})(id) !== ''", CELL, patience=PYTHON_STARTS)
    return tab


def shows(tab: Tab, text: str) -> None:
    """Waits until the cell shows this text in JupyterLite."""
    tab.until(f"([id, text]) => ({_TEXT})(id) === text", [CELL, text])


def test_the_book_and_the_notebook_share_their_edits(student: Student) -> None:
    book = student.open()
    rewrite(book, "print('in the book')")
    says(book, "saved")
    lite = open_notebook(student)
    shows(lite, "print('in the book')")
    # Both are open: what is typed in one is in the other.
    lite.activate()
    lite.until(_FOCUS, CELL)
    lite.press("Control", "a")
    lite.type("42")
    book.until("([id, text]) => window.satchel.source(id) === text", [CELL, "42"])
    lite.until(f"() => ({_SAVING})() === 'saved'")
    book.evaluate("([id, text]) => window.satchel.setSource(id, text)", [CELL, "43"])
    shows(lite, "43")
    lite.close()
    book.close()
    again = student.open()
    assert source(again) == "43"
    assert "43" in held(again)
