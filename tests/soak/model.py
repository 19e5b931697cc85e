"""What must be there: the model's only law is that what was shown as saved can be had back.

One exception is the student's own: a text that a tab shows and that is typed over in that very tab is gone, as in any
editor, unless something has made it a version before, such as a run or a reset.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

# So many earlier texts of a cell are kept, and so many UTF-16 units of them together; sequences must stay below.
MOST_VERSIONS = 50
MOST_HISTORY = 400_000


@dataclass
class Model:
    """What is owed to the student. Texts are all different, so a text needs no cell."""

    # Of each of these at least one text must be there: of two after a kill, when nobody knows which.
    owed: set[frozenset[str]] = field(default_factory=set)
    versions: set[str] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)
    over: set[str] = field(default_factory=set)

    def saved(self, text: str) -> None:
        """A tab shows this text and says that it is saved.

        A tab that has not heard yet that another one typed over its text shows that for a while; this owes nothing new.
        """
        if text not in self.authors | self.over:
            self.owed.add(frozenset({text}))

    def version(self, text: str) -> None:
        """Something has made this text a version: typing over it no longer ends it."""
        if text not in self.authors:
            self.versions.add(text)
            self.brought(text)

    def brought(self, text: str) -> None:
        """An act of the student has put this text on the screen again, and it is saved."""
        self.over.discard(text)
        self.saved(text)

    def typed_over(self, text: str) -> None:
        """The student sees this text and types another in its place."""
        if text not in self.versions:
            self.over.add(text)
            self.owed = {debt for debt in self.owed if text not in debt}

    def either(self, old: str, new: str) -> None:
        """The browser ended while `new` was being saved in place of `old`: one of the two must be there."""
        owed = frozenset({old}) in self.owed
        self.typed_over(old)
        if owed and old not in self.versions:
            self.owed.add(frozenset({old, new}))

    def missing(self, held: Iterable[str]) -> list[str]:
        """What is owed and not there."""
        there = set(held)
        return sorted(" or ".join(sorted(debt)) for debt in self.owed if not debt & there)


def held(records: dict[str, dict[str, object]]) -> set[str]:
    """All texts in the store: those shown, second texts, and earlier versions."""
    found: set[str] = set()
    for record in records.values():
        rival, versions = record.get("rival"), record.get("versions")
        for place in (record, rival, *(versions if isinstance(versions, list) else [])):
            if isinstance(place, dict) and isinstance(place.get("text"), str):
                found.add(str(place["text"]))
    return found
