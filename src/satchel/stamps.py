"""Remembers what each step of the last build was made from, so that an unchanged step is skipped."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, kw_only=True)
class Stamps:
    """Stamps in `folder`, one small file a step, written only after the step has succeeded."""

    folder: Path

    def fresh(self, step: str, key: str) -> bool:
        """Whether the step's last success was made from the same `key`."""
        path = self.folder / step
        return path.is_file() and path.read_text("utf-8") == key

    def succeeded(self, step: str, key: str) -> None:
        """Remember `key` for the step."""
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / step).write_text(key, "utf-8")

    def forget(self, step: str) -> None:
        """Make the step run next time, whatever it is made from."""
        (self.folder / step).unlink(missing_ok=True)


def key(*parts: object) -> str:
    """One short key from everything a step depends on."""
    return hashlib.sha256("\0".join(str(part) for part in parts).encode()).hexdigest()
