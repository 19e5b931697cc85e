"""The files of `hosted/`, as texts."""

from __future__ import annotations

from collections.abc import Iterable

from satchel.model import Course, Decision, Host
from satchel.provision.hubs import hubs
from satchel.provision.values import values_text


def files(course: Course, hosts: Iterable[Host], decisions: Iterable[Decision]) -> dict[str, str]:
    """The files of `hosted/` by name; none if the course uses no server. The same input gives the same bytes."""
    decided = tuple(decisions)
    found: dict[str, str] = {}
    for hub in hubs(hosts, decided):
        suffix = f"-{hub.name}" if hub.name else ""
        found[f"jupyterhub-values{suffix}.yaml"] = values_text(hub, course=course.title)
    return found
