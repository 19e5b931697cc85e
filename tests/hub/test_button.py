"""Does the button of a hosted activity lead to the right notebook in the right profile, with the work kept?"""

from __future__ import annotations

import re

import pytest

from .conftest import Newcomer
from .running import Hub
from .students import opened, press, run_first, sign_in

pytestmark = pytest.mark.hub
TRAIN = "gpu/train.html"
LARGE = "big%20data/gr%C3%B6%C3%9Fe%20+%20mehr.html"


def test_a_student_who_was_never_there_lands_in_the_notebook_with_the_profile(
    newcomer: Newcomer, home: str, hub: Hub
) -> None:
    tab = press(newcomer(), home + TRAIN, "gpu")
    sign_in(tab, "ada")
    panel = opened(tab, "train.ipynb")
    assert run_first(tab, panel) == "profile gpu"
    assert re.search(r"/user/ada/lab/(workspaces/[^/]+/)?tree/stats-course.git/content/gpu/train.ipynb", tab.url), (
        tab.url
    )
