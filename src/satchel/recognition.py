"""Recognises notebooks that were renamed and cells that went to another notebook, by what the ledger has recorded.

A notebook is the recorded one of its path, unless nothing of that one is in it and another file holds what it was.
A cell has moved if exactly one recorded cell that is nowhere else in the course has its own id or its very text.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from satchel.model import Cell, Notebook
from satchel.pairing import LIKE, Entry, NotebookEntry, digest, pair

# A cell's place: source of its notebook, and number among the code cells.
_Place = tuple[str, int]


@dataclass(frozen=True, kw_only=True)
class _Content:
    """What a notebook is known by: own ids and texts of its code cells, and how many these are."""

    marks: frozenset[str]
    cells: int


def recorded_notebooks(notebooks: Sequence[Notebook], recorded: Sequence[NotebookEntry]) -> Mapping[str, NotebookEntry]:
    """The record of every notebook that has one, by source."""
    by_source = {entry.source: entry for entry in recorded}
    contents = {notebook.source: _content(notebook) for notebook in notebooks}
    known: dict[str, NotebookEntry] = {}
    used: set[str] = set()

    def take(source: str, entry: NotebookEntry | None) -> None:
        if entry and source not in known and entry.id not in used:
            known[source] = entry
            used.add(entry.id)

    for source, content in contents.items():
        entry = by_source.get(source)
        if entry and (not entry.cells or not content.cells or _overlap(content, entry)):
            take(source, entry)
    # The surest pair first: a renamed notebook must not lose its record to another one that is only rather like it.
    lost = [entry for entry in recorded if entry.id not in used]
    new = [(source, content) for source, content in contents.items() if source not in known]
    scored = ((-_overlap(content, entry), entry.id, source, entry) for source, content in new for entry in lost)
    for score, _, source, entry in sorted(scored, key=lambda row: row[:3]):
        if -score >= LIKE:
            take(source, entry)
    for source in contents:
        take(source, by_source.get(source))
    return known


def recorded_cells(
    notebooks: Iterable[Notebook], known: Mapping[str, NotebookEntry], recorded: Iterable[NotebookEntry]
) -> Mapping[str, Mapping[int, Entry]]:
    """The record of every code cell that has one, by its number, by source of the notebook."""
    pairs: dict[str, dict[int, Entry]] = {}
    strays: dict[_Place, Cell] = {}
    for notebook in notebooks:
        entry = known.get(notebook.source)
        found = pairs[notebook.source] = pair(notebook.code, entry.cells, entry.gone) if entry else {}
        strays |= {(notebook.source, n): cell for n, cell in enumerate(notebook.code) if n not in found}
    present = {match.id for found in pairs.values() for match in found.values()}
    every = {cell.id: cell for entry in recorded for cell in (*entry.gone, *entry.cells)}
    for (source, number), match in _moved(strays, [cell for cell in every.values() if cell.id not in present]).items():
        pairs[source][number] = match
    return pairs


def _moved(strays: Mapping[_Place, Cell], homeless: Collection[Entry]) -> Mapping[_Place, Entry]:
    pairs: dict[_Place, Entry] = {}

    def settle(mark: Callable[[Cell], str | None], of: Callable[[Entry], str | None]) -> None:
        used = {entry.id for entry in pairs.values()}
        left = [entry for entry in homeless if entry.id not in used]
        marked = {place: mark(cell) for place, cell in strays.items() if place not in pairs}
        times, recorded_times = Counter(marked.values()), Counter(of(entry) for entry in left)
        entries = {of(entry): entry for entry in left}
        for place, value in marked.items():
            if value and times[value] == 1 and recorded_times[value] == 1:
                pairs[place] = entries[value]

    settle(lambda cell: cell.own_id, lambda entry: entry.own)
    settle(lambda cell: digest(cell.source), lambda entry: entry.hash)
    return pairs


def _content(notebook: Notebook) -> _Content:
    own = {cell.own_id for cell in notebook.code if cell.own_id}
    return _Content(marks=frozenset(own | {digest(cell.source) for cell in notebook.code}), cells=len(notebook.code))


def _overlap(content: _Content, entry: NotebookEntry) -> float:
    """Share of cells, 0 to 1, that a notebook has in common with a recorded one, by own id or by exact text."""
    same = sum(1 for cell in entry.cells if cell.hash in content.marks or cell.own in content.marks)
    return 2 * same / (content.cells + len(entry.cells)) if entry.cells and content.cells else 0.0
