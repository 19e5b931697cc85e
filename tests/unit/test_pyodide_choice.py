"""Does a course get the Pyodide that it asks for, and does its author hear what the browser will not have?"""

from __future__ import annotations

import json
from collections.abc import Collection
from pathlib import Path
from typing import Any

import pytest
from courses import notebook, run, write_course

from satchel import reading
from satchel.runtime.versions import DEFAULT

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def network(monkeypatch: pytest.MonkeyPatch) -> list[Collection[str]]:
    """What was asked of the network while planning: nothing can be had there."""
    questions: list[Collection[str]] = []

    def asked(names: Collection[str], *_args: Any, **_options: Any) -> bool:
        questions.append(names)
        return False

    monkeypatch.setattr(reading.runtimes, "within_reach", asked)
    return questions


def planned(course: Path, capsys: Capture) -> dict[str, Any]:
    ran = run(capsys, course, "--plan", "--json")
    assert ran.code == 0, ran.text
    manifest: dict[str, Any] = json.loads(ran.out)
    return manifest


@pytest.mark.parametrize(
    ("asked", "pyodide", "python"),
    [("pyodide: 314.0.6\n", "314.0.6", "3.14"), ("pyodide: 0.28.3\n", "0.28.3", "3.13")],
)
def test_course_runs_on_the_release_it_asks_for(
    tmp_path: Path, capsys: Capture, asked: str, pyodide: str, python: str
) -> None:
    course = write_course(tmp_path, {"content/capabilities.yml": asked})
    runtime = planned(course, capsys)["runtime"]
    assert (runtime["pyodide"], runtime["python"]) == (pyodide, python)
    assert "ipython" in runtime["packages"]


def test_course_that_asks_for_none_gets_the_default(tmp_path: Path, capsys: Capture) -> None:
    assert planned(write_course(tmp_path), capsys)["runtime"]["pyodide"] == DEFAULT


def test_record_of_packages_is_read_for_that_release(tmp_path: Path, capsys: Capture) -> None:
    entry = {"version": "1.0", "file_name": "my_tool-1.0-py3-none-any.whl", "sha256": "0" * 64, "size": 1}
    lists = {"requires": [], "extras": [], "imports": ["mytool"]}
    record = {"schema": 1, "pyodide": "314.0.6", "packages": {"my-tool": entry | lists}}
    course = write_course(
        tmp_path,
        {
            "content/one.ipynb": notebook("import mytool"),
            "content/runtime.lock.json": json.dumps(record),
            "content/capabilities.yml": "pyodide: 314.0.6\npackages: [my-tool]\n",
        },
    )
    assert planned(course, capsys)["runtime"]["packages"]["my-tool"] == "1.0"
    (course / "content" / "capabilities.yml").write_text("pyodide: 0.28.3\npackages: [my-tool]\n")
    assert "my-tool" not in planned(course, capsys)["runtime"]["packages"]


@pytest.mark.parametrize("hosted", [False, True])
def test_import_that_nobody_knows_keeps_an_activity_out_of_the_browser(
    tmp_path: Path, capsys: Capture, network: list[Collection[str]], hosted: bool
) -> None:
    hub = "hosted:\n- {id: hub, kind: jupyterhub, url: https://hub.example.edu, repository: https://example.edu/r}\n"
    course = write_course(
        tmp_path,
        {
            "content/one.ipynb": notebook("import nosuchthing"),
            **({"content/capabilities.yml": hub} if hosted else {}),
        },
    )
    ran = run(capsys, course, "--plan", "--json")
    (activity,) = json.loads(ran.out)["activities"]
    assert activity["needs"]["missing"] == ["nosuchthing"]
    assert activity["route"] == ("hosted" if hosted else "read")
    told = {told.code: told for told in ran.told}
    assert "The browser has no nosuchthing: it is not part of Pyodide" in told["route-missing-package"].message
    assert ("route-no-host" in told) is not hosted
    # Pyodide has no such package either, so there is nobody to ask.
    assert network == []


def test_import_that_is_tried_only_does_not(tmp_path: Path, capsys: Capture, network: list[Collection[str]]) -> None:
    guarded = "try:\n    import nosuchthing\nexcept ImportError:\n    nosuchthing = None"
    (activity,) = planned(write_course(tmp_path, {"content/one.ipynb": notebook(guarded)}), capsys)["activities"]
    assert (activity["route"], activity["needs"]["missing"]) == ("book", [])


@pytest.mark.parametrize(
    ("files", "names"),
    [
        ({"content/one.ipynb": notebook("import statsmodels")}, {"statsmodels"}),
        ({"content/capabilities.yml": "packages: [statsmodels]\n"}, {"statsmodels"}),
        ({"content/capabilities.yml": "activities: {one: {packages: [statsmodels]}}\n"}, {"statsmodels"}),
    ],
)
def test_full_distribution_is_asked_about_what_only_it_has(
    tmp_path: Path, capsys: Capture, network: list[Collection[str]], files: dict[str, str], names: set[str]
) -> None:
    run(capsys, write_course(tmp_path, files), "--plan")
    assert [set(question) & names for question in network] == [names]


@pytest.mark.parametrize("code", ["import numpy, math", "import torch, cv2\ntorch.ones(1).cuda()"])
def test_full_distribution_is_not_asked_in_vain(
    tmp_path: Path, capsys: Capture, network: list[Collection[str]], code: str
) -> None:
    run(capsys, write_course(tmp_path, {"content/one.ipynb": notebook(code)}), "--plan")
    assert network == []


def test_what_the_full_distribution_has_counts_if_it_is_within_reach(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    course = write_course(tmp_path, {"content/one.ipynb": notebook("import statsmodels")})
    routes = []
    for answer in (False, True):
        monkeypatch.setattr(reading.runtimes, "within_reach", lambda *_args, answer=answer, **_options: answer)
        (activity,) = planned(course, capsys)["activities"]
        routes.append(activity["route"])
    assert routes == ["read", "book"]
