"""Starts an unpacked course the way a student does, and asks it for files."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

# The command that starts the course in a folder.
Program = Callable[[Path], list[str | Path]]


def python(folder: Path) -> list[str | Path]:
    """`python start.py`, with nothing but the standard library to import."""
    return [sys.executable, "-I", "-S", folder / "start.py"]


def starting(
    folder: Path, *arguments: str, program: Program = python, stdin: int = subprocess.DEVNULL, **env: str
) -> subprocess.Popen[str]:
    """A started program; it opens no browser."""
    return subprocess.Popen(
        [*program(folder), "--no-browser", *arguments],
        cwd=folder.parent,
        stdin=stdin,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "http_proxy": "http://127.0.0.1:9", **env},
    )


def ended(folder: Path, *arguments: str, program: Program = python, **env: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a start that ends by itself."""
    with starting(folder, *arguments, program=program, **env) as process:
        out, err = process.communicate(timeout=120)
    assert "Traceback" not in out + err
    return process.returncode, out, err


@contextmanager
def running(folder: Path, *arguments: str, program: Program = python, **env: str) -> Iterator[str]:
    """A started course; yields the address that it prints on a line of its own."""
    with starting(folder, *(arguments or ("--port", "0")), program=program, **env) as process:
        try:
            yield printed_address(process)
        finally:
            process.terminate()


def printed_address(process: subprocess.Popen[str]) -> str:
    """The address that a start prints on a line of its own."""
    assert process.stdout
    for line in iter(process.stdout.readline, ""):
        if line.startswith("http://"):
            return line.strip()
    raise AssertionError(process.communicate()[1])


def port_of(address: str) -> str:
    """The port of an address."""
    return str(urlsplit(address).port)


def get(address: str, **headers: str) -> tuple[int, Message, bytes]:
    """Status, headers and content of an answer; headers to send are written with underscores."""
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    request = urllib.request.Request(address, headers={name.replace("_", "-"): text for name, text in headers.items()})
    try:
        with opener.open(request, timeout=60) as answer:
            return answer.status, answer.headers, answer.read()
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.headers, error.read()


def ask(address: str, path: str, *, method: str = "GET", host: str | None = None) -> http.client.HTTPResponse:
    """The answer to exactly this path, however odd, and to this Host header (by default the address's own).

    No redirection is followed.
    """
    where = urlsplit(address).netloc
    connection = http.client.HTTPConnection(where, timeout=60)
    connection.putrequest(method, path, skip_host=True)
    connection.putheader("Host", where if host is None else host)
    connection.endheaders()
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer
