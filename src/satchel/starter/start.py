"""Starts this course on your own computer and opens it in your browser. Needs Python 3.8 or newer, nothing else.

    python start.py

The course is served to this computer only. Your work is kept by the browser under this address, so the address
must stay the same: a second start finds the first one and just opens the browser.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import http.server
import json
import os
import re
import shutil
import socket
import socketserver
import sys
import threading
import urllib.request
import webbrowser
from pathlib import Path
from typing import Any, NoReturn
from urllib.parse import unquote

HOST = "127.0.0.1"
PORT = 8657
SITE = Path(__file__).resolve().parent / "site"
# Who serves here: asked by a second start.
IDENTITY = "/.satchel-start"
# This computer's own table may say anything; browsers insist on the right types for modules and WebAssembly.
TYPES = {
    "bin": "application/octet-stream",
    "css": "text/css; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "gif": "image/gif",
    "html": "text/html; charset=utf-8",
    "ico": "image/x-icon",
    "ipynb": "application/json",
    "jpeg": "image/jpeg",
    "jpg": "image/jpeg",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "map": "application/json",
    "md": "text/plain; charset=utf-8",
    "mjs": "text/javascript; charset=utf-8",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "ogg": "audio/ogg",
    "pdf": "application/pdf",
    "png": "image/png",
    "py": "text/plain; charset=utf-8",
    "svg": "image/svg+xml",
    "tsv": "text/plain; charset=utf-8",
    "ttf": "font/ttf",
    "txt": "text/plain; charset=utf-8",
    "wasm": "application/wasm",
    "wav": "audio/wav",
    "webm": "video/webm",
    "webmanifest": "application/manifest+json",
    "webp": "image/webp",
    "woff": "font/woff",
    "woff2": "font/woff2",
    "xml": "text/xml; charset=utf-8",
    "zip": "application/zip",
}
# These have a hash of their content in their address. Everything else may be replaced by a newer course.
HASHED = re.compile(r"satchel/[0-9a-f]{10}/.+|runtime/.+-[0-9a-f]{16}\.bin")


class Files:
    """The course's files and their hashes, by the list that came with them. What is not on the list is not served."""

    def __init__(self) -> None:
        self.text = b""
        self.sums: dict[str, str] = {}
        self.lock = threading.Lock()

    def now(self) -> dict[str, str]:
        """Hash by path. All files of all zips carry the same time, so only the list's text tells a newer one."""
        try:
            text = (SITE / "SHA256SUMS").read_bytes()
        except OSError:
            return {}
        with self.lock:
            if text != self.text:
                lines = text.decode("utf-8").splitlines()
                self.sums = {line[66:]: line[:64] for line in lines}
                self.sums["SHA256SUMS"] = hashlib.sha256(text).hexdigest()
                self.text = text
            return self.sums


FILES = Files()


