"""Which imports can a browser have, from where, and why not the others?"""

from __future__ import annotations

from pathlib import Path

import pytest
from packaging.requirements import Requirement
from runtime_fakes import Registries, catalogue

from satchel.errors import CourseProblems
from satchel.runtime import Wheel, available, beyond, load, plan
from satchel.runtime.catalogue import Catalogue
from satchel.runtime.settle import settle

HASH = "0" * 64
SHIPPED = load("0.28.3")


@pytest.fixture
def small(tmp_path: Path) -> Catalogue:
    return catalogue(Registries(folder=tmp_path))


def wheel(name: str, version: str, *requires: str, imports: tuple[str, ...] = ()) -> Wheel:
    file_name = f"{name}-{version}-py3-none-any.whl"
    return Wheel(
        name=name, version=version, file_name=file_name, sha256=HASH, requires=requires, imports=imports, size=1
    )


def test_imports_fall_into_three_kinds() -> None:
    answer = available(["math", "sklearn", "bs4", "PIL.Image", "tkinter", "torch", "js", "piplite"], catalogue=SHIPPED)
    assert answer.stdlib == ("js", "math")
    assert answer.packages == {
        "sklearn": "scikit-learn",
        "bs4": "beautifulsoup4",
        "PIL": "pillow",
        "piplite": "piplite",
    }
    assert set(answer.missing) == {"tkinter", "torch"}


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("tkinter", "does not exist in the browser's Python 3.13"),
        ("distutils", "does not exist in the browser's Python 3.13"),
        ("sqlite3", "only in the full Pyodide distribution"),
        ("statsmodels", "only in the full Pyodide distribution"),
        ("nltk", "needs sqlite3"),
        ("torch", "not part of Pyodide 0.28.3"),
    ],
)
def test_missing_import_has_a_reason(name: str, reason: str) -> None:
    assert reason in available([name], catalogue=SHIPPED).missing[name]
    assert name in plan([name], catalogue=SHIPPED).missing


def test_full_distribution_has_more() -> None:
    answer = available(["sqlite3", "nltk", "statsmodels"], full=True, catalogue=SHIPPED)
    assert not answer.missing
    names = {package.name for package in plan(["statsmodels"], full=True, catalogue=SHIPPED).packages}
    assert {"statsmodels", "numpy", "patsy"} <= names


def test_what_lies_beyond_the_registries_is_named() -> None:
    assert beyond(["json", "numpy", "torch"], ["seaborn", "no-such-package"], SHIPPED) == ()
    assert beyond(["nltk"], [], SHIPPED) == ("sqlite3",)
    assert beyond([], ["statsmodels"], SHIPPED) == ("statsmodels",)
    newest = load("314.0.6")
    assert "numpy" in beyond(["pandas"], [], newest)
    assert beyond(["sympy", "sqlite3"], ["requests"], newest) == ()


def test_declared_package_is_no_longer_missing() -> None:
    assert available(["my_tool"], ["My.Tool>=1"]).packages == {"my_tool": "my-tool"}
    assert available(["other"], ["my-tool"]).missing
    recorded = [wheel("my-tool", "1.0", imports=("other",))]
    assert available(["other"], ["my-tool"], wheels=recorded).packages == {"other": "my-tool"}
    assert available(["other"], [], wheels=recorded).missing


def test_plan_is_closed_under_dependencies(small: Catalogue) -> None:
    wanted = plan(["pandas"], catalogue=small)
    names = {package.name for package in wanted.packages}
    assert all(set(package.depends) <= names for package in wanted.packages)
    assert [package.name for package in wanted.packages] == sorted(names)


def test_plan_does_not_depend_on_order_or_repetition(small: Catalogue) -> None:
    assert plan(["pandas", "numpy"], ["a", "b"], catalogue=small) == plan(
        ["numpy", "pandas", "numpy"], ["b", "a"], catalogue=small
    )


def test_what_the_index_must_answer_stays_open(small: Catalogue) -> None:
    wanted = plan(["networkx"], ["seaborn>=0.12"], catalogue=small)
    assert wanted.open == {"networkx==1.0": ("the course",), "seaborn>=0.12": ("the course",)}


def test_invalid_requirements_are_all_named(small: Catalogue) -> None:
    with pytest.raises(CourseProblems) as caught:
        plan([], ["no such thing", "fine", "x @ https://example.org/x.whl"], catalogue=small)
    assert [problem.code for problem in caught.value.problems] == ["runtime-extra"] * 2


def test_requirement_that_pyodide_cannot_meet_is_the_course_s_problem(small: Catalogue) -> None:
    with pytest.raises(CourseProblems, match=r"needs numpy>=2, but the runtime has numpy 1\.0"):
        plan([], ["numpy>=2"], catalogue=small)


def test_pure_package_may_be_newer_than_pyodide_s(small: Catalogue) -> None:
    assert plan([], ["networkx>=3"], catalogue=small).open == {"networkx>=3": ("the course",)}


def test_newest_recorded_version_that_everybody_accepts(small: Catalogue) -> None:
    wheels = [wheel("a", "1.0", "b<3"), wheel("b", "1.0"), wheel("b", "2.10"), wheel("b", "2.9"), wheel("b", "3.0")]
    answer = settle([], [Requirement("b"), Requirement("a")], offered=small.packages, wheels=wheels)
    assert answer.packages["b"].version == "2.10"
    assert answer.packages["a"].depends == ("b",)


def test_circle_of_requirements_ends(small: Catalogue) -> None:
    wheels = [wheel("a", "1.0", "b"), wheel("b", "1.0", "a")]
    answer = settle([], [Requirement("a")], offered=small.packages, wheels=wheels)
    assert set(answer.packages) == {"a", "b"}
