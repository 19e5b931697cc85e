"""A real Chromium, a plain file server, and a log of everything that was asked of anyone else."""

from __future__ import annotations

import functools
import http.server
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Playwright, Request

from .changing import Sites, build_both
from .profiles import Profile

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    # Nothing but this computer has an address.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
# What Chromium asks for itself, whatever page is open and whatever the flags say.
BROWSERS_OWN = (
    "update.googleapis.com",
    "clients2.google.com",
    "redirector.gvt1.com",
    "accounts.google.com",
    "content-autofill.googleapis.com",
    "optimizationguide-pa.googleapis.com",
)
PYTHON_STARTS = 120_000


class _Handler(http.server.SimpleHTTPRequestHandler):
    """A host that knows nothing of satchel: no extra headers, no compression."""

    def log_message(self, *_args: object) -> None:
        pass


@contextmanager
def serving(folder: Path, *, port: int = 0) -> Iterator[str]:
    """Serve a folder on a port of this computer, a free one if 0; yields its address, with a slash at the end."""
    handler = functools.partial(_Handler, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", port), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}/"
        server.shutdown()


@dataclass
class Requests:
    """Every request of a context, and those that went to anyone but the server under test."""

    all: list[str] = field(default_factory=list)
    outside: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext, home: str) -> None:
        def seen(request: Request) -> None:
            self.all.append(request.url)
            if not request.url.startswith((home, "data:", "blob:")):
                self.outside.append(request.url)

        context.on("request", seen)


@dataclass
class Student:
    """A browser profile at work: its context, the site's address, and what it asked for."""

    context: BrowserContext
    home: str
    requests: Requests

    def open(self, path: str) -> Page:
        """Open a page of the site; a failure in the page's own script fails the test."""
        page = self.context.new_page()
        page.set_default_timeout(60_000)
        page.goto(self.home + path)
        return page


@pytest.fixture(scope="session")
def strangers() -> Iterator[list[str]]:
    """First lines of everything that the browser asks of other computers, also by way of shared workers.

    The driver does not see those. So the browser gets a proxy for all that is not on this computer; it answers nobody.
    """
    asked: list[str] = []

    class Refusal(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            line = self.rfile.readline().decode("latin-1").strip()
            if not any(host in line for host in BROWSERS_OWN):
                asked.append(line)
            self.wfile.write(b"HTTP/1.1 502 Bad Gateway\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Refusal) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        asked.append(f"127.0.0.1:{proxy.server_address[1]}")
        yield asked
        proxy.shutdown()


@pytest.fixture(scope="session")
def flags(strangers: list[str]) -> list[str]:
    """How every Chromium of the suite is started."""
    return [*FLAGS, f"--proxy-server=http://{strangers.pop()}", "--proxy-bypass-list=127.0.0.1;localhost"]


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str, flags: list[str]) -> Iterator[Browser]:
    with playwright.chromium.launch(executable_path=chromium, args=flags) as launched:
        yield launched


@pytest.fixture
def profile(playwright: Playwright, chromium: str, flags: list[str], tmp_path: Path) -> Iterator[Profile]:
    """A fresh profile on disk: it outlives its browser, so the browser may be killed."""
    made = Profile(playwright, chromium, flags, tmp_path / "profile")
    yield made
    made.close()


@pytest.fixture(scope="session")
def home(demo_site: Path) -> Iterator[str]:
    """The address of the demonstration course."""
    with serving(demo_site) as address:
        yield address


@pytest.fixture
def student(browser: Browser, home: str, strangers: list[str]) -> Iterator[Student]:
    """A fresh profile on the demonstration course. Ends with: nothing was asked of anyone else."""
    requests = Requests()
    strangers.clear()
    with browser.new_context() as context:
        requests.watch(context, home)
        yield Student(context=context, home=home, requests=requests)
    assert (requests.outside, strangers) == ([], [])


@pytest.fixture(scope="session")
def changing(demo_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Sites:
    """Two editions of one course, for what must hold when the author goes on."""
    return build_both(tmp_path_factory.mktemp("changing"), lent=demo_out)
