"""The files of `hosted/`, as texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from satchel.model import Course, Decision, Host
from satchel.provision.environment import beyond, environment_text, pinned
from satchel.provision.guide import guide, lti_file
from satchel.provision.hubs import hubs
from satchel.provision.lti import lti_values
from satchel.provision.values import values_text
from satchel.runtime import RuntimePlan


def files(
    course: Course,
    hosts: Collection[Host],
    decisions: Iterable[Decision],
    *,
    runtime: RuntimePlan,
    versions: Mapping[str, str],
    content: str = "",
) -> dict[str, str]:
    """The files of `hosted/` by name; none if the course names no server. The same input gives the same bytes.

    `versions` are the packages of the browser's Python, `content` is the content folder inside the course folder.
    """
    if not hosts:
        return {}
    decided = tuple(decisions)
    by_file = {f"jupyterhub-values{f'-{hub.name}' if hub.name else ''}.yaml": hub for hub in hubs(hosts, decided)}
    pins = pinned(runtime.packages, versions, kernel=runtime.kernel_packages, python=runtime.python)
    found = {
        "README.md": guide(course.title, by_file, decided, content=content, host_names=[host.label for host in hosts]),
        "environment.yml": environment_text(
            course.title,
            python=runtime.python,
            pins=pins,
            more=beyond(decided),
            pulls=any(hub.pulls for hub in by_file.values()),
        ),
    }
    for file, hub in by_file.items():
        found[file] = values_text(hub, course=course.title)
        found[lti_file(file)] = lti_values(hub, course=course.title)
    return found
