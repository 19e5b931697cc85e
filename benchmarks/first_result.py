"""How long until Python answers: bare Pyodide, a page of the book, a notebook in JupyterLite?

    .venv/bin/pip install -e '.[test,bench]'
    .venv/bin/python build.py
    .venv/bin/python benchmarks/first_result.py [--rounds 5]

In each round, one after the other and each in a fresh browser profile, over loopback: the official `loadPyodide` to a
first `print` in a bare worker (the yardstick); the book, from the click on Run to the output; JupyterLite, from opening
the notebook to the output of its first cell. The yardstick runs on the official files as downloaded, not on ours.
Writes a table (Markdown), the raw seconds (JSON) and a chart (PNG) to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

from satchel.siteserver import serving

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
PAGE = "module-1-values/values-and-functions"
LIMIT = 180_000
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
BARE = """<!doctype html><title>bare</title><script type="module">
const worker = new Worker('bare.js', { type: 'module' });
worker.onmessage = () => { document.title = 'done'; };
</script>"""
BARE_WORKER = """import { loadPyodide } from './runtime/pyodide.mjs';
const pyodide = await loadPyodide();
pyodide.runPython('print(1)');
postMessage('done');"""


def bare(page: Page, home: str) -> float:
    """Seconds from opening a page with nothing but Pyodide to its first print."""
    started = time.perf_counter()
    page.goto(f"{home}bare.html")
    page.wait_for_function("() => document.title === 'done'", timeout=LIMIT)
    return time.perf_counter() - started


def book(page: Page, home: str) -> float:
    """Seconds from the click on Run to the end of the first cell of a page that has been read."""
    page.goto(f"{home}{PAGE}.html")
    page.wait_for_function("() => window.satchel !== undefined")
    page.evaluate("() => window.satchel.ready")
    started = time.perf_counter()
    page.locator(".satchel-run").first.click()
    page.locator("[data-satchel-cell][data-run=ok]").first.wait_for(timeout=LIMIT)
    return time.perf_counter() - started


def lite(page: Page, home: str) -> float:
    """Seconds from opening the notebook to the number beside its first cell."""
    started = time.perf_counter()
    page.goto(f"{home}lite/notebooks/index.html?path={PAGE.replace('/', '%2F')}.ipynb")
    # A key pressed before the notebook has a kernel would be lost.
    page.locator('[data-status="idle"]').first.wait_for(state="attached", timeout=LIMIT)
    page.locator(".jp-CodeCell .cm-content").first.click(timeout=LIMIT)
    page.keyboard.press("Shift+Enter")
    page.locator(".jp-CodeCell .jp-InputPrompt", has_text="[1]:").first.wait_for(timeout=LIMIT)
    return time.perf_counter() - started


CASES: dict[str, Callable[[Page, str], float]] = {"bare Pyodide": bare, "book": book, "JupyterLite": lite}


def measure(browser_path: str, site: Path, bare_site: Path, rounds: int) -> dict[str, list[float]]:
    """Seconds per case, one value a round."""
    seconds: dict[str, list[float]] = {case: [] for case in CASES}
    with sync_playwright() as driver, serving(site) as home, serving(bare_site) as bare_home:
        for number in range(rounds):
            for case, action in CASES.items():
                browser: Browser = driver.chromium.launch(executable_path=browser_path, args=FLAGS)
                seconds[case].append(action(browser.new_page(), bare_home if action is bare else home))
                browser.close()
            print(f"round {number + 1}:", {case: round(values[-1], 1) for case, values in seconds.items()}, flush=True)
    return seconds


def table(seconds: dict[str, list[float]]) -> str:
    """The medians as Markdown, with the ratio to bare Pyodide in the same run."""
    base = statistics.median(seconds["bare Pyodide"])
    rows = [
        "| to the first output, cold | median s | min – max s | ratio to bare Pyodide |",
        "| --- | --- | --- | --- |",
    ]
    for case, values in seconds.items():
        middle = statistics.median(values)
        rows.append(f"| {case} | {middle:.1f} | {min(values):.1f} – {max(values):.1f} | {middle / base:.2f} |")
    return "\n".join(rows)


def chart(seconds: dict[str, list[float]], path: Path) -> None:
    """Bars of the medians, a dot for every round."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 2.4), dpi=110, layout="constrained")
    axes.barh(list(seconds), [statistics.median(v) for v in seconds.values()], color=["#999999", "#0072B2", "#0072B2"])
    for row, values in enumerate(seconds.values()):
        axes.plot(values, [row] * len(values), "o", color="black", markersize=3)
    axes.invert_yaxis()
    axes.set_xlabel("seconds (bar: median, dots: rounds)")
    axes.set_title("Time to the first output, fresh browser, loopback")
    figure.savefig(path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, then write the table, the numbers and the chart."""
    parser = argparse.ArgumentParser(description="Time to the first result.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args(arguments).rounds
    browser = next((found for name in ("chromium", "google-chrome") if (found := shutil.which(name))), None)
    official, site = ROOT / "_build" / ".work" / "runtime", ROOT / "_build" / "site"
    if browser is None or not official.is_dir():
        sys.exit("Build the demonstration course first, and install Chromium.")
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        shutil.copytree(official, place / "runtime")
        (place / "bare.html").write_text(BARE, "utf-8")
        (place / "bare.js").write_text(BARE_WORKER, "utf-8")
        seconds = measure(browser, site, place, rounds)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "first_result.json").write_text(json.dumps(seconds, indent=1) + "\n", "utf-8")
    load = f", load average {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    head = f"{os.cpu_count()} cores, Chromium, {rounds} interleaved rounds{load}."
    text = f"# Time to the first result\n\n{head}\n\n{table(seconds)}\n\n![chart](first_result.png)\n"
    (RESULTS / "first_result.md").write_text(text, "utf-8")
    chart(seconds, RESULTS / "first_result.png")
    print(text)


if __name__ == "__main__":
    main()
