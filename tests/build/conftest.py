"""Whole builds, each made once a session. What a test changes, it puts back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import lend_browser_side, run_build

from .sites import Built, snapshot

SITES = Path(__file__).resolve().parents[1] / "sites"


def built(course: Path, out: Path, *arguments: str | Path, **env: str) -> Built:
    """Build a course that has to build; paths are given as an author in the folder above would type them."""
    home = course.parent
    given = snapshot(course)
    done = run_build(course.name, "--out", out.relative_to(home), *arguments, cwd=home, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(course=course, out=out, done=done, given=given, files=snapshot(out / "site"))


@pytest.fixture(scope="session")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The tiny course, built from nothing. Nobody changes it."""
    folder = tmp_path_factory.mktemp("tiny")
    return built(Path(shutil.copytree(SITES / "tiny", folder / "course")), folder / "out")


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The tiny course, built from nothing elsewhere and in another world. Tests change it and build it again."""
    folder = tmp_path_factory.mktemp("elsewhere") / "Über uns (2)"
    course = Path(shutil.copytree(SITES / "tiny", folder / "a course"))
    world = {"TZ": "Pacific/Auckland", "LC_ALL": "C", "PYTHONHASHSEED": "7"}
    return built(course, folder / "an out folder", **world)


@pytest.fixture(scope="session")
def old_book(tiny: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """A Jupyter Book that was not made for satchel, without a zip. The browser side is the one made for `tiny`."""
    folder = tmp_path_factory.mktemp("old")
    lend_browser_side(tiny.out, folder / "out")
    return built(Path(shutil.copytree(SITES / "plain-book", folder / "book")), folder / "out", "--no-zip")
