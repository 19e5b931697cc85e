"""Whole builds, each made once a session. What a test changes, it puts back."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import lend_browser_side, run_build

from .books import BOOKS, built_plainly, combined
from .sites import Built, snapshot, times

SITES = Path(__file__).resolve().parents[1] / "sites"


def built(course: Path, out: Path, *arguments: str | Path, **env: str) -> Built:
    """Build a course that has to build; paths are given as an author in the folder above would type them."""
    home = course.parent
    given, before = snapshot(course), times(course)
    done = run_build(course.name, "--out", out.relative_to(home), *arguments, cwd=home, **env)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(course=course, out=out, done=done, given=given, files=snapshot(out / "site"), times=before)


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


def _read_only(course: Path) -> Path:
    """The folder as a careful author leaves it: nobody but root could write there."""
    for path in (course, *course.rglob("*")):
        path.chmod(path.stat().st_mode & ~0o222)
    return course


def _beside_plain(course: Path, tiny: Built) -> tuple[Built, Path]:
    """A book as satchel builds it, from a folder that it may not write to, and as Jupyter Book does."""
    home = course.parent
    plain = built_plainly(course, home)
    lend_browser_side(tiny.out, home / "out")
    return built(_read_only(course), home / "out", "--no-zip"), plain


@pytest.fixture(scope="session")
def many_books(tiny: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Path]:
    """Several small Jupyter Books in one, and what Jupyter Book itself makes of it."""
    names = ("tags", "formats", "contents", "directives", "exercises")
    return _beside_plain(combined(names, tmp_path_factory.mktemp("many") / "book"), tiny)


@pytest.fixture(scope="session")
def settings_book(tiny: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Path]:
    """A Jupyter Book with settings of all kinds, which runs its notebooks while it is built."""
    return _beside_plain(Path(shutil.copytree(BOOKS / "settings", tmp_path_factory.mktemp("set") / "book")), tiny)


@pytest.fixture(scope="session")
def article_book(tiny: Built, tmp_path_factory: pytest.TempPathFactory) -> tuple[Built, Path]:
    """A Jupyter Book of the other kind, `jb-article`."""
    return _beside_plain(Path(shutil.copytree(BOOKS / "article", tmp_path_factory.mktemp("article") / "book")), tiny)


@pytest.fixture(scope="session")
def bare_book(tiny: Built, tmp_path_factory: pytest.TempPathFactory) -> Built:
    """An old Jupyter Book of which extensions and theme are not installed here; Jupyter Book does not build it."""
    home = tmp_path_factory.mktemp("bare")
    lend_browser_side(tiny.out, home / "out")
    return built(_read_only(Path(shutil.copytree(BOOKS / "old-toc", home / "book"))), home / "out", "--no-zip")
