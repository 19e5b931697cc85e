"""A Firefox for all questions of this folder, and the demonstration course for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from ..browser.conftest import serving
from .firefox import Firefox, running
from .student import Student


@pytest.fixture(scope="session")
def home(demo_site: Path) -> Iterator[str]:
    """The address of the demonstration course."""
    with serving(demo_site) as address:
        yield address


@pytest.fixture(scope="session")
def firefox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    """A Firefox that stays open; each question has a container of its own in it."""
    with running(tmp_path_factory.mktemp("firefox") / "profile") as browser:
        yield browser


@pytest.fixture
def student(firefox: Firefox, home: str) -> Iterator[Student]:
    """Someone who has never been here."""
    container = firefox.container()
    yield Student(firefox, home, container)
    firefox.forget(container)
