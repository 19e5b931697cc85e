"""Is a course read as its author meant it, and are its mistakes told with place and cure?"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pytest

from satchel import course as courses
from satchel import notebooks
from satchel import toc as toc_module
from satchel.course import CourseRead, Sources
from satchel.notebooks import Parsed

TOC = "format: jb-book\nroot: index\nparts:\n- caption: One\n  chapters:\n  - file: one/a\n  - file: one/b\n"
MYST = (
    "---\nkernelspec:\n  name: python3\n  display_name: Python 3\n---\n\n# Lesson *A*\n\nText.\n\n"
    "```{code-cell}\n:tags: [hide-input]\nprint(1)\n```\n"
)
PERCENT = "# %% [markdown]\n# # Lesson B\n\n# %%\nx = 1\n\n# %%\nprint(x)\n"


def ipynb(*cells: dict[str, Any], minor: int = 5, **extra: Any) -> str:
    return json.dumps({"cells": list(cells), "metadata": {}, "nbformat": 4, "nbformat_minor": minor, **extra})


def code(source: str | list[str], **extra: Any) -> dict[str, Any]:
    return {"cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None, **extra}


def read(texts: dict[str, str], toc: str = TOC, **sizes: int) -> CourseRead:
    return courses.assemble(
        Sources(
            texts=texts,
            sizes={name: len(text) for name, text in texts.items()} | sizes,
            toc=toc,
            ledger=None,
            title="Data by hand",
            author="A. Teacher",
            toc_file="book/_toc.yml",
            ledger_file="content/satchel-ledger.json",
        ),
        parse,
    )


def parse(files: Sequence[tuple[str, str]]) -> list[Parsed]:
    return [notebooks.parse(path, text) for path, text in files]


def problem_codes(result: CourseRead) -> list[str]:
    return [problem.code for problem in result.problems]


def test_three_formats_become_activities_in_the_order_of_the_table_of_contents() -> None:
    toc = TOC + "  - file: one/c\n"
    result = read(
        {"index.md": "# Hello\n", "one/a.md": MYST, "one/b.py": PERCENT, "one/c.ipynb": ipynb(code("1", id="first"))},
        toc,
    )
    assert result.problems == ()
    assert [(a.source, a.page, a.path) for a in result.course.activities] == [
        ("one/a.md", "one/a.html", "one/a.ipynb"),
        ("one/b.py", "one/b.html", "one/b.ipynb"),
        ("one/c.ipynb", "one/c.html", "one/c.ipynb"),
    ]
    assert [a.title for a in result.course.activities] == ["Lesson A", "Lesson B", "c"]
    first = result.course.activities[0].notebook.code[0]
    assert (first.source, first.tags) == ("print(1)", ("hide-input",))
    assert result.course.activities[2].notebook.code[0].id == "first"
    assert all(cell.id for a in result.course.activities for cell in a.notebook.code)


def test_a_page_without_a_kernel_is_no_activity_and_data_is_a_course_file() -> None:
    texts = {"index.md": "# Hello\n", "one/a.md": "# Just prose\n", "one/b.md": MYST, "one/helper.py": "x = 1\n"}
    result = read(texts, **{"one/data.csv": 120})
    assert [a.source for a in result.course.activities] == ["one/b.md"]
    assert [(f.path, f.size) for f in result.course.files] == [("one/data.csv", 120), ("one/helper.py", 6)]


@pytest.mark.parametrize("minor", [0, 4])
def test_older_notebooks_get_identities(minor: int) -> None:
    text = ipynb(code(["a = 1\n", "b = 2"]), code("print(a)"), minor=minor)
    result = read({"index.md": "# H\n", "one/a.ipynb": text, "one/b.md": MYST})
    cells = result.course.activities[0].notebook.code
    assert [cell.source for cell in cells] == ["a = 1\nb = 2", "print(a)"]
    assert len({cell.id for cell in cells}) == 2


def test_a_notebook_of_format_3_is_read() -> None:
    cell = {"cell_type": "code", "input": "print(3)", "outputs": [], "language": "python", "prompt_number": 1}
    old = {"metadata": {"name": ""}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [cell]}]}
    result = read({"index.md": "# H\n", "one/a.ipynb": json.dumps(old), "one/b.md": MYST})
    assert result.problems == ()
    assert result.course.activities[0].notebook.code[0].source == "print(3)"


def test_all_problems_are_told_at_once() -> None:
    result = read({"one/a.ipynb": '{"cells": [', "one/b.ipynb": ipynb(code("1", id="x"), code("2", id="x"))})
    assert problem_codes(result) == ["toc-missing-file", "notebook-json", "cell-id-duplicate"]
    missing, broken, twice = result.problems
    assert (missing.file, missing.where) == ("book/_toc.yml", "entry index")
    assert (broken.file, broken.where) == ("one/a.ipynb", "line 1, column 12")
    assert "Cells 1 and 2" in twice.message
    assert all(problem.cure for problem in result.problems)


@pytest.mark.parametrize(
    ("text", "code_"),
    [
        ("[]", "notebook-unreadable"),
        ("{}", "notebook-unreadable"),
        ('{"nbformat": "four", "cells": []}', "notebook-unreadable"),
        (ipynb({"cell_type": "code"}), "notebook-unreadable"),
        (ipynb(code("1", id="with space")), "cell-id-invalid"),
        (ipynb(code("1", id="x" * 65)), "cell-id-invalid"),
    ],
)
def test_a_bad_notebook_is_refused(text: str, code_: str) -> None:
    result = read({"index.md": "# H\n", "one/a.ipynb": text, "one/b.md": MYST})
    assert problem_codes(result) == [code_]


@pytest.mark.parametrize(
    ("toc", "code_"),
    [
        ("", "toc-root"),
        ("- a\n- b\n", "toc-malformed"),
        ("format: jb-book\nroot: [", "toc-yaml"),
        ("format: jb-book\nroot: index\nparts: 3\n", "toc-malformed"),
        ("format: nonsense\nroot: index\n", "toc-malformed"),
        ("format: jb-book\nroot: index\nchapters:\n- file: idnex\n", "toc-missing-file"),
    ],
)
def test_a_bad_table_of_contents_is_refused(toc: str, code_: str) -> None:
    result = read({"index.md": "# H\n"}, toc)
    assert code_ in problem_codes(result)


def test_a_missing_page_comes_with_a_guess() -> None:
    result = read({"index.md": "# H\n", "one/b.md": MYST, "one/aa.md": MYST})
    [missing] = [p for p in result.problems if p.code == "toc-missing-file"]
    assert 'Did you mean "one/aa"?' in missing.message


def test_a_notebook_outside_the_table_of_contents_is_a_warning() -> None:
    result = read({"index.md": "# H\n", "one/a.md": MYST, "one/b.md": MYST, "one/draft.md": MYST})
    assert [(p.code, p.severity, p.file) for p in result.problems] == [
        ("notebook-not-listed", "warning", "one/draft.md")
    ]


def test_a_script_without_cells_is_a_problem() -> None:
    result = read({"index.md": "# H\n", "one/a.py": "x = 1\n", "one/b.md": MYST})
    assert problem_codes(result) == ["script-without-cells"]


def test_the_version_changes_with_the_content_only() -> None:
    texts = {"index.md": "# H\n", "one/a.md": MYST, "one/b.md": MYST}
    assert read(texts).course.version == read(dict(reversed(texts.items()))).course.version
    assert read(texts).course.version != read(texts | {"index.md": "# Hi\n"}).course.version


def test_globs_and_nested_sections_are_followed() -> None:
    toc = (
        "format: jb-book\nroot: index\nchapters:\n- file: one/a\n  sections:\n  - file: one/b.md\n"
        "- url: https://example.edu\n  title: Elsewhere\n- glob: two/*\n"
    )
    texts = {"index.md": "# H\n", "one/a.md": MYST, "one/b.md": MYST, "two/y.md": MYST, "two/x.md": MYST}
    result = read(texts, toc)
    assert [page.source for page in result.toc.pages] == ["index.md", "one/a.md", "one/b.md", "two/x.md", "two/y.md"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("one/a.ipynb", "[" * 100_000),
        ("one/a.ipynb", ipynb(code("x = '\ud800'"))),
        ("one/a.ipynb", ipynb({"cell_type": "poem", "source": "", "metadata": {}})),
    ],
)
def test_a_notebook_that_no_tool_could_use_is_refused_in_words(name: str, text: str) -> None:
    result = read({"index.md": "# H\n", name: text, "one/b.md": MYST})
    assert problem_codes(result) == ["notebook-unreadable"]


@pytest.mark.parametrize("matter", ["date: 2026-99-99", "jupytext: 3", "jupytext:\n  text_representation: 3", "- a"])
def test_odd_front_matter_makes_a_plain_page(matter: str) -> None:
    result = read({"index.md": f"---\n{matter}\n---\n# H\n", "one/a.md": MYST, "one/b.md": MYST})
    assert result.problems == ()


@pytest.mark.parametrize("toc", ["format: jb-book\nroot: index\nsince: 2026-99-99\n", "a: " + "[" * 100_000])
def test_a_table_of_contents_that_yaml_gives_up_on_is_refused(toc: str) -> None:
    assert problem_codes(read({"index.md": "# H\n"}, toc))[0] == "toc-yaml"


def test_a_published_notebook_can_be_put_back_into_a_course() -> None:
    document = json.loads(ipynb(code("1", id="a")))
    document["metadata"]["satchel"] = {"course": "demo", "notebook": "a", "gpu": True}
    result = read({"index.md": "# H\n", "one/a.ipynb": json.dumps(document), "one/b.md": MYST})
    assert result.course.activities[0].notebook.satchel == '{"gpu": true}'


def test_an_old_notebook_whose_texts_are_lists_of_lines_is_read() -> None:
    heading = {"cell_type": "heading", "level": 1, "metadata": {}, "source": ["Old\n", "times"]}
    cell = {"cell_type": "code", "input": ["x = 1\n", "x"], "language": "python", "metadata": {}, "outputs": []}
    old = {"metadata": {}, "nbformat": 3, "nbformat_minor": 0, "worksheets": [{"cells": [heading, cell]}]}
    result = read({"index.md": "# H\n", "one/a.ipynb": json.dumps(old), "one/b.md": MYST})
    assert result.problems == ()
    assert result.course.activities[0].notebook.code[0].source == "x = 1\nx"


def test_r_markdown_is_a_notebook() -> None:
    rmd = "---\njupyter: {kernelspec: {name: python3, display_name: Python 3, language: python}}\n---\n\n# Lesson\n"
    texts = {"index.md": "# H\n", "one/a.Rmd": f"{rmd}\n```{{python}}\nx = 1\n```\n", "one/b.md": MYST}
    result = read(texts)
    assert result.problems == ()
    first = result.course.activities[0]
    assert (first.source, first.path, first.notebook.code[0].source) == ("one/a.Rmd", "one/a.ipynb", "x = 1")


def test_a_kernel_without_a_display_name_will_do() -> None:
    short = MYST.replace("  display_name: Python 3\n", "")
    result = read({"index.md": "# H\n", "one/a.md": short, "one/b.md": MYST})
    assert result.problems == ()
    assert [activity.notebook.kernel for activity in result.course.activities] == ["python3", "python3"]


def test_a_title_is_what_a_reader_sees() -> None:
    text = MYST.replace("# Lesson *A*", "# {index}`NumPy <single: NumPy>` and {term}`arrays`")
    result = read({"index.md": "# H\n", "one/a.md": text, "one/b.md": MYST})
    assert result.course.activities[0].title == "NumPy and arrays"


@pytest.mark.parametrize(
    ("toc", "pages"),
    [
        ("- file: index\n- file: one/a\n- file: one/b\n", ["index", "one/a", "one/b"]),
        ("- file: index\n  sections:\n  - file: one/b\n", ["index", "one/b"]),
        ("- file: index\n- part: First\n- file: one/a\n- part: Second\n- file: one/b\n", ["index", "one/a", "one/b"]),
        ("- file: index\n- part: First\n  chapters:\n  - file: one/a\n", ["index", "one/a"]),
        ("- file: index\n- file: one/a\n- part: First\n- file: one/b\n", None),
        ("file: index\nchapters:\n- file: one/a\n", ["index", "one/a"]),
    ],
)
def test_the_format_of_2020_is_read_as_what_it_means(toc: str, pages: list[str] | None) -> None:
    result = read({"index.md": "# H\n", "one/a.md": MYST, "one/b.md": MYST}, toc)
    if pages is None:
        assert "toc-malformed" in problem_codes(result)
    else:
        assert [page.docname for page in result.toc.pages] == pages
        [told] = [problem for problem in result.problems if problem.code == "toc-old-format"]
        assert told.severity == "warning"
        assert pages[-1] in toc_module.with_pages(toc, ["activities"])


@pytest.mark.parametrize(
    "toc",
    [
        "root: index\nsubtrees:\n- entries:\n  - file: one/a\n",
        "root: index\nentries:\n- file: one/a\n",
        "format: jb-book\nroot: index\n",
        "format: jb-article\nroot: index\nsections:\n- file: one/a\n",
        "format: jb-book\nroot: index\ndefaults: {numbered: true}\nparts:\n- chapters:\n  - file: one/a\n",
    ],
)
def test_one_more_page_fits_into_every_format(toc: str) -> None:
    texts = {"index.md": "# H\n", "one/a.md": MYST, "activities.md": "# A\n"}
    before = read(texts, toc)
    after = read(texts, toc_module.with_pages(toc, ["activities"]))
    assert [problem for problem in after.problems if problem.severity == "error"] == []
    assert [page.docname for page in after.toc.pages] == [*(page.docname for page in before.toc.pages), "activities"]


def test_pages_beside_the_table_come_last_and_none_that_is_left_out() -> None:
    texts = {"index.md": "# H\n", "b.md": "# B\n", "a/c.ipynb": ipynb(code("1")), "drafts/d.ipynb": "{", "x.txt": "x"}
    sources = Sources(
        texts=texts,
        sizes=dict.fromkeys(texts, 1),
        toc="format: jb-book\nroot: index\n",
        ledger=None,
        title="T",
        author="A",
        toc_file="_toc.yml",
        ledger_file="ledger",
        loose_pages=True,
        excluded=("drafts/*",),
    )
    result = courses.assemble(sources, parse)
    assert [page.source for page in result.toc.pages] == ["index.md", "a/c.ipynb", "b.md"]
    assert result.problems == ()
