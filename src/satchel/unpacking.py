"""Which files of a site do not come out of the offline zip on every student's computer, and why."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence

from satchel.errors import Problem

# Windows allows 260 letters for a whole path; its folder for downloads and that of the zip need a share of them.
LONGEST = 180
_FORBIDDEN = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ](?:/|$)')
# Names of devices, with any ending.
_DEVICE = re.compile(r"(?:^|/)(?:con|prn|aux|nul|com[1-9]|lpt[1-9])(?:\.[^/]*)?(?:/|$)", re.IGNORECASE)


def unpackable(names: Sequence[str], *, folder: str) -> tuple[Problem, ...]:
    """Warnings about paths of a site that Windows or macOS cannot have; `folder` is that of the course in the zip.

    The site itself is fine on a server. One author's file becomes several of the site, so each reason is told once.
    """
    return tuple(_told(names, folder))


def _told(names: Sequence[str], folder: str) -> Iterator[Problem]:
    forbidden = [name for name in names if _FORBIDDEN.search(name) or _DEVICE.search(name)]
    if forbidden:
        yield _problem(
            forbidden, "Windows cannot have a file of this name, so it is missing when the zip is unpacked there"
        )
    first: dict[str, str] = {}
    same = [name for name in names if first.setdefault(_alike(name), name) != name]
    if same:
        why = f"Windows and macOS take this name for that of {first[_alike(same[0])]}, so one of the two is lost there"
        yield _problem(same, why)
    long = [name for name in names if len(f"{folder}/site/{name}") > LONGEST]
    if long:
        length = len(f"{folder}/site/{long[0]}")
        yield _problem(
            long, f"Its path in the zip is long ({length} letters); Windows may refuse what is over {LONGEST}"
        )


def _alike(name: str) -> str:
    """What Windows and macOS compare names by."""
    return unicodedata.normalize("NFC", name).lower()


def _problem(names: Sequence[str], why: str) -> Problem:
    more = f" So it is with {len(names) - 1} more." if len(names) > 1 else ""
    return Problem(
        code="zip-name",
        message=f"{why}.{more}",
        file=names[0],
        cure="Rename the notebook or file that it is made from, or build with --no-zip.",
        severity="warning",
    )
