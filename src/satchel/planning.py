"""Decides everything about a course before anything is built: from what was read to routes, runtime and problems."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from satchel import bookconfig, capabilities, course, litesettings, manifest, provision, review, routing
from satchel import runtime as runtimes
from satchel.bookconfig import BookConfig
from satchel.course import Sources
from satchel.derive import Findings, derive
from satchel.errors import CourseProblems, Problem
from satchel.layout import CourseFolder, Layout
from satchel.ledger import Ledger
from satchel.manifest import RuntimeVersions
from satchel.model import Activity, Course, Decision, Evidence, Host
from satchel.runtime import Catalogue, Package, RuntimePlan, Wheel
from satchel.staging import runs_in_browser
from satchel.toc import Toc

# The book page that lists every activity; its address is part of the contract.
READERS_PAGE = "activities"


@dataclass(frozen=True, kw_only=True)
class CoursePlan:
    """Everything that is known about a course before it is built. `content` is relative to the course folder.

    `beyond` are the packages that the course could use if the full Pyodide distribution were at hand.
    """

    course: Course
    config: BookConfig
    toc: Toc
    ledger: Ledger
    decisions: tuple[Decision, ...]
    hosts: tuple[Host, ...]
    runtime: RuntimePlan
    beyond: tuple[str, ...]
    content: str
    problems: tuple[Problem, ...]

    def manifest(self, packages: Mapping[str, str] | None = None) -> str:
        """`capabilities.json` as text. `packages` are those really supplied, by name; else the planned ones."""
        planned = {package.name: package.version for package in self.runtime.packages}
        versions = RuntimeVersions(
            pyodide=self.runtime.pyodide, python=self.runtime.python, packages=planned if packages is None else packages
        )
        return manifest.manifest_text(self.course, versions, self.hosts, self.decisions, content=self.content)

    def hosted_files(self) -> dict[str, str]:
        """The files of `hosted/` by name, for those who run the server; none if the course uses no server."""
        return provision.files(self.course, self.hosts, self.decisions)

    def with_evidence(self, seen: Mapping[str, Evidence]) -> CoursePlan:
        """The same plan, with what was seen of activities when they ran, by id."""
        decisions = tuple(replace(d, evidence=seen.get(d.activity.id, d.evidence)) for d in self.decisions)
        return replace(self, decisions=decisions)


def plan_course(
    layout: Layout,
    folder: CourseFolder,
    *,
    catalogue: Catalogue,
    kernel: Collection[Package],
    wheels: Iterable[Wheel],
    full: bool = False,
) -> CoursePlan:
    """Plan a course that was read from disk. What is wrong with it comes back as problems, all of them.

    `catalogue` is that of the Pyodide release that the course asks for, `kernel` are the kernel's
    own packages, `wheels` those that earlier builds recorded for the course, `full` says that a copy of the full
    Pyodide distribution is at hand.
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
    extra, extra_problems = _valid_extra(known.packages)
    answer, offered = _supply(found.values(), extra, catalogue, kernel, tuple(wheels), full)
    decided: list[Decision] = []
    inside = [*read.problems, *review.pages(read, folder.texts, toc_file=name(layout.toc), readers_page=READERS_PAGE)]
    for activity in read.course.activities:
        said = capabilities.declared(known, activity.notebook, files=[file.path for file in read.course.files])
        result = routing.decide(
            activity, found[activity.id], said.declaration, known.hosts, answer, offered=offered, content=content
        )
        decided.append(result.decision)
        inside += (*said.problems, *result.problems)
    runtime, runtime_problems = _runtime(decided, found, answer, extra, catalogue, kernel, tuple(wheels), full)
    problems = [*config_problems, *review.placed(inside, folder.sizes, content=content), *declared.problems]
    problems += capabilities.unmatched(
        known, [a.source for a in read.course.activities], file=name(layout.capabilities)
    )
    problems += (
        # The parser of requirements draws an arrow under the place in further lines.
        replace(problem, message=problem.message.split("\n")[0], file=name(layout.capabilities), where="packages")
        for problem in (*extra_problems, *runtime_problems)
    )
    problems += litesettings.check(folder.lite, folder=name(layout.lite) if layout.lite else "lite")
    return CoursePlan(
        course=read.course,
        config=config,
        toc=read.toc,
        ledger=read.ledger,
        decisions=tuple(decided),
        hosts=known.hosts,
        runtime=runtime,
        beyond=_beyond(decided, found, extra, catalogue),
        content=content,
        problems=review.with_unread(problems, folder.unread, read.toc, content=content),
    )


