"""Brings files into the cache: mirror first if there is one, then npm, the carrier wheel and PyPI at once."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from pathlib import Path

from satchel.errors import ToolFailed
from satchel.runtime import carrier, core, mirror, pypi, stripped
from satchel.runtime.cache import Cache
from satchel.runtime.catalogue import Catalogue, CoreFile, Package
from satchel.runtime.progress import Progress, Stopped
from satchel.shell import Line

# Files of the full distribution. It repacks pure-Python wheels, so those of PyPI have other hashes.
_OFFICIAL = ("registry-wheel", "cdn-only")


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

    What arrived stays in the cache even if another file fails, so a second try continues. Raises `ToolFailed`.
    """
    progress.expect(sum(core_file.size for core_file in cores) + sum(package.size for package in packages))
    if mirror_url:
        cores, packages = _from_mirror(cores, packages, cache, mirror_url, progress)
    out_of_reach = sorted(package.name for package in packages if package.source == "cdn-only")
    if out_of_reach:
        raise ToolFailed(
            f"{', '.join(out_of_reach)} cannot be had from the package registries",
            cure=f"Point {mirror.VARIABLE} at a copy of the full distribution of Pyodide {known.pyodide}.",
        )
    carried, pures, strips = (
        [package for package in packages if package.source == source]
        for source in ("registry-wheel", "pypi-pure", "pypi-stripped")
    )
    with ThreadPoolExecutor(4) as pool:
        jobs = [
            pool.submit(_core, cores, known, cache, progress, echo),
            pool.submit(_carried, carried, known, cache, progress, echo),
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
                raise ToolFailed(
                    f"pip did not download {package.file_name}",
                    detail=", ".join(sorted(found.name for found in scratch.glob("*.whl"))),
                    cure="The index offers another file of the same version; use an index that mirrors PyPI as it is.",
                )
            size = path.stat().st_size
            cache.put(path, sha256=package.sha256, name=package.file_name, origin="the package index")
            progress.add(package.file_name, size)


def _stripped(packages: Sequence[Package], python: str, cache: Cache, progress: Progress, echo: Line | None) -> None:
    with cache.scratch() as scratch:
        pypi.download(packages, scratch, python=python, native=True, echo=echo)
        for wheel in sorted(scratch.glob("*.whl")):
            name = stripped.pure_name(wheel.name)
            (package,) = (package for package in packages if package.file_name == name)
            made = scratch / name
            stripped.strip(wheel, made)
            cache.put(made, sha256=package.sha256, name=name, origin=wheel.name)
            progress.add(name, package.size)


def _core(cores: Sequence[CoreFile], known: Catalogue, cache: Cache, progress: Progress, echo: Line | None) -> None:
    with cache.scratch() as scratch:
        core.fetch((file.name for file in cores), known.pyodide, scratch, echo=echo)
        for file in cores:
            cache.put(scratch / file.name, sha256=file.sha256, name=file.name, origin="npm's pyodide package")
            progress.add(file.name, file.size)


def _carried(
    packages: Sequence[Package], known: Catalogue, cache: Cache, progress: Progress, echo: Line | None
) -> None:
    def keep(package: Package, path: Path) -> None:
        cache.put(path, sha256=package.sha256, name=package.file_name, origin=known.carrier.requirement)

    with cache.scratch() as scratch:
        carrier.fetch(packages, known.carrier, scratch, keep=keep, on_bytes=progress.add, echo=echo)


def _from_mirror(
    cores: Sequence[CoreFile],
    packages: Sequence[Package],
    cache: Cache,
    url: str,
    progress: Progress,
) -> tuple[Sequence[CoreFile], Sequence[Package]]:
    hashes = {file.name: file.sha256 for file in cores}
    official = [package for package in packages if package.source in _OFFICIAL]
    hashes |= {package.file_name: package.sha256 for package in official}
    with cache.scratch() as scratch:
        absent = mirror.fetch(tuple(hashes), url, scratch, on_bytes=progress.add)
        for name in set(hashes) - set(absent):
            cache.put(scratch / name, sha256=hashes[name], name=name, origin=url)
    return (
        [file for file in cores if file.name in absent],
        [package for package in packages if package not in official or package.file_name in absent],
    )
