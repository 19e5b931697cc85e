"""Tables of contents from before Jupyter Book 0.11: read as what they mean today."""

from __future__ import annotations

from typing import Any

from sphinx_external_toc.tools import migrate_jupyter_book

from satchel.errors import Problem


def is_old(data: object) -> bool:
    """Whether parsed YAML is such a table: a list, or a page of its own at the top."""
    return isinstance(data, list) or (isinstance(data, dict) and "root" not in data and "file" in data)


def of_today(data: Any) -> Any:
    """A table of contents from before Jupyter Book 0.11 in today's format.

    Raises what the migration of sphinx-external-toc raises if it makes no sense of it: mostly `MalformedError`.
    """
    return migrate_jupyter_book(_grouped(data) if isinstance(data, list) else data)


def _grouped(entries: list[Any]) -> list[Any]:
    """In the oldest format the name of a part stands alone, before its pages; later they are below it."""
    grouped: list[Any] = []
    part: dict[str, Any] | None = None
    for entry in entries:
        name = next((key for key in ("part", "chapter", "header") if isinstance(entry, dict) and key in entry), None)
        if name is not None:
            heads_others = not {"chapters", "sections"} & entry.keys()
            opened = {"part": entry[name], "chapters": []} if heads_others else entry
            grouped.append(opened)
            part = opened if heads_others else None
        elif part is not None:
            part["chapters"].append(entry)
        else:
            grouped.append(entry)
    return grouped


def problem(file: str) -> Problem:
    """What the author is told about it."""
    return Problem(
        code="toc-old-format",
        message="The table of contents is in the format of Jupyter Book 0.10 and is read as what it means today.",
        file=file,
        cure="Write it in today's format with: jupyter-book toc migrate _toc.yml -o _toc.yml",
        severity="warning",
    )
