"""How long until Python answers: bare Pyodide, satchel's book and JupyterLite, a stock JupyterLite, stock Thebe?

    .venv/bin/pip install -e '.[test,bench]'
    .venv/bin/python benchmarks/first_result.py [--rounds 5] [--cases 'book/*' '*/loopback/plain/cold']

Builds the sites from `benchmarks/course/` under `_build/benchmarks/`, then measures all cases in each round, one after
the other, each in a fresh browser profile. A case is named contender/link/workload/condition: bare, book, lite,
stock-lite, stock-thebe; loopback, throttled; plain, figure; cold, next, warm. Writes tables (Markdown), the raw values
(JSON) and a chart (PNG) to benchmarks/results/, or elsewhere with `--results`. `--profile` shows instead where the
time of the book's cold start goes.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import profiling
import report
import stock
from contenders import CONTENDERS
from hosting import LINKS
from linkcheck import rates
from measuring import Bench, Case, Value, cases
from playwright.sync_api import sync_playwright

WORK = stock.ROOT / "_build" / "benchmarks"
RESULTS = stock.HERE / "results"


def about(bench: Bench, rounds: int, started: float) -> dict[str, object]:
    """What a reader of the figures has to know: versions, machine, and what the slow link gave."""
    with tempfile.TemporaryDirectory() as folder, bench.browser(Path(folder)) as context:
        assert context.browser is not None
        browser = context.browser.version
        link = rates(context, LINKS["throttled"])
    return {
        "rounds": f"{rounds}, interleaved",
        "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
        "browser": f"Chromium {browser}, headless",
        "Pyodide": stock.PYODIDE,
        "JupyterLite": f"{version('jupyterlite-core')}, kernel {version('jupyterlite-pyodide-kernel')}",
        "Thebe": f"thebe-core {stock.package_version('thebe-core')}",
        "satchel": version("satchel"),
        "slow link, measured in Mbit/s": ", ".join(f"{place} {rate}" for place, rate in link.items()),
        "minutes": round((time.monotonic() - started) / 60),
    }


def measure(bench: Bench, wanted: Sequence[Case], rounds: int) -> list[Value]:
    """All values. Each round begins with another case, so that no case always follows the same one."""
    values: list[Value] = []
    for number in range(rounds):
        shift = number * len(wanted) // rounds
        for case in (*wanted[shift:], *wanted[:shift]):
            for value in bench.run(case, number + 1):
                values.append(value)
                seconds = "failed" if value.seconds is None else f"{value.seconds:7.2f} s"
                size = f"{value.bytes_total / 1e6:6.1f} MB"
                print(f"round {number + 1}  {value.name:38} {seconds} {size}  load {value.load}", flush=True)
    return values


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, measure, write."""
    parser = argparse.ArgumentParser(description="Time to the first result.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--cases", nargs="+", default=["*"], metavar="PATTERN", help=f"of {', '.join(CONTENDERS)}, …")
    parser.add_argument("--results", type=Path, default=RESULTS, help="folder for the tables, numbers and chart")
    parser.add_argument("--profile", action="store_true", help="where the time of the book's cold start goes")
    given = parser.parse_args(arguments)
    wanted = cases(given.cases)
    browser = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
    if browser is None:
        sys.exit("Install Chromium or Chrome first.")
    if not wanted:
        sys.exit("No case has such a name; a name is contender/link/workload/condition.")
    started = time.monotonic()
    sites = stock.build(WORK)
    with sync_playwright() as driver:
        bench = Bench(driver, browser, sites)
        if given.profile:
            print(profiling.write(bench, sites, given.rounds, given.results))
            return
        load = os.getloadavg()
        values = measure(bench, wanted, given.rounds)
        facts = about(bench, given.rounds, started)
    loads = [value.load for value in values]
    facts["load average"] = f"{load[0]:.1f} at the start, {min(loads):.1f} – {max(loads):.1f} before the values"
    print(report.write(values, facts, given.results))


if __name__ == "__main__":
    main()
