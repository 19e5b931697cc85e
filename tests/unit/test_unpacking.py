"""Is an author told of files that would not come out of the zip on a student's computer?"""

from __future__ import annotations

import unicodedata

import pytest

from satchel.unpacking import LONGEST, unpackable

FINE = [
    *("index.html", "lessons/a b & c (1).html", "lessons/Übung 100%.html", "console.html", "com10.html", "a.con.html"),
    *(
        "Straße.html",
        "STRASSE.html",
        ".nojekyll",
        "lite/extensions/@jupyterlab/x/static/a.js",
        "日本/語.csv",
        "lessons/INDEX.html",
    ),
]


def test_usual_names_are_fine() -> None:
    assert unpackable(FINE, folder="demo") == ()


@pytest.mark.parametrize(
    "name",
    [
        *(
            "what?.html",
            "a:b.html",
            "lite/files/a*b.csv",
            'say "hi".html',
            "a<b.html",
            "a|b.html",
            "a\\b.html",
            "tab\t.csv",
        ),
        *(
            "lessons./a.html",
            "lessons /a.html",
            "data/ends in a dot.",
            "aux.html",
            "lite/files/Con.ipynb",
            "com1/a.html",
            "NUL",
        ),
    ],
)
def test_names_that_windows_cannot_have_are_told(name: str) -> None:
    [problem] = unpackable([*FINE, name], folder="demo")
    assert (problem.code, problem.file, problem.severity) == ("zip-name", name, "warning")
    assert "Windows cannot have" in problem.message
    assert "Rename" in problem.cure


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("lessons/Data.html", "lessons/data.html"),
        (unicodedata.normalize("NFC", "Übung.html"), unicodedata.normalize("NFD", "Übung.html")),
    ],
)
def test_names_that_are_one_elsewhere_are_told(one: str, other: str) -> None:
    [problem] = unpackable([one, other], folder="demo")
    assert problem.file == other
    assert one in problem.message


def test_paths_that_are_too_long_are_told() -> None:
    name = "a" * (LONGEST - len("demo/site/"))
    assert unpackable([name], folder="demo") == ()
    [problem] = unpackable([f"{name}b"], folder="demo")
    assert str(LONGEST + 1) in problem.message


def test_each_reason_is_told_once() -> None:
    [problem] = unpackable(["a?.html", "lite/files/a?.ipynb", "lite/x/a?.json"], folder="demo")
    assert problem.file == "a?.html"
    assert problem.message.endswith("So it is with 2 more.")
