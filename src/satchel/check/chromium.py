"""A Chromium of its own for each activity, watched for what it asks of others."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from satchel.errors import ToolFailed

if TYPE_CHECKING:
    from playwright.async_api import Browser, Page, Playwright, Request

_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
)
# The driver does not see what shared workers ask for. Without them a page gives its Python a worker of its own.
_SEEN = "delete globalThis.SharedWorker;"
# Seconds that a browser may take to end.
_PATIENCE = 10


@dataclass
class Visit:
    """An open page, and the origins other than `home` that it or its workers have asked so far."""

    page: Page
    home: str
    origins: set[str] = field(default_factory=set)

    def note(self, address: str) -> None:
        """Remember whom an address belongs to, unless it is the site itself or no server at all."""
        parts = urlsplit(address)
        if parts.netloc and parts.scheme in {"http", "https", "ws", "wss"} and not address.startswith(self.home):
            self.origins.add(f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}")


def executable() -> str:
    """The path of the Chromium or Chrome of this computer.

    Raises:
        ToolFailed: there is none.
    """
    found = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    if found is None:
        raise ToolFailed("Chromium was not found", cure="Install it, for example: apt-get install chromium")
    return found


@asynccontextmanager
async def driver() -> AsyncIterator[Playwright]:
    """The program that speaks with browsers.

    Raises:
        ToolFailed: Playwright is not installed.
    """
    try:
        from playwright.async_api import async_playwright  # noqa: PLC0415 - an optional dependency
    except ModuleNotFoundError as error:
        raise ToolFailed("Playwright was not found", cure="Install it: pip install 'satchel[check]'") from error
    async with async_playwright() as started:
        yield started


@asynccontextmanager
async def visiting(started: Playwright, path: str, home: str) -> AsyncIterator[Visit]:
    """A page in a fresh profile of a browser of its own: if it crashes or hangs, no other activity does.

    Raises:
        ToolFailed: the browser does not even start, which no activity is to blame for.
    """
    browser = await _launched(started, path)
    try:
        # Nobody looks: what moves while Python works would only take time from it, where there is no graphics card.
        context = await browser.new_context(reduced_motion="reduce")
        await context.add_init_script(_SEEN)
        page = await context.new_page()
        # Who visits sets limits of their own.
        page.set_default_timeout(0)
        visit = Visit(page=page, home=home)

        def asked(request: Request) -> None:
            visit.note(request.url)

        context.on("request", asked)
        page.on("websocket", lambda socket: visit.note(socket.url))
        yield visit
    finally:
        # One that does not end by itself ends with the driver.
        closing = asyncio.ensure_future(browser.close())
        await asyncio.wait([closing], timeout=_PATIENCE)
        if closing.done() and not closing.cancelled():
            closing.exception()


async def _launched(started: Playwright, path: str) -> Browser:
    from playwright.async_api import Error as BrowserError  # noqa: PLC0415 - only where a check runs

    try:
        return await started.chromium.launch(executable_path=path, args=_FLAGS)
    except BrowserError as error:
        raise ToolFailed(
            "Starting Chromium for the check",
            detail="\n".join(error.message.strip().splitlines()[:20]),
            cure=f"Try `{path} --headless --dump-dom about:blank` by hand; it says what is missing.",
        ) from error
