"""What a run depends on, as one hash: as long as it is the same, running the activity again would show the same."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from satchel.model import Course, Decision

# To be raised when a run is watched in another way, so that nothing seen before counts any more.
_METHOD = 1


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What all activities of a site run in: versions, packages by name, and the hash of the browser side."""

    satchel: str
    pyodide: str
    python: str
    packages: Mapping[str, str]
    lock: str
    browser_side: str


def files_of(decision: Decision, course: Course) -> tuple[str, ...]:
    """The course files that a run may see, as paths in the content folder.

    A page brings those that the code names. JupyterLite shows all of them to Python.
    """
    if decision.route == "lite":
        return tuple(sorted(file.path for file in course.files))
    return tuple(sorted(decision.needs.files))


def key(decision: Decision, surroundings: Surroundings, files: Mapping[str, str]) -> str:
    """The hash for one activity; `files` are the contents' hashes by path, of those in `files_of`."""
    activity = decision.activity
    parts = {
        "method": _METHOD,
        "surroundings": {
            "satchel": surroundings.satchel,
            "pyodide": surroundings.pyodide,
            "python": surroundings.python,
            "packages": dict(surroundings.packages),
            "lock": surroundings.lock,
            "browser side": surroundings.browser_side,
        },
        "route": decision.route,
        "path": activity.path,
        "packages": sorted(decision.needs.packages),
        "cells": [[cell.id, cell.source, list(cell.tags)] for cell in activity.notebook.code],
        "files": dict(files),
    }
    text = json.dumps(parts, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
