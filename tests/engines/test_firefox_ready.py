"""Does `check.html` find a Firefox ready, and does it say of it what is true?"""

from __future__ import annotations

import pytest

from .student import PYTHON_STARTS, Student

pytestmark = pytest.mark.browser
STATES = """() => Object.fromEntries(
  [...document.querySelectorAll('[data-check]')].map(({ dataset }) => [dataset.check, dataset.state]))"""


def test_firefox_is_ready_and_told_what_it_lacks(student: Student) -> None:
    tab = student.browser.tab(student.container)
    tab.goto(f"{student.home}check.html")
    tab.until("() => document.getElementById('satchel-ready')?.dataset.verdict === 'ready'", patience=PYTHON_STARTS)
    states = tab.evaluate(STATES)
    assert (states["python"], states["package"], states["storage"], states["offline"]) == ("ok", "ok", "ok", "ok")
    # Only Chrome and Edge keep Python from page to page.
    assert states["keeping"] == "limited"
    report = tab.evaluate("() => document.querySelector('.satchel-report').innerText")
    assert "Browser: Firefox" in report
