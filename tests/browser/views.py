"""The two views of one notebook, the book's page and JupyterLite, in the same words; every wait is for a state."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Protocol

from playwright.sync_api import Locator, Page, expect

from . import pages

OVER = re.compile("^(ok|error)$")
RAN = re.compile(r"^\[\d+\]:$")
KINDS = {
    "application/vnd.jupyter.stdout": "out",
    "application/vnd.jupyter.stderr": "err",
    "text/plain": "text",
    "text/html": "html",
    "text/markdown": "markdown",
    "text/latex": "latex",
    "image/png": "png",
    "image/svg+xml": "svg",
    "lm-Widget jp-TrimmedOutputs jp-OutputArea-output": "more",
}
# Elements whose presence is part of what a reader sees.
TELLING = "b, strong, em, i, code, pre, h1, h2, ul, ol, li, table, th, td, caption, svg, math, mjx-container, form"

_READ = """async (root, telling) => {
  // Outputs inside of outputs, as `interact` has them, belong to the outer one.
  const outer = (child) => !root.contains(child.parentElement.closest('.jp-OutputArea-child'));
  const kindOf = (output) => output.dataset.mimeType
    ?? (output.querySelector('.jupyter-widgets') === null ? output.className : 'widget');
  const children = [...root.querySelectorAll('.jp-OutputArea-child')].filter(outer);
  return Promise.all(children.map(async (child) => {
    const output = child.querySelector('.jp-OutputArea-output') ?? child;
    const images = [...output.querySelectorAll('img')];
    await Promise.all(images.map((image) => image.decode().catch(() => undefined)));
    return {
      mime: kindOf(output),
      text: output.textContent,
      pictures: images.map((image) => [image.naturalWidth, image.naturalHeight]),
      elements: [...output.querySelectorAll(telling)].map((element) => element.localName),
      cells: [...output.querySelectorAll('th, td')].map((cell) => cell.textContent.trim()),
    };
  }));
}"""


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One output as a reader sees it. `pictures` are widths and heights in pixels, `cells` those of tables."""

    kind: str
    text: str
    pictures: tuple[tuple[int, int], ...] = ()
    elements: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()


def shown(raw: dict[str, Any]) -> Shown:
    return Shown(
        kind=KINDS.get(raw["mime"], raw["mime"]),
        text=raw["text"],
        pictures=tuple((width, height) for width, height in raw["pictures"]),
        elements=tuple(raw["elements"]),
        cells=tuple(raw["cells"]),
    )


class View(Protocol):
    """One view, opened on the notebook."""

    page: Page

    def start(self, cell: int) -> None:
        """Ask for this cell."""

    def over(self, cell: int) -> None:
        """Wait until it has run."""

    def stop(self) -> None: ...

    def question(self) -> Locator:
        """The field in which the reader answers."""

    def output(self, cell: int) -> Locator: ...


def read(view: View, cell: int) -> tuple[Shown, ...]:
    """What a cell shows now."""
    root = view.output(cell)
    return tuple(map(shown, root.evaluate(_READ, TELLING))) if root.count() else ()


class Book:
    """The page of the book."""

    def __init__(self, page: Page) -> None:
        self.page = page
        pages.ready(page)
        self._ids = pages.cell_ids(page)

    def _cell(self, cell: int) -> Locator:
        return pages.cell(self.page, self._ids[cell])

    def start(self, cell: int) -> None:
        self._cell(cell).locator(".satchel-run").click()

    def over(self, cell: int) -> None:
        pages.finished(self.page, self._ids[cell], ends=OVER)

    def stop(self) -> None:
        self.page.locator(".satchel-stop").click()

    def question(self) -> Locator:
        return self.page.locator(".satchel-stdin-field")

    def output(self, cell: int) -> Locator:
        return self._cell(cell).locator(".satchel-output")


class Lite:
    """The notebook in JupyterLite."""

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(page.locator(".jp-Notebook-ExecutionIndicator")).to_have_attribute(
            "data-status", "idle", timeout=pages.PYTHON_STARTS
        )

    def _cell(self, cell: int) -> Locator:
        return self.page.locator(".jp-CodeCell").nth(cell)

    def start(self, cell: int) -> None:
        self._cell(cell).locator(".cm-content").click()
        self.page.keyboard.press("Control+Enter")

    def over(self, cell: int) -> None:
        expect(self._cell(cell).locator(".jp-InputPrompt")).to_have_text(RAN, timeout=pages.PYTHON_STARTS)

    def stop(self) -> None:
        self.page.locator('[data-jp-item-name="interrupt"]').first.click()

    def question(self) -> Locator:
        return self.page.locator(".jp-Stdin-input")

    def output(self, cell: int) -> Locator:
        return self._cell(cell).locator(".jp-Cell-outputArea")
