"""What a student does in a notebook of JupyterLite; every wait is for a state."""

from __future__ import annotations

import re
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from .pages import PYTHON_STARTS, cell
from .records import COURSE

SAVED = re.compile("^(saved|empty)$")


def address(home: str, path: str, view: str = "notebooks") -> str:
    """Where JupyterLite shows the notebook at `path`."""
    return f"{home}lite/{view}/index.html?path={path.replace('/', '%2F')}"


def open_notebook(context: BrowserContext, home: str, path: str) -> Page:
    """Open a notebook of the course, and wait until it is in step with the book."""
    page = context.new_page()
    page.set_default_timeout(60_000)
    page.goto(address(home, path))
    together(page)
    return page


def again(page: Page) -> None:
    """Load the notebook again."""
    page.reload()
    together(page)


def together(page: Page) -> None:
    """Wait until the notebook is in step with the book."""
    expect(page.locator(".satchel-saving")).to_have_attribute("data-storage", SAVED, timeout=PYTHON_STARTS)
    expect(page.locator(".jp-Cell[data-satchel-cell]").first).to_be_visible(timeout=PYTHON_STARTS)


def text(page: Page, identity: str) -> str:
    """The text of a cell as its editor shows it; the cell is brought into view for that."""
    found = cell(page, identity)
    found.scroll_into_view_if_needed()
    return "\n".join(found.locator(".cm-line").all_inner_texts())


def shows(page: Page, identity: str, wanted: str) -> None:
    """Wait until a cell shows this text."""
    expect(cell(page, identity).locator(".cm-content")).to_have_text(re.compile(f"^{_loosely(wanted)}$"))


def _loosely(wanted: str) -> str:
    # Lines have no ends between them in the page.
    return "\n?".join(re.escape(line) for line in wanted.split("\n"))


def rewrite(page: Page, identity: str, wanted: str) -> None:
    """Replace a cell's text by typing."""
    cell(page, identity).locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(wanted)
    shows(page, identity, wanted)


def saved(page: Page) -> None:
    """Wait until the notebook's toolbar says that all edits are saved."""
    expect(page.locator(".satchel-saving")).to_have_attribute("data-storage", "saved")


def code_ids(file: dict[str, Any], known: list[str]) -> list[str]:
    """The author's code cells in the order of a saved notebook. JupyterLab draws only what is in view."""
    return [each["id"] for each in file["content"]["cells"] if each["id"] in known]


def texts(file: dict[str, Any]) -> list[str]:
    """The texts of all cells of a saved notebook."""
    return ["".join(each["source"]) for each in file["content"]["cells"]]


def select(page: Page, found: Locator) -> None:
    """Make a cell the active one, in command mode."""
    found.scroll_into_view_if_needed()
    found.locator(".jp-InputPrompt").click(force=True)
    expect(found).to_have_class(re.compile("jp-mod-active"))


def in_drive(page: Page, path: str) -> dict[str, Any] | None:
    """The file at `path` as JupyterLite's drive has it; `None` if it was never saved there."""
    found: dict[str, Any] | None = page.evaluate(
        """([name, path]) => new Promise((resolve, reject) => {
          const opened = indexedDB.open(name);
          opened.onerror = () => reject(opened.error);
          opened.onsuccess = () => {
            const db = opened.result;
            const end = (value) => { db.close(); resolve(value ?? null); };
            if (!db.objectStoreNames.contains('files')) return end(null);
            const asked = db.transaction('files').objectStore('files').get(path);
            asked.onsuccess = () => end(asked.result);
            asked.onerror = () => reject(asked.error);
          };
        })""",
        [f"satchel/{COURSE}/lite/contents", path],
    )
    return found


# Runs `(file) => …` on the file at `path` in the drive `name`, or on undefined, and resolves with whether it is true.
_FILE_IS = """([name, path, given]) => new Promise((resolve) => {
  const opened = indexedDB.open(name);
  opened.onsuccess = () => {
    const asked = opened.result.transaction('files').objectStore('files').get(path);
    asked.onsuccess = () => {
      opened.result.close();
      resolve((%s)(asked.result));
    };
  };
})"""


def save(page: Page, path: str) -> dict[str, Any]:
    """Save the notebook by its key, and wait until the drive has what is shown; returns the file."""
    before = (in_drive(page, path) or {}).get("last_modified")
    page.keyboard.press("Control+s")
    newer = _FILE_IS % "(file) => file !== undefined && file.last_modified !== given"
    page.wait_for_function(newer, arg=[f"satchel/{COURSE}/lite/contents", path, before])
    found = in_drive(page, path)
    assert found is not None
    return found


def in_step_with_drive(page: Page, course: str, path: str, wanted: str) -> None:
    """Wait until the drive has the notebook at `path` with this text in one of its cells."""
    holds = _FILE_IS % "(file) => JSON.stringify(file?.content?.cells ?? []).includes(given)"
    page.wait_for_function(holds, arg=[f"satchel/{course}/lite/contents", path, wanted])
