"""Carry out a runtime plan: settle what the index must answer, fetch, and lay out `/runtime/`."""

from __future__ import annotations

import json
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from satchel.runtime import folder, recorded, wheels
from satchel.runtime.cache import Cache
from satchel.runtime.catalogue import Catalogue, load
from satchel.runtime.closing import closed, read_in
from satchel.runtime.fetch import fetch
from satchel.runtime.plan import RuntimePlan, plan
from satchel.runtime.progress import OnProgress, Progress
from satchel.runtime.recorded import Wheel
from satchel.runtime.versions import SUPPORTED
from satchel.shell import Line


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
    after = read_in(closed(planned, before, known, echo), known, store, progress, echo)
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
    needed = {package.file_name for package in complete.packages}
    sources |= {path.name: path for _, path in kernel if path.name in needed - right}
    _leave_release(complete, out)
    return folder.write(complete, known.info, sources, out)


def _leave_release(complete: RuntimePlan, out: Path) -> None:
    """Remove files of Pyodide itself that only other releases have: no lock names them, so nobody else would."""
    own = {file.name for file in complete.core}
    for version in SUPPORTED:
        for file in load(version).core:
            if file.name not in own:
                (out / file.name).unlink(missing_ok=True)


def _own_record(wanted: RuntimePlan, cache: Path) -> Path:
    question = json.dumps([wanted.pyodide, wanted.imports, wanted.extra, wanted.full])
    return cache / "records" / f"{sha256(question.encode()).hexdigest()[:16]}.json"
