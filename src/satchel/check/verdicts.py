"""What follows from a run: evidence for readers, another route, or a problem that the author must hear of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from satchel.errors import Problem
from satchel.model import CellError, Decision, Evidence
from satchel.reasons import BROWSER_MEMORY_MB, listed, when_checked

CURE = (
    "Make it run in the browser, tag the cell raises-exception if it is meant to fail, or declare in "
    "capabilities.yml that the activity runs on a server."
)


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """The decision with what was seen of it; `problems` has an error if the site must not be published like this."""

    decision: Decision
    problems: tuple[Problem, ...] = ()

    @property
    def moved(self) -> bool:
        """Whether it is sent to a server because it does not run in the browser."""
        return self.decision.evidence.ok is False and self.decision.route == "hosted"


def judge(decision: Decision, evidence: Evidence) -> Verdict:
    """The verdict on one activity."""
    problems = tuple(_remarks(decision, evidence))
    if evidence.error is None:
        why = (*decision.why, when_checked(evidence))
        return Verdict(decision=replace(decision, evidence=evidence, why=why), problems=problems)
    if decision.refuge:
        return _sent_away(decision, evidence, evidence.error, problems)
    problem = Problem(
        code="check-failed",
        message=f"It does not run in the browser: {evidence.error.message}",
        file=decision.activity.source,
        where=place(evidence.error),
        cure=CURE,
    )
    return Verdict(decision=replace(decision, evidence=evidence), problems=(problem, *problems))


def judged(decisions: Iterable[Decision], seen: Mapping[str, Evidence]) -> tuple[Verdict, ...]:
    """Verdicts in the order of the book; an activity of which nothing was seen stays as it is."""
    return tuple(
        judge(decision, seen[decision.activity.id])
        if decision.activity.id in seen and decision.route in {"book", "lite"}
        else Verdict(decision=decision)
        for decision in decisions
    )


def place(error: CellError) -> str | None:
    """`code cell 3 (id)`, or None if no cell was to blame."""
    return None if error.number is None else f"code cell {error.number} ({error.cell})"


def _sent_away(decision: Decision, evidence: Evidence, error: CellError, problems: tuple[Problem, ...]) -> Verdict:
    where = "" if error.number is None else f" (cell {error.number})"
    moved = replace(
        decision,
        evidence=evidence,
        route="hosted",
        also=(),
        launch=decision.refuge,
        why=(f"Fails in the browser{where}: {_sentence(error.message)}",),
    )
    warning = Problem(
        code="check-moved",
        message=f"It does not run in the browser, so it is sent to {next(iter(decision.refuge))}: {error.message}",
        file=decision.activity.source,
        where=place(error),
        cure="Make it run in the browser, or agree with `route: hosted` in capabilities.yml.",
        severity="warning",
    )
    return Verdict(decision=moved, problems=(warning, *problems))


def _sentence(words: str) -> str:
    return words if words.endswith((".", "!", "?", "…")) else f"{words}."


def _remarks(decision: Decision, evidence: Evidence) -> Iterator[Problem]:
    known = {urlsplit(address).hostname for address in decision.needs.network}
    unknown = [origin for origin in evidence.requests if urlsplit(origin).hostname not in known]
    if unknown:
        yield Problem(
            code="check-outside-request",
            message=f"While it ran, it asked {listed(unknown)}, of which neither its code nor a declaration says so.",
            file=decision.activity.source,
            cure="Declare it under `network:` in capabilities.yml so that readers are told, or do without.",
            severity="warning",
        )
    if evidence.peak_mb is not None and evidence.peak_mb > BROWSER_MEMORY_MB:
        yield Problem(
            code="check-memory",
            message=f"Python took {evidence.peak_mb:.0f} MB of memory; many computers of students give a page no more "
            f"than {BROWSER_MEMORY_MB} MB.",
            file=decision.activity.source,
            cure="Work on less data at once, or declare `memory_mb:` so that it is sent to a server.",
            severity="warning",
        )
