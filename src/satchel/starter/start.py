"""Starts this course on your own computer and opens it in your browser. Needs Python 3.8 or newer, nothing else.

    python start.py

The course is served to this computer only. Your work is kept by the browser under this address, so the address
must stay the same: a second start finds the first one and just opens the browser.
"""

from __future__ import annotations

import argparse
import http.server
import json
import sys
import threading
import urllib.error
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

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, directory=str(SITE), **options)

    def end_headers(self) -> None:
        # Ask again each time: the zip may be replaced by a newer one at the same address.
        self.send_header("Cache-Control", "no-cache")
        super().end_headers()

    def log_message(self, *_args: Any) -> None:
        pass


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
    except (OSError, ValueError, KeyError, TypeError, urllib.error.URLError):
        return None


def main() -> None:
    parser = argparse.ArgumentParser(description="Start this course on your own computer.")
    parser.add_argument("--port", type=int, default=PORT, help=f"port on {HOST}, normally {PORT}")
    parser.add_argument("--no-browser", action="store_true", help="only print the address")
    options = parser.parse_args()
    course = course_id()
    if course is None:
        sys.exit(f"The folder {SITE} is missing or incomplete. Unpack the whole zip, then start again.")
    address = f"http://{HOST}:{options.port}/"
    try:
        server = http.server.ThreadingHTTPServer((HOST, options.port), Course)
    except OSError as error:
        if served_at(address) == course:
            print("The course is already running.", address, sep="\n", flush=True)
            if not options.no_browser:
                webbrowser.open(address)
            return
        sys.exit(
            f"Port {options.port} on this computer is used by another program ({error.strerror}).\n"
            f"Close that program, or start with another port: python start.py --port {options.port + 1}\n"
            "At another port the browser does not show the work saved at this one: make a backup there, restore it here."
        )
    with server:
        print("The course is running. Keep this window open until you are done.", address, sep="\n", flush=True)
        if not options.no_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print("Stopped.")


if __name__ == "__main__":
    main()
