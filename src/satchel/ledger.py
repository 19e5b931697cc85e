"""Gives every notebook and code cell an identity that survives editing, moving, inserting and renaming.

Identities are recorded in a ledger that the author commits. Positions and file names never decide.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from satchel.errors import Problem
from satchel.model import Cell, Notebook
from satchel.pairing import Entry, NotebookEntry, digest, sketch
from satchel.recognition import recorded_cells, recorded_notebooks

SCHEMA = 1
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")


@dataclass(frozen=True, kw_only=True)
class Ledger:
    """All recorded identities of a course. `course` is empty until the first build fixes it."""

    course: str = ""
    notebooks: tuple[NotebookEntry, ...] = ()


def parse(text: str | None, *, file: str) -> tuple[Ledger, tuple[Problem, ...]]:
    """Read the ledger file; a missing one (`None`) is an empty ledger, a damaged one is a problem."""
    if text is None:
        return Ledger(), ()
    try:
        raw = json.loads(text)
        if raw["schema"] != SCHEMA:
            raise ValueError(f"schema {raw['schema']!r} is not {SCHEMA}")
        notebooks = tuple(
            NotebookEntry(
                id=_checked(notebook_id),
                source=str(entry["source"]),
                cells=tuple(_entry(cell) for cell in entry["cells"]),
                gone=tuple(_entry(cell) for cell in entry.get("gone", [])),
            )
            for notebook_id, entry in raw["notebooks"].items()
        )
        return Ledger(course=_checked(raw["course"]), notebooks=notebooks), ()
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        problem = Problem(
            code="ledger-damaged",
            message=f"The ledger of identities cannot be read: {error}",
            file=file,
            cure="Take the last good version from version control. Deleting it gives cells new identities, and the "
            "work of students who already edited them would no longer be found at its place.",
        )
        return Ledger(), (problem,)


def dump(ledger: Ledger) -> str:
    """The ledger as text: sorted, one cell a line, so that a version control diff stays readable."""
    lines = ["{", f'  "schema": {SCHEMA},', f'  "course": {json.dumps(ledger.course)},', '  "notebooks": {']
    notebooks = sorted(ledger.notebooks, key=lambda entry: entry.id)
    for index, notebook in enumerate(notebooks):
        lines.append(f"    {json.dumps(notebook.id)}: {{")
        lines.append(f'      "source": {json.dumps(notebook.source)},')
        lines.append(f'      "cells": {_block(notebook.cells)},')
        lines.append(f'      "gone": {_block(notebook.gone)}')
        lines.append("    }" + ("," if index < len(notebooks) - 1 else ""))
    return "\n".join([*lines, "  }", "}", ""])


def identify(
    notebooks: Sequence[Notebook], ledger: Ledger, *, course: str
) -> tuple[tuple[tuple[str, Notebook], ...], Ledger]:
    """Give every notebook its id and every cell its id.

    `course` is the id for a course that has none yet. Returns `(notebook id, notebook with cell ids)` in the given
    order, and the ledger to write; equal to the one passed in if nothing is new.
    """
    known = recorded_notebooks(notebooks, ledger.notebooks)
    pairs = recorded_cells(notebooks, known, ledger.notebooks)
    taken = {entry.id for entry in ledger.notebooks}
    # No cell of the course gets the id of another: a page that finds it elsewhere must find the very same cell.
    taken_cells = {cell.id for entry in ledger.notebooks for cell in (*entry.cells, *entry.gone)}
    named: list[tuple[str, Notebook]] = []
    recorded: dict[str, NotebookEntry] = {entry.id: entry for entry in ledger.notebooks}
    for notebook in notebooks:
        entry = known.get(notebook.source)
        notebook_id = entry.id if entry else _new_id(slug(notebook.source.rsplit(".", 1)[0]), notebook.source, taken)
        taken.add(notebook_id)
        entry = entry or NotebookEntry(id=notebook_id, source=notebook.source, cells=())
        cells, recorded[notebook_id] = _identify_cells(notebook, entry, pairs[notebook.source], taken_cells)
        named.append((notebook_id, replace(notebook, cells=cells)))
    return tuple(named), Ledger(
        course=ledger.course or course, notebooks=tuple(sorted(recorded.values(), key=lambda entry: entry.id))
    )


def slug(text: str) -> str:
    """Lower-case letters, digits and hyphens, at most 48; never empty."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:48].strip("-") or "course"


def _identify_cells(
    notebook: Notebook, entry: NotebookEntry, pairs: Mapping[int, Entry], taken: set[str]
) -> tuple[tuple[Cell, ...], NotebookEntry]:
    code = notebook.code
    ids: list[str] = []
    for index, cell in enumerate(code):
        match = pairs.get(index)
        if match is not None:
            ids.append(match.id)
        else:
            own_is_free = cell.own_id is not None and cell.own_id not in taken
            ids.append(str(cell.own_id) if own_is_free else _new_id("c", f"{entry.id}\n{cell.source}", taken))
        taken.add(ids[-1])
    entries = tuple(
        Entry(id=id_, hash=digest(cell.source), sketch=sketch(cell.source), own=cell.own_id)
        for id_, cell in zip(ids, code, strict=True)
    )
    left = tuple(sorted((e for e in (*entry.cells, *entry.gone) if e.id not in set(ids)), key=lambda e: e.id))
    replacements = iter(ids)
    cells = tuple(
        replace(cell, id=next(replacements)) if cell.kind == "code" else replace(cell, id=cell.own_id or "")
        for cell in notebook.cells
    )
    return cells, NotebookEntry(id=entry.id, source=notebook.source, cells=entries, gone=left)


def _new_id(prefix: str, text: str, taken: Iterable[str]) -> str:
    used = set(taken)
    if prefix != "c" and prefix not in used:
        return prefix
    count = 0
    while True:
        candidate = f"{prefix}-{digest(text + str(count))[:8]}"
        if candidate not in used:
            return candidate
        count += 1


def _entry(raw: Any) -> Entry:
    return Entry(
        id=_checked(raw["id"]),
        hash=str(raw["hash"]),
        sketch=str(raw["sketch"]),
        own=_checked(raw["own"]) if "own" in raw else None,
    )


def _checked(value: object) -> str:
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise ValueError(f"{value!r} is not an identity")
    return value


def _block(entries: Sequence[Entry]) -> str:
    if not entries:
        return "[]"
    rows = (
        json.dumps({"id": e.id, "hash": e.hash, "sketch": e.sketch} | ({"own": e.own} if e.own else {}))
        for e in entries
    )
    return "[\n        " + ",\n        ".join(rows) + "\n      ]"
