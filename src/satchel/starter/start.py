"""Starts this course on your own computer and opens it in your browser. Needs Python 3.8 or newer, nothing else.

    python start.py

The course is served to this computer only. Your work is kept by the browser under this address, so the address
must stay the same: a second start finds the first one and just opens the browser.
"""

from __future__ import annotations

import argparse
import http.client
import http.server
import json
import os
import socketserver
import sys
import threading
import urllib.request
import webbrowser
from pathlib import Path
from typing import Any

HOST = "127.0.0.1"
PORT = 8657
SITE = Path(__file__).resolve().parent / "site"
TYPES = {
    ".js": "text/javascript",
    ".mjs": "text/javascript",
    ".wasm": "application/wasm",
    ".json": "application/json",
    ".ipynb": "application/json",
    ".whl": "application/octet-stream",
    ".svg": "image/svg+xml",
    ".css": "text/css",
    ".woff2": "font/woff2",
}


class Course(http.server.SimpleHTTPRequestHandler):
    """Serves the site folder with the types that browsers insist on for modules and WebAssembly."""

    extensions_map = {**http.server.SimpleHTTPRequestHandler.extensions_map, **TYPES}  # noqa: RUF012 - as upstream
    tag: str | None = None

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, directory=str(SITE), **options)

    def send_head(self) -> Any:
        # All files of all zips carry the same time, so only contents tell a newer course from the one in the cache.
        del self.headers["If-Modified-Since"]
        self.tag = self.content_tag()
        if self.tag and self.headers.get("If-None-Match") == self.tag:
            self.send_response(304)
            self.end_headers()
            return None
        return super().send_head()

    def end_headers(self) -> None:
        # Ask again each time: the zip may be replaced by a newer one at the same address.
        self.send_header("Cache-Control", "no-cache")
        if self.tag:
            self.send_header("ETag", self.tag)
        super().end_headers()

    def content_tag(self) -> str | None:
        """The hash of the requested file from the list in the site, or None."""
        path = Path(self.translate_path(self.path))
        if self.path.split("?")[0].endswith("/"):
            path /= "index.html"
        try:
            name = path.relative_to(SITE).as_posix()
            sums = (SITE / "SHA256SUMS").read_text("utf-8")
        except (OSError, ValueError):
            return None
        end = sums.find(f"  {name}\n")
        return f'"{sums[end - 64 : end]}"' if end >= 64 else None

    def log_message(self, *_args: Any) -> None:
        pass


class Server(http.server.ThreadingHTTPServer):
    """A server that has its port for itself, so that a second start notices the first one."""

    # On Windows the option would let any number of programs listen at the same port.
    allow_reuse_address = os.name != "nt"

    def server_bind(self) -> None:
        # The stock server asks for the name of this computer, which can take long without a network.
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = HOST, self.server_address[1]

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A browser that leaves a page stops what it was fetching; only other errors are worth a traceback."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


def course_id() -> str | None:
    """The id of the course in this folder, or None if the folder is incomplete."""
    try:
        return str(json.loads((SITE / "capabilities.json").read_text("utf-8"))["course"]["id"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def served_at(address: str) -> str | None:
    """The id of the course that already answers at `address`, or None."""
    try:
        # No proxy: this is this very computer.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address + "capabilities.json", timeout=3) as answer:
            return str(json.load(answer)["course"]["id"])
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return None


def port_number(text: str) -> int:
    """A port from the command line; 0 means any free one."""
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text} is not a number from 0 to 65535")
    return int(text)


def main() -> None:
    parser = argparse.ArgumentParser(description="Start this course on your own computer.")
    parser.add_argument("--port", type=port_number, default=PORT, help=f"port on {HOST}, normally {PORT}")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args()
    course = course_id()
    if course is None:
        sys.exit(f"The folder {SITE} is missing or incomplete. Unpack the whole zip, then start again.")
    address = f"http://{HOST}:{options.port}/"
    try:
        server = Server((HOST, options.port), Course)
    except OSError as error:
        if served_at(address) == course:
            print("The course is already running.", address, sep="\n", flush=True)
            if not options.no_browser:
                webbrowser.open(address)
            return
        other = options.port + 1 if options.port < 65535 else PORT
        sys.exit(
            f"Port {options.port} on this computer cannot be used ({error.strerror}): another program may have it.\n"
            f"Close that program, or start with another port: python start.py --port {other}\n"
            "At another port the browser does not show the work you saved at this one: make a backup at the one and\n"
            "restore it at the other."
        )
    with server:
        address = f"http://{HOST}:{server.server_port}/"
        print("The course is running. Keep this window open until you are done.")
        print(address, flush=True)
        if not options.no_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")


if __name__ == "__main__":
    main()
