"""Writes what was measured of saving: Markdown tables, a chart, and the raw values as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from page_cost import Weight
from student_at_work import STEPS, STORES, Visit, percentile

SAVE_MOST, TASK_MOST, BYTES_MOST, SCRIPT_MOST = 50.0, 200.0, 40_000, 50.0
_WORKED = ("open", "save", "panel")

HOW = """\
**How.** Every visit has a fresh profile and writes strictly, as shipped: a save counts when the browser says that it is
on disk. *Save* is the time from the moment a delayed save is due (a quarter of a second after the first key that is not
saved) to `complete` of its transaction, seen in the page. A key is typed when the one before it is saved. The texts are
of a dozen lines, so 300 activities with 50 versions are about 8 million characters. A *task* is a stretch of the page's
main thread in which it can do nothing else, read from the browser's own trace, which itself costs a little. *CPU* is
processor time in place of the clock's: it hardly minds other programs. *Scripting* is everything on the main thread
that runs, compiles or cleans up after scripts, microtasks, timers and events with it.

**With and without.** The same page of the same site, once as it is, and once without the two elements in its head that
load satchel's script and style; all of Jupyter Book's own scripts and MathJax stay in both. Bytes are of the files that
only the first one asks for, each compressed by gzip at level 6, as most hosts do. Nobody has touched the page: the
editor, Python and the panel are not among them."""


def _spread(values: Sequence[float], digits: int = 0) -> str:
    return f"{statistics.median(values):.{digits}f} ({min(values):.{digits}f} – {max(values):.{digits}f})"


def _of(visits: Iterable[Visit], store: str) -> list[Visit]:
    return [visit for visit in visits if visit.store == store]


def _saves(visits: Sequence[Visit], store: str) -> list[float]:
    return [save for visit in _of(visits, store) for save in visit.saves]


def _added(weights: Sequence[Weight], figure: Callable[[Weight], float]) -> float:
    with_it = statistics.median(figure(weight) for weight in weights if weight.site == "with")
    return with_it - statistics.median(figure(weight) for weight in weights if weight.site == "without")


def _files(weights: Sequence[Weight]) -> dict[str, int]:
    without = {path for weight in weights if weight.site == "without" for path in weight.files}
    found = {path: size for weight in weights if weight.site == "with" for path, size in weight.files.items()}
    return {path: size for path, size in sorted(found.items(), key=lambda item: -item[1]) if path not in without}


def goals(visits: Sequence[Visit], weights: Sequence[Weight]) -> str:
    """The goals and what became of them."""
    p95 = percentile(_saves(visits, "full"), 95)
    longest = max(visit.steps[step].longest for visit in _of(visits, "full") for step in _WORKED)
    size = sum(_files(weights).values())
    script = _added(weights, lambda weight: weight.scripting)
    rows = [
        ("a save with 300 activities of 50 versions, p95", SAVE_MOST, p95, "ms"),
        ("longest task while opening the page, saving, opening the panel", TASK_MOST, longest, "ms"),
        ("scripts and styles that satchel adds, gzipped", BYTES_MOST / 1000, size / 1000, "kB"),
        ("scripting that satchel adds before anyone touches the page", SCRIPT_MOST, script, "ms"),
    ]
    lines = [
        f"| {title} | {most:.0f} {unit} | {found:.1f} {unit} | {'yes' if found < most else '**no**'} |"
        for title, most, found, unit in rows
    ]
    return "\n".join(["| goal | less than | measured | met |", "| --- | --- | --- | --- |", *lines])


def saving(visits: Sequence[Visit]) -> str:
    """How long a save and the panel take, by what is stored."""
    lines = [
        "| stored | saves | median ms | p95 ms | longest ms | panel shown, ms |",
        "| --- | --- | --- | --- | --- | --- |",
    ]
    for store, title in STORES.items():
        saves = _saves(visits, store)
        panel = _spread([visit.panel for visit in _of(visits, store)])
        middle, high = statistics.median(saves), percentile(saves, 95)
        lines.append(f"| {title} | {len(saves)} | {middle:.1f} | {high:.1f} | {max(saves):.1f} | {panel} |")
    return "\n".join(lines)


def tasks(visits: Sequence[Visit]) -> str:
    """The longest task of each step, and what the very longest consisted of."""
    lines = ["| | stored | longest task, ms | CPU, ms | the longest of all: |", "| --- | --- | --- | --- | --- |"]
    for step, title in STEPS.items():
        for store in STORES:
            found = [visit.steps[step] for visit in _of(visits, store)]
            parts = sorted(max(found, key=lambda stretch: stretch.longest).parts.items(), key=lambda item: -item[1])
            words = ", ".join(f"{name} {milliseconds:.0f}" for name, milliseconds in parts[:4])
            wall = _spread([stretch.longest for stretch in found])
            lines.append(f"| {title} | {store} | {wall} | {_spread([s.longest_cpu for s in found])} | {words} |")
    return "\n".join(lines)


def weight(weights: Sequence[Weight]) -> str:
    """The page with and without satchel, and the files between the two."""
    lines = ["| main thread | with, ms | without, ms | added |", "| --- | --- | --- | --- |"]
    figures: dict[str, Callable[[Weight], float]] = {
        "scripting": lambda weight: weight.scripting,
        "scripting, CPU": lambda weight: weight.scripting_cpu,
        "all tasks": lambda weight: weight.tasks,
        "all tasks, CPU": lambda weight: weight.tasks_cpu,
        "longest task": lambda weight: weight.longest,
    }
    for title, figure in figures.items():
        both = [_spread([figure(each) for each in weights if each.site == site]) for site in ("with", "without")]
        lines.append(f"| {title} | {both[0]} | {both[1]} | {_added(weights, figure):.1f} |")
    files = _files(weights)
    lines += ["", "| file | bytes, gzipped |", "| --- | --- |"]
    lines += [f"| {Path(path).name} | {size} |" for path, size in files.items()]
    return "\n".join([*lines, f"| together | {sum(files.values())} |"])


def chart(visits: Sequence[Visit], path: Path) -> None:
    """Left the saves, one dot each; right the longest task of each step, one dot a round."""
    import matplotlib.pyplot as plt

    figure, (left, right) = plt.subplots(1, 2, figsize=(10.4, 3.6), dpi=110, layout="constrained")
    names = {"empty": "nothing", "full": "300 × 50", "cap": "at the limit"}
    for place, store in enumerate(STORES):
        saves = _saves(visits, store)
        shifts = [place + (index % 21 - 10) / 40 for index in range(len(saves))]
        left.plot(shifts, saves, ".", color="#0072B2", alpha=0.35, markersize=4)
        left.plot([place - 0.3, place + 0.3], [percentile(saves, 95)] * 2, color="#D55E00")
    left.axhline(SAVE_MOST, color="#999999", linestyle="--")
    left.set_xticks(range(len(STORES)), [names[store] for store in STORES])
    left.set_yscale("log")
    left.set_ylabel("ms until on disk (line: p95)")
    left.set_title("A save", fontsize=10)
    for shift, (store, colour) in enumerate(zip(STORES, ("#999999", "#0072B2", "#D55E00"), strict=True)):
        places = [place + (shift - 1) * 0.25 for place in range(len(STEPS))]
        found = [[visit.steps[step].longest for visit in _of(visits, store)] for step in STEPS]
        right.barh(places, [statistics.median(each) for each in found], height=0.23, color=colour, label=names[store])
        for height, each in zip(places, found, strict=True):
            right.plot(each, [height] * len(each), "o", color="black", markersize=2.5)
    right.axvline(TASK_MOST, color="#999999", linestyle="--")
    right.set_yticks(range(len(STEPS)), ["open", "first key", "save", "panel"])
    right.invert_yaxis()
    right.set_xlabel("ms (bar: median, dots: rounds)")
    right.set_title("Longest task of the main thread", fontsize=10)
    right.legend(fontsize=8)
    figure.savefig(path)
    plt.close(figure)


def write(visits: Sequence[Visit], weights: Sequence[Weight], about: Mapping[str, object], results: Path) -> str:
    """Writes the three files `saving.*`; returns the Markdown."""
    results.mkdir(parents=True, exist_ok=True)
    raw = {"about": about, "visits": [v.plain() for v in visits], "weights": [w.plain() for w in weights]}
    (results / "saving.json").write_text(json.dumps(raw, indent=1) + "\n", "utf-8")
    chart(visits, results / "saving.png")
    facts = "\n".join(f"- {name}: {value}" for name, value in about.items())
    parts = [
        f"# Keeping a student's work\n\n{facts}",
        f"## Goals\n\n{goals(visits, weights)}",
        "![chart](saving.png)",
        f"## A save\n\n{saving(visits)}",
        f"## The main thread\n\n*empty*, *full* and *cap* are the three rows above.\n\n{tasks(visits)}",
        f"## A page that nobody has touched\n\n{weight(weights)}",
        HOW,
    ]
    text = "\n\n".join(parts)
    (results / "saving.md").write_text(text + "\n", "utf-8")
    return text
