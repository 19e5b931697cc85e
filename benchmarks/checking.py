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
from dataclasses import asdict, dataclass
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


@dataclass(frozen=True, kw_only=True)
class Measured:
    """By case, one value a round: seconds by the clock, and seconds of work of all cores together (Linux only).

    `memory` is that of Python, in megabytes by activity.
    """

    seconds: Seconds
    work: Seconds
    memory: dict[str, float]

    def add(self, case: str, action: Callable[[], object]) -> None:
        """Measure an action. Its browsers are no children of this process, so the whole computer's work counts."""
        started, busy = time.perf_counter(), worked()
        action()
        self.seconds.setdefault(case, []).append(time.perf_counter() - started)
        self.work.setdefault(case, []).append(worked() - busy)


def worked() -> float:
    """Seconds that the cores of this computer have worked since it started; 0 where the system does not tell."""
    try:
        values = [int(word) for word in Path("/proc/stat").read_text("ascii").splitlines()[0].split()[1:]]
    except OSError:
        return 0.0
    idle, waiting = values[3:5]
    return (sum(values) - idle - waiting) / os.sysconf("SC_CLK_TCK")


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


def measure(rounds: int) -> Measured:
    """All cases, round by round."""
    found = Measured(seconds={}, work={}, memory={})
    seen: dict[str, Evidence] = {}
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        build(out, "--check")
        site = out / "site"
        for number in range(rounds):
            for job in course_jobs(out, seen):
                found.add(f"alone: {job.decision.activity.title}", partial(run, site, [job], seen))
            found.add("together", partial(run, site, course_jobs(out, seen), seen))
            found.add("build, unchanged, with --check", partial(build, out, "--check"))
            told = {case: round(values[-1], 1) for case, values in found.seconds.items()}
            print(f"round {number + 1}:", told, flush=True)
        # A build without the check publishes other evidence, so the pages are made anew before it counts as unchanged.
        build(out)
        for _ in range(rounds):
            found.add("build, unchanged, without --check", partial(build, out))
    found.memory.update({identity: evidence.peak_mb or 0.0 for identity, evidence in seen.items()})
    return found


def shares(seconds: Seconds, abreast: int) -> list[float]:
    """By round: what a check takes, as a share of the activities alone shared out among the lanes."""
    alone = [values for case, values in seconds.items() if case.startswith("alone: ")]
    return [
        together / (sum(values[number] for values in alone) / abreast)
        for number, together in enumerate(seconds["together"])
    ]


def table(found: Measured) -> str:
    """The medians as Markdown, with the spread."""
    rows = ["| case | median s | min – max s | work of the cores, median s |", "| --- | --- | --- | --- |"]
    for case, values in found.seconds.items():
        middle, work = statistics.median(values), statistics.median(found.work[case])
        rows.append(f"| {case} | {middle:.1f} | {min(values):.1f} – {max(values):.1f} | {work:.1f} |")
    return "\n".join(rows)


def account(found: Measured, work: Sequence[float]) -> str:
    """How much of the cores the activities take when they are alone, and whether a check makes more work."""
    if not work:
        return ""
    alone = [case for case in found.seconds if case.startswith("alone: ")]
    seconds, cores_work = (sum(statistics.median(of[case]) for case in alone) for of in (found.seconds, found.work))
    return (
        f"An activity alone keeps {cores_work / seconds:.2f} cores at work (its browser compiles while Python runs), "
        f"so {cores()} cores cannot do {cores()} activities in the time of one. In work of the cores, a check takes "
        f"{statistics.median(work):.2f} ({min(work):.2f} – {max(work):.2f}) of the activities alone.\n\n"
    )


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
    measured = measure(rounds)
    abreast = lanes(list(measured.memory.values()), cores=cores(), free_mb=free_mb())
    found = shares(measured.seconds, abreast)
    work = shares(measured.work, 1) if worked() else []
    RESULTS.mkdir(exist_ok=True)
    raw = {"rounds": rounds, "at once": abreast, "shares": found, "shares of work": work, **asdict(measured)}
    (RESULTS / "checking.json").write_text(json.dumps(raw, indent=1) + "\n", "utf-8")
    chart(measured.seconds, abreast, RESULTS / "checking.png")
    share = statistics.median(found)
    text = (
        f"# Checking the demonstration course\n\n{cores()} cores, {abreast} activities at once, "
        f"Python {platform.python_version()}, rounds: {rounds}, load average {before:.1f} at the beginning and "
        f"{os.getloadavg()[0]:.1f} at the end.\n\n"
        f"A check takes {share:.2f} ({min(found):.2f} – {max(found):.2f}) of the activities alone shared out among "
        f"{abreast} lanes; the goal is at most {GOAL}: {'reached' if share <= GOAL else 'missed'}.\n\n"
        f"{account(measured, work)}{table(measured)}\n\n"
        "*alone*: one activity, from the start of its browser to its end. *together*: all of them as `--check` runs "
        "them. *build*: the whole command, of which the check is a part.\n\n![chart](checking.png)\n"
    )
    (RESULTS / "checking.md").write_text(text, "utf-8")
    print(text)


if __name__ == "__main__":
    main()
