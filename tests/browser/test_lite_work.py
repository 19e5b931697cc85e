"""Do the book and JupyterLite show the same work, whichever was open, closed, killed or changed in between?"""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from satchel.pairing import digest

from . import notebooks
from .conftest import Student, serving
from .notebooks import code_ids, in_drive, open_notebook, save, select, shows, texts, together
from .pages import PYTHON_STARTS, cell, ready, rewrite, saved, source
from .profiles import Profile
from .records import COURSE, DATABASE, record, texts_in
from .records import NOTEBOOK as RECORDS_OF
from .work import holds, write

pytestmark = pytest.mark.browser
PAGE = "module-2-tables/read-a-csv.html"
NOTEBOOK = "module-2-tables/read-a-csv.ipynb"
CELL, OTHER = "one-row", "to-number"
IN_BOOK, IN_LITE = "print('in the book')", "print('in the notebook')"


def book(context: BrowserContext, home: str) -> Page:
    """The book's page of the notebook, with the student's work."""
    page = context.new_page()
    page.goto(home + PAGE)
    ready(page)
    return page


def test_what_was_written_in_the_book_is_in_the_notebook_and_the_other_way(student: Student) -> None:
    page = book(student.context, student.home)
    write(page, CELL, IN_BOOK)
    page.close()
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    shows(lite, CELL, IN_BOOK)
    expect(cell(lite, CELL)).to_have_attribute("data-state", "edited")
    expect(cell(lite, OTHER)).to_have_attribute("data-state", "pristine")
    notebooks.rewrite(lite, OTHER, IN_LITE)
    notebooks.saved(lite)
    lite.close()
    page = book(student.context, student.home)
    assert (source(page, CELL), source(page, OTHER)) == (IN_BOOK, IN_LITE)
    expect(cell(page, OTHER)).to_have_attribute("data-state", "edited")


def test_both_views_follow_each_other_while_both_are_open(student: Student) -> None:
    page = book(student.context, student.home)
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    write(page, CELL, IN_BOOK)
    shows(lite, CELL, IN_BOOK)
    notebooks.rewrite(lite, CELL, IN_LITE)
    holds(page, CELL, IN_LITE)
    # A reset in the notebook, and its undo, are one in the book too.
    cell(lite, CELL).locator(".satchel-reset").click()
    expect(cell(page, CELL)).to_have_attribute("data-state", "pristine")
    cell(lite, CELL).locator(".satchel-undo").click()
    holds(page, CELL, IN_LITE)
    saved(page)


def test_the_first_edit_asks_the_browser_to_keep_it_for_good(student: Student) -> None:
    student.context.add_init_script(
        """window.asked = 0;
        StorageManager.prototype.persist = () => { window.asked += 1; return Promise.resolve(false); };"""
    )
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    assert lite.evaluate("window.asked") == 0
    for text in (IN_BOOK, IN_LITE):
        notebooks.rewrite(lite, CELL, text)
        notebooks.saved(lite)
    assert lite.evaluate("window.asked") == 1


def test_what_is_run_in_the_notebook_is_an_earlier_version_in_both(student: Student) -> None:
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    notebooks.rewrite(lite, CELL, "kept = 'when it ran'")
    lite.keyboard.press("Control+Enter")
    notebooks.rewrite(lite, CELL, IN_LITE)
    notebooks.saved(lite)
    cell(lite, CELL).locator(".satchel-history").click()
    expect(cell(lite, CELL).locator(".satchel-versions li")).to_have_count(1)
    page = book(student.context, student.home)
    cell(page, CELL).locator(".satchel-history").click()
    expect(cell(page, CELL).locator(".satchel-versions")).to_contain_text("kept = 'when it ran'")
    # Put back in the book: back in the notebook.
    cell(page, CELL).locator(".satchel-put-back").click()
    shows(lite, CELL, "kept = 'when it ran'")


@pytest.fixture
def home(demo_site: Path) -> Iterator[str]:
    """The demonstration course at an address that outlives a browser."""
    with serving(demo_site) as found:
        yield found


