"""What a student does on a page, in the words of the page's contract, for a browser without Playwright."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from .bidi import Tab
from .firefox import Firefox

PAGE = "module-2-tables/read-a-csv.html"
CELL = "one-row"
PYTHON_STARTS = 120.0
_STORAGE = "() => document.getElementById('satchel-status').dataset.storage"
_EDITOR = """id => {
  const editor = document.querySelector(`[data-satchel-cell="${id}"] .satchel-editor`);
  if (!editor.contains(document.activeElement)) editor.focus();
  return document.activeElement.classList.contains('cm-content') && editor.contains(document.activeElement);
}"""
_RECORD = """async cell => {
  const page = JSON.parse(document.getElementById('satchel-page').textContent);
  const opened = indexedDB.open(`satchel/${page.course.id}`);
  const db = await new Promise((good, bad) => { opened.onsuccess = () => good(opened.result); opened.onerror = bad; });
  const asked = db.transaction('edits').objectStore('edits').get([page.notebook, cell]);
  const record = await new Promise((good, bad) => { asked.onsuccess = () => good(asked.result); asked.onerror = bad; });
  db.close();
  return record ?? null;
}"""


@dataclass
class Student:
    """A student's browser: its tabs share one storage."""

    browser: Firefox
    home: str
    container: str = "default"

    def open(self, path: str = PAGE) -> Tab:
        """Opens a page of the course in a new tab."""
        tab = self.browser.tab(self.container)
        tab.goto(self.home + path)
        return ready(tab)


def ready(tab: Tab) -> Tab:
    """Waits until the student's work is back in the page."""
    tab.until("() => window.satchel !== undefined")
    tab.evaluate("() => window.satchel.ready")
    return tab


def again(tab: Tab) -> Tab:
    """Reloads the page and waits until it is ready."""
    tab.reload()
    return ready(tab)


def source(tab: Tab, cell: str = CELL) -> str:
    """The text of a cell as the page has it."""
    return str(tab.evaluate("id => window.satchel.source(id)", cell))


def rewrite(tab: Tab, text: str, cell: str = CELL) -> None:
    """Replaces a cell's text with real keys."""
    tab.activate()
    tab.until(_EDITOR, cell)
    tab.press("Control", "a")
    tab.type(text)
    tab.until("([id, text]) => window.satchel.source(id) === text", [cell, text])


def storage(tab: Tab) -> str:
    """What the page says about the work."""
    return str(tab.evaluate(_STORAGE))


def says(tab: Tab, state: str) -> None:
    """Waits until the page says this about the work."""
    tab.until(f"state => ({_STORAGE})() === state", state)


def record(tab: Tab, cell: str = CELL) -> dict[str, Any] | None:
    """What lies in the store for a cell."""
    found: dict[str, Any] | None = tab.evaluate(_RECORD, cell)
    return found


def held(tab: Tab, cell: str = CELL) -> set[str]:
    """All texts of a cell that can be had back: the one shown, a second one, and earlier ones."""
    found = record(tab, cell)
    if found is None:
        return set()
    rival = [found["rival"]["text"]] if found["rival"] else []
    return {found["text"], *rival, *(version["text"] for version in found["versions"])}


def press(tab: Tab, selector: str, cell: str = CELL) -> None:
    """Presses a button of a cell, once it is there to be pressed."""
    tab.until(
        """([id, selector]) => {
          const button = document.querySelector(`[data-satchel-cell="${id}"] ${selector}`);
          if (!button?.checkVisibility() || button.disabled) return false;
          button.click();
          return true;
        }""",
        [cell, selector],
    )


def state(tab: Tab, name: str, expected: str, cell: str = CELL, patience: float = 30.0) -> None:
    """Waits for a state of a cell, as in `data-run="ok"`."""
    script = """([id, name, expected]) =>
      document.querySelector(`[data-satchel-cell="${id}"]`).getAttribute(name) === expected"""
    tab.until(script, [cell, name, expected], patience=patience)
