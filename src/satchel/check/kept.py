"""Evidence on disk: one small file an activity, so that what has not changed need not be run again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from satchel.check.records import Record, dump, parse


@dataclass(frozen=True, kw_only=True)
class Kept:
    """Records in `folder`, by the id of the activity. A damaged file counts as none."""

    folder: Path

    def read(self, identities: Iterable[str]) -> dict[str, Record]:
        """The records that there are."""
        found = {identity: self._read(identity) for identity in identities}
        return {identity: record for identity, record in found.items() if record is not None}

    def write(self, identity: str, record: Record) -> None:
        """Put a record in the place of the last one."""
        path = self._path(identity)
        path.parent.mkdir(parents=True, exist_ok=True)
        # In one move, so that an interrupted build leaves the last one.
        aside = path.with_suffix(".part")
        aside.write_text(dump(record), "utf-8")
        aside.replace(path)

    def forget(self, identity: str) -> None:
        """Have no record of the activity."""
        self._path(identity).unlink(missing_ok=True)

    def _read(self, identity: str) -> Record | None:
        try:
            return parse(self._path(identity).read_text("utf-8"))
        except (OSError, UnicodeDecodeError):
            return None

    def _path(self, identity: str) -> Path:
        # An identity may hold what a file name must not, and two may differ in the case of a letter only.
        return self.folder / f"{hashlib.sha256(identity.encode()).hexdigest()[:20]}.json"
