"""How long from "open as notebook" to the first key that is safe, in satchel's JupyterLite and in a stock one?

    .venv/bin/pip install -e '.[test,bench]'
    .venv/bin/python benchmarks/notebook_opening.py [--rounds 5]

Opens the same notebook in both, one after the other in each round, each in a fresh profile: satchel's by the link of
the book's page, the stock one by its address. Types as soon as the first cell takes it, and waits until that is on
disk. A stock JupyterLite saves every two minutes, so there Ctrl+S is pressed at once; ours saves by itself. Then the
same again in the same profile, as on the next day. Writes a table (Markdown), the raw values (JSON) and a chart (PNG)
to benchmarks/results/, or elsewhere with `--results`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import stock
from hosting import LINKS, hosting
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

HERE = Path(__file__).resolve().parent
WORK = HERE.parent / "_build" / "benchmarks"
SIDES = {"satchel": "satchel, from the book", "stock": "stock JupyterLite"}
VISITS = {"first": "first visit", "again": "next visit"}
STEPS = {"shown": "notebook shown", "typed": "key in the cell", "saved": "key on disk"}
PATIENCE = 120_000
SIGN = "7"

HOW = """\
**How.** Loopback, no compression; a fresh profile for each first visit, the same profile again for the next one.
*Shown*: the first code cell is there to be clicked. *In the cell*: what was typed shows. *On disk*: another transaction
finds it in the browser's storage. In the stock JupyterLite that is the whole notebook, saved by Ctrl+S; left alone it
would save two minutes later. Python starts meanwhile in both, and takes part of the two cores."""


@dataclass(frozen=True, kw_only=True)
class Value:
    """One opening, in seconds from the click (or the address) to each step."""

    side: str
    visit: str
    round: int
    shown: float
    typed: float
    saved: float
    load: float


def satchel(context: BrowserContext, home: str) -> tuple[Page, Callable[[], None]]:
    """A page of the book, and the click that opens its notebook."""
    page = context.new_page()
    page.goto(f"{home}module/plain.html")
    page.evaluate("() => window.satchel.ready")
    return page, page.locator(".satchel-open-lite").first.click


def plain(context: BrowserContext, home: str) -> tuple[Page, Callable[[], None]]:
    """An empty page, and the address that opens the notebook."""
    page = context.new_page()
    url = f"{home}notebooks/index.html?path=module%2Fplain.ipynb"
    return page, lambda: page.goto(url, wait_until="commit") and None


_STORED = """async ([prefix, store, sign]) => {
  const known = await indexedDB.databases();
  for (const { name } of known.filter((each) => each.name.startsWith(prefix))) {
    const db = await new Promise((good) => {
      const opened = indexedDB.open(name);
      opened.onsuccess = () => good(opened.result);
    });
    const found = db.objectStoreNames.contains(store) ? await new Promise((good) => {
      const asked = db.transaction(store).objectStore(store).getAll();
      asked.onsuccess = () => good(asked.result);
    }) : [];
    db.close();
    if (JSON.stringify(found).includes(sign)) return true;
  }
  return false;
}"""
# Where each side keeps what is written: the start of the database's name, and the store in it.
STORES = {"satchel": ("satchel/", "edits"), "stock": ("JupyterLite Storage", "files")}


def opened(side: str, visit: str, number: int, context: BrowserContext, home: str) -> Value:
    """Open the notebook, type a key, wait until it is safe."""
    load = os.getloadavg()[0]
    page, go = (satchel if side == "satchel" else plain)(context, home)
    page.set_default_timeout(PATIENCE)
    sign = f"sign{SIGN}{number}{visit}"
    start = time.perf_counter()
    go()
    editor = page.locator(".jp-CodeCell .cm-content").first
    editor.wait_for()
    shown = time.perf_counter()
    editor.click()
    page.keyboard.press("Control+End")
    page.keyboard.insert_text(f"  # {sign}")
    page.locator(".jp-CodeCell .cm-content", has_text=sign).first.wait_for()
    typed = time.perf_counter()
    if side == "stock":
        page.keyboard.press("Control+s")
    page.wait_for_function(_STORED, arg=[*STORES[side], sign])
    saved = time.perf_counter()
    page.close(run_before_unload=False)
    seconds = [round(moment - start, 3) for moment in (shown, typed, saved)]
    return Value(side=side, visit=visit, round=number, shown=seconds[0], typed=seconds[1], saved=seconds[2], load=load)


def measured(driver: Playwright, browser: str, sites: stock.Sites, number: int) -> Iterator[Value]:
    """All values of one round; the side that begins changes from round to round."""
    order = list(SIDES) if number % 2 else list(reversed(SIDES))
    for side in order:
        folder = sites.satchel if side == "satchel" else sites.lite
        with (
            tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile,
            hosting(folder, LINKS["loopback"]) as host,
        ):
            for visit in VISITS:
                context = driver.chromium.launch_persistent_context(
                    profile, executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
                )
                try:
                    yield opened(side, visit, number, context, host.home)
                finally:
                    context.close()


def _medians(values: Sequence[Value]) -> dict[tuple[str, str, str], list[float]]:
    return {
        (side, visit, step): [getattr(v, step) for v in values if (v.side, v.visit) == (side, visit)]
        for side in SIDES
        for visit in VISITS
        for step in STEPS
    }


def write(values: Sequence[Value], about: Mapping[str, object], results: Path) -> str:
    """Write `notebook_opening.*`; returns the Markdown."""
    found = _medians(values)
    rows = ["| | until | satchel, s | stock, s | ratio |", "| --- | --- | --- | --- | --- |"]
    for visit, when in VISITS.items():
        for step, title in STEPS.items():
            ours, theirs = found["satchel", visit, step], found["stock", visit, step]
            spread = [f"{statistics.median(x):.1f} ({min(x):.1f} – {max(x):.1f})" for x in (ours, theirs)]
            ratio = statistics.median(ours) / statistics.median(theirs)
            rows.append(f"| {when} | {title} | {spread[0]} | {spread[1]} | {ratio:.2f} |")
    facts = "\n".join(f"- {name}: {value}" for name, value in about.items())
    parts = [f"# Opening a notebook\n\n{facts}", "\n".join(rows), "![chart](notebook_opening.png)", HOW]
    results.mkdir(parents=True, exist_ok=True)
    raw = {"about": about, "values": [asdict(value) for value in values]}
    (results / "notebook_opening.json").write_text(json.dumps(raw, indent=1) + "\n", "utf-8")
    text = "\n\n".join(parts)
    (results / "notebook_opening.md").write_text(text + "\n", "utf-8")
    _chart(found, results / "notebook_opening.png")
    return text


def _chart(found: Mapping[tuple[str, str, str], Sequence[float]], path: Path) -> None:
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(8.4, 2.8), dpi=110, layout="constrained")
    names = []
    for place, (visit, side) in enumerate((v, s) for v in VISITS for s in SIDES):
        names.append(f"{SIDES[side]}, {VISITS[visit]}")
        for step, colour in (("saved", "#D55E00"), ("typed", "#0072B2"), ("shown", "#999999")):
            each = found[side, visit, step]
            label = STEPS[step] if place == 0 else None
            axes.barh(place, statistics.median(each), height=0.5, color=colour, label=label)
        axes.plot(
            found[side, visit, "saved"], [place] * len(found[side, visit, "saved"]), "o", color="black", markersize=3
        )
    axes.set_yticks(range(len(names)), names)
    axes.invert_yaxis()
    axes.set_xlabel("seconds (bar: medians, dots: rounds)")
    axes.legend(fontsize=8, ncols=3, loc="lower center", bbox_to_anchor=(0.5, 1.0), frameon=False)
    figure.savefig(path)
    plt.close(figure)


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, measure, write."""
    parser = argparse.ArgumentParser(description='From "open as notebook" to the first key that is safe.')
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--results", type=Path, default=HERE / "results")
    given = parser.parse_args(arguments)
    browser = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
    if browser is None:
        sys.exit("Install Chromium or Chrome first.")
    sites = stock.build(WORK)
    values: list[Value] = []
    text = ""
    with sync_playwright() as driver:
        for number in range(1, given.rounds + 1):
            for value in measured(driver, browser, sites, number):
                values.append(value)
                print(value, flush=True)
            loads = [value.load for value in values]
            # Written after each round, so that a measurement that is cut short has not been for nothing.
            about = {
                "rounds": f"{number}, interleaved",
                "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
                "load average before an opening": f"{min(loads):.1f} – {max(loads):.1f}",
            }
            text = write(values, about, given.results)
    print(text)


if __name__ == "__main__":
    main()
