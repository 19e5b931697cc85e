"""Courses of a few lines, written where a test wants them, and the command line run on them in this process."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from satchel.cli import main

TOC = "format: jb-book\nroot: index\nchapters:\n- file: one\n"
_TOLD = re.compile(
    r"^(?P<mark>[✗!]) (?:(?P<place>\S.*?): )?(?P<message>.*) \((?P<code>[a-z0-9-]+)\)\n  → (?P<cure>.+)$", re.M
)


@dataclass(frozen=True, kw_only=True)
class Told:
    """A problem as it was printed; `place` is the file and, after a comma, where in it (up to a colon)."""

    mark: str
    place: str
    message: str
    code: str
    cure: str


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a call of the command line gave back."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        """Everything that was printed."""
        return self.out + self.err

    @property
    def told(self) -> tuple[Told, ...]:
        """The problems that were printed."""
        return tuple(
            Told(**{key: value or "" for key, value in m.groupdict().items()}) for m in _TOLD.finditer(self.text)
        )


def notebook(*sources: str, ids: bool = True, **metadata: Any) -> str:
    """A notebook of code cells as `.ipynb` text: nbformat 4.5 with the ids a, b, c, or 4.4 without any."""
    cells = [
        {"cell_type": "code", "metadata": {}, "source": source, "outputs": [], "execution_count": None}
        | ({"id": chr(ord("a") + index)} if ids else {})
        for index, source in enumerate(sources)
    ]
    return json.dumps({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5 if ids else 4})


def write_course(folder: Path, changes: Mapping[str, str | bytes | None] | None = None) -> Path:
    """A good course in `folder`, with `changes` by path: other content, more files, or None for a missing one."""
    files: dict[str, str | bytes | None] = {
        "book/_config.yml": "title: Small\nauthor: Nobody\n",
        "book/_toc.yml": TOC,
        "content/index.md": "# Small\n",
        "content/one.ipynb": notebook("x = 1"),
        **(changes or {}),
    }
    for name, content in files.items():
        if content is None:
            continue
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> Ran:
    """`satchel …` in this process. An error that is not told in words fails the test by itself."""
    capsys.readouterr()
    try:
        code = main([str(argument) for argument in arguments])
    except SystemExit as stop:  # argparse leaves this way
        code = stop.code if isinstance(stop.code, int) else 1
    captured = capsys.readouterr()
    assert "Traceback" not in captured.out + captured.err
    return Ran(code=int(code), out=captured.out, err=captured.err)
