"""What a browser's trace says of a page's main thread: its tasks, and how much of them was script."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page

_CATEGORIES = ["devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "blink.user_timing"]
_SCRIPT = {"EvaluateScript", "FunctionCall", "RunMicrotasks", "v8.compile", "v8.compileModule", "v8.evaluateModule"}
_SCRIPT |= {"v8.produceCache", "EventDispatch", "TimerFire", "FireIdleCallback", "FireAnimationFrame", "V8.GC_MINOR_MC"}
_SCRIPT |= {"MinorGC", "MajorGC", "V8.HandleInterrupts", "HandlePostMessage"}


@dataclass(kw_only=True)
class Stretch:
    """A stretch of time on a page. All figures are in milliseconds.

    `longest` is what a reader waits for; `longest_cpu` is the longest by processor time, which other programs on the
    machine change less. `parts` is what the longest task was made of.
    """

    longest: float = 0.0
    longest_cpu: float = 0.0
    tasks: float = 0.0
    tasks_cpu: float = 0.0
    scripting: float = 0.0
    scripting_cpu: float = 0.0
    over_50: int = 0
    parts: dict[str, float] = field(default_factory=dict)


@contextmanager
def traced(browser: Browser, page: Page, folder: Path) -> Iterator[Stretch]:
    """Traces the page; the stretch that it yields is filled in at the end."""
    stretch = Stretch()
    file = folder / "trace.json"
    browser.start_tracing(page=page, path=file, categories=_CATEGORIES)
    try:
        yield stretch
    finally:
        browser.stop_tracing()
    _read(json.loads(file.read_text("utf-8"))["traceEvents"], stretch)


def _read(events: list[dict[str, Any]], stretch: Stretch) -> None:
    mains = {
        (event["pid"], event["tid"])
        for event in events
        if event["name"] == "thread_name" and event["args"]["name"] == "CrRendererMain"
    }
    whole = [event for event in events if event["ph"] == "X" and (event["pid"], event["tid"]) in mains]
    # More than one renderer may be there; the page's is the one that works.
    busy: dict[tuple[int, int], float] = {}
    for event in whole:
        if event["name"] == "RunTask":
            place = (event["pid"], event["tid"])
            busy[place] = busy.get(place, 0.0) + event["dur"]
    if not busy:
        return
    page = max(busy, key=lambda place: busy[place])
    mine = [event for event in whole if (event["pid"], event["tid"]) == page]
    tasks = sorted((event for event in mine if event["name"] == "RunTask"), key=lambda event: event["dur"])
    stretch.longest = tasks[-1]["dur"] / 1000
    stretch.tasks = sum(event["dur"] for event in tasks) / 1000
    stretch.over_50 = sum(event["dur"] > 50_000 for event in tasks)
    stretch.longest_cpu = max(event.get("tdur", 0) for event in tasks) / 1000
    stretch.tasks_cpu = sum(event.get("tdur", 0) for event in tasks) / 1000
    script = [event for event in mine if event["name"] in _SCRIPT]
    stretch.scripting = covered([(e["ts"], e["ts"] + e["dur"]) for e in script]) / 1000
    stretch.scripting_cpu = covered([(e["tts"], e["tts"] + e["tdur"]) for e in script if "tdur" in e]) / 1000
    ends = tasks[-1]["ts"] + tasks[-1]["dur"]
    within = [event for event in mine if tasks[-1]["ts"] <= event["ts"] < ends and event["name"] != "RunTask"]
    for name in {event["name"] for event in within}:
        spans = [(e["ts"], e["ts"] + e.get("dur", 0)) for e in within if e["name"] == name]
        if (milliseconds := covered(spans) / 1000) >= 2:
            stretch.parts[name] = round(milliseconds, 1)


def covered(spans: list[tuple[float, float]]) -> float:
    """Length of what is covered by any of the spans, so that what lies within another counts once."""
    total, reached = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total