class Course(http.server.BaseHTTPRequestHandler):
    """Answers the browsers of this computer, and only if they asked for this address."""

    def do_GET(self) -> None:
        self.answer()

    def do_HEAD(self) -> None:
        self.answer()

    @property
    def home(self) -> str:
        """The address of the course, with a slash at the end."""
        return f"http://{HOST}:{self.server.server_port}/"  # type: ignore[attr-defined]

    def answer(self) -> None:
        path = self.path.split("?")[0]
        # Another website could give its own name this computer's address, and then read what is here.
        host = self.headers.get("Host", "")
        if f"http://{host}/" == self.home.replace(HOST, "localhost") and self.path.startswith("/"):
            # For a browser that is another place, with work of its own.
            self.go_to(self.home + self.path[1:])
        elif f"http://{host}/" != self.home:
            self.say(421, f"This is not the address of the course. Open {self.home} instead.")
        elif path == IDENTITY and FILES.now():
            content = json.dumps(identity()).encode()
            self.head(200, {"Cache-Control": "no-store"}, "application/json", len(content))
            self.body(content)
        else:
            self.file(path)

    def file(self, path: str) -> None:
        """Send a file of the course, all of it or the part that was asked for."""
        sums = FILES.now()
        try:
            name = unquote(path, errors="strict")
        except ValueError:
            name = ""
        name = name[1:] + ("index.html" if name.endswith("/") else "") if name.startswith("/") else ""
        if name not in sums and f"{name}/index.html" in sums:
            self.go_to(f"{self.home}{path[1:]}/")
            return
        if name not in sums:
            self.say(404, "The course has no such page.")
            return
        try:
            stream = (SITE / name).open("rb")
        except OSError:
            self.say(404, "This file of the course is missing on this computer. Unpack the whole zip again.")
            return
        with stream:
            self.stream(stream, name, f'"{sums[name]}"')

    def stream(self, stream: Any, name: str, tag: str) -> None:
        kind = TYPES.get(name.rpartition(".")[2].lower(), "application/octet-stream")
        # No headers for cross-origin isolation: pages and Python do as well without them, and what an author has
        # embedded from other sites would not show.
        keeping = "public, max-age=31536000, immutable" if HASHED.fullmatch(name) else "no-cache"
        common = {"Cache-Control": keeping, "ETag": tag, "Accept-Ranges": "bytes"}
        size = os.fstat(stream.fileno()).st_size
        wanted = part(self.headers.get("Range", ""), size) if self.headers.get("If-Range", tag) == tag else None
        if tag in self.headers.get("If-None-Match", ""):
            self.head(304, common)
        elif wanted is None:
            self.head(200, common, kind, size)
            self.body(stream)
        elif not wanted:
            self.head(416, {"Content-Range": f"bytes */{size}"}, kind)
        else:
            common["Content-Range"] = f"bytes {wanted[0]}-{wanted[-1]}/{size}"
            self.head(206, common, kind, len(wanted))
            stream.seek(wanted[0])
            left = len(wanted)
            while left and (piece := stream.read(min(left, 1 << 16))):
                self.body(piece)
                left -= len(piece)

    def go_to(self, address: str) -> None:
        self.head(302, {"Location": address, "Cache-Control": "no-store"}, TYPES["txt"])

    def say(self, status: int, sentence: str) -> None:
        """A page of one sentence, with the way to the course."""
        text = f'<!doctype html><meta charset="utf-8"><title>{status}</title><p>{sentence}</p><p><a href="{self.home}">'
        content = f"{text}{self.home}</a>".encode()
        self.head(status, {"Cache-Control": "no-store"}, TYPES["html"], len(content))
        self.body(content)

    def head(self, status: int, headers: dict[str, str], kind: str = "", length: int = 0) -> None:
        self.send_response(status)
        if kind:
            what = {"Content-Type": kind, "Content-Length": str(length), "X-Content-Type-Options": "nosniff"}
            headers = {**what, **headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def body(self, content: Any) -> None:
        if self.command == "HEAD":
            return
        if isinstance(content, bytes):
            self.wfile.write(content)
        else:
            shutil.copyfileobj(content, self.wfile)

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


def part(asked: str, size: int) -> range | None:
    """The bytes that a Range header asks for: None if it asks for nothing we know, empty if there are none such."""
    found = re.fullmatch(r"bytes=(\d*)-(\d*)", asked.strip())
    if not found or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        return range(max(0, size - int(last)), size)
    if last and int(last) < int(first):
        return None
    return range(int(first), min(size, int(last) + 1) if last else size)


def identity() -> dict[str, str]:
    """Which course this is, and which edition of it.

    Raises:
        OSError, ValueError, KeyError, TypeError: the folder is incomplete.
    """
    course = str(json.loads((SITE / "capabilities.json").read_text("utf-8"))["course"]["id"])
    return {"course": course, "edition": FILES.now()["SHA256SUMS"]}


def served_at(address: str) -> dict[str, str] | None:
    """The identity of the course that already answers at `address`, or None if something else has it."""
    try:
        # No proxy: this is this very computer.
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        with opener.open(address.rstrip("/") + IDENTITY, timeout=3) as answer:
            found = json.loads(answer.read(10_000))
            return {"course": str(found["course"]), "edition": str(found["edition"])}
    except (OSError, ValueError, KeyError, TypeError, http.client.HTTPException):
        return None


def free_port(after: int) -> int:
    """The next port that nobody has, or 0 for any."""
    for port in range(after + 1, min(after + 20, 65536)):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    return 0


def stop(message: str) -> NoReturn:
    """Say what is wrong and end. A window that was opened by a double click stays until it was read."""
    print(message, file=sys.stderr, flush=True)
    if os.name == "nt" and sys.stdin and sys.stdin.isatty():
        input("Press Enter to close this window.")
    sys.exit(1)


def elsewhere(address: str, found: dict[str, str] | None, mine: dict[str, str], reason: str) -> int:
    """What to do about an address that is taken: another port if the student wants one. Ends the program otherwise."""
    if found and found["course"] == mine["course"]:
        stop(
            f"Another edition of this course is running at {address}\n"
            "Close its window (it says 'The course is running'), then start again. Your work stays where it is."
        )
    port = int(address.rstrip("/").rpartition(":")[2])
    other = free_port(port)
    who = "another course is running there" if found else f"another program may have it; {reason}"
    print(
        f"The address of this course cannot be used: {address} ({who}).\n"
        f"What helps: close {'the window of that course' if found else 'that program'}, then start again.\n"
        f"Or use another address this once, port {other}. Mind that the browser keeps work under its address:\n"
        "what you saved at the usual address is safe, but shows only there. What you do at the other address you\n"
        "bring home with a backup: My work, Download backup there; My work, Restore at the usual address.",
        file=sys.stderr,
        flush=True,
    )
    if sys.stdin and sys.stdin.isatty():
        print(f"Use port {other} this once? [y/N] ", end="", file=sys.stderr, flush=True)
        if sys.stdin.readline().strip().lower() in {"y", "yes"}:
            return other
        sys.exit(1)
    stop(f"To do so: python start.py --port {other}")


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
    try:
        mine = identity()
    except (OSError, ValueError, KeyError, TypeError):
        stop(f"The folder {SITE} is missing or incomplete. Unpack the whole zip, then start again.")
    port = options.port
    while True:
        address = f"http://{HOST}:{port}/"
        try:
            server = Server((HOST, port), Course)
            break
        except OSError as error:
            found = served_at(address)
            if found == mine:
                print("The course is already running.", address, sep="\n", flush=True)
                if not options.no_browser:
                    webbrowser.open(address)
                return
            port = elsewhere(address, found, mine, str(error.strerror))
    with server:
        address = f"http://{HOST}:{server.server_port}/"
        print("The course is running. Keep this window open until you are done.")
        print("If no browser opens, open this address yourself:", address, sep="\n", flush=True)
        if not options.no_browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        server.serve_forever()


if __name__ == "__main__":
    try:
        main()
    except KeyboardInterrupt:
        print("Stopped.")
