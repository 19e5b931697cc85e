"""The build from end to end: read, make the parts, look at the new site, swap it in, pack it."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from filelock import FileLock, Timeout
from rich.markup import escape

from satchel import assemble, check, folders, frontend, layout, manifest, offline, review, scan, staging
from satchel import ledger as ledgers
from satchel.errors import CheckFailed, Problem, ToolFailed
from satchel.making import make
from satchel.options import Options
from satchel.reading import ReadCourse, keep_findings, read_course, weighed
from satchel.report import Report, megabytes


def plan_only(options: Options, report: Report, *, show: bool) -> str:
    """Print the plan and return the manifest as text; nothing is written.

    Raises:
        CourseProblems: the course has errors (all of them).
    """
    read = read_course(options, report)
    if show:
        report.plan(read.plan.decisions)
    return read.plan.manifest()


def watched(options: Options) -> Sequence[Path]:
    """Folders whose changes make another build worthwhile."""
    found = layout.find(options.course, ledger=options.ledger, out=options.out)
    return [
        path for path in {found.content, found.config.parent, found.lite, frontend.SOURCE} if path and path.is_dir()
    ]


def build(options: Options, report: Report) -> Path:
    """Build the course; returns the finished site.

    Raises:
        UsageError: the site would be built into the course's own material.
        CourseProblems: the course has errors; nothing was built.
        CheckFailed: the new site would fetch something from elsewhere, or an activity that should run in the browser
            does not; the old site was kept.
        ToolFailed: an outside tool or a download failed, or another build is at work in the same folder; the old site
            was kept.
    """
    read = read_course(options, report)
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        # The system lets go of the lock when the process ends, however it ends.
        with FileLock(options.out / ".lock", timeout=0):
            return _build(options, read, report)
    except Timeout as error:
        raise ToolFailed(
            "Starting the build",
            detail=f"Another build is at work in {options.out}.",
            cure="Wait until it is done, or build into another folder with --out.",
        ) from error


def _build(options: Options, read: ReadCourse, report: Report) -> Path:
    assemble.recover(options.site)
    assemble.refuse_foreign(options.site)
    keep_findings(options, read.plan)
    report.plan(read.plan.decisions)
    report.say("")
    with report.steps():
        made = make(options, read, report)
        aside = options.out / ".site-new"
        try:
            with report.step("assemble") as step:
                assemble.assemble(made.parts, aside)
                found = scan.scan(aside)
                step.note = megabytes(folders.size(aside))
            _judge((*made.warnings, *found), options, report)
            if options.check:
                _check(read, made.packages, aside, report)
            # Before the site is public: students' work will hang on these identities.
            _write_ledger(read)
            assemble.swap(aside, options.site)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        folders.sync_own(options.hosted, texts=read.plan.hosted_files(made.packages))
        if options.zip:
            with report.step("offline zip") as step:
                target = options.out / f"{read.plan.course.id}-offline.zip"
                offline.pack(options.site, target, folder=read.plan.course.id)
                step.note = megabytes(target.stat().st_size)
    _summary(options, read, report)
    return options.site


def _judge(problems: Sequence[Problem], options: Options, report: Report) -> None:
    problems = weighed(problems, options)
    if any(problem.severity == "error" for problem in problems):
        raise CheckFailed(problems)
    report.problems(problems)


def _check(read: ReadCourse, packages: Mapping[str, str], aside: Path, report: Report) -> None:
    """Run the browser activities of the new site and put what was seen into its manifest."""
    with report.step("check") as step:
        checked = check.run(aside, read.plan.decisions, on_activity=lambda title: step(0, 0, title))
        step.note = f"{len(checked)} activities ran in Chromium"
    problems = [result.problem for result in checked if result.problem]
    if problems:
        raise CheckFailed(review.placed(problems, read.folder.sizes, content=read.plan.content))
    seen = read.plan.with_evidence({result.decision.activity.id: result.evidence for result in checked})
    (aside / manifest.FILE_NAME).write_text(seen.manifest(packages), "utf-8")
    assemble.seal(aside)


def _write_ledger(read: ReadCourse) -> None:
    """Record identities, if there is something new."""
    text = ledgers.dump(read.plan.ledger)
    if read.folder.ledger != text:
        ledger = read.layout.ledger
        ledger.parent.mkdir(parents=True, exist_ok=True)
        # In one move: students' work hangs on this file, and half of it would be worse than the old one.
        aside = ledger.with_name(f".{ledger.name}.part")
        aside.write_text(text, "utf-8")
        aside.replace(ledger)


def _summary(options: Options, read: ReadCourse, report: Report) -> None:
    browser = sum(staging.runs_in_browser(decision) for decision in read.plan.decisions)
    report.say("")
    report.say(
        f"[bold]{escape(read.plan.course.title)}[/]: "
        f"{browser} of {len(read.plan.decisions)} activities run in the browser."
    )
    size = megabytes(folders.size(options.site))
    report.say(f"  site  {escape(str(options.site))}   [dim]{size}; upload this folder as it is[/]")
    if options.zip:
        target = options.out / f"{read.plan.course.id}-offline.zip"
        report.say(f"  zip   {escape(str(target))}   [dim]unpack, then python start.py[/]")
    if options.hosted.exists():
        report.say(f"  hosted {escape(str(options.hosted))}   [dim]for those who run the server[/]")
    course = "" if options.course == frontend.SOURCE.parent else f"{options.course} "
    report.say(f"  look  python build.py {escape(course)}--serve")
    if read.folder.ledger is None:
        ledger = escape(str(read.layout.ledger))
        report.say(f"  keep  {ledger}   [dim]commit it: students' work hangs on the identities in it[/]")
