"""Does a cell keep its identity when the author works on the notebook?"""

from __future__ import annotations

import json

import pytest

from satchel import ledger as ledgers
from satchel.ledger import Ledger
from satchel.model import Cell, Notebook
from satchel.pairing import digest

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


@pytest.mark.parametrize("place", [0, 1, 2])
def test_a_cell_that_was_rewritten_wholly_is_the_same_at_the_ends_too(place: int) -> None:
    texts = [LOAD, MEAN, PLOT]
    [before], ledger = identify(Ledger(), notebook(*texts))
    new = [*texts[:place], "from statistics import fmean", *texts[place + 1 :]]
    [after], _ = identify(ledger, notebook(*new))
    assert after["from statistics import fmean"] == before[texts[place]]


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
    [after], _ = identify(ledger, notebook(LOAD, MEAN + "  # more", own=("load", "another")))
    assert after[MEAN + "  # more"] == "another"


@pytest.mark.parametrize("noise", ["{}\n", "{}\n\n", "{}  ", "{}\r\n"])
def test_blanks_that_nobody_sees_make_no_new_text(noise: str) -> None:
    assert digest(noise.format(MEAN)) == digest(MEAN) == digest(MEAN.replace("\n", " \r\n"))


@pytest.mark.parametrize("other", [" " + MEAN, MEAN.replace("\n", "\n\n"), "\n" + MEAN, MEAN.replace(" =", "=")])
def test_blanks_that_are_seen_make_another_text(other: str) -> None:
    assert digest(other) != digest(MEAN)


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


def together(ledger: Ledger, *notebooks: Notebook) -> tuple[dict[str, str], dict[str, str], Ledger]:
    """`{source: notebook id}`, `{text: cell id}` of all notebooks, and the next ledger."""
    named, after = ledgers.identify(notebooks, ledger, course="demo")
    return (
        {n.source: notebook_id for notebook_id, n in named},
        {c.source: c.id for _, n in named for c in n.code},
        after,
    )


def test_two_renamed_notebooks_keep_apart_though_one_is_rather_like_both() -> None:
    first, second = notebook(LOAD, MEAN, PLOT, source="a.md"), notebook(LOAD, MEAN, DONE, source="b.md")
    before, _, ledger = together(Ledger(), first, second)
    # As like to the second as to the first, and the first in the order.
    changed = notebook(LOAD, MEAN, "x = 1", source="c.md")
    after, _, _ = together(ledger, changed, notebook(LOAD, MEAN, PLOT, source="d.md"))
    assert after == {"c.md": before["b.md"], "d.md": before["a.md"]}


def test_notebooks_that_swapped_their_names_keep_their_identities() -> None:
    before, _, ledger = together(Ledger(), notebook(LOAD, MEAN, source="a.md"), notebook(PLOT, DONE, source="b.md"))
    after, _, _ = together(ledger, notebook(PLOT, DONE, source="a.md"), notebook(LOAD, MEAN, source="b.md"))
    assert after == {"a.md": before["b.md"], "b.md": before["a.md"]}


def test_a_notebook_that_was_written_anew_is_still_the_one_of_its_path() -> None:
    before, _, ledger = together(Ledger(), notebook(LOAD, MEAN, source="a.md"))
    after, _, _ = together(ledger, notebook("x = 1", "y = 2", source="a.md"))
    assert after == before


@pytest.mark.parametrize("own", ["", "plot"])
def test_a_cell_that_went_to_another_notebook_takes_its_identity_along(own: str) -> None:
    ids = (None, own or None)
    _, before, ledger = together(Ledger(), notebook(LOAD, PLOT, source="a.md", own=ids), notebook(MEAN, source="b.md"))
    moved = PLOT + "  # here now" if own else PLOT
    _, after, ledger = together(
        ledger, notebook(LOAD, source="a.md"), notebook(MEAN, moved, source="b.md", own=(None, own or None))
    )
    assert after[moved] == before[PLOT]
    # And back again.
    _, again, _ = together(ledger, notebook(LOAD, PLOT, source="a.md", own=ids), notebook(MEAN, source="b.md"))
    assert again[PLOT] == before[PLOT]


def test_a_cell_that_was_copied_leaves_its_identity_where_it_was() -> None:
    _, before, ledger = together(Ledger(), notebook(LOAD, PLOT, source="a.md"), notebook(MEAN, source="b.md"))
    named, _ = ledgers.identify(
        [notebook(LOAD, PLOT, source="a.md"), notebook(MEAN, PLOT, source="b.md")], ledger, course="demo"
    )
    [stayed, copied] = [n.code[1].id for _, n in named]
    assert stayed == before[PLOT] != copied


def test_a_cell_that_could_have_come_from_two_notebooks_is_a_new_one() -> None:
    both = [notebook(LOAD, DONE, source="a.md"), notebook(MEAN, DONE, source="b.md")]
    named, ledger = ledgers.identify(both, Ledger(), course="demo")
    old = {n.code[1].id for _, n in named}
    now = [notebook(LOAD, source="a.md"), notebook(MEAN, source="b.md"), notebook(PLOT, DONE, source="c.md")]
    _, after, _ = together(ledger, *now)
    assert after[DONE] not in old


def test_cells_of_a_copied_notebook_are_not_those_of_the_first() -> None:
    own = ("load", "mean")
    _, _, ledger = together(Ledger(), notebook(LOAD, MEAN, source="a.ipynb", own=own))
    copied = notebook(LOAD, MEAN, source="b.ipynb", own=own)
    named, ledger = ledgers.identify([notebook(LOAD, MEAN, source="a.ipynb", own=own), copied], ledger, course="demo")
    [first, second] = [[cell.id for cell in n.code] for _, n in named]
    assert first == ["load", "mean"]
    assert not set(first) & set(second)
    # Ids of their own: they are told by the ids in their file from now on.
    changed = notebook("x = 1", "y = 2", source="b.ipynb", own=own)
    named, _ = ledgers.identify([notebook(LOAD, MEAN, source="a.ipynb", own=own), changed], ledger, course="demo")
    assert [cell.id for cell in named[1][1].code] == second


def test_ids_that_a_tool_has_made_anew_say_nothing() -> None:
    [before], ledger = identify(Ledger(), notebook(LOAD, MEAN, PLOT, own=("a", "b", "c")))
    edited = MEAN.replace("mean", "average")
    [after], _ = identify(ledger, notebook(LOAD, edited, PLOT, own=("x", "y", "z")))
    assert (after[LOAD], after[edited], after[PLOT]) == (before[LOAD], before[MEAN], before[PLOT])


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
