"""Adds bytecode to a supplied runtime, so that a student's browser need not compile the packages at every start.

Compiling is most of what a start of Python costs on an ordinary computer. The packages are compiled once, by the
Pyodide that will run them, and the results are kept in the cache by the hash of what they were made from.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from satchel.errors import ToolFailed
from satchel.runtime.cache import Cache, sha256_of
from satchel.runtime.folder import LOCK, Runtime, register
from satchel.shell import Line, call, node_env, node_tool

SCRIPT = Path(__file__).with_name("compile.mjs")
ARCHIVE_SCRIPT = Path(__file__).with_name("compile_archive.py")
STDLIB = "python_stdlib.zip"
Layout = Literal["wheel", "zip"]


@dataclass(frozen=True, kw_only=True)
class _Job:
    """One archive to compile; `made` is where the cache keeps the result."""

    name: str
    layout: Layout
    made: Path


def with_bytecode(runtime: Runtime, out: Path, *, cache: Path, echo: Line | None = None) -> Runtime:
    """Make `out` the same runtime with bytecode in its wheels and its standard library; the sources stay in them.

    The lock in `out` names the new hashes. Files of others in `out` are removed.

    Raises:
        ToolFailed: the compilation failed.
    """
    jobs = [_job(runtime, name, cache) for name in sorted(_archives(runtime))]
    open_jobs = [job for job in jobs if not job.made.is_file()]
    if open_jobs:
        _compile(runtime.folder, open_jobs, Cache(cache), echo)
    shutil.rmtree(out, ignore_errors=True)
    shutil.copytree(runtime.folder, out)
    for job in jobs:
        shutil.copyfile(job.made, out / job.name)
    _rewrite_lock(out)
    register(out, ())
    return replace(runtime, folder=out, sizes={name: (out / name).stat().st_size for name in runtime.sizes})


def _archives(runtime: Runtime) -> set[str]:
    return {name for name in runtime.sizes if name.endswith(".whl")} | {STDLIB}


def _job(runtime: Runtime, name: str, cache: Path) -> _Job:
    """The result depends on the archive, on the Python that compiles, and on how we do it."""
    parts = [
        sha256_of(runtime.folder / name),
        sha256_of(runtime.folder / "pyodide.asm.wasm"),
        sha256_of(SCRIPT),
        sha256_of(ARCHIVE_SCRIPT),
    ]
    key = hashlib.sha256("\n".join(parts).encode()).hexdigest()
    return _Job(name=name, layout="zip" if name == STDLIB else "wheel", made=cache / "compiled" / key[:2] / key)


def _compile(folder: Path, jobs: Sequence[_Job], cache: Cache, echo: Line | None) -> None:
    with cache.scratch() as scratch:
        listing, results = scratch / "jobs.json", scratch / "results"
        results.mkdir()
        listing.write_text(json.dumps([{"name": job.name, "layout": job.layout} for job in jobs]), "utf-8")
        call(
            [*node_tool("node"), SCRIPT, folder, listing, results],
            env=node_env(),
            what="Compiling the packages",
            cure="Empty the cache folder (SATCHEL_CACHE) and build again.",
            echo=echo,
        )
        for job in jobs:
            if not (results / job.name).is_file():
                raise ToolFailed(f"{job.name} was not compiled", cure="Build again with --verbose and report this.")
            job.made.parent.mkdir(parents=True, exist_ok=True)
            (results / job.name).replace(job.made)


def _rewrite_lock(out: Path) -> None:
    """Put the hashes of the compiled wheels into the lock: Pyodide refuses a wheel that does not match."""
    path = out / LOCK
    lock = json.loads(path.read_text("utf-8"))
    for package in lock["packages"].values():
        package["sha256"] = sha256_of(out / package["file_name"])
    path.write_text(json.dumps(lock, sort_keys=True, separators=(",", ":")) + "\n", "utf-8")
