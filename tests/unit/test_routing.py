"""Where an activity runs, why, and what its author is told."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

import pytest

from satchel.derive import derive
from satchel.model import Activity, Cell, Declaration, Host, Notebook
from satchel.reasons import listed
from satchel.routing import Decided, asked, decide

GPU_HUB = Host(id="gpu-hub", kind="lti", label="GPU server", url="https://gpu.example.edu", capabilities=("gpu",))
CPU_HUB = Host(id="cpu-hub", kind="lti", label="Server", url="https://cpu.example.edu", capabilities=("cpu",))
OFFERED = frozenset({"numpy", "scipy", "matplotlib", "pandas", "scikit-learn", "tqdm"})
NOTHING = Declaration()
TORCH = "import torch\nmodel.to('cuda')"


@dataclass(frozen=True)
class Answer:
    """The runtime's answer, for a browser that has a few packages."""

    stdlib: tuple[str, ...] = ("math", "threading", "subprocess", "socket", "google_is_not_here")
    packages: Mapping[str, str] = field(
        default_factory=lambda: {
            "numpy": "numpy",
            "matplotlib": "Matplotlib",
            "sklearn": "scikit_learn",
            "IPython": "ipython",
            "google": "protobuf",
        }
    )
    missing: Mapping[str, str] = field(default_factory=lambda: {"torch": "it is not part of Pyodide"})


def activity(*cells: str, metadata: object = None) -> Activity:
    notebook = Notebook(
        source="module-1/a.ipynb",
        title="A",
        cells=tuple(Cell(id="", kind="code", source=text) for text in cells),
        metadata=json.dumps(metadata or {}),
    )
    return Activity(id="a", notebook=notebook, page="module-1/a.html", path="module-1/a.ipynb")


def route(
    code: str,
    declared: Declaration = NOTHING,
    hosts: tuple[Host, ...] = (GPU_HUB, CPU_HUB),
    metadata: object = None,
) -> Decided:
    one = activity(code, metadata=metadata)
    return decide(one, derive(one.notebook), declared, hosts, Answer(), offered=OFFERED, content="content")


def codes(decided: Decided) -> list[str]:
    return [problem.code for problem in decided.problems]


@pytest.mark.parametrize(
    ("code", "expected", "also", "launch"),
    [
        ("print(1)", "book", ("lite",), []),
        ("import math", "book", ("lite",), []),
        ("import numpy, matplotlib", "book", ("lite",), []),
        ("try:\n    import torch\nexcept ImportError:\n    torch = None", "book", ("lite",), []),
        ("name = input()", "book", ("lite",), []),
        ("import requests_like", "hosted", (), ["cpu-hub", "gpu-hub"]),
        ("import torch", "hosted", (), ["cpu-hub", "gpu-hub"]),
        (TORCH, "hosted", (), ["gpu-hub"]),
        ("import torch\ntorch.cuda.is_available()", "hosted", (), ["gpu-hub", "cpu-hub"]),
        ("import threading\nthreading.Thread().start()", "hosted", (), ["cpu-hub", "gpu-hub"]),
        ("import subprocess\nsubprocess.run(['make'])", "hosted", (), ["cpu-hub", "gpu-hub"]),
        ("!wget https://example.org/x", "hosted", (), ["cpu-hub", "gpu-hub"]),
        ("!ls", "book", ("lite",), []),
        ("%pip install tqdm", "book", ("lite",), []),
        ("from google.colab import drive", "hosted", (), ["cpu-hub", "gpu-hub"]),
    ],
)
def test_does_the_route_follow_from_the_code(
    code: str, expected: str, also: tuple[str, ...], launch: list[str]
) -> None:
    decision = route(code).decision
    assert (decision.route, decision.also, list(decision.launch)) == (expected, also, launch)
    assert decision.evidence.kind == "derived"


