"""The build from end to end: read, make the parts, look at the new site, swap it in, pack it."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence
from pathlib import Path

from filelock import FileLock, Timeout
from rich.markup import escape

from satchel import assemble, check, folders, frontend, layout, offline, scan, staging, stamps
from satchel import ledger as ledgers
from satchel.errors import Problem, ToolFailed
from satchel.ground import prepare
from satchel.lastsite import LastSite, key_of
from satchel.making import Made, make, make_again
from satchel.manifestdiff import differences
from satchel.manifestread import parse_manifest
from satchel.options import Options
from satchel.proving import begin_check, judge, run_check
from satchel.reading import ReadCourse, last_manifest, read_course
from satchel.report import Report, megabytes
from satchel.unpacking import unpackable


def plan_only(options: Options, report: Report, *, show: bool) -> str:
    """Print the plan, and what is different from the last build; return the manifest as text. Nothing is written.

    Raises:
        CourseProblems: the course has errors (all of them).
    """
    read = read_course(options, report)
    if show:
        report.plan(read.plan.decisions)
    text = read.plan.manifest()
    report.changes(*_since(options, text))
    return text


def _since(options: Options, text: str) -> tuple[str, Sequence[str]]:
    """What is different from the last build, under a heading that says what there is to compare with."""
    last, planned = last_manifest(options.site), parse_manifest(text).manifest
    if last is None:
        return f"There is no earlier build in {options.out} to compare with.", ()
    if last.manifest is None or planned is None:
        why = last.problems[0].message if last.problems else ""
        return f"The last build cannot be compared with. {why}".strip(), ()
    found = differences(last.manifest, planned)
    return "Different from the last build:" if found else "Nothing is different from the last build.", found


def watched(options: Options) -> Sequence[Path]:
    """Folders whose changes make another build worthwhile."""
    found = layout.find(options.course, ledger=options.ledger, out=options.out)
    own = {found.content, found.config.parent, found.lite}
    return [*(path for path in own if path and path.is_dir()), *frontend.sources()]


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
    report.published = False
    _tidy(options)
    read.remembered.keep()
    report.plan(read.plan.decisions, whole=False)
    report.say("")
    aside = options.out / ".site-new"
    with report.steps():
        try:
            ground = prepare(options, read, report)
            checking = begin_check(options, read, ground) if options.check else None
            # What an earlier check has shown of unchanged activities is published from the start.
            known = checking.known if checking else {}
            shown = read.deciding(verdict.decision for verdict in check.judged(read.plan.decisions, known))
            made = make(options, shown, ground, report)
            last = LastSite(record=options.work / "last-site.json")
            made_of = key_of(made.parts, options.stamps.folder, options.zip)
            found = None if checking else last.unchanged(made_of, options.site)
            if found is not None:
                judge(dict.fromkeys((*made.warnings, *found)), options, report)
                _write_ledger(read)
            else:
                last.forget()
                told = _assemble(made, aside, shown, options, report)
                if checking:
                    seen = run_check(options, read, checking, aside, report)
                    if seen.plan.decisions != shown.plan.decisions:
                        shown = seen
                        made = make_again(options, shown, ground, made, report)
                        told = _assemble(made, aside, shown, options, report, told=told)
                # Before the site is public: students' work will hang on these identities.
                _write_ledger(read)
                assemble.swap(aside, options.site)
                last.remember(key_of(made.parts, options.stamps.folder, options.zip), options.site, told)
            report.published = True
            folders.sync_own(options.hosted, texts=shown.plan.hosted_files(ground.runtime.packages))
            if options.zip:
                _pack(options, read, report)
        finally:
            _tidy(options)
    _summary(options, shown, report)
    return options.site


def _pack(options: Options, read: ReadCourse, report: Report) -> None:
    """Pack the zip, unless it holds this very site already."""
    with report.step("offline zip") as step:
        name = read.plan.course.id
        target = options.out / f"{name}-offline.zip"
        starters = (f"{path} {content!r}" for path, content in offline.starters().items())
        made_of = stamps.key(name, folders.sha256(options.site / "SHA256SUMS"), *starters)
        last = LastSite(record=options.work / "last-zip.json")
        if last.unchanged(made_of, target) is None:
            last.forget()
            offline.pack(options.site, target, folder=name)
            last.remember(made_of, target)
        step.note = megabytes(target.stat().st_size)


def _tidy(options: Options) -> None:
    """Take away what is half made; a build that was killed outright could not do so itself."""
    shutil.rmtree(options.out / ".site-new", ignore_errors=True)
    for part in (*options.out.glob("*-offline.zip.part"), *options.work.glob("runtime*/.*.part")):
        part.unlink(missing_ok=True)


def _assemble(
    made: Made, aside: Path, read: ReadCourse, options: Options, report: Report, *, told: Collection[Problem] = ()
) -> Collection[Problem]:
    """Put the site together and look at it; returns what the author has heard of, which `told` is part of."""
    with report.step("assemble") as step:
        assemble.assemble(made.parts, aside)
        found = scan.scan(aside, options.work / "scanned.json")
        step.note = megabytes(folders.size(aside))
    if options.zip:
        found = (*found, *unpackable(folders.files(aside), folder=read.plan.course.id))
    problems = dict.fromkeys((*made.warnings, *found))
    judge([problem for problem in problems if problem not in told], options, report)
    return {*told, *problems}


def _write_ledger(read: ReadCourse) -> None:
    """Record identities, if there is something new."""
    text = ledgers.dump(read.plan.ledger)
    if read.folder.ledger != text:
        ledger = read.layout.ledger
        ledger.parent.mkdir(parents=True, exist_ok=True)
        # In one move: students' work hangs on this file, and half of it would be worse than the old one.
        aside = ledger.with_name(f".{ledger.name}.part")
        try:
            aside.write_text(text, "utf-8")
            aside.replace(ledger)
        finally:
            aside.unlink(missing_ok=True)


def _summary(options: Options, read: ReadCourse, report: Report) -> None:
    browser = sum(staging.runs_in_browser(decision) for decision in read.plan.decisions)
    report.say("")
    report.say(
        f"[bold]{escape(read.plan.course.title)}[/]: "
        f"{browser} of {len(read.plan.decisions)} activities run in the browser."
    )
    size = megabytes(folders.size(options.site))
    report.say(f"  site  {escape(str(options.site))}   [dim]{size}; upload this folder as it is[/]")
    if options.check:
        report.say(f"  check {escape(str(options.out / check.REPORT_NAME))}")
    if options.zip:
        target = options.out / f"{read.plan.course.id}-offline.zip"
        report.say(f"  zip   {escape(str(target))}   [dim]{offline.ADVICE}[/]")
    if options.hosted.exists():
        report.say(f"  hosted {escape(str(options.hosted))}   [dim]for those who run the server[/]")
    course = "" if options.course == frontend.SOURCE.parent else f"{options.course} "
    report.say(f"  look  python build.py {escape(course)}--serve")
    if read.folder.ledger is None:
        ledger = escape(str(read.layout.ledger))
        report.say(f"  keep  {ledger}   [dim]commit it: students' work hangs on the identities in it[/]")
