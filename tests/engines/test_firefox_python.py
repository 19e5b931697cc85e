"""Do cells run in Firefox, and does it store in a private window?"""

from __future__ import annotations

from pathlib import Path

import pytest

from .bidi import Tab
from .firefox import running
from .student import CELL, PYTHON_STARTS, Student, again, press, rewrite, says, source, state

pytestmark = pytest.mark.browser
FIGURE = "import matplotlib.pyplot as plt;plt.plot([1, 2]);"


def run(tab: Tab) -> str:
    """Presses Run and waits for the end; returns the outputs' text."""
    press(tab, ".satchel-run")
    state(tab, "data-run", "ok", patience=PYTHON_STARTS)
    return str(
        tab.evaluate(f"() => document.querySelector('[data-satchel-cell=\"{CELL}\"] .satchel-output').innerText")
    )


def test_a_cell_prints_and_the_next_one_draws(student: Student) -> None:
    tab = student.open()
    rewrite(tab, "print(6 * 7)")
    assert run(tab).strip() == "42"
    rewrite(tab, FIGURE)
    run(tab)
    tab.until(
        f"() => document.querySelector('[data-satchel-cell=\"{CELL}\"] .satchel-output img')?.naturalWidth > 100",
        patience=PYTHON_STARTS,
    )


def test_a_question_to_the_reader_is_answered(student: Student) -> None:
    tab = student.open()
    tab.evaluate("([id, text]) => window.satchel.setSource(id, text)", [CELL, "print(input('name? ') + '!')"])
    press(tab, ".satchel-run")
    tab.until(
        """() => {
          const field = document.querySelector('.satchel-output input');
          if (field) { field.focus(); }
          return field !== null;
        }""",
        patience=PYTHON_STARTS,
    )
    tab.activate()
    tab.type("ada")
    tab.press("Enter")
    state(tab, "data-run", "ok", patience=PYTHON_STARTS)
    said = tab.evaluate(f"() => document.querySelector('[data-satchel-cell=\"{CELL}\"] .satchel-output').innerText")
    assert "ada!" in said


def test_a_private_window_keeps_the_work_while_it_is_open_and_says_the_truth(home: str, tmp_path: Path) -> None:
    with running(tmp_path / "profile", private=True) as browser:
        tab = Student(browser, home).open()
        rewrite(tab, "1")
        says(tab, "saved")
        # No browser tells a page that its window is private, so the page says what is true there to everyone once.
        tab.until("() => document.body.innerText.includes('Is this a private window?')")
        assert source(again(tab)) == "1"
        tab.evaluate("() => document.querySelector('.satchel-open-workspace').click()")
        tab.until("() => document.getElementById('satchel-workspace')?.innerText.includes('In a private window')")
        assert "has promised" not in tab.evaluate("() => document.getElementById('satchel-workspace').innerText")
    with running(tmp_path / "profile") as browser:
        assert source(Student(browser, home).open()) != "1"
