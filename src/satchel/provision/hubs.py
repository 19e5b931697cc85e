"""Which JupyterHubs a course uses, which profiles it asks of each, and for which activities."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from satchel.hosted import hub_of
from satchel.model import Decision, Host


@dataclass(frozen=True, kw_only=True)
class Profile:
    """What a hub must offer under one slug; an empty slug stands for the hub's usual server.

    `titles` are the activities that use it, in the order of the book; `memory_mb` is what the largest needs, or None.
    """

    slug: str
    label: str
    gpu: bool
    image: str
    memory_mb: int | None
    titles: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Hub:
    """One JupyterHub with everything the course asks of it.

    `name` tells its files from those of other hubs, `site` is the address of the published book or empty, `servers`
    says whether links lead to named servers, `lti` whether students come from a learning platform.
    """

    name: str
    url: str
    site: str
    hosts: tuple[Host, ...]
    profiles: tuple[Profile, ...]

    @property
    def servers(self) -> bool:
        """Whether links lead to named servers."""
        return any(host.server for host in self.hosts)

    @property
    def pulls(self) -> bool:
        """Whether links fetch the course with nbgitpuller."""
        return any(host.repository for host in self.hosts)


def hubs(hosts: Iterable[Host], decisions: Iterable[Decision]) -> tuple[Hub, ...]:
    """The hubs in the order in which the author names them; hosts that lead to the same address are one hub."""
    decided = tuple(decisions)
    by_address: dict[str, list[Host]] = {}
    for host in hosts:
        if hub_of(host):
            by_address.setdefault(hub_of(host), []).append(host)
    names = _names([group[0].id for group in by_address.values()])
    return tuple(
        Hub(
            name=name,
            url=address,
            site=next((host.site for host in group if host.site), ""),
            hosts=tuple(group),
            profiles=tuple(_profiles(group, decided)),
        )
        for name, (address, group) in zip(names, by_address.items(), strict=True)
    )


def _profiles(hosts: Iterable[Host], decisions: tuple[Decision, ...]) -> Iterable[Profile]:
    by_slug: dict[str, list[Host]] = {}
    for host in hosts:
        by_slug.setdefault(host.profile, []).append(host)
    for slug, group in by_slug.items():
        ids = {host.id for host in group}
        using = [decision for decision in decisions if ids & set(decision.launch)]
        yield Profile(
            slug=slug,
            label=group[0].label,
            gpu=any("gpu" in host.capabilities for host in group),
            image=next((host.image for host in group if host.image), ""),
            memory_mb=max((d.needs.memory_mb for d in using if d.needs.memory_mb), default=None),
            titles=tuple(decision.activity.title for decision in using),
        )


def _names(ids: Iterable[str]) -> list[str]:
    """Names for files, each once. The first hub needs none: most courses have one."""
    names: list[str] = []
    for count, id in enumerate(ids):
        plain = re.sub(r"[^a-z0-9]+", "-", id.lower()).strip("-") or "hub"
        names.append("" if count == 0 else plain if plain not in names else f"{plain}-{count + 1}")
    return names
