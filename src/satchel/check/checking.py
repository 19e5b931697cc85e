"""A check from end to end: what is known already counts, the rest is run, and what was seen is kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from satchel import folders
from satchel.check.jobs import checkable, jobs
from satchel.check.kept import Kept
from satchel.check.keys import Surroundings, files_of, key
from satchel.check.records import Ran, Record
from satchel.check.running import run_all
from satchel.model import Course, Decision, Evidence


@dataclass(frozen=True, kw_only=True)
class Checking:
    """What is known of the activities that run in a browser, before any is run.

    `keys` are the hashes of what their runs depend on, `known` what an earlier run with the same hash has shown,
    `earlier` what any earlier run has shown; all by id.
    """

    kept: Kept
    decisions: tuple[Decision, ...]
    keys: Mapping[str, str]
    known: Mapping[str, Evidence]
    earlier: Mapping[str, Evidence]

    @property
    def open(self) -> tuple[Decision, ...]:
        """The activities that have to be run."""
        return tuple(decision for decision in self.decisions if decision.activity.id not in self.known)


def begin(
    decisions: Iterable[Decision], course: Course, surroundings: Surroundings, *, content: Path, folder: Path
) -> Checking:
    """Look up what is known. `content` holds the course's files, `folder` the evidence."""
    chosen = checkable(decisions)
    hashes = {path: folders.sha256(content / path) for path in sorted({p for d in chosen for p in files_of(d, course)})}
    keys = {
        decision.activity.id: key(decision, surroundings, {path: hashes[path] for path in files_of(decision, course)})
        for decision in chosen
    }
    kept = Kept(folder=folder)
    records = kept.read(keys)
    return Checking(
        kept=kept,
        decisions=chosen,
        keys=keys,
        known={identity: r.evidence for identity, r in records.items() if r.key == keys[identity]},
        earlier={identity: r.evidence for identity, r in records.items()},
    )


def run(
    checking: Checking, site: Path, *, on_progress: Callable[[int, int, Sequence[str]], None]
) -> Mapping[str, Evidence]:
    """Run what is open in the finished site; returns what is known then of all, by id. What lasts is kept.

    Raises:
        ToolFailed: Chromium or Playwright is not installed.
    """
    seen = dict(checking.known)

    def note(identity: str, ran: Ran) -> None:
        seen[identity] = ran.evidence
        if ran.lasting:
            # At once, so that an interrupted check goes on where it was.
            checking.kept.write(identity, Record(key=checking.keys[identity], evidence=ran.evidence))
        else:
            checking.kept.forget(identity)

    waiting = jobs(checking.open, checking.earlier)
    if waiting:
        run_all(site, waiting, on_progress=on_progress, on_seen=note)
    return seen
