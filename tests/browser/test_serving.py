"""Does an author who works with `--serve` see each change by itself, and what is wrong, without losing anything?"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from ..conftest import ROOT, lend_browser_side
from .pages import cell, cell_ids, finished, kernel, ready

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
SITE = ROOT / "tests" / "sites" / "tiny"
PAGE = "lessons/words.html"
# One build, on a slow computer that does other things as well.
BUILT = 300_000


@dataclass
class Author:
    """An author's terminal with `--serve` in it, and the course's folder."""

    course: Path
    out: Path
    process: subprocess.Popen[str] = field(init=False)
    address: str = ""
    _lines: list[str] = field(default_factory=list)
    _more: threading.Condition = field(default_factory=threading.Condition)

    def start(self) -> None:
        """Start it and wait for the address."""
        self.process = subprocess.Popen(
            [sys.executable, str(ROOT / "build.py"), str(self.course), "--out", str(self.out), "--serve", "0"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            env={**os.environ, "COLUMNS": "160", "NO_COLOR": "1"},
            # So that Ctrl+C can reach it as in a terminal: with all that it has started.
            start_new_session=True,
        )
        threading.Thread(target=self._read, daemon=True).start()
        self.address = self.said("http://127.0.0.1:")

    def said(self, text: str, *, after: int = 0) -> str:
        """Wait for a line with this text, behind the first `after` lines."""
        with self._more:
            found = self._more.wait_for(lambda: self._find(text, after) or self._ended(), BUILT / 1000)
            assert found and self._find(text, after), "\n".join(self._lines)
            return self._find(text, after) or ""

    @property
    def lines(self) -> int:
        """How much it has said."""
        return len(self._lines)

    def press_control_c(self) -> int:
        """Press Ctrl+C; the exit code."""
        os.killpg(self.process.pid, signal.SIGINT)
        return self.process.wait(BUILT / 1000)

    def rewrite(self, old: str, new: str, name: str = "lessons/words.md") -> None:
        """Change one text of a source, as an editor does that saves."""
        path = self.course / "content" / name
        text = path.read_text("utf-8")
        assert text.count(old) == 1
        path.write_text(text.replace(old, new), "utf-8")

    def _find(self, text: str, after: int) -> str | None:
        return next((line for line in self._lines[after:] if text in line), None)

    def _ended(self) -> bool:
        return bool(self._lines) and self._lines[-1] == "(ended)"

    def _read(self) -> None:
        for line in iter(self.process.stdout.readline, "") if self.process.stdout else ():
            with self._more:
                self._lines.append(line.rstrip())
                self._more.notify_all()
        with self._more:
            self._lines.append("(ended)")
            self._more.notify_all()


@contextlib.contextmanager
def authoring(demo_out: Path, folder: Path) -> Iterator[Author]:
    """An author who has just started. What runs is ended at the end."""
    out = folder / "out"
    lend_browser_side(demo_out, out)
    author = Author(Path(shutil.copytree(SITE, folder / "course")), out)
    author.start()
    try:
        yield author
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(author.process.pid, signal.SIGKILL)
        author.process.wait()


@pytest.fixture(scope="module")
def author(demo_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Author]:
    """An author at work; the first build is done, and no zip was made of it."""
    with authoring(demo_out, tmp_path_factory.mktemp("author")) as working:
        working.said("  open  ")
        assert list(working.out.glob("*.zip")) == []
        yield working


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": 900, "height": 400}) as made:
        made.set_default_timeout(60_000)
        yield made


def looking(author: Author, context: BrowserContext, path: str = PAGE) -> Page:
    """A page of the course, open in a tab and listening."""
    page = context.new_page()
    with page.expect_response("**/.satchel/news"):
        page.goto(author.address + path)
    ready(page)
    return page


def told(page: Page) -> Locator:
    """What stands over the page."""
    return page.locator("satchel-live")


def test_the_first_build_shows_by_itself_and_control_c_ends_the_next_at_once(
    demo_out: Path, context: BrowserContext, tmp_path: Path
) -> None:
    with authoring(demo_out, tmp_path) as author:
        page = context.new_page()
        page.goto(author.address)
        expect(page.locator("h1")).to_have_text("Building the course")
        expect(page.locator("article h1")).to_contain_text("tiny course", timeout=BUILT)
        author.said("  open  ")
        heard = author.lines
        author.rewrite("tiny course", "tiny, tiny course", "index.md")
        author.said("building again", after=heard)
        expect(told(page)).to_have_attribute("data-state", "building")
        assert author.press_control_c() == 130
        # What was on show is whole.
        assert (author.out / "site" / "SHA256SUMS").is_file()


def test_every_open_page_shows_a_change_by_itself_and_stays_where_it_is(
    author: Author, context: BrowserContext
) -> None:
    one, two = looking(author, context), looking(author, context, "index.html")
    one.evaluate("scrollTo(0, 250)")
    one.wait_for_function("scrollY >= 200")
    place = one.evaluate("scrollY")
    author.rewrite("A text notebook", "A changed notebook")
    expect(one.locator("article h1 ~ p, article p").filter(has_text="A changed notebook").first).to_be_attached(
        timeout=BUILT
    )
    ready(one)
    one.wait_for_function("place => Math.abs(scrollY - place) < 40", arg=place)
    # The other tab has gone along.
    edition = one.locator("script[data-edition]").get_attribute("data-edition")
    expect(two.locator("script[data-edition]")).to_have_attribute("data-edition", str(edition))
    author.rewrite("A changed notebook", "A text notebook")
    expect(one.get_by_text("A text notebook").first).to_be_attached(timeout=BUILT)
    # The script is the server's alone.
    assert b"satchel/live.js" not in (author.out / "site" / PAGE).read_bytes()


def test_what_is_wrong_stands_over_the_old_page_until_it_is_mended(author: Author, context: BrowserContext) -> None:
    page = looking(author, context, "lessons/numbers.html")
    heading = page.locator("article h1").inner_text()
    author.rewrite('"nbformat": 4,', '"nbformat": 4,,', "lessons/numbers.ipynb")
    expect(told(page)).to_have_attribute("data-state", "problem", timeout=BUILT)
    expect(told(page)).to_contain_text("content/lessons/numbers.ipynb, line")
    expect(told(page)).to_contain_text("→")
    assert page.locator("article h1").inner_text() == heading
    told(page).get_by_role("button", name="Close").click()
    expect(told(page)).to_have_attribute("data-state", "none")
    # Another tab is told all the same.
    other = looking(author, context)
    expect(told(other)).to_have_attribute("data-state", "problem")
    author.rewrite('"nbformat": 4,,', '"nbformat": 4,', "lessons/numbers.ipynb")
    expect(told(other)).to_have_attribute("data-state", "none", timeout=BUILT)


def test_a_cell_at_work_is_not_interrupted(author: Author, context: BrowserContext) -> None:
    page = looking(author, context)
    first = cell_ids(page)[0]
    page.evaluate("id => window.satchel.setSource(id, 'while True: pass')", first)
    cell(page, first).locator(".satchel-run").click()
    kernel(page, "busy")
    author.rewrite("A text notebook", "A newer notebook")
    expect(told(page)).to_have_attribute("data-state", "newer", timeout=BUILT)
    expect(told(page)).to_contain_text("new version")
    expect(cell(page, first)).to_have_attribute("data-run", "running")
    page.locator(".satchel-stop").click()
    finished(page, first, ends="error")
    # What it has put out is still to be read, so the author decides when to go on.
    expect(told(page)).to_have_attribute("data-state", "newer")
    told(page).get_by_role("button", name="Reload").click()
    expect(page.get_by_text("A newer notebook").first).to_be_attached()
    ready(page)
    # What the author typed is still there.
    assert page.evaluate("id => window.satchel.source(id)", first) == "while True: pass"
    author.rewrite("A newer notebook", "A text notebook")
    expect(page.get_by_text("A text notebook").first).to_be_attached(timeout=BUILT)
