"""What can go wrong, as values: each problem has a stable code, a place and a cure."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import IntEnum
from typing import Literal

Severity = Literal["error", "warning"]


class Exit(IntEnum):
    """Exit codes of the command line; part of the contract."""

    DONE = 0
    USAGE = 2
    COURSE = 3
    CHECK = 4
    TOOL = 5
    INTERRUPTED = 130


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One thing that is wrong with a course or its site.

    `code` is stable (tests and scripts may match it), `message` says what is wrong, `file` is relative to the
    course folder (or to the site, for problems found in the finished site), `where` narrows it down ("cell 3",
    "line 12", "key activities"), `cure` says what to do.
    """

    code: str
    message: str
    cure: str
    file: str | None = None
    where: str | None = None
    severity: Severity = "error"

    @property
    def place(self) -> str:
        """`file, where`, as far as known; empty if the problem has no place."""
        return ", ".join(part for part in (self.file, self.where) if part)


class SatchelError(Exception):
    """Base of every error that the command line turns into an exit code."""

    exit_code: Exit = Exit.TOOL


class UsageError(SatchelError):
    """The command line was called with something that makes no sense."""

    exit_code = Exit.USAGE


class CourseProblems(SatchelError):
    """The course cannot be built: all problems found so far, in one go."""

    exit_code = Exit.COURSE

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.place}: {p.message}" for p in self.problems))


class CheckFailed(SatchelError):
    """The finished site does not pass a check of its own."""

    exit_code = Exit.CHECK

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(f"{p.place}: {p.message}" for p in self.problems))


class ToolFailed(SatchelError):
    """An outside tool or a download failed.

    `what` names the step, `detail` is the tail of what the tool printed, `cure` says what to try.
    """

    exit_code = Exit.TOOL

    def __init__(self, what: str, *, detail: str = "", cure: str = "") -> None:
        self.what, self.detail, self.cure = what, detail, cure
        super().__init__(what)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean "x"?` for the nearest known word, or an empty string."""
    near = get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' Did you mean "{near[0]}"?' if near else ""