@pytest.mark.parametrize("hosts", [(), (CPU_HUB,)])
def test_is_what_nothing_can_run_only_read(hosts: tuple[Host, ...]) -> None:
    decided = route(TORCH, hosts=hosts)
    assert (decided.decision.route, decided.decision.also, decided.decision.launch) == ("read", (), {})
    assert codes(decided) == ["route-no-host"]
    assert decided.problems[0].severity == "warning"
    assert decided.decision.why[-1] == "To read here: no server is set up that can run it."


def test_is_another_language_sent_to_a_server() -> None:
    decided = route("library(ggplot2)", metadata={"kernelspec": {"language": "R"}})
    assert decided.decision.route == "hosted"
    assert decided.decision.why == ("Written in R; the browser only runs Python.",)


@pytest.mark.parametrize(
    ("code", "declared", "why"),
    [
        (
            "import numpy as np\nimport matplotlib.pyplot as plt",
            Declaration(),
            "Runs in your browser: uses numpy and matplotlib, which this course brings along.",
        ),
        ("import math", Declaration(), "Runs in your browser: uses only Python itself."),
        ("import IPython", Declaration(), "Runs in your browser: uses only Python itself."),
        (
            "from sklearn import svm\nimport numpy.linalg",
            Declaration(),
            "Runs in your browser: uses scikit-learn and numpy, which this course brings along.",
        ),
        ("1 + 1", Declaration(), "Runs in your browser."),
        ("1", Declaration(gpu=True), "Needs a GPU, a graphics card that computes."),
        (TORCH, Declaration(), "Needs a GPU: computes with torch on a graphics card."),
        ("import torch", Declaration(), "The package torch is not available in the browser."),
        ("import aa, bb, cc", Declaration(), "The packages aa, bb and cc are not available in the browser."),
        (
            "!make all; make more",
            Declaration(),
            "Runs commands of the operating system (make), which the browser does not have.",
        ),
        ("1", Declaration(memory_mb=9000), "Needs 9 GB of memory, more than a browser page gets."),
        ("1", Declaration(route="hosted"), "Runs on a server: the author of this course chose so."),
        ("1", Declaration(route="read"), "To read here."),
        (
            "import numpy\nnumpy.loadtxt('https://data.example.org/x.csv')",
            Declaration(),
            "Needs the internet: fetches data from data.example.org. "
            "This works in the browser only if that server allows it.",
        ),
        (
            "import numpy\nnumpy.loadtxt('https://data.example.org/x.csv')",
            Declaration(network=("https://data.example.org/x.csv",)),
            "Needs the internet: fetches data from data.example.org.",
        ),
        ("input()", Declaration(), "Asks you for input while it runs."),
        (TORCH, Declaration(reason="Twenty times faster."), "Twenty times faster."),
    ],
)
def test_is_the_reason_a_sentence_for_students(code: str, declared: Declaration, why: str) -> None:
    reasons = route(code, declared).decision.why
    assert why in reasons
    assert all(reason.endswith(".") and reason[0].isupper() for reason in reasons)


def test_are_needs_named_by_packages() -> None:
    needs = route("import sklearn, torch, math\nfrom google.colab import files\n%pip install tqdm").decision.needs
    assert needs.packages == ("scikit-learn", "tqdm")
    assert needs.missing == ("google.colab", "torch")
    assert needs.gpu is False


def test_are_declared_needs_added() -> None:
    declared = Declaration(
        packages=("SciPy", "torch"), files=("data/a.csv",), network=("https://a.org",), memory_mb=100
    )
    decision = route("import numpy", declared).decision
    assert decision.needs.packages == ("numpy", "scipy")
    assert decision.needs.missing == ("torch",)
    assert (decision.needs.files, decision.needs.network, decision.needs.memory_mb) == (
        ("data/a.csv",),
        ("https://a.org",),
        100,
    )
    assert decision.route == "hosted"
    assert decision.evidence.kind == "declared"


