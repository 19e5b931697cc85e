"""Which packages the browser's Python brings for a course: what its activities ask for, held against what there is."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from satchel import routing
from satchel import runtime as runtimes
from satchel.derive import Findings
from satchel.errors import CourseProblems, Problem
from satchel.model import Decision
from satchel.reasons import obstacles
from satchel.runtime import Bundle, Catalogue, Package, RuntimePlan, Wheel
from satchel.staging import runs_in_browser


def supply(
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


def valid_extra(extra: Iterable[str]) -> tuple[tuple[str, ...], tuple[Problem, ...]]:
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


def runtime(
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


def beyond(
    decisions: Iterable[Decision], found: Mapping[str, Findings], extra: Iterable[str], catalogue: Catalogue
) -> tuple[str, ...]:
    """What of the full distribution would bring activities into the browser; no package replaces a GPU."""
    able = [decision for decision in decisions if not decision.needs.gpu]
    imports = {name for decision in able for name in routing.asked(found[decision.activity.id])}
    packages = {name for decision in able for name in (*decision.needs.packages, *decision.needs.missing)}
    packages |= {canonicalize_name(Requirement(text).name) for text in extra}
    return runtimes.beyond(imports, packages, catalogue)


def refusals(bundle: Bundle) -> dict[str, str]:
    """Why there is none of what an install line asks for, by the name that is most likely imported."""
    reasons = {**bundle.refused, **bundle.unasked}
    return {Requirement(text).name.replace("-", "_"): reason for text, reason in reasons.items()}


def wanted(
    decisions: Iterable[Decision],
    found: Mapping[str, Findings],
    offered: Collection[str],
    catalogue: Catalogue,
    bundle: Bundle,
) -> tuple[str, ...]:
    """What pip is asked for where nothing but packages is in the browser's way, and that nobody has answered yet."""
    answered = {*bundle.requirements, *bundle.refused, *bundle.unasked}
    wanted = {
        text
        for decision in decisions
        if runs_in_browser(decision) or not obstacles(found[decision.activity.id], replace(decision.needs, missing=()))
        for text in found[decision.activity.id].requested
        if (name := Requirement(text).name) not in offered and name not in catalogue.packages
    }
    return tuple(sorted(wanted - answered))


def unasked(bundle: Bundle) -> Iterator[Problem]:
    """A warning for each requirement of which the package index could not be asked."""
    for text, reason in bundle.unasked.items():
        yield Problem(
            code="bundle-unasked",
            message=f"Whether the browser can have {text}, which a notebook installs, could not be found out: {reason}",
            cure="Build again when the package index can be reached; until then it counts as missing.",
            severity="warning",
        )
