"""Does the author see what matters, whatever letters and brackets are in it?"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator

import pytest
from rich.console import Console

from satchel.errors import Problem
from satchel.model import Activity, Decision, Needs, Notebook, Route
from satchel.report import Detail, Report, megabytes

NASTY = "[/] [red]x[/b] \\"


def report(detail: Detail = "normal", *, terminal: bool = False, clock: Iterator[float] | None = None) -> Report:
    console = Console(file=io.StringIO(), width=60, no_color=True, force_terminal=terminal)
    return Report(console=console, detail=detail, clock=clock.__next__ if clock else lambda: 0.0)


def shown(made: Report) -> str:
    """What was printed, without the codes for colours and for moving about."""
    assert isinstance(made.console.file, io.StringIO)
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", made.console.file.getvalue())


def problem(severity: str = "error", **changes: str) -> Problem:
    values = {
        "code": "some-code",
        "message": "It broke.",
        "cure": "Mend it.",
        "file": "a.md",
        "where": "line 3",
    } | changes
    return Problem(**values, severity="warning" if severity == "warning" else "error")


def decision(route: Route, title: str = "Title", why: tuple[str, ...] = ("Because.",)) -> Decision:
    notebook = Notebook(source="a/b.md", title=title, cells=())
    return Decision(
        activity=Activity(id="a-b", notebook=notebook, page="a/b.html", path="a/b.ipynb"),
        needs=Needs(),
        route=route,
        why=why,
    )


def test_a_problem_has_place_message_code_and_cure() -> None:
    made = report()
    made.problems([problem(), problem("warning", where="", file="")])
    assert shown(made) == "✗ a.md, line 3: It broke. (some-code)\n  → Mend it.\n! It broke. (some-code)\n  → Mend it.\n"


def test_the_same_problem_is_told_once() -> None:
    made = report()
    made.problems([problem(), problem(), problem(where="line 4")])
    assert shown(made).count("It broke.") == 2


def test_a_message_of_several_lines_becomes_one() -> None:
    made = report()
    made.problems([problem(message="It\n  broke\tbadly.")])
    assert "a.md, line 3: It broke badly. (some-code)\n" in shown(made)


def test_quiet_hides_warnings_and_progress_but_no_error() -> None:
    made = report("quiet")
    made.say("words")
    made.echo("a command")
    made.plan([decision("book")])
    with made.steps(), made.step("book"):
        pass
    made.problems([problem("warning")])
    assert shown(made) == ""
    made.problems([problem()])
    made.failure("The end.", detail="of a tool", cure="Start again.")
    assert shown(made).endswith("Mend it.\nof a tool\n✗ The end.\n  → Start again.\n")


def test_commands_are_shown_only_on_request() -> None:
    for detail, expected in (("normal", ""), ("verbose", "$ cd '/a [b]' && npm ci\n")):
        made = report(detail)  # type: ignore[arg-type]
        made.echo("cd '/a [b]' && npm ci")
        assert shown(made) == expected


@pytest.mark.parametrize("terminal", [False, True])
def test_brackets_from_elsewhere_are_shown_as_they_are(terminal: bool) -> None:
    made = report("verbose", terminal=terminal)
    made.problems([problem(message=NASTY, cure=NASTY, file=NASTY)])
    made.failure(NASTY, detail=NASTY, cure=NASTY)
    made.echo(NASTY)
    made.plan([decision("book", title=NASTY, why=(NASTY,))])
    with made.steps(), made.step("book") as step:
        step(1, 2, NASTY)
        step.note = NASTY
    assert shown(made).count("[red]x[/b]") >= 9


def test_a_long_path_stays_in_one_line() -> None:
    made = report()
    path = "/very" * 30
    made.say(f"  site  {path}")
    made.problems([problem(file=path)])
    made.failure(path, cure=path)
    assert shown(made).count(path) == 4


def test_a_step_is_told_when_it_is_done_with_its_seconds_and_note() -> None:
    made = report(clock=iter([10.0, 12.5]))
    with made.steps(), made.step("book") as step:
        assert shown(made) == ""
        step.note = "7 pages"
    assert shown(made) == f"  ✓ {'book':<22}   2.5 s   7 pages\n"


def test_a_step_that_fails_is_not_told_as_done() -> None:
    made = report()
    with pytest.raises(RuntimeError), made.steps(), made.step("book"):
        raise RuntimeError
    assert shown(made) == ""


def test_the_plan_reads_well_without_colours() -> None:
    made = report()
    made.plan([decision("book"), decision("lite"), decision("hosted"), decision("read", why=("One.", "Two."))])
    for words in ("in the page", "as a notebook", "on a server", "to read", "One. Two.", "a/b.md"):
        assert words in shown(made)


def test_a_long_plan_is_summed_up_by_a_build_and_told_whole_when_asked_for() -> None:
    many = [decision("book", title=f"Lesson {number}.") for number in range(200)] + [decision("hosted")]
    made = report()
    made.plan(many, whole=False)
    assert "Lesson" not in shown(made)
    assert "on a server" in shown(made)
    assert "200 of 201 activities run in the page; --plan lists all of them." in shown(made)
    asked, verbose = report(), report("verbose")
    asked.plan(many)
    verbose.plan(many, whole=False)
    for made in (asked, verbose):
        assert all(f"Lesson {number}." in shown(made) for number in range(200))


def test_sizes_are_decimal_megabytes() -> None:
    assert [megabytes(size) for size in (0, 1_250_000, 46_500_000)] == ["0.0 MB", "1.2 MB", "46.5 MB"]


@pytest.mark.parametrize("severity", ["error", "warning"])
def test_a_thousand_of_a_kind_are_summed_up(severity: str) -> None:
    made = report()
    made.problems([problem(severity, where=f"line {number}") for number in range(1000)])
    made.problems([problem(severity, code="another")])
    lines = shown(made).splitlines()
    assert len([line for line in lines if "It broke." in line]) == 21
    assert (
        f"{'✗' if severity == 'error' else '!'} and 980 more of this kind, which --verbose shows (some-code)" in lines
    )


def test_verbose_tells_all_thousand() -> None:
    made = report("verbose")
    made.problems([problem(where=f"line {number}") for number in range(1000)])
    assert shown(made).count("It broke.") == 1000
    assert "more of this kind" not in shown(made)


def test_the_end_of_a_failure_says_what_became_of_the_site() -> None:
    made = report()
    assert made.state == "The last good site was not touched."
    made.published = True
    assert made.state == "The new site is in place."
