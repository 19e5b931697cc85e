"""A student with a full store opens a page, types and saves, and opens the panel; what each of these takes."""

from __future__ import annotations

import json
import os
import statistics
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path

import full_course
from hosting import LINKS, hosting
from playwright.sync_api import Browser, Page
from tracing import Stretch, traced

STORES = {
    "empty": "nothing stored",
    "full": "300 activities with 50 versions each",
    "cap": "the same, and the page's histories at the limit of 400,000 characters",
}
STEPS = {
    "open": "open the page",
    "first key": "type the first key (fetches the editor, starts Python)",
    "save": "type and save",
    "panel": "open the panel",
}
_NOTES = (Path(__file__).parent / "saves.js").read_text("utf-8")
_FILL = """async ([name, entries]) => {
  const opened = indexedDB.open(name, 1);
  opened.onupgradeneeded = () => {
    if (!opened.result.objectStoreNames.contains('edits')) opened.result.createObjectStore('edits');
  };
  const db = await new Promise((good, bad) => { opened.onsuccess = () => good(opened.result); opened.onerror = bad; });
  const tx = db.transaction('edits', 'readwrite');
  for (const { key, record } of entries) tx.objectStore('edits').put(record, key);
  await new Promise((good, bad) => { tx.oncomplete = good; tx.onabort = bad; });
  db.close();
}"""
_SAVED = "() => document.getElementById('satchel-status').dataset.storage === 'saved'"
_STARTED = "() => document.getElementById('satchel-status').dataset.kernel === 'idle'"
_IDLE = "() => new Promise((over) => requestIdleCallback(() => setTimeout(over, 300), { timeout: 5000 }))"
_SHOWN = "() => document.getElementById('satchel-workspace')?.checkVisibility() ?? false"


@dataclass(kw_only=True)
class Visit:
    """One visit: milliseconds from the moment a save is due to `complete`, and the stretches of the main thread."""

    store: str
    round: int
    load: float
    saves: list[float] = field(default_factory=list)
    durability: str = ""
    panel: float = 0.0
    steps: dict[str, Stretch] = field(default_factory=dict)

    def line(self) -> str:
        """For the screen."""
        tasks = ", ".join(f"{n} {step.longest:.0f} ms (cpu {step.longest_cpu:.0f})" for n, step in self.steps.items())
        p95 = percentile(self.saves, 95)
        middle = statistics.median(self.saves)
        return (
            f"round {self.round}  {self.store:6} save {middle:.1f} ms, p95 {p95:.1f}; panel {self.panel:.0f} ms; "
            f"longest task: {tasks}; load {self.load:.1f}"
        )

    def plain(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def percentile(values: list[float], part: int) -> float:
    """The smallest value that at least `part` per cent of the values do not exceed."""
    return sorted(values)[max(0, -(-len(values) * part // 100) - 1)]


def visits(browser: Browser, site: Path, number: int, saves: int, folder: Path) -> Iterator[Visit]:
    """One visit with each store, in another order each round."""
    names = list(STORES)
    shift = number % len(names)
    for store in (*names[shift:], *names[:shift]):
        yield _visit(browser, site, store, number, saves, folder)


def _visit(browser: Browser, site: Path, store: str, number: int, saves: int, folder: Path) -> Visit:
    visit = Visit(store=store, round=number, load=round(os.getloadavg()[0], 2))
    with hosting(site, LINKS["loopback"]) as host, browser.new_context() as context:
        page = context.new_page()
        if store != "empty":
            page.goto(f"{host.home}capabilities.json")
            course = full_course.pages(site)[0]["course"]["id"]
            entries = full_course.work(site, at_the_cap=store == "cap")
            page.evaluate(_FILL, [f"satchel/{course}", entries])
        context.add_init_script(_NOTES)
        with traced(browser, page, folder) as visit.steps["open"]:
            page.goto(host.home + full_course.PAGE)
            page.wait_for_function("() => window.satchel !== undefined")
            page.evaluate("() => window.satchel.ready")
            page.evaluate(_IDLE)
        cells = page.evaluate("() => window.satchel.cells()")
        with traced(browser, page, folder) as visit.steps["first key"]:
            _type(page, cells[0], 0)
            # The first key also fetches the editor and starts Python, which is ready soon.
            page.wait_for_function(_STARTED, timeout=120_000)
            page.evaluate(_IDLE)
        page.evaluate("() => { window.savingNotes.saves.length = 0; }")
        with traced(browser, page, folder) as visit.steps["save"]:
            for count in range(saves):
                _type(page, cells[count * len(cells) // saves], count)
            page.evaluate(_IDLE)
        notes = page.evaluate("() => window.savingNotes.saves")
        due = [note for note in notes if note["timer"] is not None]
        visit.saves = [round(note["complete"] - note["timer"], 2) for note in due]
        visit.durability = ", ".join(sorted({note["durability"] for note in due}))
        with traced(browser, page, folder) as visit.steps["panel"]:
            began = time.perf_counter()
            page.locator(".satchel-open-workspace").first.click()
            page.wait_for_function(_SHOWN, polling=10)
            visit.panel = round((time.perf_counter() - began) * 1000, 1)
            page.evaluate(_IDLE)
    return visit


def _type(page: Page, cell: str, count: int) -> None:
    editor = page.locator(f"[data-satchel-cell={json.dumps(cell)}] .satchel-editor")
    if not editor.evaluate("editor => editor.contains(document.activeElement)"):
        editor.click()
        page.wait_for_function(
            "cell => document.activeElement?.classList.contains('cm-content')"
            " && document.activeElement.closest('[data-satchel-cell]').dataset.satchelCell === cell",
            arg=cell,
        )
    known = page.evaluate("() => window.savingNotes.saves.length")
    page.keyboard.press(f"Digit{count % 10}")
    page.wait_for_function("known => window.savingNotes.saves.length > known", arg=known, polling=10)
    page.wait_for_function(_SAVED, polling=10)
