"""Does `--plan` tell the author what is different from the last build, and nothing else?"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from courses import run, write_course

from satchel.manifest import RuntimeVersions, manifest_text
from satchel.manifestdiff import differences
from satchel.manifestread import Manifest, parse_manifest
from satchel.model import Activity, Course, Decision, Host, Needs, Notebook


def activity(name: str, title: str) -> Activity:
    return Activity(
        id=name,
        notebook=Notebook(source=f"{name}.ipynb", title=title, cells=()),
        page=f"{name}.html",
        path=f"{name}.ipynb",
    )


OPTICS, WAVES = activity("optics", "Optics, exercise 4"), activity("waves", "Waves")
TEXT = manifest_text(
    Course(id="c", title="Physics", version="1", author="", activities=(OPTICS, WAVES), files=()),
    RuntimeVersions(pyodide="0.28.3", python="3.13.2", packages={"numpy": "2.2.5", "pandas": "2.3.1"}),
    [Host(id="hub", kind="jupyterhub", label="GPU server", url="https://hub.example.edu", expected_wait="a minute")],
    [
        Decision(
            activity=OPTICS,
            needs=Needs(packages=("numpy",), files=("a.csv",)),
            route="book",
            also=("lite",),
            why=("Runs in your browser.",),
        ),
        Decision(
            activity=WAVES,
            needs=Needs(gpu=True, memory_mb=4000, network=("https://www.example.org/x",)),
            route="hosted",
            why=("Needs a GPU.",),
            launch={"hub": "https://hub.example.edu/waves"},
        ),
    ],
)
Change = Callable[[dict[str, Any]], object]


def manifest(*changes: Change) -> Manifest:
    data = json.loads(TEXT)
    for change in changes:
        change(data)
    read = parse_manifest(json.dumps(data)).manifest
    assert read is not None
    return read


def on(index: int, **values: Any) -> Change:
    """A change of the activity at a place in the book; `needs` and `evidence` are taken key by key."""

    def change(data: dict[str, Any]) -> None:
        found = data["activities"][index]
        for key, value in values.items():
            found[key] = {**found[key], **value} if key in {"needs", "evidence"} else value

    return change


CASES: list[tuple[str, list[Change], list[str]]] = [
    ("nothing", [], []),
    ("evidence alone", [on(0, evidence={"kind": "ran", "ok": True, "seconds": 3, "peak_mb": 30})], []),
    ("words of a reason alone", [on(0, why=["Runs here."])], []),
    (
        "another course",
        [lambda data: data["course"].update(id="d", title="Chemistry")],
        ['The last build was of another course: "Physics".'],
    ),
    (
        "a title of the course",
        [lambda data: data["course"].update(title="Physics 2")],
        ['The course "Physics" is now called "Physics 2".'],
    ),
    (
        "one added, one removed",
        [on(1, id="light", title="Light", source="light.ipynb")],
        ["Light is new (light.ipynb): it runs on a server.", "Waves is gone (waves.ipynb)."],
    ),
    (
        "renamed: the same id",
        [on(1, title="Water waves", source="sea/waves.ipynb", page="sea/waves.html")],
        [
            '"Waves" is now called "Water waves" (sea/waves.ipynb).',
            "Water waves is now sea/waves.ipynb; it was waves.ipynb.",
        ],
    ),
    ("another page", [on(1, page="sea/waves.html")], ["Waves has the page sea/waves.html now; it was waves.html."]),
    (
        "another route, with the reason",
        [on(0, route="hosted", also=[], why=["Starts threads.", "Really."], launch={"hub": "https://hub.example.edu"})],
        ["Optics, exercise 4 now runs on a server; before, it ran in the page. Starts threads. Really."],
    ),
    (
        "only to be read",
        [on(1, route="read", launch={}, why=["No server."])],
        ["Waves now is only to be read; before, it ran on a server. No server."],
    ),
    ("no notebook any more", [on(0, also=[])], ["Optics, exercise 4 no longer runs as a notebook in the browser."]),
    ("a server as well", [on(0, also=["lite", "hosted"])], ["Optics, exercise 4 also runs on a server."]),
    (
        "an address",
        [on(1, launch={"hub": "https://hub.example.edu/elsewhere"})],
        ["Waves opens at another address on hub."],
    ),
    (
        "the network",
        [on(0, needs={"network": ["https://data.example.org/a", "https://data.example.org/b"]})],
        ["Optics, exercise 4 now needs the network (data.example.org)."],
    ),
    ("no network", [on(1, needs={"network": []})], ["Waves no longer needs the network (www.example.org)."]),
    ("a GPU", [on(0, needs={"gpu": True})], ["Optics, exercise 4 now needs a GPU."]),
    ("no GPU", [on(1, needs={"gpu": False})], ["Waves no longer needs a GPU."]),
    (
        "packages and files",
        [on(0, needs={"packages": ["scipy"], "files": [], "missing": ["torch"]})],
        [
            "Optics, exercise 4 now needs packages (scipy).",
            "Optics, exercise 4 no longer needs packages (numpy).",
            "Optics, exercise 4 now needs what the browser does not have (torch).",
            "Optics, exercise 4 no longer needs files (a.csv).",
        ],
    ),
    (
        "memory",
        [on(0, needs={"memory_mb": 500}), on(1, needs={"memory_mb": None})],
        [
            "Optics, exercise 4 needs 500 MB of memory now; it was no certain amount.",
            "Waves needs no certain amount of memory now; it was 4000 MB.",
        ],
    ),
    (
        "the runtime",
        [
            lambda data: data.update(
                runtime={"pyodide": "314.0.6", "python": "3.14.0", "packages": {"numpy": "2.3.0", "scipy": "1.14.1"}}
            )
        ],
        [
            "Pyodide is 314.0.6 now; it was 0.28.3.",
            "Python is 3.14.0 now; it was 3.13.2.",
            "Packages added: scipy 1.14.1.",
            "Packages dropped: pandas 2.3.1.",
            "Packages in other versions: numpy 2.3.0 (was 2.2.5).",
        ],
    ),
    (
        "a server's words",
        [lambda data: data["hosted"][0].update(label="Hub", expected_wait="")],
        [
            'The label of the server hub is "Hub" now; it was "GPU server".',
            'The expected wait of the server hub is "" now; it was "a minute".',
        ],
    ),
    (
        "another server",
        [lambda data: data["hosted"][0].update(id="lab")],
        ["The server lab (GPU server) is new.", "The server hub (GPU server) is gone."],
    ),
]


@pytest.mark.parametrize(("changes", "wanted"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_what_is_different_is_told_in_sentences(changes: list[Change], wanted: list[str]) -> None:
    assert list(differences(manifest(), manifest(*changes))) == wanted


def test_what_a_check_has_sent_away_is_no_change_of_the_author() -> None:
    error = {"cell": "c", "number": 3, "message": "ValueError: no"}
    sent = on(0, route="hosted", also=[], evidence={"kind": "ran", "ok": False, "error": error})
    assert differences(manifest(sent), manifest()) == (
        "Optics, exercise 4 runs in the page as far as its code tells; the last check sent it to a server, because it "
        "failed in the browser. --check runs it again.",
    )


def test_the_plan_tells_what_is_different_and_json_stays_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    course = write_course(tmp_path / "course")
    out = tmp_path / "out"
    first = run(capsys, course, "--plan", "--out", out)
    assert first.code == 0
    assert "no earlier build" in first.text
    (out / "site").mkdir(parents=True)
    published = out / "site" / "capabilities.json"
    planned = run(capsys, course, "--plan", "--json", "--out", out)
    published.write_text(planned.out, "utf-8")
    assert "Nothing is different" in run(capsys, course, "--plan", "--out", out).out

    declared = "activities:\n  one:\n    packages: [numpy]\n"
    write_course(course, {"content/capabilities.yml": declared})
    changed = run(capsys, course, "--plan", "--json", "--out", out)
    assert json.loads(changed.out)["activities"][0]["needs"]["packages"] == ["numpy"]
    assert "now needs packages (numpy)" in changed.err
    assert "now needs packages" not in changed.out

    for damage in (b"{", b"\xff\xfe", b'{"schema": 99}'):
        published.write_bytes(damage)
        told = run(capsys, course, "--plan", "--out", out)
        assert told.code == 0
        assert "The last build cannot be compared with." in told.out
