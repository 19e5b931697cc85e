"""What a student does with all of their work, in the words of the page's contract."""

from __future__ import annotations

from playwright.sync_api import FilePayload, Locator, Page, expect

from .pages import saved


def write(page: Page, identity: str, text: str) -> None:
    """Change a cell and wait until that is saved."""
    page.evaluate("([id, text]) => window.satchel.setSource(id, text)", [identity, text])
    saved(page)


def holds(page: Page, identity: str, text: str) -> None:
    """Wait until a cell holds this text."""
    page.wait_for_function("([id, text]) => window.satchel.source(id) === text", arg=[identity, text])


def panel(page: Page) -> Locator:
    """Open *My work*."""
    page.locator(".satchel-open-workspace").click()
    found = page.locator("#satchel-workspace")
    expect(found.locator(".satchel-facts li").first).to_be_visible()
    return found


def exported(page: Page) -> bytes:
    """A backup as a script gets it."""
    packed = page.evaluate(
        "async () => Array.from(new Uint8Array(await (await window.satchel.exportWork()).arrayBuffer()))"
    )
    return bytes(packed)


def offer(page: Page, backup: bytes, name: str = "work.zip") -> Locator:
    """Choose a file to restore from, as a student does; returns the panel."""
    found = panel(page)
    with page.expect_file_chooser() as chooser:
        found.locator(".satchel-restore").click()
    chooser.value.set_files(FilePayload(name=name, mimeType="application/zip", buffer=backup))
    return found
