"""The author publishes a new edition while a student is at work: is each text kept, and asked about only if needed?

Two real builds of one course, the second over the first as an author makes it. One browser profile works in the first
edition and comes back to the second at the same address. Each row of the table is a test.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page, expect

from .changing import AFTER, BEFORE, CHANGES, EXERCISES, Form, Lesson, Sites
from .conftest import serving
from .pages import cell, cell_ids, page_data, ready, run, saved, source
from .records import records

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]

Held = Literal["author", "student"]


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What the student finds: the cell's state, whose text it shows, and whether there is a question about it."""

    state: Literal["pristine", "edited", "conflict"]
    shows: Held
    asks: bool = False


FOLLOWS = Expected(state="pristine", shows="author")
MINE = Expected(state="edited", shows="student")
CHOICE = Expected(state="conflict", shows="student", asks=True)
Table = dict[str, Expected | None]
# The author's text of the cell is as it was: the student finds what was left.
AS_LEFT: Table = {
    "untouched": FOLLOWS,
    "edited": MINE,
    "run": MINE,
    "reset": FOLLOWS,
    "foreseen": FOLLOWS,
    "emptied": MINE,
}
# The author's text is another: the student is asked, but only where the student has a text of their own.
NEW_TEXT: Table = AS_LEFT | {"edited": CHOICE, "run": CHOICE, "emptied": CHOICE}
# The cell is not in the lesson any more: what the student wrote is put in the drawer.
TAKEN_OUT: Table = dict.fromkeys(EXERCISES)

EXPECTED: dict[str, Table] = {
    "nothing": AS_LEFT,
    "rewritten-a-little": NEW_TEXT,
    "rewritten-wholly": NEW_TEXT,
    "another-rewritten": AS_LEFT,
    "removed": TAKEN_OUT,
    "moved": AS_LEFT,
    "inserted-above": AS_LEFT,
    "split": NEW_TEXT,
    "merged": NEW_TEXT,
    "merged-into-another": TAKEN_OUT,
    "renamed": AS_LEFT,
    "in-another-folder": AS_LEFT,
    "renamed-and-rewritten": NEW_TEXT,
    "lesson-removed": TAKEN_OUT,
    "to-another-lesson": TAKEN_OUT,
    "title": AS_LEFT,
    "code-to-text": TAKEN_OUT,
    "ids-stripped": AS_LEFT,
    "ids-stripped-and-rewritten": NEW_TEXT,
    "other-ids": AS_LEFT,
    "other-ids-and-rewritten": NEW_TEXT,
    "spaces": AS_LEFT,
    "line-ends": AS_LEFT,
    "typo-in-prose": AS_LEFT,
    "mixture": AS_LEFT | {"edited": CHOICE, "run": None},
}
# How the student answers where there is a question.
ANSWERS = {"edited": "take-new", "run": "keep-mine", "emptied": "keep-both"}
# What must be among the earlier versions of a cell, whatever the author has done: what was run, and what was reset.
IN_HISTORY = ("run", "reset")
ROWS = [
    pytest.param(form, author, student, id=f"{form}-{author}-{student}")
    for author, change in CHANGES.items()
    for form in change.forms
    for student in EXERCISES
]

ASKING = [
    pytest.param(*row.values, id=row.id)
    for row in ROWS
    if (wanted := EXPECTED[str(row.values[1])][str(row.values[2])]) and wanted.asks
]


