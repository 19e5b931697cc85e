"""The wheels beyond the catalogue's own that a plan needs: the index is asked layer by layer, until nothing is open."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from packaging.requirements import Requirement

from satchel.errors import CourseProblems, Problem, ToolFailed
from satchel.runtime import pypi, wheels
from satchel.runtime.cache import Cache
from satchel.runtime.catalogue import Catalogue, bare, normal
from satchel.runtime.fetch import pure
from satchel.runtime.plan import RuntimePlan
from satchel.runtime.progress import Progress
from satchel.runtime.recorded import Wheel
from satchel.shell import Line

# Each round asks the index about one more layer of dependencies.
_ROUNDS = 12
Planned = Callable[[Iterable[Wheel]], RuntimePlan]


def closed(planned: Planned, before: tuple[Wheel, ...], known: Catalogue, echo: Line | None) -> tuple[Wheel, ...]:
    """The wheels, `before` and those that the index offers, that leave nothing in the plan open.

    Raises `CourseProblems` where the index has no wheel for the browser, `ToolFailed` if it cannot be asked.
    """
    found = before
    for _ in range(_ROUNDS):
        answer = planned(found)
        if not answer.open:
            used = {(package.name, package.sha256) for package in answer.packages}
            pins = {(package.name, package.sha256) for package in known.packages.values()}
            return tuple(wheel for wheel in found if (wheel.name, wheel.sha256) in used - pins)
        found += _ask(answer.open, known, echo)
    raise ToolFailed(
        f"The requirements of {', '.join(sorted(answer.open))} never settle",
        cure="Give the extra packages of the course exact versions.",
    )


def _ask(open_: Mapping[str, tuple[str, ...]], known: Catalogue, echo: Line | None) -> tuple[Wheel, ...]:
    extras = {normal(need.name): tuple(sorted(need.extras)) for need in map(Requirement, open_)}
    try:
        hits = pypi.find(tuple(open_), python=known.python, echo=echo)
    except pypi.NoSuchWheel as error:
        raise CourseProblems([_no_such_wheel(open_, error, known)]) from error
    return tuple(
        Wheel(
            name=hit.name,
            version=hit.version,
            file_name=hit.file_name,
            sha256=hit.sha256,
            requires=tuple(
                _without_marker(need)
                for need in wheels.requirements_of(hit.requires, python=known.python, extras=extras.get(hit.name, ()))
            ),
            extras=extras.get(hit.name, ()),
        )
        for hit in hits
    )


def _no_such_wheel(open_: Mapping[str, tuple[str, ...]], error: pypi.NoSuchWheel, known: Catalogue) -> Problem:
    name = normal(Requirement(error.requirement).name)
    who = next((who for need, who in open_.items() if normal(Requirement(need).name) == name), ())
    return Problem(
        code="runtime-extra",
        message=f"{error.requirement}, needed by {', '.join(who)}, has no wheel on the package index that runs in the"
        f" browser: it has machine code that Pyodide {known.pyodide} does not bring, or this version does not exist",
        cure="Leave the package out, or send the activities that need it to a hosted server.",
    )


def _without_marker(need: Requirement) -> str:
    extras = f"[{','.join(sorted(need.extras))}]" if need.extras else ""
    return f"{need.name}{extras}{need.specifier}"


def read_in(
    found: tuple[Wheel, ...], known: Catalogue, store: Cache, progress: Progress, echo: Line | None
) -> tuple[Wheel, ...]:
    """The wheels with their sizes and import names, which only the files themselves tell."""
    new = [wheel for wheel in found if not wheel.size]
    absent = [bare(wheel) for wheel in new if store.get(wheel.sha256) is None]
    pure(absent, known.python, store, progress, echo)
    paths = {wheel: store.path(wheel.sha256) for wheel in new}
    return tuple(
        replace(wheel, imports=wheels.imports_of(paths[wheel]), size=paths[wheel].stat().st_size)
        if wheel in paths
        else wheel
        for wheel in found
    )
