"""Does the index's answer fit the browser's Python, whatever Python asks it?"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from runtime_fakes import NATIVE_TAG, Registries

from satchel.errors import ToolFailed
from satchel.runtime import fetch, pypi
from satchel.runtime.cache import Cache
from satchel.runtime.catalogue import Package
from satchel.runtime.progress import Progress


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Registries:
    made = Registries(folder=tmp_path)
    monkeypatch.setattr(pypi, "call", made)
    return made


def publish(index: Registries, name: str, version: str, python: str) -> None:
    release = index.add(name, version)
    index.releases[-1] = replace(release, python=python)


def versions(*requirements: str, python: str) -> dict[str, str]:
    return {found.name: found.version for found in pypi.find(requirements, python=python)}


def test_version_for_a_later_python_is_passed_over(index: Registries) -> None:
    publish(index, "tool", "1.0", ">=3.9")
    publish(index, "tool", "2.0", ">=3.14")
    publish(index, "tool", "2.1", ">=3.14")
    index.add("other", "5.0")
    assert versions("tool", "other>=1", python="3.13") == {"tool": "1.0", "other": "5.0"}
    assert versions("tool", "other>=1", python="3.14") == {"tool": "2.1", "other": "5.0"}


def test_exact_version_for_a_later_python_is_refused(index: Registries) -> None:
    publish(index, "tool", "2.0", ">=3.14")
    with pytest.raises(pypi.NoSuchWheel, match="tool"):
        pypi.find(["tool==2.0"], python="3.13")


def test_compiled_wheels_are_asked_for_the_browser_s_python() -> None:
    assert "cp314" in pypi.native("3.14")
    assert "cp313" in pypi.native("3.13")


@pytest.mark.parametrize("source", ["pypi-pure", "pypi-stripped"])
def test_file_that_pip_leaves_out_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: Any) -> None:
    def nothing(*_args: Any, **_options: Any) -> None:
        """A pip that ends well and brings another file."""

    monkeypatch.setattr(pypi, "download", nothing)
    package = Package(
        name="markup",
        version="1.0",
        file_name="markup-1.0-py3-none-any.whl",
        sha256="0" * 64,
        imports=(),
        depends=(),
        source=source,
        made_of="1" * 64,
    )
    take = fetch.pure if source == "pypi-pure" else fetch._stripped
    with pytest.raises(ToolFailed, match="pip did not download markup-1"):
        take([package], "3.13", Cache(tmp_path / NATIVE_TAG), Progress(None), None)
