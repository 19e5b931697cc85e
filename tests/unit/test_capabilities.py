"""What an author may declare, and what is refused with which cure."""

from __future__ import annotations

import json

import pytest
import yaml
from jsonschema import Draft202012Validator

from satchel import settings
from satchel.capabilities import Capabilities, declared, parse, unmatched
from satchel.errors import Problem
from satchel.model import Declaration, Host, Notebook

FULL = """\
hosted:
  - id: gpu-hub
    kind: jupyterhub            # jupyterhub | binderhub | lti | url
    label: GPU server
    url: https://hub.example.edu
    repository: https://github.com/example/data-by-hand
    branch: main
    folder: data-by-hand
    profile: gpu
    expected_wait: about three minutes
    capabilities: [gpu]
activities:
  module-4-models/neural-network:     # path without suffix, or a pattern with *
    gpu: true
    reason: Training is twenty times faster on a GPU.
packages: [seaborn, "networkx>=3"]
"""
HOST = """\
hosted:
  - id: hub
    kind: jupyterhub
    url: https://hub.example.edu
"""


def notebook(source: str, satchel: object = None) -> Notebook:
    return Notebook(source=source, title="", cells=(), satchel=json.dumps(satchel or {}))


def problem(text: str) -> Problem:
    """The only problem of a text."""
    problems = parse(text).problems
    assert len(problems) == 1, [p.message for p in problems]
    return problems[0]


def test_is_the_full_example_understood() -> None:
    read = parse(FULL)
    assert read.problems == ()
    assert read.capabilities.hosts == (
        Host(
            id="gpu-hub",
            kind="jupyterhub",
            label="GPU server",
            url="https://hub.example.edu",
            expected_wait="about three minutes",
            repository="https://github.com/example/data-by-hand",
            branch="main",
            folder="data-by-hand",
            profile="gpu",
            capabilities=("gpu",),
        ),
    )
    assert read.capabilities.packages == ("seaborn", "networkx>=3")
    found = declared(read.capabilities, notebook("module-4-models/neural-network.md"), files=())
    assert found.declaration == Declaration(gpu=True, reason="Training is twenty times faster on a GPU.")


@pytest.mark.parametrize("text", ["", "# nothing yet\n", "hosted:\nactivities:\npackages: []\n", "activities:\n  a:\n"])
def test_is_an_empty_file_fine(text: str) -> None:
    read = parse(text)
    assert read.problems == ()
    assert read.capabilities.hosts == ()


def test_is_a_host_given_what_it_leaves_out() -> None:
    (host,) = parse(HOST).capabilities.hosts
    assert (host.label, host.branch, host.capabilities) == ("hub", "main", ("gpu",))


