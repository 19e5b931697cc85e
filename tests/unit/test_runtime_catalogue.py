"""Are the shipped catalogues whole, and does the kernel start from each alone?"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from satchel.runtime import KERNEL_PACKAGES, boot_packages, catalogue, load, plan
from satchel.runtime.catalogue import normal, package_from_json, package_to_json
from satchel.runtime.make_catalogue import RELEASES, render
from satchel.runtime.versions import DEFAULT, SUPPORTED

each_release = pytest.mark.parametrize("pyodide", SUPPORTED)
# The release whose compiled packages the registries have.
CARRIED = "0.28.3"


def test_every_supported_release_has_a_catalogue_and_a_recipe() -> None:
    shipped = {path.stem for path in Path(catalogue.__file__).with_name("catalogues").iterdir()}
    assert shipped == set(SUPPORTED) == set(RELEASES)
    assert DEFAULT in SUPPORTED
    assert load() is load(DEFAULT) or load() == load(DEFAULT)


@each_release
def test_catalogue_is_that_of_its_release(pyodide: str) -> None:
    known = load(pyodide)
    assert known.pyodide == pyodide
    glue = RELEASES[pyodide].glue
    assert {core.name for core in known.core} == {"pyodide.mjs", glue, "pyodide.asm.wasm", "python_stdlib.zip"}
    # A package that only the carrier has needs one.
    assert known.carrier or not [p for p in known.packages.values() if p.source == "registry-wheel"]


@each_release
def test_names_are_normalised_and_every_dependency_is_known(pyodide: str) -> None:
    packages = load(pyodide).packages
    for name, package in packages.items():
        assert name == package.name == normal(name)
        assert set(package.depends) <= set(packages), name


@each_release
def test_an_import_belongs_to_one_package(pyodide: str) -> None:
    known = load(pyodide)
    assert len(known.by_import) == sum(len(package.imports) for package in known.packages.values())


@each_release
def test_only_unpinned_pure_wheels_lack_a_hash(pyodide: str) -> None:
    for package in load(pyodide).packages.values():
        assert len(package.sha256) == 64 or (package.source == "pypi-pure" and not package.sha256), package.name
        assert bool(package.made_of) == (package.source == "pypi-stripped"), package.name


@each_release
def test_kernel_needs_no_question_and_nothing_big(pyodide: str) -> None:
    wanted = plan([], catalogue=load(pyodide))
    assert wanted.pyodide == pyodide
    assert set(KERNEL_PACKAGES) <= set(boot_packages(wanted)) == {package.name for package in wanted.packages}
    assert not wanted.open
    assert all(package.sha256 for package in wanted.packages)
    # matplotlib-inline must not drag matplotlib into every start, nor IPython a database.
    assert not {"matplotlib", "sqlite3", "numpy"} & set(boot_packages(wanted))


def test_common_course_packages_are_settled_by_the_catalogue_alone() -> None:
    names = ["numpy", "pandas", "matplotlib", "scipy", "sklearn", "sympy", "ipywidgets", "seaborn", "networkx"]
    wanted = plan(names, catalogue=load(CARRIED))
    assert (wanted.open, wanted.missing) == ({}, {})


@each_release
def test_common_pure_packages_are_settled_by_the_catalogue_alone(pyodide: str) -> None:
    names = ["sympy", "requests", "bs4", "yaml", "jinja2", "ipywidgets", "tqdm", "attr", "dateutil"]
    wanted = plan(names, catalogue=load(pyodide))
    assert (wanted.open, wanted.missing) == ({}, {})


@pytest.mark.parametrize("name", ["numpy", "libopenblas", "markupsafe", "ssl"])
def test_package_survives_its_json(name: str) -> None:
    package = load(CARRIED).packages[name]
    assert package_from_json(name, json.loads(json.dumps(package_to_json(package)))) == package


def test_unknown_key_is_refused() -> None:
    entry = package_to_json(load().packages["numpy"]) | {"colour": "red"}
    with pytest.raises(TypeError, match="colour"):
        package_from_json("numpy", entry)


def test_rendered_catalogue_is_json_with_one_package_a_line() -> None:
    data = {"pyodide": "1", "packages": {"a": {"version": "1"}, "b": {"version": "2"}}}
    assert json.loads(render(data)) == data
    assert render(data).count("\n") == 7
