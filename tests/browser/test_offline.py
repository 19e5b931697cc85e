"""Does the unpacked zip work on a computer without any network?"""

from __future__ import annotations

import socket
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from .conftest import Requests
from .pages import output, ready, rewrite, run, saved, source

pytestmark = pytest.mark.browser
PAGE = "module-1-values/values-and-functions.html"


def test_the_starter_serves_a_course_that_runs_and_remembers(
    browser: Browser, demo_out: Path, demo_site: Path, tmp_path: Path
) -> None:
    [archive] = demo_out.glob("*-offline.zip")
    folder = tmp_path / "Kurs mit Übungen"
    with zipfile.ZipFile(archive) as packed:
        packed.extractall(folder)
    [start] = folder.rglob("start.py")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(start), "--no-browser", "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout
        address = next(line.strip() for line in server.stdout if line.startswith("http://127.0.0.1:"))
        requests = Requests()
        with browser.new_context() as context:
            requests.watch(context, address)
            page = context.new_page()
            page.goto(address + PAGE)
            ready(page)
            first = page.evaluate("() => window.satchel.cells()[0]")
            rewrite(page, first, "print('offline', 6 * 7)")
            run(page, first)
            expect(output(page, first)).to_have_text("offline 42")
            saved(page)
            page.reload()
            ready(page)
            assert source(page, first) == "print('offline', 6 * 7)"
        assert requests.outside == []
        server.terminate()