def _findings(activity: Activity, whole: Course, folder: CourseFolder) -> Findings:
    modules = {path: text for path, text in folder.texts.items() if path.endswith(".py") and path != activity.source}
    return derive(activity.notebook, files=[file.path for file in whole.files], modules=modules)


def _supply(
    found: Iterable[Findings],
    extra: Iterable[str],
    catalogue: Catalogue,
    kernel: Collection[Package],
    wheels: tuple[Wheel, ...],
    full: bool,
) -> tuple[runtimes.Availability, frozenset[str]]:
    """What the browser's Python has of all that the course asks for, and every package that it could have."""
    names = {name for findings in found for name in routing.asked(findings)}
    answer = runtimes.available(names, extra, wheels=wheels, full=full, catalogue=catalogue)
    offered = {p.name for p in catalogue.packages.values() if full or p.source != "cdn-only"} | {p.name for p in kernel}
    declared = {canonicalize_name(Requirement(text).name) for text in extra}
    return answer, frozenset(offered | declared | set(answer.packages.values()))


def _valid_extra(extra: Iterable[str]) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
    """The author's extra packages that can be asked for, and a problem for each that cannot."""
    valid: list[str] = []
    problems: list[Problem] = []
    for text in extra:
        try:
            runtimes.available((), [text])
        except CourseProblems as error:
            problems += error.problems
        else:
            valid.append(text)
    return tuple(valid), tuple(problems)


def _runtime(
    decisions: Iterable[Decision],
    found: Mapping[str, Findings],
    answer: runtimes.Availability,
    extra: tuple[str, ...],
    catalogue: Catalogue,
    kernel: Collection[Package],
    wheels: tuple[Wheel, ...],
    full: bool,
) -> tuple[RuntimePlan, tuple[Problem, ...]]:
    """The packages that the browser activities import, and no others: a server brings its own.

    Extra packages that do not go together with the rest come back as problems, and the plan is made without them.
    """
    imports: set[str] = set()
    for decision in decisions:
        if runs_in_browser(decision):
            imports |= {name for name in found[decision.activity.id].modules if name in answer.packages}
            wanted = set(decision.needs.packages) - set(answer.packages.values())
            imports |= {name for name, package in catalogue.by_import.items() if package in wanted}
    try:
        return runtimes.plan(imports, extra, wheels=wheels, full=full, kernel=kernel, catalogue=catalogue), ()
    except CourseProblems as error:
        plan = runtimes.plan(imports, wheels=wheels, full=full, kernel=kernel, catalogue=catalogue)
        return plan, error.problems


def _beyond(
    decisions: Iterable[Decision], found: Mapping[str, Findings], extra: Iterable[str], catalogue: Catalogue
) -> tuple[str, ...]:
    """What of the full distribution would bring activities into the browser; no package replaces a GPU."""
    able = [decision for decision in decisions if not decision.needs.gpu]
    imports = {name for decision in able for name in routing.asked(found[decision.activity.id])}
    packages = {name for decision in able for name in (*decision.needs.packages, *decision.needs.missing)}
    packages |= {canonicalize_name(Requirement(text).name) for text in extra}
    return runtimes.beyond(imports, packages, catalogue)
