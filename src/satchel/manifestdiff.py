"""What is different between two manifests of a course, in sentences for the author: `--plan` against the last build."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Protocol
from urllib.parse import urlsplit

from satchel.manifest import RuntimeVersions
from satchel.manifestread import Manifest, ManifestActivity
from satchel.model import Needs, Route
from satchel.reasons import listed

_RUNS: Mapping[Route, str] = {
    "book": "runs in the page",
    "lite": "runs as a notebook in the browser",
    "hosted": "runs on a server",
    "read": "is only to be read",
}

_RAN: Mapping[Route, str] = {
    "book": "ran in the page",
    "lite": "ran as a notebook in the browser",
    "hosted": "ran on a server",
    "read": "was only to be read",
}


class _Server(Protocol):
    """What a manifest tells of a host."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def expected_wait(self) -> str: ...


def differences(old: Manifest, new: Manifest) -> tuple[str, ...]:
    """One sentence for each thing that differs; none if nothing that readers notice does. Evidence is no part of it."""
    if old.course_id != new.course_id:
        return (f'The last build was of another course: "{old.course_title}".',)
    return (
        *_course(old, new),
        *_activities(old.activities, new.activities),
        *_runtime(old.runtime, new.runtime),
        *_hosts(old.hosts, new.hosts),
    )


def _course(old: Manifest, new: Manifest) -> Iterator[str]:
    if old.course_title != new.course_title:
        yield f'The course "{old.course_title}" is now called "{new.course_title}".'


def _activities(old: Iterable[ManifestActivity], new: Collection[ManifestActivity]) -> Iterator[str]:
    before = {activity.id: activity for activity in old}
    after = {activity.id for activity in new}
    for activity in new:
        if activity.id in before:
            yield from _activity(before[activity.id], activity)
        else:
            yield f"{activity.title} is new ({activity.source}): it {_RUNS[activity.route]}."
    for activity in before.values():
        if activity.id not in after:
            yield f"{activity.title} is gone ({activity.source})."


def _activity(old: ManifestActivity, new: ManifestActivity) -> Iterator[str]:
    if old.title != new.title:
        yield f'"{old.title}" is now called "{new.title}" ({new.source}).'
    if old.source != new.source:
        yield f"{new.title} is now {new.source}; it was {old.source}."
    elif old.page != new.page:
        yield f"{new.title} has the page {new.page} now; it was {old.page}."
    if old.route != new.route:
        yield _route(old, new)
    else:
        yield from _also(old, new)
        moved = [host for host, address in new.launch.items() if old.launch.get(host) not in {None, address}]
        if moved:
            yield f"{new.title} opens at another address on {listed(moved)}."
    yield from _needs(new.title, old.needs, new.needs)


def _route(old: ManifestActivity, new: ManifestActivity) -> str:
    if old.route == "hosted" and old.evidence.ok is False and new.route in {"book", "lite"}:
        return (
            f"{new.title} {_RUNS[new.route]} as far as its code tells; the last check sent it to a server, "
            "because it failed in the browser. --check runs it again."
        )
    return " ".join((f"{new.title} now {_RUNS[new.route]}; before, it {_RAN[old.route]}.", *new.why))


def _also(old: ManifestActivity, new: ManifestActivity) -> Iterator[str]:
    more, less = (set(a.also) - set(b.also) for a, b in ((new, old), (old, new)))
    for route in ("book", "lite", "hosted"):
        if route in more | less:
            also = "also" if route in more else "no longer"
            yield f"{new.title} {also} {_RUNS[route]}."


def _needs(title: str, old: Needs, new: Needs) -> Iterator[str]:
    if old.gpu != new.gpu:
        yield f"{title} {'now needs' if new.gpu else 'no longer needs'} a GPU."
    servers = [sorted({urlsplit(url).hostname or url for url in needs.network}) for needs in (old, new)]
    for what, before, after in (
        ("the network", servers[0], servers[1]),
        ("packages", old.packages, new.packages),
        ("what the browser does not have", old.missing, new.missing),
        ("files", old.files, new.files),
    ):
        more = [one for one in after if one not in before]
        less = [one for one in before if one not in after]
        if more:
            yield f"{title} now needs {what} ({listed(more)})."
        if less:
            yield f"{title} no longer needs {what} ({listed(less)})."
    if old.memory_mb != new.memory_mb:
        words = [f"{needs.memory_mb} MB" if needs.memory_mb else "no certain amount" for needs in (old, new)]
        yield f"{title} needs {words[1]} of memory now; it was {words[0]}."


def _runtime(old: RuntimeVersions, new: RuntimeVersions) -> Iterator[str]:
    for name, before, after in (("Pyodide", old.pyodide, new.pyodide), ("Python", old.python, new.python)):
        if before != after:
            yield f"{name} is {after} now; it was {before}."
    more = [f"{name} {version}" for name, version in new.packages.items() if name not in old.packages]
    less = [f"{name} {version}" for name, version in old.packages.items() if name not in new.packages]
    other = [
        f"{name} {version} (was {old.packages[name]})"
        for name, version in new.packages.items()
        if old.packages.get(name) not in {None, version}
    ]
    for what, names in (("Packages added", more), ("Packages dropped", less), ("Packages in other versions", other)):
        if names:
            yield f"{what}: {listed(names, most=30)}."


def _hosts(old: Iterable[_Server], new: Collection[_Server]) -> Iterator[str]:
    before = {host.id: host for host in old}
    for host in new:
        last = before.pop(host.id, None)
        if last is None:
            yield f"The server {host.id} ({host.label}) is new."
            continue
        for what, was, now in (
            ("kind", last.kind, host.kind),
            ("label", last.label, host.label),
            ("expected wait", last.expected_wait, host.expected_wait),
        ):
            if was != now:
                yield f'The {what} of the server {host.id} is "{now}" now; it was "{was}".'
    for host in before.values():
        yield f"The server {host.id} ({host.label}) is gone."
