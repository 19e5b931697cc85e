"""`runtime.lock.json`: the PyPI wheels that a course got on its first build, so that every later build gets the same.

The file is meant to be committed beside the course. It holds only what the catalogue does not pin already.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from satchel.errors import CourseProblems, Problem

FILE_NAME = "runtime.lock.json"
_SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Wheel:
    """A pure-Python wheel from PyPI, pinned by hash.

    `requires` are the requirements that count in the browser, without markers; `extras` are the extras they
    were read for. `imports` is empty and `size` 0 until the wheel was downloaded once.
    """

    name: str
    version: str
    file_name: str
    sha256: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    imports: tuple[str, ...] = ()
    size: int = 0


def read(path: Path, *, pyodide: str) -> tuple[Wheel, ...]:
    """The wheels recorded for this Pyodide; none if there is no file or it was made for another Pyodide.

    Raises `CourseProblems` if the file is there but cannot be understood.
    """
    if not path.exists():
        return ()
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["schema"] != _SCHEMA:
            raise ValueError(f"schema {data['schema']} is not {_SCHEMA}")
        wheels = tuple(_wheel(name, entry) for name, entry in data["packages"].items())
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = Problem(
            code="runtime-lock",
            message=f"the record of downloaded packages cannot be read: {error!r}",
            file=path.name,
            cure="Restore the file from version control, or delete it to record today's packages.",
        )
        raise CourseProblems([problem]) from error
    return wheels if data["pyodide"] == pyodide else ()


def render(wheels: Iterable[Wheel], *, pyodide: str) -> str:
    """The text of the file: sorted, the same for the same wheels."""
    entries: dict[str, dict[str, Any]] = {}
    for wheel in sorted(wheels, key=lambda wheel: wheel.name):
        entry = asdict(wheel)
        entries[entry.pop("name")] = entry
    return json.dumps({"schema": _SCHEMA, "pyodide": pyodide, "packages": entries}, indent=1) + "\n"


def _wheel(name: str, entry: dict[str, Any]) -> Wheel:
    lists = {key: tuple(entry[key]) for key in ("requires", "extras", "imports")}
    return Wheel(name=name, **{**entry, **lists})
