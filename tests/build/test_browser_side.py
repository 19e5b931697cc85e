"""Does the browser side keep its types, and do its own tests pass?"""

from __future__ import annotations

import sys

import pytest

from satchel import frontend
from satchel.shell import call, node_env, node_tool

pytestmark = pytest.mark.build


@pytest.mark.parametrize("script", ["typecheck", "test"])
def test_the_browser_side(demo_out: object, script: str) -> None:
    # The demonstration build has installed the packages.
    done = call(
        [*node_tool("npm"), "run", "--silent", script],
        cwd=frontend.SOURCE,
        # Some of its questions are put to the build itself.
        env={**node_env(), "SATCHEL_PYTHON": sys.executable},
        what=f"npm run {script}",
        cure="Run it in overrides/ to see all of it.",
    )
    if script == "test":
        assert "# fail 0" in done.stdout or "ℹ fail 0" in done.stdout
