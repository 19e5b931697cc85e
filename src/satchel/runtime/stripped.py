"""Pure-Python wheels made of wheels whose machine code is optional: what the browser cannot run is left out.

MarkupSafe and PyYAML bring a C accelerator and, beside it, the same thing in Python. PyPI has no wheel of them
without the accelerator, so one is made here, with the same bytes everywhere.
"""

from __future__ import annotations

import base64
import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path, PurePosixPath

# Machine code, and the sources it was compiled from.
_LEFT_OUT = (".so", ".pyd", ".dylib", ".c", ".h", ".pyx", ".pxd")
# The first moment that a zip archive can hold.
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MODE = 0o100644 << 16


def strip(wheel: Path, target: Path) -> None:
    """Write `target`, the wheel without machine code. Nothing is compressed, so no zlib version shows in it."""
    with zipfile.ZipFile(wheel) as archive:
        files = {
            name: archive.read(name)
            for name in sorted(archive.namelist())
            if not name.endswith("/") and not name.endswith(_LEFT_OUT)
        }
    record = next(name for name in files if name.endswith(".dist-info/RECORD"))
    label = str(PurePosixPath(record).with_name("WHEEL"))
    files[label] = _pure_label(files[label])
    write_wheel(files, target, record=record)


def write_wheel(files: Mapping[str, bytes], target: Path, *, record: str) -> None:
    """Write a wheel of these files and its `record`: the same bytes everywhere."""
    files = {**files, record: b""}
    files[record] = _record(files, record)
    with zipfile.ZipFile(target, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.create_system, entry.external_attr = 3, _MODE
            archive.writestr(entry, files[name], zipfile.ZIP_STORED)


def pure_name(wheel_name: str) -> str:
    """File name of the stripped wheel: `MarkupSafe-3.0.2-cp313-….whl` → `MarkupSafe-3.0.2-py3-none-any.whl`."""
    return "-".join([*wheel_name.split("-")[:2], "py3-none-any.whl"])


def _pure_label(text: bytes) -> bytes:
    lines = [line for line in text.decode().splitlines() if line and not line.startswith(("Tag:", "Root-Is-Purelib:"))]
    return "\n".join([*lines, "Root-Is-Purelib: true", "Tag: py3-none-any", ""]).encode()


def _record(files: Mapping[str, bytes], record: str) -> bytes:
    lines = []
    for name in sorted(files):
        if name == record:
            lines.append(f"{name},,\n")
        else:
            digest = base64.urlsafe_b64encode(hashlib.sha256(files[name]).digest()).rstrip(b"=").decode()
            lines.append(f"{name},sha256={digest},{len(files[name])}\n")
    return "".join(lines).encode()
