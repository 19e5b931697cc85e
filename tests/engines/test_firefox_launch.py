"""Does the click that leads to a server open it in Firefox, with the work saved, and is it told if there is none?"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest

from ..browser.hosts import GPU_PAGE, PLACEHOLDER, answering, closed_port
from ..browser.hosts import Host as Hub
from ..browser.statichost import Host
from .bidi import Tab
from .firefox import Firefox
from .student import Student, record, rewrite

pytestmark = pytest.mark.browser
CELL = "run-training"
MINE = "print('trained by me')"
PATIENCE = 60.0
BUTTON = """() => {
  const button = document.querySelector('.satchel-open-hosted');
  if (!button?.checkVisibility()) return false;
  button.focus();
  return document.activeElement === button;
}"""
Leading = Callable[[str], AbstractContextManager[Tab]]


@pytest.fixture
def leading(demo_site: Path, firefox: Firefox) -> Leading:
    """Opens the page of the activity that needs a server; its links lead to the address that is given."""

    @contextmanager
    def open_page(address: str) -> Iterator[Tab]:
        host = Host(demo_site)
        text = (demo_site / GPU_PAGE).read_text("utf-8").replace(PLACEHOLDER, address).encode()
        host.fate = lambda path: text if path == f"/{GPU_PAGE}" else None
        container = firefox.container()
        try:
            yield Student(firefox, host.home, container).open(GPU_PAGE)
        finally:
            firefox.forget(container)
            host.down()

    return open_page


def launch(tab: Tab) -> None:
    """By the keyboard: a press that a script makes up opens no window."""
    tab.activate()
    tab.until(BUTTON)
    tab.press("Enter")


def told(tab: Tab, state: str) -> str:
    """Waits for what is told of the launch; its words."""
    tab.until("how => document.querySelector('.satchel-launching')?.dataset.launch === how", state, patience=PATIENCE)
    return str(tab.evaluate("() => document.querySelector('.satchel-launching').innerText"))


def asked(hub: Hub) -> bool:
    return any(path.startswith("/hub/spawn") for path in hub.paths)


def test_the_server_opens_and_the_work_is_saved(leading: Leading) -> None:
    with answering() as hub, leading(hub.address) as tab:
        rewrite(tab, MINE, CELL)
        launch(tab)
        assert "about three minutes" in told(tab, "open")
        assert asked(hub)
        kept = record(tab, CELL)
        assert kept
        assert kept["text"] == MINE


def test_a_server_that_is_down_is_told(leading: Leading) -> None:
    with leading(f"http://127.0.0.1:{closed_port()}") as tab:
        rewrite(tab, MINE, CELL)
        launch(tab)
        assert "safe in this browser" in told(tab, "down")
        kept = record(tab, CELL)
        assert kept
        assert kept["text"] == MINE
