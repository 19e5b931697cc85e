"""How long does a check of the demonstration course take, beside its activities run one by one?

    .venv/bin/pip install -e '.[bench,check]'
    .venv/bin/python benchmarks/checking.py [--rounds 5]

In each round, one after the other: every activity alone (its browser's start included), all of them as `--check` runs
them, an unchanged build with `--check` and one without. The goal: a check takes at most 1.2 times what the activities
alone would take if they were shared out evenly among the cores. Writes a table (Markdown), the raw seconds (JSON) and
a chart (PNG) to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from satchel.check.jobs import Job, checkable, jobs, lanes
from satchel.check.machine import cores, free_mb
from satchel.check.records import Ran
from satchel.check.running import run_all
from satchel.model import Evidence
from satchel.options import Options
from satchel.reading import read_course
from satchel.report import Report
from satchel.runtime import default_cache

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
GOAL = 1.2
Seconds = dict[str, list[float]]


def timed(action: Callable[[], object]) -> float:
    """Seconds that an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def build(out: Path, *options: str) -> None:
    """A build of the demonstration course without the zip; what it prints is shown if it fails."""
    words = [sys.executable, str(ROOT / "build.py"), "--out", str(out), "--quiet", "--no-zip", *options]
    done = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{words}\n{done.stdout}\n{done.stderr}")


def course_jobs(out: Path, seen: dict[str, Evidence]) -> tuple[Job, ...]:
    """The activities as `--check` runs them when it knows how long they took."""
    from rich.console import Console

    options = Options(course=ROOT, out=out, cache=default_cache(os.environ))
    read = read_course(options, Report(console=Console(quiet=True), detail="quiet"))
    return jobs(checkable(read.plan.decisions), seen)


def run(site: Path, chosen: Sequence[Job], seen: dict[str, Evidence]) -> None:
    """Run activities; one that fails ends the benchmark."""

    def note(identity: str, ran: Ran) -> None:
        if not ran.evidence.ok:
            sys.exit(f"{identity}: {ran.evidence.error}")
        seen[identity] = ran.evidence

    run_all(site, chosen, on_progress=lambda *_progress: None, on_seen=note)


def measure(rounds: int) -> tuple[Seconds, dict[str, float]]:
    """Seconds per case, one value a round, and megabytes of Python by activity."""
    seconds: Seconds = {}
    seen: dict[str, Evidence] = {}

    def add(case: str, action: Callable[[], object]) -> None:
        seconds.setdefault(case, []).append(timed(action))

    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        build(out, "--check")
        site = out / "site"
        for number in range(rounds):
            for job in course_jobs(out, seen):
                add(f"alone: {job.decision.activity.title}", partial(run, site, [job], seen))
            add("together", partial(run, site, course_jobs(out, seen), seen))
            add("build, unchanged, with --check", partial(build, out, "--check"))
            print(f"round {number + 1}:", {case: round(values[-1], 1) for case, values in seconds.items()}, flush=True)
        # A build without the check publishes other evidence, so the pages are made anew before it counts as unchanged.
        build(out)
        for _ in range(rounds):
            add("build, unchanged, without --check", partial(build, out))
    return seconds, {identity: evidence.peak_mb or 0.0 for identity, evidence in seen.items()}


def shares(seconds: Seconds, abreast: int) -> list[float]:
    """By round: what a check takes, as a share of the activities alone shared out among the lanes."""
    alone = [values for case, values in seconds.items() if case.startswith("alone: ")]
    return [
        together / (sum(values[number] for values in alone) / abreast)
        for number, together in enumerate(seconds["together"])
    ]


def table(seconds: Seconds) -> str:
    """The medians as Markdown, with the spread."""
    rows = ["| case | median s | min – max s |", "| --- | --- | --- |"]
    for case, values in seconds.items():
        rows.append(f"| {case} | {statistics.median(values):.1f} | {min(values):.1f} – {max(values):.1f} |")
    return "\n".join(rows)


def chart(seconds: Seconds, abreast: int, path: Path) -> None:
    """What a check takes beside its activities, in a row for each way."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 2.6), dpi=110, layout="constrained")
    left = 0.0
    for case, values in seconds.items():
        if case.startswith("alone: "):
            middle = statistics.median(values)
            axes.barh("one by one", middle, left=left, color="#999999", edgecolor="white")
            left += middle
    axes.barh("a check", statistics.median(seconds["together"]), color="#0072B2")
    axes.barh("unchanged, whole build", statistics.median(seconds["build, unchanged, with --check"]), color="#56B4E9")
    axes.axvline(left / abreast * GOAL, color="black", linestyle="--", linewidth=1, label="goal")
    axes.invert_yaxis()
    axes.legend(loc="lower right")
    axes.set_xlabel("seconds (medians)")
    axes.set_title("Checking the demonstration course")
    figure.savefig(path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, then write the table, the numbers and the chart."""
    parser = argparse.ArgumentParser(description="What a check takes.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args(arguments).rounds
    before = os.getloadavg()[0]
    seconds, memory = measure(rounds)
    abreast = lanes(list(memory.values()), cores=cores(), free_mb=free_mb())
    found = shares(seconds, abreast)
    RESULTS.mkdir(exist_ok=True)
    raw = {"rounds": rounds, "at once": abreast, "shares": found, "seconds": seconds, "megabytes": memory}
    (RESULTS / "checking.json").write_text(json.dumps(raw, indent=1) + "\n", "utf-8")
    chart(seconds, abreast, RESULTS / "checking.png")
    share = statistics.median(found)
    text = (
        f"# Checking the demonstration course\n\n{cores()} cores, {abreast} activities at once, "
        f"Python {platform.python_version()}, rounds: {rounds}, load average {before:.1f} at the beginning and "
        f"{os.getloadavg()[0]:.1f} at the end.\n\n"
        f"A check takes {share:.2f} ({min(found):.2f} – {max(found):.2f}) of the activities alone shared out among "
        f"{abreast} lanes; the goal is at most {GOAL}: {'reached' if share <= GOAL else 'missed'}.\n\n"
        f"{table(seconds)}\n\n*alone*: one activity, from the start of its browser to its end. *together*: all of them "
        "as `--check` runs them. *build*: the whole command, of which the check is a part.\n\n![chart](checking.png)\n"
    )
    (RESULTS / "checking.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
