"""A Chromium and a copy of the demonstration course for the soak."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Playwright

from ..browser.conftest import FLAGS
from .soaking import Soak, copied


@pytest.fixture
def soak(playwright: Playwright, chromium: str, demo_site: Path, tmp_path: Path) -> Callable[..., Soak]:
    """Makes a soak, with a script in its pages that spoils their store if one is given."""
    site = copied(demo_site, tmp_path / "site")
    return lambda sabotage="": Soak(playwright, chromium, FLAGS, site, sabotage)
