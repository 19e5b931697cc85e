"""What a student does with the hosted Python of a page; every wait is for a state."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from urllib.parse import quote

from playwright.sync_api import BrowserContext, Locator, Page, expect

from .running import Hub, ready

# A kernel starts in two seconds, or in half a minute on a loaded machine with two cores.
LONG = 120_000
DUMP = """async () => {
  const said = [JSON.stringify({...localStorage}), JSON.stringify({...sessionStorage}), document.cookie, location.href,
    JSON.stringify(history.state), document.documentElement.outerHTML, window.name];
  for (const {name} of await indexedDB.databases()) {
    const base = await new Promise((done, failed) => {
      const asked = indexedDB.open(name);
      asked.onsuccess = () => done(asked.result);
      asked.onerror = () => failed(asked.error);
    });
    for (const store of base.objectStoreNames) {
      const all = await new Promise((done) => {
        const asked = base.transaction(store).objectStore(store).getAll();
        asked.onsuccess = () => done(asked.result);
      });
      said.push(JSON.stringify(all));
    }
    base.close();
  }
  return said.join('\\n');
}"""


@dataclass
class Overheard:
    """Every address that the browser has asked for, also in vain, and what its console said."""

    addresses: list[str] = field(default_factory=list)
    sockets: list[str] = field(default_factory=list)
    console: list[str] = field(default_factory=list)

    def watch(self, page: Page) -> None:
        page.on("request", lambda request: self.addresses.append(request.url))
        page.on("websocket", lambda socket: self.sockets.append(socket.url))
        page.on("console", lambda message: self.console.append(message.text))


def start_server(hub: Hub, student: str, *, profile: str = "gpu") -> str:
    """Start a student's server as the button would; gives a token of the student's."""
    token = hub.token_of(student)
    hub.api("POST", f"/users/{quote(student)}/server", json={"profile": profile})
    ready(hub, student)
    return token


def open_page(context: BrowserContext, address: str) -> tuple[Page, Overheard]:
    """Open a page of the book, with an ear on it."""
    page = context.new_page()
    heard = Overheard()
    heard.watch(page)
    page.goto(address)
    page.evaluate("window.satchel.ready")
    return page, heard


def offer(page: Page, token: str, *, host: str = "gpu") -> Locator:
    """Open the dialog and give it a token, with the keyboard alone; gives the dialog."""
    way = page.locator(f'.satchel-open-hosted[data-host="{host}"] + .satchel-use-hosted')
    way.focus()
    page.keyboard.press("Enter")
    dialog = page.locator("#satchel-hosted")
    expect(dialog).to_be_visible()
    field = dialog.locator(".satchel-token")
    field.focus()
    page.keyboard.insert_text(token)
    page.keyboard.press("Enter")
    return dialog


def connect(page: Page, token: str, *, host: str = "gpu") -> None:
    """Connect a page to the hosted Python."""
    dialog = offer(page, token, host=host)
    expect(dialog).to_be_hidden(timeout=LONG)
    expect(page.locator("#satchel-status")).to_have_attribute("data-python", "hosted")
    expect(page.locator("#satchel-status")).to_have_attribute("data-kernel", "idle", timeout=LONG)


def write(page: Page, code: str, number: int = 0) -> Locator:
    """Put code into a cell as if it were typed; gives the cell."""
    cell = page.locator("[data-satchel-cell]").nth(number)
    identity = cell.get_attribute("data-satchel-cell")
    page.evaluate("([id, text]) => window.satchel.setSource(id, text)", [identity, code])
    return cell


def begin(page: Page, code: str, number: int = 0) -> Locator:
    """Write code and press Run."""
    cell = write(page, code, number)
    cell.locator(".satchel-run").click()
    return cell


def run(page: Page, code: str, number: int = 0, *, state: str = "ok") -> Locator:
    """Write code, run it and wait for its end; gives the place of its outputs."""
    cell = begin(page, code, number)
    expect(cell).to_have_attribute("data-run", re.compile("^(ok|error)$"), timeout=LONG)
    expect(cell).to_have_attribute("data-run", state)
    return cell.locator(".satchel-output")
