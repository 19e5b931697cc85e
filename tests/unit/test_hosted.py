"""Where the button to a hosted server leads, for names of every kind."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qs, unquote, urlsplit

import pytest

from satchel.hosted import hub_of, hubs, launch_url, launches, lti_target, sign_in
from satchel.hostproblems import at_odds, host_problems
from satchel.model import Activity, Decision, Host, Needs, Notebook

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
    assert url == "https://hub.example.edu/hub/user-redirect/lab/tree/m%25201/a%2523b.ipynb"


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


LTI = replace(
    HUB,
    id="lti",
    kind="lti",
    url="https://lms.example.edu/mod/lti/view.php?id=12",
    hub="https://example.edu/hub/",
    profile="gpu",
)


def test_does_a_known_hub_behind_lti_get_the_deep_link_and_the_platform_the_sign_in() -> None:
    as_hub = replace(LTI, kind="jupyterhub", url=LTI.hub, hub="")
    assert launch_url(LTI, "a.ipynb") == launch_url(as_hub, "a.ipynb")
    assert (sign_in(LTI), sign_in(as_hub), sign_in(replace(LTI, hub=""))) == (LTI.url, "", "")
    assert [hub_of(host) for host in (LTI, as_hub, replace(LTI, hub=""), replace(HUB, kind="url"))] == [
        "https://example.edu",
        "https://example.edu",
        "",
        "",
    ]


def test_do_launches_tell_a_page_what_it_has_to_know_of_each_host() -> None:
    notebook = Notebook(source="a.ipynb", title="A", cells=())
    activity = Activity(id="a", notebook=notebook, page="a.html", path="a.ipynb")
    links = {host.id: launch_url(host, "a.ipynb") for host in (LTI, HUB)}
    decision = Decision(activity=activity, needs=Needs(gpu=True), route="hosted", launch=links)
    first, second = launches(decision, [HUB, LTI])
    assert first == {
        **{"id": "lti", "kind": "lti", "label": "Hub", "wait": "", "url": links["lti"]},
        **{"sign_in": LTI.url, "hub": "https://example.edu"},
    }
    assert (second["id"], second["sign_in"], second["hub"]) == ("hub", "", "https://hub.example.edu")


@pytest.mark.parametrize("notebook", [*AWKWARD, "what next=me.ipynb"])
@pytest.mark.parametrize("hub", ["https://example.edu", "https://example.edu/jupyter"])
def test_does_the_learning_platform_lead_to_the_same_place_as_the_link(hub: str, notebook: str) -> None:
    host = replace(LTI, hub=hub)
    target = lti_target(host, notebook)
    # As the hub's LTI part reads it: what follows the first `next=`, decoded once.
    _, _, after = target.partition("next=")
    origin = "https://example.edu"
    assert origin + unquote(after) == launch_url(host, notebook)
    assert target.startswith(f"{hub}/hub/?next=%2F")


@pytest.mark.parametrize("notebook", AWKWARD)
def test_does_a_link_to_a_named_server_say_which_and_with_what_profile(notebook: str) -> None:
    url = launch_url(replace(HUB, server="gpu", profile="a100 & more"), notebook)
    assert url.startswith(
        "https://hub.example.edu/hub/user-redirect/satchel-server/gpu/a100%20%26%20more/git-pull?repo="
    )
    assert path_of(query(url)["urlpath"]) == f"lab/tree/data-by-hand/{notebook}"
    bare = launch_url(replace(HUB, server="gpu", repository=""), notebook)
    assert bare.startswith("https://hub.example.edu/hub/user-redirect/satchel-server/gpu/-/lab/tree/data-by-hand/")


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
        replace(HUB, hub="https://other.example.edu"),
        replace(LTI, hub="https:///nowhere"),
        replace(LTI, hub="https://me:secret@hub.example.edu"),
        replace(HUB, site="https:///nowhere"),
        replace(LTI, hub="", server="gpu"),
        replace(HUB, kind="url", server="gpu"),
        *(replace(HUB, server=name) for name in ("GPU", "1gpu", "gpu-", "a--b", "g p u", "a" * 31, "../hub")),
    ],
)
def test_is_a_host_that_cannot_work_refused(host: Host) -> None:
    assert list(host_problems(host))


@pytest.mark.parametrize(
    "second",
    [
        replace(HUB, id="b", site="https://two.example.edu"),
        replace(HUB, id="b", image="two"),
        replace(HUB, id="b", url=HUB.url + "/hub/", image="two"),
        replace(LTI, id="b", hub=HUB.url, profile="", image="two"),
    ],
)
def test_are_hosts_that_ask_a_hub_for_two_things_at_once_refused(second: Host) -> None:
    first = replace(HUB, site="https://one.example.edu", image="one")
    assert [host.id for host, _, _ in at_odds([first, second])] == ["b"]
    elsewhere = replace(second, url="https://other.example.edu", hub="https://other.example.edu" if second.hub else "")
    assert list(at_odds([first, elsewhere])) == []
    assert list(at_odds([first, replace(first, id="b"), replace(first, id="c", profile="x", image="two")])) == []


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
        LTI,
        replace(LTI, server="gpu"),
        replace(HUB, server="gpu-1", site="https://book.example.edu/stats"),
    ],
)
def test_is_a_host_that_can_work_taken(host: Host) -> None:
    assert list(host_problems(host)) == []


def decided(**launch: str) -> Decision:
    """A decision for an activity that these hosts can run."""
    notebook = Notebook(source="module 4/net.ipynb", title="Net", cells=())
    activity = Activity(id="n", notebook=notebook, page="module 4/net.html", path="module 4/net.ipynb")
    return Decision(activity=activity, needs=Needs(), route="hosted", launch=launch)


def test_which_hubs_can_run_the_cells_of_a_page() -> None:
    binder = replace(HUB, id="binder", kind="binderhub")
    platform = replace(HUB, id="vle", kind="lti", url="https://vle.example.edu/x", hub="https://hub2.example.edu/hub/")
    blind = replace(platform, id="blind", hub="")
    found = hubs(decided(vle="x", binder="x", blind="x", hub="x"), [HUB, binder, platform, blind])
    # The order is that of the launch links, and only what has a hub is there.
    assert [(hub["id"], hub["hub"]) for hub in found] == [
        ("vle", "https://hub2.example.edu/"),
        ("hub", "https://hub.example.edu/"),
    ]


@pytest.mark.parametrize(
    ("host", "path"),
    [
        (HUB, "data-by-hand/module 4/net.ipynb"),
        (replace(HUB, folder="", repository="https://github.com/example/other/"), "other/module 4/net.ipynb"),
        (replace(HUB, folder="", repository=""), "module 4/net.ipynb"),
    ],
)
def test_where_the_notebook_is_on_a_students_server(host: Host, path: str) -> None:
    assert hubs(decided(hub="x"), [host])[0]["notebook"] == path


def test_is_the_notebook_where_the_launch_link_leads() -> None:
    found = hubs(decided(hub="x"), [HUB], content="content")[0]["notebook"]
    assert found == "data-by-hand/content/module 4/net.ipynb"
    assert path_of(query(launch_url(HUB, "content/module 4/net.ipynb"))["urlpath"]) == f"lab/tree/{found}"


def test_does_a_hub_below_a_path_with_a_profile_and_a_server_keep_them() -> None:
    host = replace(HUB, url="https://example.edu/jupyter/hub", profile="gpu", server="own")
    assert hubs(decided(hub="x"), [host]) == [
        {
            "id": "hub",
            "label": "Hub",
            "hub": "https://example.edu/jupyter/",
            "notebook": "data-by-hand/module 4/net.ipynb",
            "profile": "gpu",
            "server": "own",
        }
    ]
