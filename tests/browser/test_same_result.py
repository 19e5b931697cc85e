"""Does a cell show the same, and the right thing, in the book's page and in JupyterLite?

One notebook with a cell for each row of `same_rows.py` is built into a course and run in both views, cell by cell.
"""

from __future__ import annotations

import dataclasses
import json
import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.conftest import ROOT, lend_browser_side, run_build

from .conftest import Requests, serving
from .same_rows import ASKING, ROWS, Expected, Row
from .views import Book, Lite, Shown, View, read

# The first test pays for the build and for both runs.
pytestmark = [pytest.mark.browser, pytest.mark.timeout(600)]
SITE = ROOT / "tests" / "sites" / "same"
CELLS = {**{name: row.code for name, row in ROWS.items()}, **ASKING}
NUMBER = {name: number for number, name in enumerate(CELLS)}

Views = Mapping[str, View]
Outputs = tuple[Shown, ...]


def masked(outputs: Outputs, row: Row) -> Outputs:
    def hide(text: str) -> str:
        for pattern, instead in row.masks:
            text = re.sub(pattern, instead, text)
        return text

    return tuple(dataclasses.replace(one, text=hide(one.text)) for one in outputs)


def differences(book: Outputs, lite: Outputs) -> list[str]:
    """In words, what a reader sees differently."""
    found = [f"{len(book)} outputs in the book, {len(lite)} in JupyterLite"] if len(book) != len(lite) else []
    for number, (one, other) in enumerate(zip(book, lite, strict=False), 1):
        for field in dataclasses.fields(Shown):
            mine, theirs = getattr(one, field.name), getattr(other, field.name)
            if mine != theirs:
                found.append(f"output {number}, {field.name}: {mine!r} in the book, {theirs!r} in JupyterLite")
    return found


def as_expected(outputs: Outputs, shows: tuple[Expected, ...]) -> bool:
    """Whether these are the outputs that there should be, no more and no fewer."""
    return len(outputs) == len(shows) and all(
        one.kind == kind and (one.text == text if isinstance(text, str) else text.search(one.text) is not None)
        for one, (kind, text) in zip(outputs, shows, strict=True)
    )


