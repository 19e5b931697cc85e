"""Is the shipped catalogue whole, and does the kernel start from it alone?"""

from __future__ import annotations

import json

import pytest

from satchel.runtime import KERNEL_PACKAGES, boot_packages, load, plan
from satchel.runtime.catalogue import normal, package_from_json, package_to_json
from satchel.runtime.make_catalogue import render


def test_names_are_normalised_and_every_dependency_is_known() -> None:
    packages = load().packages
    for name, package in packages.items():
        assert name == package.name == normal(name)
        assert set(package.depends) <= set(packages), name


def test_an_import_belongs_to_one_package() -> None:
    known = load()
    assert len(known.by_import) == sum(len(package.imports) for package in known.packages.values())


def test_only_unpinned_pure_wheels_lack_a_hash() -> None:
    for package in load().packages.values():
        assert len(package.sha256) == 64 or (package.source == "pypi-pure" and not package.sha256), package.name
        assert bool(package.made_of) == (package.source == "pypi-stripped"), package.name


def test_kernel_needs_no_question_and_nothing_big() -> None:
    wanted = plan([])
    assert set(KERNEL_PACKAGES) <= set(boot_packages(wanted)) == {package.name for package in wanted.packages}
    assert not wanted.open
    assert all(package.sha256 for package in wanted.packages)
    # matplotlib-inline must not drag matplotlib into every start, nor IPython a database.
    assert not {"matplotlib", "sqlite3", "numpy"} & set(boot_packages(wanted))


def test_common_course_packages_are_settled_by_the_catalogue_alone() -> None:
    wanted = plan(["numpy", "pandas", "matplotlib", "scipy", "sklearn", "sympy", "ipywidgets", "seaborn", "networkx"])
    assert (wanted.open, wanted.missing) == ({}, {})


@pytest.mark.parametrize("name", ["numpy", "libopenblas", "markupsafe", "ssl"])
def test_package_survives_its_json(name: str) -> None:
    package = load().packages[name]
    assert package_from_json(name, json.loads(json.dumps(package_to_json(package)))) == package


def test_unknown_key_is_refused() -> None:
    entry = package_to_json(load().packages["numpy"]) | {"colour": "red"}
    with pytest.raises(TypeError, match="colour"):
        package_from_json("numpy", entry)


def test_rendered_catalogue_is_json_with_one_package_a_line() -> None:
    data = {"pyodide": "1", "packages": {"a": {"version": "1"}, "b": {"version": "2"}}}
    assert json.loads(render(data)) == data
    assert render(data).count("\n") == 7
