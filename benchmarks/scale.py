"""How do builds grow with the course, beside the plain tools on the same notebooks?

    .venv/bin/pip install -e '.[bench]'
    .venv/bin/python benchmarks/scale.py [--sizes 100 300 1000] [--plain-most 300] [--rounds 5]

Courses of so many notebooks with 20 cells each, fifty to a part. For each size, one after the other: satchel with an
empty output folder, unchanged, and after a change in one code cell; then a plain `jupyter-book build` and `jupyter lite
build` of the same notebooks, cold; beyond `--plain-most` notebooks in the first round only, since their time grows
faster than the course.
Downloads, npm packages and the browser side are on this computer already. Writes a table (Markdown), the raw values
(JSON) and a chart (PNG) to benchmarks/results/.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from build_time import BOOK, LITE, RESULTS, ROOT

PART = 50
CELLS = 20
_STEP = re.compile(r"✓ (\S.*?)\s+(\d+\.\d) s ")
CASES = ("satchel, cold", "satchel, unchanged", "satchel, one cell changed", "plain tools, cold")


@dataclass(frozen=True, kw_only=True)
class Value:
    """One measured build: seconds by the clock, seconds of processor time, peak memory of its largest process."""

    case: str
    notebooks: int
    seconds: float
    cpu: float
    peak_mb: float


def course(folder: Path, notebooks: int) -> Path:
    """A course of so many notebooks, as satchel and Jupyter Book read it."""
    content, book = folder / "content", folder / "book"
    book.mkdir(parents=True)
    content.mkdir()
    (content / "index.md").write_text("# Scale\n\nA course of many notebooks.\n", "utf-8")
    (book / "_config.yml").write_text('title: Scale\nauthor: A\nexecute:\n  execute_notebooks: "off"\n', "utf-8")
    toc = ["format: jb-book", "root: index", "parts:"]
    for number in range(notebooks):
        part = f"part-{number // PART:02d}"
        if number % PART == 0:
            (content / part).mkdir()
            toc += [f"  - caption: Part {number // PART + 1}", "    chapters:"]
        toc.append(f"      - file: {part}/lesson-{number:04d}")
        (content / part / f"lesson-{number:04d}.ipynb").write_text(json.dumps(notebook(number)), "utf-8")
    (book / "_toc.yml").write_text("\n".join(toc) + "\n", "utf-8")
    return folder


def notebook(number: int) -> dict[str, object]:
    """A lesson: half of its cells are text, half are code."""
    cells: list[dict[str, object]] = [text("title", f"# Lesson {number}\n\nWhat this lesson is about.")]
    for cell in range(1, CELLS):
        if cell % 2:
            lines = f"import numpy as np\nx{cell} = np.arange({number + cell})\nprint({cell}, x{cell}.sum())"
            cells.append(
                {
                    "cell_type": "code",
                    "id": f"c{cell}",
                    "metadata": {},
                    "execution_count": None,
                    "outputs": [],
                    "source": lines,
                }
            )
        else:
            cells.append(text(f"t{cell}", f"Text {cell} of lesson {number}, with **marks** and `code`."))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}


def text(name: str, source: str) -> dict[str, object]:
    """A text cell."""
    return {"cell_type": "markdown", "id": name, "metadata": {}, "source": source}


def change(folder: Path, number: int) -> None:
    """Another line in one code cell of one lesson."""
    path = folder / "content" / "part-00" / "lesson-0007.ipynb"
    document = json.loads(path.read_text("utf-8"))
    document["cells"][1]["source"] += f"\nprint('changed {number}')"
    path.write_text(json.dumps(document), "utf-8")


def measured(case: str, notebooks: int, commands: Sequence[Sequence[object]], cwd: Path) -> Value:
    """Run commands one after the other and measure them together."""
    started, cpu, peak = time.perf_counter(), 0.0, 0.0
    for words in commands:
        child = subprocess.Popen(
            [str(word) for word in words], cwd=cwd, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        assert child.stdout
        said = child.stdout.read()
        _, status, usage = os.wait4(child.pid, 0)
        if status:
            sys.exit(f"{words}\n{said.decode(errors='replace')}")
        # Of the process and of all its children that have ended.
        cpu += usage.ru_utime + usage.ru_stime
        peak = max(peak, usage.ru_maxrss / 1000)
    seconds = time.perf_counter() - started
    value = Value(case=case, notebooks=notebooks, seconds=round(seconds, 2), cpu=round(cpu, 2), peak_mb=round(peak))
    print(value, flush=True)
    return value


def measure(sizes: Sequence[int], plain_most: int, rounds: int) -> list[Value]:
    """All values, size by size and round by round."""
    values: list[Value] = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for size in sizes:
            source = course(place / f"course-{size}", size)
            plain = Path(shutil.copytree(source / "content", place / f"plain-{size}"))
            for path in (source / "book").iterdir():
                shutil.copy(path, plain)
            for number in range(rounds):
                out, theirs = place / "ours", place / "theirs"
                lend_browser_side(out)
                theirs.mkdir()
                build = [sys.executable, ROOT / "build.py", source, "--out", out, "--quiet"]
                values.append(measured(CASES[0], size, [build], ROOT))
                values.append(measured(CASES[1], size, [build], ROOT))
                change(source, number)
                values.append(measured(CASES[2], size, [build], ROOT))
                if size <= plain_most or number == 0:
                    commands = [
                        [sys.executable, "-c", BOOK, "build", plain, "--path-output", theirs / "book"],
                        [sys.executable, "-c", LITE, "build", "--contents", plain, "--output-dir", theirs / "lite"],
                    ]
                    values.append(measured(CASES[3], size, commands, theirs))
                    shutil.rmtree(plain / "_build", ignore_errors=True)
                shutil.rmtree(out)
                shutil.rmtree(theirs)
    return values


def profile(size: int) -> dict[str, dict[str, float]]:
    """Seconds by step of one more cold build and one more of a changed cell, as the builds themselves tell them.

    Book, JupyterLite and bytecode are made at the same time.
    """
    found: dict[str, dict[str, float]] = {}
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        source, out = course(place / "course", size), place / "ours"
        lend_browser_side(out)
        for case in (CASES[0], CASES[2]):
            started = time.perf_counter()
            said = subprocess.run(
                [sys.executable, str(ROOT / "build.py"), str(source), "--out", str(out)],
                cwd=ROOT,
                capture_output=True,
                text=True,
                check=True,
            ).stdout
            whole = time.perf_counter() - started
            found[case] = {name: float(seconds) for name, seconds in _STEP.findall(said)}
            found[case]["the whole build"] = round(whole, 1)
            change(source, 0)
    return found


def profile_table(found: dict[str, dict[str, float]], size: int) -> str:
    """Steps in rows, builds in columns."""
    names = list(dict.fromkeys(name for steps in found.values() for name in steps))
    rows = [f"| step, {size} notebooks | {' | '.join(found)} |", "|---|" + "---|" * len(found)]
    for name in names:
        rows.append(f"| {name} | " + " | ".join(f"{steps.get(name, 0):.1f}" for steps in found.values()) + " |")
    return "\n".join(rows)


def lend_browser_side(out: Path) -> None:
    """The browser side of the demonstration course, built before: it is the same for all courses."""
    made = ROOT / "_build" / ".work"
    if not (made / "stamps" / "frontend").exists():
        sys.exit("Build the demonstration course first: .venv/bin/python build.py")
    shutil.copytree(made / "frontend", out / ".work" / "frontend")
    (out / ".work" / "stamps").mkdir()
    shutil.copy(made / "stamps" / "frontend", out / ".work" / "stamps" / "frontend")


def middle(values: Sequence[Value], case: str, size: int, of: str) -> float | None:
    """The median of one field; None where nothing was measured."""
    found = [getattr(value, of) for value in values if (value.case, value.notebooks) == (case, size)]
    return statistics.median(found) if found else None


def table(values: Sequence[Value], sizes: Sequence[int]) -> str:
    """The medians as Markdown."""
    rows = [
        "| notebooks | build | seconds | least – most | processor seconds | peak memory MB | rounds | ratio to plain |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for size in sizes:
        base = middle(values, CASES[3], size, "seconds")
        for case in CASES:
            seconds = middle(values, case, size, "seconds")
            if seconds is None:
                continue
            cpu, peak = middle(values, case, size, "cpu"), middle(values, case, size, "peak_mb")
            ratio = f"{seconds / base:.2f}" if base and case.endswith("cold") else ""
            all_of = [value.seconds for value in values if (value.case, value.notebooks) == (case, size)]
            spread = f"{min(all_of):.1f} – {max(all_of):.1f}"
            rows.append(
                f"| {size} | {case} | {seconds:.1f} | {spread} | {cpu:.1f} | {peak:.0f} | {len(all_of)} | {ratio} |"
            )
    return "\n".join(rows)


def chart(values: Sequence[Value], sizes: Sequence[int], path: Path) -> None:
    """A line for each kind of build, over the number of notebooks."""
    import matplotlib.pyplot as plt

    figure, axes = plt.subplots(figsize=(7, 3.4), dpi=110, layout="constrained")
    colours = ("#0072B2", "#56B4E9", "#009E73", "#999999")
    for case, colour in zip(CASES, colours, strict=True):
        points = [(size, found) for size in sizes if (found := middle(values, case, size, "seconds")) is not None]
        axes.plot([size for size, _ in points], [found for _, found in points], "o-", color=colour, label=case)
    axes.set_xlabel("notebooks of 20 cells")
    axes.set_ylabel("seconds (medians)")
    axes.set_title("Builds of a growing course")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    figure.savefig(path)


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, then write the table, the numbers and the chart."""
    parser = argparse.ArgumentParser(description="Builds of a growing course.")
    parser.add_argument("--sizes", type=int, nargs="+", default=[100, 300, 1000])
    parser.add_argument("--plain-most", type=int, default=300)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args(arguments)
    before = os.getloadavg()[0]
    values = measure(given.sizes, given.plain_most, given.rounds)
    machine = (
        f"{os.cpu_count()} cores, Python {platform.python_version()}, {given.rounds} round(s), "
        f"load average {before:.1f} before and {os.getloadavg()[0]:.1f} after."
    )
    print(write(values, given.sizes, machine, profile(max(given.sizes))))


def write(values: Sequence[Value], sizes: Sequence[int], machine: str, steps: dict[str, dict[str, float]]) -> str:
    """Write everything that was found; returns the text."""
    RESULTS.mkdir(exist_ok=True)
    whole = {"machine": machine, "values": [asdict(value) for value in values], "steps": steps}
    (RESULTS / "scale.json").write_text(json.dumps(whole, indent=1) + "\n", "utf-8")
    words = (
        f"# Builds of a growing course\n\n{machine}\n\n{table(values, sizes)}\n\n![chart](scale.png)\n\n"
        "Where the seconds of one more build went; book, JupyterLite and bytecode are made at the same time, and what "
        "is missing to the whole is reading and planning:\n\n"
        f"{profile_table(steps, max(sizes))}\n"
    )
    (RESULTS / "scale.md").write_text(words, "utf-8")
    chart(values, sizes, RESULTS / "scale.png")
    return words


if __name__ == "__main__":
    main()
