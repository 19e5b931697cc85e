"""A course that opens on a real JupyterHub, the hub, and students with a browser."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Playwright

from ..browser.conftest import FLAGS, serving
from .course import Course, build_course
from .learning_platform import CLIENT, Platform, running_platform
from .running import Hub, running_hub

Newcomer = Callable[[], BrowserContext]


@pytest.fixture(scope="session")
def course(demo_out: Path, tmp_path_factory: pytest.TempPathFactory) -> Course:
    """A small course whose hosted activities lead to the hubs of this run."""
    return build_course(tmp_path_factory.mktemp("hosted"), lent=demo_out)


@pytest.fixture(scope="session")
def home(course: Course) -> Iterator[str]:
    """The address of the book."""
    with serving(course.site, port=course.site_port) as address:
        yield address


@pytest.fixture(scope="session")
def hub(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The hub that the buttons lead to; it has the profiles that the build wrote down."""
    values = [course.hosted / "jupyterhub-values.yaml"]
    with running_hub(tmp_path_factory.mktemp("hub") / "hub", values, ports=course.hub_ports) as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright, chromium: str) -> Iterator[Browser]:
    with playwright.chromium.launch(executable_path=chromium, args=FLAGS) as launched:
        yield launched


@pytest.fixture
def newcomer(browser: Browser) -> Iterator[Newcomer]:
    """Makes browser profiles that have never been anywhere."""
    contexts: list[BrowserContext] = []

    def make() -> BrowserContext:
        context = browser.new_context()
        context.set_default_timeout(120_000)
        contexts.append(context)
        return context

    yield make
    for context in contexts:
        context.close()


@pytest.fixture(scope="session")
def behind(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hub]:
    """The hub behind the learning platform: only the platform lets students in."""
    folder = tmp_path_factory.mktemp("behind")
    example = (course.hosted / "lti-values-vle.yaml").read_text("utf-8")
    own = folder / "own.yaml"
    # What the example tells its reader to do.
    own.write_text(example.replace("CLIENT_ID", CLIENT), "utf-8")
    values = [course.hosted / "jupyterhub-values-vle.yaml", own]
    with running_hub(folder / "hub", values, ports=course.behind_ports) as running:
        yield running


@pytest.fixture(scope="session")
def platform(course: Course, behind: Hub) -> Iterator[Platform]:
    """The learning platform whose students that hub knows."""
    login = f"{behind.address}/hub/lti13/oauth_login"
    with running_platform(course.platform_port, login, f"{behind.address}/hub/") as running:
        yield running
