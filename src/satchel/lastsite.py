"""What the last site and zip were made from, so that those that would come out the same are left as they are."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from satchel import assemble, folders
from satchel.assemble import Parts
from satchel.errors import Problem
from satchel.stamps import key


@dataclass(frozen=True, kw_only=True)
class LastSite:
    """A record in the file `record`, written only after everything it speaks of is in place."""

    record: Path

    def unchanged(self, made_of: str, place: Path) -> tuple[Problem, ...] | None:
        """What was found wrong with `place` (a folder or a file), if it was made from the same and nobody touched it.

        None if it has to be made.
        """
        try:
            data = json.loads(self.record.read_text("utf-8"))
            if data["key"] == made_of and data["files"] == _files(place):
                return tuple(Problem(**entry) for entry in data["problems"])
        except (OSError, ValueError, KeyError, TypeError):
            pass  # it is made again, which is the whole cure
        return None

    def remember(self, made_of: str, place: Path, problems: Iterable[Problem] = ()) -> None:
        """Record that `place` is made from what `made_of` stands for."""
        data = {"key": made_of, "files": _files(place), "problems": [asdict(problem) for problem in problems]}
        self.record.parent.mkdir(parents=True, exist_ok=True)
        self.record.write_text(json.dumps(data, separators=(",", ":")) + "\n", "utf-8")

    def forget(self) -> None:
        """Make it anew next time."""
        self.record.unlink(missing_ok=True)


def key_of(parts: Parts, stamps: Path, *more: object) -> str:
    """A key for everything a site is made of: the steps' own stamps in the folder `stamps`, the rest by content."""
    own = Path(assemble.__file__).parent
    runtime = [(parts.runtime / name).read_text("utf-8") for name in ("runtime.json", "pyodide-lock.json")]
    return key(
        # Any of our own code may have a hand in it, such as the list for offline use.
        folders.digest(own, [path.name for path in own.glob("*.py")]),
        *((stamps / step).read_text("utf-8") for step in ("book", "lite")),
        *runtime,
        folders.digest(parts.frontend.folder),
        json.dumps(dict(parts.texts), sort_keys=True),
        *more,
    )


def _files(place: Path) -> dict[str, list[Any]]:
    """Size and time of every file: whoever edits one of them by hand gets it made again."""
    if not place.is_dir():
        return {place.name: _mark(place.stat())}
    found: dict[str, list[Any]] = {}
    waiting = [str(place)]
    while waiting:
        with os.scandir(waiting.pop()) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    waiting.append(entry.path)
                else:
                    found[os.path.relpath(entry.path, place)] = _mark(entry.stat(follow_symlinks=False))
    return dict(sorted(found.items()))


def _mark(status: os.stat_result) -> list[Any]:
    return [status.st_size, status.st_mtime_ns]
