"""Pairs the cells of a notebook with the cells recorded for it, so that each keeps its identity.

The rule, in this order:

1. A cell that carries its own id (nbformat 4.5) keeps it. Where none of a notebook's own ids is recorded, a tool has
   made new ones, and they say nothing.
2. A cell without one takes the recorded identity whose text is exactly the same, wherever it stands now.
3. What is left is paired by likeness of text, a cell between the same neighbours being the likelier one.
4. If exactly one recorded and one present cell remain between the same neighbours, it was rewritten: same identity.
5. Anything else is a new cell; its id is derived from its text when it is first seen, and then recorded.

Positions never decide by themselves.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from zlib import crc32

from satchel.model import Cell

# Two texts are alike from this Dice likeness on (0 to 1).
LIKE = 0.5
_NEIGHBOUR_BONUS = 0.15
_SKETCH_WORDS = 60
# Stands for the end of a notebook among positions.
_END = 1 << 30


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One recorded cell. `own` is the id in the author's file, if it has one; `sketch` allows to measure likeness."""

    id: str
    hash: str
    sketch: str
    own: str | None = None


@dataclass(frozen=True, kw_only=True)
class NotebookEntry:
    """One recorded notebook: `source` is its path, `gone` are cells that were taken out and may come back."""

    id: str
    source: str
    cells: tuple[Entry, ...]
    gone: tuple[Entry, ...] = ()


def digest(text: str) -> str:
    """The hash that stands for a cell's text everywhere: 16 hex digits of SHA-256 over UTF-8.

    Blanks at line ends and empty lines at the end make no difference: tools change them without being asked, and a
    student must not be asked about them.
    """
    lines = (line.rstrip() for line in text.split("\n"))
    return hashlib.sha256("\n".join(lines).rstrip("\n").encode()).hexdigest()[:16]


def pair(code: Sequence[Cell], old: Sequence[Entry], gone: Sequence[Entry]) -> dict[int, Entry]:
    """Pair present cells (by index) with recorded ones, following the rule in the module's docstring."""
    pairs: dict[int, Entry] = {}
    by_own = {entry.own: entry for entry in (*old, *gone) if entry.own}
    by_id = {entry.id: entry for entry in (*old, *gone)}
    for index, cell in enumerate(code):
        if cell.own_id and (match := by_own.get(cell.own_id) or by_id.get(cell.own_id)):
            pairs[index] = match
    known = bool(pairs)
    used = {entry.id for entry in pairs.values()}
    free = [entry for entry in (*old, *gone) if entry.id not in used]
    for index, cell in enumerate(code):
        if index in pairs:
            continue
        same = next((entry for entry in free if entry.hash == digest(cell.source)), None)
        if same is not None:
            pairs[index] = same
            free.remove(same)
    # A file's own ids decide for cells that have them: a likeness must not carry an identity to another cell.
    others = [index for index, cell in enumerate(code) if index not in pairs]
    open_cells = [index for index in others if code[index].own_id is None] if known else others
    open_old = [entry for entry in old if entry in free]
    pairs.update(_by_likeness(code, old, open_cells, open_old, pairs))
    return pairs


def _by_likeness(
    code: Sequence[Cell], old: Sequence[Entry], cells: list[int], entries: list[Entry], pairs: dict[int, Entry]
) -> dict[int, Entry]:
    position = {entry.id: index for index, entry in enumerate(old)}
    anchors = {position[e.id]: index for index, e in pairs.items() if e.id in position}
    old_gap = {entry.id: _gap(position[entry.id], sorted(anchors)) for entry in entries}
    new_gap = {index: _gap(index, sorted(anchors.values())) for index in cells}

    def neighbours(index: int, entry: Entry) -> bool:
        before, after = old_gap[entry.id]
        return new_gap[index] == (anchors.get(before, -1), anchors.get(after, _END))

    scored = sorted(
        (
            (-_likeness(sketch(code[i].source), e.sketch) - _NEIGHBOUR_BONUS * neighbours(i, e), position[e.id], i, e)
            for i in cells
            for e in entries
        ),
        key=lambda row: row[:3],
    )
    found: dict[int, Entry] = {}
    used: set[str] = set()
    for score, _, index, entry in scored:
        if -score >= LIKE and index not in found and entry.id not in used:
            found[index] = entry
            used.add(entry.id)
    rest = [e for e in entries if e.id not in used]
    for index in cells:
        between = [e for e in rest if neighbours(index, e)]
        rivals = [i for i in cells if i not in found and between and neighbours(i, between[0])]
        if index not in found and len(between) == 1 and rivals == [index]:
            found[index] = between[0]
    return found


def _gap(index: int, anchors: Sequence[int]) -> tuple[int, int]:
    """The anchors before and after a position; -1 and `_END` stand for the ends."""
    before = max((a for a in anchors if a < index), default=-1)
    after = min((a for a in anchors if a > index), default=_END)
    return before, after


def sketch(source: str) -> str:
    """Which words a text uses, three hex digits each: enough to tell how alike two texts are, without the text."""
    words = sorted(set(re.findall(r"\w+", source)))
    return "".join(sorted({f"{crc32(word.encode()) & 0xFFF:03x}" for word in words})[:_SKETCH_WORDS])


def _likeness(one: str, other: str) -> float:
    """Dice likeness of two sketches, 0 to 1."""
    a = {one[i : i + 3] for i in range(0, len(one), 3)}
    b = {other[i : i + 3] for i in range(0, len(other), 3)}
    return 2 * len(a & b) / (len(a) + len(b)) if a and b else 0.0
