"""What a student does on a page, in the words of the page's contract; every wait is for a state."""

from __future__ import annotations

import contextlib
import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Locator, Page, expect

PYTHON_STARTS = 120_000
OVER = re.compile("^(ok|error)$")


def ready(page: Page) -> None:
    """Wait until the student's work is back in the page."""
    page.wait_for_function("() => window.satchel !== undefined")
    page.evaluate("() => window.satchel.ready")


def cell(page: Page, identity: str) -> Locator:
    """The cell with this identity."""
    return page.locator(f'[data-satchel-cell="{identity}"]')


def page_data(page: Page) -> dict[str, Any]:
    """What the build wrote into the page for its script."""
    data: dict[str, Any] = json.loads(page.locator("#satchel-page").text_content() or "")
    return data


def output(page: Page, identity: str) -> Locator:
    """The outputs of a cell."""
    return cell(page, identity).locator(".satchel-output")


def source(page: Page, identity: str) -> str:
    """The text of a cell as the page has it."""
    return str(page.evaluate("id => window.satchel.source(id)", identity))


def run(page: Page, identity: str, *, ends: str | re.Pattern[str] = "ok") -> None:
    """Press Run and wait for the end."""
    cell(page, identity).locator(".satchel-run").click()
    finished(page, identity, ends=ends)


def finished(page: Page, identity: str, *, ends: str | re.Pattern[str] = "ok") -> None:
    """Wait until a cell has run."""
    expect(cell(page, identity)).to_have_attribute("data-run", ends, timeout=PYTHON_STARTS)


def rewrite(page: Page, identity: str, text: str) -> None:
    """Replace a cell's text by typing, as a student does."""
    editor = cell(page, identity).locator(".satchel-editor")
    editor.click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(text)
    page.wait_for_function("([id, text]) => window.satchel.source(id) === text", arg=[identity, text])


def saved(page: Page) -> None:
    """Wait until the page says that everything is saved."""
    storage(page, "saved")


def storage(page: Page, state: str) -> None:
    """Wait for what the page says about saving."""
    expect(page.locator("#satchel-status")).to_have_attribute("data-storage", state)


def kernel(page: Page, state: str) -> None:
    """Wait for a state of Python."""
    expect(page.locator("#satchel-status")).to_have_attribute("data-kernel", state, timeout=PYTHON_STARTS)


def run_first_notebook_cell(page: Page) -> Locator:
    """In JupyterLite: run the first code cell; returns it when it has run."""
    first = page.locator(".jp-CodeCell").first
    # A key pressed before the notebook has a kernel would be lost.
    page.wait_for_function("() => performance.getEntriesByName('satchel:lite-ready').length > 0", timeout=PYTHON_STARTS)
    expect(page.locator('[data-status="idle"]').first).to_be_attached(timeout=PYTHON_STARTS)
    first.locator(".cm-content").click()
    page.keyboard.press("Shift+Enter")
    expect(first.locator(".jp-InputPrompt")).to_have_text("[1]:", timeout=PYTHON_STARTS)
    return first


def cell_ids(page: Page) -> list[str]:
    """All cells that can run, in page order."""
    return [str(identity) for identity in page.evaluate("() => window.satchel.cells()")]


def download(page: Page, button: Locator, folder: Path) -> Path:
    """Press a button that downloads something; where that lies."""
    with page.expect_download() as arrived:
        button.click()
    path = folder / arrived.value.suggested_filename
    arrived.value.save_as(path)
    return path


def crash(page: Page) -> None:
    """End the page's process, as a crash of the browser's engine does."""
    with page.expect_event("crash"), contextlib.suppress(Error):
        page.goto("chrome://crash")
