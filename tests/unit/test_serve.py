"""Does `--serve` build at every change of a source, and at nothing else, and survive a build that fails?"""

from __future__ import annotations

import io
import queue
import runpy
import socket
import threading
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from courses import write_course
from rich.console import Console
from watchfiles import Change

from satchel import frontend, siteserver
from satchel import serve as serving
from satchel.errors import CourseProblems, Problem, ToolFailed
from satchel.offline import STARTER
from satchel.options import Options
from satchel.pipeline import watched
from satchel.report import Report

# A guard against hanging for ever, not a time that anything has to take.
LIMIT = 60


@pytest.mark.parametrize(
    ("path", "counts"),
    [
        ("content/index.md", True),
        ("content/one.ipynb", True),
        ("content/data.git.csv", True),
        ("book/_toc.yml", True),
        ("content/satchel-ledger.json", False),
        ("content/.satchel-ledger.json.part", False),
        ("content/runtime.lock.json", False),
        ("content/.git/HEAD", False),
        ("content/__pycache__/helper.pyc", False),
        ("content/.ipynb_checkpoints/one.ipynb", False),
        ("content/out/site/index.html", False),
        ("content/outline.md", True),
    ],
)
@pytest.mark.parametrize("above", ["home/user.github.io", "node_modules/x", ".git"])
def test_only_what_an_author_writes_starts_a_build(path: str, counts: bool, above: str) -> None:
    course = Path("/") / above / "course"
    is_source = serving._is_source([course / "content", course / "book"], course / "content" / "out")
    assert is_source(Change.modified, str(course / path)) is counts


def test_sources_are_watched_and_packages_are_not(tmp_path: Path) -> None:
    course = write_course(tmp_path / "course")
    folders = watched(Options(course=course, out=tmp_path / "out", cache=tmp_path))
    names = {path.relative_to(frontend.SOURCE).as_posix() for path in folders if path.is_relative_to(frontend.SOURCE)}
    # An operating system has only so many watches, and node_modules alone has thousands of folders.
    assert names == {"src", "css", "build", "icons", "templates"}
    assert {course / "content", course / "book"} <= set(folders)


@contextmanager
def running(
    course: Path, build: Callable[[Options], None], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[str, Callable[[], str]]]:
    """`--serve` in a thread; yields its address and what it has printed so far."""
    options = Options(course=course, out=course.parent / "out", cache=course.parent / "cache")
    printed = io.StringIO()
    report = Report(console=Console(file=printed, width=200, no_color=True))
    monkeypatch.setattr(serving, "build", lambda given, _report: build(given))
    stop = threading.Event()
    addresses: queue.Queue[str] = queue.Queue()
    thread = threading.Thread(
        target=serving.serve,
        args=(options, report),
        kwargs={"port": 0, "stop": stop, "started": addresses.put},
        daemon=True,
    )
    thread.start()
    try:
        yield addresses.get(timeout=LIMIT), printed.getvalue
    finally:
        stop.set()
        thread.join(LIMIT)
        assert not thread.is_alive()


@pytest.mark.effects
def test_a_change_is_built_and_what_is_served_is_never_old(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = write_course(tmp_path / "course")
    built: queue.Queue[str] = queue.Queue()

    def build(options: Options) -> None:
        text = (options.course / "content/index.md").read_text()
        options.site.mkdir(parents=True, exist_ok=True)
        (options.site / "index.html").write_text(text)
        built.put(text)

    with running(course, build, monkeypatch) as (address, printed):
        assert address.startswith("http://127.0.0.1:")
        assert built.get(timeout=LIMIT) == "# Small\n"
        (course / "content/index.md").write_text("# Changed\n")
        assert built.get(timeout=LIMIT) == "# Changed\n"
        with urllib.request.urlopen(address) as answer:
            assert answer.read() == b"# Changed\n"
            assert answer.headers["Cache-Control"] == "no-cache"
    assert "index.md changed: building again" in printed()


@pytest.mark.effects
def test_a_change_during_the_first_build_is_not_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = write_course(tmp_path / "course")
    built: queue.Queue[str] = queue.Queue()

    def build(options: Options) -> None:
        page = options.course / "content/index.md"
        text = page.read_text()
        if text == "# Small\n":
            page.write_text("# Changed meanwhile\n")
        built.put(text)

    with running(course, build, monkeypatch):
        assert built.get(timeout=LIMIT) == "# Small\n"
        assert built.get(timeout=LIMIT) == "# Changed meanwhile\n"


@pytest.mark.effects
@pytest.mark.parametrize(
    ("error", "words"),
    [
        (
            CourseProblems([Problem(code="bad", message="Broken [/b].", cure="Mend it.", file="content/index.md")]),
            "✗ content/index.md: Broken [/b]. (bad)",
        ),
        (ToolFailed("Jupyter Book", detail="at line [/3]", cure="Look there."), "at line [/3]\n✗ Jupyter Book failed."),
        (FileNotFoundError(2, "No such file", "one.ipynb"), "No such file"),
    ],
)
def test_a_build_that_fails_is_told_and_the_next_one_comes(
    error: Exception, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = write_course(tmp_path / "course")
    built: queue.Queue[str] = queue.Queue()

    def build(options: Options) -> None:
        text = (options.course / "content/index.md").read_text()
        built.put(text)
        if text == "# Small\n":
            raise error

    with running(course, build, monkeypatch) as (_, printed):
        assert built.get(timeout=LIMIT) == "# Small\n"
        (course / "content/index.md").write_text("# Mended\n")
        assert built.get(timeout=LIMIT) == "# Mended\n"
    assert words in printed()
    assert "The last good site stays on show." in printed()


@pytest.mark.effects
def test_a_busy_port_is_told_before_anything_is_built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(serving, "build", lambda *_: pytest.fail("built although the port is busy"))
    options = Options(course=write_course(tmp_path / "course"), out=tmp_path / "out", cache=tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(ToolFailed) as caught:
            serving.serve(options, Report(console=Console(file=io.StringIO())), port=port)
    assert str(port) in caught.value.what
    assert f"--serve {port + 1}" in caught.value.cure


@pytest.mark.effects
def test_a_folder_without_a_course_is_told_before_anything_is_built(tmp_path: Path) -> None:
    options = Options(course=tmp_path, out=tmp_path / "out", cache=tmp_path)
    with pytest.raises(CourseProblems):
        serving.serve(options, Report(console=Console(file=io.StringIO())), port=0)


@pytest.mark.parametrize(
    ("error", "told"), [(ConnectionResetError(), False), (BrokenPipeError(), False), (ValueError("x"), True)]
)
def test_a_browser_that_stops_fetching_is_no_news_and_everything_else_is(
    error: Exception, told: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    starter = runpy.run_path(str(STARTER / "start.py"))
    for server in (siteserver.SiteServer, starter["Server"]):
        try:
            raise error
        except type(error):
            server.handle_error(server.__new__(server), None, None)
        assert ("Traceback" in capsys.readouterr().err) is told
