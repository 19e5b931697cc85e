"""Do the files for those who run the server say what the course asks for, in the words of their own tools?"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from jsonschema import Draft202012Validator
from kubespawner import KubeSpawner
from packaging.requirements import Requirement

from satchel import runtime as runtimes
from satchel.hosted import SERVERS, launch_url
from satchel.model import Activity, Course, Decision, Host, Needs, Notebook
from satchel.provision import files
from satchel.provision.environment import ONLY_IN_BROWSERS, beyond
from satchel.provision.servers import hook

SCHEMA = json.loads(
    (Path(__file__).parents[1] / "golden" / "zero-to-jupyterhub" / "values.schema.json").read_text("utf-8")
)
COURSE = Course(id="demo", title="Data: 'by' | hand\n", version="1", author="", activities=(), files=())
GPU = Host(
    id="gpu-hub",
    kind="jupyterhub",
    label="GPU server",
    url="https://hub.example.edu/jupyter",
    repository="https://github.com/example/course",
    profile="gpu",
    site="https://book.example.edu/stats/",
    image="registry.example.edu:5000/stats/gpu:2026.1",
)
LARGE = replace(GPU, id="large", profile="large", label="Large", capabilities=("cpu",), image="", site="")
NAMED = replace(GPU, id="own", server="own-gpu")
VLE = replace(
    GPU, id="vle", kind="lti", url="https://moodle.example.edu/mod/lti/view.php?id=3", hub="https://two.example.edu"
)
CATALOGUE = runtimes.load("0.28.3")


def decision(title: str, *hosts: Host, memory_mb: int | None = None, missing: tuple[str, ...] = ()) -> Decision:
    source = f"m 1/{title}.ipynb"
    notebook = Notebook(source=source, title=title, cells=())
    return Decision(
        activity=Activity(id=title, notebook=notebook, page="a.html", path=source),
        needs=Needs(gpu=True, memory_mb=memory_mb, missing=missing),
        route="hosted",
        launch={host.id: launch_url(host, source) for host in hosts},
    )


def made(hosts: tuple[Host, ...], *decisions: Decision, **versions: str) -> dict[str, str]:
    kernel = [package for package, _ in runtimes.kernel_wheels(python=CATALOGUE.python)]
    plan = runtimes.plan({"pandas", "matplotlib"}, kernel=kernel, catalogue=CATALOGUE)
    planned = {package.name: package.version for package in plan.packages}
    return files(COURSE, hosts, decisions, runtime=plan, versions=planned | versions, content="content")


def values(hosts: tuple[Host, ...], *decisions: Decision, name: str = "jupyterhub-values.yaml") -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(made(hosts, *decisions)[name])
    return loaded


def complaints(loaded: object) -> list[str]:
    return [error.message for error in Draft202012Validator(SCHEMA).iter_errors(loaded)]


def unknown(profile: dict[str, Any]) -> set[str]:
    """What a profile overrides that KubeSpawner has no setting for."""
    return set(profile["kubespawner_override"]) - set(KubeSpawner.class_trait_names(config=True))


EVERY = (GPU, LARGE, NAMED, VLE)
USES = (
    decision("A network", GPU, NAMED, VLE, memory_mb=500),
    decision("A larger one", GPU, memory_mb=3000),
    decision("A table", LARGE),
)


def test_is_there_nothing_for_a_course_without_servers() -> None:
    assert made(()) == {}


def test_is_there_a_profile_for_each_slug_that_a_link_names() -> None:
    profiles = values(EVERY, *USES)["singleuser"]["profileList"]
    gpu, large = profiles
    assert gpu == {
        "slug": "gpu",
        "display_name": "GPU server",
        "description": "For A network; A larger one",
        "kubespawner_override": {
            "environment": {"SATCHEL_PROFILE": "gpu"},
            "image": "registry.example.edu:5000/stats/gpu:2026.1",
            "mem_guarantee": "4024M",
            "mem_limit": "4024M",
            "extra_resource_limits": {"nvidia.com/gpu": "1"},
        },
    }
    assert large["kubespawner_override"] == {"environment": {"SATCHEL_PROFILE": "large"}}
    assert all(
        f"profile={profile['slug']}&" in host_link
        for profile, host_link in zip(profiles, (USES[0].launch["gpu-hub"], USES[2].launch["large"]), strict=True)
    )


def test_do_the_values_obey_the_charts_schema_and_kubespawner() -> None:
    bare = replace(GPU, profile="", site="", image="")
    cases = [
        (EVERY, USES),
        ((GPU,), USES[:1]),
        ((bare,), (decision("x", bare, memory_mb=9),)),
        ((replace(bare, image="a/b"),), ()),
    ]
    for hosts, uses in cases:
        for name, text in made(hosts, *uses).items():
            if name.endswith("values.yaml") or "-values-" in name:
                loaded = yaml.safe_load(text) or {}
                # The chart itself asks for these.
                loaded.setdefault("hub", {})["baseUrl"] = "/"
                whole = {key: {} for key in SCHEMA["required"]} | loaded
                assert complaints(whole) == [], name
                assert [unknown(profile) for profile in loaded.get("singleuser", {}).get("profileList", [])] in (
                    [],
                    [set()],
                    [set(), set()],
                )


def test_is_a_wrong_key_refused_by_the_chart_and_by_kubespawner() -> None:
    loaded = values(EVERY, *USES)
    whole = {key: {} for key in SCHEMA["required"]} | loaded
    whole["hub"]["baseUrl"] = "/"
    whole["singleuser"]["profiles"] = []
    assert any("profiles" in complaint for complaint in complaints(whole))
    profile = loaded["singleuser"]["profileList"][0]
    profile["kubespawner_override"]["memory_limit"] = "1G"
    assert unknown(profile) == {"memory_limit"}


def test_does_a_hub_without_profiles_get_what_its_usual_server_needs() -> None:
    host = replace(GPU, profile="")
    loaded = values((host,), decision("x", host, memory_mb=1000))
    assert loaded["singleuser"] == {
        "image": {"name": "registry.example.edu:5000/stats/gpu", "tag": "2026.1"},
        "memory": {"guarantee": "2024M", "limit": "2024M"},
        "extraResource": {"limits": {"nvidia.com/gpu": "1"}},
    }


def test_is_only_the_books_origin_let_in_and_nobody_unless_said() -> None:
    hub = values((GPU,))["hub"]
    assert hub["config"]["Spawner"]["args"] == [
        "--ServerApp.allow_origin=https://book.example.edu",
        "--HubOAuth.allow_token_in_url=True",
    ]
    headers = hub["config"]["JupyterHub"]["tornado_settings"]["headers"]
    assert headers["Access-Control-Allow-Origin"] == "https://book.example.edu"
    assert "Access-Control-Allow-Credentials" not in headers
    assert "hub" not in values((LARGE,))
    for text in made(EVERY, *USES).values():
        assert "allow_origin=*" not in text
        assert "Allow-Origin: '*'" not in text


def test_is_a_second_hub_described_in_files_of_its_own() -> None:
    names = made(EVERY, *USES)
    assert sorted(names) == [
        "README.md",
        "environment.yml",
        "jupyterhub-values-vle.yaml",
        "jupyterhub-values.yaml",
        "lti-values-vle.yaml",
        "lti-values.yaml",
    ]
    lti = yaml.safe_load(names["lti-values-vle.yaml"])["hub"]["config"]["LTI13Authenticator"]
    assert lti["authorize_url"] == "https://moodle.example.edu/mod/lti/auth.php"
    assert all(f"`{name}`" in names["README.md"] for name in names if name != "README.md")


def test_does_the_hook_lead_to_the_named_server_and_leave_other_links_alone() -> None:
    space: dict[str, Any] = {"c": SimpleNamespace(JupyterHub=SimpleNamespace())}
    exec(hook(), space)
    lead = space["c"].JupyterHub.user_redirect_hook
    user = SimpleNamespace(escaped_name="ad%40a")
    uri = f"/jupyter/hub/user-redirect/{SERVERS}/own/g%20pu/lab/tree/a%23b.ipynb?x=%26"
    led = lead(f"{SERVERS}/own/g pu/lab/tree/a#b.ipynb", SimpleNamespace(uri=uri), user, "/jupyter/")
    assert led == (
        "/jupyter/hub/spawn/ad%40a/own?profile=g%20pu"
        "&next=%2Fjupyter%2Fuser%2Fad%2540a%2Fown%2Flab%2Ftree%2Fa%2523b.ipynb%3Fx%3D%2526"
    )
    assert lead("lab/tree/a.ipynb", SimpleNamespace(uri="/hub/user-redirect/lab/tree/a.ipynb"), user, "/") is None


def test_does_the_server_get_the_books_packages_and_what_the_book_lacks() -> None:
    text = made((GPU,), decision("x", GPU, missing=("torch.nn", "cv2", "google.colab")), extra="1.5")["environment.yml"]
    python, pip, listed = yaml.safe_load(text)["dependencies"]
    assert (python, pip) == (f"python={CATALOGUE.python}", "pip")
    needed = {Requirement(line).name: str(Requirement(line).specifier) for line in listed["pip"]}
    assert needed["pandas"] == f"=={CATALOGUE.packages['pandas'].version}"
    assert (needed["extra"], needed["torch"], needed["opencv-python-headless"], needed["nbgitpuller"]) == (
        "==1.5",
        "",
        "",
        "",
    )
    assert "google" not in text
    assert not set(needed) & (ONLY_IN_BROWSERS | {"ipykernel", "ipython", "traitlets", "libopenblas", "google-colab"})


def test_is_nothing_but_names_taken_from_what_notebooks_import() -> None:
    assert beyond([decision("x", GPU, missing=("os;rm", "a b", "-e", "torch"))]) == ("torch",)
    assert beyond([decision("x", missing=("torch",))]) == ()


def test_are_the_files_the_same_for_the_same_course() -> None:
    assert made(EVERY, *USES) == made(EVERY, *USES)


def test_does_the_guide_name_the_address_for_each_activity() -> None:
    text = made(EVERY, *USES)["README.md"]
    rows = [line for line in text.splitlines() if line.startswith("| A ")]
    assert len(rows) == 5
    assert all("/hub/?next=%2F" in row for row in rows)
    assert "https://hub.example.edu/jupyter/hub/lti13/oauth_login" in text
