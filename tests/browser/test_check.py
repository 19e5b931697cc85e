"""Does `--check` run every browser activity, publish what it saw, run no more than it must, and refuse what fails?"""

from __future__ import annotations

import http.server
import json
import os
import re
import shutil
import signal
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from rich.console import Console

from satchel.check.jobs import checkable, jobs
from satchel.check.records import Ran
from satchel.check.running import run_all
from satchel.check.views import BookView, Ended
from satchel.model import Cell
from satchel.options import Options
from satchel.reading import read_course
from satchel.report import Report
from satchel.runtime import default_cache
from tests.conftest import ROOT, lend_browser_side, run_build

from .conftest import serving

pytestmark = [pytest.mark.browser, pytest.mark.timeout(1200)]


class _Stranger(http.server.BaseHTTPRequestHandler):
    """A server that lets every page ask it."""

    def do_GET(self) -> None:
        body = b"hello"
        self.send_response(200)
        self.send_header("Access-Control-Allow-Origin", "*")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_args: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    """The origin of a server that is not the site's."""
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Stranger) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def activities(out: Path) -> dict[str, dict[str, Any]]:
    """The published activities by the last part of their name."""
    manifest = json.loads((out / "site" / "capabilities.json").read_text("utf-8"))
    return {activity["id"].removeprefix("lessons-"): activity for activity in manifest["activities"]}


def verdicts(out: Path) -> dict[str, str]:
    """Activity to verdict, as the report for the author has them."""
    text = (out / "check-report.md").read_text("utf-8")
    return {row[1]: row[2] for row in re.finditer(r"^\| (\w+) \(`[^|]*`\) \| ([^|]*) \|", text, re.M)}


def test_a_course_is_checked_and_only_what_changed_is_run_again(
    demo_out: Path, tmp_path: Path, stranger: str, browser: Browser
) -> None:
    course = Path(shutil.copytree(ROOT / "tests" / "sites" / "checked", tmp_path / "course"))
    lessons, out = course / "content" / "lessons", tmp_path / "out"
    lend_browser_side(demo_out, out)
    (lessons / "data" / "address.txt").write_text(f"{stranger}/greeting", "utf-8")

    first = run_build(course, "--out", out, "--check", "--no-zip")
    assert first.returncode == 0, first.stdout + first.stderr
    assert verdicts(out) == {
        "Runs": "runs",
        "Alone": "runs",
        "Outside": "runs",
        "Whole": "runs",
        "Moved": "sent to hub",
    }
    found = activities(out)
    for name in ("runs", "alone", "outside", "whole"):
        evidence = found[name]["evidence"]
        assert (evidence["kind"], evidence["ok"], evidence["error"]) == ("ran", True, None), name
        assert evidence["seconds"] > 0, name
        # The memory that is restored at a start has about that; an empty Python is no larger.
        assert 20 < evidence["peak_mb"] < 1000, name
        assert "it ran in a browser in" in found[name]["why"][-1]
    assert [found[name]["evidence"]["requests"] for name in ("outside", "runs")] == [[stranger], []]
    assert f"it asked {stranger}" in first.stdout
    assert "check-outside-request" in first.stdout
    moved = found["moved"]
    assert (moved["route"], moved["also"], list(moved["launch"])) == ("hosted", [], ["hub"])
    assert (moved["evidence"]["ok"], moved["evidence"]["error"]["number"]) == (False, 2)
    assert "AttributeError" in moved["evidence"]["error"]["message"]
    assert moved["why"][0].startswith("Fails in the browser (cell 2): AttributeError")
    assert "check-moved" in first.stdout
    # The site agrees with its manifest.
    with serving(out / "site") as home, browser.new_context() as context:
        page = context.new_page()
        page.goto(home + moved["page"])
        expect(page.locator(".satchel-notice .satchel-open-hosted")).to_be_visible()
        expect(page.locator(".satchel-notice .satchel-why")).to_contain_text("Fails in the browser")
        settings = page.evaluate("async (url) => (await fetch(url)).json()", home + "lite/jupyter-lite.json")
        known = {each["id"]: each for each in settings["jupyter-config-data"]["satchelActivities"]}
        assert (known["lessons-moved"]["here"], known["lessons-runs"]["here"]) == (False, True)

    # Without a browser at hand: nothing is left to be run.
    before = (out / "site" / "SHA256SUMS").read_text("utf-8")
    second = run_build(course, "--out", out, "--check", "--no-zip", PATH=str(Path(sys.executable).parent))
    assert second.returncode == 0, second.stdout + second.stderr
    assert (out / "site" / "SHA256SUMS").read_text("utf-8") == before
    assert set(verdicts(out).values()) == {"runs, unchanged", "sent to hub, unchanged"}

    # One that fails and one that never ends, and no server may take them.
    (lessons / "data" / "numbers.txt").write_text("1\n2\nthree\n", "utf-8")
    with (course / "content" / "capabilities.yml").open("a", encoding="utf-8") as declared:
        declared.write("  lessons/runs:\n    forbid: [hosted]\n  lessons/al*:\n    seconds: 20\n")
    alone = (lessons / "alone.py").read_text("utf-8")
    (lessons / "alone.py").write_text(alone.replace('print("fine")', "while True:\n    pass"), "utf-8")
    third = run_build(course, "--out", out, "--check", "--no-zip")
    assert third.returncode == 4, third.stdout + third.stderr
    assert verdicts(out) == {
        "Runs": "**fails**",
        "Alone": "**fails**",
        "Outside": "runs, unchanged",
        "Whole": "runs",
        "Moved": "sent to hub, unchanged",
    }
    for word in ("ValueError", "runs.py", "20 seconds", "alone.py", "check-failed"):
        assert word in third.stdout, word
    assert (out / "site" / "SHA256SUMS").read_text("utf-8") == before


@pytest.mark.parametrize("kind", ["renderer", "browser"])
def test_a_crash_fails_its_activity_and_no_other(kind: str, demo_out: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(course=ROOT, out=demo_out, cache=default_cache(os.environ))
    read = read_course(options, Report(console=Console(quiet=True), detail="quiet"))
    three = jobs([each for each in checkable(read.plan.decisions) if each.route == "book"][:3], {})
    crashed: list[str] = []
    run = BookView.run

    async def crash_once(self: BookView, cell: Cell) -> Ended:
        if not crashed:
            crashed.append(self._path)
            browser = self._page.context.browser
            assert browser
            line = await browser.new_browser_cdp_session()
            for process in (await line.send("SystemInfo.getProcessInfo"))["processInfo"]:
                if process["type"] == kind:
                    os.kill(int(process["id"]), signal.SIGKILL)
        return await run(self, cell)

    monkeypatch.setattr(BookView, "run", crash_once)
    seen: dict[str, Ran] = {}
    # In a thread of its own: the driver of the other tests holds the event loop of this one.
    with ThreadPoolExecutor(1) as pool:
        pool.submit(run_all, demo_out / "site", three, on_progress=lambda *_: None, on_seen=seen.__setitem__).result()
    [failed] = [job.decision.activity for job in three if not seen[job.decision.activity.id].evidence.ok]
    assert [failed.page] == crashed
    ran = seen[failed.id]
    assert ran.evidence.error
    assert ran.evidence.error.message.startswith("The browser could not go on: ")
    assert ran.evidence.error.number == 1
    # Another time it may go well.
    assert not ran.lasting
