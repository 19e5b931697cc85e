"""Does a course that a reader keeps in Firefox open and run without a connection, and go away again?"""

from __future__ import annotations

from pathlib import Path

import pytest

from ..browser.statichost import Host
from .bidi import Tab
from .firefox import running
from .student import PYTHON_STARTS, Student, rewrite, says, source
from .test_firefox_python import run

pytestmark = pytest.mark.browser
# Fetching, hashing and storing a course, on a slow and busy computer.
ARRIVES = 240.0
NOTEBOOK = "lite/notebooks/index.html?path=module-2-tables%2Fread-a-csv.ipynb"
IN_LITE = """() => [...document.querySelectorAll('.jp-Notebook .jp-Cell')].length > 3"""


def stands(tab: Tab, how: str) -> None:
    """Waits until the page says how it stands with the kept copy."""
    tab.until("how => document.querySelector('.satchel-offline')?.dataset.standing === how", how, patience=ARRIVES)


def click(tab: Tab, selector: str) -> None:
    tab.until(
        """selector => {
          const button = document.querySelector(selector);
          if (!button?.checkVisibility() || button.disabled) return false;
          button.click();
          return true;
        }""",
        selector,
    )


def test_a_kept_course_is_there_without_the_host_after_firefox_was_ended(demo_site: Path, tmp_path: Path) -> None:
    host = Host(demo_site)
    try:
        with running(tmp_path / "profile") as browser:
            tab = Student(browser, host.home).open("activities.html")
            stands(tab, "off")
            click(tab, ".satchel-keep-offline")
            stands(tab, "kept")
        host.down()
        with running(tmp_path / "profile") as browser:
            reader = Student(browser, host.home)
            tab = reader.open()
            rewrite(tab, "import pandas;print('offline', pandas.Series([40, 2]).sum())")
            says(tab, "saved")
            assert run(tab).strip() == "offline 42"
            notebook = browser.tab()
            notebook.goto(host.home + NOTEBOOK)
            notebook.until(IN_LITE, patience=PYTHON_STARTS)
            # The room comes back, and the work stays.
            list_of_all = reader.open("activities.html")
            stands(list_of_all, "kept")
            host.up()
            click(list_of_all, ".satchel-remove-offline")
            stands(list_of_all, "off")
            assert list_of_all.evaluate("async () => (await caches.keys()).length") == 0
            assert list_of_all.evaluate("async () => (await navigator.serviceWorker.getRegistrations()).length") == 0
            assert source(reader.open()).startswith("import pandas")
    finally:
        host.down()
