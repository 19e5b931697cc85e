"""A copy of the full Pyodide distribution that the user names: a web address or a folder."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from pathlib import Path
from urllib.parse import quote, urlsplit
from urllib.request import url2pathname

import requests

from satchel.errors import ToolFailed
from satchel.runtime.carrier import Bytes, session

VARIABLE = "SATCHEL_PYODIDE_URL"
_WORKERS = 4
_CHUNK = 1 << 18
_TIMEOUT = 60.0


def fetch(names: Sequence[str], base: str, folder: Path, *, on_bytes: Bytes) -> tuple[str, ...]:
    """Copy the named files from `base` into `folder`; returns the names that are not there.

    Raises `ToolFailed` if the mirror cannot be read at all.
    """
    parts = urlsplit(base)
    local = parts.scheme not in ("http", "https")
    source = Path(url2pathname(parts.path)) if parts.scheme == "file" else Path(base)

    def one(name: str) -> bool:
        if local:
            return _copy(source / name, folder / name, on_bytes)
        return _download(f"{base.rstrip('/')}/{quote(name)}", folder / name, on_bytes)

    try:
        with ThreadPoolExecutor(_WORKERS) as pool:
            there = list(pool.map(one, names))
    except (requests.RequestException, OSError) as error:
        raise ToolFailed(
            f"The Pyodide files at {base} cannot be read",
            detail=str(error),
            cure=f"Check {VARIABLE}, or unset it to use the package registries.",
        ) from error
    return tuple(name for name, found in zip(names, there, strict=True) if not found)


def _copy(source: Path, target: Path, on_bytes: Bytes) -> bool:
    if not source.is_file():
        return False
    shutil.copyfile(source, target)
    on_bytes(target.name, target.stat().st_size)
    return True


def _download(url: str, target: Path, on_bytes: Bytes) -> bool:
    with session() as own, own.get(url, stream=True, timeout=_TIMEOUT) as answer:
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return False
        answer.raise_for_status()
        with target.open("wb") as sink:
            for chunk in answer.iter_content(_CHUNK):
                sink.write(chunk)
                on_bytes(target.name, len(chunk))
    return True
