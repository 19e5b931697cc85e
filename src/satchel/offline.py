"""Packs the site and its starter into one zip: the same site gives the same bytes."""

from __future__ import annotations

import zipfile
from pathlib import Path

from satchel import folders

STARTER = Path(__file__).with_name("starter")
# The earliest time a zip can hold, so that the archive does not tell when it was made.
_TIME = (1980, 1, 1, 0, 0, 0)
_STORED = {".whl", ".zip", ".png", ".jpg", ".jpeg", ".gif", ".woff", ".woff2", ".gz"}


def pack(site: Path, target: Path, *, folder: str) -> Path:
    """Write `target`: the site below `folder/site/`, the starter files in `folder/`.

    The zip is written beside its place and moved there at the end, so a broken build leaves the last good one.
    """
    aside = target.with_name(target.name + ".part")
    with zipfile.ZipFile(aside, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for path in sorted(STARTER.iterdir()):
            if path.is_file():
                _add(archive, path, f"{folder}/{path.name}", executable=path.suffix in {".py", ".sh", ".command"})
        for name in folders.files(site):
            _add(archive, site / name, f"{folder}/site/{name}")
    aside.replace(target)
    return target


def _add(archive: zipfile.ZipFile, path: Path, name: str, *, executable: bool = False) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    # Else the zip would tell on which system it was made, and the marks of executable files would be lost.
    entry.create_system = 3
    entry.compress_type = zipfile.ZIP_STORED if path.suffix in _STORED else zipfile.ZIP_DEFLATED
    entry.external_attr = (0o755 if executable else 0o644) << 16
    archive.writestr(entry, path.read_bytes())
