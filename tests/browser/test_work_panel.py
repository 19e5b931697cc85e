"""Does a student find all of their work: originals, versions, notes, what lost its place, backups and restores?"""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from .conftest import Student, serving
from .editions import copy_site, move, new_text, rewrite_map, take_out
from .pages import cell, cell_ids, ready, saved, source
from .work import exported, holds, offer, panel, write

pytestmark = pytest.mark.browser
PAGE = "module-1-values/values-and-functions.html"
OTHER = "module-1-values/asking-questions.html"
GPU_PAGE = "module-4-models/neural-network.html"
NO_NEWS = "window.BroadcastChannel = undefined"


@dataclass(frozen=True, kw_only=True)
class Edition:
    """A site that its author changes, and a browser that visits it."""

    site: Path
    home: str
    context: BrowserContext

    def open(self, path: str = PAGE) -> Page:
        page = self.context.new_page()
        page.goto(self.home + path)
        ready(page)
        return page


@pytest.fixture
def edition(browser: Browser, demo_site: Path, tmp_path: Path) -> Iterator[Edition]:
    site = copy_site(demo_site, tmp_path / "site")
    with serving(site) as home, browser.new_context() as context:
        yield Edition(site=site, home=home, context=context)


def test_the_original_stands_beside_the_text_with_the_differences_marked(student: Student) -> None:
    page = student.open(PAGE)
    page.set_viewport_size({"width": 1280, "height": 900})
    ready(page)
    first = cell_ids(page)[0]
    author = source(page, first)
    write(page, first, f"{author}\nprint('mine')")
    here = cell(page, first)
    here.locator(".satchel-show-original").click()
    original = here.locator(".satchel-original")
    expect(original).to_contain_text(author.splitlines()[0])
    expect(original).to_contain_text("1 line differs")
    expect(here.locator(".satchel-editor .satchel-come")).to_have_count(1)
    expect(original.locator(".satchel-gone")).to_have_count(0)
    assert _left(original) > _left(here.locator(".satchel-editor"))

    # The marks follow what the student types.
    write(page, first, "print('all new')")
    expect(original.locator(".satchel-gone")).to_have_count(1)

    page.set_viewport_size({"width": 390, "height": 844})
    assert _left(original) == _left(here.locator(".satchel-editor"))
    original.locator(".satchel-close").click()
    expect(original).to_have_count(0)
    expect(here.locator(".satchel-show-original")).to_be_focused()
    expect(here.locator(".satchel-editor .satchel-come")).to_have_count(0)


def _left(place: Locator) -> float:
    box = place.bounding_box()
    assert box
    return round(box["x"])


