"""The two views of an activity in a browser, the book's page and the notebook of JupyterLite: opening and running."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol
from urllib.parse import quote

from satchel.model import Cell

if TYPE_CHECKING:
    from playwright.async_api import Page, Route

# A loop that asks for ever is stopped after so many answers.
_MOST_QUESTIONS = 200
_TOO_MANY = f"it asked more than {_MOST_QUESTIONS} questions"
# The memory of WebAssembly only grows, so its size now is the most that there was. An error carries it out of a cell
# whatever the cell shows, and leaves nothing behind.
_HEAP = "import pyodide_js; raise MemoryError(pyodide_js._module.HEAPU8.length)"
_IN_LITE = """async ([code, most]) => {
  const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
  const future = kernel.requestExecute({ code, allow_stdin: true, stop_on_error: false });
  let asked = 0;
  const tooMany = new Promise((resolve) => {
    future.onStdin = (message) => {
      asked += 1;
      if (asked > most) resolve({ status: 'asked' });
      else future.sendInputReply({ status: 'ok', value: String(asked) }, message.header);
    };
  });
  const ended = new Promise((resolve) => {
    kernel.statusChanged.connect((_, status) => { if (status === 'dead') resolve({ status: 'dead' }); });
  });
  const done = future.done.then(({ content: { status, ename, evalue } }) => ({ status, ename, evalue }));
  return Promise.race([done, tooMany, ended]);
}"""
_LITE_IS_OPEN = "() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel != null"
_LITE_IS_READY = """async () => {
  const { sessionContext } = window.jupyterapp.shell.currentWidget;
  await sessionContext.ready;
  await sessionContext.session.kernel.info;
}"""


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How a cell ended: `name` and `value` are those of the error, empty if there was none.

    `told` is False if it is not Python that speaks but we do, for example because Python could not start.
    """

    name: str = ""
    value: str = ""
    told: bool = True

    @property
    def ok(self) -> bool:
        """Whether it ran without an error."""
        return not self.name and self.told

    @property
    def words(self) -> str:
        """The error in one line."""
        return " ".join(": ".join(part for part in (self.name, self.value) if part).split())


class View(Protocol):
    """One view of an activity, opened."""

    async def open(self, home: str) -> None:
        """Open it, and wait until cells can be asked for."""

    async def run(self, cell: Cell) -> Ended:
        """Run a cell of the author's; questions are answered with 1, 2, 3 and so on."""

    async def heap(self, cells: Sequence[Cell]) -> int | None:
        """Bytes of Python's memory, asked for in the place of one of these cells; None if they tell nothing."""


class BookView:
    """The page of the book."""

    def __init__(self, page: Page, path: str) -> None:
        self._page = page
        self._path = path

    async def open(self, home: str) -> None:
        """Open the page, and wait until its script is there."""
        await self._page.goto(home + quote(self._path))
        await self._page.wait_for_function("() => window.satchel !== undefined")
        await self._page.evaluate("() => window.satchel.ready")

    async def run(self, cell: Cell) -> Ended:
        """Run a cell as a script on the page does."""
        return await self._run(cell.id)

    async def _run(self, cell: str) -> Ended:
        done = asyncio.ensure_future(self._page.evaluate("id => window.satchel.run(id)", cell))
        try:
            for answer in range(1, _MOST_QUESTIONS + 2):
                if not await self._asks(done):
                    return await self._ended(cell, await done)
                field = await self._page.wait_for_selector(".satchel-stdin-field")
                assert field is not None
                await field.fill(str(answer))
                await field.press("Enter")
                await field.wait_for_element_state("hidden")
            return Ended(value=_TOO_MANY, told=False)
        finally:
            await _dropped(done)

    async def heap(self, cells: Sequence[Cell]) -> int | None:
        """Ask Python in the place of a cell, in a profile that nobody uses after."""
        if not cells:
            return None
        await self._page.evaluate("([id, text]) => window.satchel.setSource(id, text)", [cells[0].id, _HEAP])
        return _bytes(await self._run(cells[0].id))

    async def _asks(self, done: asyncio.Future[Any]) -> bool:
        """Wait until the cell asks (True) or has ended (False)."""
        field = asyncio.ensure_future(self._page.wait_for_selector(".satchel-stdin-field"))
        try:
            await asyncio.wait([done, field], return_when=asyncio.FIRST_COMPLETED)
            return not done.done()
        finally:
            await _dropped(field)

    async def _ended(self, cell: str, result: dict[str, Any] | None) -> Ended:
        if result is None:
            problem = self._page.locator(f'[data-satchel-cell="{cell}"] .satchel-problem')
            words = await problem.first.inner_text() if await problem.count() else "the page did not run it"
            return Ended(value=words, told=False)
        error = result.get("error") or {"name": "Error", "value": "without a message"}
        return Ended() if result["ok"] else Ended(name=error["name"], value=error["value"])


class LiteView:
    """The notebook in JupyterLite. Its kernel is asked, not its buttons."""

    def __init__(self, page: Page, path: str) -> None:
        self._page = page
        self._path = path

    async def open(self, home: str) -> None:
        """Open the notebook, and wait until its kernel answers."""
        # JupyterLite shows its parts to scripts only if its settings say so, and those of the site do not.
        await self._page.route("**/lite/jupyter-lite.json*", _exposed)
        await self._page.goto(f"{home}lite/notebooks/index.html?path={quote(self._path, safe='')}")
        await self._page.wait_for_function(_LITE_IS_OPEN)
        await self._page.evaluate(_LITE_IS_READY)

    async def run(self, cell: Cell) -> Ended:
        """Have the kernel run the author's text."""
        return await self._run(cell.source)

    async def _run(self, source: str) -> Ended:
        result = await self._page.evaluate(_IN_LITE, [source, _MOST_QUESTIONS])
        match result["status"]:
            case "ok":
                return Ended()
            case "asked":
                return Ended(value=_TOO_MANY, told=False)
            case "dead":
                return Ended(value="Python ended", told=False)
            case _:
                return Ended(name=_plain(result.get("ename") or "Error"), value=result.get("evalue") or "")

    async def heap(self, cells: Sequence[Cell]) -> int | None:
        """Ask Python."""
        return _bytes(await self._run(_HEAP))


async def _exposed(route: Route) -> None:
    response = await route.fetch()
    settings = await response.json()
    settings.setdefault("jupyter-config-data", {})["exposeAppInBrowser"] = True
    await route.fulfill(response=response, json=settings)


def _plain(name: str) -> str:
    """`<class 'json.decoder.JSONDecodeError'>`, as the kernel writes it, becomes `JSONDecodeError`."""
    return name.removeprefix("<class '").removesuffix("'>").rpartition(".")[2]


def _bytes(ended: Ended) -> int | None:
    return int(ended.value) if ended.name == "MemoryError" and ended.value.isdecimal() else None


async def _dropped(task: asyncio.Future[Any]) -> None:
    """End a task that nobody waits for any more, and hear its error, which is of no interest then."""
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)
