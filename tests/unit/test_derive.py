"""What reading the code finds in the trap table, and how often it is right."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from satchel import plainvalues
from satchel.derive import Around, Findings, derive
from satchel.model import Cell, Notebook

TRAPS: list[dict[str, Any]] = yaml.safe_load(
    (Path(__file__).parents[1] / "golden" / "derive_traps.yml").read_text(encoding="utf-8")
)
Fact = tuple[str, str]


def notebook(*cells: str, source: str = "module-1/trap.ipynb", language: str = "python") -> Notebook:
    metadata = json.dumps({"kernelspec": {"language": language, "name": "some-kernel"}})
    return Notebook(
        source=source,
        title="Trap",
        cells=tuple(Cell(id="", kind="code", source=text) for text in cells),
        metadata=metadata,
    )


def found(trap: dict[str, Any]) -> Findings:
    cells = tuple(_cell({"code": cell} if isinstance(cell, str) else cell) for cell in trap["cells"])
    plain = notebook(source=trap.get("source", "module-1/trap.ipynb"), language=trap.get("language", "python"))
    read = Notebook(source=plain.source, title=plain.title, cells=cells, metadata=plain.metadata)
    texts = trap.get("modules", {})
    return derive(read, files=trap.get("files", ()), modules=texts, lists=texts)


def _cell(given: dict[str, Any]) -> Cell:
    if "markdown" in given:
        return Cell(id="", kind="markdown", source=given["markdown"])
    return Cell(id="", kind="code", source=given["code"], tags=tuple(given.get("tags", ())))


def facts(findings: Findings) -> Counter[Fact]:
    def all_of() -> Iterator[Fact]:
        required = set(findings.required)
        yield from (("imports", name) for name in required)
        yield from (("optional", name) for name in set(findings.modules) - required)
        yield from (("installs", name) for name in findings.installed)
        yield from (("shell", line.command.split()[0]) for line in findings.shell if line.needed)
        if findings.gpu:
            yield ("gpu", "needs" if findings.needs_gpu else "likes")
        yield from {("processes", use.kind) for use in findings.processes}
        yield from (("network", url) for url in findings.addresses)
        yield from (("files", path) for path in findings.paths)
        yield from (("requests", text) for text in findings.requested)
        yield from (("memory", str(findings.memory_mb)) for _ in findings.memory[:1])
        yield from (("slow", str(place.cell)) for place in findings.slow)
        yield from (("asks", "1") for _ in findings.asks)
        yield from (("skipped", "1") for _ in findings.notes)

    return Counter(all_of())


def expected(trap: dict[str, Any]) -> Counter[Fact]:
    def all_of() -> Iterator[Fact]:
        for kind, value in trap["expect"].items():
            if kind in {"asks", "skipped"}:
                yield from ((kind, "1") for _ in range(value))
            elif kind in {"gpu", "memory"}:
                yield kind, str(value)
            else:
                yield from ((kind, str(name)) for name in value)

    return Counter(all_of())


@pytest.mark.parametrize("trap", [t for t in TRAPS if "miss" not in t], ids=lambda trap: trap["name"])
def test_is_exactly_what_is_there_found(trap: dict[str, Any]) -> None:
    assert facts(found(trap)) == expected(trap)


@pytest.mark.parametrize("trap", [t for t in TRAPS if "miss" in t], ids=lambda trap: trap["name"])
def test_is_a_known_miss_still_a_miss_and_nothing_made_up(trap: dict[str, Any]) -> None:
    seen, there = facts(found(trap)), expected(trap)
    assert not seen - there, "found what is not there"
    assert there - seen, "no miss any more: take `miss` out of the table"


def test_how_precise_and_how_complete_is_the_reading(capsys: pytest.CaptureFixture[str]) -> None:
    right, made_up, missed = Counter[str](), Counter[str](), Counter[str]()
    for trap in TRAPS:
        seen, there = facts(found(trap)), expected(trap)
        right.update(kind for kind, _ in (seen & there).elements())
        made_up.update(kind for kind, _ in (seen - there).elements())
        missed.update(kind for kind, _ in (there - seen).elements())
    with capsys.disabled():
        print(f"\n{len(TRAPS)} traps   {'precision':>9}  {'recall':>6}  facts")
        for kind in sorted(right | made_up | missed):
            print(_line(kind, right[kind], made_up[kind], missed[kind]))
        print(_line("all", right.total(), made_up.total(), missed.total()))
    assert right.total() / (right.total() + made_up.total()) >= 0.98
    assert right.total() / (right.total() + missed.total()) >= 0.95


def _line(kind: str, right: int, made_up: int, missed: int) -> str:
    precision, recall = (right / (right + wrong) if right + wrong else 1 for wrong in (made_up, missed))
    return f"  {kind:<10} {precision:9.3f}   {recall:6.3f}  {right}"


def test_does_a_finding_name_its_cell_and_line() -> None:
    findings = derive(notebook("x = 1", "!pip install \\\n   seaborn\n\n\nimport numpy", "%%time\n\nimport math"))
    places = {one.module: one.place for one in findings.imports}
    assert places["numpy"].where == "cell 2, line 5"
    assert places["math"].where == "cell 3, line 3"
    assert findings.installs[0].place.where == "cell 2, line 1"


def test_does_a_finding_in_a_module_name_the_module() -> None:
    findings = derive(notebook("import helpers"), modules={"module-1/helpers.py": "x = 1\nimport torch"})
    assert [(one.place.file, one.place.where) for one in findings.imports] == [("module-1/helpers.py", "line 2")]


def test_are_names_given_as_local_no_packages() -> None:
    assert derive(notebook("import helpers, numpy"), local=["helpers"]).modules == ("numpy",)


def test_do_modules_that_import_each_other_come_to_an_end() -> None:
    modules = {"module-1/a.py": "import b, numpy", "module-1/b.py": "import a, scipy"}
    assert derive(notebook("import a"), modules=modules).modules == ("numpy", "scipy")


@pytest.mark.parametrize(
    "text",
    ["\0", "(" * 500, "%%", "%", "!", "!'", "%%bash", "%%time", "%run", "%timeit", "?", "get_ipython().magic()", "\\"],
)
def test_is_no_text_too_strange_to_read(text: str) -> None:
    assert derive(notebook(text, "import numpy")).modules == ("numpy",)


def test_is_a_long_notebook_read_in_reasonable_steps() -> None:
    cells = [
        f"x{i} = 'a' + x{i - 1} if x else 'b' + x{i - 1}\nfor y in x{i}: open(f'{{x{i}}}{{y}}.csv')" for i in range(300)
    ]
    assert derive(notebook("x0 = 'c'", *cells), files=[f"module-1/{i}.txt" for i in range(300)]).files == ()


def test_do_findings_survive_being_kept() -> None:
    for trap in TRAPS:
        findings = found(trap)
        assert plainvalues.value(Findings, json.loads(json.dumps(plainvalues.plain(findings)))) == findings


def test_does_the_key_change_with_what_was_read() -> None:
    here = around()
    keys = {
        here.key(notebook("x = 1")),
        here.key(notebook("x = 2")),
        here.key(notebook("x = 1", source="module-2/trap.ipynb")),
        here.key(notebook("x = 1", language="r")),
        around(files=("b.csv",)).key(notebook("x = 1")),
        around(modules={"m.py": "x = 2"}).key(notebook("x = 1")),
        around(lists={"r.txt": "numpy"}).key(notebook("x = 1")),
    }
    assert len(keys) == 7
    tagged = Notebook(source="a.ipynb", title="", cells=(Cell(id="", kind="code", source="x", tags=("slow",)),))
    assert here.key(tagged) != here.key(notebook("x", source="a.ipynb"))


def around(**other: Any) -> Around:
    return Around(**{"files": ("a.csv",), "modules": {"m.py": "x = 1"}, "lists": {}, **other})


def test_is_a_script_with_cells_no_module_of_its_own() -> None:
    script = notebook("import numpy", "import helper", source="helper.py")
    beside = Around(modules={"helper.py": "import pandas"}, lists={})
    assert "pandas" not in beside.findings(script).modules
    assert "pandas" in beside.findings(notebook("import helper", source="a.ipynb")).modules
