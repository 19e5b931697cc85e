"""Decides everything about a course before anything is built: from what was read to routes, runtime and problems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass

from satchel import bookconfig, capabilities, course, litesettings, manifest, routing
from satchel import runtime as runtimes
from satchel.bookconfig import BookConfig
from satchel.course import Sources
from satchel.derive import Findings, derive
from satchel.errors import Problem
from satchel.layout import CourseFolder, Layout
from satchel.ledger import Ledger
from satchel.manifest import RuntimeVersions
from satchel.model import Activity, Course, Decision, Host
from satchel.runtime import Package, RuntimePlan, Wheel
from satchel.staging import runs_in_browser
from satchel.toc import Toc

# The book page that lists every activity; its address is part of the contract.
READERS_PAGE = "activities"


@dataclass(frozen=True, kw_only=True)
class CoursePlan:
    """Everything that is known about a course before it is built. `content` is relative to the course folder."""

    course: Course
    config: BookConfig
    toc: Toc
    ledger: Ledger
    decisions: tuple[Decision, ...]
    hosts: tuple[Host, ...]
    runtime: RuntimePlan
    content: str
    problems: tuple[Problem, ...]

    def manifest(self, packages: Mapping[str, str] | None = None) -> str:
        """`capabilities.json` as text. `packages` are those really supplied, by name; else the planned ones."""
        planned = {package.name: package.version for package in self.runtime.packages}
        versions = RuntimeVersions(
            pyodide=self.runtime.pyodide, python=self.runtime.python, packages=planned if packages is None else packages
        )
        return manifest.manifest_text(self.course, versions, self.hosts, self.decisions, content=self.content)


def plan_course(
    layout: Layout, folder: CourseFolder, *, kernel: Collection[Package], wheels: Iterable[Wheel], full: bool = False
) -> CoursePlan:
    """Plan a course that was read from disk. What is wrong with it comes back as problems, all of them.

    `kernel` are the kernel's own packages, `wheels` those that earlier builds recorded for the course,
    `full` says that a copy of the full Pyodide distribution is at hand.
    """
    name = layout.name
    content = "" if layout.content == layout.root else name(layout.content)
    config, config_problems = bookconfig.parse(folder.config, file=name(layout.config))
    read = course.assemble(
        Sources(
            texts=folder.texts,
            sizes=folder.sizes,
            toc=folder.toc,
            ledger=folder.ledger,
            title=config.title,
            author=config.author,
            toc_file=name(layout.toc),
            ledger_file=name(layout.ledger),
        )
    )
    declared = capabilities.parse(folder.capabilities or "", file=name(layout.capabilities))
    known = declared.capabilities
    found = {activity.id: _findings(activity, read.course, folder) for activity in read.course.activities}
    answer, offered = _supply(found.values(), known.packages, kernel, tuple(wheels), full)
    decided: list[Decision] = []
    problems = [*config_problems, *read.problems, *declared.problems]
    problems += capabilities.unmatched(
        known, [a.source for a in read.course.activities], file=name(layout.capabilities)
    )
    for activity in read.course.activities:
        said = capabilities.declared(known, activity.notebook, files=[file.path for file in read.course.files])
        result = routing.decide(
            activity, found[activity.id], said.declaration, known.hosts, answer, offered=offered, content=content
        )
        decided.append(result.decision)
        problems += (*said.problems, *result.problems)
    problems += litesettings.check(folder.lite, folder=name(layout.lite) if layout.lite else "lite")
    problems += _unreadable(folder, content)
    problems += _taken(read.toc)
    return CoursePlan(
        course=read.course,
        config=config,
        toc=read.toc,
        ledger=read.ledger,
        decisions=tuple(decided),
        hosts=known.hosts,
        runtime=_runtime(decided, found, answer, known.packages, kernel, tuple(wheels), full),
        content=content,
        problems=tuple(problems),
    )


def _findings(activity: Activity, whole: Course, folder: CourseFolder) -> Findings:
    modules = {path: text for path, text in folder.texts.items() if path.endswith(".py") and path != activity.source}
    return derive(activity.notebook, files=[file.path for file in whole.files], modules=modules)


def _supply(
    found: Iterable[Findings], extra: Iterable[str], kernel: Collection[Package], wheels: tuple[Wheel, ...], full: bool
) -> tuple[runtimes.Availability, frozenset[str]]:
    """What the browser's Python has of all that the course asks for, and every package that it could have."""
    catalogue = runtimes.load()
    names = {name for findings in found for name in routing.asked(findings)}
    answer = runtimes.available(names, extra, wheels=wheels, full=full, catalogue=catalogue)
    offered = {p.name for p in catalogue.packages.values() if full or p.source != "cdn-only"} | {p.name for p in kernel}
    return answer, frozenset(offered | set(answer.packages.values()))


def _runtime(
    decisions: Iterable[Decision],
    found: Mapping[str, Findings],
    answer: runtimes.Availability,
    extra: Iterable[str],
    kernel: Collection[Package],
    wheels: tuple[Wheel, ...],
    full: bool,
) -> RuntimePlan:
    """The packages that the browser activities import, and no others: a server brings its own."""
    catalogue = runtimes.load()
    imports: set[str] = set()
    for decision in decisions:
        if runs_in_browser(decision):
            imports |= {name for name in found[decision.activity.id].modules if name in answer.packages}
            wanted = set(decision.needs.packages) - set(answer.packages.values())
            imports |= {name for name, package in catalogue.by_import.items() if package in wanted}
    return runtimes.plan(imports, extra, wheels=wheels, full=full, kernel=kernel, catalogue=catalogue)


def _unreadable(folder: CourseFolder, content: str) -> list[Problem]:
    return [
        Problem(
            code="not-utf8",
            message="This file is not UTF-8 text.",
            file=f"{content}/{path}".lstrip("/"),
            cure="Save it again as UTF-8 in an editor.",
        )
        for path in folder.undecodable
    ]


def _taken(table: Toc) -> list[Problem]:
    """The readers' page has a fixed address; a page of the author's must not be replaced by it."""
    return [
        Problem(
            code="page-name-taken",
            message=f'The page name "{READERS_PAGE}" is taken by the list of activities that every book gets.',
            file=page.source,
            cure="Give your page another file name.",
        )
        for page in table.pages
        if page.docname == READERS_PAGE
    ]
