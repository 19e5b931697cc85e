"""Takes out of what was read in the code what the author says is not needed (`without:`)."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from packaging.utils import canonicalize_name

from satchel.derive import Findings

# Words for what has no name of its own.
_GROUPS = ("threads", "processes", "sockets", "server", "shell", "network", "memory")


@dataclass(frozen=True, kw_only=True)
class Corrected:
    """What is left of the findings. `idle` are the corrections that had nothing to correct, in the order given."""

    findings: Findings
    idle: tuple[str, ...]


def corrected(findings: Findings, without: Iterable[str]) -> Corrected:
    """The findings without what the author rules out.

    Each word is a module or package, a path of a file, an address or a server's name, or one of: threads, processes,
    sockets, server, shell, network, memory.
    """
    left, idle = findings, []
    for word in without:
        after = _taken_out(left, word)
        if after == left:
            idle.append(word)
        left = after
    return Corrected(findings=left, idle=tuple(idle))


def _taken_out(found: Findings, word: str) -> Findings:
    if word in _GROUPS:
        return replace(
            found,
            processes=tuple(use for use in found.processes if use.kind != word),
            shell=() if word == "shell" else found.shell,
            network=() if word == "network" else found.network,
            memory=() if word == "memory" else found.memory,
        )
    names = {canonicalize_name(word)}
    return replace(
        found,
        imports=tuple(one for one in found.imports if not _names(names, (one.name, one.label, one.module))),
        installs=tuple(
            replace(
                one,
                packages=tuple(name for name in one.packages if name not in names),
                requirements=tuple(need for need in one.requirements if not _asks(need, names)),
            )
            for one in found.installs
        ),
        files=tuple(use for use in found.files if use.path != word),
        network=tuple(use for use in found.network if word not in (use.url, urlsplit(use.url).hostname)),
    )


def _names(names: Collection[str], called: Iterable[str]) -> bool:
    return any(canonicalize_name(name) in names for name in called)


def _asks(requirement: str, names: Collection[str]) -> bool:
    return any(
        requirement == name or requirement.startswith(tuple(f"{name}{mark}" for mark in "[<>=!~")) for name in names
    )