@pytest.fixture(scope="module")
def site(demo_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The course `same` with its notebook, built with the browser side of the demonstration course."""
    folder = tmp_path_factory.mktemp("same")
    course = Path(shutil.copytree(SITE, folder / "course"))
    cells = [
        {"cell_type": "code", "id": name, "metadata": {}, "source": code, "outputs": [], "execution_count": None}
        for name, code in CELLS.items()
    ]
    title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# Same"}
    spec = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = {"cells": [title, *cells], "metadata": {"kernelspec": spec}, "nbformat": 4, "nbformat_minor": 5}
    (course / "content" / "lessons" / "same.ipynb").write_text(json.dumps(notebook), "utf-8")
    lend_browser_side(demo_out, folder / "out")
    done = run_build(course, "--out", folder / "out", "--no-zip")
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "out" / "site"


@pytest.fixture(scope="module")
def views(browser: Browser, site: Path) -> Iterator[Views]:
    """Both views with every row run, in step: each view's Python works while the other's does."""
    requests = Requests()
    with serving(site) as home, browser.new_context() as one, browser.new_context() as other:
        pages = []
        for context in (one, other):
            requests.watch(context, home)
            page = context.new_page()
            page.set_default_timeout(60_000)
            pages.append(page)
        book, lite = pages
        lite.goto(f"{home}lite/notebooks/index.html?path=lessons%2Fsame.ipynb")
        book.goto(f"{home}lessons/same.html")
        opened: Views = {"book": Book(book), "lite": Lite(lite)}
        for name in ROWS:
            run(opened, name)
        yield opened
    assert requests.outside == []


def run(views: Views, name: str) -> None:
    for view in views.values():
        view.start(NUMBER[name])
    for view in views.values():
        view.over(NUMBER[name])


def settled(view: View, name: str, good: Callable[[Outputs], bool]) -> Outputs:
    """The outputs of a cell as soon as they are good; what is there in the end if they never are.

    Formulas, widgets and the last printed text may come after the cell's end.
    """
    for _ in range(300):
        outputs = read(view, NUMBER[name])
        if good(outputs):
            return outputs
        view.page.evaluate("() => new Promise(requestAnimationFrame)")
    return outputs


@pytest.mark.parametrize("name", ROWS)
def test_both_views_show_the_same(views: Views, name: str) -> None:
    row = ROWS[name]
    book, lite = (
        masked(settled(view, name, lambda outputs, shows=shows: as_expected(outputs, shows)), row)
        for view, shows in ((views["book"], row.shows), (views["lite"], row.lite or row.shows))
    )
    if row.lite is None:
        assert differences(book, lite) == []
    else:
        assert as_expected(lite, row.lite), lite
    assert as_expected(book, row.shows), book


def test_a_slider_calls_python(views: Views) -> None:
    for view in views.values():
        output = view.output(NUMBER["interact"])
        handle = output.locator(".noUi-handle")
        handle.focus()
        handle.press("ArrowRight")
        expect(output.locator(".widget-readout")).to_have_text("4")
        expect(output.locator(".widget-output")).to_have_text("area 16\n")
    assert differences(*(read(view, NUMBER["interact"]) for view in views.values())) == []


# What is typed, and what then stands there. JupyterLab's own box leaves one more space and an output of its own.
ANSWERS = {
    "input": ("Ada 🐍", "text", "Your name? Ada 🐍\n", "Hello Ada 🐍\n"),
    "getpass": ("secret", "password", "Your word? ········\n", "6 letters\n"),
}


@pytest.mark.parametrize("name", ANSWERS)
def test_a_question_is_answered(views: Views, name: str) -> None:
    typed, kind, answered, printed = ANSWERS[name]
    shows = {"book": (("out", answered + printed),), "lite": (("out", answered.replace("? ", "?  ")), ("out", printed))}
    for which, view in views.items():
        view.start(NUMBER[name])
        field = view.question()
        expect(field).to_be_focused(timeout=60_000)
        expect(field).to_have_js_property("type", kind)
        field.fill(typed)
        field.press("Enter")
        view.over(NUMBER[name])
        outputs = settled(view, name, lambda outputs, which=which: as_expected(outputs, shows[which]))
        assert as_expected(outputs, shows[which]), outputs


def test_stop_ends_the_cell_and_keeps_variables(views: Views) -> None:
    for view in views.values():
        view.start(NUMBER["endless"])
        expect(view.output(NUMBER["endless"])).to_contain_text("looping")
        view.stop()
        view.over(NUMBER["endless"])
    told = (("out", "looping\n"), ("err", "KeyboardInterrupt: the cell was stopped"))
    book, lite = (settled(view, "endless", lambda o: as_expected(o, told)) for view in views.values())
    assert differences(book, lite) == []
    assert as_expected(book, told), book
    run(views, "kept")
    for view in views.values():
        assert as_expected(settled(view, "kept", bool), (("text", "42"),))


ONE = Shown(kind="html", text="a 1", pictures=((2, 3),), elements=("table", "td"), cells=("1",))


@pytest.mark.parametrize(
    "other",
    [
        {"kind": "text"},
        {"text": "a 2"},
        {"pictures": ((2, 4),)},
        {"pictures": ()},
        {"elements": ("pre",)},
        {"cells": ("2",)},
    ],
    ids=str,
)
def test_a_difference_is_seen(other: dict[str, object]) -> None:
    assert differences((ONE,), (ONE,)) == []
    assert len(differences((ONE,), (dataclasses.replace(ONE, **other),))) == 1  # type: ignore[arg-type]
    assert len(differences((ONE,), ())) == 1
    two = dataclasses.replace(ONE, **other)  # type: ignore[arg-type]
    assert differences((ONE, two), (two, ONE)) != []


def test_what_is_expected_is_refused_when_it_differs() -> None:
    assert as_expected((ONE,), (("html", "a 1"),))
    assert as_expected((ONE,), (("html", re.compile("1$")),))
    for shows in ((), (("text", "a 1"),), (("html", "a"),), (("html", re.compile("2")),), (("html", "a 1"),) * 2):
        assert not as_expected((ONE,), shows)


def test_cells_that_differ_are_told_apart(views: Views) -> None:
    # No two Pythons have this in common.
    run(views, "random")
    book, lite = (settled(view, "random", lambda outputs: len(outputs) == 1) for view in views.values())
    assert len(differences(book, lite)) == 1
