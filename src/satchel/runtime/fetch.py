"""Brings files into the cache: from a copy of the full distribution, npm, the carrier wheel and PyPI, side by side."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from pathlib import Path
from typing import TypeVar

from satchel.errors import ToolFailed
from satchel.runtime import carrier, cdn, core, mirror, pypi, stripped
from satchel.runtime.cache import Cache
from satchel.runtime.catalogue import Catalogue, CoreFile, Package
from satchel.runtime.progress import Progress, Stopped
from satchel.shell import Line

# Files of the full distribution. It repacks pure-Python wheels, so those of PyPI have other hashes.
_OFFICIAL = ("registry-wheel", "cdn-only")
_File = TypeVar("_File", CoreFile, Package)


def fetch(
    cores: Sequence[CoreFile],
    packages: Sequence[Package],
    known: Catalogue,
    cache: Cache,
    *,
    mirror_url: str | None,
    progress: Progress,
    echo: Line | None = None,
) -> None:
    """Put these files into the cache; each is there and right afterwards.

    `mirror_url` is the user's own copy of the full distribution; it is asked before all others, and instead of the
    official one. What arrived stays in the cache even if another file fails, so a second try continues.
    Raises `ToolFailed`.
    """
    progress.expect(sum(core_file.size for core_file in cores) + sum(package.size for package in packages))
    if mirror_url:
        cores = _from_copy(cores, mirror_url, cache, progress, echo, must=True)
        official = [package for package in packages if package.source in _OFFICIAL]
        absent = _from_copy(official, mirror_url, cache, progress, echo, must=True)
        packages = [package for package in packages if package not in official or package in absent]
    pures, strips = ([p for p in packages if p.source == source] for source in ("pypi-pure", "pypi-stripped"))
    official = [package for package in packages if package.source in _OFFICIAL]
    with ThreadPoolExecutor(4) as pool:
        core_job = pool.submit(core.into_cache, cores, known.pyodide, cache, on_bytes=progress.add, echo=echo)
        jobs = [
            core_job,
            pool.submit(_official, official, core_job, known, cache, progress, echo, has_mirror=bool(mirror_url)),
            pool.submit(pure, pures, known.python, cache, progress, echo),
            pool.submit(_stripped, strips, known.python, cache, progress, echo),
        ]
        try:
            wait(jobs, return_when=FIRST_EXCEPTION)
        finally:
            # After a failure or Ctrl-C nobody should wait for the rest of fifty megabytes.
            if not all(job.done() and job.exception() is None for job in jobs):
                progress.stop()
    errors = [error for job in jobs if (error := job.exception()) is not None]
    for error in sorted(errors, key=lambda error: isinstance(error, Stopped)):
        raise error


def pure(packages: Sequence[Package], python: str, cache: Cache, progress: Progress, echo: Line | None) -> None:
    """Put pure-Python wheels from PyPI into the cache. Raises `ToolFailed`."""
    with cache.scratch() as scratch:
        pypi.download(packages, scratch, python=python, echo=echo)
        for package in packages:
            path = scratch / package.file_name
            if not path.is_file():
                raise _not_downloaded(package, scratch)
            size = path.stat().st_size
            cache.put(path, sha256=package.sha256, name=package.file_name, origin="the package index")
            progress.add(package.file_name, size)


def _stripped(packages: Sequence[Package], python: str, cache: Cache, progress: Progress, echo: Line | None) -> None:
    with cache.scratch() as scratch:
        pypi.download(packages, scratch, python=python, compiled=True, echo=echo)
        wheels = {stripped.pure_name(path.name): path for path in scratch.glob("*.whl")}
        for package in packages:
            name = package.file_name
            if name not in wheels:
                raise _not_downloaded(package, scratch)
            stripped.strip(wheels[name], scratch / name)
            cache.put(scratch / name, sha256=package.sha256, name=name, origin=wheels[name].name)
            progress.add(name, package.size)


def _not_downloaded(package: Package, scratch: Path) -> ToolFailed:
    return ToolFailed(
        f"pip did not download {package.file_name}",
        detail=", ".join(sorted(found.name for found in scratch.glob("*.whl"))),
        cure="The index offers another file of the same version; use an index that mirrors PyPI as it is.",
    )


def _official(
    packages: Sequence[Package],
    core_job: Future[None],
    known: Catalogue,
    cache: Cache,
    progress: Progress,
    echo: Line | None,
    *,
    has_mirror: bool,
) -> None:
    """Wheels made for Pyodide: from the official distribution where it can be reached, else out of the carrier."""
    left, asked = packages, ""
    if left and not has_mirror:
        # Its address stands in one of the core files. If they cannot be had, that is told already.
        if core_job.exception() is not None:
            return
        base = cdn.reached(known, cache, echo=echo)
        asked = "" if base else ", and the official distribution cannot be reached from here"
        left = _from_copy(left, base, cache, progress, echo, must=False) if base else left
    out_of_reach = sorted(package.name for package in left if package.source == "cdn-only" or known.carrier is None)
    if out_of_reach:
        raise ToolFailed(
            f"{', '.join(out_of_reach)} cannot be had from the package registries{asked}",
            cure=f"Point {mirror.VARIABLE} at a copy of the full distribution of Pyodide {known.pyodide}.",
        )
    if known.carrier is None or not left:
        return
    origin = known.carrier.requirement

    def keep(package: Package, path: Path) -> None:
        cache.put(path, sha256=package.sha256, name=package.file_name, origin=origin)

    carrier.fetch(left, known.carrier, cache, keep=keep, on_bytes=progress.add, echo=echo)
    _say(len(left), origin, echo)


def _from_copy(
    files: Sequence[_File], base: str, cache: Cache, progress: Progress, echo: Line | None, *, must: bool
) -> list[_File]:
    """The files that a copy of the full distribution did not give."""
    hashes = {_name(file): file.sha256 for file in files}
    absent = mirror.fetch(hashes, base, cache, on_bytes=progress.add, must=must)
    _say(len(files) - len(absent), base, echo)
    return [file for file in files if _name(file) in absent]


def _name(file: CoreFile | Package) -> str:
    return file.name if isinstance(file, CoreFile) else file.file_name


def _say(count: int, origin: str, echo: Line | None) -> None:
    # Among commands that can be pasted, a remark has to be one for the shell as well.
    if echo and count:
        echo(f"# {count} file{'s' if count != 1 else ''} from {origin}")
