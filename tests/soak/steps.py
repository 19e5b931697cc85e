"""The acts of a student, of the browser and of the author, and random sequences of them."""

from __future__ import annotations

import hashlib
import random
from dataclasses import dataclass

# Cells of the page under test, each with work of its own.
CELLS = ("one-row", "to-number", "mean")

# How often each act comes, in parts of the sum.
_WEIGHTS = {
    "type": 30,  # into a cell; waits for "saved"
    "both": 8,  # two tabs type into the same cell, and no word goes from the first to the second
    "run": 5,
    "reset": 9,
    "undo": 6,  # of the last reset, where the cell offers it
    "choose": 8,  # in a conflict
    "reload": 5,
    "leave": 7,  # type, and be gone before the save is due
    "open": 12,  # a second tab
    "close": 3,
    "crash": 3,  # the tab's process, in the middle of typing
    "kill": 2,  # the whole browser, in the middle of typing
    "export": 5,
    "import": 7,  # the last export
    "publish": 5,  # another edition of the page
}
_MODES = {
    "choose": (".satchel-keep-mine", ".satchel-take-new", ".satchel-keep-both"),
    "leave": ("reload", "elsewhere", "close"),
    "import": ("merge", "replace"),
}


@dataclass(frozen=True)
class Step:
    """One act. `number` makes the text of a step that types; no two steps of a sequence type the same."""

    kind: str
    tab: int
    cell: str
    number: int
    mode: str = ""

    def text(self, hand: int = 0) -> str:
        """What is typed: a comment, so that it can be run as well, and like no other text.

        A text that the student goes on with is not kept letter by letter; these take each other's place.
        """
        number = f"{self.number}{'ab'[hand]}"
        return f"# {hashlib.sha256(number.encode()).hexdigest()[:40]} {number}"

    def __str__(self) -> str:
        return f"{self.kind:8} tab {self.tab}  {self.cell:9} {self.mode} #{self.number}".rstrip()


def sequence(seed: int, length: int) -> list[Step]:
    """The same steps for the same seed, always. A step that does not apply when its turn comes does nothing."""
    chance = random.Random(seed)
    steps = []
    cell = CELLS[0]
    for number in range(length):
        # Most of the time a student stays with a cell.
        if chance.random() < 0.4:
            cell = chance.choice(CELLS)
        (kind,) = chance.choices(list(_WEIGHTS), list(_WEIGHTS.values()))
        mode = chance.choice(_MODES[kind]) if kind in _MODES else ""
        steps.append(Step(kind, chance.randrange(2), cell, number, mode))
    return steps
