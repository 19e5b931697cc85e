"""A Chromium and a copy of the demonstration course for the soak."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Playwright, sync_playwright

from ..browser.conftest import FLAGS
from .soaking import Soak, copied


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def chromium() -> str:
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert found, "Chromium is needed: apt-get install chromium"
    return found


@pytest.fixture
def soak(playwright: Playwright, chromium: str, demo_site: Path, tmp_path: Path) -> Callable[..., Soak]:
    """Makes a soak, with a script in its pages that spoils their store if one is given."""
    site = copied(demo_site, tmp_path / "site")
    return lambda sabotage="": Soak(playwright, chromium, FLAGS, site, sabotage)
