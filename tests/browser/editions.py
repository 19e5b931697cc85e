"""New editions of a built site: what an author changes, written into the finished pages and the course's map."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

MAP = "satchel-course.json"
_DATA = re.compile(r'(<script type="application/json" id="satchel-page">)(.*?)(</script>)', re.DOTALL)


def copy_site(site: Path, target: Path) -> Path:
    """A copy of the site's pages that may be changed. Python and JupyterLite are left out."""
    shutil.copytree(site, target, ignore=shutil.ignore_patterns("lite", "runtime"))
    return target


def rewrite_cells(page: Path, change: Callable[[list[dict[str, Any]]], list[dict[str, Any]]]) -> None:
    """Give a page other cells; their hashes follow their sources."""
    text = page.read_text("utf-8")
    found = _DATA.search(text)
    assert found, page
    data = json.loads(found.group(2))
    data["cells"] = change(data["cells"])
    for cell in data["cells"]:
        cell["hash"] = hashlib.sha256(cell["source"].encode()).hexdigest()[:16]
    packed = json.dumps(data).replace("<", "\\u003c")
    page.write_text(text[: found.start(2)] + packed + text[found.end(2) :], "utf-8")


def rewrite_map(site: Path, change: Callable[[dict[str, dict[str, Any]]], None]) -> None:
    """Change the course's map; `change` gets its notebooks by page."""
    whole = json.loads((site / MAP).read_text("utf-8"))
    books = {book["page"]: book for book in whole["notebooks"]}
    change(books)
    whole["notebooks"] = list(books.values())
    (site / MAP).write_text(json.dumps(whole), "utf-8")


def new_text(site: Path, page: str, cell: str, line: str) -> None:
    """The author puts a line on top of a cell."""

    def change(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
        return [{**one, "source": f"{line}\n{one['source']}"} if one["id"] == cell else one for one in cells]

    rewrite_cells(site / page, change)


def take_out(site: Path, page: str, *cells: str) -> None:
    """The author takes cells out of a page and out of the course."""
    rewrite_cells(site / page, lambda old: [one for one in old if one["id"] not in cells])

    def change(books: dict[str, dict[str, Any]]) -> None:
        books[page]["cells"] = [one for one in books[page]["cells"] if one["id"] not in cells]

    rewrite_map(site, change)


def move(site: Path, cell: str, source: str, target: str) -> None:
    """The author moves a cell from the page `source` to the page `target`, in place of the first cell there."""
    moved: list[dict[str, Any]] = []

    def leave(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
        moved.extend(one for one in cells if one["id"] == cell)
        return [one for one in cells if one["id"] != cell]

    first: list[str] = []

    def enter(cells: list[dict[str, Any]]) -> list[dict[str, Any]]:
        first.append(cells[0]["id"])
        return [*moved, *cells[1:]]

    rewrite_cells(site / source, leave)
    rewrite_cells(site / target, enter)
    html = (site / target).read_text("utf-8")
    (site / target).write_text(html.replace(f'data-satchel-cell="{first[0]}"', f'data-satchel-cell="{cell}"'), "utf-8")

    def change(books: dict[str, dict[str, Any]]) -> None:
        gone = [one for one in books[source]["cells"] if one["id"] == cell]
        books[source]["cells"] = [one for one in books[source]["cells"] if one["id"] != cell]
        books[target]["cells"] = [*gone, *books[target]["cells"][1:]]

    rewrite_map(site, change)
