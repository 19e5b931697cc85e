"""The official copy of the full Pyodide distribution: where it is, and whether it can be reached from here.

Pyodide itself knows the address: its `pyodide.mjs` holds a template of it. So the address is as trustworthy as that
file, whose hash is checked, and none is written down here.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from functools import cache
from pathlib import Path

from satchel.errors import ToolFailed
from satchel.runtime import core
from satchel.runtime.cache import Cache
from satchel.runtime.catalogue import Catalogue
from satchel.runtime.download import answers
from satchel.shell import Line

# Seconds that a build may lose where the address cannot be reached.
_PATIENCE = 3.0
_TEMPLATE = re.compile(r"(https?://[^\s`\"'$]+)\$\{\w+\}([^\s`\"'$]*/)`")
_ENTRY = "pyodide.mjs"
_PROBE = "pyodide-lock.json"


def reached(known: Catalogue, store: Cache, *, echo: Line | None = None) -> str | None:
    """The address of the official distribution if it answers, else None; asked once a process.

    Raises `ToolFailed` if Pyodide's own file, which names the address, cannot be had.
    """
    base = address(_entry(known, store, echo), known.pyodide)
    if base is None or _answers(base):
        return base
    if echo:
        echo(f"# {base} does not answer; the package registries serve instead")
    return None


def address(entry: str, pyodide: str) -> str | None:
    """The address that the text of `pyodide.mjs` names, for its own version; None if it names none."""
    found = _TEMPLATE.search(entry)
    return f"{found[1]}{pyodide}{found[2]}" if found else None


def within_reach(names: Collection[str], known: Catalogue, folder: Path, *, echo: Line | None = None) -> bool:
    """Whether these packages of the full distribution can be had: from the cache in `folder`, else from its address."""
    store = Cache(folder)
    if all(store.get(known.packages[name].sha256) for name in names):
        return True
    try:
        return reached(known, store, echo=echo) is not None
    except ToolFailed:
        # Without Pyodide itself the build fails soon, and says why better than a plan could.
        return False


@cache
def _answers(base: str) -> bool:
    return answers(f"{base}{_PROBE}", seconds=_PATIENCE)


def _entry(known: Catalogue, store: Cache, echo: Line | None) -> str:
    (file,) = (file for file in known.core if file.name == _ENTRY)
    path = store.get(file.sha256)
    if path is None:
        core.into_cache([file], known.pyodide, store, echo=echo)
        path = store.path(file.sha256)
    return path.read_text(encoding="utf-8")
