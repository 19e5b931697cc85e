"""`--check`: runs every browser activity of the finished site, cell by cell, in the kernel it ships, in Chromium."""

from __future__ import annotations

import itertools
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from satchel.errors import Problem, ToolFailed
from satchel.model import Decision, Evidence
from satchel.siteserver import serving

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update")
# Seconds; a cell that takes longer would not be worth waiting for in a browser either.
_CELL_LIMIT = 180
# A loop that asks for ever is stopped after so many answers.
_MOST_QUESTIONS = 200
_OVER = """([id]) => {
  const cell = document.querySelector(`[data-satchel-cell="${CSS.escape(id)}"]`);
  return ["ok", "error"].includes(cell?.dataset.run) || document.querySelector(".satchel-stdin-field") !== null;
}"""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What running one activity showed; `problem` is None if every cell ran."""

    decision: Decision
    evidence: Evidence
    problem: Problem | None


def run(site: Path, decisions: Iterable[Decision], *, on_activity: Callable[[str], None]) -> tuple[Checked, ...]:
    """Run the activities whose route is the book, one after the other, each in a fresh browser profile.

    Cells tagged `raises-exception` must fail, all others must not. Questions are answered with 1, 2, 3 and so on.

    Raises:
        ToolFailed: Chromium or Playwright is not installed.
    """
    chosen = [decision for decision in decisions if decision.route == "book"]
    with serving(site) as home, _browser() as fresh:
        found: list[Checked] = []
        for decision in chosen:
            on_activity(decision.activity.title)
            with fresh() as context:
                found.append(_activity(context, home, decision))
    return tuple(found)


def _activity(context: BrowserContext, home: str, decision: Decision) -> Checked:
    page = context.new_page()
    page.set_default_timeout(_CELL_LIMIT * 1000)
    page.goto(home + decision.activity.page)
    page.wait_for_function("() => window.satchel !== undefined")
    page.evaluate("() => window.satchel.ready")
    started = time.monotonic()
    problem = None
    for number, cell in enumerate(decision.activity.notebook.code, start=1):
        failure = _cell(page, cell.id, expected="error" if "raises-exception" in cell.tags else "ok")
        if failure:
            problem = Problem(
                code="check-failed",
                message=failure,
                file=decision.activity.source,
                where=f"code cell {number} ({cell.id})",
                cure="Make it run in the browser, tag the cell raises-exception if it is meant to fail, or declare in "
                "capabilities.yml that the activity runs on a server.",
            )
            break
    evidence = Evidence(kind="ran", ok=problem is None, seconds=round(time.monotonic() - started, 1))
    return Checked(decision=decision, evidence=evidence, problem=problem)


def _cell(page: Page, identity: str, *, expected: str) -> str | None:
    """Run one cell; returns what went wrong, or None."""
    from playwright.sync_api import TimeoutError as TookTooLong  # noqa: PLC0415 - only where a check runs

    cell = page.locator(f'[data-satchel-cell="{identity}"]')
    question = page.locator(".satchel-stdin-field")
    page.evaluate("id => void window.satchel.run(id)", identity)
    for answer in itertools.count(1):
        try:
            page.wait_for_function(_OVER, arg=[identity])
        except TookTooLong:
            return f"The cell did not end within {_CELL_LIMIT} seconds."
        if not question.count():
            break
        if answer > _MOST_QUESTIONS:
            return f"The cell asked more than {_MOST_QUESTIONS} questions."
        question.fill(str(answer))
        question.press("Enter")
    if cell.get_attribute("data-run") == expected:
        return None
    if expected == "error":
        return "The cell is tagged raises-exception but ran without an error."
    lines = cell.locator(".satchel-output").inner_text().strip().splitlines()
    return f"The cell failed: {lines[-1] if lines else 'no message'}"


@contextmanager
def _browser() -> Iterator[Callable[[], BrowserContext]]:
    try:
        from playwright.sync_api import sync_playwright  # noqa: PLC0415 - an optional dependency
    except ModuleNotFoundError as error:
        raise ToolFailed("Playwright was not found", cure="Install it: pip install 'satchel[check]'") from error
    executable = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if executable is None:
        raise ToolFailed("Chromium was not found", cure="Install it, for example: apt-get install chromium")
    with sync_playwright() as driver, driver.chromium.launch(executable_path=executable, args=_FLAGS) as browser:
        yield browser.new_context
