"""Does the same course give the same bytes, and a second build only what changed?"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import run_build

from .sites import Built, read_page, snapshot

pytestmark = [pytest.mark.build, pytest.mark.timeout(900)]

INSERTED = """
```{code-cell}
inserted = "a new cell before all others"
```

A text notebook"""


@contextmanager
def changed(path: Path, old: str, new: str) -> Iterator[None]:
    """The file with one text replaced, as long as the context lasts."""
    before = path.read_text("utf-8")
    assert before.count(old) == 1
    path.write_text(before.replace(old, new), "utf-8")
    try:
        yield
    finally:
        path.write_text(before, "utf-8")


def ledger(course: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((course / "content" / "satchel-ledger.json").read_text("utf-8"))["notebooks"]
    return found


def commands(printed: str) -> list[str]:
    return [line for line in printed.splitlines() if line.startswith("$ ")]


def test_two_builds_in_two_folders_and_two_worlds_are_the_same(tiny: Built, elsewhere: Built) -> None:
    differing = {
        name for name in tiny.files.keys() | elsewhere.files if tiny.files.get(name) != elsewhere.files.get(name)
    }
    assert sorted(differing) == []


def test_jupyterlite_leaves_the_times_of_what_sphinx_reads_alone(tiny: Built) -> None:
    # Sphinx would take a changed page for one that it has read already.
    source = tiny.out / ".work" / "book-source"
    begun = (tiny.out / ".lock").stat().st_mtime
    assert [path.name for path in source.rglob("*.md") if path.stat().st_mtime < begun] == []


def test_two_zips_and_two_ledgers_are_the_same(tiny: Built, elsewhere: Built) -> None:
    assert [path.name for path in tiny.zips] == [path.name for path in elsewhere.zips]
    assert tiny.zips[0].read_bytes() == elsewhere.zips[0].read_bytes()
    assert ledger(tiny.course) == ledger(elsewhere.course)


def test_an_unchanged_course_runs_no_tool_and_changes_nothing(elsewhere: Built) -> None:
    [zipped] = elsewhere.zips
    packed = zipped.read_bytes()
    done = run_build(elsewhere.course, "--out", elsewhere.out, "--verbose")
    assert done.returncode == 0, done.stdout + done.stderr
    # In verbose mode every command that is run is shown.
    assert commands(done.stdout) == []
    assert snapshot(elsewhere.site) == elsewhere.files
    assert zipped.read_bytes() == packed


def test_an_edited_course_keeps_its_identities_and_nothing_old(elsewhere: Built) -> None:
    words = elsewhere.course / "content/lessons/words.md"
    toc = elsewhere.course / "book/_toc.yml"
    before = ledger(elsewhere.course)
    cells_before = read_page(elsewhere.site / "lessons/words.html").cells
    with (
        changed(words, "\nA text notebook", INSERTED),
        changed(words, "word.upper()", "word.upper() + '!'"),
        changed(toc, "  - file: lessons/questions\n", ""),
    ):
        done = run_build(elsewhere.course, "--out", elsewhere.out, "--verbose")
        assert done.returncode == 0, done.stdout + done.stderr
        # The browser side and the runtime were not made again.
        assert not [line for line in commands(done.stdout) if "build.mjs" in line]
        page = read_page(elsewhere.site / "lessons/words.html")
        site = snapshot(elsewhere.site)
    after = ledger(elsewhere.course)
    assert page.cells[1:] == cells_before
    assert page.cells[0] not in cells_before
    assert page.data["cells"][0]["source"] == 'inserted = "a new cell before all others"'
    assert page.data["cells"][1]["source"].endswith("print(word.upper() + '!')")
    assert [cell["id"] for cell in after["lessons-words"]["cells"]] == page.cells
    assert {**after, "lessons-words": 0} == {**before, "lessons-words": 0}
    # A page that was taken out is nowhere any more, neither as a file nor in the navigation of another page.
    assert "lessons/questions.html" not in site
    assert "lite/files/lessons/questions.ipynb" not in site
    assert "questions.html" not in (elsewhere.site / "lessons/numbers.html").read_text("utf-8")

    # The same course again gives the same bytes again, whatever was built in between.
    done = run_build(elsewhere.course, "--out", elsewhere.out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert snapshot(elsewhere.site) == elsewhere.files
