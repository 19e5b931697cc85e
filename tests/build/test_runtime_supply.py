"""Does the supplied folder run real courses in the real Pyodide, with nothing from outside?"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from pathlib import Path
from typing import Any, NoReturn

import pytest

from satchel.runtime import Runtime, default_cache, load, plan, supply
from satchel.runtime.versions import SUPPORTED
from satchel.shell import call, node_tool

pytestmark = pytest.mark.build

_PROBE = """
import { readFileSync } from "node:fs";
const [folder, request] = process.argv.slice(2);
const outside = [];
const own = globalThis.fetch;
globalThis.fetch = (url, ...rest) => {
  if (!String(url).startsWith("file:")) outside.push(String(url));
  return own(url, ...rest);
};
const { loadPyodide } = await import(`${folder}/pyodide.mjs`);
const description = JSON.parse(readFileSync(`${folder}/runtime.json`, "utf8"));
const { imports, code } = JSON.parse(request);
const complaints = [];
const messages = { messageCallback: () => {}, errorCallback: (message) => complaints.push(message) };
const pyodide = await loadPyodide({ packages: description.kernel_packages, ...messages });
const preloaded = Object.keys(pyodide.loadedPackages);
pyodide.runPython(`
import pyodide_kernel, piplite, sys
shell = pyodide_kernel.ipython_shell
comm_messages = []
shell.send_comm = lambda kind, *_: comm_messages.append(kind)
assert shell.run_cell("6 * 7").result == 42
sys.stdout = sys.__stdout__
`);
await pyodide.loadPackagesFromImports(imports, messages);
const answer = await pyodide.runPythonAsync(code);
process.stdout.write("\\n" + JSON.stringify({ answer, outside, complaints, preloaded }));
"""

_COURSE = """
import io, json
import numpy, pandas, matplotlib, sklearn, ipywidgets
matplotlib.use("Agg")
import matplotlib.pyplot as plt
from sklearn.linear_model import LinearRegression
plt.plot([1, 2])
picture = io.BytesIO()
plt.savefig(picture, format="png")
slider = ipywidgets.IntSlider(3)
json.dumps([
    numpy.linalg.solve([[2, 0], [0, 4]], [2, 4]).tolist(),
    int(pandas.DataFrame({"a": [1, 2]}).a.sum()),
    picture.getvalue()[1:4].decode(),
    round(float(LinearRegression().fit([[0], [1]], [0, 2]).coef_[0]), 6),
    [slider.value, "comm_open" in comm_messages],
])
"""

_STRIPPED = """
import json
import jinja2, yaml, pandas
json.dumps([
    jinja2.Template("{{ x|e }}").render(x="<"),
    yaml.safe_load("a: [1, 2]"),
    "<table" in pandas.DataFrame({"a": [1]}).style.to_html(),
])
"""


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Runtime:
    """The runtime of a course with the usual packages, fetched (or from the cache) once for all tests here."""
    folder = tmp_path_factory.mktemp("runtime") / "out"
    wanted = plan(["numpy", "pandas", "matplotlib", "sklearn", "ipywidgets", "jinja2", "yaml"])
    return supply(wanted, folder, cache=default_cache(os.environ))


def _probe(runtime: Runtime, tmp_path: Path, imports: str, code: str) -> dict[str, Any]:
    script = tmp_path / "probe.mjs"
    script.write_text(_PROBE, encoding="utf-8")
    request = json.dumps({"imports": imports, "code": code})
    done = call([*node_tool("node"), script, runtime.folder, request], what="Pyodide in Node failed", cure="See above.")
    answer: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return answer


@pytest.mark.parametrize(
    ("imports", "code", "expected"),
    [
        (
            "import numpy, pandas, matplotlib, sklearn, ipywidgets",
            _COURSE,
            [[1.0, 1.0], 3, "PNG", 2.0, [3, True]],
        ),
        ("import jinja2, yaml, pandas", _STRIPPED, ["&lt;", {"a": [1, 2]}, True]),
    ],
)
def test_course_runs_on_the_folder_alone(
    runtime: Runtime, tmp_path: Path, imports: str, code: str, expected: object
) -> None:
    seen = _probe(runtime, tmp_path, imports, code)
    assert json.loads(seen["answer"]) == expected
    assert seen["outside"] == []
    assert seen["complaints"] == []
    assert set(runtime.kernel_packages) <= set(seen["preloaded"])


@pytest.mark.parametrize("pyodide", SUPPORTED)
def test_every_supported_release_runs_plain_python(tmp_path: Path, pyodide: str) -> None:
    wanted = plan(["json", "sympy"], catalogue=load(pyodide))
    supplied = supply(wanted, tmp_path / "out", cache=default_cache(os.environ))
    code = "import json, sys, sympy\njson.dumps([list(sys.version_info[:2]), str(sympy.sqrt(8))])"
    seen = _probe(supplied, tmp_path, "import sympy", code)
    assert json.loads(seen["answer"]) == [[int(part) for part in wanted.python.split(".")], "2*sqrt(2)"]
    assert (supplied.pyodide, seen["outside"], seen["complaints"]) == (pyodide, [], [])
    assert set(supplied.kernel_packages) <= set(seen["preloaded"])


def test_second_folder_has_the_same_bytes_and_needs_no_network(
    runtime: Runtime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*arguments: Any, **_options: Any) -> NoReturn:
        raise AssertionError(f"with a full cache nobody is asked: {arguments!r}")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(subprocess, "Popen", refuse)
    wanted = plan(["yaml", "jinja2", "ipywidgets", "sklearn", "matplotlib", "pandas", "numpy"])
    again = supply(wanted, tmp_path / "again", cache=default_cache(os.environ))
    assert again.sizes == runtime.sizes
    for name in (*runtime.sizes, "runtime.json"):
        assert (again.folder / name).read_bytes() == (runtime.folder / name).read_bytes(), name
