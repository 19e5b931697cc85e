"""The README of `hosted/`: what each file is for, and what is left to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from satchel.model import Decision
from satchel.provision.hubs import Hub
from satchel.provision.lti import addresses, targets


def guide(
    course: str, hubs: Mapping[str, Hub], decisions: Iterable[Decision], *, content: str, host_names: Iterable[str]
) -> str:
    """`README.md`. `hubs` are the hubs by the name of their file of values, `host_names` the labels of all hosts."""
    decided = tuple(decisions)
    parts = [_opening(course, sorted(set(host_names)))]
    if hubs:
        parts.append(_files(hubs))
    parts += [_hub(file, hub, decided, content) for file, hub in hubs.items()]
    return "\n".join(parts)


def _opening(course: str, names: list[str]) -> str:
    return f"""\
# Hosted activities of {_cell(course)}

Some activities of this course open on a server ({", ".join(_cell(name) for name in names)}). These files are for
those who run it. They are not part of the site: students need none of them. satchel makes them from the course and
writes them anew with each build, so keep changes in files of your own. Files that you put here stay.

| file | what it is |
|---|---|
| `environment.yml` | For repo2docker: the packages of the book in the same versions, and what the book lacks |"""


def _files(hubs: Mapping[str, Hub]) -> str:
    rows = [
        f"| `{file}` | Values for Zero to JupyterHub: profiles, and who may ask {hub.url} |"
        for file, hub in hubs.items()
    ]
    rows += [f"| `{lti_file(file)}` | An example: signing in by a learning platform |" for file in hubs]
    return "\n".join(rows) + "\n"


def lti_file(values_file: str) -> str:
    """The name of the LTI example that goes with a file of values."""
    return values_file.replace("jupyterhub-values", "lti-values")


def _hub(file: str, hub: Hub, decisions: tuple[Decision, ...], content: str) -> str:
    steps = [
        "1. Build an image: `repo2docker --no-run --image-name NAME:TAG FOLDER`; `FOLDER` holds `environment.yml`.",
        "   Add a line `- jupyterhub==VERSION` there with the version of your hub. Then write `image: NAME:TAG` into",
        "   capabilities.yml, and build the course again.",
        f"2. Set up the hub: `helm upgrade --install RELEASE jupyterhub/jupyterhub --values own.yaml --values {file}`.",
        "3. Press a button in the book. It should end in the right notebook, and `SATCHEL_PROFILE` in that notebook's",
        "   environment says which profile it runs in.",
    ]
    lines = [f"## {hub.url}", "", *steps, "", *_facts(hub), "", "### From a learning platform (LTI 1.3)", ""]
    lines += ["Register the hub once as a tool:", "", "| field | value |", "|---|---|"]
    lines += [f"| {field} | {value} |" for field, value in addresses(hub)]
    lines += [
        "",
        "Then add one activity of the platform for each of these. The address goes into *Tool URL* (Moodle) or *Target",
        "link URI*, as it is:",
        "",
        "| activity | opens on | address |",
        "|---|---|---|",
        *(
            f"| {_cell(title)} | {_cell(label)} | `{address}` |"
            for title, label, address in targets(hub, decisions, content=content)
        ),
        "",
    ]
    return "\n".join(lines)


def _facts(hub: Hub) -> list[str]:
    facts = ["Good to know:", ""]
    if hub.pulls:
        facts += [
            "- The links use nbgitpuller, which has to be in the image. It keeps what a student has changed, and",
            "  brings what the author has added.",
        ]
    if hub.servers:
        facts += [
            "- Some links start a named server beside the student's usual one. Zero to JupyterHub gives each server a",
            "  disk of its own, so files of one are not on the other.",
            "- Start servers by `jupyterhub-singleuser`, as the chart does. `jupyter-labhub` confuses two servers of a",
            "  student in one browser, and no kernel starts.",
        ]
    facts += [
        "- A student has one usual server. If it runs already, links lead to it whatever its profile; `server:` in",
        "  capabilities.yml gives an activity a server of its own.",
        "- Students keep no more than their home folder: packages installed there by hand last as long as that.",
    ]
    return facts


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
