"""What of a page can show on other pages of the book: titles, labels, directives and the like, not its plain prose."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

# A line that may give something a name, refer to something, or open a block.
_TELLING = re.compile(
    r"^\s*(#{1,6}\s|\(|:::|```|~~~|\.\. |\[|={3,}\s*$|-{3,}\s*$)|[{}<>]|\]\(|\\(label|ref|eqref)\b|\[\["
)
_UNDERLINE = re.compile(r"^\s*(={3,}|-{3,})\s*$")
_FENCE = re.compile(r"^\s*(```+|~~~+|:::+)")
# Where values of one page's code are shown on another, everything counts.
_GLUED = re.compile(r"glue:?\}?[^\n]*(?:\n:doc:|::)")


def frame(name: str, text: str) -> str:
    """The part of a page's source that other pages may depend on. `name` tells its format by its suffix."""
    if name.endswith(".ipynb"):
        try:
            cells = json.loads(text)["cells"]
            sources = ["".join(cell["source"]) for cell in cells if cell["cell_type"] != "code"]
        except (ValueError, KeyError, TypeError):
            return text
        frames = ["\n".join(_lines(source)) for source in sources]
        # One more cell of plain prose shows nowhere else.
        return "\n\0".join(frame for frame in frames if frame)
    return "\n".join(_lines(text)) if name.endswith(".md") else text


def glues(text: str) -> bool:
    """Whether a page shows values that another page's code has stored."""
    return bool(_GLUED.search(text))


def _lines(text: str) -> Iterator[str]:
    """The lines that count; those inside of blocks all do."""
    before, fence, matter = "", "", text.startswith("---")
    for number, line in enumerate(text.splitlines()):
        opened = _FENCE.match(line)
        inside = bool(fence) or matter
        if matter and number and line.startswith("---"):
            matter = False
        elif fence and opened and opened[1].startswith(fence):
            fence = ""
        elif opened and not fence:
            fence = opened[1]
        if _UNDERLINE.match(line) and not inside:
            yield before
        if inside or _TELLING.search(line):
            yield line
        before = line
