"""Parses notebook files, whatever their format, into `Notebook` values."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, cast, get_args

import jupytext
import nbformat

from satchel import frontmatter
from satchel.errors import Problem
from satchel.model import Cell, CellKind, Notebook

# As jupytext calls them.
_FORMATS = {".md": "md:myst", ".py": "py:percent", ".Rmd": "Rmd"}
_PERCENT = re.compile(r"^#\s*%%", re.MULTILINE)
_HEADING = re.compile(r"^#\s+(.+?)\s*#*\s*$", re.MULTILINE)
_ROLE = re.compile(r"\{[\w:.+-]+\}`(?P<text>[^`<]*)(?:<[^`]*>)?`")
_CELL_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
# Only these say anything about the notebook itself; the rest is an editor's business and changes all the time.
_KEPT_METADATA = ("kernelspec", "language_info", "satchel")
# What the build writes into the `satchel` entry of a published notebook.
_PUBLISHED = ("course", "notebook")


@dataclass(frozen=True, kw_only=True)
class Parsed:
    """A notebook, or the problems that keep it from being one. Cell ids are still empty here: see `ledger`."""

    notebook: Notebook | None
    problems: tuple[Problem, ...] = ()


def is_notebook(path: str, text: str) -> bool:
    """Whether a file is a notebook: `.ipynb`, R Markdown, MyST Markdown with a kernel, or a percent-format script."""
    suffix = PurePosixPath(path).suffix
    if suffix in {".ipynb", ".Rmd"}:
        return True
    if suffix == ".py":
        return bool(_PERCENT.search(text))
    return suffix == ".md" and frontmatter.names_kernel(text)


def parse(path: str, text: str) -> Parsed:
    """Parse one notebook file; `path` is relative to the content folder and decides the format."""
    if PurePosixPath(path).suffix == ".ipynb":
        return _parse_ipynb(path, text)
    fmt = _FORMATS[PurePosixPath(path).suffix]
    try:
        with warnings.catch_warnings():
            # What it warns of, such as two names for Python in one notebook, matters to nobody here.
            warnings.simplefilter("ignore")
            node = jupytext.reads(frontmatter.with_named_kernel(text) if fmt == "md:myst" else text, fmt=fmt)
    except Exception as error:  # noqa: BLE001 - jupytext raises whatever its parsers raise
        return Parsed(notebook=None, problems=(_unreadable(path, str(error), "text notebook"),))
    return Parsed(notebook=_notebook(path, cast(Mapping[str, Any], node), own_ids=False))


def _parse_ipynb(path: str, text: str) -> Parsed:
    try:
        raw = json.loads(text)
    except json.JSONDecodeError as error:
        problem = Problem(
            code="notebook-json",
            message=f"The notebook is not valid JSON: {error.msg}.",
            file=path,
            where=f"line {error.lineno}, column {error.colno}",
            cure="Open it in Jupyter and save it again, or take the last good version from version control. "
            "Merge marks (<<<<<<<) are a frequent cause.",
        )
        return Parsed(notebook=None, problems=(problem,))
    except RecursionError:
        return Parsed(notebook=None, problems=(_unreadable(path, "it is nested too deeply", "notebook"),))
    try:
        if raw["nbformat"] < 4:
            # The reader of the old version joins the lines of a text, which the conversion counts on.
            raw = nbformat.convert(nbformat.reader.reads(text), 4)
        cells = raw["cells"]
        unknown = [cell["cell_type"] for cell in cells if cell["cell_type"] not in get_args(CellKind)]
        if unknown:
            raise ValueError(f"there is no cell type {unknown[0]!r}")
        for cell in cells:
            # A lone surrogate, which JSON allows, is no text: nothing could be made of it later.
            "".join(cell["source"]).encode()
        problems = _duplicates(path, cells)
        if problems:
            return Parsed(notebook=None, problems=problems)
        return Parsed(notebook=_notebook(path, raw, own_ids=True))
    except (KeyError, TypeError, AttributeError, ValueError, nbformat.ValidationError) as error:
        return Parsed(notebook=None, problems=(_unreadable(path, repr(error), "notebook"),))


def _notebook(path: str, node: Mapping[str, Any], *, own_ids: bool) -> Notebook:
    cells = tuple(_cell(cell, own_ids) for cell in node["cells"])
    metadata = {key: node["metadata"][key] for key in _KEPT_METADATA if key in node["metadata"]}
    heading = next(
        (found for cell in cells if cell.kind == "markdown" and (found := _HEADING.search(cell.source))), None
    )
    return Notebook(
        source=path,
        title=_plain(heading.group(1)) if heading else PurePosixPath(path).stem,
        cells=cells,
        kernel=str(metadata.get("kernelspec", {}).get("name", "python3")),
        metadata=json.dumps(metadata, sort_keys=True),
        satchel=json.dumps(_declared(metadata.get("satchel", {})), sort_keys=True),
    )


def _declared(entry: object) -> object:
    """What the author declares: without the identities in a notebook that was downloaded from a published course."""
    return {key: entry[key] for key in entry if key not in _PUBLISHED} if isinstance(entry, dict) else entry


def _cell(cell: Mapping[str, Any], own_ids: bool) -> Cell:
    source = cell["source"]
    return Cell(
        id="",
        kind=cast(CellKind, cell["cell_type"]),
        source=source if isinstance(source, str) else "".join(source),
        own_id=cell.get("id") if own_ids else None,
        tags=tuple(str(tag) for tag in cell.get("metadata", {}).get("tags", [])),
        outputs=json.dumps(cell.get("outputs", []), sort_keys=True),
        metadata=json.dumps(cell.get("metadata", {}), sort_keys=True),
        attachments=json.dumps(cell.get("attachments", {}), sort_keys=True),
    )


def _duplicates(path: str, cells: list[Mapping[str, Any]]) -> tuple[Problem, ...]:
    seen: dict[str, int] = {}
    problems: list[Problem] = []
    for number, cell in enumerate(cells, start=1):
        own = cell.get("id")
        if own is None:
            continue
        if not isinstance(own, str) or not _CELL_ID.fullmatch(own):
            problems.append(
                Problem(
                    code="cell-id-invalid",
                    message=f"The cell id {own!r} is not allowed.",
                    file=path,
                    where=f"cell {number}",
                    cure="Use 1 to 64 letters, digits, hyphens or underscores.",
                )
            )
        elif own in seen:
            problems.append(
                Problem(
                    code="cell-id-duplicate",
                    message=f'Cells {seen[own]} and {number} have the same id "{own}".',
                    file=path,
                    where=f"cell {number}",
                    cure='Give the newer cell another id (or delete its "id": a fresh one is kept in the ledger).',
                )
            )
        else:
            seen[own] = number
    return tuple(problems)


def _plain(heading: str) -> str:
    """A Markdown heading without its marks and roles, for tables and window titles."""
    heading = _ROLE.sub(lambda m: m["text"].strip(), heading)
    return re.sub(r"[*_`]|\[([^\]]*)\]\([^)]*\)", lambda m: m.group(1) or "", heading).strip()


def _unreadable(path: str, detail: str, what: str) -> Problem:
    return Problem(
        code="notebook-unreadable",
        message=f"This {what} cannot be read: {detail[:300]}",
        file=path,
        cure="Open it in Jupyter and save it again.",
    )