@pytest.mark.parametrize(
    ("code", "declared", "expected", "also", "problems"),
    [
        ("1", Declaration(route="lite"), "lite", (), []),
        ("1", Declaration(route="lite", forbid=("book",)), "lite", (), []),
        ("1", Declaration(forbid=("book",)), "lite", (), []),
        ("1", Declaration(forbid=("lite",)), "book", (), []),
        ("1", Declaration(forbid=("book", "lite")), "hosted", (), []),
        ("1", Declaration(forbid=("book", "lite", "hosted")), "read", (), []),
        ("1", Declaration(forbid=("book", "lite", "hosted", "read")), "read", (), ["route-none-left"]),
        (TORCH, Declaration(forbid=("hosted",)), "read", (), []),
        (TORCH, Declaration(route="read"), "read", (), []),
        (TORCH, Declaration(route="book"), "book", ("lite",), ["route-contradiction"]),
        (TORCH, Declaration(gpu=False), "hosted", (), ["route-gpu-denied", "route-missing-package"]),
        ("1", Declaration(gpu=True), "hosted", (), ["route-gpu-unfounded"]),
        ("1", Declaration(gpu=True, reason="Much faster."), "hosted", (), []),
        ("1", Declaration(route="hosted"), "hosted", ("lite",), ["route-hosted-unfounded"]),
        ("1", Declaration(route="hosted", reason="Big data."), "hosted", ("lite",), []),
        ("1", Declaration(host="cpu-hub"), "book", ("lite", "hosted"), []),
        (TORCH, Declaration(host="cpu-hub"), "hosted", (), ["route-host-without-gpu"]),
        (TORCH, Declaration(host="nowhere"), "read", (), ["route-no-host"]),
        ("import torch", Declaration(), "hosted", (), ["route-missing-package"]),
        ("import torch", Declaration(route="hosted"), "hosted", (), []),
        ("!ls", Declaration(), "book", ("lite",), ["route-shell-line"]),
        ("%pip install tqdm", Declaration(), "book", ("lite",), []),
        ("%pip install black", Declaration(), "book", ("lite",), ["route-install"]),
        ("!apt install x\n%pip install black", Declaration(), "hosted", (), []),
    ],
)
def test_is_the_author_obeyed_and_warned(
    code: str, declared: Declaration, expected: str, also: tuple[str, ...], problems: list[str]
) -> None:
    decided = route(code, declared)
    assert (decided.decision.route, decided.decision.also) == (expected, also)
    assert codes(decided) == problems
    assert all(problem.file and problem.cure for problem in decided.problems)


def test_does_a_decision_remember_what_is_forbidden() -> None:
    assert route(TORCH, Declaration(forbid=("lite",))).decision.forbid == ("lite",)


def test_is_a_forbidden_end_an_error() -> None:
    (found,) = route(TORCH, Declaration(forbid=("hosted", "read"))).problems
    assert (found.code, found.severity) == ("route-none-left", "error")


def test_does_a_warning_name_the_cell() -> None:
    one = activity("1", "import torch", "x = 1\nmodel.to('cuda')")
    decided = decide(one, derive(one.notebook), Declaration(gpu=False), (GPU_HUB,), Answer())
    assert (decided.problems[0].file, decided.problems[0].where) == ("module-1/a.ipynb", "cell 3, line 2")


def test_does_the_reason_for_a_missing_package_reach_the_author() -> None:
    (found,) = route("import torch").problems
    assert "it is not part of Pyodide" in found.message


def test_does_a_launch_lead_to_the_notebook_in_the_course() -> None:
    hub = Host(id="h", kind="url", label="H", url="https://x.org/{path}")
    decision = route(TORCH, hosts=(hub,)).decision
    assert decision.launch == {"h": "https://x.org/content/module-1/a.ipynb"}


def left(code: str, *without: str) -> Decided:
    return route(code, Declaration(without=without))


@pytest.mark.parametrize(
    ("code", "without"),
    [
        ("import torch", ("torch",)),
        ("import requests_like", ("requests-like",)),
        ("import threading\nthreading.Thread().start()", ("threads",)),
        ("import subprocess\nsubprocess.run(['make'])", ("processes",)),
        ("!make all", ("shell",)),
        ("import numpy\nnumpy.zeros((50_000, 50_000))", ("memory",)),
        ("import torch\n!make all", ("torch", "shell")),
    ],
)
def test_is_what_the_author_rules_out_no_obstacle(code: str, without: tuple[str, ...]) -> None:
    assert route(code).decision.route == "hosted"
    decided = left(code, *without)
    assert (decided.decision.route, codes(decided)) == ("book", [])
    assert decided.decision.evidence.kind == "declared"


