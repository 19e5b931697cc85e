"""Does `check.html` say the truth in Firefox?"""

from __future__ import annotations

import pytest

from .student import Student

pytestmark = pytest.mark.browser
TRIED = 240.0


def test_the_check_of_the_browser_runs_to_its_end(student: Student) -> None:
    tab = student.browser.tab(student.container)
    tab.goto(f"{student.home}check.html")
    tab.until(
        "() => ['ready', 'limited'].includes(document.getElementById('satchel-ready')?.dataset.verdict)", patience=TRIED
    )
    states = tab.evaluate(
        "() => Object.fromEntries([...document.querySelectorAll('[data-check]')]"
        ".map(({ dataset }) => [dataset.check, dataset.state]))"
    )
    for check in ("webassembly", "memory", "storage", "frame", "offline", "files", "types", "python", "package"):
        assert states[check] == "ok", check
    # This Firefox ends Python with its page.
    assert states["keeping"] == "limited"
    assert states["private"] == "unknown"
    report = tab.evaluate("() => document.querySelector('.satchel-report').textContent")
    assert "Browser: Firefox" in report
