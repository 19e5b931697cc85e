"""A copy of the full Pyodide distribution: a web address or a folder, the user's own or the official one."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

from satchel.errors import ToolFailed
from satchel.runtime.cache import Cache
from satchel.runtime.download import download
from satchel.runtime.progress import Bytes

VARIABLE = "SATCHEL_PYODIDE_URL"
_WORKERS = 4


def fetch(hashes: Mapping[str, str], base: str, store: Cache, *, on_bytes: Bytes, must: bool = True) -> frozenset[str]:
    """Put the named files (name → sha256) from `base` into the cache; returns the names that did not come.

    Those are the files that `base` does not have and, unless it `must` be readable, those left when it failed.
    Raises `ToolFailed` if it must and is not, `WrongFile` for a file with other bytes, from wherever.
    """
    parts = urlsplit(base)
    local = parts.scheme not in ("http", "https")
    source = Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(base)
    failures: list[OSError] = []
    over = threading.Event()

    def one(name: str) -> bool:
        if over.is_set():
            return False
        try:
            if local:
                return _copy(source / name, hashes[name], store, on_bytes, origin=base)
            return _download(f"{base.rstrip('/')}/{quote(name)}", name, hashes[name], store, on_bytes, origin=base)
        except OSError as error:
            failures.append(error)
            over.set()
            return False
        except BaseException:
            over.set()
            raise

    with ThreadPoolExecutor(_WORKERS) as pool:
        came = dict(zip(hashes, pool.map(one, hashes), strict=True))
    if failures and must:
        raise ToolFailed(
            f"The Pyodide files at {base} cannot be read",
            detail=str(failures[0]),
            cure=f"Check {VARIABLE}, or unset it to use the package registries.",
        ) from failures[0]
    return frozenset(name for name, here in came.items() if not here)


def _copy(source: Path, sha256: str, store: Cache, on_bytes: Bytes, *, origin: str) -> bool:
    if not source.is_file():
        return False
    with store.scratch() as scratch:
        copy = Path(shutil.copyfile(source, scratch / source.name))
        on_bytes(source.name, copy.stat().st_size)
        store.put(copy, sha256=sha256, name=source.name, origin=origin)
    return True


def _download(url: str, name: str, sha256: str, store: Cache, on_bytes: Bytes, *, origin: str) -> bool:
    def get(part: Path) -> bool:
        there = download(url, part, on_bytes=lambda size: on_bytes(name, size))
        if there:
            store.put(part, sha256=sha256, name=name, origin=origin)
        return there

    return store.resumed(sha256, get)
