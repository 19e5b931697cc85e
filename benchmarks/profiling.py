"""Where the time of the book's cold start goes: marks and downloads of the page and its workers, after the click."""

from __future__ import annotations

import json
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from contenders import CONTENDERS, Visit
from hosting import LINKS, hosting
from measuring import Bench
from playwright.sync_api import BrowserContext, CDPSession, Page
from stock import Sites

# Milliseconds since 1970, like the clock in watching.js.
_ENTRIES = """() => ['mark', 'resource'].flatMap((type) => performance.getEntriesByType(type)).map((entry) => ({
  name: entry.name,
  type: entry.entryType,
  start: performance.timeOrigin + entry.startTime,
  end: performance.timeOrigin + entry.startTime + entry.duration,
  bytes: entry.encodedBodySize ?? 0,
}))"""
_MARK = "satchel:"


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that happened, in milliseconds after the click."""

    where: str
    name: str
    start: float
    end: float
    bytes: int


def write(bench: Bench, sites: Sites, rounds: int, results: Path) -> str:
    """Profiles `rounds` cold starts with the plain notebook; writes `first_result_profile.md` and returns it."""
    starts = [_profile(bench, sites) for _ in range(rounds)]
    total = statistics.median(seconds for seconds, _ in starts)
    steps: dict[tuple[str, str], list[Step]] = {}
    for _, found in starts:
        for step in found:
            steps.setdefault((step.where, step.name), []).append(step)
    rows = ["| where | step | begins ms | ends ms | KB |", "| --- | --- | --- | --- | --- |"]
    middle = statistics.median
    for (where, name), each in sorted(steps.items(), key=lambda item: middle(step.start for step in item[1])):
        begins, ends = middle(step.start for step in each), middle(step.end for step in each)
        size = middle(step.bytes for step in each) / 1000
        rows.append(f"| {where} | {name} | {begins:.0f} | {ends:.0f} | {f'{size:.0f}' if size else ''} |")
    head = f"# The book's cold start, step by step\n\nLoopback, medians of {rounds} fresh profiles, milliseconds after"
    text = f"{head} the click. The output was there after {total * 1000:.0f} ms.\n\n" + "\n".join(rows)
    results.mkdir(exist_ok=True)
    (results / "first_result_profile.md").write_text(text + "\n", "utf-8")
    return text


def _profile(bench: Bench, sites: Sites) -> tuple[float, list[Step]]:
    """Seconds to the output, and the steps on the way."""
    contender = CONTENDERS["book"]
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        hosting(contender.folder(sites), LINKS["loopback"]) as host,
        bench.browser(Path(folder)) as context,
    ):
        page = context.pages[0]
        outcome = contender.action(Visit(page=page, host=host, notebook="plain"))
        clicked: float = page.evaluate("() => satchelBench.started")
        steps = []
        for where, entries in _places(context, page):
            for entry in entries:
                if entry["type"] == "mark" and not entry["name"].startswith(_MARK):
                    continue
                name = entry["name"].removeprefix(_MARK).removeprefix(host.home)
                start, end = entry["start"] - clicked, entry["end"] - clicked
                # What ended before the click is no part of the wait.
                if 0 <= end <= outcome.seconds * 1000:
                    steps.append(Step(where=where, name=name, start=start, end=end, bytes=entry["bytes"]))
    return outcome.seconds, steps


def _places(context: BrowserContext, page: Page) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    yield "page", page.evaluate(_ENTRIES)
    for worker in page.workers:
        yield "worker", worker.evaluate(_ENTRIES)
    assert context.browser is not None
    session = context.browser.new_browser_cdp_session()
    for target in session.send("Target.getTargets")["targetInfos"]:
        if target["type"] == "shared_worker":
            yield "shared worker", _evaluated(session, page, target["targetId"])


def _evaluated(session: CDPSession, page: Page, target: str) -> list[dict[str, Any]]:
    """The entries of a worker that Playwright does not know: shared ones belong to no page."""
    answers: list[dict[str, Any]] = []
    session.on("Target.receivedMessageFromTarget", lambda event: answers.append(json.loads(event["message"])))
    attached = session.send("Target.attachToTarget", {"targetId": target, "flatten": False})
    params = {"expression": f"({_ENTRIES})()", "returnByValue": True}
    message = json.dumps({"id": 1, "method": "Runtime.evaluate", "params": params})
    session.send("Target.sendMessageToTarget", {"sessionId": attached["sessionId"], "message": message})
    for _ in range(100):
        for answer in answers:
            if answer.get("id") == 1:
                entries: list[dict[str, Any]] = answer["result"]["result"]["value"]
                return entries
        page.wait_for_timeout(50)
    return []
