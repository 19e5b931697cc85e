"""Starts an unpacked course the way a student does, and asks it for files."""

from __future__ import annotations

import os
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import Message
from pathlib import Path


def starting(folder: Path, *arguments: str) -> subprocess.Popen[str]:
    """`python start.py`, with nothing but the standard library to import."""
    return subprocess.Popen(
        [sys.executable, "-I", "-S", folder / "start.py", "--no-browser", *arguments],
        cwd=folder.parent,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "PYTHONIOENCODING": "utf-8", "http_proxy": "http://127.0.0.1:9"},
    )


def ended(folder: Path, *arguments: str) -> tuple[int, str, str]:
    """Exit code, output and errors of a start that ends by itself."""
    with starting(folder, *arguments) as process:
        out, err = process.communicate(timeout=60)
    assert "Traceback" not in out + err
    return process.returncode, out, err


@contextmanager
def running(folder: Path, *arguments: str) -> Iterator[str]:
    """A started course; yields the address that it prints on a line of its own."""
    with starting(folder, *(arguments or ("--port", "0"))) as process:
        try:
            assert process.stdout
            lines = iter(process.stdout.readline, "")
            yield next(line.strip() for line in lines if line.startswith("http://"))
        finally:
            process.terminate()


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
