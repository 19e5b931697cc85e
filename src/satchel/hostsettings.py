"""Reads the hosted servers that an author describes."""

from __future__ import annotations

from typing import cast

from satchel import fromvalues
from satchel.fromvalues import Reading
from satchel.hostproblems import at_odds, host_problems
from satchel.model import Host, HostKind
from satchel.settings import HOST
from satchel.yamltext import Value


def read_hosts(value: Value | None, reading: Reading) -> tuple[Host, ...]:
    """The hosts under `hosted:`. Those that lack what they need are left out; problems go to `reading`."""
    hosts: dict[str, Host] = {}
    lines: dict[str, int | None] = {}
    for item in reading.items(value, "hosted"):
        given = reading.mapping(item, "A host", known=[setting.key for setting in HOST])
        values = fromvalues.take(given, HOST, reading, what="A host", line=item.line)
        if values is None:
            continue
        host = Host(
            id=values.text("id"),
            kind=cast(HostKind, values.text("kind")),
            label=values.text("label") or values.text("id"),
            url=values.text("url"),
            expected_wait=values.text("expected_wait"),
            repository=values.text("repository"),
            branch=values.text("branch") or "main",
            folder=values.text("folder").strip("/"),
            profile=values.text("profile"),
            hub=values.text("hub"),
            server=values.text("server"),
            image=values.text("image"),
            site=values.text("site"),
            capabilities=values.texts("capabilities") if values.has("capabilities") else ("gpu",),
        )
        if host.id in hosts:
            reading.problem(
                "capabilities-duplicate-host",
                f'Two hosts have the id "{host.id}".',
                "Give each host an id of its own.",
                item.line,
            )
            continue
        for message, cure in host_problems(host):
            reading.problem("capabilities-host", f'Host "{host.id}": {message}', cure, item.line)
        hosts[host.id] = host
        lines[host.id] = item.line
    for host, message, cure in at_odds(hosts.values()):
        reading.problem("capabilities-host", f'Host "{host.id}": {message}', cure, lines[host.id])
    return tuple(hosts.values())
