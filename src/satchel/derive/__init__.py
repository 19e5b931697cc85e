"""Reads what an activity needs out of its code: imports, GPU calls, processes, addresses, files.

Nothing is run. The code is parsed, names are followed through aliases and assignments, and branches that never
run in the browser are left out, so that a word in a comment or a text counts for nothing.
"""

from satchel.derive.around import Around
from satchel.derive.findings import (
    Address,
    FileUse,
    Findings,
    GpuUse,
    Import,
    Install,
    MemoryUse,
    Note,
    Place,
    ProcessUse,
    ShellLine,
)
from satchel.derive.reader import derive

__all__ = [
    "Address",
    "Around",
    "FileUse",
    "Findings",
    "GpuUse",
    "Import",
    "Install",
    "MemoryUse",
    "Note",
    "Place",
    "ProcessUse",
    "ShellLine",
    "derive",
]
