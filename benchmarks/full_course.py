"""A course of 30 notebooks with 10 activities each, and a student who has worked on each: 50 versions."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

NOTEBOOKS = 30
CELLS = 10
VERSIONS = 50
PAGE = "module/book-15.html"
_HOUR = 3_600_000
_BEGAN = 1_790_000_000_000


def source(book: int, cell: int) -> str:
    """The author's text of an activity: a dozen lines, as in most lessons."""
    lines = [f"# Activity {cell} of notebook {book}", "values = [3, 1, 4, 1, 5, 9, 2, 6]", "total = 0"]
    lines += ["for place, value in enumerate(values):", "    if value % 2 == 0:", "        total += value * place"]
    lines += ["    else:", "        total -= value", "", "", "def report(total):"]
    lines += [f'    """Say how the sum of activity {cell} came out."""', '    return f"the total is {total}"', ""]
    return "\n".join([*lines, "print(report(total))"])


def write(folder: Path) -> Path:
    """Writes the course's notebooks and its contents; returns the folder to build."""
    module = folder / "content" / "module"
    module.mkdir(parents=True, exist_ok=True)
    (folder / "book").mkdir(exist_ok=True)
    (folder / "content" / "index.md").write_text("# A full course\n\nThirty notebooks.\n", "utf-8")
    chapters = []
    for book in range(1, NOTEBOOKS + 1):
        name = f"book-{book:02}"
        chapters.append(f"      - file: module/{name}")
        (module / f"{name}.ipynb").write_text(json.dumps(_notebook(book), indent=1), "utf-8")
    toc = ["format: jb-book", "root: index", "parts:", '  - caption: "The module"', "    chapters:", *chapters, ""]
    (folder / "book" / "_toc.yml").write_text("\n".join(toc), "utf-8")
    config = 'title: "Full course"\nauthor: "satchel"\nexecute:\n  execute_notebooks: "off"\n'
    (folder / "book" / "_config.yml").write_text(config, "utf-8")
    return folder


def _notebook(book: int) -> dict[str, Any]:
    cells: list[dict[str, Any]] = [_cell("markdown", f"title-{book}", f"# Notebook {book}\n\nTen activities.")]
    for cell in range(1, CELLS + 1):
        cells.append(_cell("markdown", f"task-{book}-{cell}", f"## Activity {cell}\n\nChange it and run it again."))
        cells.append(_cell("code", f"cell-{book}-{cell}", source(book, cell)))
    kernel = {"kernelspec": {"display_name": "Python", "language": "python", "name": "python"}}
    metadata = {**kernel, "language_info": {"name": "python"}}
    return {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}


def _cell(kind: str, identity: str, text: str) -> dict[str, Any]:
    rest: dict[str, Any] = {"execution_count": None, "outputs": []} if kind == "code" else {}
    return {"cell_type": kind, "id": identity, "metadata": {}, "source": text.splitlines(keepends=True), **rest}


def pages(site: Path) -> list[dict[str, Any]]:
    """What the built pages know about themselves, as they carry it."""
    found = []
    for page in sorted((site / "module").glob("book-*.html")):
        text = page.read_text("utf-8")
        data = text.split('id="satchel-page">', 1)[1].split("</script>", 1)[0]
        found.append({**json.loads(data), "page": f"module/{page.name}"})
    return found


def work(site: Path, *, at_the_cap: bool = False) -> list[dict[str, Any]]:
    """Keys and records for the store. With `at_the_cap` the measured page's histories are as long as may be."""
    entries = []
    for number, page in enumerate(pages(site)):
        for place, cell in enumerate(page["cells"]):
            filler = "# " + "long " * 1_590 + "\n" if at_the_cap and page["page"] == PAGE else ""
            entries.append(
                {"key": [page["notebook"], cell["id"]], "record": _record(page, cell, number + place, filler)}
            )
    return entries


def _record(page: dict[str, Any], cell: dict[str, Any], shift: int, filler: str) -> dict[str, Any]:
    def text(version: int) -> str:
        return f"# try {version}\n{filler}{cell['source']}\n"[: 400_000 // VERSIONS if filler else None]

    now = _BEGAN + shift * _HOUR
    return {
        "schema": 1,
        "revision": VERSIONS + 1,
        "text": text(0),
        "baseHash": cell["hash"],
        "baseText": cell["source"],
        "time": now,
        "place": {"page": page["page"], "title": page["title"], "download": None},
        "rival": None,
        "versions": [{"text": text(n), "time": now - n * _HOUR, "why": "ran"} for n in range(1, VERSIONS + 1)],
    }
