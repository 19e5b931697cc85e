"""Does a start find the one before it, and is an address that is taken explained, and what it means for the work?"""

from __future__ import annotations

import os
import pty
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from satchel.offline import STARTER
from tests.starting import Program, ended, get, port_of, printed_address, python, running, starting

from .conftest import make, write_site


@contextmanager
def taken(reply: bytes | None) -> Iterator[str]:
    """A port that another program has; it answers everybody with `reply`, or (None) not at all."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(reply or b"")

        if reply is not None:
            threading.Thread(target=answer, daemon=True).start()
        yield str(server.getsockname()[1])
        server.shutdown(socket.SHUT_RDWR)


@pytest.mark.parametrize("first", ["start.py", "server.cs"])
def test_a_second_start_finds_the_first(first: str, unpacked: Path, program: Program, windows: Program) -> None:
    with running(unpacked, program=python if first == "start.py" else windows) as address:
        code, out, err = ended(unpacked, "--port", port_of(address), program=program)
    assert (code, err) == (0, "")
    assert address in out.splitlines()
    assert "already running" in out


def test_a_copy_of_the_course_in_another_folder_counts_as_the_same(
    unpacked: Path, tmp_path: Path, program: Program
) -> None:
    copy = shutil.copytree(unpacked, tmp_path / "copy")
    with running(unpacked, program=program) as address:
        code, out, _ = ended(copy, "--port", port_of(address), program=program)
    assert (code, address in out.splitlines()) == (0, True)


def test_another_edition_is_not_taken_for_this_one(unpacked: Path, tmp_path: Path, program: Program) -> None:
    newer = Path(shutil.copytree(unpacked, tmp_path / "newer"))
    write_site(newer, index_html=b"<h1>Newer</h1>")
    with running(unpacked, program=program) as address:
        code, out, err = ended(newer, "--port", port_of(address), program=program)
    assert (code, out) == (1, "")
    assert f"Another edition of this course is running at {address}" in err
    assert "Close its window" in err
    assert "Your work stays" in err


def test_another_course_is_not_taken_for_this_one(unpacked: Path, tmp_path: Path, program: Program) -> None:
    (home := tmp_path / "other").mkdir()
    with running(make(home, course="other"), program=program) as address:
        code, out, err = ended(unpacked, "--port", port_of(address), program=program)
    assert (code, out) == (1, "")
    assert "another course is running there" in err
    assert "close the window of that course" in err


def test_the_same_course_on_a_plain_server_is_not_taken_for_this_one(unpacked: Path) -> None:
    with taken(b'HTTP/1.0 200 OK\r\n\r\n{"course": {"id": "demo"}}') as port:
        code, _, err = ended(unpacked, "--port", port)
    assert (code, "another program may have it" in err) == (1, True)


@pytest.mark.parametrize(
    "reply",
    [
        b"SSH-2.0-OpenSSH_9.9\r\n",
        b"HTTP/1.0 200 OK\r\n\r\n\xff\xfe",
        b"HTTP/1.0 200 OK\r\n\r\n[1]",
        b'HTTP/1.0 200 OK\r\n\r\n{"course": "demo"}',
        b'HTTP/1.0 404 No\r\n\r\n{"course": "demo", "edition": ""}',
        b"HTTP/1.0 500 No\r\n\r\n",
        b"",
        # A program that speaks another protocol may wait for more.
        None,
    ],
)
def test_a_port_that_another_program_has_is_explained(reply: bytes | None, unpacked: Path, program: Program) -> None:
    with taken(reply) as port:
        code, out, err = ended(unpacked, "--port", port, program=program)
    assert (code, out) == (1, "")
    assert f"cannot be used: http://127.0.0.1:{port}/" in err
    assert "close that program" in err
    # What another address means for the work, and the way home.
    assert "the browser keeps work under its address" in err
    assert "backup" in err
    assert f"--port {int(port) + 1}" in err or "--port " in err


@pytest.mark.parametrize(("reply", "goes_on"), [("y\n", True), ("\n", False), ("n\n", False)])
def test_another_address_is_a_choice(reply: str, goes_on: bool, unpacked: Path, program: Program) -> None:
    keyboard, terminal = pty.openpty()
    try:
        with taken(b"") as port, starting(unpacked, "--port", port, program=program, stdin=terminal) as process:
            os.write(keyboard, reply.encode())
            if goes_on:
                address = printed_address(process)
                assert port_of(address) != port
                assert get(address)[0] == 200
                process.terminate()
            else:
                out, err = process.communicate(timeout=120)
                assert (process.returncode, out) == (1, "")
                assert "this once? [y/N]" in err
    finally:
        os.close(keyboard)
        os.close(terminal)


def test_a_course_that_was_ended_starts_again_at_the_same_address(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as first:
        assert get(first)[0] == 200
    with running(unpacked, "--port", port_of(first), program=program) as second:
        assert second == first
        assert get(second)[0] == 200


@pytest.mark.parametrize("missing", ["site/capabilities.json", "site/SHA256SUMS", "site"])
def test_a_folder_that_was_not_unpacked_completely_is_explained(missing: str, unpacked: Path, program: Program) -> None:
    (unpacked / missing).rename(unpacked / "elsewhere")
    code, out, err = ended(unpacked, "--port", "0", program=program)
    assert (code, out) == (1, "")
    assert "Unpack the whole zip" in err


@pytest.mark.parametrize("port", ["99999", "-1", "http", ""])
def test_a_port_that_is_none_is_refused(port: str, unpacked: Path, program: Program) -> None:
    code, _, err = ended(unpacked, *(["--port", port] if port else ["--port"]), program=program)
    assert code == 2
    assert "from 0 to 65535" in err or "--port" in err


def test_both_programs_and_the_advice_name_one_address() -> None:
    assert "PORT = 8657\n" in (STARTER / "start.py").read_text("utf-8")
    assert "Port = 8657;" in (STARTER / "windows" / "server.cs").read_text("utf-8")
    assert "http://127.0.0.1:8657/ " in (STARTER / "READ ME FIRST.txt").read_text("utf-8")


def test_the_end_is_quiet(unpacked: Path) -> None:
    with starting(unpacked, "--port", "0") as process:
        printed_address(process)
        process.send_signal(2)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out, err) == (0, "Stopped.\n", "")


def test_it_opens_the_browser_at_the_address(unpacked: Path, tmp_path: Path) -> None:
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" >"{opened}.part" && mv "{opened}.part" "{opened}"\n')
    browser.chmod(0o755)
    command = [*python(unpacked)[:1], "-I", "-S", unpacked / "start.py", "--port", "0"]
    env = {**os.environ, "BROWSER": f"{browser} %s"}
    with subprocess.Popen(command, stdout=subprocess.PIPE, encoding="utf-8", env=env) as process:
        address = printed_address(process)
        # The second start does the same, and ends when it is done.
        subprocess.run([*command[:-1], port_of(address)], env=env, check=True, timeout=60, stdout=subprocess.PIPE)
        assert opened.read_text() == f"{address}\n"
        process.terminate()
