"""What a student does between the book's button and a running cell on the hub; every wait is for a state."""

from __future__ import annotations

import re

from playwright.sync_api import BrowserContext, Locator, Page, expect

SERVER_STARTS = 240_000
RUNS = 12


def press(context: BrowserContext, page: str, host: str) -> Page:
    """Open a page of the book and press the button to a host; gives the tab that opens."""
    book = context.new_page()
    book.goto(page)
    button = book.locator(f'.satchel-open-hosted[data-host="{host}"]').first
    expect(button).to_be_visible()
    with context.expect_page() as opened:
        button.click()
    return opened.value


def sign_in(tab: Page, student: str) -> None:
    """Sign in on the hub's own page."""
    tab.locator("input[name=username]").fill(student)
    tab.locator("input[name=password]").fill("any")
    tab.locator("#login_submit, button[type=submit], input[type=submit]").first.click()


def opened(tab: Page, notebook: str) -> Locator:
    """Wait until the notebook with this file name is open in JupyterLab; gives its panel."""
    panel = tab.locator(".jp-NotebookPanel:not(.lm-mod-hidden)")
    expect(panel).to_be_visible(timeout=SERVER_STARTS)
    expect(tab.locator(".lm-TabBar-tab.jp-mod-current").filter(has_text=notebook)).to_be_visible()
    return panel


def run_first(panel: Locator) -> str:
    """Run the first code cell; gives what it printed."""
    tab = panel.page
    expect(tab.locator("#jp-main-statusbar")).to_contain_text("| Idle", timeout=SERVER_STARTS)
    cell = panel.locator(".jp-CodeCell").first
    for _ in range(RUNS):
        cell.locator(".cm-content").click()
        expect(cell).to_have_class(re.compile("jp-mod-active"))
        panel.locator('[data-command="notebook:run-cell-and-select-next"]').click()
        try:
            expect(cell.locator(".jp-InputPrompt").first).to_have_text(re.compile(r"\[\d+\]:"), timeout=10_000)
        except AssertionError:
            # JupyterLab calls a kernel idle before it is there, and drops what is run until then or asks which kernel
            # to use. A student answers and runs again.
            if tab.locator(".jp-Dialog").is_visible():
                tab.locator(".jp-Dialog .jp-mod-accept").click()
            continue
        output = cell.locator(".jp-OutputArea-output").first
        expect(output).to_be_visible()
        return output.inner_text().strip()
    raise AssertionError("The cell did not run.")
