"""Does work belong to its course and cell, and not to an address? Moved sites, two courses, older editions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from .changing import AFTER, BEFORE, Form, Lesson, Sites
from .conftest import serving
from .pages import cell, page_data, ready, saved, source
from .records import records

pytestmark = pytest.mark.browser
MINE = "answer = 'mine'"
LATER = "answer = 'mine, from elsewhere'"
START = BEFORE.lessons["ids", "nothing"]
CELL = "nothing-edited"
HASHED = "pluginfile.php/71204/mod_resource/content/9f86d081/"
ADDRESSES = {
    "at the root, without index.html": "ids/start/",
    "below a folder": "courses/one/ids/start/index.html",
    "below a folder, without index.html": "courses/one/ids/start/",
    "hashed, with random parameters": f"{HASHED}ids/start/index.html?forcedownload=0&token=5f2c91",
    "hashed, with others, without index.html": f"{HASHED}ids/start/?token=e07b44#title",
}


@dataclass(frozen=True, kw_only=True)
class Host:
    """A web server that has the course in several places; `site` is the folder behind all of them."""

    home: str
    site: Path
    context: BrowserContext

    def open(self, address: str) -> Page:
        """Open a page in the student's browser and wait for the work."""
        page = self.context.new_page()
        page.goto(self.home + address)
        ready(page)
        return page


@pytest.fixture
def host(browser: Browser, changing: Sites, tmp_path: Path) -> Iterator[Host]:
    """The first edition in three places of one origin."""
    site = tmp_path / "site"
    changing.publish(changing.first, site)
    for place in ("courses/one", HASHED):
        link = site / place
        link.parent.mkdir(parents=True)
        link.symlink_to(site, target_is_directory=True)
    with serving(site) as home, browser.new_context() as context:
        yield Host(home=home, site=site, context=context)


def write(page: Page, identity: str, text: str) -> None:
    """Change a cell and wait until that is saved."""
    page.evaluate("([id, text]) => window.satchel.setSource(id, text)", [identity, text])
    saved(page)


def backup(page: Page) -> list[int]:
    """The student's backup, as bytes."""
    taken: list[int] = page.evaluate(
        "async () => Array.from(new Uint8Array(await (await window.satchel.exportWork()).arrayBuffer()))"
    )
    return taken


def restore(page: Page, taken: list[int]) -> str:
    """Restore a backup; returns the sentence by which it is refused, if it is."""
    return str(
        page.evaluate(
            """bytes => window.satchel.importWork(new Blob([new Uint8Array(bytes)]))
                .then(() => '', (error) => error.message)""",
            taken,
        )
    )


@pytest.mark.parametrize("place", ADDRESSES)
def test_the_same_work_is_shown_at_every_address(place: str, host: Host) -> None:
    page = host.open(START.page)
    write(page, CELL, MINE)
    page.close()
    other = host.open(ADDRESSES[place])
    assert source(other, CELL) == MINE
    expect(cell(other, CELL)).to_have_attribute("data-state", "edited")
    write(other, CELL, LATER)
    other.close()
    assert source(host.open(START.page), CELL) == LATER


def test_at_another_port_a_backup_brings_the_work_back(host: Host, changing: Sites) -> None:
    here = host.open(START.page)
    write(here, CELL, MINE)
    taken = backup(here)
    with serving(changing.first) as moved:
        there = host.context.new_page()
        there.goto(moved + START.page)
        ready(there)
        assert source(there, CELL) == START.text("edited")
        assert restore(there, taken) == ""
        there.wait_for_function("([id, text]) => window.satchel.source(id) === text", arg=[CELL, MINE])
        there.reload()
        ready(there)
        assert source(there, CELL) == MINE


@pytest.fixture
def other(host: Host, changing: Sites) -> str:
    """Another course with the same notebooks, below the folder `other/` of the same origin. Returns that address."""
    target = host.site / "other"
    changing.publish(changing.first, target)
    one = json.loads((target / "satchel-course.json").read_text("utf-8"))["course"]
    for path in [*target.rglob("*.html"), *target.rglob("*.json"), *target.rglob("*.ipynb")]:
        text = path.read_text("utf-8")
        path.write_text(text.replace(f'"{one}"', '"another-course"'), "utf-8")
    return "other/"


def test_two_courses_with_the_same_notebooks_on_one_origin_never_mix(host: Host, other: str) -> None:
    mine = host.open(START.page)
    write(mine, CELL, MINE)
    course = page_data(mine)["course"]["id"]
    notebook = page_data(mine)["notebook"]
    record = records(mine, f"satchel/{course}")[f"{notebook}/{CELL}"]

    theirs = host.open(other + START.page)
    assert page_data(theirs)["course"]["id"] == "another-course"
    assert page_data(theirs)["notebook"] == notebook
    assert source(theirs, CELL) == START.text("edited")
    expect(cell(theirs, CELL)).to_have_attribute("data-state", "pristine")
    assert records(theirs, "satchel/another-course") == {}

    # Neither in the contents, nor in the panel.
    theirs.wait_for_function("() => document.querySelector('.satchel-open-workspace') !== null")
    theirs.locator(".satchel-open-workspace").click()
    expect(theirs.locator("#satchel-workspace")).to_be_visible()
    expect(theirs.locator("#satchel-workspace")).not_to_contain_text(START.title)
    expect(theirs.locator(".satchel-mark")).to_have_count(0)

    # Nor what a page of the one has left behind when it was closed.
    word = {"cell": CELL, "record": {**record, "text": LATER, "revision": record["revision"] + 1}, "known": None}
    mine.close()
    theirs.evaluate(
        "([name, words]) => localStorage.setItem(name, JSON.stringify(words))",
        [f"satchel/{course}/leaving/{notebook}", [word]],
    )
    theirs.reload()
    ready(theirs)
    assert source(theirs, CELL) == START.text("edited")
    # A live page of the one tells the other nothing either.
    mine = host.open(START.page)
    assert LATER in [source(mine, CELL), records(mine, f"satchel/{course}")[f"{notebook}/{CELL}"]["text"]]
    write(mine, CELL, "answer = 'live'")
    theirs.evaluate("() => document.dispatchEvent(new Event('visibilitychange'))")
    write(theirs, "nothing-run", "theirs = 1")
    assert source(theirs, CELL) == START.text("edited")
    assert list(records(theirs, "satchel/another-course")) == [f"{notebook}/nothing-run"]


