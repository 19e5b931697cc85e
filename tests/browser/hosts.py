"""Servers that a launch may meet: they answer, ask to sign in, never say a word, or are gone."""

from __future__ import annotations

import http.server
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Route

# The address in the demonstration course, and the page of its activity that a server runs.
PLACEHOLDER = "https://hub.example.edu"
GPU_PAGE = "module-4-models/neural-network.html"


@dataclass
class Host:
    """A server on this computer: its address without a slash, and when it was asked for what, in seconds since 1970."""

    address: str
    asked: list[tuple[float, str]] = field(default_factory=list)

    @property
    def paths(self) -> list[str]:
        return [path for _, path in self.asked]


@contextmanager
def answering(*, port: int = 0, signed_in: bool = True) -> Iterator[Host]:
    """A server that shows a page for every address; without `signed_in` it leads to a login first, as a hub does."""
    host = Host(address="")

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            host.asked.append((time.time(), self.path))
            login = self.path.startswith("/hub/login")
            if not signed_in and self.path.startswith("/hub/") and not login:
                self.send_response(302)
                self.send_header("Location", "/hub/login?next=" + self.path.replace("&", "%26"))
                self.end_headers()
                return
            body = f"<title>{'Sign in' if login else 'The server'}</title><p>Here.</p>".encode()
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", port), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        host.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield host
        server.shutdown()


@contextmanager
def silent() -> Iterator[Host]:
    """A server that takes every call and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield Host(address=f"http://127.0.0.1:{server.getsockname()[1]}")


def closed_port() -> int:
    """A port at which nobody answers."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def leads_to(context: BrowserContext, host: str) -> None:
    """Let the launch links of the demonstration course lead to `host`, on its pages and in JupyterLite.

    The pages themselves stay the server's own: browsers do not let a page that comes from nowhere ask this computer.
    """
    context.add_init_script(f"""document.addEventListener('DOMContentLoaded', () => {{
      for (const link of document.querySelectorAll('a.satchel-open-hosted')) {{
        link.href = link.href.replace({PLACEHOLDER!r}, {host!r});
      }}
    }})""")
    context.route("**/lite/jupyter-lite.json*", lambda route: _elsewhere(route, host))


def leads_to_in_html(context: BrowserContext, host: str) -> None:
    """The same where no script runs."""
    context.route("**/*.html", lambda route: _elsewhere(route, host))


def _elsewhere(route: Route, host: str) -> None:
    response = route.fetch()
    route.fulfill(response=response, body=response.text().replace(PLACEHOLDER, host))
