"""Findings as text, so that a notebook that has not changed need not be read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, cast, get_args, get_origin, get_type_hints

from satchel.derive.findings import Findings
from satchel.model import Notebook

_SCHEMA = 1


def surroundings(files: Iterable[str], modules: Mapping[str, str], lists: Mapping[str, str]) -> str:
    """A key for what all notebooks of a course are read with: names of files, texts of modules and requirements."""
    whole = json.dumps([sorted(files), sorted(modules.items()), sorted(lists.items())])
    return hashlib.sha256(whole.encode()).hexdigest()


def key(notebook: Notebook, around: str) -> str:
    """A key for everything the findings of a notebook depend on. `around` is the key of its `surroundings`."""
    cells = [(cell.kind, cell.source if cell.kind == "code" else "", cell.tags) for cell in notebook.cells]
    whole = json.dumps([notebook.source, notebook.metadata, notebook.kernel, cells, around])
    return hashlib.sha256(whole.encode()).hexdigest()[:24]


def dump(found: Mapping[str, Findings], *, reader: str) -> str:
    """Findings by key as text. `reader` stands for the code that reads: findings of another one are worth nothing."""
    entries = {name: _plain(findings) for name, findings in sorted(found.items())}
    return json.dumps({"schema": _SCHEMA, "reader": reader, "findings": entries}, separators=(",", ":")) + "\n"


def load(text: str, *, reader: str) -> dict[str, Findings]:
    """What `dump` wrote; nothing if it was for another reader, or cannot be understood."""
    try:
        data = json.loads(text)
        if (data["schema"], data["reader"]) != (_SCHEMA, reader):
            return {}
        return {name: _value(Findings, entry) for name, entry in data["findings"].items()}
    except (ValueError, KeyError, TypeError, AttributeError):
        # All that is lost is time.
        return {}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return [_plain(getattr(value, field.name)) for field in fields(value)]
    return [_plain(item) for item in value] if isinstance(value, tuple) else value


def _value(kind: Any, plain: Any) -> Any:
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return tuple(_value(item, one) for one in plain)
    if is_dataclass(kind):
        kinds = _kinds(cast(Hashable, kind))
        return kind(**{name: _value(inner, one) for (name, inner), one in zip(kinds, plain, strict=True)})  # type: ignore[operator]
    return plain


@cache
def _kinds(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))
