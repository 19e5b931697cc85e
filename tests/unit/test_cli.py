"""Does the command line keep its contract: exit codes, what is printed where, all problems at once?"""

from __future__ import annotations

import io
import json
import sys
from pathlib import Path
from typing import NoReturn

import pytest
from courses import notebook, run, write_course
from jsonschema import Draft202012Validator

import satchel
from satchel import cli
from satchel.errors import CheckFailed, CourseProblems, Problem, SatchelError, ToolFailed
from satchel.manifest import schema_text
from satchel.options import Options

Capture = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def _wide_and_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")


def raising(error: BaseException) -> object:
    def step(*_args: object, **_options: object) -> NoReturn:
        raise error

    return step


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--nonsense"], "unrecognized arguments: --nonsense"),
        (["one", "two"], "unrecognized arguments: two"),
        (["--quiet", "--verbose"], "not allowed with"),
        (["--out"], "expected one argument"),
        (["--serve", "99999"], "99999' is not a port"),
        (["--serve", "-1"], "-1"),
        (["--serve", "course"], "'course' is not a port"),
        (["--json"], "--json belongs to --plan"),
        (["--plan", "--check"], "--plan only looks"),
        (["--plan", "--serve"], "--plan only looks"),
    ],
)
def test_wrong_usage_is_told_with_code_2(arguments: list[str], words: str, capsys: Capture) -> None:
    ran = run(capsys, *arguments)
    assert ran.code == 2
    assert words in ran.text


def test_the_course_folder_cannot_be_the_place_for_the_site(tmp_path: Path, capsys: Capture) -> None:
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\n")
    (tmp_path / "index.md").write_text("# Hello\n")
    ran = run(capsys, tmp_path, "--out", tmp_path)
    assert (ran.code, ran.told) == (2, ())
    assert "--out" in ran.text


def test_all_problems_are_told_at_once_with_file_place_and_cure(tmp_path: Path, capsys: Capture) -> None:
    course = write_course(
        tmp_path,
        {
            "book/_config.yml": "sphinx:\n  extra_extensions: [sphinx_surely_not_here]\n",
            "book/_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: onne\n- file: two\n- file: deep/three\n",
            "content/two.ipynb": "{",
            "content/deep/three.ipynb": notebook("x = 1", satchel={"gpuu": True}),
            "content/capabilities.yml": "activities:\n  deep/three:\n    host: hub\npackages: ['no name!']\n",
            "lite/overrides.json": "{,}",
        },
    )
    ran = run(capsys, course, "--plan")
    assert ran.code == 3
    assert [(told.code, told.place) for told in ran.told] == [
        ("toc-missing-file", "book/_toc.yml, entry onne"),
        ("notebook-json", "content/two.ipynb, line 1, column 2"),
        ("notebook-not-listed", "content/one.ipynb"),
        ("capabilities-unknown-key", "content/deep/three.ipynb, its declaration"),
        ("capabilities-unknown-host", "content/capabilities.yml, line 2"),
        ("runtime-extra", "content/capabilities.yml, packages"),
        ("lite-json", "lite/overrides.json, line 1, column 2"),
        ("extension-missing", "book/_config.yml, sphinx"),
    ]
    assert all(told.cure for told in ran.told)
    assert "The course has 6 problems." in ran.text
    assert 'Did you mean "one"?' in ran.text


def test_the_plan_is_a_table_and_nothing_is_written(tmp_path: Path, capsys: Capture) -> None:
    course = write_course(tmp_path / "course", {"content/one.ipynb": notebook("import torch\ntorch.ones(1).cuda()")})
    before = sorted(tmp_path.rglob("*"))
    ran = run(capsys, course, "--plan", "--out", tmp_path / "out")
    assert ran.code == 0
    table = ran.out[ran.out.index("Activity") :].splitlines()
    assert table[0].split() == ["Activity", "Runs", "Why"]
    assert any("to read" in row and "GPU" in row for row in table)
    assert any(row.startswith("one.ipynb") for row in table)
    assert sorted(tmp_path.rglob("*")) == before


def test_json_is_the_manifest_and_nothing_else(tmp_path: Path, capsys: Capture) -> None:
    course = write_course(
        tmp_path, {"content/left-out.ipynb": notebook("x"), "content/one.ipynb": notebook("'ü → 日'")}
    )
    ran = run(capsys, course, "--plan", "--json")
    assert ran.code == 0
    manifest = json.loads(ran.out)
    Draft202012Validator(json.loads(schema_text())).validate(manifest)
    assert [activity["source"] for activity in manifest["activities"]] == ["content/one.ipynb"]
    # What is to be said is said on the other stream.
    assert "notebook-not-listed" in ran.err


