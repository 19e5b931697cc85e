"""The account of a check that the author reads: one row an activity, then each failure with its cure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from satchel.check.verdicts import CURE, Verdict, place
from satchel.model import CellError, Decision
from satchel.reasons import listed

FILE_NAME = "check-report.md"
_COLUMNS = ("Activity", "Verdict", "Seconds", "Memory (MB)", "Asked outside", "First error")


def account(title: str, verdicts: Iterable[Verdict], *, kept: Collection[str]) -> str:
    """The account as Markdown; `kept` are the ids of activities whose evidence is of an earlier check."""
    everything = tuple(verdicts)
    seen = [verdict for verdict in everything if verdict.decision.evidence.kind == "ran"]
    lines = [f"# Check of {_plain(title)}", "", _summary(seen, kept), ""]
    if seen:
        lines += [_row(_COLUMNS), _row(["---"] * len(_COLUMNS)), *(_row(_cells(v, kept)) for v in seen), ""]
        lines += ["Seconds run from opening the activity to its last cell. Memory is the most that Python had.", ""]
    others = [verdict.decision for verdict in everything if verdict.decision.evidence.kind != "ran"]
    if others:
        lines += ["Not run, because they do not run in a browser: " + listed(_titles(others), most=99) + ".", ""]
    for verdict in seen:
        lines += _failure(verdict)
    return "\n".join(lines).rstrip() + "\n"


def _summary(seen: Collection[Verdict], kept: Collection[str]) -> str:
    if not seen:
        return "No activity of this course runs in a browser, so nothing was run."
    good = sum(verdict.decision.evidence.ok is True for verdict in seen)
    moved = sum(verdict.moved for verdict in seen)
    activities = "activity runs" if len(seen) == 1 else "activities run"
    bad = len(seen) - good - moved
    parts = [f"{good} of {len(seen)} {activities} in the browser"]
    parts += [f"{moved} sent to a server"] if moved else []
    parts += [f"**{bad} failed**"] if bad else []
    unchanged = sum(verdict.decision.activity.id in kept for verdict in seen)
    note = f" Not run again, because nothing about them had changed: {unchanged}." if unchanged else ""
    return f"{', '.join(parts)}.{note}"


def _cells(verdict: Verdict, kept: Collection[str]) -> list[str]:
    decision, evidence = verdict.decision, verdict.decision.evidence
    word = "runs" if evidence.ok else f"sent to {next(iter(decision.launch))}" if verdict.moved else "**fails**"
    error = evidence.error
    shown = "" if error is None else _blamed(error)
    return [
        f"{decision.activity.title} (`{decision.activity.source}`)",
        f"{word}, unchanged" if decision.activity.id in kept else word,
        "" if evidence.seconds is None else f"{evidence.seconds:.1f}",
        "" if evidence.peak_mb is None else f"{evidence.peak_mb:.0f}",
        ", ".join(evidence.requests),
        shown,
    ]


def _failure(verdict: Verdict) -> Iterator[str]:
    error = verdict.decision.evidence.error
    if error is None:
        return
    yield f"## {_plain(verdict.decision.activity.title)}"
    yield ""
    source, where = f"`{verdict.decision.activity.source}`", place(error)
    yield f"{source}{', ' if where else ': '}{_blamed(error)}"
    yield ""
    others = [problem for problem in verdict.problems if problem.code in {"check-failed", "check-moved"}]
    yield others[0].cure if others else CURE
    yield ""


def _blamed(error: CellError) -> str:
    where = place(error)
    return _plain(f"{where}: {error.message}" if where else error.message)


def _titles(decisions: Iterable[Decision]) -> Iterator[str]:
    return (_plain(decision.activity.title) for decision in decisions)


def _row(cells: Iterable[str]) -> str:
    return "| " + " | ".join(_plain(cell).replace("|", "\\|") for cell in cells) + " |"


def _plain(text: str) -> str:
    return " ".join(text.split())
