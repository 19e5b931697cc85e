"""Does `--serve` show the newest good site while an author works?"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.conftest import ROOT, run_build
from tests.starting import get

from .sites import Built
from .test_again import changed

pytestmark = [pytest.mark.build, pytest.mark.timeout(900)]


@contextmanager
def serving(built: Built) -> Iterator[tuple[subprocess.Popen[str], Callable[[str], list[str]]]]:
    """`build.py --serve`; yields the process and a function that reads on until a line with a certain text."""
    process = subprocess.Popen(
        [
            sys.executable,
            str(ROOT / "build.py"),
            str(built.course),
            "--out",
            str(built.out),
            "--no-zip",
            "--serve",
            "0",
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        env={**os.environ, "COLUMNS": "160", "NO_COLOR": "1"},
    )

    def until(text: str) -> list[str]:
        assert process.stdout
        heard: list[str] = []
        for line in iter(process.stdout.readline, ""):
            heard.append(line.rstrip())
            if text in line:
                return heard
        raise AssertionError("it ended:\n" + "\n".join(heard))

    try:
        yield process, until
    finally:
        process.kill()
        process.communicate()


def test_an_author_at_work(elsewhere: Built) -> None:
    page = elsewhere.course / "content" / "index.md"
    notebook = elsewhere.course / "content" / "lessons" / "numbers.ipynb"
    with serving(elsewhere) as (process, until):
        address = until("http://127.0.0.1:")[-1]
        assert b"the tiny course" in get(address)[2]

        busy = run_build(elsewhere.course, "--out", elsewhere.out, "--serve", address.rstrip("/").rpartition(":")[2])
        assert busy.returncode == 5
        assert "Try another port" in busy.stdout

        with changed(page, "Welcome to the tiny course", "Welcome to the changed course"):
            until("index.md changed: building again")
            until("  site  ")
            assert b"the changed course" in get(address)[2]
            assert get(address + "capabilities.json")[0] == 200

            # A notebook that breaks is told, and the last good site stays on show.
            with changed(notebook, '"nbformat": 4,', '"nbformat": 4,,'):
                told = until("The last good site stays on show.")
                assert any("content/lessons/numbers.ipynb, line" in line for line in told)
                assert b"the changed course" in get(address)[2]
        until("  site  ")
        assert b"the tiny course" in get(address)[2]

        process.send_signal(signal.SIGINT)
        until("Interrupted.")
        assert process.wait(60) == 130
