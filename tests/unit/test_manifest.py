"""Whether the published manifest keeps its contract, its bytes and its meaning."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from satchel.manifest import PlanRow, RuntimeVersions, manifest_text, plan_rows, schema_text
from satchel.manifestread import parse_manifest
from satchel.model import Activity, CellError, Course, Decision, Evidence, Host, Needs, Notebook

RUNTIME = RuntimeVersions(pyodide="0.28.3", python="3.13.2", packages={"pandas": "2.3.1", "numpy": "2.2.5"})
HUB = Host(
    id="hub", kind="jupyterhub", label="GPU server", url="https://hub.example.edu", expected_wait="three minutes"
)


def activity(name: str) -> Activity:
    notebook = Notebook(source=f"{name}.ipynb", title=f"Größe & {name}", cells=())
    return Activity(id=name, notebook=notebook, page=f"{name}.html", path=f"{name}.ipynb")


DECISIONS = (
    Decision(
        activity=activity("z/net"),
        needs=Needs(
            gpu=True, packages=("numpy",), missing=("torch",), memory_mb=3000, network=("https://b", "https://a")
        ),
        route="hosted",
        why=("Needs a GPU.",),
        launch={"hub": "https://hub.example.edu/x", "also": "https://a.example.edu"},
        evidence=Evidence(
            kind="ran",
            ok=False,
            seconds=1.5,
            peak_mb=200.25,
            requests=("https://a.example", "https://b.example"),
            error=CellError(message="ZeroDivisionError: division by zero", cell="c", number=2),
        ),
    ),
    Decision(activity=activity("a"), needs=Needs(files=("data/b.csv", "data/a.csv")), route="book", also=("lite",)),
)
COURSE = Course(
    id="course-1",
    title="Daten",
    version="abc",
    author="",
    activities=tuple(decision.activity for decision in DECISIONS),
    files=(),
)


def text() -> str:
    return manifest_text(COURSE, RUNTIME, (HUB,), DECISIONS, content="content")


def test_is_the_manifest_exactly_what_the_contract_says() -> None:
    assert json.loads(text()) == {
        "schema": 1,
        "course": {"id": "course-1", "title": "Daten", "version": "abc"},
        "runtime": {"pyodide": "0.28.3", "python": "3.13.2", "packages": {"numpy": "2.2.5", "pandas": "2.3.1"}},
        "hosted": [
            {"id": "hub", "kind": "jupyterhub", "label": "GPU server", "expected_wait": "three minutes", "sign_in": ""}
        ],
        "activities": [
            {
                "id": "z/net",
                "title": "Größe & z/net",
                "source": "content/z/net.ipynb",
                "page": "z/net.html",
                "notebook": "z/net.ipynb",
                "needs": {
                    "gpu": True,
                    "packages": ["numpy"],
                    "missing": ["torch"],
                    "memory_mb": 3000,
                    "network": ["https://a", "https://b"],
                    "files": [],
                },
                "route": "hosted",
                "also": [],
                "why": ["Needs a GPU."],
                "launch": {"hub": "https://hub.example.edu/x", "also": "https://a.example.edu"},
                "evidence": {
                    "kind": "ran",
                    "ok": False,
                    "seconds": 1.5,
                    "peak_mb": 200.25,
                    "requests": ["https://a.example", "https://b.example"],
                    "error": {"cell": "c", "number": 2, "message": "ZeroDivisionError: division by zero"},
                },
            },
            {
                "id": "a",
                "title": "Größe & a",
                "source": "content/a.ipynb",
                "page": "a.html",
                "notebook": "a.ipynb",
                "needs": {
                    "gpu": False,
                    "packages": [],
                    "missing": [],
                    "memory_mb": None,
                    "network": [],
                    "files": ["data/a.csv", "data/b.csv"],
                },
                "route": "book",
                "also": ["lite"],
                "why": [],
                "launch": {},
                "evidence": {
                    "kind": "derived",
                    "ok": None,
                    "seconds": None,
                    "peak_mb": None,
                    "requests": [],
                    "error": None,
                },
            },
        ],
    }


def test_are_the_bytes_the_same_whatever_order_things_came_in() -> None:
    turned = replace(RUNTIME, packages={"numpy": "2.2.5", "pandas": "2.3.1"})
    assert manifest_text(COURSE, turned, [HUB], list(DECISIONS), content="content") == text()
    assert text().endswith("}\n")
    assert "Größe" in text()
    # The order of the book and the order of preference mean something.
    assert text().index('"z/net"') < text().index('"id": "a"')
    assert text().index('"hub": "https') < text().index('"also": "https')


def test_does_nothing_secret_of_a_host_get_published() -> None:
    published = json.dumps(json.loads(text())["hosted"])
    assert "url" not in published
    assert "hub.example.edu" not in published


def test_is_the_schema_valid_and_the_manifest_valid_by_it() -> None:
    schema = json.loads(schema_text())
    Draft202012Validator.check_schema(schema)
    assert list(Draft202012Validator(schema).iter_errors(json.loads(text()))) == []
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_is_an_empty_course_valid() -> None:
    empty = manifest_text(replace(COURSE, activities=()), RuntimeVersions(pyodide="1", python="3"), (), ())
    assert parse_manifest(empty).problems == ()


def test_does_the_manifest_come_back_as_it_was() -> None:
    manifest = parse_manifest(text()).manifest
    assert manifest is not None
    assert (manifest.course_id, manifest.course_title, manifest.course_version) == ("course-1", "Daten", "abc")
    assert manifest.runtime == RUNTIME
    assert [(host.id, host.kind, host.label, host.expected_wait) for host in manifest.hosts] == [
        ("hub", "jupyterhub", "GPU server", "three minutes")
    ]
    first, second = manifest.activities
    assert first.needs == replace(DECISIONS[0].needs, network=("https://a", "https://b"))
    assert (first.route, first.why, first.evidence) == ("hosted", ("Needs a GPU.",), DECISIONS[0].evidence)
    assert list(first.launch.items()) == list(DECISIONS[0].launch.items())
    assert (second.also, second.source, second.notebook) == (("lite",), "content/a.ipynb", "a.ipynb")


def test_is_a_manifest_of_an_earlier_version_still_read() -> None:
    data = json.loads(text())
    for activity in data["activities"]:
        del activity["evidence"]["requests"], activity["evidence"]["error"]
    manifest = parse_manifest(json.dumps(data)).manifest
    assert manifest is not None
    assert (manifest.activities[0].evidence.requests, manifest.activities[0].evidence.error) == ((), None)


def broken(change: Any) -> str:
    data = json.loads(text())
    change(data)
    return json.dumps(data)


@pytest.mark.parametrize(
    "bad",
    [
        "",
        "[]",
        "{",
        '{"schema": 1}',
        broken(lambda data: data.update(schema=2)),
        broken(lambda data: data.update(extra=1)),
        broken(lambda data: data["course"].update(id="")),
        broken(lambda data: data["activities"][0].update(route="bus")),
        broken(lambda data: data["activities"][0].update(page="/a.html")),
        broken(lambda data: data["activities"][0].update(source="../a.ipynb")),
        broken(lambda data: data["activities"][0].update(launch={"hub": "javascript:alert(1)"})),
        broken(lambda data: data["activities"][0]["needs"].update(gpu="yes")),
        broken(lambda data: data["activities"][0]["needs"].pop("missing")),
        broken(lambda data: data["activities"][0]["evidence"].update(seconds=-1)),
        broken(lambda data: data["activities"][0]["evidence"].update(error="failed")),
        broken(lambda data: data["activities"][0]["evidence"]["error"].update(number=0)),
        broken(lambda data: data.update(activities=3)),
        broken(lambda data: data.update(activities=[None])),
        "[" * 100_000,
        broken(lambda data: data["hosted"][0].update(kind="ssh")),
    ],
)
def test_is_another_text_refused(bad: str) -> None:
    read = parse_manifest(bad)
    assert read.manifest is None
    assert read.problems
    assert all(problem.cure for problem in read.problems)


def test_is_the_plan_a_row_for_each_activity() -> None:
    assert plan_rows(DECISIONS) == (
        PlanRow(title="Größe & z/net", source="z/net.ipynb", route="hosted", also=(), why="Needs a GPU."),
        PlanRow(title="Größe & a", source="a.ipynb", route="book", also=("lite",), why=""),
    )
