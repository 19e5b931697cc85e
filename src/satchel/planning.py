"""Decides everything about a course before anything is built: from what was read to routes, runtime and problems."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from satchel import bookconfig, capabilities, course, coursepackages, litesettings, manifest, provision, review, routing
from satchel.bookconfig import BookConfig
from satchel.course import ParseAll, Sources
from satchel.derive import Around, Findings
from satchel.errors import Problem
from satchel.layout import CourseFolder, Layout
from satchel.ledger import Ledger
from satchel.manifest import RuntimeVersions
from satchel.model import Course, Decision, Host, Notebook
from satchel.runtime import Bundle, Catalogue, Package, RuntimePlan, Wheel
from satchel.toc import Toc

# The book pages that list every activity and look at the reader's browser; their addresses are part of the contract.
READERS_PAGE = "activities"
CHECK_PAGE = "check"
_OWN_PAGES = {READERS_PAGE: "the list of activities", CHECK_PAGE: "the check of the browser"}
_NO_BUNDLE = Bundle()
FindAll = Callable[[Sequence[Notebook], Around], Sequence[Findings]]


@dataclass(frozen=True, kw_only=True)
class CoursePlan:
    """Everything that is known about a course before it is built. `content` is relative to the course folder.

    `beyond` are the packages that the course could use if the full Pyodide distribution were at hand. `wanted` are the
    requirements that install lines of its browser activities ask for, and of which it is not known yet whether the
    browser can have them.
    """

    course: Course
    config: BookConfig
    toc: Toc
    ledger: Ledger
    decisions: tuple[Decision, ...]
    hosts: tuple[Host, ...]
    runtime: RuntimePlan
    beyond: tuple[str, ...]
    wanted: tuple[str, ...]
    content: str
    problems: tuple[Problem, ...]

    def manifest(self, packages: Mapping[str, str] | None = None) -> str:
        """`capabilities.json` as text. `packages` are those really supplied, by name; else the planned ones."""
        planned = {package.name: package.version for package in self.runtime.packages}
        versions = RuntimeVersions(
            pyodide=self.runtime.pyodide, python=self.runtime.python, packages=planned if packages is None else packages
        )
        return manifest.manifest_text(self.course, versions, self.hosts, self.decisions, content=self.content)

    def hosted_files(self, packages: Mapping[str, str]) -> dict[str, str]:
        """The files of `hosted/` by name, for those who run the server; `packages` are those supplied, by name."""
        return provision.files(
            self.course, self.hosts, self.decisions, runtime=self.runtime, versions=packages, content=self.content
        )


def plan_course(
    layout: Layout,
    folder: CourseFolder,
    *,
    parse: ParseAll,
    find: FindAll,
    catalogue: Catalogue,
    kernel: Collection[Package],
    wheels: Iterable[Wheel],
    full: bool = False,
    bundle: Bundle = _NO_BUNDLE,
) -> CoursePlan:
    """Plan a course that was read from disk. What is wrong with it comes back as problems, all of them.

    `parse` parses notebook files (see `notebooks.parse`), `find` reads the code of notebooks (see `Around.findings`).
    `catalogue` is that of the Pyodide release that the course asks for, `kernel` are the kernel's
    own packages, `wheels` those that earlier builds recorded for the course, `full` says that a copy of the full
    Pyodide distribution is at hand, `bundle` what the index said about the course's install lines.
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
            loose_pages=config.loose_pages,
            excluded=config.excluded,
        ),
        parse,
    )
    declared = capabilities.parse(folder.capabilities or "", file=name(layout.capabilities))
    known = declared.capabilities
    code = find([activity.notebook for activity in read.course.activities], _around(read.course, folder))
    found = dict(zip((activity.id for activity in read.course.activities), code, strict=True))
    declared_extra, extra_problems = coursepackages.valid_extra(known.packages)
    extra, wheels = (*declared_extra, *bundle.requirements), (*wheels, *bundle.wheels)
    answer, offered = coursepackages.supply(found.values(), extra, catalogue, kernel, wheels, full)
    answer = replace(answer, missing={**answer.missing, **coursepackages.refusals(bundle)})
    decided: list[Decision] = []
    inside = [*read.problems, *review.pages(read, folder.texts, toc_file=name(layout.toc), own_pages=_OWN_PAGES)]
    for activity in read.course.activities:
        said = capabilities.declared(known, activity.notebook, files=[file.path for file in read.course.files])
        result = routing.decide(
            activity,
            found[activity.id],
            said.declaration,
            known.hosts,
            answer,
            offered=offered,
            content=content,
            sizes=folder.sizes,
        )
        decided.append(result.decision)
        inside += (*said.problems, *result.problems)
    runtime, runtime_problems = coursepackages.runtime(decided, found, answer, extra, catalogue, kernel, wheels, full)
    problems = [
        *config_problems,
        *review.placed(inside, folder.sizes, content=content),
        *declared.problems,
        *coursepackages.unasked(bundle),
    ]
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
        beyond=coursepackages.beyond(decided, found, extra, catalogue),
        wanted=coursepackages.wanted(decided, found, offered, catalogue, bundle),
        content=content,
        problems=review.with_unread(problems, folder.unread, read.toc, content=content),
    )


def _around(whole: Course, folder: CourseFolder) -> Around:
    """What the notebooks' code may open, import and install from."""
    return Around(
        files=tuple(file.path for file in whole.files),
        modules={path: text for path, text in folder.texts.items() if path.endswith(".py")},
        lists={path: text for path, text in folder.texts.items() if path.endswith(".txt")},
    )
