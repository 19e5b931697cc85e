"""Do both servers in the zip give the course, whole and as browsers want it, to this computer and to nobody else?"""

from __future__ import annotations

import hashlib
import re
import runpy
import socket
import subprocess
from pathlib import Path

import pytest

from satchel.offline import STARTER
from tests.starting import Program, ask, get, port_of, running

from .conftest import FILES, write_site

TYPES = {
    "": "text/html",
    "lite/?path=a%2Fb.ipynb": "text/html",
    "module.mjs": "text/javascript",
    "script.js": "text/javascript",
    "runtime/x.wasm": "application/wasm",
    "runtime/x.whl": "application/octet-stream",
    "runtime/pyodide-lock.json": "application/json",
    "lite/files/one.ipynb": "application/json",
    "page.css": "text/css",
    "font.woff2": "font/woff2",
    "logo.svg": "image/svg+xml",
    "with%20space/%C3%BC%20%26%20100%25.csv?x=1": "text/csv",
    "SHA256SUMS": "application/octet-stream",
}
NOWHERE = [
    *("/nothing.html", "/site/index.html", "/lite/files/", "/runtime"),
    *("/../start.py", "/..%2fstart.py", "/%2e%2e/start.py", "/..%5cstart.py", "/..\\start.py", "//etc/passwd"),
    *("/lite/../../start.py", "/lite/%2e%2e/index.html", "/./index.html", "/index.html%00.png", "/%ff", "/%"),
    *("/C:/windows/win.ini", "/index.html::$DATA", "/INDEX.HTML", "/index.html/", "/index.html.", "/%2findex.html"),
    *("http://127.0.0.1/index.html", "*", "index.html"),
]
HASHED = ["runtime/pyodide-memory-02c63260d9621bcd.bin", "satchel/f0ac5e10ce/page.js"]


