"""What `/activities.html` shows of each activity: why it runs where it does, how soon, and what a check has seen."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import groupby

from satchel.model import Decision, Evidence, Route
from satchel.reasons import duration, when_checked

_SOON: Mapping[Route, str] = {
    "book": "Python starts in a few seconds.",
    "lite": "Opens in about ten seconds.",
    "hosted": "",
    "read": "Nothing has to start.",
}
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One activity. `launches` are the servers that can run it, best first, as `hosted.launches` has them."""

    decision: Decision
    lite: str | None
    launches: list[dict[str, str]]

    @property
    def why(self) -> str:
        """The reasons; what a check has seen has a place of its own."""
        seen = when_checked(self.decision.evidence)
        return " ".join(reason for reason in self.decision.why if reason != seen)

    @property
    def soon(self) -> str:
        """How long a reader waits for the main way to start."""
        if self.decision.route != "hosted":
            return _SOON[self.decision.route]
        wait = next((launch["wait"] for launch in self.launches), "")
        return f"Expected wait: {wait}." if wait else "It takes as long as the server needs to start."

    @property
    def seen(self) -> str:
        """What a check has seen of it, empty if there was none or it failed."""
        return _seen(self.decision.evidence)


@dataclass(frozen=True, kw_only=True)
class Group:
    """The activities of one part of the book; `heading` is Markdown, empty if the part has no caption."""

    heading: str
    name: str
    rows: tuple[Row, ...]


def groups(rows: Iterable[Row], parts: Mapping[str, str]) -> tuple[Group, ...]:
    """The rows by part of the book. `parts` are the captions by page without suffix."""

    def part(row: Row) -> str:
        return parts.get(row.decision.activity.page.removesuffix(".html"), "")

    return tuple(
        Group(heading=_PUNCTUATION.sub(r"\\\1", " ".join(name.split())), name=name, rows=tuple(inside))
        for name, inside in groupby(rows, key=part)
    )


def summary(decisions: Iterable[Decision]) -> str:
    """How many run where, in one sentence for readers."""
    routes = [decision.route for decision in decisions]
    here, hosted, read = (
        sum(route in among for route in routes) for among in (("book", "lite"), ("hosted",), ("read",))
    )
    if not hosted and not read:
        return "All of them run in your browser." if here else ""
    parts = [f"{here} of {len(routes)} {'runs' if here == 1 else 'run'} in your browser"]
    parts += [f"{hosted} {'needs' if hosted == 1 else 'need'} a server"] if hosted else []
    parts += [f"{read} {'is' if read == 1 else 'are'} only to be read"] if read else []
    return ", ".join(parts) + "."


def _seen(evidence: Evidence) -> str:
    if evidence.kind != "ran" or evidence.ok is not True or evidence.seconds is None:
        return ""
    memory = "" if evidence.peak_mb is None else f", with {evidence.peak_mb:.0f} MB of memory"
    return f"Checked: all of it ran in {duration(evidence.seconds)}{memory}."
