"""Does a Jupyter Book that was not made for satchel build as it is, without a file of it being touched?"""

from __future__ import annotations

import json

import nbformat
import pytest

from satchel.scan import scan
from tests.conftest import run_build

from .sites import Built, dead_links, pages, read_page, snapshot

pytestmark = [pytest.mark.build, pytest.mark.timeout(900)]


def test_the_book_is_not_written_to_and_the_ledger_is_beside_the_site(old_book: Built) -> None:
    assert snapshot(old_book.course) == old_book.given
    ledger = json.loads((old_book.out / "satchel-ledger.json").read_text("utf-8"))
    assert ledger["course"] == old_book.manifest["course"]["id"]
    assert [entry["source"] for entry in ledger["notebooks"].values()] == [
        "chapters/calc.ipynb",
        "chapters/zweite übung.md",
    ]
    assert str(old_book.out / "satchel-ledger.json") in old_book.done.stdout


def test_no_zip_was_asked_for_and_none_was_made(old_book: Built) -> None:
    assert old_book.zips == []
    assert "zip" not in old_book.done.stdout


def test_every_page_is_there_and_the_front_door_leads_to_the_first(old_book: Built) -> None:
    own = {"intro.html", "chapters/prose.html", "chapters/old.html", "chapters/calc.html", "chapters/zweite übung.html"}
    assert own <= set(pages(old_book.site))
    [door] = read_page(old_book.site / "index.html").links
    assert door.url == "intro.html"
    assert [activity["page"] for activity in old_book.manifest["activities"]] == [
        "chapters/calc.html",
        "chapters/zweite übung.html",
    ]


def test_cells_without_ids_get_some_and_keep_them(old_book: Built) -> None:
    first = read_page(old_book.site / "chapters/calc.html")
    assert [cell["source"] for cell in first.data["cells"]] == [
        "print(1 + 2)",
        "import statistics\nstatistics.mean([1, 2, 3])",
    ]
    assert len(set(first.cells)) == 2
    notebook = nbformat.read(old_book.site / "lite/files/chapters/calc.ipynb", 4)
    assert (notebook["nbformat"], notebook["nbformat_minor"]) == (4, 5)
    ledger = (old_book.out / "satchel-ledger.json").read_bytes()
    again = run_build(old_book.course, "--out", old_book.out, "--no-zip")
    assert again.returncode == 0, again.stdout + again.stderr
    assert (old_book.out / "satchel-ledger.json").read_bytes() == ledger
    assert snapshot(old_book.site) == old_book.files


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("intro.html", "Welcome to the old course."),
        ("chapters/prose.html", "This note is included from <strong>another folder</strong>."),
        ("chapters/prose.html", "AN EXTENSION OF THE COURSE ITSELF"),
        ("chapters/prose.html", "Some One"),
        ("chapters/prose.html", 'alt="A blue square"'),
        ("chapters/old.html", 'href="prose.html#prose"'),
        ("chapters/calc.html", "Written long ago."),
        ("chapters/calc.html", "Doing"),
        ("chapters/calc.html", "https://example.org/elsewhere"),
    ],
)
def test_what_the_author_used_of_jupyter_book_still_works(name: str, text: str, old_book: Built) -> None:
    assert text in (old_book.site / name).read_text("utf-8")


def test_sphinx_has_nothing_to_complain_about(old_book: Built) -> None:
    assert "(book)" not in old_book.done.stdout


def test_nothing_is_fetched_from_elsewhere_and_no_link_is_dead(old_book: Built) -> None:
    assert scan(old_book.site) == ()
    dead = [(name, link) for name, link in dead_links(old_book.site) if "btn-download-source-button" not in link.label]
    assert dead == []
