"""What is run, how many at once, what still counts, and what follows from a run: does each come out right?"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

from satchel.check.account import account
from satchel.check.checking import begin
from satchel.check.jobs import checkable, jobs, lanes
from satchel.check.kept import Kept
from satchel.check.keys import Surroundings, files_of, key
from satchel.check.records import Ran, Record, dump, parse
from satchel.check.running import run_all
from satchel.check.verdicts import judge, judged
from satchel.errors import ToolFailed
from satchel.model import Activity, Cell, CellError, Course, CourseFile, Decision, Evidence, Needs, Notebook, Route
from satchel.reasons import duration

AROUND = Surroundings(
    satchel="1", pyodide="0.28.3", python="3.13.2", packages={"numpy": "2.2.5"}, lock="abc", browser_side="def"
)
GOOD = Evidence(kind="ran", ok=True, seconds=12.3, peak_mb=180.2)
ERROR = CellError(message="ValueError: no", cell="two", number=2)
BAD = Evidence(kind="ran", ok=False, seconds=3.0, peak_mb=50.0, error=ERROR)


def decision(name: str = "a", route: Route = "book", **changes: object) -> Decision:
    cells = (Cell(id="one", kind="code", source="1"), Cell(id="two", kind="code", source="2", tags=("x",)))
    notebook = Notebook(source=f"{name}.ipynb", title=f"Title {name}", cells=cells)
    made = Decision(
        activity=Activity(id=name, notebook=notebook, page=f"{name}.html", path=f"{name}.ipynb"),
        needs=Needs(files=("data/a.csv",)),
        route=route,
        also=("lite",),
        why=("Runs in your browser.",),
    )
    return replace(made, **changes)  # type: ignore[arg-type]


def course(*decisions: Decision) -> Course:
    files = (CourseFile(path="data/a.csv", size=1), CourseFile(path="data/b.csv", size=1))
    activities = tuple(each.activity for each in decisions)
    return Course(id="c", title="Course", version="1", author="", activities=activities, files=files)


def test_what_runs_in_a_browser_first_of_all_is_run() -> None:
    chosen = checkable([decision("a"), decision("b", "lite"), decision("c", "hosted"), decision("d", "read")])
    assert [each.activity.id for each in chosen] == ["a", "b"]


def test_the_longest_run_first_within_their_own_limits() -> None:
    known = {"b": Evidence(kind="ran", ok=True, seconds=90.0, peak_mb=700.0), "c": replace(GOOD, seconds=1.0)}
    given = [decision("a"), decision("b"), decision("c"), decision("d", seconds=900)]
    found = jobs(given, known)
    assert [job.decision.activity.id for job in found] == ["b", "a", "d", "c"]
    limits = {job.decision.activity.id: (job.limit, job.cell_limit) for job in found}
    assert limits == {"a": (300, 180), "b": (300, 180), "c": (300, 180), "d": (900, 900)}
    assert found[0].expected_mb == 700
    assert jobs([decision(needs=Needs(memory_mb=1500))], {})[0].expected_mb == 1500


@pytest.mark.parametrize(
    ("expected", "cores", "free", "wanted"),
    [
        ([400] * 8, 4, 100_000, 4),
        ([400] * 8, 4, None, 4),
        ([400] * 2, 4, 100_000, 2),
        ([400] * 8, 4, 3100, 3),
        ([400] * 8, 4, 100, 1),
        ([400, 2000, 400], 4, 3700, 2),
        ([400, 2000, 400], 4, 3600, 2),
        ([400, 2000, 400], 4, 3599, 1),
        ([400] * 8, 0, 100_000, 1),
        ([], 4, 100_000, 1),
    ],
)
def test_as_many_run_at_once_as_cores_and_memory_allow(
    expected: list[float], cores: int, free: float | None, wanted: int
) -> None:
    assert lanes(expected, cores=cores, free_mb=free) == wanted


def test_the_same_run_has_the_same_key_and_prose_is_no_part_of_it() -> None:
    one = decision()
    prose = Cell(id="p", kind="markdown", source="New words")
    retitled = replace(one.activity.notebook, title="Other", cells=(prose, *one.activity.notebook.cells))
    other = replace(one, activity=replace(one.activity, notebook=retitled), why=("Otherwise.",))
    assert key(one, AROUND, {"data/a.csv": "1"}) == key(other, AROUND, {"data/a.csv": "1"})


def changed_cell(**changes: object) -> Decision:
    one = decision()
    first, second = one.activity.notebook.cells
    cells = (first, replace(second, **changes))  # type: ignore[arg-type]
    return replace(one, activity=replace(one.activity, notebook=replace(one.activity.notebook, cells=cells)))


@pytest.mark.parametrize(
    ("other", "around", "files"),
    [
        (changed_cell(source="3"), AROUND, "1"),
        (changed_cell(tags=("raises-exception",)), AROUND, "1"),
        (changed_cell(id="three"), AROUND, "1"),
        (decision(route="lite"), AROUND, "1"),
        (decision(), replace(AROUND, satchel="2"), "1"),
        (decision(), replace(AROUND, pyodide="314.0.6"), "1"),
        (decision(), replace(AROUND, packages={"numpy": "2.2.6"}), "1"),
        (decision(), replace(AROUND, lock="x"), "1"),
        (decision(), replace(AROUND, browser_side="x"), "1"),
        (decision(), AROUND, "2"),
    ],
)
def test_whatever_a_run_depends_on_changes_the_key(other: Decision, around: Surroundings, files: str) -> None:
    assert key(other, around, {"data/a.csv": files}) != key(decision(), AROUND, {"data/a.csv": "1"})


def test_a_notebook_of_jupyterlite_sees_all_files_of_the_course() -> None:
    page, notebook = decision(), decision(route="lite")
    assert files_of(page, course(page)) == ("data/a.csv",)
    assert files_of(notebook, course(notebook)) == ("data/a.csv", "data/b.csv")


@pytest.mark.parametrize("evidence", [GOOD, BAD, replace(GOOD, requests=("https://a.example",), peak_mb=None)])
def test_a_record_comes_back_as_it_was(evidence: Evidence) -> None:
    record = Record(key="k", evidence=evidence)
    assert parse(dump(record)) == record


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "{}",
        "[" * 100_000,
        dump(Record(key="", evidence=GOOD)),
        dump(Record(key="k", evidence=Evidence(kind="derived"))),
        dump(Record(key="k", evidence=GOOD)).replace("12.3", '"long"'),
        dump(Record(key="k", evidence=GOOD))[:-9],
    ],
)
def test_a_damaged_record_is_none(text: str) -> None:
    assert parse(text) is None


def test_only_what_would_be_the_same_again_is_kept() -> None:
    assert Ran(evidence=GOOD).lasting
    assert Ran(evidence=replace(GOOD, requests=("https://a.example",))).lasting
    assert Ran(evidence=BAD, raised=True).lasting
    # A network that is back, more time or another browser may help.
    assert not Ran(evidence=replace(BAD, requests=("https://a.example",)), raised=True).lasting
    assert not Ran(evidence=BAD, raised=False).lasting


def test_what_is_known_counts_only_under_its_key(tmp_path: Path) -> None:
    content = tmp_path / "content"
    (content / "data").mkdir(parents=True)
    (content / "data" / "a.csv").write_text("1", "utf-8")
    one = decision()
    ask = {"content": content, "folder": tmp_path / "evidence"}
    empty = begin([one], course(one), AROUND, **ask)
    assert ([d.activity.id for d in empty.open], dict(empty.known)) == (["a"], {})
    Kept(folder=tmp_path / "evidence").write("a", Record(key=empty.keys["a"], evidence=GOOD))
    again = begin([one, decision("h", "hosted")], course(one), AROUND, **ask)
    assert (again.open, dict(again.known)) == ((), {"a": GOOD})

    (content / "data" / "a.csv").write_text("2", "utf-8")
    changed = begin([one], course(one), AROUND, **ask)
    assert ([d.activity.id for d in changed.open], dict(changed.known)) == (["a"], {})
    assert dict(changed.earlier) == {"a": GOOD}

    (content / "data" / "a.csv").write_text("1", "utf-8")
    for file in (tmp_path / "evidence").iterdir():
        file.write_bytes(b"\xff\xfe damaged")
    assert dict(begin([one], course(one), AROUND, **ask).known) == {}


def test_one_that_runs_says_so_to_readers() -> None:
    verdict = judge(decision(), GOOD)
    assert verdict.problems == ()
    assert verdict.decision.evidence == GOOD
    assert verdict.decision.why == (
        "Runs in your browser.",
        "When the course was checked, it ran in a browser in 12 seconds.",
    )


def test_one_that_fails_is_sent_to_a_server_if_there_is_one() -> None:
    verdict = judge(decision(refuge={"hub": "https://hub.example.edu/a"}), BAD)
    moved = verdict.decision
    assert (moved.route, moved.also, moved.launch) == ("hosted", (), {"hub": "https://hub.example.edu/a"})
    assert moved.why == ("Fails in the browser (cell 2): ValueError: no.",)
    assert [(p.code, p.severity, p.where) for p in verdict.problems] == [
        ("check-moved", "warning", "code cell 2 (two)")
    ]
    assert verdict.moved


def test_one_that_fails_without_a_server_is_an_error() -> None:
    verdict = judge(decision(), BAD)
    assert [(p.code, p.severity, p.file) for p in verdict.problems] == [("check-failed", "error", "a.ipynb")]
    assert (verdict.moved, verdict.decision.route) == (False, "book")


@pytest.mark.parametrize(
    ("network", "codes"),
    [
        ((), ["check-outside-request"]),
        (("https://data.example.org/x.csv",), []),
        (("https://www.example.org/",), ["check-outside-request"]),
    ],
)
def test_an_outside_request_that_nobody_knew_of_is_named(network: tuple[str, ...], codes: list[str]) -> None:
    seen = replace(GOOD, requests=("https://data.example.org",))
    problems = judge(decision(needs=Needs(network=network)), seen).problems
    assert [problem.code for problem in problems] == codes
    assert all("https://data.example.org" in problem.message for problem in problems)


@pytest.mark.parametrize(("peak", "codes"), [(2048.0, []), (2049.0, ["check-memory"]), (None, [])])
def test_more_memory_than_a_page_gets_is_a_warning(peak: float | None, codes: list[str]) -> None:
    assert [problem.code for problem in judge(decision(), replace(GOOD, peak_mb=peak)).problems] == codes


def test_only_what_was_seen_is_judged() -> None:
    given = (decision("a"), decision("b", "hosted"), decision("c"))
    found = judged(given, {"a": GOOD, "b": GOOD})
    assert [verdict.decision.evidence.kind for verdict in found] == ["ran", "derived", "derived"]
    assert found[1].decision is given[1]


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(0.2, "a second"), (1.4, "a second"), (1.6, "2 seconds"), (99.4, "99 seconds"), (150, "2 minutes")],
)
def test_a_duration_is_as_exact_as_a_reader_wants(seconds: float, words: str) -> None:
    assert duration(seconds) == words


def test_the_account_has_a_row_for_each_and_a_cure_for_failures() -> None:
    asking = replace(GOOD, requests=("https://a.example", "https://b.example"), peak_mb=None)
    verdicts = judged(
        [
            decision("a"),
            decision("b"),
            decision("c", refuge={"hub": "https://hub.example.edu/c"}),
            decision("d"),
            decision("e|f", "hosted"),
        ],
        {"a": GOOD, "b": asking, "c": BAD, "d": replace(BAD, error=CellError(message="The browser | ended"))},
    )
    assert account("Daten", verdicts, kept={"a"}) == (
        "# Check of Daten\n\n"
        "2 of 4 activities run in the browser, 1 sent to a server, **1 failed**. "
        "Not run again, because nothing about them had changed: 1.\n\n"
        "| Activity | Verdict | Seconds | Memory (MB) | Asked outside | First error |\n"
        "| --- | --- | --- | --- | --- | --- |\n"
        "| Title a (`a.ipynb`) | runs, unchanged | 12.3 | 180 |  |  |\n"
        "| Title b (`b.ipynb`) | runs | 12.3 |  | https://a.example, https://b.example |  |\n"
        "| Title c (`c.ipynb`) | sent to hub | 3.0 | 50 |  | code cell 2 (two): ValueError: no |\n"
        "| Title d (`d.ipynb`) | **fails** | 3.0 | 50 |  | The browser \\| ended |\n\n"
        "Seconds run from opening the activity to its last cell. Memory is the most that Python had.\n\n"
        "Not run, because they do not run in a browser: Title e|f.\n\n"
        "## Title c\n\n`c.ipynb`, code cell 2 (two): ValueError: no\n\n"
        "Make it run in the browser, or agree with `route: hosted` in capabilities.yml.\n\n"
        "## Title d\n\n`d.ipynb`: The browser | ended\n\n"
        "Make it run in the browser, tag the cell raises-exception if it is meant to fail, or declare in "
        "capabilities.yml that the activity runs on a server.\n"
    )


def test_a_course_without_browser_activities_has_an_account_too() -> None:
    text = account("Daten", judged([decision("a", "read")], {}), kept=())
    assert "nothing was run" in text
    assert "|" not in text


@pytest.mark.effects
@pytest.mark.parametrize(
    ("script", "told"),
    [(None, "Chromium was not found"), ("#!/bin/sh\necho no display >&2\nexit 3\n", "Starting Chromium for the check")],
)
def test_a_browser_that_does_not_start_is_not_held_against_the_course(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str | None, told: str
) -> None:
    if script is not None:
        (tmp_path / "chromium").write_text(script, "utf-8")
        (tmp_path / "chromium").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    seen: list[str] = []

    def check() -> None:
        waiting = jobs([decision("a"), decision("b")], {})
        run_all(tmp_path, waiting, on_progress=lambda *_: None, on_seen=lambda identity, _: seen.append(identity))

    # In a thread of its own, where no other loop runs.
    with ThreadPoolExecutor() as pool, pytest.raises(ToolFailed) as failed:
        pool.submit(check).result()
    assert (failed.value.what, seen) == (told, [])
    assert failed.value.cure
