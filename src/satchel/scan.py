"""Looks through the files of a site for outside addresses, and remembers by content what it found."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path

from satchel import folders, outside
from satchel.errors import Problem
from satchel.outside import Fetch
from satchel.sidebyside import each

# For a file of the site, as measured on an ordinary computer.
_SECONDS = 0.005


def scan(site: Path, record: Path | None = None) -> tuple[Problem, ...]:
    """Every outside address that the site's own files would make a browser fetch, as problems (see `outside`).

    Only files that are new since the last time are read closely, if there is a `record` of that; a new one is left.
    """
    before = _load(record) if record else {}
    keys = {name: _key(site / name, kind) for name in folders.files(site) if (kind := outside.kind(name))}
    unknown = {key: name for name, key in keys.items() if key not in before}
    fresh = dict(zip(unknown, each(partial(_look, site), list(unknown.values()), takes=_SECONDS), strict=True))
    now = {key: before[key] if key in before else fresh[key] for key in keys.values()}
    if record:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"scanner": _scanner(), "found": now}, separators=(",", ":")) + "\n", "utf-8")
    return tuple(outside.problem(name, fetch) for name, key in keys.items() for fetch in now[key])


def _key(path: Path, kind: str) -> str:
    return f"{folders.sha256(path)} {kind}"


def _look(site: Path, name: str) -> tuple[Fetch, ...]:
    return outside.fetches(name, (site / name).read_text("utf-8", "replace"))


def _load(record: Path) -> Mapping[str, Sequence[Fetch]]:
    try:
        data = json.loads(record.read_text("utf-8"))
        if data["scanner"] == _scanner():
            return {key: [Fetch(*fetch) for fetch in fetches] for key, fetches in data["found"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        pass  # all files are read again, which is the whole cure
    return {}


def _scanner() -> str:
    """Changes with the code that reads the files."""
    return folders.sha256(Path(outside.__file__))
