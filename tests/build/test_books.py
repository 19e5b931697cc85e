"""Is everything that Jupyter Book shows of a book that was not made for satchel still there, and can it be run?"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from satchel.scan import scan

from .books import article, articles
from .sites import Built, Times, dead_links, read_page, times

pytestmark = [pytest.mark.build, pytest.mark.timeout(1800)]

TWINS = ("many_books", "settings_book", "article_book")


@pytest.fixture(params=TWINS)
def twin(request: pytest.FixtureRequest) -> tuple[Built, Path]:
    """A book as satchel builds it, and the HTML that Jupyter Book makes of it."""
    found: tuple[Built, Path] = request.getfixturevalue(request.param)
    return found


def cells(site: Path, page: str) -> dict[str, str]:
    """The sources of a page's cells by id."""
    return {cell["id"]: cell["source"] for cell in read_page(site / page).data["cells"]}


def test_every_page_says_what_jupyter_book_lets_it_say(twin: tuple[Built, Path]) -> None:
    built, plain = twin
    ours = dict(articles(built.site))
    # What an author includes in other pages or puts aside is no page of its own with us.
    theirs = {name: pieces for name, pieces in articles(plain) if "parts/" not in name}
    assert set(theirs) <= set(ours)
    for name, pieces in theirs.items():
        assert ours[name] == pieces, name


def test_the_comparison_finds_what_is_lost(many_books: tuple[Built, Path], tmp_path: Path) -> None:
    page = many_books[0].site / "contents/intro.html"
    shorter = tmp_path / "intro.html"
    whole = page.read_text("utf-8")
    shorter.write_text(whole.replace("A note with <strong>strong</strong> words.", ""), "utf-8")
    assert [piece for piece in article(page) if piece not in article(shorter)] == ["A note with strong words."]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("directives/intro.html", "Included prose."),
        ("directives/intro.html", "first = 1 second = 2"),
        ("directives/intro.html", "The second tab."),
        ("directives/intro.html", "A word substituted. badge"),
        ("contents/intro.html", "x,y 1,2"),
        ("contents/intro.html", "<img attached>"),
        ("tags/intro.html", "only the output is shown"),
        ("formats/three.html", "Version three of the format."),
        ("formats/windows.html", "A paragraph of two lines."),
    ],
)
def test_what_an_author_used_is_on_the_page(name: str, expected: str, many_books: tuple[Built, Path]) -> None:
    assert expected in article(many_books[0].site / name)


def test_a_picture_that_prose_brings_along_is_shown(many_books: tuple[Built, Path]) -> None:
    site = many_books[0].site
    [picture] = [
        given for tag, given in read_page(site / "contents/intro.html").elements if given.get("alt") == "attached"
    ]
    assert picture["src"].startswith("data:image/png;base64,iVBOR")
    # In JupyterLite it is an attachment, as the author made it.
    assert "attachment:pic.png" in (site / "lite/files/contents/intro.ipynb").read_text("utf-8")


@pytest.mark.parametrize("name", ["lib/units.csv", "build/made.csv", "site/places.csv"])
def test_what_lies_in_a_folder_with_a_name_of_tools_is_in_jupyterlite(
    name: str, many_books: tuple[Built, Path]
) -> None:
    assert f"lite/files/contents/{name}" in many_books[0].files


def test_what_was_run_while_building_is_shown(settings_book: tuple[Built, Path]) -> None:
    words = article(settings_book[0].site / "teil/rechnen.html")
    assert "eine Zahl 42" in words
    assert "Die Antwort ist 42, und auf Text 42." in words
    assert "danach" in words


