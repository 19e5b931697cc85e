"""Does a build read only what is new, whoever reads it, and never believe a record that may be wrong?"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from satchel import remembered, sidebyside
from satchel.derive import Around
from satchel.model import Cell, Notebook
from satchel.remembered import Remembered

AROUND = Around(modules={}, lists={})
SCRIPT = ("a.py", "# %%\nimport numpy\n")
DOCUMENT = (
    "b.ipynb",
    json.dumps(
        {
            "cells": [{"cell_type": "code", "source": "1", "metadata": {}, "outputs": []}],
            "metadata": {},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
    ),
)


class Calls:
    """Counts what is really read, by replacing the way to the readers with one that remembers what it was given."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.values: list[Any] = []
        monkeypatch.setattr(remembered, "each", self._each)

    def _each(self, function: Any, values: Sequence[Any], *, takes: float) -> list[Any]:
        self.values += values
        return sidebyside.each(function, values, takes=takes)


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Calls:
    return Calls(monkeypatch)


def lesson(code: str) -> Notebook:
    return Notebook(source="a.ipynb", title="A", cells=(Cell(id="", kind="code", source=code),))


def once(record: Path, *codes: str) -> Remembered:
    reader = Remembered(record)
    reader.parse([SCRIPT, DOCUMENT])
    reader.find([lesson(code) for code in codes], AROUND)
    reader.keep()
    return reader


def test_is_nothing_read_twice(tmp_path: Path, calls: Calls) -> None:
    once(tmp_path / "read.json", "import numpy")
    assert calls.values == [SCRIPT, lesson("import numpy")]
    calls.values.clear()
    again = Remembered(tmp_path / "read.json")
    script, document = again.parse([SCRIPT, DOCUMENT])
    assert script.notebook and document.notebook
    assert (script.notebook.source, script.notebook.cells[0].source) == ("a.py", "import numpy")
    old, new = again.find([lesson("import numpy"), lesson("import pandas")], AROUND)
    assert (old.modules, new.modules) == (("numpy",), ("pandas",))
    assert calls.values == [lesson("import pandas")]


def test_is_a_changed_script_read_again(tmp_path: Path, calls: Calls) -> None:
    once(tmp_path / "read.json")
    calls.values.clear()
    changed = ("a.py", "# %%\nimport pandas\n")
    [parsed] = Remembered(tmp_path / "read.json").parse([changed])
    assert parsed.notebook and parsed.notebook.cells[0].source == "import pandas"
    assert calls.values == [changed]


def test_is_what_cannot_be_read_told_every_time(tmp_path: Path) -> None:
    bad = ("b.ipynb", "{")
    for _ in range(2):
        reader = Remembered(tmp_path / "read.json")
        [parsed] = reader.parse([bad])
        assert [problem.code for problem in parsed.problems] == ["notebook-json"]
        reader.keep()


def test_is_what_nobody_asked_for_forgotten(tmp_path: Path, calls: Calls) -> None:
    once(tmp_path / "read.json", "1", "2")
    once(tmp_path / "read.json", "2")
    calls.values.clear()
    once(tmp_path / "read.json", "1")
    assert calls.values == [lesson("1")]


@pytest.mark.parametrize("damage", ["", "[]", "{", "reader", "entries"])
def test_does_a_record_that_may_be_wrong_count_as_none(tmp_path: Path, calls: Calls, damage: str) -> None:
    record = tmp_path / "read.json"
    once(record, "import numpy")
    data = json.loads(record.read_text("utf-8"))
    if damage == "reader":
        record.write_text(json.dumps({**data, "reader": "another"}), "utf-8")
    elif damage == "entries":
        wrong = {part: {key: [1] for key in data[part]} for part in ("notebooks", "findings")}
        record.write_text(json.dumps({**data, **wrong}), "utf-8")
    else:
        record.write_text(damage, "utf-8")
    calls.values.clear()
    once(record, "import numpy")
    assert calls.values == [SCRIPT, lesson("import numpy")]


@pytest.mark.effects
def test_do_several_processes_find_the_same() -> None:
    lessons = [lesson(f"import module_{number}") for number in range(20)]
    found = sidebyside.each(AROUND.findings, lessons, takes=sidebyside.ENOUGH)
    assert found == [AROUND.findings(one) for one in lessons]


@pytest.mark.effects
def test_is_an_error_in_another_process_told_here() -> None:
    with pytest.raises(ValueError, match="invalid literal"):
        sidebyside.each(int, [*map(str, range(20)), "x"], takes=sidebyside.ENOUGH)


@pytest.mark.effects
def test_is_all_done_here_where_no_process_lives() -> None:
    # The first value is only too much for a process that is not this one.
    values = [os.getpid(), *range(20)]
    assert sidebyside.each(_only_here, values, takes=sidebyside.ENOUGH) == values


def _only_here(value: int) -> int:
    if value >= 20 and value != os.getpid():
        os._exit(1)
    return value


@pytest.mark.effects
@pytest.mark.skipif(sys.platform != "linux" or os.cpu_count() == 1, reason="reads /proc, and needs two cores")
def test_does_no_process_outlive_a_build_that_is_killed(tmp_path: Path) -> None:
    script = tmp_path / "script.py"
    script.write_text(
        "import time\nfrom satchel.sidebyside import ENOUGH, each\n"
        'if __name__ == "__main__":\n    each(time.sleep, [600] * 4, takes=ENOUGH)\n',
        "utf-8",
    )
    with subprocess.Popen([sys.executable, str(script)]) as build:
        while len(workers := _children(build.pid)) < 2:
            assert build.poll() is None
            time.sleep(0.02)
        build.kill()
    end = time.monotonic() + 60
    while any(Path(f"/proc/{worker}").exists() for worker in workers):
        assert time.monotonic() < end
        time.sleep(0.02)


def _children(pid: int) -> list[int]:
    """Processes that are at work for another, without the one that only looks after what they share."""
    found = [int(child) for child in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    return [child for child in found if b"spawn_main" in Path(f"/proc/{child}/cmdline").read_bytes()]