@dataclass(frozen=True, kw_only=True)
class Left:
    """What the student left in a cell of the first edition: every text that was shown as saved, the last one last."""

    notebook: str
    identity: str
    texts: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the student finds in the second edition; `state` is `None` where the lesson has no such cell."""

    state: str | None
    text: str | None
    asks: bool
    record: dict[str, Any] | None
    # The text in the drawer at the end of the page.
    drawer: str | None

    @property
    def kept(self) -> list[str]:
        """Every text of the cell that can be had."""
        texts = [text for text in (self.text, self.drawer) if text is not None]
        if self.record:
            texts += [self.record["text"], self.record["baseText"]]
            texts += [self.record["rival"]["text"]] if self.record["rival"] else []
            texts += [version["text"] for version in self.record["versions"]]
        return texts


Row = tuple[Form, str, str]


@dataclass(frozen=True, kw_only=True)
class Story:
    """The whole of it, by row. `answered` is what is found after each question has got an answer."""

    left: dict[Row, Left]
    found: dict[Row, Found]
    answered: dict[Row, Found]
    # Of the second edition: in which notebooks a cell is, by the cell's identity.
    homes: dict[str, list[str]]
    # Texts in the panel of which it says that they have lost their place, by the cell's identity.
    lost: dict[str, str]


@pytest.fixture(scope="module")
def story(browser: Browser, changing: Sites, tmp_path_factory: pytest.TempPathFactory) -> Story:
    """A student works in the first edition, and comes back when the second has taken its place."""
    place = tmp_path_factory.mktemp("served") / "site"
    changing.publish(changing.first, place)
    left: dict[Row, Left] = {}
    found: dict[Row, Found] = {}
    answered: dict[Row, Found] = {}
    with serving(place) as home, browser.new_context() as context:
        page = context.new_page()
        for (form, author), lesson in BEFORE.lessons.items():
            page.goto(home + lesson.page)
            ready(page)
            for student, kept in _work(page, lesson, AFTER.lessons[form, author]).items():
                left[form, author, student] = kept
        changing.publish(changing.second, place)
        for (form, author), lesson in AFTER.lessons.items():
            if lesson.parts:
                page.goto(home + lesson.page)
                ready(page)
                if None in EXPECTED[author].values():
                    # The page looks for such texts when it has nothing better to do.
                    page.locator("#satchel-drawer").wait_for()
            cells = {(form, author, student): left[form, author, student] for student in EXERCISES}
            found |= _found(page, cells)
            asked = {row: cells[row] for row in cells if found[row].asks}
            for (_, _, student), kept in asked.items():
                cell(page, kept.identity).locator(f".satchel-{ANSWERS[student]}").click()
                expect(cell(page, kept.identity)).not_to_have_attribute("data-state", "conflict")
            if asked:
                saved(page)
            answered |= _found(page, asked)
        page.locator(".satchel-open-workspace").click()
        page.locator(".satchel-lost-list").wait_for()
        lost = _drawer(page, "#satchel-workspace")
        drawn = json.loads((place / "satchel-course.json").read_text("utf-8"))
    homes: dict[str, list[str]] = {}
    for notebook in drawn["notebooks"]:
        for entry in notebook["cells"]:
            homes.setdefault(entry["id"], []).append(notebook["id"])
    return Story(left=left, found=found, answered=answered, homes=homes, lost=lost)


def _work(page: Page, lesson: Lesson, after: Lesson) -> dict[str, Left]:
    """Everything that a student does to the exercises of a lesson; returns what was shown as saved."""
    data = page_data(page)
    by_text = {entry["source"]: entry["id"] for entry in data["cells"]}
    identities = {student: by_text[lesson.text(student)] for student in EXERCISES}
    mine = f"# {lesson.path}\nanswer = 'my own text, in {{}}'"
    typed = {student: mine.format(student) for student in ("edited", "run", "reset")} | {"emptied": ""}
    # Where the author has nothing new, there is nothing to foresee.
    typed["foreseen"] = after.text("foreseen") or lesson.text("foreseen") or ""
    page.evaluate(
        "texts => Promise.all(Object.entries(texts).map(([id, text]) => window.satchel.setSource(id, text)))",
        {identities[student]: text for student, text in typed.items()},
    )
    saved(page)
    cell(page, identities["reset"]).locator(".satchel-reset").click()
    expect(cell(page, identities["reset"])).to_have_attribute("data-state", "pristine")
    run(page, identities["run"])
    saved(page)
    texts = {student: [text] for student, text in typed.items() if text != lesson.text(student)}
    texts["reset"].append(lesson.text("reset") or "")
    return {
        student: Left(notebook=data["notebook"], identity=identities[student], texts=tuple(texts.get(student, ())))
        for student in EXERCISES
    }


def _found(page: Page, cells: dict[Row, Left]) -> dict[Row, Found]:
    """What is found of cells, in the open page and in the store."""
    here = set(cell_ids(page))
    kept = records(page, f"satchel/{page_data(page)['course']['id']}")
    drawer = _drawer(page, "#satchel-drawer")
    found: dict[Row, Found] = {}
    for row, left in cells.items():
        there = cell(page, left.identity) if left.identity in here else None
        found[row] = Found(
            state=there.get_attribute("data-state") if there else None,
            text=source(page, left.identity) if there else None,
            asks=there is not None and there.locator(".satchel-keep-mine").is_visible(),
            record=kept.get(f"{left.notebook}/{left.identity}"),
            drawer=drawer.get(left.identity),
        )
    return found


def _drawer(page: Page, place: str) -> dict[str, str]:
    """The texts that have lost their place, as they are shown, by the identity of their cell."""
    texts: dict[str, str] = page.locator(f"{place} [data-satchel-drawer]").evaluate_all(
        "all => Object.fromEntries(all.map((one) => [one.dataset.satchelDrawer, one.querySelector('pre').textContent]))"
    )
    return texts


@pytest.mark.parametrize(("form", "author", "student"), ROWS)
def test_the_student_finds(form: Form, author: str, student: str, story: Story) -> None:
    key = (form, author, student)
    left, found, expected = story.left[key], story.found[key], EXPECTED[author][student]
    lesson = AFTER.lessons[form, author]
    if expected is None:
        assert found.state is None
        # What the student wrote is shown at the end of the page, if there still is one, and in the panel.
        wrote = (left.texts[-1] or "(empty)") if AS_LEFT[student] is MINE else None
        assert found.drawer == (wrote if lesson.parts else None)
        assert story.lost.get(left.identity) == wrote
    else:
        assert found.drawer is None
        assert left.identity not in story.lost
        text = lesson.text(student) if expected.shows == "author" else left.texts[-1]
        assert (found.state, found.asks) == (expected.state, expected.asks)
        assert found.text == (text or "").replace("\r\n", "\n")
    if student in IN_HISTORY:
        assert found.record
        assert left.texts[0] in [version["text"] for version in found.record["versions"]]
    # The law: whatever was shown as saved can still be had.
    assert [text for text in left.texts if text.replace("\r\n", "\n") not in found.kept] == []


@pytest.mark.parametrize(("form", "student"), [(form, name) for form in ("ids", "text") for name in EXERCISES])
def test_a_cell_that_went_to_another_lesson_is_found_there(form: Form, student: str, story: Story) -> None:
    left = story.left[form, "to-another-lesson", student]
    [home] = story.homes[left.identity]
    assert home != left.notebook


@pytest.mark.parametrize(
    "author", [name for name, table in EXPECTED.items() if table is TAKEN_OUT and name != "to-another-lesson"]
)
def test_a_cell_that_was_taken_out_is_nowhere_else(author: str, story: Story) -> None:
    assert [left for row, left in story.left.items() if row[1] == author and left.identity in story.homes] == []


@pytest.mark.parametrize(("form", "author", "student"), ASKING)
def test_whatever_is_answered_both_texts_can_be_had(form: Form, author: str, student: str, story: Story) -> None:
    row = (form, author, student)
    mine, new = story.left[row].texts[-1], AFTER.lessons[form, author].text(student) or ""
    after = story.answered[row]
    match ANSWERS[student]:
        case "take-new":
            assert (after.state, after.text) == ("pristine", new)
        case "keep-mine":
            assert (after.state, after.text) == ("edited", mine)
        case "keep-both":
            assert after.state == "edited"
            assert new in (after.text or "")
            assert mine in (after.text or "")
    assert [text for text in story.left[row].texts if text not in after.kept] == []