@pytest.mark.parametrize(
    ("text", "code", "line", "words"),
    [
        ("activities: [\n", "capabilities-yaml", "line 2", "not valid YAML"),
        ("a: b: c\n", "capabilities-yaml", "line 1", "not valid YAML"),
        ("activities:\n\t- x\n", "capabilities-yaml", "line 2", "not valid YAML"),
        ("activities: !!python/object/apply:os.system [ls]\n", "capabilities-wrong-value", "line 1", "keys and values"),
        ("a: 2024-13-45\n", "capabilities-yaml", "line 1", "month"),
        ("- a\n- b\n", "capabilities-wrong-value", "line 1", "keys and values"),
        ("just words\n", "capabilities-wrong-value", "line 1", '"just words"'),
        ("hostet: []\n", "capabilities-unknown-key", "line 1", 'Did you mean "hosted"?'),
        ("activities:\n  a:\n    gpuu: true\n", "capabilities-unknown-key", "line 3", 'Did you mean "gpu"?'),
        ("activities:\n  a:\n    gpu: 'yes'\n", "capabilities-wrong-value", "line 3", "true or false"),
        ("activities:\n  a:\n    memory_mb: lots\n", "capabilities-wrong-value", "line 3", "whole number"),
        ("activities:\n  a:\n    memory_mb: 0\n", "capabilities-wrong-value", "line 3", "above zero"),
        ("activities:\n  a:\n    memory_mb: true\n", "capabilities-wrong-value", "line 3", "here stands true"),
        ("activities:\n  a:\n    packages: numpy\n", "capabilities-wrong-value", "line 3", "a list of texts"),
        ("activities:\n  a:\n    packages: [1]\n", "capabilities-wrong-value", "line 3", "here stands 1"),
        ("activities:\n  a:\n    route: boook\n", "capabilities-wrong-value", "line 3", 'Did you mean "book"?'),
        ("activities:\n  a:\n    forbid: [lide]\n", "capabilities-wrong-value", "line 3", 'Did you mean "lite"?'),
        ("activities:\n  a:\n    reason: 3.1\n", "capabilities-wrong-value", "line 3", "a text"),
        ("activities:\n  a: gpu\n", "capabilities-wrong-value", "line 2", '"gpu"'),
        ("activities:\n  a:\n    gpu: true\n    gpu: false\n", "capabilities-duplicate-key", "line 4", "lines 3 and 4"),
        ("activities:\n  a: {}\n  b: {}\n  a: {}\n", "capabilities-duplicate-key", "line 4", '"a"'),
        (
            "activities:\n  a:\n    route: lite\n    forbid: [lite]\n",
            "capabilities-forbidden-route",
            "line 2",
            "both takes and forbids",
        ),
        ("activities:\n  a:\n    host: hub\n", "capabilities-unknown-host", "line 2", 'no host "hub"'),
        (HOST + "activities:\n  a:\n    host: hubb\n", "capabilities-unknown-host", "line 6", 'Did you mean "hub"?'),
        ("hosted: hub\n", "capabilities-wrong-value", "line 1", "a list"),
        ("hosted:\n  - kind: lti\n    url: https://a.org\n", "capabilities-missing-key", "line 2", '"id"'),
        (HOST.replace("jupyterhub", "jupyterhab"), "capabilities-wrong-value", "line 3", 'Did you mean "jupyterhub"?'),
        (HOST.replace("https://", "ftp://"), "capabilities-wrong-value", "line 4", "https://"),
        (HOST.replace("https://hub", "//hub"), "capabilities-wrong-value", "line 4", "https://"),
        (HOST.replace("hub.example.edu", "me:pass@hub.edu"), "capabilities-host", "line 2", "will be published"),
        (HOST.replace("https://hub.example.edu", "https://"), "capabilities-host", "line 2", "names no server"),
        (HOST.replace("jupyterhub", "binderhub"), "capabilities-host", "line 2", "repository"),
        (
            HOST.replace("jupyterhub", "url").replace(".edu", ".edu/{nodebook}"),
            "capabilities-host",
            "line 2",
            "{nodebook}",
        ),
        (HOST + "    capabilities: [tpu]\n", "capabilities-wrong-value", "line 5", '"tpu"'),
        (HOST + "    branch: 1.10\n", "capabilities-wrong-value", "line 5", "a text"),
        (HOST + HOST.split("\n", 1)[1], "capabilities-duplicate-host", "line 5", "Two hosts"),
        ("a: &a [*a]\n", "capabilities-yaml", "line 1", "contains itself"),
        ("packages: seaborn\n", "capabilities-wrong-value", "line 1", "a list of texts"),
        ("pyodide: 0.28.4\n", "capabilities-wrong-value", "line 1", 'Did you mean "0.28.3"?'),
        ("packages: []\npyodide: latest\n", "capabilities-wrong-value", "line 2", "one of 0.28.3, 314.0.6"),
        ("pyodide: 0.28\n", "capabilities-wrong-value", "line 1", "one of 0.28.3"),
        ("pyodide: [314.0.6]\n", "capabilities-wrong-value", "line 1", "one of 0.28.3"),
    ],
)
def test_is_a_mistake_told_with_its_line(text: str, code: str, line: str, words: str) -> None:
    found = [p for p in parse(text).problems if p.code == code]
    assert found, [p.message for p in parse(text).problems]
    assert found[0].where == line
    assert words in found[0].message + found[0].cure
    assert found[0].cure
    assert found[0].severity == "error"


def test_is_a_number_in_quotes_told_from_a_text_without() -> None:
    assert problem("activities:\n  a:\n    memory_mb: '3'\n").cure.endswith("without quotes.")
    assert problem(HOST + "    branch: 1.10\n").cure == "Put it in quotes."


def test_are_all_problems_told_at_once() -> None:
    text = "activities:\n  a:\n    gpu: 1\n    rout: book\n    host: nowhere\nhoste: []\n"
    assert len(parse(text).problems) == 4


