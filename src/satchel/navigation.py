"""The contents beside a page of a long course: the part that one is in, and the ways to the others.

The theme lists every page of the course on every page, so that the weight of a page, and the time to make it, grow with
the course. The markup is the theme's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape

# With fewer pages than this the theme's own contents, which list them all, serve better.
LONG = 120
# Of a longer list only the neighbours of the page are shown.
_MOST = 60
_NEIGHBOURS = 20
_TOGGLE = '<span class="toctree-toggle" role="presentation"><i class="fa-solid fa-chevron-down"></i></span>'


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A page in the contents: its docname (or an address), its title, and the pages below it."""

    name: str
    title: str
    children: tuple[Entry, ...] = ()

    def holds(self, name: str) -> bool:
        """Whether it is this page, or has it below it."""
        return self.name == name or any(child.holds(name) for child in self.children)


@dataclass(frozen=True, kw_only=True)
class Part:
    """A part of the course with its caption, which may be empty."""

    caption: str
    entries: tuple[Entry, ...]


def count(entries: Sequence[Entry]) -> int:
    """How many pages there are in a list, those below included."""
    return sum(1 + count(entry.children) for entry in entries)


def contents(parts: Sequence[Part], page: str, address: Callable[[str], str]) -> str:
    """The contents as HTML, as they stand beside `page`. `address` makes a link of a docname."""
    return "\n".join(line for part in parts for line in _part(part, page, address))


def _part(part: Part, page: str, address: Callable[[str], str]) -> Iterator[str]:
    here = any(entry.holds(page) for entry in part.entries)
    # A part without a caption could not be found again if it were folded.
    unfolded = here or not part.caption or len(part.entries) == 1
    words = f'<span class="caption-text">{escape(part.caption)}</span>'
    if part.caption and unfolded:
        yield f'<p aria-level="2" class="caption" role="heading">{words}</p>'
    elif part.caption and part.entries:
        link = f'<a class="reference internal" href="{escape(address(part.entries[0].name))}">{words}</a>'
        size = f'<span class="satchel-part-size">{count(part.entries)} pages</span>'
        yield f'<p aria-level="2" class="caption satchel-part" role="heading">{link} {size}</p>'
    if unfolded and part.entries:
        classes = "current nav bd-sidenav" if here else "nav bd-sidenav"
        yield f'<ul class="{classes}">'
        yield from _entries(part.entries, page, address, 1)
        yield "</ul>"


def _entries(entries: Sequence[Entry], page: str, address: Callable[[str], str], depth: int) -> Iterator[str]:
    first, last = _shown(entries, page)
    if first:
        yield _gap(f"{first} before", entries[first - 1], address, depth)
    for entry in entries[first:last]:
        yield from _entry(entry, page, address, depth)
    if last < len(entries):
        yield _gap(f"{len(entries) - last} more", entries[last], address, depth)


def _shown(entries: Sequence[Entry], page: str) -> tuple[int, int]:
    """Which of a list are shown, as a slice."""
    if len(entries) <= _MOST:
        return 0, len(entries)
    at = next((index for index, entry in enumerate(entries) if entry.holds(page)), 0)
    first = max(0, min(at - _NEIGHBOURS, len(entries) - 2 * _NEIGHBOURS))
    return first, min(len(entries), first + 2 * _NEIGHBOURS)


def _gap(words: str, next_one: Entry, address: Callable[[str], str], depth: int) -> str:
    link = f'<a class="reference internal" href="{escape(address(next_one.name))}">… {words}</a>'
    return f'<li class="toctree-l{depth} satchel-gap">{link}</li>'


def _entry(entry: Entry, page: str, address: Callable[[str], str], depth: int) -> Iterator[str]:
    here, current = entry.holds(page), entry.name == page
    outside = "://" in entry.name
    classes = [
        f"toctree-l{depth}",
        *(["current", "active"] if here else []),
        *(["has-children"] if entry.children else []),
    ]
    link = ["current"] if here else []
    link += ["reference", "external" if outside else "internal"]
    target = "#" if current else entry.name if outside else address(entry.name)
    words = f'<a class="{" ".join(link)}" href="{escape(target)}">{escape(entry.title)}</a>'
    if not (entry.children and here):
        yield f'<li class="{" ".join(classes)}">{words}</li>'
        return
    yield f'<li class="{" ".join(classes)}">{words}<details open="open"><summary>{_TOGGLE}</summary><ul>'
    yield from _entries(entry.children, page, address, depth + 1)
    yield "</ul></details></li>"