def test_earlier_versions_can_be_seen_compared_and_put_back(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first = cell_ids(page)[0]
    here = cell(page, first)
    expect(here.locator(".satchel-history")).to_be_hidden()
    write(page, first, "print('one')")
    here.locator(".satchel-reset").click()
    expect(here.locator(".satchel-undo")).to_be_focused()
    here.locator(".satchel-history").click()
    versions = here.locator(".satchel-versions")
    expect(versions.locator("li")).to_have_count(1)
    expect(versions.locator("summary")).to_contain_text("before a reset")
    versions.locator("summary").click()
    expect(versions.locator("pre").first).to_contain_text("print('one')")
    expect(versions.locator("ins")).to_contain_text("print('one')")

    author = source(page, first)
    versions.locator(".satchel-put-back").click()
    holds(page, first, "print('one')")
    expect(versions.locator(".satchel-undo-put")).to_be_focused()
    page.keyboard.press("Enter")
    holds(page, first, author)
    page.keyboard.press("Escape")
    expect(versions).to_have_count(0)
    expect(here.locator(".satchel-history")).to_be_focused()
    page.reload()
    ready(page)
    expect(here.locator(".satchel-history")).to_be_visible()


def test_two_tabs_that_both_changed_a_cell_are_compared(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first = cell_ids(page)[0]
    deaf = student.context.new_page()
    deaf.add_init_script(NO_NEWS)
    deaf.goto(student.home + PAGE)
    ready(deaf)
    write(page, first, "print('from the first tab')")
    write(deaf, first, "print('from the second tab')")
    question = cell(deaf, first).locator(".satchel-conflict")
    expect(question).to_contain_text("also changed in another tab")
    # A short comparison needs no click, and it follows what is typed.
    expect(question.locator("ins")).to_contain_text("first")
    expect(question.locator("b").first).to_be_visible()
    write(deaf, first, "print('from the second tab, again')")
    expect(question.locator("del")).to_contain_text("again")
    question.locator(".satchel-take-new").click()
    expect(question).to_have_count(0)
    expect(cell(deaf, first).locator(".satchel-run")).to_be_focused()
    holds(deaf, first, "print('from the first tab')")
    cell(deaf, first).locator(".satchel-history").click()
    expect(cell(deaf, first).locator(".satchel-versions summary").first).to_contain_text("set aside in a choice")


def test_work_of_cells_that_lost_their_place_is_in_the_drawer(edition: Edition) -> None:
    page = edition.open()
    gone, moved = cell_ids(page)[1:3]
    write(page, gone, "print('gone')")
    write(page, moved, "print('moved')")
    take_out(edition.site, PAGE, gone)
    move(edition.site, moved, PAGE, OTHER)
    page.reload()
    drawer = page.locator("#satchel-drawer")
    expect(drawer.locator("[data-satchel-drawer]")).to_have_count(2)

    edition.context.grant_permissions(["clipboard-read", "clipboard-write"])
    removed = drawer.locator(f'[data-satchel-drawer="{gone}"]')
    removed.locator(".satchel-copy").click()
    expect(removed.locator(".satchel-copy")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "print('gone')"

    removed.locator(".satchel-put-away").click()
    expect(removed).to_have_count(0)
    page.locator(".satchel-news .satchel-undo-all").last.click()
    expect(removed).to_be_visible()

    drawer.locator(f'[data-satchel-drawer="{moved}"] .satchel-bring').click()
    expect(drawer.locator(f'[data-satchel-drawer="{moved}"]')).to_have_count(0)
    there = edition.open(OTHER)
    holds(there, moved, "print('moved')")
    expect(there.locator("#satchel-drawer")).to_have_count(0)


def test_a_cell_that_came_from_another_page_offers_its_earlier_work(edition: Edition) -> None:
    page = edition.open()
    moved = cell_ids(page)[2]
    write(page, moved, "print('moved')")
    page.close()
    move(edition.site, moved, PAGE, OTHER)
    there = edition.open(OTHER)
    item = there.locator(f'[data-satchel-drawer="{moved}"]')
    expect(item).to_contain_text("The cell is on this page now")
    item.locator(".satchel-bring").click()
    holds(there, moved, "print('moved')")
    expect(item).to_have_count(0)


def test_the_panel_knows_where_everything_is_now(edition: Edition) -> None:
    page = edition.open()
    first, second = cell_ids(page)[:2]
    write(page, first, "print('mine')")
    write(page, second, "print('mine too')")
    lost = edition.open(OTHER)
    write(lost, cell_ids(lost)[0], "print('lost')")
    lost.close()
    new_text(edition.site, PAGE, first, "# new")

    def change(books: dict[str, dict[str, object]]) -> None:
        del books[OTHER]
        cells = books[PAGE]["cells"]
        assert isinstance(cells, list)
        next(one for one in cells if one["id"] == first)["hash"] = "another"

    rewrite_map(edition.site, change)
    page.reload()
    ready(page)
    found = panel(page)
    listed = found.locator(".satchel-list")
    expect(listed.locator("li", has_text="The book has a new version of this cell")).to_have_count(1)
    expect(found.locator(".satchel-lost-list")).to_contain_text("print('lost')")
    expect(found.locator(".satchel-facts")).to_contain_text("It takes")
    listed.locator("summary", has_text="print('mine too')").click()
    expect(listed.locator("del").first).to_be_visible()
    listed.locator(".satchel-goto").first.click()
    expect(found).to_be_hidden()
    expect(cell(page, second).locator(":focus")).to_have_count(1)


@pytest.mark.parametrize("path", [PAGE, "index.html", GPU_PAGE])
def test_notes_stay_on_every_page_and_are_in_the_backup(student: Student, path: str) -> None:
    page = student.open(path)
    ready(page)
    notes = page.locator("#satchel-notes")
    expect(notes).not_to_have_attribute("open", "")
    notes.locator("summary").click()
    field = notes.locator(".satchel-notes-field")
    field.fill("Ask about floats.")
    saved(page)
    short = field.bounding_box()
    field.fill("Ask about floats.\n" * 30)
    tall = field.bounding_box()
    assert short and tall and tall["height"] > short["height"]
    field.fill("Ask about floats.")
    saved(page)
    page.reload()
    ready(page)
    expect(notes).to_have_attribute("open", "")
    expect(field).to_have_value("Ask about floats.")
    found = panel(page)
    expect(found.locator(".satchel-list summary")).to_contain_text("Ask about floats.")
    packed = zipfile.ZipFile(io.BytesIO(exported(page)))
    books = [packed.read(name).decode() for name in packed.namelist() if name.endswith(".ipynb")]
    assert any("Ask about floats." in book for book in books)


def test_a_backup_is_a_click_away_on_every_page(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first = cell_ids(page)[0]
    write(page, first, "print('mine')")
    page.goto(f"{student.home}index.html")
    ready(page)
    found = panel(page)
    expect(found.locator(".satchel-age")).to_contain_text("no backup")
    with page.expect_download() as download:
        found.locator(".satchel-backup").click()
    packed = zipfile.ZipFile(download.value.path())
    work = json.loads(packed.read("satchel-work.json"))
    assert [edit["record"]["text"] for edit in work["edits"]] == ["print('mine')"]
    expect(found.locator(".satchel-age")).to_contain_text("Last backup")

    page.goto(student.home + PAGE)
    ready(page)
    with page.expect_download() as download:
        panel(page).locator(".satchel-download-page").click()
    assert download.value.suggested_filename.endswith(".ipynb")
    notebook = json.loads(Path(download.value.path()).read_text("utf-8"))
    assert "print('mine')" in ["".join(one["source"]) for one in notebook["cells"] if one.get("id") == first]


def test_a_preview_shows_the_text_of_the_backup_where_the_student_has_gone_on(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first = cell_ids(page)[0]
    write(page, first, "print('in the backup')")
    backup = exported(page)
    cell(page, first).locator(".satchel-reset").click()
    write(page, first, "print('newer')")
    entry = offer(page, backup).locator(".satchel-preview li")
    expect(entry).to_contain_text("print('in the backup')")
    expect(entry).to_contain_text("here already, among the cell's other texts")
    entry.locator("summary").click()
    expect(entry.locator("del")).to_contain_text("newer")


def test_a_restore_is_looked_at_first_and_can_be_taken_back(student: Student, browser: Browser) -> None:
    page = student.open(PAGE)
    ready(page)
    both, theirs, mine = cell_ids(page)[:3]
    with browser.new_context() as context:
        other = context.new_page()
        other.goto(student.home + PAGE)
        ready(other)
        write(other, both, "print('in the backup')")
        write(other, theirs, "print('only in the backup')")
        backup = exported(other)
    write(page, both, "print('here')")
    write(page, mine, "print('only here')")

    found = offer(page, backup)
    preview = found.locator(".satchel-preview")
    expect(preview.locator("li")).to_have_count(2)
    expect(preview.locator("#satchel-preview-title")).to_be_focused()
    asked = preview.locator("li", has_text="you are asked at the cell")
    asked.locator("summary").click()
    expect(asked.locator("ins")).to_contain_text("in the backup")
    preview.locator(".satchel-cancel").click()
    expect(preview).to_have_count(0)
    assert source(page, theirs) != "print('only in the backup')"
    page.keyboard.press("Escape")

    offer(page, backup).locator(".satchel-merge").click()
    holds(page, theirs, "print('only in the backup')")
    assert source(page, both) == "print('here')"
    expect(cell(page, both).locator(".satchel-conflict")).to_contain_text("Your backup has another text")
    found.locator(".satchel-undo-all").click()
    expect(found.locator(".satchel-message")).to_have_text("Taken back.")
    expect(cell(page, both).locator(".satchel-conflict")).to_have_count(0)
    assert source(page, theirs) != "print('only in the backup')"
    page.keyboard.press("Escape")

    offer(page, backup).locator(".satchel-replace").click()
    holds(page, both, "print('in the backup')")
    expect(cell(page, mine)).to_have_attribute("data-state", "pristine")
    found.locator(".satchel-undo-all").click()
    holds(page, both, "print('here')")
    holds(page, mine, "print('only here')")
    page.keyboard.press("Escape")

    # A second time there is nothing left to do.
    offer(page, exported(page)).locator(".satchel-merge").click()
    expect(found.locator(".satchel-message")).to_contain_text("Nothing was changed")


def test_a_file_that_is_no_backup_is_refused_in_a_sentence(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    found = offer(page, b"PK\x03\x04 not really", "holiday.zip")
    expect(found.locator(".satchel-message")).to_contain_text("not a backup of course work")
    expect(found.locator(".satchel-preview")).to_have_count(0)


def test_page_and_course_can_be_reset_and_that_taken_back(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first = cell_ids(page)[0]
    write(page, first, "print('mine')")
    page.locator("#satchel-notes summary").click()
    page.locator(".satchel-notes-field").fill("stays")
    saved(page)
    found = panel(page)
    for which in (".satchel-reset-page", ".satchel-reset-course"):
        found.locator(which).click()
        found.locator(".satchel-confirm").click()
        expect(cell(page, first)).to_have_attribute("data-state", "pristine")
        found.locator(".satchel-undo-all").click()
        holds(page, first, "print('mine')")
        expect(page.locator(".satchel-notes-field")).to_have_value("stays")


def test_an_old_backup_is_a_dot_and_words_until_there_is_a_new_one(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    write(page, cell_ids(page)[0], "print('mine')")
    button = page.locator(".satchel-open-workspace")
    expect(button).to_have_text("My work")
    course = page.evaluate("JSON.parse(document.getElementById('satchel-page').textContent).course.id")
    month_ago = "course => localStorage.setItem(`satchel/${course}/backup`, String(Date.now() - 30 * 86400000))"
    page.evaluate(month_ago, course)
    page.reload()
    expect(button).to_have_text("My work: back up")
    found = panel(page)
    expect(found.locator(".satchel-reminder")).to_contain_text("30 days old")
    with page.expect_download():
        found.locator(".satchel-backup").click()
    expect(found.locator(".satchel-reminder")).to_be_hidden()
    expect(button).to_have_text("My work")


def test_the_first_save_in_a_browser_says_what_a_private_window_means(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    write(page, cell_ids(page)[0], "print('mine')")
    expect(page.locator(".satchel-news")).to_contain_text("private window")
    page.locator(".satchel-news .satchel-close").click()
    page.reload()
    ready(page)
    write(page, cell_ids(page)[0], "print('mine again')")
    expect(page.locator(".satchel-news")).to_have_count(0)


def test_the_mark_in_the_contents_follows_a_renamed_page(edition: Edition) -> None:
    page = edition.open()
    write(page, cell_ids(page)[0], "print('mine')")
    marked = page.locator("nav.bd-links a:has(.satchel-mark)")
    expect(marked).to_have_text("Values and functions (has your edits)")
    # The notebook's page had another name when the edit was saved.
    _rename_place(page)
    index = edition.open("index.html")
    expect(index.locator("nav.bd-links a:has(.satchel-mark)")).to_contain_text("Values and functions")


def _rename_place(page: Page) -> None:
    page.evaluate(
        """async () => {
      const { course } = JSON.parse(document.getElementById('satchel-page').textContent);
      const asked = indexedDB.open(`satchel/${course.id}`);
      const db = await new Promise((done, failed) => {
        asked.onsuccess = () => done(asked.result);
        asked.onerror = failed;
      });
      const tx = db.transaction('edits', 'readwrite');
      const store = tx.objectStore('edits');
      store.openCursor().onsuccess = ({ target: { result: cursor } }) => {
        if (!cursor) return;
        cursor.update({ ...cursor.value, place: { ...cursor.value.place, page: 'once/upon-a-time.html' } });
        cursor.continue();
      };
      await new Promise((done) => { tx.oncomplete = done; });
      db.close();
    }"""
    )


def test_an_alarm_about_newer_work_offers_to_reload(student: Student) -> None:
    page = student.open(PAGE)
    ready(page)
    first = cell_ids(page)[0]
    write(page, first, "print('mine')")
    page.evaluate(
        """async () => {
      const { course } = JSON.parse(document.getElementById('satchel-page').textContent);
      indexedDB.open(`satchel/${course.id}`, 99);
    }"""
    )
    alarm = page.locator(".satchel-alarm")
    expect(alarm).to_contain_text("newer version of this site")
    expect(alarm.locator(".satchel-reload")).to_be_visible()
    expect(alarm.locator(".satchel-download-work")).to_be_visible()
