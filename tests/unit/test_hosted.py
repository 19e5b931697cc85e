"""Where the button to a hosted server leads, for names of every kind."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from satchel.hosted import host_problems, launch_url
from satchel.model import Host

HUB = Host(
    id="hub",
    kind="jupyterhub",
    label="Hub",
    url="https://hub.example.edu",
    repository="https://github.com/example/data-by-hand",
    folder="data-by-hand",
)
AWKWARD = [
    "module 4/neural network.ipynb",
    "Übung 1/Lösung größer.ipynb",
    "c#/a & b + c.ipynb",
    "100%/what? {curly}.ipynb",
    "a=b;c/'quoted' \"twice\".ipynb",
    "日本語/ノート.ipynb",
]


def query(url: str) -> dict[str, str]:
    return {key: values[0] for key, values in parse_qs(urlsplit(url).query, strict_parsing=True).items()}


def path_of(address: str) -> str:
    """The path a browser asks for when it goes to this address."""
    return unquote(urlsplit("https://x/" + address).path.removeprefix("/"))


def test_is_a_plain_hub_link_as_nbgitpuller_documents_it() -> None:
    assert launch_url(HUB, "module-4/net.ipynb") == (
        "https://hub.example.edu/hub/user-redirect/git-pull"
        "?repo=https%3A%2F%2Fgithub.com%2Fexample%2Fdata-by-hand&branch=main"
        "&urlpath=lab%2Ftree%2Fdata-by-hand%2Fmodule-4%2Fnet.ipynb"
    )


@pytest.mark.parametrize("notebook", AWKWARD)
def test_does_every_name_survive_the_way_through_the_hub(notebook: str) -> None:
    values = query(launch_url(HUB, notebook))
    assert values["repo"] == HUB.repository
    assert path_of(values["urlpath"]) == f"lab/tree/data-by-hand/{notebook}"


@pytest.mark.parametrize("notebook", AWKWARD)
def test_does_every_name_survive_the_profile_and_the_redirect(notebook: str) -> None:
    url = launch_url(replace(HUB, url="https://example.edu/jupyter/hub/", profile="gpu & more"), notebook)
    assert url.startswith("https://example.edu/jupyter/hub/spawn?")
    values = query(url)
    assert values["profile"] == "gpu & more"
    assert values["next"].startswith("/jupyter/hub/user-redirect/git-pull?")
    assert path_of(query("https://x" + values["next"])["urlpath"]) == f"lab/tree/data-by-hand/{notebook}"


@pytest.mark.parametrize(
    "repository", ["https://github.com/example/course.git", "https://github.com/example/course.git/"]
)
def test_is_the_folder_the_one_nbgitpuller_makes(repository: str) -> None:
    values = query(launch_url(replace(HUB, repository=repository, folder=""), "a.ipynb"))
    assert values["urlpath"] == "lab/tree/course.git/a.ipynb"
    assert "targetpath" not in values


def test_is_nbgitpuller_told_another_folder() -> None:
    values = query(launch_url(replace(HUB, folder="stats 101/part"), "a.ipynb"))
    assert values["targetpath"] == "stats 101"
    assert path_of(values["urlpath"]) == "lab/tree/stats 101/part/a.ipynb"


def test_is_a_hub_without_repository_opened_directly() -> None:
    url = launch_url(replace(HUB, repository="", folder=""), "m 1/a#b.ipynb")
    assert url == "https://hub.example.edu/hub/user-redirect/lab/tree/m%201/a%23b.ipynb"


@pytest.mark.parametrize(
    ("repository", "branch", "spec"),
    [
        ("https://github.com/example/course", "main", "gh/example/course/main"),
        ("https://github.com/example/course.git/", "feature/x y", "gh/example/course/feature%2Fx%20y"),
        ("https://gitlab.com/group/sub/course", "v1", "gl/group%2Fsub%2Fcourse/v1"),
        ("https://git.example.edu/a/b", "main", "git/https%3A%2F%2Fgit.example.edu%2Fa%2Fb/main"),
    ],
)
def test_does_a_binder_link_name_the_repository_and_the_branch(repository: str, branch: str, spec: str) -> None:
    binder = replace(
        HUB, kind="binderhub", url="https://binder.example.org/", repository=repository, branch=branch, folder=""
    )
    url = launch_url(binder, "m/a.ipynb")
    assert url == f"https://binder.example.org/v2/{spec}?urlpath=lab%2Ftree%2Fm%2Fa.ipynb"


@pytest.mark.parametrize("notebook", AWKWARD)
def test_does_every_name_survive_binder(notebook: str) -> None:
    binder = replace(HUB, kind="binderhub", folder="content")
    assert path_of(query(launch_url(binder, notebook))["urlpath"]) == f"lab/tree/content/{notebook}"


def test_is_an_lti_address_left_alone() -> None:
    address = "https://lms.example.edu/mod/lti/view.php?id=12&x={notebook}"
    assert launch_url(replace(HUB, kind="lti", url=address), "a.ipynb") == address


@pytest.mark.parametrize("notebook", AWKWARD)
def test_does_a_template_quote_by_place(notebook: str) -> None:
    template = "https://x.org/github/{branch}/{path}?file={notebook}&repo={repo}"
    url = launch_url(replace(HUB, kind="url", url=template, folder="content"), notebook)
    assert unquote(urlsplit(url).path) == f"/github/main/content/{notebook}"
    assert query(url) == {"file": notebook, "repo": HUB.repository}
    assert urlsplit(url).fragment == ""


@pytest.mark.parametrize(
    "host",
    [
        replace(HUB, url="https://me:secret@hub.example.edu"),
        replace(HUB, repository="https://token@github.com/a/b"),
        replace(HUB, url="https://hub.example.edu/a b"),
        replace(HUB, url="https:///nowhere"),
        replace(HUB, kind="binderhub", repository=""),
        replace(HUB, kind="binderhub", repository="example/course"),
        replace(HUB, kind="url", url="https://x.org/{}"),
    ],
)
def test_is_a_host_that_cannot_work_refused(host: Host) -> None:
    assert list(host_problems(host))


@pytest.mark.parametrize(
    "host",
    [
        HUB,
        replace(HUB, repository=""),
        replace(HUB, repository="git@github.com:a/b.git"),
        replace(HUB, repository="/srv/course"),
        replace(HUB, url="http://127.0.0.1:8000"),
        replace(HUB, kind="url", url="https://x.org/{path}"),
        replace(HUB, kind="lti", url="https://x.org/{anything}"),
    ],
)
def test_is_a_host_that_can_work_taken(host: Host) -> None:
    assert list(host_problems(host)) == []
