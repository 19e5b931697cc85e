"""Looks through the files of a site for outside addresses, and remembers by content what it found."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from satchel import folders, outside
from satchel.errors import Problem
from satchel.outside import Fetch

_Found = dict[str, Sequence[Fetch]]


def scan(site: Path, record: Path | None = None) -> tuple[Problem, ...]:
    """Every outside address that the site's own files would make a browser fetch, as problems (see `outside`).

    Only files that are new since the last time are read closely, if there is a `record` of that; a new one is left.
    """
    before = _load(record) if record else {}
    now: _Found = {}
    problems: list[Problem] = []
    for name in folders.files(site):
        kind = outside.kind(name)
        if kind is None:
            continue
        content = (site / name).read_bytes()
        key = f"{hashlib.sha256(content).hexdigest()} {kind}"
        if key not in now:
            known = before.get(key)
            now[key] = outside.fetches(name, content.decode("utf-8", "replace")) if known is None else known
        problems += [outside.problem(name, fetch) for fetch in now[key]]
    if record:
        record.parent.mkdir(parents=True, exist_ok=True)
        record.write_text(json.dumps({"scanner": _scanner(), "found": now}, separators=(",", ":")) + "\n", "utf-8")
    return tuple(problems)


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
