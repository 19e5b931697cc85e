"""Does the button of a hosted activity lead to the right notebook in the right profile, with the work kept?"""

from __future__ import annotations

import re
from dataclasses import replace

import pytest
from playwright.sync_api import expect

from satchel.hosted import launch_url
from satchel.model import Host

from .conftest import Newcomer
from .course import SOURCE, Course
from .running import Hub
from .students import SERVER_STARTS, opened, press, run_first, sign_in

pytestmark = pytest.mark.hub
TRAIN = "gpu/train.html"
LARGE = "big%20data/gr%C3%B6%C3%9Fe%20+%20mehr.html"


def test_a_student_who_was_never_there_lands_in_the_notebook_with_the_profile(
    newcomer: Newcomer, home: str, hub: Hub
) -> None:
    tab = press(newcomer(), home + TRAIN, "gpu")
    sign_in(tab, "amy")
    panel = opened(tab, "train.ipynb")
    assert run_first(panel) == "profile gpu"
    assert re.search(r"/user/amy/lab/(workspaces/[^/]+/)?tree/stats-course.git/content/gpu/train.ipynb", tab.url), (
        tab.url
    )


def test_a_student_whose_server_runs_already_goes_straight_to_the_notebook(
    newcomer: Newcomer, home: str, hub: Hub
) -> None:
    context = newcomer()
    tab = press(context, home + TRAIN, "gpu")
    sign_in(tab, "ben")
    opened(tab, "train.ipynb")
    started = hub.api("GET", "/users/ben").json()["servers"][""]["started"]
    tab.close()
    again = press(context, home + TRAIN, "gpu")
    opened(again, "train.ipynb")
    assert hub.api("GET", "/users/ben").json()["servers"][""]["started"] == started


def test_another_activity_opens_in_a_profile_of_its_own_whatever_its_name(
    newcomer: Newcomer, home: str, hub: Hub
) -> None:
    tab = press(newcomer(), home + LARGE, "large")
    sign_in(tab, "cleo")
    panel = opened(tab, "größe + mehr.ipynb")
    assert run_first(panel) == "profile large"
    assert hub.api("GET", "/users/cleo").json()["servers"][""]["user_options"] == {"profile": "large"}


def test_what_a_student_has_changed_there_is_still_there_after_the_author_has_gone_on(
    newcomer: Newcomer, home: str, hub: Hub, course: Course
) -> None:
    context = newcomer()
    tab = press(context, home + TRAIN, "gpu")
    sign_in(tab, "dora")
    opened(tab, "train.ipynb")
    tab.close()
    copy = hub.home("dora") / "stats-course.git" / "content" / "gpu" / "train.ipynb"
    mine = copy.read_text("utf-8").replace("2 + 3", "2 + 3 + mine")
    copy.write_text(mine, "utf-8")
    text = course.folder / "content" / "gpu" / "train.ipynb"
    text.write_text(text.read_text("utf-8").replace("# Train a network", "# Train a small network"), "utf-8")
    (course.folder / "content" / "gpu" / "hint.txt").write_text("A file that came later.", "utf-8")
    course.publish("Go on")

    again = press(context, home + TRAIN, "gpu")
    panel = opened(again, "train.ipynb")
    expect(panel.locator(".jp-Notebook")).to_contain_text("2 + 3 + mine")
    assert (copy.parent / "hint.txt").is_file()


def test_a_profile_that_the_hub_does_not_have_is_refused(newcomer: Newcomer, hub: Hub) -> None:
    tab = newcomer().new_page()
    tab.goto(f"{hub.address}/hub/spawn?profile=gpux&next=%2Fhub%2Fuser-redirect%2Flab")
    sign_in(tab, "ed")
    # The hub keeps the reason to itself and its log.
    expect(tab.locator("body")).to_contain_text("Spawn failed", timeout=SERVER_STARTS)
    assert "No such profile: gpux. Options include: gpu, large" in hub.log
    assert hub.api("GET", "/users/ed").json()["servers"] == {}


def test_a_named_server_stands_beside_the_usual_one(newcomer: Newcomer, home: str, hub: Hub) -> None:
    context = newcomer()
    usual = press(context, home + LARGE, "large")
    sign_in(usual, "fay")
    opened(usual, "größe + mehr.ipynb")
    tab = press(context, home + TRAIN, "own")
    panel = opened(tab, "train.ipynb")
    assert run_first(panel) == "profile gpu"
    assert "/user/fay/own-gpu/lab/" in tab.url
    servers = hub.api("GET", "/users/fay").json()["servers"]
    assert {name: server["user_options"] for name, server in servers.items()} == {
        "": {"profile": "large"},
        "own-gpu": {"profile": "gpu"},
    }
    # A second press finds it running.
    opened(press(context, home + TRAIN, "own"), "train.ipynb")
    assert hub.api("GET", "/users/fay").json()["servers"]["own-gpu"]["started"] == servers["own-gpu"]["started"]


def test_a_link_without_a_repository_opens_a_file_whatever_its_name(newcomer: Newcomer, hub: Hub) -> None:
    name = "a#b 100% + ü.ipynb"
    for server in ("", "own-gpu"):
        here = hub.home("gus", server) / "my files"
        here.mkdir(parents=True)
        (here / name).write_bytes((SOURCE / "content" / "gpu" / "train.ipynb").read_bytes())
    host = Host(id="x", kind="jupyterhub", label="X", url=hub.address, folder="my files")
    tab = newcomer().new_page()
    tab.goto(launch_url(host, name))
    sign_in(tab, "gus")
    # No profile is named: the hub asks for one, and then goes on to where the link leads.
    tab.locator("#start, form#spawn_form [type=submit]").first.click()
    opened(tab, name)
    tab.close()
    named = replace(host, server="own-gpu", profile="gpu")
    tab = tab.context.new_page()
    tab.goto(launch_url(named, name))
    opened(tab, name)
    assert "/user/gus/own-gpu/lab/" in tab.url