def test_the_demonstration_course_is_the_default(capsys: Capture) -> None:
    ran = run(capsys, "--plan", "--json")
    assert ran.code == 0
    manifest = json.loads(ran.out)
    Draft202012Validator(json.loads(schema_text())).validate(manifest)
    assert len(manifest["activities"]) > 1


def test_problems_do_not_get_into_the_json(tmp_path: Path, capsys: Capture) -> None:
    ran = run(capsys, write_course(tmp_path, {"content/one.ipynb": "{"}), "--plan", "--json")
    assert (ran.code, ran.out) == (3, "")
    assert [told.code for told in ran.told] == ["notebook-json"]


def test_the_json_is_utf8_whatever_the_terminal_speaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    course = write_course(
        tmp_path, {"book/_config.yml": "title: Zürich → 東京\n", "content/left-out.ipynb": notebook("x")}
    )
    out, err = io.BytesIO(), io.BytesIO()
    monkeypatch.setattr(sys, "stdout", io.TextIOWrapper(out, encoding="ascii"))
    monkeypatch.setattr(sys, "stderr", io.TextIOWrapper(err, encoding="ascii"))
    assert cli.main([str(course), "--plan", "--json"]) == 0
    sys.stderr.flush()
    assert json.loads(out.getvalue())["course"]["title"] == "Zürich → 東京"
    assert b"(notebook-not-listed)" in err.getvalue()


def test_strict_turns_warnings_into_errors(tmp_path: Path, capsys: Capture) -> None:
    course = write_course(tmp_path, {"content/left-out.ipynb": notebook("x")})
    relaxed = run(capsys, course, "--plan")
    assert (relaxed.code, [(told.mark, told.code) for told in relaxed.told]) == (0, [("!", "notebook-not-listed")])
    # Quiet hides warnings, but never why a build stops.
    for more in ([], ["--quiet"]):
        strict = run(capsys, course, "--plan", "--strict", *more)
        assert (strict.code, [(told.mark, told.code) for told in strict.told]) == (3, [("✗", "notebook-not-listed")])
        assert "The course has 1 problem." in strict.text


def test_quiet_prints_problems_only(tmp_path: Path, capsys: Capture) -> None:
    course = write_course(tmp_path, {"content/left-out.ipynb": notebook("x")})
    assert run(capsys, course, "--plan", "--quiet").text == ""


PROBLEM = Problem(code="some-code", message="It is [bold] and [/broken].", cure="Mend [it].", file="a[b].html")


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (KeyboardInterrupt(), 130, "Interrupted. The last good site was not touched."),
        (
            ToolFailed("Jupyter Book", detail="line [1] of [/its] output", cure="Try [this]."),
            5,
            "line [1] of [/its] output\n✗ Jupyter Book failed. The last good site was not touched.\n  → Try [this].\n",
        ),
        (PermissionError(13, "Permission denied", "/some/where"), 5, "Permission denied"),
        (CheckFailed([PROBLEM, PROBLEM]), 4, "The finished site has 2 problems."),
        (CourseProblems([PROBLEM]), 3, "✗ a[b].html: It is [bold] and [/broken]. (some-code)\n  → Mend [it].\n"),
        (SatchelError("something [/else]"), 5, "✗ something [/else]\n"),
    ],
)
def test_every_end_has_its_code_and_its_words(
    error: BaseException, code: int, words: str, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr(cli, "build", raising(error))
    ran = run(capsys, "--quiet")
    assert ran.code == code
    assert words in ran.text


def test_an_interruption_while_reading_counts_as_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture
) -> None:
    monkeypatch.setattr("satchel.layout.read", raising(KeyboardInterrupt()))
    assert run(capsys, write_course(tmp_path), "--plan").code == 130


@pytest.mark.parametrize(
    ("arguments", "port"), [(["--serve"], 8000), (["--serve", "8123"], 8123), (["--serve", "0"], 0)]
)
def test_serve_takes_a_port(arguments: list[str], port: int, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    asked: list[int] = []
    monkeypatch.setattr(cli, "serve", lambda _options, _report, *, port: asked.append(port))
    assert run(capsys, *arguments).code == 0
    assert asked == [port]


def test_options_reach_the_build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Capture) -> None:
    asked: list[Options] = []
    monkeypatch.setattr(cli, "build", lambda options, _report: asked.append(options))
    monkeypatch.chdir(tmp_path)
    assert run(capsys, "here", "--ledger", "ids.json", "--no-zip", "--strict", "--check").code == 0
    [options] = asked
    assert (options.course, options.out) == (tmp_path / "here", tmp_path / "_build")
    assert options.ledger == tmp_path / "ids.json"
    assert (options.zip, options.strict, options.check) == (False, True, True)


def test_the_version_is_told(capsys: Capture) -> None:
    ran = run(capsys, "--version")
    assert (ran.code, ran.out.strip()) == (0, f"satchel {satchel.__version__}")