def test_a_backup_of_another_course_is_refused_in_a_sentence(host: Host, other: str) -> None:
    mine = host.open(START.page)
    write(mine, CELL, MINE)
    theirs = host.open(other + START.page)
    refused = restore(theirs, backup(mine))
    assert "belongs to another course" in refused
    assert refused.endswith(".")
    assert source(theirs, CELL) == START.text("edited")
    assert records(theirs, "satchel/another-course") == {}


def _at(lesson: Lesson, author: str) -> tuple[str, str]:
    return lesson.page, f"{author}-edited"


def test_going_back_to_an_older_edition_shows_the_work_and_loses_none(host: Host, changing: Sites) -> None:
    changes = ("rewritten-a-little", "removed", "renamed", "inserted-above", "in-another-folder")
    before = {author: _at(BEFORE.lessons["ids", author], author) for author in changes}
    after = {author: _at(AFTER.lessons["ids", author], author) for author in changes}
    for address, identity in before.values():
        page = host.open(address)
        write(page, identity, MINE)
        page.close()

    # In the newer edition the student goes on: answers, types, and works in a cell that only this one has.
    changing.publish(changing.second, host.site)
    for author in ("rewritten-a-little", "renamed", "in-another-folder"):
        address, identity = after[author]
        page = host.open(address)
        if author == "rewritten-a-little":
            cell(page, identity).locator(".satchel-keep-both").click()
            expect(cell(page, identity)).to_have_attribute("data-state", "edited")
        write(page, identity, LATER)
        page.close()
    page = host.open(after["inserted-above"][0])
    write(page, "inserted-above-edited-new", "only = 'in the newer edition'")
    page.close()

    changing.publish(changing.first, host.site)
    shown = {}
    for author, (address, identity) in before.items():
        page = host.open(address)
        shown[author] = source(page, identity)
        # The page is alive: it saves.
        write(page, f"{author}-untouched", "alive = True")
        course = page_data(page)["course"]["id"]
    assert shown == {
        "rewritten-a-little": LATER,
        "removed": MINE,
        "renamed": LATER,
        "inserted-above": MINE,
        "in-another-folder": LATER,
    }
    kept = [record["text"] for record in records(page, f"satchel/{course}").values()]
    assert "only = 'in the newer edition'" in kept

    # And forward once more.
    changing.publish(changing.second, host.site)
    page = host.open(after["inserted-above"][0])
    assert source(page, "inserted-above-edited-new") == "only = 'in the newer edition'"
    assert source(host.open(after["renamed"][0]), "renamed-edited") == LATER


def test_old_places_lead_to_where_a_renamed_page_is_now(host: Host, changing: Sites) -> None:
    before, after = BEFORE.lessons["ids", "renamed"], AFTER.lessons["ids", "renamed"]
    page = host.open(before.page)
    write(page, "renamed-edited", MINE)
    page.close()
    changing.publish(changing.second, host.site)

    page = host.open(START.page)
    mark = page.locator("nav.bd-links a", has=page.locator(".satchel-mark"))
    expect(mark).to_have_attribute("href", re.compile("/called-otherwise.html$"))
    page.locator(".satchel-open-workspace").click()
    page.locator("#satchel-workspace details", has_text=MINE).first.locator("summary").first.click()
    page.locator("#satchel-workspace a.satchel-goto").click()
    page.wait_for_url(f"{host.home}{after.page}#cell:renamed-edited")
    ready(page)
    assert source(page, "renamed-edited") == MINE


@pytest.mark.parametrize("form", ["ids", "text"])
def test_work_follows_its_cell_to_another_lesson(form: Form, host: Host, changing: Sites) -> None:
    before, shelter = BEFORE.lessons[form, "to-another-lesson"], AFTER.shelters[form]
    page = host.open(before.page)
    [identity] = [e["id"] for e in page_data(page)["cells"] if e["source"] == before.text("edited")]
    write(page, identity, MINE)
    page.close()
    changing.publish(changing.second, host.site)

    page = host.open(shelter.page)
    lost = page.locator(f'#satchel-drawer [data-satchel-drawer="{identity}"]')
    expect(lost).to_contain_text(MINE)
    assert source(page, identity) == before.text("edited")
    lost.locator(".satchel-bring").click()
    expect(cell(page, identity)).to_have_attribute("data-state", "edited")
    assert source(page, identity) == MINE
    page.reload()
    ready(page)
    assert source(page, identity) == MINE
