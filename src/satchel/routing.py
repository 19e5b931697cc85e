"""Decides where an activity runs, from what its code shows, what the author declares and what there is to run it on."""

from __future__ import annotations

import posixpath
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from packaging.utils import canonicalize_name

from satchel import advice
from satchel.corrections import corrected
from satchel.derive import Findings
from satchel.errors import Problem
from satchel.hosted import launch_url
from satchel.model import Activity, Decision, Declaration, Evidence, Host, Needs, Route
from satchel.reasons import Obstacle, in_browser, obstacles, remarks

# Modules of hosted services: there is no package that brings them anywhere else.
_ELSEWHERE = frozenset({"google.colab"})
_NOTHING: Mapping[str, int] = {}


class Availability(Protocol):
    """Where import names come from in the browser's Python: the runtime's answer."""

    @property
    def stdlib(self) -> tuple[str, ...]:
        """Names that need no package."""

    @property
    def packages(self) -> Mapping[str, str]:
        """Import name to the package that brings it."""

    @property
    def missing(self) -> Mapping[str, str]:
        """Import name to the reason why there is none, a clause that ends a sentence."""


@dataclass(frozen=True, kw_only=True)
class Decided:
    """The decision, and what the author should know about it."""

    decision: Decision
    problems: tuple[Problem, ...] = ()


def asked(findings: Findings) -> tuple[str, ...]:
    """The import names that the runtime has to answer for, sorted."""
    return findings.modules


def decide(
    activity: Activity,
    findings: Findings,
    declaration: Declaration,
    hosts: Collection[Host],
    answer: Availability,
    *,
    offered: Collection[str] = (),
    content: str = "",
    sizes: Mapping[str, int] = _NOTHING,
) -> Decided:
    """Decide the route of an activity.

    `answer` covers at least `asked(findings)`; `offered` are the normalised names of all packages that the browser
    can have, for packages that are named as on PyPI (installed or declared). `content` is the content folder inside
    the course folder, where a server finds the notebooks; `sizes` are the bytes of the course's files. The declared
    route is respected; where it contradicts the code, a warning says so.
    """
    left = corrected(findings, declaration.without)
    findings = left.findings
    needs = _needs(findings, declaration, answer, offered)
    data = sum(sizes.get(path, 0) for path in needs.files)
    against = obstacles(findings, needs, data=data)
    able = _able(hosts, needs, findings, declaration)
    route = _route(declaration, against, able)
    also = _also(route, declaration, against, able, findings)
    source = posixpath.join(content, activity.source)
    there = {host.id: launch_url(host, source) for host in able}
    launch = there if "hosted" in (route, *also) else {}
    # What the author has put into the browser by name stays there, and is a failed check if it does not run.
    sendable = route in {"book", "lite"} and not declaration.route and "hosted" not in declaration.forbid
    decision = Decision(
        activity=activity,
        needs=needs,
        route=route,
        also=also,
        why=_why(route, findings, needs, declaration, against, used=_used(findings, answer), data=data),
        launch=launch,
        evidence=Evidence(kind="declared" if _says_something(declaration) else "derived"),
        meanwhile=declaration.meanwhile,
        forbid=declaration.forbid,
        refuge=there if sendable else {},
        seconds=declaration.seconds,
    )
    problems = advice.about(
        decision, findings, declaration, against, hosts=hosts, missing=answer.missing, offered=offered
    )
    return Decided(decision=decision, problems=(*problems, *advice.idle_corrections(left.idle, activity.source)))


def _needs(findings: Findings, declared: Declaration, answer: Availability, offered: Collection[str]) -> Needs:
    packages: set[str] = set()
    missing: dict[str, None] = {}
    for found in findings.imports:
        if found.label in _ELSEWHERE or (found.name not in answer.stdlib and found.name not in answer.packages):
            if not found.optional:
                missing[found.label] = None
        elif found.name in answer.packages:
            packages.add(canonicalize_name(answer.packages[found.name]))
    known = {*offered, *packages}
    packages |= {name for name in findings.installed if name in known}
    for text in declared.packages:
        name = canonicalize_name(text)
        if name in known:
            packages.add(name)
        elif name not in {canonicalize_name(one) for one in missing}:
            missing[name] = None
    return Needs(
        gpu=findings.needs_gpu if declared.gpu is None else declared.gpu,
        packages=tuple(sorted(packages)),
        missing=tuple(sorted(missing)),
        memory_mb=declared.memory_mb or findings.memory_mb,
        network=tuple(sorted({*findings.addresses, *declared.network})),
        files=tuple(sorted({*findings.paths, *declared.files})),
    )


def _used(findings: Findings, answer: Availability) -> tuple[str, ...]:
    """The packages that the author's own imports come from, in the order of the code."""
    return tuple(
        canonicalize_name(answer.packages[found.name])
        for found in findings.imports
        if found.name in answer.packages and not found.optional and not found.implied_by
    )


def _able(hosts: Collection[Host], needs: Needs, findings: Findings, declared: Declaration) -> tuple[Host, ...]:
    """The hosts that can run it, best first: no GPU is taken up by what does not use one."""
    if declared.host:
        return tuple(host for host in hosts if host.id == declared.host)
    able = [host for host in hosts if not needs.gpu or "gpu" in host.capabilities]
    wants_gpu = needs.gpu or findings.likes_gpu
    return tuple(sorted(able, key=lambda host: ("gpu" in host.capabilities) != wants_gpu))


def _route(declared: Declaration, against: tuple[Obstacle, ...], able: tuple[Host, ...]) -> Route:
    if declared.route:
        return "read" if declared.route == "hosted" and not able else declared.route
    wanted: tuple[Route, ...] = ("hosted",) if against else ("book", "lite", "hosted")
    return next((r for r in wanted if r not in declared.forbid and (r != "hosted" or able)), "read")


def _also(
    route: Route, declared: Declaration, against: tuple[Obstacle, ...], able: tuple[Host, ...], findings: Findings
) -> tuple[Route, ...]:
    also: list[Route] = []
    if route == "book" or (route == "hosted" and not against):
        also.append("lite")
    helped = declared.host or findings.slow or (findings.likes_gpu and able and "gpu" in able[0].capabilities)
    if route in {"book", "lite"} and able and helped:
        also.append("hosted")
    return tuple(one for one in also if one not in declared.forbid)


def _why(
    route: Route,
    findings: Findings,
    needs: Needs,
    declared: Declaration,
    against: tuple[Obstacle, ...],
    *,
    used: Collection[str],
    data: int,
) -> tuple[str, ...]:
    reason = (declared.reason,) if declared.reason else ()
    if route in {"book", "lite"}:
        return (in_browser(findings, used), *reason, *remarks(findings, needs, declared.network, data=data))
    blocked = tuple(obstacle.sentence for obstacle in against)
    if route == "hosted":
        own = () if blocked or reason else ("Runs on a server: the author of this course chose so.",)
        return (*blocked, *reason, *own)
    chosen = declared.route == "read"
    last = "To read here." if chosen else "To read here: no server is set up that can run it."
    return (*blocked, *reason, last)


def _says_something(declared: Declaration) -> bool:
    """Whether the declaration has a say in the route (and not only in the words)."""
    return declared.gpu is not None or any(
        (declared.packages, declared.memory_mb, declared.route, declared.forbid, declared.host, declared.without)
    )