def test_a_kill_in_the_notebook_costs_nothing_that_was_shown_as_saved(profile: Profile, home: str) -> None:
    lite = open_notebook(profile.start(), home, NOTEBOOK)
    save(lite, NOTEBOOK)
    notebooks.rewrite(lite, CELL, IN_LITE)
    notebooks.saved(lite)
    profile.kill()

    context = profile.start()
    page = book(context, home)
    assert source(page, CELL) == IN_LITE
    # Further in the book: JupyterLite's own copy is two steps behind, and nobody is asked.
    write(page, CELL, IN_BOOK)
    profile.kill()
    lite = open_notebook(profile.start(), home, NOTEBOOK)
    shows(lite, CELL, IN_BOOK)
    expect(cell(lite, CELL)).to_have_attribute("data-state", "edited")
    expect(lite.locator(".satchel-conflict")).to_have_count(0)


# Two windows side by side, and no word from one to the other: each saves what it has.
DEAF = "BroadcastChannel.prototype.postMessage = () => undefined;"


@pytest.mark.parametrize("later", ["book", "notebook"])
def test_where_both_have_changed_a_cell_both_texts_are_kept_and_the_student_is_asked(
    student: Student, later: str
) -> None:
    student.context.add_init_script(DEAF)
    page = book(student.context, student.home)
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    if later == "book":
        notebooks.rewrite(lite, CELL, IN_LITE)
        notebooks.saved(lite)
        rewrite(page, CELL, IN_BOOK)
        saved(page)
        asking, other = page, lite
    else:
        write(page, CELL, IN_BOOK)
        notebooks.rewrite(lite, CELL, IN_LITE)
        asking, other = lite, page
    expect(cell(asking, CELL)).to_have_attribute("data-state", "conflict")
    stored = record(asking, CELL)
    assert {stored["text"], stored["rival"]["text"]} == {IN_BOOK, IN_LITE}
    cell(asking, CELL).locator(".satchel-keep-both").click()
    expect(cell(asking, CELL)).to_have_attribute("data-state", "edited")
    # What the other one says when it looks again.
    other.reload()
    if later == "book":
        together(other)
        expect(cell(other, CELL).locator(".cm-content")).to_contain_text("in the notebook")
    else:
        ready(other)
    expect(cell(other, CELL)).to_contain_text("in the book")


def test_a_notebook_that_went_on_alone_is_not_overruled(student: Student) -> None:
    """The browser would not take the edit, but it took the notebook: opened again, the notebook's text counts."""
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    notebooks.rewrite(lite, CELL, IN_BOOK)
    notebooks.saved(lite)
    lite.evaluate(
        """() => {
          const put = IDBObjectStore.prototype.put;
          IDBObjectStore.prototype.put = function (...given) {
            if (this.name === 'edits') throw new DOMException('no room', 'QuotaExceededError');
            return put.apply(this, given);
          };
          Storage.prototype.setItem = () => { throw new DOMException('no room', 'QuotaExceededError'); };
        }"""
    )
    notebooks.rewrite(lite, CELL, IN_LITE)
    expect(lite.locator(".satchel-saving")).to_have_attribute("data-storage", "failed")
    alarm = lite.locator(".satchel-alarm")
    expect(alarm).to_contain_text("no room left")
    expect(alarm.locator(".satchel-download-work")).to_be_visible()
    save(lite, NOTEBOOK)
    lite.close(run_before_unload=False)

    lite = open_notebook(student.context, student.home, NOTEBOOK)
    shows(lite, CELL, IN_LITE)
    notebooks.saved(lite)
    assert source(book(student.context, student.home), CELL) == IN_LITE


def test_where_the_browser_takes_nothing_any_more_the_work_can_be_downloaded(student: Student, tmp_path: Path) -> None:
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    lite.evaluate(
        """() => {
          IDBObjectStore.prototype.put = () => { throw new DOMException('no room', 'QuotaExceededError'); };
          Storage.prototype.setItem = () => { throw new DOMException('no room', 'QuotaExceededError'); };
        }"""
    )
    notebooks.rewrite(lite, CELL, IN_LITE)
    button = lite.locator(".satchel-alarm .satchel-download-work")
    expect(button).to_be_visible()
    with lite.expect_download() as taken:
        # JupyterLab may have a dialog of its own open about the file it could not save.
        button.dispatch_event("click")
    taken.value.save_as(tmp_path / "work.zip")
    assert texts_in(tmp_path / "work.zip") == [IN_LITE]


