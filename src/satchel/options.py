"""What a build was asked for: the command line as one value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from satchel.stamps import Stamps


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line asked for; paths are absolute.

    `course` is the course folder, `cache` holds downloads between builds, `mirror` is the address of a copy of the full
    Pyodide distribution.
    """

    course: Path
    out: Path
    cache: Path
    mirror: str | None = None
    ledger: Path | None = None
    zip: bool = True
    strict: bool = False
    check: bool = False

    @property
    def site(self) -> Path:
        """The finished site."""
        return self.out / "site"

    @property
    def hosted(self) -> Path:
        """What those who run the hosted server need; beside the site, because it is not for readers."""
        return self.out / "hosted"

    @property
    def work(self) -> Path:
        """Where the parts are made; kept between builds so that the next one is quick."""
        return self.out / ".work"

    @property
    def stamps(self) -> Stamps:
        """What each step of the last build was made from."""
        return Stamps(folder=self.work / "stamps")
