"""The contenders: how a reader gets from each one's page to the first output, and when the clock starts.

Book and Thebe: the page has been read, Python has not been started; the clock starts with the first movement of the
mouse, a moment before it goes down on Run. JupyterLite: from the navigation, with the cell run by Shift+Enter as soon
as the kernel is idle. Bare Pyodide: from the start of its worker. The clock stops when the output is in the page.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hosting import Host
from playwright.sync_api import Locator, Page
from stock import Sites

# Milliseconds until a run counts as failed.
LIMIT = 150_000
WATCHING = Path(__file__).with_name("watching.js").read_text("utf-8")
_READY = "async () => window.satchel !== undefined && (await window.satchel.ready, true)"
_FINISHED = "() => window.satchelBench.finished !== null"


@dataclass(frozen=True, kw_only=True)
class Visit:
    """One page to measure. `turned` says that the page was reached from the one before, in the same tab."""

    page: Page
    host: Host
    notebook: str
    turned: bool = False

    @property
    def figure(self) -> bool:
        """Whether the result is a picture."""
        return self.notebook == "figure"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One measured visit: seconds to the output, and bytes already sent when the clock started."""

    seconds: float
    bytes_before: int


def _clock(page: Page) -> float:
    page.wait_for_function(_FINISHED, timeout=LIMIT)
    seconds: float = page.evaluate("() => (satchelBench.finished - satchelBench.started) / 1000")
    return seconds


def _press(visit: Visit, button: Locator, output: str) -> Outcome:
    """Presses a Run button that the reader can see, with the mouse coming from nowhere."""
    visit.host.wait_quiet()
    button.scroll_into_view_if_needed(timeout=LIMIT)
    box = button.bounding_box()
    assert box is not None, "the Run button is not to be seen"
    wanted: dict[str, Any] = {"selector": output, "figure": visit.figure}
    before = visit.host.sent
    visit.page.evaluate("(wanted) => satchelBench.watch(wanted)", wanted)
    visit.page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    return Outcome(seconds=_clock(visit.page), bytes_before=before)


def _turn(visit: Visit, address: str) -> None:
    """Opens the page, or follows the link to it."""
    if visit.turned:
        link = visit.page.locator(f'a[href$="{visit.notebook}.html"]:visible').first
        link.click(timeout=LIMIT)
        visit.page.wait_for_url(f"**/{visit.notebook}.html", timeout=LIMIT)
    else:
        visit.page.goto(address, timeout=LIMIT)


def bare(visit: Visit) -> Outcome:
    """The official `loadPyodide` in a module worker."""
    visit.page.goto(visit.host.home, timeout=LIMIT)
    script = "() => satchelBench.watch({ selector: '#output', since: performance.timeOrigin + window.startedAt })"
    visit.page.evaluate(script)
    return Outcome(seconds=_clock(visit.page), bytes_before=0)


def book(visit: Visit) -> Outcome:
    """A page of satchel's book."""
    page = visit.page
    _turn(visit, f"{visit.host.home}module/{visit.notebook}.html")
    page.wait_for_function(_READY, timeout=LIMIT)
    cell = page.locator("[data-satchel-cell]").first
    outcome = _press(visit, cell.locator(".satchel-run"), "[data-satchel-cell] .satchel-output")
    page.locator("[data-satchel-cell][data-run=ok]").first.wait_for(timeout=LIMIT)
    return outcome


def thebe(visit: Visit) -> Outcome:
    """A page with stock Thebe."""
    _turn(visit, f"{visit.host.home}{visit.notebook}.html")
    visit.page.locator("html[data-ready=yes]").wait_for(timeout=LIMIT)
    return _press(visit, visit.page.locator("#run"), "#output")


def _notebook(visit: Visit, root: str) -> Outcome:
    page = visit.page
    page.goto(f"{visit.host.home}{root}notebooks/index.html?path=module%2F{visit.notebook}.ipynb", timeout=LIMIT)
    watch = "(wanted) => satchelBench.watch({ ...wanted, since: performance.timeOrigin })"
    page.evaluate(watch, {"selector": ".jp-CodeCell .jp-Cell-outputArea", "figure": visit.figure})
    # A key pressed before the notebook has a kernel would be lost.
    page.locator('[data-status="idle"]').first.wait_for(state="attached", timeout=LIMIT)
    page.locator(".jp-CodeCell .cm-content").first.click(timeout=LIMIT)
    page.keyboard.press("Shift+Enter")
    seconds = _clock(page)
    page.locator(".jp-CodeCell .jp-InputPrompt", has_text="[1]:").first.wait_for(timeout=LIMIT)
    return Outcome(seconds=seconds, bytes_before=0)


def our_lite(visit: Visit) -> Outcome:
    """A notebook in the JupyterLite beside the book."""
    return _notebook(visit, "lite/")


def stock_lite(visit: Visit) -> Outcome:
    """A notebook in a stock JupyterLite."""
    return _notebook(visit, "")


@dataclass(frozen=True, kw_only=True)
class Contender:
    """A name for the tables, the folder to serve, and the way to the first output."""

    title: str
    action: Callable[[Visit], Outcome]
    folder: Callable[[Sites], Path]


CONTENDERS = {
    "bare": Contender(title="bare Pyodide", action=bare, folder=lambda sites: sites.bare),
    "book": Contender(title="satchel: book", action=book, folder=lambda sites: sites.satchel),
    "lite": Contender(title="satchel: JupyterLite", action=our_lite, folder=lambda sites: sites.satchel),
    "stock-lite": Contender(title="stock JupyterLite", action=stock_lite, folder=lambda sites: sites.lite),
    "stock-thebe": Contender(title="stock Thebe", action=thebe, folder=lambda sites: sites.thebe),
}
