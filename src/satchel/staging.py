"""Decides which files go into the folders that Jupyter Book and JupyterLite build from."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote

from satchel.model import Activity, Cell, Course, Decision, Route
from satchel.pairing import digest

_ATTACHED = re.compile(r"attachment:(?P<name>[^\s)\"'>]+)")
_BROWSER_ROUTES: frozenset[Route] = frozenset({"book", "lite"})


@dataclass(frozen=True, kw_only=True)
class Staged:
    """A folder to be built from: files with their text, and files to be copied from the content folder as they are."""

    texts: Mapping[str, str]
    copies: tuple[str, ...]


def for_book(
    course: Course, *, config: str, toc: str, pages: Mapping[str, str], texts: Mapping[str, str], files: Collection[str]
) -> Staged:
    """The folder for Jupyter Book.

    `pages` are satchel's own additions (readers' page, page data), `texts` the author's text files and `files` all
    paths in the content folder. Every notebook becomes an `.ipynb` whose cells carry their identity.
    """
    notebooks = {a.path: notebook_json(course, _with_pictures(a), kernel=a.notebook.kernel) for a in course.activities}
    shadowed = {a.source for a in course.activities} | _same_docname(notebooks, texts)
    return Staged(
        texts={**notebooks, **pages, "_config.yml": config, "_toc.yml": toc},
        copies=tuple(sorted(path for path in files if path not in shadowed and path not in notebooks)),
    )


def for_lite(course: Course, decisions: Iterable[Decision]) -> Staged:
    """The contents of JupyterLite: the notebooks that can run there or be read there, and every course file."""
    return Staged(
        texts={d.activity.path: notebook_json(course, d.activity, kernel=_kernel(d)) for d in decisions if in_lite(d)},
        copies=tuple(file.path for file in course.files),
    )


def runs_in_lite(decision: Decision) -> bool:
    """Whether the activity is offered as a notebook that runs in the browser."""
    return decision.route == "lite" or "lite" in decision.also


def in_lite(decision: Decision) -> bool:
    """Whether JupyterLite lists the notebook: it runs there, or runs in no browser and is not kept out by the author.

    What needs a server is shown there with its stored outputs, so that a student has the whole course in one place.
    `forbid: [lite]` keeps any notebook out of it.
    """
    return runs_in_lite(decision) or (not runs_in_browser(decision) and "lite" not in decision.forbid)


def _kernel(decision: Decision) -> str:
    """A notebook that runs elsewhere names the kernel that it has there: students download it and take it along."""
    return "python" if runs_in_lite(decision) else decision.activity.notebook.kernel


def runs_in_browser(decision: Decision) -> bool:
    """Whether the activity runs in the browser at all, in the book or in JupyterLite."""
    return bool(_BROWSER_ROUTES & {decision.route, *decision.also})


def notebook_json(course: Course, activity: Activity, *, kernel: str) -> str:
    """The activity as `.ipynb` text (nbformat 4.5): the same bytes for the same course."""
    metadata: dict[str, Any] = json.loads(activity.notebook.metadata)
    metadata["kernelspec"] = {
        "name": kernel,
        "display_name": "Python (Pyodide)" if kernel == "python" else "Python 3",
        "language": "python",
    }
    ids = _ids(activity.notebook.cells)
    metadata["satchel"] = {
        **_mapping(metadata.get("satchel")),
        "course": course.id,
        "notebook": activity.id,
        # By it a student's copy tells what in it is the student's, and what only an older text of the author.
        "known": [[id, digest(cell.source)] for id, cell in zip(ids, activity.notebook.cells, strict=True)],
    }
    cells: list[dict[str, Any]] = []
    for id, cell in zip(ids, activity.notebook.cells, strict=True):
        entry: dict[str, Any] = {
            "cell_type": cell.kind,
            "id": id,
            "metadata": json.loads(cell.metadata),
            "source": cell.source,
        }
        if cell.kind == "markdown" and cell.attachments != "{}":
            entry["attachments"] = json.loads(cell.attachments)
        if cell.kind == "code":
            entry["metadata"]["satchel"] = {"cell": cell.id}
            entry |= {"execution_count": None, "outputs": json.loads(cell.outputs)}
        cells.append(entry)
    document = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def _with_pictures(activity: Activity) -> Activity:
    """The activity with pictures that its prose brings along put where they are shown: MyST-NB knows no attachments."""
    cells = tuple(
        replace(cell, source=_ATTACHED.sub(partial(_data, json.loads(cell.attachments)), cell.source))
        if cell.kind == "markdown" and cell.attachments != "{}"
        else cell
        for cell in activity.notebook.cells
    )
    return replace(activity, notebook=replace(activity.notebook, cells=cells))


def _data(attachments: Mapping[str, Any], match: re.Match[str]) -> str:
    pictures = _mapping(attachments.get(unquote(match["name"])))
    for kind, content in pictures.items():
        if kind.startswith("image/") and isinstance(content, str | list):
            return f"data:{kind};base64,{''.join(content).replace(chr(10), '')}"
    return match[0]


def _ids(cells: Iterable[Cell]) -> list[str]:
    """One id a cell. Prose goes by its text, whatever ids the file has: the same text is the same cell everywhere."""
    seen: Counter[str] = Counter()
    ids: list[str] = []
    for cell in cells:
        id = cell.id if cell.kind == "code" else f"text-{digest(cell.source)}"
        seen[id] += 1
        ids.append(id if seen[id] == 1 else f"{id}-{seen[id]}")
    return ids


def _mapping(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _same_docname(notebooks: Iterable[str], texts: Iterable[str]) -> set[str]:
    """Author's files that Sphinx would take for the same page as one of our notebooks."""
    docnames = {str(PurePosixPath(path).with_suffix("")) for path in notebooks}
    return {
        path
        for path in texts
        if PurePosixPath(path).suffix in {".md", ".rst", ".ipynb", ".txt"}
        and str(PurePosixPath(path).with_suffix("")) in docnames
    }
