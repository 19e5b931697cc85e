"""How long does a build take, beside the plain tools on the same notebooks?

    .venv/bin/pip install -e '.[bench]'
    .venv/bin/python benchmarks/build_time.py [--rounds 5]

In each round, one after the other: a cold and an unchanged build with satchel, and a cold and an unchanged
`jupyter-book build` followed by `jupyter lite build` of the same staged notebooks. Cold means: an empty output folder,
with downloads and npm packages already on this computer, since the plain tools fetch nothing either. Writes a table
(Markdown), the raw seconds (JSON) and a chart (PNG) to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "benchmarks" / "results"
LITE = "import sys; from jupyterlite_core.app import main; sys.exit(main())"
BOOK = "from jupyter_book.cli.main import main; main()"
CASES = ("satchel, cold", "satchel, unchanged", "plain tools, cold", "plain tools, unchanged")


def timed(action: Callable[[], None]) -> float:
    """Seconds that an action takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def run(*words: str | Path, cwd: Path = ROOT) -> None:
    """Run a command quietly; its output is shown if it fails."""
    done = subprocess.run([str(word) for word in words], cwd=cwd, capture_output=True, text=True, check=False)
    if done.returncode:
        sys.exit(f"{words}\n{done.stdout}\n{done.stderr}")


def satchel(out: Path) -> None:
    """The whole build: book, JupyterLite, runtime, browser side, scan and zip."""
    run(sys.executable, ROOT / "build.py", "--out", out, "--quiet")


def plain(staged: Path, out: Path) -> None:
    """Jupyter Book and JupyterLite as their documentation says, without a Python runtime of their own."""
    run(sys.executable, "-c", BOOK, "build", staged, "--path-output", out / "book", cwd=out)
    contents = staged.parent / "lite-contents"
    run(sys.executable, "-c", LITE, "build", "--contents", contents, "--output-dir", out / "lite", cwd=out)


def plain_sources(built: Path, target: Path) -> Path:
    """The same notebooks as satchel stages them, with a configuration that knows nothing of satchel."""
    work = built / ".work"
    staged = Path(shutil.copytree(work / "book-source", target / "book-source"))
    shutil.copytree(work / "lite-contents", target / "lite-contents")
    shutil.rmtree(staged / ".satchel")
    config = 'title: "Plain"\nexecute:\n  execute_notebooks: "off"\nonly_build_toc_files: true\n'
    (staged / "_config.yml").write_text(config, "utf-8")
    return staged


def measure(rounds: int) -> dict[str, list[float]]:
    """Seconds per case, one value a round."""
    seconds: dict[str, list[float]] = {case: [] for case in CASES}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        satchel(place / "warm")
        staged = plain_sources(place / "warm", place)
        for number in range(rounds):
            ours, theirs = place / f"ours-{number}", place / f"theirs-{number}"
            theirs.mkdir()
            seconds["satchel, cold"].append(timed(partial(satchel, ours)))
            seconds["plain tools, cold"].append(timed(partial(plain, staged, theirs)))
            seconds["satchel, unchanged"].append(timed(partial(satchel, ours)))
            seconds["plain tools, unchanged"].append(timed(partial(plain, staged, theirs)))
            shutil.rmtree(ours)
            shutil.rmtree(theirs)
            print(f"round {number + 1}:", {case: round(values[-1], 1) for case, values in seconds.items()}, flush=True)
    return seconds


def table(seconds: dict[str, list[float]]) -> str:
    """The medians as Markdown, with the spread and the ratio to the plain tools in the same state."""
    rows = ["| build | median s | min – max s | ratio to plain |", "| --- | --- | --- | --- |"]
    for case in CASES:
        values = seconds[case]
        base = statistics.median(seconds[f"plain tools, {case.rsplit(', ', 1)[1]}"])
        middle = statistics.median(values)
        rows.append(f"| {case} | {middle:.1f} | {min(values):.1f} – {max(values):.1f} | {middle / base:.2f} |")
    return "\n".join(rows)


def chart(seconds: dict[str, list[float]], path: Path) -> None:
    """Bars of the medians, a dot for every round."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 2.8), dpi=110, layout="constrained")
    colours = ["#0072B2" if case.startswith("satchel") else "#999999" for case in CASES]
    axes.barh(CASES, [statistics.median(seconds[case]) for case in CASES], color=colours)
    for row, case in enumerate(CASES):
        axes.plot(seconds[case], [row] * len(seconds[case]), "o", color="black", markersize=3)
    axes.invert_yaxis()
    axes.set_xlabel("seconds (bar: median, dots: rounds)")
    axes.set_title("Building the demonstration course")
    figure.savefig(path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, then write the table, the numbers and the chart."""
    parser = argparse.ArgumentParser(description="Build times beside the plain tools.")
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args(arguments).rounds
    seconds = measure(rounds)
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / "build_time.json").write_text(json.dumps(seconds, indent=1) + "\n", "utf-8")
    load = f", load average {os.getloadavg()[0]:.1f} at the end" if hasattr(os, "getloadavg") else ""
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}, {rounds} interleaved rounds{load}."
    text = f"# Build times of the demonstration course\n\n{machine}\n\n{table(seconds)}\n\n![chart](build_time.png)\n"
    (RESULTS / "build_time.md").write_text(text, "utf-8")
    chart(seconds, RESULTS / "build_time.png")
    print(text)


if __name__ == "__main__":
    main()
