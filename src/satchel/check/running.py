"""Runs activities in Chromium, several at once: a browser that crashes or hangs fails its activity, nothing else."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from satchel.check.chromium import Visit, driver, executable, visiting
from satchel.check.jobs import Job, lanes
from satchel.check.machine import cores, free_mb
from satchel.check.records import Ran
from satchel.check.views import BookView, Ended, LiteView, View
from satchel.model import Cell, CellError, Evidence
from satchel.siteserver import serving

if TYPE_CHECKING:
    from playwright.async_api import Playwright

# Called with the activities that are done, all there are, and the titles of those that run.
Progress = Callable[[int, int, Sequence[str]], None]
# Called with the id of an activity and what was seen of it, as soon as it was.
Seen = Callable[[str, Ran], None]
_LONGEST = 400
# Seconds for a browser to start and to answer at the end, on top of what an activity may take.
_GRACE = 60


def run_all(site: Path, jobs: Sequence[Job], *, on_progress: Progress, on_seen: Seen) -> None:
    """Run the activities of a finished site, each in a fresh profile.

    Cells tagged `raises-exception` must fail, all others must not.

    Raises:
        ToolFailed: Chromium or Playwright is not installed, or Chromium does not start.
    """
    path = executable()
    abreast = lanes([job.expected_mb for job in jobs], cores=cores(), free_mb=free_mb())
    with serving(site) as home:
        asyncio.run(_run_all(jobs, home, path, abreast, on_progress, on_seen))


async def _run_all(
    jobs: Sequence[Job], home: str, path: str, abreast: int, on_progress: Progress, on_seen: Seen
) -> None:
    waiting = iter(jobs)
    running: dict[str, str] = {}
    done = 0

    async def lane(started: Playwright) -> None:
        nonlocal done
        for job in waiting:
            activity = job.decision.activity
            running[activity.id] = activity.title
            on_progress(done, len(jobs), tuple(running.values()))
            on_seen(activity.id, await run_one(started, path, home, job))
            del running[activity.id]
            done += 1
            on_progress(done, len(jobs), tuple(running.values()))

    try:
        async with driver() as started, asyncio.TaskGroup() as group:
            for _ in range(abreast):
                group.create_task(lane(started))
    except BaseExceptionGroup as several:
        # The lanes end together; what ended the first one is what the author must hear.
        raise several.exceptions[0] from several


async def run_one(started: Playwright, path: str, home: str, job: Job) -> Ran:
    """Run one activity; whatever happens to its browser is part of what was seen."""
    from playwright.async_api import Error as BrowserError  # noqa: PLC0415 - only where a check runs

    begun = time.monotonic()
    visit: Visit | None = None
    peak: int | None = None
    seconds: float | None = None
    try:
        async with asyncio.timeout(job.limit + _GRACE), visiting(started, path, home) as visit:
            view = _view(visit, job)
            failure = await _cells(view, home, job, asyncio.get_running_loop().time() + job.limit)
            seconds = time.monotonic() - begun
            if failure is None or failure.raised:
                peak = await _peak(view, job)
    except TimeoutError:
        failure = _Failure(CellError(message=f"The browser did not answer within {job.limit} seconds."))
    except BrowserError as lost:
        failure = _Failure(CellError(message=_lost(lost)))
    evidence = Evidence(
        kind="ran",
        ok=failure is None,
        seconds=round(time.monotonic() - begun if seconds is None else seconds, 1),
        peak_mb=None if peak is None else round(peak / 1e6, 1),
        requests=tuple(sorted(visit.origins)) if visit else (),
        error=failure.error if failure else None,
    )
    return Ran(evidence=evidence, raised=failure is not None and failure.raised)


@dataclass(frozen=True)
class _Failure:
    """What went wrong first; `raised` says that it was Python's error and not ours, such as a limit."""

    error: CellError
    raised: bool = False


def _view(visit: Visit, job: Job) -> View:
    activity = job.decision.activity
    if job.decision.route == "lite":
        return LiteView(visit.page, activity.path)
    return BookView(visit.page, activity.page)


async def _cells(view: View, home: str, job: Job, end: float) -> _Failure | None:
    """Open the activity and run its cells, up to the first that fails or to the `end`, a time of the loop."""

    def limit() -> asyncio.Timeout:
        return asyncio.timeout_at(min(end, asyncio.get_running_loop().time() + job.cell_limit))

    from playwright.async_api import Error as BrowserError  # noqa: PLC0415 - only where a check runs

    try:
        async with limit():
            await view.open(home)
    except TimeoutError:
        return _Failure(CellError(message=f"It did not open within {job.cell_limit} seconds."))
    for number, cell in enumerate(job.decision.activity.notebook.code, start=1):
        try:
            async with limit():
                ended = await view.run(cell)
        except TimeoutError:
            return _Failure(CellError(message=_too_long(job, end), cell=cell.id, number=number))
        except BrowserError as lost:
            return _Failure(CellError(message=_lost(lost), cell=cell.id, number=number))
        words = _complaint(ended, cell)
        if words:
            return _Failure(CellError(message=words, cell=cell.id, number=number), raised=ended.told)
    return None


def _too_long(job: Job, end: float) -> str:
    if asyncio.get_running_loop().time() < end:
        return f"The cell did not end within {job.cell_limit} seconds."
    return f"The activity did not end within {job.limit} seconds; it was in this cell."


async def _peak(view: View, job: Job) -> int | None:
    """Python's memory in bytes; None if it does not tell, which is no fault of the activity."""
    from playwright.async_api import Error as BrowserError  # noqa: PLC0415 - only where a check runs

    try:
        async with asyncio.timeout(_GRACE / 2):
            return await view.heap(job.decision.activity.notebook.code)
    except (TimeoutError, BrowserError):
        return None


def _lost(error: Exception) -> str:
    return f"The browser could not go on: {_line(str(error))}"


def _complaint(ended: Ended, cell: Cell) -> str:
    """What is wrong with how a cell ended, or an empty text."""
    if not ended.told:
        return f"The cell did not run: {_line(ended.words)}"
    if "raises-exception" in cell.tags:
        return "The cell is tagged raises-exception, but it ran without an error." if ended.ok else ""
    return "" if ended.ok else _line(ended.words)


def _line(words: str) -> str:
    text = " ".join(words.split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…"
