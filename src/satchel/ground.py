"""Makes what the pages of a site stand on, whatever is decided about single activities: browser side and runtime."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

from satchel import children, folders, frontend
from satchel import runtime as runtimes
from satchel.errors import ToolFailed
from satchel.frontend import Frontend
from satchel.options import Options
from satchel.reading import ReadCourse
from satchel.report import Report, megabytes
from satchel.runtime import Runtime


@dataclass(frozen=True, kw_only=True)
class Ground:
    """The browser side and the runtime of a site."""

    frontend: Frontend
    runtime: Runtime


def prepare(options: Options, read: ReadCourse, report: Report) -> Ground:
    """Make the browser side and the runtime, side by side.

    Raises:
        ToolFailed: an outside tool or a download failed.
    """
    children.begin()
    with ThreadPoolExecutor() as pool, ending_tools():
        browser_side = pool.submit(_frontend, options, report)
        python = pool.submit(_runtime, options, read, report)
        built, supplied = browser_side.result(), python.result()
    shutil.copyfile(built.boot, supplied.folder / built.boot.name)
    runtimes.register(supplied.folder, [built.boot.name])
    return Ground(frontend=built, runtime=supplied)


def with_bytecode(options: Options, supplied: Runtime, report: Report) -> Runtime:
    """The runtime as it is published: its Python compiled, and the memory of a started one saved.

    Raises:
        ToolFailed: the tool that compiles failed.
    """
    with report.step("bytecode") as step:
        compiled = runtimes.with_bytecode(
            supplied, options.work / "runtime-compiled", cache=options.cache, echo=report.echo
        )
        official = supplied.folder / "python_stdlib.zip"
        prepared = runtimes.prepare(compiled, official, cache=options.cache, echo=report.echo)
        started = megabytes(sum(prepared.runtime.sizes[name] for name in prepared.runtime.boot_files))
        step.note = f"{megabytes(sum(prepared.runtime.sizes.values()))}, {started} to start"
        if prepared.refused:
            step.note += f"; without a saved memory ({prepared.refused})"
    return prepared.runtime


@contextmanager
def ending_tools() -> Iterator[None]:
    """Do not wait for tools and downloads that nobody wants any more."""
    try:
        yield
    except KeyboardInterrupt:
        children.stop_all()
        raise


def _frontend(options: Options, report: Report) -> Frontend:
    with report.step("browser side") as step:
        built = frontend.build(options.work / "frontend", options.stamps, echo=report.echo)
        step.note = megabytes(folders.size(built.folder))
    return built


def _runtime(options: Options, read: ReadCourse, report: Report) -> Runtime:
    with report.step("Python runtime") as step:

        def progress(done: int, total: int, name: str) -> None:
            if children.stopped():
                raise ToolFailed("Downloading")
            step(done, total, f"{megabytes(done)} of {megabytes(total)}  {name}")

        supplied = runtimes.supply(
            read.plan.runtime,
            options.work / "runtime",
            cache=options.cache,
            mirror_url=options.mirror,
            lock_path=read.layout.runtime_lock,
            on_progress=progress,
            echo=report.echo,
        )
        step.note = (
            f"Pyodide {supplied.pyodide}, {len(supplied.packages)} packages, {megabytes(sum(supplied.sizes.values()))}"
        )
    return supplied
