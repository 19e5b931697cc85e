"""Does a build that is interrupted, starved or killed leave the last good site, nothing half made, and a way on?"""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.conftest import ROOT, lend_browser_side, run_build

from .conftest import SITES, built
from .sites import Built, snapshot

pytestmark = [pytest.mark.build, pytest.mark.timeout(1800)]

# How long a step may take to show a sign of life on a slow, busy computer, in seconds.
PATIENCE = 600
# Words in the command lines of the tools, which --verbose shows.
BOOK, LITE = "jupyter_book.cli.main", "jupyterlite_core.app"
HALF_MADE = (".site-new", ".site-old", "*.part", ".work/runtime*/.*.part")


@pytest.fixture(scope="module")
def victim(tiny: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A course that was built once; what happens to its later builds is the subject of this file."""
    home = tmp_path_factory.mktemp("victim")
    lend_browser_side(tiny.out, home / "out")
    return built(Path(shutil.copytree(SITES / "tiny", home / "course")), home / "out")


@dataclass
class Building:
    """A build at work; what it prints is read line by line."""

    process: subprocess.Popen[str]
    out: Path
    lines: list[str] = field(default_factory=list)

    def until(self, words: str) -> None:
        """Wait until a line with these words is printed."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.lines.append(line)
            if words in line:
                return
        pytest.fail(f"the build ended without saying {words!r}:\n{''.join(self.lines)}")

    def until_there(self, pattern: str) -> None:
        """Wait until a file of the output folder is there."""
        wait(lambda: any(self.out.glob(pattern)) or self.process.poll() is not None)
        assert self.process.poll() is None, f"the build ended before there was {pattern}: {self.end()}"

    def end(self) -> tuple[int, str]:
        """Wait for the end; returns exit code and all that was printed."""
        rest, _ = self.process.communicate(timeout=PATIENCE)
        return self.process.returncode, "".join(self.lines) + rest


def wait(state: Callable[[], object]) -> None:
    """Wait for a state."""
    deadline = time.monotonic() + PATIENCE
    while not state():
        assert time.monotonic() < deadline, "this state did not come"
        time.sleep(0.02)


@contextmanager
def building(victim: Built, *arguments: str) -> Iterator[Building]:
    """A verbose build in a process of its own."""
    process = subprocess.Popen(
        # A shell that starts something in the background lets it ignore Control-C.
        [
            *("env", "--default-signal=INT", sys.executable, str(ROOT / "build.py")),
            *(str(victim.course), "--out", str(victim.out), "--verbose", *arguments),
        ],
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "160", "NO_COLOR": "1", "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield Building(process, victim.out)
    finally:
        process.kill()
        process.communicate()


def tools(out: Path, words: str = "") -> list[int]:
    """Processes that work in `out`, with these words in their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            line = path.read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has just ended
            continue
        if str(out) in line and words in line and "build.py" not in line and int(path.parent.name) != os.getpid():
            found.append(int(path.parent.name))
    return found


@contextmanager
def unharmed(victim: Built, *, zips: bool = True) -> Iterator[None]:
    """The course gets a change that has to be built; the site (and the zip) must be the same afterwards as before."""
    site = snapshot(victim.site)
    packed = {path.name: path.read_bytes() for path in victim.zips}
    page = victim.course / "content" / "index.md"
    words = victim.course / "content" / "lessons" / "words.md"
    for path in (page, words):
        path.write_text(path.read_text("utf-8") + f"\nOne more line for {time.monotonic_ns()}.\n", "utf-8")
    yield
    assert snapshot(victim.site) == site
    assert {path.name: path.read_bytes() for path in victim.zips} == packed or not zips


def half_made(out: Path) -> list[str]:
    return sorted(path.name for pattern in HALF_MADE for path in out.glob(pattern))


def no_part_of_the_ledger(victim: Built) -> bool:
    return not any(victim.course.rglob("*.part"))


@pytest.mark.parametrize(
    ("how", "where"),
    [
        (signal.SIGINT, BOOK),
        (signal.SIGTERM, LITE),
        (signal.SIGTERM, ".site-new"),
        (signal.SIGINT, ".site-new/SHA256SUMS"),
    ],
)
def test_an_interruption_ends_everything_at_once_and_leaves_nothing(
    how: signal.Signals, where: str, victim: Built
) -> None:
    with unharmed(victim), building(victim) as build:
        if where in {BOOK, LITE}:
            build.until(where)
        else:
            build.until_there(where)
        build.process.send_signal(how)
        code, printed = build.end()
        assert code == 130, printed
        assert "Interrupted. The last good site was not touched." in printed
        assert "Traceback" not in printed
        assert tools(victim.out) == []
        assert half_made(victim.out) == []
        assert no_part_of_the_ledger(victim)


def test_an_interruption_after_the_site_is_done_says_what_is_done(victim: Built) -> None:
    packed = {path.name: path.read_bytes() for path in victim.zips}
    page = victim.course / "content" / "index.md"
    page.write_text(page.read_text("utf-8") + "\nThis line is published.\n", "utf-8")
    with building(victim) as build:
        build.until_there("*.zip.part")
        build.process.send_signal(signal.SIGINT)
        code, printed = build.end()
    assert code == 130, printed
    assert "Interrupted. The new site is in place." in printed
    assert "This line is published." in (victim.site / "index.html").read_text("utf-8")
    assert {path.name: path.read_bytes() for path in victim.zips} == packed
    assert half_made(victim.out) == []


@pytest.mark.parametrize("where", [BOOK, ".site-new", ".site-new/SHA256SUMS"])
def test_a_build_that_is_killed_outright_takes_its_tools_along(where: str, victim: Built) -> None:
    with unharmed(victim), building(victim) as build:
        if where == BOOK:
            build.until(where)
        else:
            build.until_there(where)
        build.process.kill()
        code, _ = build.end()
        assert code == -signal.SIGKILL
        wait(lambda: not tools(victim.out))
        assert no_part_of_the_ledger(victim)


def test_after_a_kill_the_next_build_simply_works(victim: Built) -> None:
    (victim.out / ".site-new").mkdir(exist_ok=True)
    (victim.out / ".site-new" / "half.html").write_text("half")
    (victim.out / ".work" / "runtime" / ".wheel.whl.part").write_text("half")
    done = run_build(victim.course, "--out", victim.out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert half_made(victim.out) == []
    assert "half.html" not in snapshot(victim.site)


@pytest.mark.parametrize("tool", [BOOK, LITE])
def test_a_tool_that_is_killed_is_told_with_what_may_be_the_reason(tool: str, victim: Built) -> None:
    with unharmed(victim), building(victim) as build:
        wait(lambda: tools(victim.out, tool))
        for process in tools(victim.out, tool):
            os.kill(process, signal.SIGKILL)
        code, printed = build.end()
    assert code == 5, printed
    assert "ended by the signal SIGKILL" in printed
    assert "memory" in printed
    assert "failed. The last good site was not touched." in printed
    assert "Traceback" not in printed
    assert half_made(victim.out) == []


def test_a_second_build_waits_for_nobody_and_disturbs_nobody(victim: Built) -> None:
    with unharmed(victim), building(victim) as first:
        first.until(BOOK)
        second = run_build(victim.course, "--out", victim.out)
        assert second.returncode == 5
        assert f"Another build is at work in {victim.out}." in second.stdout
        assert "--out" in second.stdout
        assert first.process.poll() is None
        first.process.send_signal(signal.SIGINT)
        assert first.end()[0] == 130


def test_a_file_that_the_system_does_not_let_grow(victim: Built) -> None:
    """As on a full disk or at the end of a quota."""
    with unharmed(victim):
        done = subprocess.run(
            [sys.executable, str(ROOT / "build.py"), str(victim.course), "--out", str(victim.out)],
            cwd=ROOT,
            env={**os.environ, "COLUMNS": "160", "NO_COLOR": "1"},
            preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (2_000_000, 2_000_000)),
            capture_output=True,
            text=True,
            check=False,
            timeout=PATIENCE,
        )
    assert done.returncode == 5, done.stdout + done.stderr
    assert "File too large" in done.stdout
    assert "The last good site was not touched." in done.stdout
    assert "free disk space" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr
    assert half_made(victim.out) == []


def mounting(script: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run a shell script that may mount what it likes; only the script sees it."""
    space = ("unshare", "-m") if os.geteuid() == 0 else ("unshare", "-rm")
    if subprocess.run([*space, "true"], check=False).returncode != 0:
        pytest.skip("this system lets nobody but root mount something")
    return subprocess.run(
        [*space, "sh", "-ec", script, "sh", *map(str, arguments)],
        env={**os.environ, "COLUMNS": "160", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE,
    )


def test_a_disk_that_is_full(victim: Built, tmp_path: Path) -> None:
    """A disk with room for the last site and its parts and a little more, but not for a second site."""
    ends: dict[str, str] = {}
    with unharmed(victim):
        done = mounting(
            """
            room=$(($(du -sk "$1" | cut -f1) + 25000))
            mount -t tmpfs -o size=${room}k tmpfs "$2"
            cp -a "$1/." "$2"
            code=0
            "$3" "$4" "$5" --out "$2" || code=$?
            echo "code $code"
            diff -r "$1/site" "$2/site" && echo same
            ls -A "$2"
            """,
            victim.out,
            tmp_path,
            sys.executable,
            ROOT / "build.py",
            victim.course,
        )
    ends["out"] = done.stdout
    assert "No space left on device" in done.stdout, done.stdout + done.stderr
    assert "The last good site was not touched." in done.stdout
    assert "code 5\nsame\n" in done.stdout
    listed = done.stdout.partition("same\n")[2].split()
    assert ".site-new" not in listed
    assert not [name for name in listed if name.endswith(".part")]


def test_an_output_folder_that_nobody_may_write_to(victim: Built) -> None:
    with unharmed(victim):
        done = mounting(
            'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; exec "$2" "$3" "$4" --out "$1"',
            victim.out,
            sys.executable,
            ROOT / "build.py",
            victim.course,
        )
    assert done.returncode == 5, done.stdout + done.stderr
    assert "Read-only file system" in done.stdout
    assert "permissions" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_book_on_a_disk_that_nobody_may_write_to(bare_book: Built) -> None:
    done = mounting(
        'mount --bind "$1" "$1"; mount -o remount,ro,bind "$1"; exec "$2" "$3" "$1" --out "$4" --no-zip',
        bare_book.course,
        sys.executable,
        ROOT / "build.py",
        bare_book.out,
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_thousand_warnings_are_told_in_a_few_lines(victim: Built) -> None:
    page = victim.course / "content" / "index.md"
    before = page.read_text("utf-8")
    page.write_text(before + "\n".join(f"[x](gone-{number}.md)\n" for number in range(1000)), "utf-8")
    try:
        done = run_build(victim.course, "--out", victim.out, "--no-zip")
    finally:
        page.write_text(before, "utf-8")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "gone-0.md" in done.stdout
    assert "! and 980 more of this kind, which --verbose shows (book)" in done.stdout
    assert len(done.stdout.splitlines()) < 100


def test_the_next_build_simply_works(victim: Built) -> None:
    done = run_build(victim.course, "--out", victim.out)
    assert done.returncode == 0, done.stdout + done.stderr
    assert half_made(victim.out) == []
    assert tools(victim.out) == []
