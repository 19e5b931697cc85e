"""Reads and plans a course from disk; from here on nothing about it is wrong."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from satchel import capabilities, continuity, layout
from satchel import runtime as runtimes
from satchel.errors import CourseProblems, Problem, UsageError
from satchel.lacking import Lacking, lacking
from satchel.layout import CourseFolder, Layout
from satchel.manifest import FILE_NAME
from satchel.manifestread import ManifestRead, parse_manifest
from satchel.model import Decision
from satchel.options import Options
from satchel.planning import CoursePlan, plan_course
from satchel.remembered import Remembered
from satchel.report import Report
from satchel.runtime import Wheel


@dataclass(frozen=True, kw_only=True)
class ReadCourse:
    """A course that was read and planned without errors. `remembered` is for the next build."""

    layout: Layout
    folder: CourseFolder
    plan: CoursePlan
    lacking: Lacking
    remembered: Remembered

    def deciding(self, decisions: Iterable[Decision]) -> ReadCourse:
        """The same course with these decisions about its activities."""
        return replace(self, plan=replace(self.plan, decisions=tuple(decisions)))


def read_course(options: Options, report: Report) -> ReadCourse:
    """Read and plan the course that `options` names; warnings are reported.

    Raises:
        UsageError: the site would be built into the course's own material.
        CourseProblems: the course has errors (all of them).
    """
    found = layout.find(options.course, ledger=options.ledger, out=options.out)
    if options.out == found.content:
        raise UsageError(
            "--out must not be the course folder itself: the next build would take the site for course material."
        )
    folder = layout.read(found, out=options.out)
    # What is wrong with the file is for planning to tell; until then a release that there is not counts as unsaid.
    catalogue = runtimes.load(capabilities.parse(folder.capabilities or "").capabilities.pyodide)
    kernel = [package for package, _ in runtimes.kernel_wheels(python=catalogue.python)]
    wheels, damaged = _recorded(found, catalogue.pyodide)
    remembered = Remembered(options.work / "read.json")
    decide = partial(
        plan_course,
        found,
        folder,
        parse=remembered.parse,
        find=remembered.find,
        catalogue=catalogue,
        kernel=kernel,
        wheels=wheels,
    )
    plan = decide(full=options.mirror is not None)
    if plan.beyond and options.mirror is None:
        # Only a course that would gain something by it is worth asking the network before anything is built.
        full = runtimes.within_reach(plan.beyond, catalogue, options.cache, echo=report.echo)
        plan = decide(full=True) if full else plan
    if plan.wanted:
        full = plan.runtime.full
        known = runtimes.bundle(
            plan.wanted,
            plan.runtime.extra,
            catalogue=catalogue,
            kernel=kernel,
            wheels=wheels,
            cache=options.cache,
            full=full,
            echo=report.echo,
        )
        plan = decide(full=full, bundle=known)
    missing = lacking(plan.config, folder=found.config.parent, file=found.name(found.config))
    last = last_manifest(options.site)
    lost = continuity.with_last_site(
        plan.course, last.manifest if last else None, site=str(options.site), ledger_file=found.name(found.ledger)
    )
    problems = weighed((*plan.problems, *damaged, *missing.problems, *lost), options)
    if any(problem.severity == "error" for problem in problems):
        raise CourseProblems(problems)
    report.problems(problems)
    return ReadCourse(layout=found, folder=folder, plan=plan, lacking=missing, remembered=remembered)


def last_manifest(site: Path) -> ManifestRead | None:
    """What the last build published, or what is wrong with that; None if there is no finished site."""
    try:
        # What is no text is no manifest either, and says so.
        text = (site / FILE_NAME).read_bytes().decode("utf-8", errors="replace")
    except OSError:
        return None
    return parse_manifest(text)


def _recorded(found: Layout, pyodide: str) -> tuple[tuple[Wheel, ...], tuple[Problem, ...]]:
    """The wheels of earlier builds; a damaged record is one problem among the others."""
    try:
        return runtimes.read(found.runtime_lock, pyodide=pyodide), ()
    except CourseProblems as error:
        return (), tuple(replace(problem, file=found.name(found.runtime_lock)) for problem in error.problems)


def weighed(problems: Iterable[Problem], options: Options) -> tuple[Problem, ...]:
    """The problems, each once; with `--strict` every warning is an error."""
    once = dict.fromkeys(problems)
    return tuple(replace(problem, severity="error") if options.strict else problem for problem in once)
