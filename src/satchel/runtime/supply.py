"""Carry out a runtime plan: settle what the index must answer, fetch, and lay out `/runtime/`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from packaging.requirements import Requirement

from satchel.errors import CourseProblems, Problem, ToolFailed
from satchel.runtime import folder, pypi, recorded, wheels
from satchel.runtime.cache import Cache
from satchel.runtime.catalogue import Catalogue, Package, load, normal
from satchel.runtime.fetch import fetch, pure
from satchel.runtime.plan import RuntimePlan, plan
from satchel.runtime.progress import OnProgress, Progress
from satchel.runtime.recorded import Wheel
from satchel.runtime.versions import SUPPORTED
from satchel.shell import Line

# Each round asks the index about one more layer of dependencies.
_ROUNDS = 12
_Planned = Callable[[Iterable[Wheel]], RuntimePlan]


def supply(
    wanted: RuntimePlan,
    out: Path,
    *,
    cache: Path,
    lock_path: Path | None = None,
    mirror_url: str | None = None,
    on_progress: OnProgress | None = None,
    echo: Line | None = None,
    catalogue: Catalogue | None = None,
) -> folder.Runtime:
    """Make `out` the runtime of the plan; the same plan and lock give the same bytes.

    `lock_path` is the course's `runtime.lock.json`: read if it is there, written when packages come that the
    catalogue does not pin; without it the record is kept in the cache. `mirror_url` is a copy of the full
    Pyodide distribution. With a full cache nothing outside is asked. `on_progress` is called from several
    threads with (bytes done, bytes in all, file name); `echo` gets every command line that is run.

    Raises `ToolFailed` if a file cannot be had or is not the right one, `CourseProblems` if an extra
    requirement cannot be met.
    """
    known, store, progress = catalogue or load(wanted.pyodide), Cache(cache), Progress(on_progress)
    kernel = wheels.kernel_wheels(python=known.python)

    def planned(found: Iterable[Wheel]) -> RuntimePlan:
        return plan(
            wanted.imports,
            wanted.extra,
            wheels=found,
            full=wanted.full,
            kernel=[package for package, _ in kernel],
            catalogue=known,
        )

    record = lock_path or _own_record(wanted, cache)
    before = recorded.read(record, pyodide=known.pyodide)
    after = _read_in(_closed(planned, before, known, echo), known, store, progress, echo)
    if set(after) != set(before):
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(recorded.render(after, pyodide=known.pyodide), encoding="utf-8", newline="\n")
    complete = planned(after)
    right = folder.right_files(complete, out)
    cores = [file for file in complete.core if file.name not in right]
    packages = [package for package in complete.packages if package.file_name not in right]
    fetched = [package for package in packages if package.source != "bundled"]
    fetch(
        [file for file in cores if store.get(file.sha256) is None],
        [package for package in fetched if store.get(package.sha256) is None],
        known,
        store,
        mirror_url=mirror_url,
        progress=progress,
        echo=echo,
    )
    sources = {file.name: store.path(file.sha256) for file in cores}
    sources |= {package.file_name: store.path(package.sha256) for package in fetched}
    sources |= {path.name: path for _, path in kernel if path.name not in right}
    _leave_release(complete, out)
    return folder.write(complete, known.info, sources, out)


def _leave_release(complete: RuntimePlan, out: Path) -> None:
    """Remove files of Pyodide itself that only other releases have: no lock names them, so nobody else would."""
    own = {file.name for file in complete.core}
    for version in SUPPORTED:
        for file in load(version).core:
            if file.name not in own:
                (out / file.name).unlink(missing_ok=True)


def _closed(planned: _Planned, before: tuple[Wheel, ...], known: Catalogue, echo: Line | None) -> tuple[Wheel, ...]:
    """The wheels beyond the catalogue's own that leave nothing in the plan open."""
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


def _read_in(
    found: tuple[Wheel, ...], known: Catalogue, store: Cache, progress: Progress, echo: Line | None
) -> tuple[Wheel, ...]:
    """The wheels with their sizes and import names, which only the files themselves tell."""
    new = [wheel for wheel in found if not wheel.size]
    absent = [
        Package(
            name=wheel.name,
            version=wheel.version,
            file_name=wheel.file_name,
            sha256=wheel.sha256,
            imports=(),
            depends=(),
            source="pypi-pure",
        )
        for wheel in new
        if store.get(wheel.sha256) is None
    ]
    pure(absent, known.python, store, progress, echo)
    paths = {wheel: store.path(wheel.sha256) for wheel in new}
    return tuple(
        replace(wheel, imports=wheels.imports_of(paths[wheel]), size=paths[wheel].stat().st_size)
        if wheel in paths
        else wheel
        for wheel in found
    )


def _own_record(wanted: RuntimePlan, cache: Path) -> Path:
    question = json.dumps([wanted.pyodide, wanted.imports, wanted.extra, wanted.full])
    return cache / "records" / f"{sha256(question.encode()).hexdigest()[:16]}.json"
