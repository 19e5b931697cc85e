"""Reads notebooks and their code, and remembers by content what it read, so that the next build reads only the new."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any, Generic, TypeVar

from satchel import derive, folders, frontmatter, model, notebooks, plainvalues
from satchel.derive import Around, Findings
from satchel.model import Notebook
from satchel.notebooks import Parsed
from satchel.sidebyside import each

_Kind = TypeVar("_Kind")
# Seconds for a notebook of 20 cells, as measured on an ordinary computer.
_PARSING, _READING = 0.004, 0.009


class Remembered:
    """What was read before is in the file `record`, if it was this code that read it; a damaged one counts as none."""

    def __init__(self, record: Path) -> None:
        self._record = record
        before = _load(record)
        self._notebooks = _Memory(Notebook, before.get("notebooks"))
        self._findings = _Memory(Findings, before.get("findings"))

    def parse(self, files: Sequence[tuple[str, str]]) -> list[Parsed]:
        """Each notebook file, given as path and text, parsed: see `notebooks.parse`."""
        # JSON is read as quickly as what would be remembered of it.
        slow = {file: _digest(*file) for file in files if not file[0].endswith(".ipynb")}
        unknown = [file for file, key in slow.items() if self._notebooks.get(key) is None]
        fresh = dict(zip(unknown, each(_parsed, unknown, takes=_PARSING), strict=True))
        for file, result in fresh.items():
            if result.notebook and not result.problems:
                self._notebooks.put(slow[file], result.notebook)
        return [self._parsed(file, slow.get(file)) if file not in fresh else fresh[file] for file in files]

    def find(self, read: Sequence[Notebook], around: Around) -> list[Findings]:
        """What the code of each notebook tells about its needs: see `derive.derive`."""
        keys = [around.key(notebook) for notebook in read]
        known = {key: self._findings.get(key) for key in keys}
        unknown = {key: one for key, one in zip(keys, read, strict=True) if known[key] is None}
        fresh = dict(zip(unknown, each(around.findings, list(unknown.values()), takes=_READING), strict=True))
        for key, findings in fresh.items():
            self._findings.put(key, findings)
        return [known[key] or fresh[key] for key in keys]

    def keep(self) -> None:
        """Leave to the next build all that this one asked for."""
        self._record.parent.mkdir(parents=True, exist_ok=True)
        used = {"reader": _reader(), "notebooks": self._notebooks.used, "findings": self._findings.used}
        self._record.write_text(json.dumps(used, separators=(",", ":")) + "\n", "utf-8")

    def _parsed(self, file: tuple[str, str], key: str | None) -> Parsed:
        known = self._notebooks.get(key) if key else None
        return Parsed(notebook=known) if known else _parsed(file)


class _Memory(Generic[_Kind]):
    """Values of one kind by key, plain as in JSON until they are asked for. `used` are those asked for or put."""

    def __init__(self, kind: type[_Kind], before: object) -> None:
        self._kind = kind
        self._before: dict[str, Any] = before if isinstance(before, dict) else {}
        self._values: dict[str, _Kind] = {}
        self.used: dict[str, Any] = {}

    def get(self, key: str) -> _Kind | None:
        """The value, if it is known."""
        if key not in self._values and key in self._before:
            try:
                self._values[key] = plainvalues.value(self._kind, self._before[key])
            except (ValueError, TypeError):
                return None  # it is read again, which is the whole cure
            self.used[key] = self._before[key]
        return self._values.get(key)

    def put(self, key: str, value: _Kind) -> None:
        """Know a value from now on."""
        self._values[key], self.used[key] = value, plainvalues.plain(value)


def _parsed(file: tuple[str, str]) -> Parsed:
    return notebooks.parse(*file)


def _load(record: Path) -> dict[str, Any]:
    try:
        data = json.loads(record.read_text("utf-8"))
        return data if data["reader"] == _reader() else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _reader() -> str:
    """Changes with the code that reads, and with the shape of what it makes."""
    code = Path(derive.__file__).parent
    own = [folders.sha256(Path(str(module.__file__))) for module in (notebooks, frontmatter, model, plainvalues)]
    return _digest(folders.digest(code, [path.name for path in code.glob("*.py")]), *own, version("jupytext"))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:24]
