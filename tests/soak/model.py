"""What must be there: the model's only law is that every text that was shown as saved can be had back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

# So many earlier texts of a cell are kept, and so many UTF-16 units of them together; sequences must stay below.
MOST_VERSIONS = 50
MOST_HISTORY = 400_000


@dataclass
class Model:
    """What is owed to the student. Texts are all different, so a text needs no cell. The author's are not owed."""

    owed: set[str] = field(default_factory=set)
    authors: set[str] = field(default_factory=set)

    def saved(self, text: str) -> None:
        """A tab shows this text and says that it is saved."""
        if text not in self.authors:
            self.owed.add(text)

    def missing(self, held: Iterable[str]) -> list[str]:
        """What is owed and not there."""
        return sorted(self.owed - set(held))


def held(records: dict[str, dict[str, object]]) -> set[str]:
    """All texts in the store: those shown, second texts, and earlier versions."""
    found: set[str] = set()
    for record in records.values():
        rival, versions = record.get("rival"), record.get("versions")
        for place in (record, rival, *(versions if isinstance(versions, list) else [])):
            if isinstance(place, dict) and isinstance(place.get("text"), str):
                found.add(str(place["text"]))
    return found
