"""Does a cell keep its identity when the author works on the notebook?"""

from __future__ import annotations

import json

import pytest

from satchel import ledger as ledgers
from satchel.ledger import Ledger
from satchel.model import Cell, Notebook

LOAD = "import csv\nwith open('weather.csv') as file:\n    rows = list(csv.DictReader(file))"
MEAN = "total = sum(values)\nmean = total / len(values)\nprint(mean)"
PLOT = "fig, ax = plt.subplots()\nax.plot(days, temperatures)"
DONE = "print('done')"


def notebook(*sources: str, source: str = "one/lesson.md", own: tuple[str | None, ...] = ()) -> Notebook:
    ids = own or (None,) * len(sources)
    code = (Cell(id="", kind="code", source=text, own_id=own_id) for text, own_id in zip(sources, ids, strict=True))
    cells = (Cell(id="", kind="markdown", source="# Lesson"), *code)
    return Notebook(source=source, title="Lesson", cells=cells)


def identify(ledger: Ledger, *notebooks: Notebook) -> tuple[list[dict[str, str]], Ledger]:
    """`[{text: id}]` per notebook, and the next ledger (through its file, as in real life)."""
    named, after = ledgers.identify(notebooks, ledger, course="demo")
    reread, problems = ledgers.parse(ledgers.dump(after), file="ledger")
    assert problems == ()
    assert reread == after
    return [{cell.source: cell.id for cell in n.code} for _, n in named], after


def test_an_unchanged_notebook_keeps_everything() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, PLOT))
    [after], again = identify(ledger, notebook(LOAD, MEAN, PLOT))
    assert after == before
    assert again == ledger


def test_inserting_a_cell_above_changes_no_other_identity() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, PLOT))
    [after], _ = identify(ledger, notebook("import math", LOAD, MEAN, PLOT))
    assert {text: after[text] for text in before} == before
    assert after["import math"] not in before.values()


def test_editing_a_cell_keeps_its_identity() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, PLOT))
    edited = MEAN.replace("mean", "average")
    [after], _ = identify(ledger, notebook(LOAD, edited, PLOT))
    assert after[edited] == before[MEAN]


def test_rewriting_a_cell_between_the_same_neighbours_keeps_its_identity() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, PLOT))
    [after], _ = identify(ledger, notebook(LOAD, "from statistics import fmean", PLOT))
    assert after["from statistics import fmean"] == before[MEAN]


def test_moving_a_cell_keeps_its_identity() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, PLOT))
    [after], _ = identify(ledger, notebook(PLOT, LOAD, MEAN))
    assert after == before


def test_inserting_moving_and_editing_at_once() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, PLOT, DONE))
    edited = PLOT + "\nax.set_title('A year on the roof')"
    [after], _ = identify(ledger, notebook("import csv", DONE, LOAD, edited, MEAN))
    assert (after[DONE], after[LOAD], after[edited], after[MEAN]) == (
        before[DONE],
        before[LOAD],
        before[PLOT],
        before[MEAN],
    )


def test_renaming_the_notebook_keeps_notebook_and_cells() -> None:
    named, ledger = ledgers.identify([notebook(LOAD, MEAN, PLOT)], Ledger(), course="demo")
    renamed, _ = ledgers.identify([notebook(LOAD, MEAN, PLOT, source="two/other.md")], ledger, course="demo")
    assert renamed[0][0] == named[0][0]
    assert [c.id for c in renamed[0][1].code] == [c.id for c in named[0][1].code]


def test_renaming_and_editing_a_notebook_keeps_its_identity() -> None:
    named, ledger = ledgers.identify([notebook(LOAD, MEAN, PLOT)], Ledger(), course="demo")
    renamed, _ = ledgers.identify([notebook(LOAD, MEAN + " # checked", PLOT, source="b.md")], ledger, course="demo")
    assert renamed[0][0] == named[0][0]
    assert [c.id for c in renamed[0][1].code] == [c.id for c in named[0][1].code]


