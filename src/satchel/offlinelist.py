"""The list of the published files, `offline.json`, from which a reader's browser keeps the course for use offline."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable

SCHEMA = 1
FILE_NAME = "offline.json"
# Lists that name themselves or each other, and what static hosts do not serve.
_LEFT_OUT = frozenset({FILE_NAME, "SHA256SUMS"})


def list_text(files: Iterable[tuple[str, int, str]]) -> str:
    """The list as text, one line a file, from name, size in bytes and SHA-256 of each.

    `edition` is the SHA-256 over names and hashes: two sites with the same files are the same edition.
    """
    kept = sorted(one for one in files if one[0] not in _LEFT_OUT and not _hidden(one[0]))
    whole = hashlib.sha256()
    for name, _, digest in kept:
        whole.update(f"{digest}  {name}\n".encode())
    lines = ",\n".join(json.dumps(one, ensure_ascii=False, separators=(",", ":")) for one in kept)
    return f'{{"schema":{SCHEMA},"edition":"{whole.hexdigest()}","files":[\n{lines}\n]}}\n'


def _hidden(name: str) -> bool:
    return any(part.startswith(".") for part in name.split("/"))
