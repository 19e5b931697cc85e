"""What every suite shares: the repository's folder, a runner for the command line, and one driver of Chromium."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from filelock import FileLock
from playwright.sync_api import Playwright, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
# On a machine with more to do than it can, a browser or a server may be later than any patience.
SECOND_TRY = frozenset({"browser", "hub", "build", "starters"})
KEPT_WORK = ("test_faults_", "test_author_changes", "test_two_tabs", "test_edits", "test_identity", "test_backup")
Build = Callable[..., "subprocess.CompletedProcess[str]"]


def pytest_configure() -> None:
    """Let what the tests start be interrupted: a run in the background ignores that, and its children would, too."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give tests that drive browsers and servers a second try, seen in the summary; none to those about lost work."""
    for item in items:
        folder, name = item.path.parent.name, item.path.name
        if folder in SECOND_TRY and not name.startswith(KEPT_WORK):
            item.add_marker(pytest.mark.flaky(reruns=1))


def run_build(*arguments: str | Path, cwd: Path = ROOT, **env: str) -> subprocess.CompletedProcess[str]:
    """`python build.py …` as an author types it, with its output captured."""
    return subprocess.run(
        [sys.executable, str(ROOT / "build.py"), *map(str, arguments)],
        cwd=cwd,
        env={**os.environ, "COLUMNS": "160", "NO_COLOR": "1", **env},
        capture_output=True,
        text=True,
        check=False,
        timeout=1200,
    )


def lend_browser_side(built: Path, out: Path) -> None:
    """Give the `--out` folder `out` the browser side that was built in `built`: it is the same for all courses."""
    work, made = out / ".work", built / ".work"
    shutil.copytree(made / "frontend", work / "frontend")
    (work / "stamps").mkdir()
    shutil.copy(made / "stamps" / "frontend", work / "stamps" / "frontend")


@pytest.fixture(scope="session")
def demo_out(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """The `--out` folder of the demonstration course, built once a run (unchanged parts are reused)."""
    out = ROOT / "_build"
    # What all workers of a run have in common, and nobody else.
    common = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        common = common.parent
    mark = common / "demo-is-built"
    with FileLock(common / "demo.lock"):
        if not mark.exists():
            done = run_build("--out", out)
            assert done.returncode == 0, done.stdout + done.stderr
            mark.touch()
    return out


@pytest.fixture(scope="session")
def demo_site(demo_out: Path) -> Path:
    """The finished site of the demonstration course."""
    return demo_out / "site"


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """The one driver of a run: a second one beside it is refused."""
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the Chromium or Chrome of this computer."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "Chromium is needed: apt-get install chromium"
    return found