def test_a_store_that_cannot_be_read_leaves_the_notebook_as_it_is(student: Student) -> None:
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    notebooks.rewrite(lite, CELL, IN_LITE)
    notebooks.saved(lite)
    save(lite, NOTEBOOK)
    student.context.add_init_script(
        """const open = IDBFactory.prototype.open;
        IDBFactory.prototype.open = function (name, ...rest) {
          if (/^satchel.[^/]+$/.test(name) && !window.healed) throw new DOMException('broken', 'UnknownError');
          return open.call(this, name, ...rest);
        };"""
    )
    lite.reload()
    expect(lite.locator(".satchel-saving")).to_have_attribute("data-storage", "unavailable", timeout=PYTHON_STARTS)
    shows(lite, CELL, IN_LITE)
    # Written on meanwhile; then the browser has come to its senses.
    notebooks.rewrite(lite, CELL, f"{IN_LITE}  # and on")
    lite.evaluate("window.healed = true")
    notebooks.saved(lite)
    shows(lite, CELL, f"{IN_LITE}  # and on")
    assert record(lite, CELL)["text"] == f"{IN_LITE}  # and on"


@pytest.fixture(scope="module")
def authors(demo_site: Path) -> list[str]:
    """The code cells of the author's notebook, in order."""
    cells = json.loads((demo_site / "lite" / "files" / NOTEBOOK).read_text("utf-8"))["cells"]
    return [each["id"] for each in cells if each["cell_type"] == "code"]


def own_cell(page: Page, below: str, wanted: str) -> None:
    """Add a code cell of the student's own."""
    select(page, cell(page, below))
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(wanted)
    page.keyboard.press("Escape")
    expect(page.locator(".jp-CodeCell.jp-mod-active")).to_contain_text(wanted)


def delete(page: Page, identity: str) -> None:
    """Delete a cell."""
    select(page, cell(page, identity))
    page.keyboard.press("d")
    page.keyboard.press("d")
    expect(cell(page, identity)).to_have_count(0)


def test_own_cells_deleted_ones_and_moved_ones_stay_and_the_book_is_whole(student: Student, authors: list[str]) -> None:
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    own_cell(lite, authors[0], "my_own = 1")
    delete(lite, authors[1])
    select(lite, cell(lite, authors[2]))
    # Over the prose before it, and over the student's own cell.
    for _ in range(4):
        lite.keyboard.press("Control+Shift+ArrowUp")
    file = save(lite, NOTEBOOK)
    mine = code_ids(file, authors)
    assert mine == [authors[2], authors[0], *authors[3:]]
    assert "my_own = 1" in texts(file)
    notebooks.again(lite)

    page = book(student.context, student.home)
    assert page.evaluate("() => window.satchel.cells()") == authors
    expect(page.locator("#satchel-drawer")).to_have_count(0)
    # The book goes on, also with the cell that the notebook does not have.
    write(page, authors[1], IN_BOOK)
    write(page, authors[0], IN_BOOK)
    shows(lite, authors[0], IN_BOOK)
    file = save(lite, NOTEBOOK)
    assert code_ids(file, authors) == mine
    assert "my_own = 1" in texts(file)
    assert source(page, authors[1]) == IN_BOOK


def test_a_cell_that_became_prose_leaves_the_book_alone(student: Student) -> None:
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    select(lite, cell(lite, CELL))
    lite.keyboard.press("m")
    expect(cell(lite, CELL)).to_have_count(0)
    prose = lite.locator(".jp-MarkdownCell.jp-mod-active")
    lite.keyboard.press("Enter")
    lite.keyboard.press("Control+a")
    lite.keyboard.insert_text("only words")
    expect(prose).to_contain_text("only words")
    save(lite, NOTEBOOK)
    assert record(lite, CELL) is None
    # Code again: it is the author's cell again, with the student's text.
    lite.keyboard.press("Escape")
    lite.keyboard.press("y")
    expect(cell(lite, CELL)).to_have_attribute("data-state", "edited")
    holds(book(student.context, student.home), CELL, "only words")