def test_is_only_what_is_named_ruled_out() -> None:
    assert left("import torch\nimport duckdb", "torch").decision.needs.missing == ("duckdb",)
    code = "import numpy\nnumpy.loadtxt('https://a.org/x')\nnumpy.loadtxt('https://b.org/y')"
    assert left(code, "a.org").decision.needs.network == ("https://b.org/y",)
    assert left(code, "https://b.org/y").decision.needs.network == ("https://a.org/x",)
    assert left(code, "network").decision.needs.network == ()


def test_is_a_correction_of_nothing_told() -> None:
    decided = left("import math", "torhc")
    assert codes(decided) == ["route-without-unfounded"]
    assert '"torhc"' in decided.problems[0].message


def test_do_arrays_beyond_a_page_go_to_a_server() -> None:
    decision = route("import numpy as np\nn = 20_000\nnp.zeros((n, n))").decision
    assert (decision.route, decision.needs.memory_mb) == ("hosted", 3200)
    assert decision.why == ("Needs 3.2 GB of memory, more than a browser page gets.",)
    small = route("import numpy as np\nnp.zeros((8_000, 8_000))").decision
    assert (small.route, small.needs.memory_mb) == ("book", 512)


@pytest.mark.parametrize(
    ("size", "expected", "words"),
    [
        (1_000, "book", "Runs in your browser."),
        (45_000_000, "book", "Fetches 45 MB of data from this site."),
        (1_500_000_000, "hosted", "Reads 1.5 GB of data, more than a browser page holds."),
    ],
)
def test_does_the_size_of_the_data_count(size: int, expected: str, words: str) -> None:
    one = activity("open('data.bin')")
    findings = derive(one.notebook, files=["module-1/data.bin"])
    sizes = {"module-1/data.bin": size}
    decision = decide(one, findings, NOTHING, (CPU_HUB,), Answer(), sizes=sizes).decision
    assert decision.route == expected
    assert words in decision.why


def test_is_a_long_cell_told_and_a_server_offered() -> None:
    cell = Cell(id="", kind="code", source="work()", tags=("long-running",))
    notebook = Notebook(source="module-1/a.ipynb", title="A", cells=(cell,), metadata="{}")
    one = Activity(id="a", notebook=notebook, page="module-1/a.html", path="module-1/a.ipynb")
    decision = decide(one, derive(notebook), NOTHING, (CPU_HUB,), Answer()).decision
    assert (decision.route, decision.also) == ("book", ("lite", "hosted"))
    assert "One cell takes a while, says its author." in decision.why


@pytest.mark.parametrize(("tags", "told"), [((), ["derive-skipped"]), (("raises-exception",), [])])
def test_is_a_cell_that_cannot_be_read_told_unless_it_is_meant_so(tags: tuple[str, ...], told: list[str]) -> None:
    cell = Cell(id="", kind="code", source="for x in", tags=tags)
    notebook = Notebook(source="module-1/a.ipynb", title="A", cells=(cell,), metadata="{}")
    one = Activity(id="a", notebook=notebook, page="module-1/a.html", path="module-1/a.ipynb")
    assert codes(decide(one, derive(notebook), NOTHING, (), Answer())) == told


def test_is_the_runtime_asked_for_every_import() -> None:
    notebook = activity("import b, a.c\ntry:\n    import d\nexcept ImportError:\n    pass").notebook
    assert asked(derive(notebook)) == ("a", "b", "d")


def test_is_a_long_list_cut() -> None:
    assert [listed("a"), listed("ab"), listed("abc"), listed("abcdefgh", most=4)] == [
        "a",
        "a and b",
        "a, b and c",
        "a, b, c and 5 more",
    ]
