"""Packs the site and its starters into one zip: the same site gives the same bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from satchel import folders

STARTER = Path(__file__).with_name("starter")
# What readers do with the zip; the build's summary and the README say it in the same words.
ADVICE = "unpack, then double-click start.bat (Windows) or start.command (macOS), or run sh start.sh (Linux)"
# The earliest time a zip can hold, so that the archive does not tell when it was made.
_TIME = (1980, 1, 1, 0, 0, 0)
_STORED = {".whl", ".zip", ".png", ".jpg", ".jpeg", ".gif", ".woff", ".woff2", ".gz"}
_RUN = {".py", ".sh", ".command"}
# Read by programs of Windows, some of which know no other line ends. `.txt` is for the oldest of its editors.
_WINDOWS = {".bat", ".ps1", ".cs", ".txt"}


def starters() -> dict[str, bytes]:
    """What lies beside the site: content by path.

    Line ends are those of the system that a file is for, whatever the checkout on the author's computer has.
    """
    found = {}
    for name in folders.files(STARTER):
        if "__pycache__" in name:
            continue
        text = (STARTER / name).read_bytes().replace(b"\r\n", b"\n")
        found[name] = text.replace(b"\n", b"\r\n") if Path(name).suffix in _WINDOWS else text
    return found


def pack(site: Path, target: Path, *, folder: str) -> Path:
    """Write `target`: the site below `folder/site/`, the starters in `folder/`.

    The zip is written beside its place and moved there at the end, so a broken build leaves the last good one.
    """
    aside = target.with_name(target.name + ".part")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in starters().items():
            _add(archive, f"{folder}/{name}", content, executable=Path(name).suffix in _RUN)
        for name in folders.files(site):
            _add(archive, f"{folder}/site/{name}", (site / name).read_bytes())
    aside.replace(target)
    return target


def _add(archive: zipfile.ZipFile, name: str, content: bytes, *, executable: bool = False) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    # Else the zip would tell on which system it was made, and the marks of executable files would be lost.
    entry.create_system = 3
    entry.compress_type = zipfile.ZIP_STORED if Path(name).suffix in _STORED else zipfile.ZIP_DEFLATED
    entry.external_attr = (0o755 if executable else 0o644) << 16
    archive.writestr(entry, content)