def test_a_notebook_is_reset_and_the_reset_undone(student: Student, authors: list[str]) -> None:
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    first = notebooks.text(lite, authors[0])
    notebooks.rewrite(lite, authors[0], IN_LITE)
    lite.keyboard.press("Escape")
    own_cell(lite, authors[0], "my_own = 1")
    delete(lite, authors[1])
    notebooks.saved(lite)
    save(lite, NOTEBOOK)

    lite.get_by_role("menuitem", name="File").click()
    lite.get_by_role("menuitem", name="Reset This Notebook").click()
    lite.locator(".jp-Dialog .jp-mod-warn").click()
    shows(lite, authors[0], first)
    told = lite.locator(".Toastify__toast", has_text="the author's again")
    kept = re.search(r"kept as (.+?)\.ipynb", told.inner_text())
    assert kept
    file = save(lite, NOTEBOOK)
    assert code_ids(file, authors) == authors
    assert "my_own = 1" not in texts(file)
    beside = in_drive(lite, f"module-2-tables/{kept[1]}.ipynb")
    assert beside
    assert "my_own = 1" in texts(beside)
    assert "satchel" not in beside["content"]["metadata"]
    assert kept[1].endswith("(before reset)")

    told.get_by_role("button", name="Undo").click()
    shows(lite, authors[0], IN_LITE)
    file = save(lite, NOTEBOOK)
    assert code_ids(file, authors) == [authors[0], *authors[2:]]
    assert "my_own = 1" in texts(file)
    notebooks.saved(lite)
    holds(book(student.context, student.home), authors[0], IN_LITE)


def test_a_renamed_notebook_is_the_students_own(student: Student) -> None:
    lite = open_notebook(student.context, student.home, NOTEBOOK)
    notebooks.rewrite(lite, CELL, IN_LITE)
    notebooks.saved(lite)
    save(lite, NOTEBOOK)
    lite.get_by_role("menuitem", name="File").click()
    lite.get_by_role("menuitem", name="Rename").click()
    lite.locator(".jp-Dialog input").fill("mine.ipynb")
    lite.locator(".jp-Dialog .jp-mod-accept").click()
    expect(lite.locator(".Toastify__toast", has_text="your own")).to_be_visible()
    lite.locator(".jp-CodeCell").nth(1).locator(".cm-content").click()
    lite.keyboard.press("Control+a")
    lite.keyboard.insert_text("print('only here')")
    page = book(student.context, student.home)
    assert source(page, CELL) == IN_LITE
    lite.wait_for_url("**/notebooks/index.html?path=module-2-tables%2Fmine.ipynb")
    # Opened again, it says where the course's own is; that is there as before, with the edits.
    lite.reload()
    told = lite.locator(".Toastify__toast", has_text="is your own")
    with student.context.expect_page() as opened:
        told.get_by_role("button", name="Open it").click(timeout=PYTHON_STARTS)
    together(opened.value)
    shows(opened.value, CELL, IN_LITE)


def test_two_windows_of_a_notebook_follow_each_other_without_a_question(student: Student, authors: list[str]) -> None:
    one, two = (open_notebook(student.context, student.home, NOTEBOOK) for _ in range(2))
    for turn in range(2):
        for number, (page, other) in enumerate(((one, two), (two, one))):
            page.bring_to_front()
            mine = f"{number} {turn}"
            notebooks.rewrite(page, authors[0], f"{IN_LITE}  # {mine}")
            page.keyboard.press("Escape")
            own_cell(page, authors[0], f"own = '{mine}'")
            save(page, NOTEBOOK)
            shows(other, authors[0], f"{IN_LITE}  # {mine}")
            expect(other.locator(".jp-CodeCell", has_text=f"own = '{mine}'")).to_have_count(1)
    # All of it, also what is not in view: in the file, and in what either window would save.
    wanted = {f"own = '{number} {turn}'" for number in range(2) for turn in range(2)}
    for page in (one, two):
        page.bring_to_front()
        assert wanted <= set(texts(save(page, NOTEBOOK)))
    for page in (one, two):
        expect(page.locator(".jp-Dialog")).to_have_count(0)
        expect(page.locator(".satchel-conflict")).to_have_count(0)


def _large(site: Path) -> list[list[str]]:
    """Give the author's notebook 200 cells and 5 MB of stored outputs; returns its cells' ids and hashes."""
    file, chart = site / "lite" / "files" / NOTEBOOK, site / "satchel-course.json"
    notebook, course = json.loads(file.read_text("utf-8")), json.loads(chart.read_text("utf-8"))
    ids = [f"large-{number}" for number in range(200)]
    text = "0123456789abcdef" * 16 * 100
    output = {"output_type": "stream", "name": "stdout", "text": text}
    cells = [
        {"cell_type": "code", "id": id, "metadata": {"satchel": {"cell": id}}, "execution_count": None}
        | {"source": f"value = {number}\nprint(value)", "outputs": [output]}
        for number, id in enumerate(ids)
    ]
    known = [[cell["id"], digest(cell["source"])] for cell in cells]
    notebook |= {"cells": cells, "metadata": notebook["metadata"] | {"satchel": notebook["metadata"]["satchel"]}}
    notebook["metadata"]["satchel"]["known"] = known
    file.write_text(json.dumps(notebook), "utf-8")
    assert file.stat().st_size > 5_000_000
    for book in course["notebooks"]:
        if book["page"] == PAGE:
            book["cells"] = [{"id": id, "hash": hash} for id, hash in known]
    chart.write_text(json.dumps(course), "utf-8")
    return known


