"""Which changes of a page can show on other pages?"""

from __future__ import annotations

import json

import pytest

from satchel.frame import frame, glues

PAGE = """---
title: A
---

# Lesson

Some plain words.

(a-label)=
## Part

```{note}
Inside a note.
```

See [there](other.md) and {ref}`a-label`.

Set
===

The end.
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [("Some plain words", "Other plain words"), ("The end.", "The very end."), ("words.\n", "words.\n\nAnd more.\n")],
)
def test_plain_prose_stays_on_its_page(before: str, after: str) -> None:
    assert before in PAGE
    assert frame("a.md", PAGE.replace(before, after)) == frame("a.md", PAGE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("# Lesson", "# Lesson one"),
        ("title: A", "title: B"),
        ("(a-label)=", "(another)="),
        ("## Part", "### Part"),
        ("Inside a note", "Inside the note"),
        ("other.md", "third.md"),
        ("Set\n", "Reset\n"),
        ("Some plain words", "Some {index}`plain` words"),
    ],
)
def test_what_has_a_name_may_show_elsewhere(before: str, after: str) -> None:
    assert before in PAGE
    assert frame("a.md", PAGE.replace(before, after)) != frame("a.md", PAGE)


def notebook(prose: str, code: str, *more: str) -> str:
    cells = [{"cell_type": "markdown", "source": prose}, {"cell_type": "code", "source": code, "outputs": []}]
    return json.dumps({"cells": [*cells, *({"cell_type": "markdown", "source": text} for text in more)]})


def test_code_of_a_notebook_stays_on_its_page() -> None:
    assert frame("a.ipynb", notebook("# T", "x = 1")) == frame("a.ipynb", notebook("# T", "x = 2"))
    assert frame("a.ipynb", notebook("# T", "x = 1")) != frame("a.ipynb", notebook("# U", "x = 1"))
    # A new cell counts as its prose does.
    assert frame("a.ipynb", notebook("# T\n\nMore.", "x = 1")) == frame("a.ipynb", notebook("# T", "x = 1", "More."))
    assert frame("a.ipynb", notebook("# T", "x = 1", "## U")) != frame("a.ipynb", notebook("# T", "x = 1", "More."))


@pytest.mark.parametrize(("name", "text"), [("a.ipynb", "{"), ("a.rst", "Plain."), ("a.ipynb", '{"cells": [1]}')])
def test_what_is_not_understood_counts_as_a_whole(name: str, text: str) -> None:
    assert frame(name, text) == text


def test_values_of_other_pages_are_seen() -> None:
    assert glues("```{glue:figure} plot\n:doc: other.md\n```")
    assert not glues("Plain glue and tape.")