def test_every_file_has_the_type_that_browsers_insist_on(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as address:
        assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
        answers = {path: get(address + path) for path in TYPES}
        assert {path: headers.get_content_type() for path, (_, headers, _) in answers.items()} == TYPES
        assert {status for status, _, _ in answers.values()} == {200}
        assert {headers["X-Content-Type-Options"] for _, headers, _ in answers.values()} == {"nosniff"}
        assert answers[""][2] == FILES["index.html"]
        assert answers["with%20space/%C3%BC%20%26%20100%25.csv?x=1"][2] == b"1,2"


def test_both_know_the_same_types() -> None:
    types = runpy.run_path(str(STARTER / "start.py"))["TYPES"]
    source = (STARTER / "windows" / "server.cs").read_text("utf-8")
    assert dict(re.findall(r'\{ "(\w+)", "(\w+/[^"]+)" \},', source)) == types


def test_only_what_is_named_after_its_content_is_kept_without_asking(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as address:
        kept = {path: get(address + path)[1]["Cache-Control"] for path in [*TYPES, *HASHED]}
    assert {kept[path] for path in HASHED} == {"public, max-age=31536000, immutable"}
    assert {kept[path] for path in TYPES} == {"no-cache"}


def test_nothing_but_the_site_is_served(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as address:
        assert {path: ask(address, path).status for path in NOWHERE} == dict.fromkeys(NOWHERE, 404)


def test_a_link_out_of_the_site_leads_nowhere(unpacked: Path, program: Program) -> None:
    (unpacked / "site" / "out").symlink_to(unpacked.parent)
    with running(unpacked, program=program) as address:
        assert ask(address, f"/out/{unpacked.name}/start.py").status == 404


def test_folders_are_no_lists_and_have_one_address(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as address:
        assert ask(address, "/runtime/").status == 404
        moved = ask(address, "/lite")
        assert (moved.status, moved.headers["Location"]) == (302, f"{address}lite/")


def test_only_the_address_of_the_course_is_answered(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as address:
        port = port_of(address)
        for host in [
            "evil.example",
            f"evil.example:{port}",
            "127.0.0.1",
            f"127.0.0.1:{port}.evil.example",
            "",
            f"@127.0.0.1:{port}",
        ]:
            for path in ["/", "/.satchel-start", "/capabilities.json"]:
                assert ask(address, path, host=host).status == 421, (host, path)
        # The browser would keep other work under this name.
        moved = ask(address, "/lite/?path=a%2Fb", host=f"localhost:{port}")
        assert (moved.status, moved.headers["Location"]) == (302, f"{address}lite/?path=a%2Fb")


def test_no_other_computer_can_reach_it(unpacked: Path, program: Program) -> None:
    # All of 127.* is this computer; a server that listens everywhere would answer here.
    with running(unpacked, program=program) as address, pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.2", int(port_of(address))), timeout=60)


def test_a_course_is_only_read(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as address:
        assert {
            ask(address, "/index.html", method=method).status for method in ("POST", "PUT", "DELETE", "OPTIONS")
        } == {501}
        head = ask(address, "/index.html", method="HEAD")
        assert (head.status, head.headers["Content-Length"]) == (200, str(len(FILES["index.html"])))
        # Noise does not end it.
        with socket.create_connection(("127.0.0.1", int(port_of(address))), timeout=60) as noisy:
            noisy.sendall(b"\x16\x03\x01" + b"\xff" * 300 + b"\r\n\r\n")
        assert get(address)[0] == 200


@pytest.mark.parametrize(
    ("asked", "status", "span", "content"),
    [
        ("bytes=0-0", 206, "bytes 0-0/14", b"<"),
        ("bytes=4-8", 206, "bytes 4-8/14", b"Hello"),
        ("bytes=9-", 206, "bytes 9-13/14", b"</h1>"),
        ("bytes=9-99", 206, "bytes 9-13/14", b"</h1>"),
        ("bytes=-5", 206, "bytes 9-13/14", b"</h1>"),
        ("bytes=-99", 206, "bytes 0-13/14", b"<h1>Hello</h1>"),
        ("bytes=14-", 416, "bytes */14", b""),
        ("bytes=-0", 416, "bytes */14", b""),
        ("bytes=5-4", 200, None, b"<h1>Hello</h1>"),
        ("bytes=0-1,3-4", 200, None, b"<h1>Hello</h1>"),
        ("bytes=-", 200, None, b"<h1>Hello</h1>"),
        ("lines=1-2", 200, None, b"<h1>Hello</h1>"),
    ],
)
def test_a_part_of_a_file_is_what_was_asked_for(
    asked: str, status: int, span: str | None, content: bytes, unpacked: Path, program: Program
) -> None:
    with running(unpacked, program=program) as address:
        got, headers, body = get(f"{address}index.html", Range=asked)
    assert (got, headers["Content-Range"], body) == (status, span, content)


def test_parts_of_two_editions_are_not_mixed(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as address:
        tag = get(address)[1]["ETag"]
        assert get(address, Range="bytes=4-8", If_Range=tag)[0] == 206
        write_site(unpacked, index_html=b"<h1>Newer</h1>")
        status, _, content = get(address, Range="bytes=4-8", If_Range=tag)
        assert (status, content) == (200, b"<h1>Newer</h1>")


def test_a_newer_course_at_the_same_address_is_noticed(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as address:
        _, headers, first = get(address)
        assert headers["ETag"] == f'"{hashlib.sha256(first).hexdigest()}"'
        asking = {"If_None_Match": headers["ETag"], "If_Modified_Since": "Tue, 01 Jan 2030 00:00:00 GMT"}
        assert get(address, **asking)[0] == 304
        write_site(unpacked, index_html=b"<h1>Newer</h1>")
        status, _, second = get(address, **asking)
        assert (status, first, second) == (200, b"<h1>Hello</h1>", b"<h1>Newer</h1>")
        # What did not change need not be sent again.
        _, module, _ = get(address + "module.mjs")
        assert get(address + "module.mjs", If_None_Match=module["ETag"])[0] == 304


def test_a_file_that_was_not_unpacked_is_explained(unpacked: Path, program: Program) -> None:
    with running(unpacked, program=program) as address:
        (unpacked / "site" / "page.css").unlink()
        status, _, content = get(f"{address}page.css")
        assert (status, b"Unpack the whole zip again" in content) == (404, True)
        (unpacked / "site" / "SHA256SUMS").unlink()
        assert {get(address)[0], get(f"{address}.satchel-start")[0]} == {404}


def test_a_large_file_arrives_whole(unpacked: Path, program: Program) -> None:
    content = bytes(range(256)) * 20_000
    write_site(unpacked, large_bin=content)
    with running(unpacked, program=program) as address:
        assert get(f"{address}large.bin")[2] == content
        assert get(f"{address}large.bin", Range="bytes=1000-4999999")[2] == content[1000:5_000_000]


def test_a_browser_that_leaves_is_no_error(unpacked: Path, program: Program) -> None:
    write_site(unpacked, large_bin=bytes(20_000_000))
    command = [*program(unpacked), "--no-browser", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout
        address = next(line.strip() for line in iter(process.stdout.readline, "") if line.startswith("http://"))
        for _ in range(3):
            with socket.create_connection(("127.0.0.1", int(port_of(address))), timeout=60) as leaving:
                leaving.sendall(f"GET /large.bin HTTP/1.1\r\nHost: 127.0.0.1:{port_of(address)}\r\n\r\n".encode())
                leaving.recv(1000)
        assert get(address)[0] == 200
        process.terminate()
        assert process.communicate(timeout=60)[1] == ""