@pytest.mark.parametrize("book", [*TWINS, "bare_book"])
def test_every_notebook_can_be_run_on_its_page_and_in_jupyterlite(book: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(book)
    built: Built = found[0] if isinstance(found, tuple) else found
    assert built.manifest["activities"]
    for activity in built.manifest["activities"]:
        assert (activity["route"], activity["also"]) == ("book", ["lite"]), activity["source"]
        assert (built.site / "lite" / "files" / activity["notebook"]).is_file()


@pytest.mark.parametrize(
    ("page", "shown", "hidden"),
    [
        # A cell without a place on the page is run with the others; one without code shows its output there.
        ("tags/intro.html", 10, {"secret_setup = 41"}),
        ("formats/no-output.html", 1, set()),
        ("formats/three.html", 1, set()),
        ("formats/with-kernel.html", 2, set()),
        ("formats/script.html", 1, set()),
        ("formats/markdown.html", 1, set()),
        ("contents/intro.html", 7, set()),
    ],
)
def test_cells_have_their_place(page: str, shown: int, hidden: set[str], many_books: tuple[Built, Path]) -> None:
    site = many_books[0].site
    placed, known = read_page(site / page).cells, cells(site, page)
    assert len(placed) == shown
    assert set(placed) <= set(known)
    assert {known[id] for id in known.keys() - set(placed)} == hidden


@pytest.mark.parametrize("book", [*TWINS, "bare_book"])
def test_no_file_and_no_folder_of_the_author_is_touched(book: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(book)
    built: Built = found[0] if isinstance(found, tuple) else found
    assert times(built.course) == built.times


def test_pages_beside_the_table_of_contents_are_there_if_the_author_says_so(settings_book: tuple[Built, Path]) -> None:
    built, _ = settings_book
    assert "Steht in keinem Verzeichnis." in article(built.site / "extra.html")
    [link] = [link for link in read_page(built.site / "start.html").links if link.url == "extra.html"]
    assert link.tag == "a"
    # What `exclude_patterns` leaves out is no page, however broken it is, and nobody is told about it.
    assert not (built.site / "drafts").exists()
    assert "draft" not in built.done.stdout


def test_the_look_that_the_author_chose_is_kept(settings_book: tuple[Built, Path]) -> None:
    page = (settings_book[0].site / "start.html").read_text("utf-8")
    for expected in (
        '<html lang="de"',
        "Fußzeile des Buches.",
        "Eine <b>Ankündigung</b>.",
        "https://github.com/example/book",
        "_static/own.css",
        'rel="icon"',
        "Zeichen",
        "Guten Tag, Welt!",
    ):
        assert expected in page, expected


def test_what_needs_an_extension_that_is_not_there_is_shown_plainly(bare_book: Built) -> None:
    words = article(bare_book.site / "one.html")
    assert words == [
        "1. The page one",
        "Words of one, with a role of nobody.",
        "Surely task: A first task",
        "Compute two and two.",
        "a list",
        "Theorem",
        "\\(a^2 + b^2 = c^2\\)",
        "Mermaid",
        "graph LR here --> there",
        "The last words of one.",
    ]


@pytest.mark.parametrize(
    "line",
    [
        '! _config.yml, sphinx: extra_extensions: The Sphinx extension "surely_no_extension.part" is not installed; ',
        "pip install surely-no-extension",
        '! _config.yml, sphinx: local_extensions: The extension "gone" is not in the folder ./_ext; ',
        '! _config.yml, sphinx: config: html_theme: The Sphinx theme "surely_no_theme" is not installed; ',
        "! _toc.yml: The table of contents is in the format of Jupyter Book 0.10 ",
        "jupyter-book toc migrate",
    ],
)
def test_what_a_book_is_made_without_is_told_with_its_cure(line: str, bare_book: Built) -> None:
    assert line in bare_book.done.stdout


def test_an_old_table_of_contents_means_what_it_meant(bare_book: Built) -> None:
    page = read_page(bare_book.site / "intro.html")
    within = [link.url for link in page.links if "internal" in link.label]
    assert list(dict.fromkeys(url for url in within if not url.startswith("#")))[:3] == [
        "one.html",
        "two.html",
        "three.html",
    ]
    assert "Second part" in (bare_book.site / "intro.html").read_text("utf-8")


@pytest.mark.parametrize("book", [*TWINS, "bare_book"])
def test_nothing_comes_from_elsewhere_and_no_link_is_dead(book: str, request: pytest.FixtureRequest) -> None:
    found = request.getfixturevalue(book)
    built: Built = found[0] if isinstance(found, tuple) else found
    assert scan(built.site) == ()
    # Jupyter Book's own index leads to places of `{index}` that its pages do not have.
    dead = [(name, link) for name, link in dead_links(built.site) if name != "genindex.html"]
    assert [(name, link) for name, link in dead if "btn-" not in link.label] == []


def test_times_see_a_file_that_comes_and_goes(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("a")
    before: Times = times(tmp_path)
    assert times(tmp_path) == before
    visit: Callable[[], None] = (tmp_path / "b").touch
    visit()
    (tmp_path / "b").unlink()
    assert times(tmp_path) != before
