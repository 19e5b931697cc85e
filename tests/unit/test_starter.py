"""Does the program in the zip serve the course, find itself, and explain a busy port?"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import socket
import sys
import threading
from pathlib import Path

import pytest

from satchel.offline import STARTER
from tests.starting import ended, get, running

pytestmark = pytest.mark.effects

FILES = {
    "index.html": b"<h1>Hello</h1>",
    "module.mjs": b"export {}",
    "script.js": b"1",
    "runtime/x.wasm": b"\0asm",
    "runtime/x.whl": b"PK",
    "runtime/pyodide-lock.json": b"{}",
    "lite/files/one.ipynb": b"{}",
    "page.css": b"a {}",
    "font.woff2": b"wOF2",
    "logo.svg": b"<svg/>",
    "with space/ü.csv": b"1,2",
}
TYPES = {
    "": "text/html",
    "module.mjs": "text/javascript",
    "script.js": "text/javascript",
    "runtime/x.wasm": "application/wasm",
    "runtime/x.whl": "application/octet-stream",
    "runtime/pyodide-lock.json": "application/json",
    "lite/files/one.ipynb": "application/json",
    "page.css": "text/css",
    "font.woff2": "font/woff2",
    "logo.svg": "image/svg+xml",
    "with%20space/%C3%BC.csv?x=1": "text/csv",
}


def write_site(folder: Path, *, course: str = "demo", **changes: bytes) -> None:
    """A little site with its list of hashes; all files get the time that unpacking a zip gives them."""
    files = {**FILES, "capabilities.json": json.dumps({"course": {"id": course}}).encode()}
    files |= {name.replace("_", "."): content for name, content in changes.items()}
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in sorted(files.items()))
    for name, content in {**files, "SHA256SUMS": sums.encode()}.items():
        path = folder / "site" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        os.utime(path, (315_532_800, 315_532_800))


@pytest.fixture
def unpacked(tmp_path: Path) -> Path:
    """An unpacked course in a folder whose name is not easy."""
    folder = tmp_path / "Mein Kurs (ü) 日本"
    write_site(folder)
    for path in STARTER.iterdir():
        if path.is_file():
            (folder / path.name).write_bytes(path.read_bytes())
    return folder


def test_every_file_has_the_type_that_browsers_insist_on(unpacked: Path) -> None:
    with running(unpacked) as address:
        assert address.startswith("http://127.0.0.1:")
        answers = {path: get(address + path) for path in TYPES}
        assert {path: headers.get_content_type() for path, (_, headers, _) in answers.items()} == TYPES
        assert {status for status, _, _ in answers.values()} == {200}
        assert {headers["Cache-Control"] for _, headers, _ in answers.values()} == {"no-cache"}
        assert answers[""][2] == FILES["index.html"]


@pytest.mark.parametrize("path", ["nothing.html", "../start.py", "..%2fstart.py", "%2e%2e/start.py"])
def test_nothing_but_the_site_is_served(path: str, unpacked: Path) -> None:
    with running(unpacked) as address:
        assert get(address + path)[0] == 404


def test_a_newer_course_at_the_same_address_is_noticed(unpacked: Path) -> None:
    with running(unpacked) as address:
        _, headers, first = get(address)
        asking = {"If_None_Match": headers["ETag"], "If_Modified_Since": headers["Last-Modified"]}
        assert get(address, **asking)[0] == 304
        write_site(unpacked, index_html=b"<h1>Newer</h1>")
        status, newer, second = get(address, **asking)
        assert (status, first, second) == (200, b"<h1>Hello</h1>", b"<h1>Newer</h1>")
        assert newer["Last-Modified"] == headers["Last-Modified"]
        # What did not change need not be sent again.
        _, module, _ = get(address + "module.mjs")
        assert get(address + "module.mjs", If_None_Match=module["ETag"])[0] == 304


def test_a_site_without_its_list_of_hashes_is_served_all_the_same(unpacked: Path) -> None:
    (unpacked / "site" / "SHA256SUMS").unlink()
    with running(unpacked) as address:
        status, headers, content = get(address, If_Modified_Since="Tue, 01 Jan 2030 00:00:00 GMT")
        assert (status, headers["ETag"], content) == (200, None, FILES["index.html"])


def test_a_second_start_finds_the_first(unpacked: Path) -> None:
    with running(unpacked) as address:
        port = address.rstrip("/").rpartition(":")[2]
        code, out, _ = ended(unpacked, "--port", port)
    assert code == 0
    assert address in out.splitlines()
    assert "already running" in out


def test_another_course_at_the_port_is_not_taken_for_this_one(unpacked: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    write_site(other, course="other")
    (other / "start.py").write_bytes((unpacked / "start.py").read_bytes())
    with running(other) as address:
        port = address.rstrip("/").rpartition(":")[2]
        code, out, err = ended(unpacked, "--port", port)
    assert (code, out) == (1, "")
    assert f"Port {port}" in err
    assert f"--port {int(port) + 1}" in err


@pytest.mark.parametrize(
    "reply",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n\xff\xfe",
        b"HTTP/1.0 200 OK\r\n\r\n[1]",
        b"HTTP/1.0 500 No\r\n\r\n",
        b"",
    ],
)
def test_a_port_that_another_program_has_is_explained(reply: bytes, unpacked: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        def answer() -> None:
            connection, _ = taken.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(reply)

        thread = threading.Thread(target=answer, daemon=True)
        thread.start()
        code, out, err = ended(unpacked, "--port", str(port))
        thread.join(60)
    assert (code, out) == (1, "")
    assert f"Port {port} on this computer" in err
    assert "another port" in err


@pytest.mark.parametrize("missing", ["site/capabilities.json", "site"])
def test_a_folder_that_was_not_unpacked_completely_is_explained(missing: str, unpacked: Path) -> None:
    (unpacked / missing).rename(unpacked / "elsewhere")
    code, _, err = ended(unpacked, "--port", "0")
    assert code == 1
    assert "Unpack the whole zip" in err


@pytest.mark.parametrize("port", ["99999", "-1", "http"])
def test_a_port_that_is_none_is_refused(port: str, unpacked: Path) -> None:
    code, _, err = ended(unpacked, f"--port={port}")
    assert code == 2
    assert f"{port} is not a number from 0 to 65535" in err


def test_the_starter_is_written_for_every_python_that_students_have() -> None:
    text = (STARTER / "start.py").read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 8))
    imported = {
        name.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {str(node.module) for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {*sys.stdlib_module_names, "__future__"}


def test_the_advice_beside_it_names_its_port() -> None:
    advice = (STARTER / "READ-ME-FIRST.txt").read_text("utf-8")
    program = (STARTER / "start.py").read_text("utf-8")
    assert "PORT = 8657" in program
    assert "http://127.0.0.1:8657/" in advice
