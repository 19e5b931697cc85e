"""`--check` as a part of the build: what it looks at, what the author hears of it, and what is decided after it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from satchel import __version__, check, folders, review
from satchel.check import Checking, Surroundings, Verdict
from satchel.errors import CheckFailed, Problem
from satchel.ground import Ground
from satchel.options import Options
from satchel.reading import ReadCourse, weighed
from satchel.report import Report


def begin_check(options: Options, read: ReadCourse, ground: Ground) -> Checking:
    """Look up what earlier checks have shown that still holds."""
    surroundings = Surroundings(
        satchel=__version__,
        pyodide=ground.runtime.pyodide,
        python=read.plan.runtime.python,
        packages=ground.runtime.packages,
        lock=folders.sha256(ground.runtime.folder / "pyodide-lock.json"),
        browser_side=folders.digest(ground.frontend.folder),
    )
    return check.begin(
        read.plan.decisions,
        read.plan.course,
        surroundings,
        content=read.layout.content,
        folder=options.work / "evidence",
    )


def run_check(options: Options, read: ReadCourse, checking: Checking, site: Path, report: Report) -> ReadCourse:
    """Run what is not known yet in the finished site; returns the course as it is decided after that.

    The report for the author is written in any case.

    Raises:
        CheckFailed: an activity does not run in the browser, and no server is there to take it.
        ToolFailed: Chromium or Playwright is not installed.
    """
    with report.step("check") as step:

        def progress(done: int, total: int, running: Sequence[str]) -> None:
            step(done, total, ", ".join(running))

        seen = check.run(checking, site, on_progress=progress)
        unchanged = f", {len(checking.known)} had not changed" if checking.known else ""
        step.note = f"{len(checking.open)} activities ran in Chromium{unchanged}"
    verdicts = check.judged(read.plan.decisions, seen)
    text = check.account(read.plan.course.title, verdicts, kept=set(checking.known))
    (options.out / check.REPORT_NAME).write_text(text, "utf-8")
    judge(_placed(verdicts, read), options, report)
    return read.deciding(verdict.decision for verdict in verdicts)


def judge(problems: Iterable[Problem], options: Options, report: Report) -> None:
    """Tell the author of warnings, and stop at errors.

    Raises:
        CheckFailed: there is an error among the problems.
    """
    found = weighed(problems, options)
    if any(problem.severity == "error" for problem in found):
        raise CheckFailed(found)
    report.problems(found)


def _placed(verdicts: Iterable[Verdict], read: ReadCourse) -> Iterable[Problem]:
    problems = [problem for verdict in verdicts for problem in verdict.problems]
    return review.placed(problems, read.folder.sizes, content=read.plan.content)
