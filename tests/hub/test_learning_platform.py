"""Does a launch by LTI 1.3 lead to the same notebook in the same profile as the button of the book?"""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import expect

from .conftest import Newcomer
from .course import Course
from .learning_platform import Platform, new_key
from .running import Hub
from .students import SERVER_STARTS, opened, press

pytestmark = pytest.mark.hub
TRAIN = "gpu/train.html"


def target(course: Course) -> str:
    """What the build's guide tells the teacher to type in for the activity."""
    guide = (course.hosted / "README.md").read_text("utf-8")
    row = next(line for line in guide.splitlines() if line.startswith("| Train a network | GPU server of the learning"))
    return row.split("`")[1]


def test_a_launch_leads_to_the_notebook_in_the_profile(
    newcomer: Newcomer, course: Course, platform: Platform, behind: Hub
) -> None:
    tab = newcomer().new_page()
    tab.goto(platform.launch(target(course)))
    opened(tab, "train.ipynb")
    assert behind.api("GET", "/users/gabi").json()["servers"][""]["user_options"] == {"profile": "gpu"}


def test_the_button_leads_there_once_the_student_has_signed_in_on_the_platform(
    newcomer: Newcomer, home: str, course: Course, platform: Platform, behind: Hub
) -> None:
    hosts = json.loads((course.site / "capabilities.json").read_text("utf-8"))["hosted"]
    (sign_in,) = (host["sign_in"] for host in hosts if host["id"] == "vle")
    platform.student = "hugo"
    context = newcomer()
    tab = context.new_page()
    tab.goto(sign_in)
    # Signed in: the hub knows the student, whatever it shows.
    expect(tab.get_by_text("hugo").first).to_be_visible(timeout=SERVER_STARTS)
    tab.close()
    opened(press(context, home + TRAIN, "vle"), "train.ipynb")
    assert behind.api("GET", "/users/hugo").json()["servers"][""]["user_options"] == {"profile": "gpu"}


def test_an_answer_that_somebody_else_has_signed_is_refused(
    newcomer: Newcomer, course: Course, platform: Platform, behind: Hub
) -> None:
    platform.student = "mallory"
    platform.signing_key = new_key()
    try:
        tab = newcomer().new_page()
        tab.goto(platform.launch(target(course)))
        expect(tab.locator("body")).to_contain_text("400", timeout=SERVER_STARTS)
    finally:
        platform.signing_key = None
    assert behind.api("GET", "/users/mallory").status_code == 404
