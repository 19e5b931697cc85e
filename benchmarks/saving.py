"""What does keeping a student's work cost: a save, the longest task of a page, and the page before anyone touches it?

    .venv/bin/pip install -e '.[test,bench]'
    .venv/bin/python benchmarks/saving.py [--rounds 5] [--saves 100]

Builds a course of 300 activities, puts 50 versions of each into the browser's storage, and then, on a page of it, opens
it, types and saves, and opens the panel with the student's work. Beside it: the same page as it is, and without
satchel's own script and style, one after the other in each round, in fresh profiles. Writes tables (Markdown), the raw
values (JSON) and a chart (PNG) to benchmarks/results/, or elsewhere with `--results`.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import full_course
import saving_report
from page_cost import Weight, page_cost, without_satchel
from playwright.sync_api import sync_playwright
from student_at_work import Visit, visits

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
WORK = ROOT / "_build" / "benchmarks"


def build() -> Path:
    """The built course."""
    from satchel.shell import call

    course = full_course.write(WORK / "full-course")
    out = WORK / "full"
    words: list[str | Path] = [sys.executable, ROOT / "build.py", course, "--out", out, "--no-zip", "--quiet"]
    call(words, what="satchel could not build the full course", cure="See whether the command runs on its own.")
    return out / "site"


def main(arguments: Sequence[str] | None = None) -> None:
    """Build, measure, write."""
    parser = argparse.ArgumentParser(description="What keeping a student's work costs.")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--saves", type=int, default=100, help="keys typed and saved in each visit")
    parser.add_argument("--results", type=Path, default=HERE / "results")
    given = parser.parse_args(arguments)
    browser = next((p for name in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(name))), None)
    if browser is None:
        sys.exit("Install Chromium or Chrome first.")
    site = build()
    loads = [os.getloadavg()[0]]
    worked: list[Visit] = []
    weights: list[Weight] = []
    text = ""
    with sync_playwright() as driver, tempfile.TemporaryDirectory() as folder:
        bare = without_satchel(site, Path(folder) / "bare")
        with driver.chromium.launch(executable_path=browser, args=["--no-sandbox", "--disable-gpu"]) as launched:
            for number in range(given.rounds):
                for found in visits(launched, site, number + 1, given.saves, Path(folder)):
                    worked.append(found)
                    print(found.line(), flush=True)
                for weight in page_cost(launched, {"with": site, "without": bare}, number + 1, Path(folder)):
                    weights.append(weight)
                    print(weight.line(), flush=True)
                loads.append(os.getloadavg()[0])
                # Written after each round, so that a measurement that is cut short has not been for nothing.
                about = {
                    "rounds": f"{number + 1}, interleaved; {given.saves} saves with each store in each",
                    "machine": f"{os.cpu_count()} cores, {platform.system()} {platform.machine()}",
                    "browser": f"Chromium {launched.version}, headless",
                    "load average": f"{loads[0]:.1f} at the start, {min(loads[1:]):.1f} – {max(loads[1:]):.1f} later",
                }
                text = saving_report.write(worked, weights, about, given.results)
    print(text)


if __name__ == "__main__":
    main()
