"""Do satchel's adapter and the installed JupyterLite read each other's files?"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from .conftest import Requests, Student
from .drives import DRIVE, Drives, bundle
from .pages import PYTHON_STARTS
from .test_lite import open_notebook, run

pytestmark = pytest.mark.browser
READING = "module-2-tables/read-a-csv.ipynb"
WRITES = """
from pathlib import Path
Path('mine').mkdir()
Path('mine/text.txt').write_text('grüß\\n')
Path('mine/bytes.bin').write_bytes(bytes(range(256)))
Path('empty.txt').touch()
print('written')
"""
OWN = {
    "cells": [
        {"cell_type": "markdown", "id": "m", "metadata": {}, "source": "# From the adapter"},
        {"cell_type": "code", "id": "c", "metadata": {}, "source": "7", "outputs": [], "execution_count": None},
    ],
    "metadata": {"kernelspec": {"name": "python", "display_name": "Python (Pyodide)", "language": "python"}},
    "nbformat": 4,
    "nbformat_minor": 5,
}


@pytest.fixture(scope="session")
def script(demo_site: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The adapter, ready for a bare page. The site's build has installed what it is bundled with."""
    assert demo_site.is_dir()
    return bundle(tmp_path_factory.mktemp("adapter"))


@pytest.fixture
def drives(student: Student, script: Path) -> Drives:
    return Drives(student.context.new_page(), student.home, script)


@pytest.fixture
def another(browser: Browser, home: str, script: Path) -> Iterator[Callable[[], tuple[Student, Drives]]]:
    """Makes clean profiles, each with its drives."""
    contexts = []

    def make() -> tuple[Student, Drives]:
        context = browser.new_context()
        contexts.append(context)
        return Student(context=context, home=home, requests=Requests()), Drives(context.new_page(), home, script)

    yield make
    for context in contexts:
        context.close()


def save(page: Page) -> None:
    """Save the notebook by the keyboard, as a student does."""
    page.locator(".jp-Notebook").focus()
    page.keyboard.press("Control+s")


def add_cell(page: Page, text: str) -> None:
    """A cell of the student's own, below the first."""
    page.locator(".jp-CodeCell .jp-InputPrompt").first.click()
    page.keyboard.press("b")
    page.keyboard.press("Enter")
    page.keyboard.insert_text(text)
    page.keyboard.press("Escape")


def essence(item: dict[str, Any]) -> dict[str, Any]:
    """An item but for what JupyterLite leaves open: hashes that nobody has made, and how a time is written."""
    kept = {name: value for name, value in item.items() if name not in {"hash", "hash_algorithm"}}
    times = {name: datetime.fromisoformat(kept[name]) for name in ("created", "last_modified")}
    folder = {"mimetype": "", "content": None} if kept["type"] == "directory" else {}
    return {**kept, **times, **folder}


def test_what_jupyterlite_writes_is_read(student: Student, drives: Drives) -> None:
    page = open_notebook(student, READING)
    expect(run(page, WRITES)).to_contain_text("written")
    add_cell(page, "'a cell of mine'")
    save(page)
    drives.wait_for(READING, "a cell of mine")

    found = drives.contents()
    assert found is not None
    folder = READING.rpartition("/")[0]
    kinds = {path: (item["kind"], item["format"]) for path, item in found.items()}
    assert kinds[READING] == ("notebook", "json")
    assert kinds[f"{folder}/mine"] == ("directory", "json")
    assert {kinds[f"{folder}/{name}"][0] for name in ("mine/text.txt", "mine/bytes.bin", "empty.txt")} == {"file"}
    assert "a cell of mine" in json.dumps(found[READING]["value"])
    sizes = {path.removeprefix(f"{folder}/"): item["size"] for path, item in found.items()}
    assert (sizes["mine/text.txt"], sizes["mine/bytes.bin"], sizes["empty.txt"]) == (7, 256, 0)
    assert all(item["modified"] > 1_700_000_000_000 for item in found.values())

    # Read and written again by the adapter, every item is what JupyterLite has stored, property by property.
    before = drives.raw()
    again = drives.page.evaluate(
        """async (name) => [...await new adapter.Drive(name).contents()]
          .map(([path, item]) => [path, adapter.stored(item)])""",
        DRIVE,
    )
    assert {path: essence(item) for path, item in again} == {path: essence(item) for path, item in before.items()}


def test_a_drive_made_here_is_laid_out_like_jupyterlites(
    student: Student, drives: Drives, another: Callable[[], tuple[Student, Drives]]
) -> None:
    page = open_notebook(student, READING)
    expect(run(page, "import os\nos.mkdir('mine')\nprint('made')")).to_contain_text("made")
    save(page)
    drives.wait_for(READING, "made")
    for _ in range(600):
        if "checkpoints" in drives.layout()[1]:
            break
        drives.page.evaluate("() => new Promise(requestAnimationFrame)")
    _, others = another()
    others.put({"a.txt": ("text", "x")})
    assert others.layout() == drives.layout()


def test_what_the_adapter_writes_is_listed_opened_and_gone_on_with(student: Student, drives: Drives) -> None:
    drives.put({
        "mine": ("directory", None),
        "mine/own.ipynb": ("json", OWN),
        "mine/data.txt": ("text", "grüß"),
        "mine/bytes.bin": ("base64", "AAEC/w=="),
    })  # fmt: skip
    page = open_notebook(student, "mine/own.ipynb")
    expect(page.locator(".jp-MarkdownCell h1")).to_contain_text("From the adapter")
    code = "import os\nprint(sorted(os.listdir()), open('data.txt').read(), list(open('bytes.bin', 'rb').read()))"
    expect(run(page, code)).to_contain_text("['bytes.bin', 'data.txt', 'own.ipynb'] grüß [0, 1, 2, 255]")
    # JupyterLite goes on with the same database: what it adds lies beside what was there.
    expect(run(page, "os.mkdir('more')\nopen('data.txt', 'a').write('!')\nprint('done')")).to_contain_text("done")
    drives.wait_for("mine/data.txt", "grüß!")
    assert drives.layout()[0] == 4

    tree = student.open("lite/tree/index.html")
    expect(tree.locator(".jp-DirListing-item", has_text="mine")).to_be_visible(timeout=PYTHON_STARTS)


def test_looking_makes_nothing_and_stands_in_nobodys_way(student: Student, drives: Drives) -> None:
    assert drives.contents() is None
    drives.put({}, "never")
    assert drives.names() == []
    # With JupyterLite open beside it, in both directions.
    page = open_notebook(student, READING)
    drives.put({"beside.txt": ("text", "x")})
    code = "import os\nopen('a.txt', 'w').write('from Python')\nprint(os.path.exists('/drive/beside.txt'))"
    expect(run(page, code)).to_contain_text("True")
    drives.wait_for("module-2-tables/a.txt", "from Python")
    assert "beside.txt" in (drives.contents() or {})
