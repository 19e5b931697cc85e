"""Pyodide itself, from its official npm package."""

from __future__ import annotations

import tarfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from satchel.errors import ToolFailed
from satchel.runtime.cache import OFFLINE_CURE, Cache
from satchel.runtime.catalogue import CoreFile
from satchel.runtime.progress import Bytes
from satchel.shell import Line, call, node_tool

_CURE = (
    f"Check that npm can reach its registry from this machine (npm view pyodide). {OFFLINE_CURE} Or point "
    "SATCHEL_PYODIDE_URL at a copy of the full Pyodide distribution."
)


ORIGIN = "npm's pyodide package"


def into_cache(
    files: Sequence[CoreFile], pyodide: str, store: Cache, *, on_bytes: Bytes | None = None, echo: Line | None = None
) -> None:
    """Put files of Pyodide itself into the cache. Raises `ToolFailed`."""
    with store.scratch() as scratch:
        fetch((file.name for file in files), pyodide, scratch, echo=echo)
        for file in files:
            store.put(scratch / file.name, sha256=file.sha256, name=file.name, origin=ORIGIN)
            if on_bytes:
                on_bytes(file.name, file.size)


def fetch(names: Iterable[str], pyodide: str, folder: Path, *, echo: Line | None = None) -> None:
    """Write the named files of npm's `pyodide` package, in version `pyodide`, into `folder`.

    Their hashes are checked by whoever takes them over. Raises `ToolFailed`.
    """
    wanted = tuple(names)
    if not wanted:
        return
    call(
        [
            *node_tool("npm"),
            *("pack", f"pyodide@{pyodide}", "--pack-destination", folder, "--loglevel", "error"),
            # npm's own pauses between attempts add up to more than a minute without a network.
            *("--fetch-retries", "3", "--fetch-retry-mintimeout", "500", "--fetch-retry-maxtimeout", "5000"),
        ],
        cwd=folder,
        what=f"npm could not fetch pyodide {pyodide}",
        cure=_CURE,
        echo=echo,
    )
    try:
        (packed,) = folder.glob("*.tgz")
        with tarfile.open(packed) as archive:
            for name in wanted:
                stream = archive.extractfile(f"package/{name}")
                if stream is None:
                    raise KeyError(f"{name} is not a file")
                (folder / name).write_bytes(stream.read())
    except (ValueError, KeyError, tarfile.TarError) as error:
        raise ToolFailed(f"npm's pyodide {pyodide} is not as expected", detail=str(error), cure=_CURE) from error
    packed.unlink()