def test_a_notebook_of_200_cells_and_5_mb_of_outputs_is_kept_like_any_other(
    browser: Browser, demo_site: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    shutil.copytree(demo_site, site, ignore=shutil.ignore_patterns("runtime"))
    (site / "runtime").symlink_to(demo_site / "runtime", target_is_directory=True)
    known = _large(site)
    ids = [id for id, _ in known]
    with serving(site) as home, browser.new_context() as context:
        lite = open_notebook(context, home, NOTEBOOK)
        for id in (ids[0], ids[2]):
            notebooks.rewrite(lite, id, f"{IN_LITE}  # {id}")
        notebooks.saved(lite)
        file = save(lite, NOTEBOOK)
        assert len(file["content"]["cells"]) == 200
        assert len(json.dumps(file["content"])) > 5_000_000
        # Written elsewhere, also in the notebook's last cell, which is not even drawn.
        lite.evaluate(
            """async ([name, notebook, cells, text]) => {
              const db = await new Promise((good) => {
                const opened = indexedDB.open(name);
                opened.onsuccess = () => good(opened.result);
              });
              const tx = db.transaction('edits', 'readwrite');
              const asked = tx.objectStore('edits').get([notebook, 'large-0']);
              asked.onsuccess = () => {
                for (const [cell, baseHash] of cells) {
                  tx.objectStore('edits').put({ ...asked.result, text, baseHash }, [notebook, cell]);
                }
              };
              await new Promise((good) => { tx.oncomplete = good; });
              db.close();
              new BroadcastChannel(name).postMessage({ schema: 1, notebook, cells: cells.map(([cell]) => cell) });
            }""",
            [DATABASE, RECORDS_OF, [known[-1], known[1]], IN_BOOK],
        )
        shows(lite, ids[1], IN_BOOK)
        assert texts(save(lite, NOTEBOOK))[-1] == IN_BOOK
        # Opened again, all of it is there, and nobody is asked anything.
        notebooks.again(lite)
        for id in (ids[0], ids[2]):
            shows(lite, id, f"{IN_LITE}  # {id}")
        expect(lite.locator(".satchel-conflict")).to_have_count(0)


def test_a_second_course_on_the_same_origin_has_its_own_work(browser: Browser, demo_site: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    other = site / "other"
    for place in (site, other):
        shutil.copytree(demo_site, place, ignore=shutil.ignore_patterns("runtime", "build", "extensions"))
        (place / "runtime").symlink_to(demo_site / "runtime", target_is_directory=True)
        for part in ("build", "extensions"):
            (place / "lite" / part).symlink_to(demo_site / "lite" / part, target_is_directory=True)
    # The same notebooks under the same names, in another course.
    for path in [*other.rglob("*.html"), *other.rglob("*.json"), *other.rglob("*.ipynb")]:
        if not path.is_symlink() and "lite/build" not in path.as_posix() and "lite/extensions" not in path.as_posix():
            path.write_text(path.read_text("utf-8").replace(COURSE, "another-course"), "utf-8")
    with serving(site) as home, browser.new_context() as context:
        lite = open_notebook(context, home, NOTEBOOK)
        notebooks.rewrite(lite, CELL, IN_LITE)
        notebooks.saved(lite)
        save(lite, NOTEBOOK)
        theirs = open_notebook(context, f"{home}other/", NOTEBOOK)
        expect(cell(theirs, CELL)).to_have_attribute("data-state", "pristine")
        notebooks.rewrite(theirs, CELL, IN_BOOK)
        notebooks.saved(theirs)
        shows(lite, CELL, IN_LITE)
        assert source(book(context, home), CELL) == IN_LITE
        assert source(book(context, f"{home}other/"), CELL) == IN_BOOK