def test_another_notebook_is_not_taken_for_a_renamed_one() -> None:
    named, ledger = ledgers.identify([notebook(LOAD, MEAN)], Ledger(), course="demo")
    other, _ = ledgers.identify([notebook("x = 1", "print(x)", source="b.md")], ledger, course="demo")
    assert other[0][0] != named[0][0]


def test_own_ids_are_kept_whatever_happens_to_the_text() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, own=("load", "mean")))
    assert before == {LOAD: "load", MEAN: "mean"}
    [after], _ = identify(ledger, notebook("a = 1", "b = 2", own=("mean", "load")))
    assert after == {"a = 1": "mean", "b = 2": "load"}


def test_a_likeness_never_carries_an_identity_over_an_own_id() -> None:
    _, ledger = identify(Ledger(), notebook(LOAD, MEAN, own=("load", "mean")))
    [after], _ = identify(ledger, notebook(LOAD, MEAN + "\n", own=("load", "another")))
    assert after[MEAN + "\n"] == "another"


def test_turning_a_text_notebook_into_ipynb_keeps_identities() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, source="one/lesson.md"))
    converted = notebook(LOAD, MEAN, source="one/lesson.ipynb", own=("a1", "b2"))
    [after], ledger = identify(ledger, converted)
    assert after == before
    [later], _ = identify(ledger, notebook(LOAD, "changed = True", source="one/lesson.ipynb", own=("a1", "b2")))
    assert later["changed = True"] == before[MEAN]


def test_equal_cells_are_told_apart() -> None:
    named, ledger = ledgers.identify([notebook(DONE, DONE, DONE)], Ledger(), course="demo")
    ids = [cell.id for cell in named[0][1].code]
    assert len(set(ids)) == 3
    again, _ = ledgers.identify([notebook(DONE, DONE, DONE)], ledger, course="demo")
    assert [cell.id for cell in again[0][1].code] == ids


def test_a_cell_that_was_taken_out_comes_back_as_itself() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, PLOT))
    [_], ledger = identify(ledger, notebook(LOAD, PLOT))
    [after], _ = identify(ledger, notebook(LOAD, MEAN, PLOT))
    assert after == before


def test_a_new_cell_never_gets_the_identity_of_one_that_is_gone() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, PLOT))
    [_], ledger = identify(ledger, notebook(LOAD, PLOT))
    [after], _ = identify(ledger, notebook(LOAD, PLOT, "x = 5"))
    assert after["x = 5"] != before[MEAN]


def test_a_notebook_that_vanished_keeps_its_record() -> None:
    _, ledger = identify(Ledger(), notebook(LOAD), notebook(MEAN, source="two.md"))
    _, after = identify(ledger, notebook(LOAD))
    assert {entry.source for entry in after.notebooks} == {"one/lesson.md", "two.md"}


def test_the_course_id_is_fixed_once() -> None:
    _, ledger = ledgers.identify([notebook(LOAD)], Ledger(), course="first-title")
    _, ledger = ledgers.identify([notebook(LOAD)], ledger, course="another-title")
    assert ledger.course == "first-title"


def test_identities_do_not_depend_on_anything_but_the_content() -> None:
    assert identify(Ledger(), notebook(LOAD, MEAN)) == identify(Ledger(), notebook(LOAD, MEAN))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"schema": 2, "course": "a", "notebooks": {}}',
        '{"schema": 1, "course": "../a", "notebooks": {}}',
        '{"schema": 1, "course": "a", "notebooks": {"x": {"source": "x.md", "cells": [{"id": "a b"}]}}}',
        json.dumps({"schema": 1, "course": "a", "notebooks": []}),
    ],
)
def test_a_damaged_ledger_is_refused(text: str) -> None:
    _, problems = ledgers.parse(text, file="content/satchel-ledger.json")
    assert [p.code for p in problems] == ["ledger-damaged"]
    assert problems[0].file == "content/satchel-ledger.json"
