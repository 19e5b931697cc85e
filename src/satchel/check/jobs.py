"""Which activities are run, how long each may take, and how many at once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from satchel.model import Decision, Evidence

# Seconds that an activity may take, opening it included, unless the author says otherwise.
ACTIVITY_LIMIT = 300
# Seconds for one cell; nobody waits longer in a browser either.
CELL_LIMIT = 180
# What Python needs for an activity of which nothing is known, and what Chromium needs beside it, in megabytes.
_PYTHON_MB = 400
_BROWSER_MB = 600
# Of which nothing is known, seconds.
_USUAL_SECONDS = 15.0


@dataclass(frozen=True, kw_only=True)
class Job:
    """One activity to be run, with its limits in seconds and what it is expected to take."""

    decision: Decision
    limit: int
    cell_limit: int
    expected_mb: float
    expected_seconds: float


def checkable(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """The activities that run in a browser first of all, in the page or as a notebook."""
    return tuple(decision for decision in decisions if decision.route in {"book", "lite"})


def jobs(decisions: Iterable[Decision], earlier: Mapping[str, Evidence]) -> tuple[Job, ...]:
    """What is to be run, the longest first, so that none begins when the others are done.

    `earlier` is what was seen of activities at some time, by id; it need not hold any more.
    """
    found = [_job(decision, earlier.get(decision.activity.id)) for decision in decisions]
    return tuple(sorted(found, key=lambda job: -job.expected_seconds))


def lanes(expected_mb: Sequence[float], *, cores: int, free_mb: float | None) -> int:
    """How many activities run at once: no more than cores, and their memory fits whichever come together.

    `expected_mb` are those of Python in the single activities; `free_mb` is None where that cannot be told.
    """
    most = max(1, min(cores, len(expected_mb)))
    if free_mb is None:
        return most
    hungriest = sorted(expected_mb, reverse=True)
    fitting = [n for n in range(1, most + 1) if sum(hungriest[:n]) + n * _BROWSER_MB <= free_mb]
    return max(fitting, default=1)


def _job(decision: Decision, seen: Evidence | None) -> Job:
    said = decision.seconds
    memory = max(decision.needs.memory_mb or 0, seen.peak_mb or 0 if seen else 0)
    return Job(
        decision=decision,
        limit=said or ACTIVITY_LIMIT,
        # An author who allows more time allows it to a single cell as well.
        cell_limit=said or CELL_LIMIT,
        expected_mb=memory or _PYTHON_MB,
        expected_seconds=seen.seconds or _USUAL_SECONDS if seen else _USUAL_SECONDS,
    )