def test_does_a_harmless_bomb_of_aliases_stay_small() -> None:
    lines = ["x0: &x0 [a, a]"] + [f"x{i}: &x{i} [{', '.join([f'*x{i - 1}'] * 9)}]" for i in range(1, 12)]
    assert {p.code for p in parse("\n".join(lines)).problems} == {"capabilities-unknown-key"}


def test_do_merged_keys_count_and_own_keys_win() -> None:
    text = "activities:\n  a: &base\n    gpu: true\n    reason: Base.\n  b:\n    <<: *base\n    reason: Own.\n"
    found = declared(parse(text).capabilities, notebook("b.ipynb"), files=())
    assert (found.declaration.gpu, found.declaration.reason) == (True, "Own.")


def test_does_a_pattern_without_activity_get_a_guess() -> None:
    found = unmatched(
        parse("activities:\n  modul-1/*: {}\n  module-1/valeus: {}\n").capabilities, ["module-1/values.ipynb"]
    )
    assert [p.where for p in found] == ["line 2", "line 3"]
    assert 'Did you mean "module-1/values"?' in found[1].message


@pytest.mark.parametrize(
    "pattern", ["module-1/values", "module-1/values.ipynb", "./module-1/values", "module-1/*", "*"]
)
def test_are_activities_named_by_path_or_pattern(pattern: str) -> None:
    read = parse(f'activities:\n  "{pattern}":\n    gpu: true\n')
    assert unmatched(read.capabilities, ["module-1/values.ipynb"]) == ()
    assert declared(read.capabilities, notebook("module-1/values.ipynb"), files=()).declaration.gpu is True


def test_does_the_nearest_declaration_win() -> None:
    text = "activities:\n  m/a: {reason: Path., memory_mb: 2}\n  m/*: {reason: Pattern., memory_mb: 1, gpu: true}\n"
    found = declared(parse(text).capabilities, notebook("m/a.ipynb", {"reason": "Notebook.", "gpu": False}), files=())
    assert found.declaration == Declaration(reason="Notebook.", memory_mb=2, gpu=False)


@pytest.mark.parametrize(
    ("metadata", "words"),
    [
        ({"gpus": True}, 'Did you mean "gpu"?'),
        ({"gpu": "yes"}, "true or false"),
        (["gpu"], "keys and values"),
        ({"host": "nowhere"}, 'no host "nowhere"'),
        ({"files": ["data/marks.csw"]}, 'Did you mean "data/marks.csv"?'),
    ],
)
def test_is_a_mistake_in_the_notebook_told(metadata: object, words: str) -> None:
    found = declared(Capabilities(), notebook("m/a.ipynb", metadata), files=["data/marks.csv"])
    assert [p.file for p in found.problems] == ["m/a.ipynb"]
    assert words in found.problems[0].message


def test_are_declared_files_the_ones_that_exist() -> None:
    found = declared(
        Capabilities(),
        notebook("a.ipynb", {"files": ["data/*.csv", "b.txt"]}),
        files=["data/1.csv", "data/2.csv", "b.txt"],
    )
    assert found.declaration.files == ("b.txt", "data/1.csv", "data/2.csv")


def test_does_the_schema_agree_with_the_parser() -> None:
    schema = json.loads(settings.schema_text())
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert list(validator.iter_errors(yaml.safe_load(FULL))) == []
    for text in (
        "hostet: []",
        "activities: {a: {gpu: 'yes'}}",
        "activities: {a: {route: boook}}",
        "activities: {a: {forbid: [lide]}}",
        "activities: {a: {memory_mb: 0}}",
        "hosted: [{kind: lti, url: 'https://a.org'}]",
        "hosted: [{id: a, kind: moodle, url: 'https://a.org'}]",
        "hosted: [{id: a, kind: lti, url: 'ftp://a.org'}]",
        "pyodide: 0.1.0",
    ):
        assert list(validator.iter_errors(yaml.safe_load(text))), text
        assert parse(text).problems, text


def test_does_the_documentation_name_every_setting() -> None:
    table = settings.docs_table()
    for setting in (*settings.ACTIVITY, *settings.HOST, settings.PACKAGES, settings.PYODIDE):
        assert f"| `{setting.key}` |" in table
        assert setting.doc in table
