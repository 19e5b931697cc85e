"""Starts an unpacked course the way a student does, and asks it for files."""

from __future__ import annotations

import http.client
import os
import shutil
import subprocess
import sys
import urllib.error
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path
from urllib.parse import urlsplit

from satchel.offline import STARTER

# The command that starts the course in a folder.
Program = Callable[[Path], list[str | Path]]


def python(folder: Path) -> list[str | Path]:
    """`python start.py`, with nothing but the standard library to import."""
    return [sys.executable, "-I", "-S", folder / "start.py"]


def script(name: str) -> Program:
    """A shell with one of the scripts beside `start.py`."""
    return lambda folder: ["sh", folder / name]


def windows(workshop: Path) -> Program:
    """The server of start.ps1, compiled as PowerShell would: by a C# compiler that knows no more than version 5.

    `workshop` is a folder for what the compiler makes.
    """
    assert shutil.which("mcs"), "Mono is needed: apt-get install mono-mcs mono-runtime"
    made = workshop / "server.exe"
    source = STARTER / "windows" / "server.cs"
    subprocess.run(["mcs", "-langversion:5", "-warnaserror", f"-out:{made}", source], check=True, timeout=120)
    return lambda folder: ["mono", made, folder / "site"]


def unpack(packed: Path, home: Path) -> Path:
    """The folder that comes out of the zip, with its marks of executable files, as `unzip` and macOS keep them."""
    with zipfile.ZipFile(packed) as archive:
        archive.extractall(home)
        for entry in archive.infolist():
            (home / entry.filename).chmod(entry.external_attr >> 16)
        return home / archive.namelist()[0].partition("/")[0]


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
