"""Writes what was measured: Markdown tables, a chart, and the raw values as JSON."""

from __future__ import annotations

import json
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

import goals
from contenders import CONTENDERS
from hosting import LINKS
from measuring import CONDITIONS, Value

WORKLOADS = {"plain": "a `print`", "figure": "a first figure with NumPy, pandas and Matplotlib"}
STATES = {"cold": "cold", "next": "next page", "warm": "warm cache"}
_COLOURS = {"bare": "#999999", "book": "#0072B2", "lite": "#56B4E9", "stock-lite": "#D55E00", "stock-thebe": "#E69F00"}

HOW = """\
**How.** Every value comes from a browser profile of its own. *cold*: nothing is there yet. *next page*: afterwards, in
the same tab, the next page or notebook of the module. *warm cache*: the browser was closed and started again on the
same profile. Book and Thebe: the page is open and Python is not; from the first movement of the mouse (a moment before
it goes down on Run) to the output on the page. JupyterLite: from the navigation to the output, with Shift+Enter as soon
as the kernel is idle. Bare Pyodide: from the start of a module worker to its first `print` on the page. The slow link
has 20 Mbit/s and 40 ms, and is made by the server, since the browser's own emulation does not reach shared workers. No
server compresses anything, and files are fresh for ten minutes.

**MB** are bodies sent by the server until the output is there, the page itself included; *before* is the part that came
before the clock started.

**What stock means.** JupyterLite: `jupyter lite build` with one setting, the address of Pyodide. Thebe: thebe-core's
bundle as its documentation has it, with the same kernel from npm and its default settings. Both get Pyodide
from a local folder laid out like the full distribution, with the full official lock. In it, pure-Python wheels are
those of PyPI in the same versions, `comm` is in the lock although stock would ask PyPI for it, and IPython does not
fetch `sqlite3`. None of this makes stock slower than it is from a public server."""


def medians(values: Sequence[Value]) -> dict[str, float]:
    """Median seconds by name, and under `NAME bytes` the median megabytes."""
    found: dict[str, float] = {}
    for name in dict.fromkeys(value.name for value in values):
        good = [value for value in values if value.name == name and value.seconds is not None]
        if good:
            found[name] = statistics.median(value.seconds or 0.0 for value in good)
            found[f"{name} bytes"] = statistics.median(value.bytes_total for value in good) / 1e6
    return found


def _row(values: Sequence[Value], name: str, title: str, base: float | None) -> str | None:
    mine = [value for value in values if value.name == name]
    seconds = [value.seconds for value in mine if value.seconds is not None]
    if not mine:
        return None
    if not seconds:
        return f"| {title} | failed: {mine[-1].problem} | | | | |"
    middle = statistics.median(seconds)
    ratio = f"{middle / base:.2f}" if base else ""
    total = statistics.median(value.bytes_total for value in mine if value.seconds is not None) / 1e6
    before = statistics.median(value.bytes_before for value in mine if value.seconds is not None) / 1e6
    again = sum(value.retried for value in mine)
    note = f"{again} of {len(mine)} at the second attempt" if again else ""
    size = f"{total:.1f} ({before:.1f} before)" if before >= 0.05 else f"{total:.1f}"
    return f"| {title} | {middle:.2f} | {min(seconds):.2f} – {max(seconds):.2f} | {ratio} | {size} | {note} |"


def tables(values: Sequence[Value]) -> str:
    """One table per link and workload, the conditions one below the other."""
    middle = medians(values)
    parts = []
    for link in LINKS:
        for workload, words in WORKLOADS.items():
            rows = []
            for condition in CONDITIONS:
                base = middle.get(f"bare/{link}/plain/{condition}") if workload == "plain" else None
                base = base or middle.get(f"stock-lite/{link}/{workload}/{condition}")
                for key, contender in CONTENDERS.items():
                    name = f"{key}/{link}/{workload}/{condition}"
                    row = _row(values, name, f"{contender.title}, {STATES[condition]}", base)
                    rows += [row] if row else []
            if rows:
                to = "bare Pyodide (next page: to stock JupyterLite)" if workload == "plain" else "stock JupyterLite"
                head = f"| | median s | min – max s | ratio to {to} | MB | |\n| --- | --- | --- | --- | --- | --- |"
                parts.append(f"## {link}: {words}\n\n{head}\n" + "\n".join(rows))
    return "\n\n".join(parts)


def chart(values: Sequence[Value], path: Path) -> None:
    """Bars of the medians with a dot for every round; one row per workload and condition, one column per link."""
    import matplotlib.pyplot as plt

    panels = [("plain", "cold"), ("plain", "next"), ("plain", "warm"), ("figure", "cold"), ("figure", "warm")]
    names = {value.name for value in values if value.seconds is not None}
    links = [link for link in LINKS if any(f"/{link}/" in name for name in names)]
    panels = [(w, c) for w, c in panels if any(name.endswith(f"/{w}/{c}") for name in names)]
    if not panels:
        return
    size = (5.2 * len(links), 1.55 * len(panels) + 0.6)
    figure, grid = plt.subplots(len(panels), len(links), figsize=size, dpi=110, layout="constrained", squeeze=False)
    for row, (workload, condition) in enumerate(panels):
        for column, link in enumerate(links):
            _panel(grid[row][column], values, link, workload, condition)
    for axes in grid[-1]:
        axes.set_xlabel("seconds (bar: median, dots: rounds)")
    figure.suptitle("Time to the first result")
    figure.savefig(path)
    plt.close(figure)


def _panel(axes: object, values: Sequence[Value], link: str, workload: str, condition: str) -> None:
    from matplotlib.axes import Axes

    assert isinstance(axes, Axes)
    shown: Mapping[str, list[float]] = {
        key: [v.seconds for v in values if v.name == f"{key}/{link}/{workload}/{condition}" and v.seconds is not None]
        for key in CONTENDERS
    }
    keys = [key for key, seconds in shown.items() if seconds]
    axes.set_visible(bool(keys))
    bars = [statistics.median(shown[key]) for key in keys]
    axes.barh([CONTENDERS[key].title for key in keys], bars, color=[_COLOURS[key] for key in keys])
    for place, key in enumerate(keys):
        axes.plot(shown[key], [place] * len(shown[key]), "o", color="black", markersize=2.5)
    axes.set_xlim(left=0)
    axes.invert_yaxis()
    axes.set_title(f"{link}: {'print' if workload == 'plain' else 'first figure'}, {STATES[condition]}", fontsize=9)
    axes.tick_params(labelsize=8)


def write(values: Sequence[Value], about: Mapping[str, object], results: Path) -> str:
    """Writes the three files `first_result.*`; returns the Markdown."""
    results.mkdir(exist_ok=True)
    raw = {"about": about, "medians": medians(values), "values": [value.plain() for value in values]}
    (results / "first_result.json").write_text(json.dumps(raw, indent=1) + "\n", "utf-8")
    chart(values, results / "first_result.png")
    facts = "\n".join(f"- {name}: {value}" for name, value in about.items())
    asked = sorted({place for value in values for place in value.elsewhere})
    others = f"\n- asked for elsewhere, and refused: {', '.join(asked)}" if asked else ""
    text = "\n\n".join(
        [
            f"# Time to the first result\n\n{facts}{others}",
            f"## Goals\n\n{goals.table(medians(values))}",
            "![chart](first_result.png)",
            tables(values),
            HOW,
        ]
    )
    (results / "first_result.md").write_text(text + "\n", "utf-8")
    return text
