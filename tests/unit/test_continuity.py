"""Is an author told before students are cut off from their work by a ledger that is gone or the wrong one?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from courses import notebook, run, write_course

Capture = pytest.CaptureFixture[str]
LEDGER = "content/satchel-ledger.json"


def last_site(course: Path, out: Path, capsys: Capture) -> str:
    """Put the manifest of `course` where a build would have left it; returns the course's id."""
    printed = run(capsys, course, "--out", out, "--plan", "--json").out
    (out / "site").mkdir(parents=True)
    (out / "site" / "capabilities.json").write_text(printed, "utf-8")
    return str(json.loads(printed)["course"]["id"])


def ledger(course_id: str, source: str) -> str:
    cells = [{"id": "a", "hash": "0", "sketch": ""}]
    return json.dumps({"schema": 1, "course": course_id, "notebooks": {"n": {"source": source, "cells": cells}}})


def test_a_ledger_that_is_gone_is_told_before_another_course_is_published(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    before = last_site(write_course(tmp_path / "course"), out, capsys)
    changed = write_course(tmp_path / "course", {"content/one.ipynb": notebook("x = 2")})
    ran = run(capsys, changed, "--out", out, "--plan", "--quiet")
    assert (ran.code, [(told.code, told.place) for told in ran.told]) == (3, [("ledger-lost", LEDGER)])
    assert before in ran.text
    # With it, all is well again.
    write_course(tmp_path / "course", {LEDGER: ledger(before, "one.ipynb"), "content/one.ipynb": notebook("x = 2")})
    assert run(capsys, changed, "--out", out, "--plan", "--quiet").code == 0


def test_the_ledger_of_a_course_of_the_same_title_is_refused(tmp_path: Path, capsys: Capture) -> None:
    out = tmp_path / "out"
    course = write_course(tmp_path / "course")
    last_site(course, out, capsys)
    write_course(course, {LEDGER: ledger("last-year", "one.ipynb")})
    ran = run(capsys, course, "--out", out, "--plan", "--quiet")
    assert (ran.code, [told.code for told in ran.told]) == (3, ["ledger-lost"])


@pytest.mark.parametrize(
    "left", [None, "", "{", '{"schema": 99}', b"\xff\xfe"], ids=["nothing", "empty", "broken", "newer", "no text"]
)
def test_a_first_build_is_not_held_up_by_what_lies_there(
    left: str | bytes | None, tmp_path: Path, capsys: Capture
) -> None:
    (tmp_path / "out" / "site").mkdir(parents=True)
    if left is not None:
        content = left.encode() if isinstance(left, str) else left
        (tmp_path / "out" / "site" / "capabilities.json").write_bytes(content)
    ran = run(capsys, write_course(tmp_path / "course"), "--out", tmp_path / "out", "--plan")
    assert (ran.code, ran.told) == (0, ())


def test_two_courses_may_be_built_into_one_folder_in_turn(tmp_path: Path, capsys: Capture) -> None:
    last_site(write_course(tmp_path / "course"), tmp_path / "out", capsys)
    other = write_course(tmp_path / "other", {"book/_config.yml": "title: Another\nauthor: Nobody\n"})
    assert run(capsys, other, "--out", tmp_path / "out", "--plan").code == 0


def test_a_ledger_that_knows_nothing_of_the_course_is_told(tmp_path: Path, capsys: Capture) -> None:
    course = write_course(tmp_path, {LEDGER: ledger("another-course", "two.ipynb")})
    ran = run(capsys, course, "--plan")
    assert (ran.code, [(told.mark, told.code, told.place) for told in ran.told]) == (
        0,
        [("!", "ledger-foreign", LEDGER)],
    )
    assert run(capsys, course, "--plan", "--strict").code == 3


def test_a_ledger_that_knows_one_notebook_of_many_is_the_courses_own(tmp_path: Path, capsys: Capture) -> None:
    course = write_course(tmp_path, {LEDGER: ledger("this-course", "one.ipynb")})
    assert run(capsys, course, "--plan").told == ()
