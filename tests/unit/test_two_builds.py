"""Do two builds keep out of each other's way?"""

from __future__ import annotations

from pathlib import Path

import pytest
from courses import write_course
from filelock import FileLock
from rich.console import Console

from satchel import pipeline
from satchel.errors import ToolFailed
from satchel.options import Options
from satchel.report import Report


def test_a_second_build_in_the_same_folder_says_so_and_touches_nothing(tmp_path: Path) -> None:
    options = Options(course=write_course(tmp_path / "course"), out=tmp_path / "out", cache=tmp_path / "cache")
    options.out.mkdir()
    with FileLock(options.out / ".lock"), pytest.raises(ToolFailed, match="Starting the build") as refused:
        pipeline.build(options, Report(console=Console(quiet=True)))
    assert "--out" in refused.value.cure
    assert [path.name for path in options.out.iterdir()] == [".lock"]
