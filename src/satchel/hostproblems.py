"""What is wrong with a hosted server as the author describes it, beyond its keys: each as message and cure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import chain
from urllib.parse import urlsplit

from satchel.hosted import PLACEHOLDER, PLACEHOLDERS, hub_of
from satchel.model import Host

Found = Iterator[tuple[str, str]]
# What JupyterHub takes as the name of a server.
_SERVER = re.compile(r"(?=.{1,30}$)[a-z](-?[a-z0-9])*")
_EXAMPLES = {"url": "https://hub.example.edu", "hub": "https://hub.example.edu", "site": "https://book.example.edu"}


def host_problems(host: Host) -> Found:
    """What is wrong with a host, as message and cure."""
    return chain(_addresses(host), _hub(host), _binder(host), _template(host))


def at_odds(hosts: Iterable[Host]) -> Iterator[tuple[Host, str, str]]:
    """Hosts that ask one hub for two things of which it can have one, each with message and cure."""
    sites: dict[str, Host] = {}
    images: dict[tuple[str, str], Host] = {}
    for host in hosts:
        hub = hub_of(host)
        if hub and host.site and sites.setdefault(hub, host).site != host.site:
            yield (
                host,
                f'its hub is to let in another `site` for "{sites[hub].id}".',
                "A hub lets in one: name the same.",
            )
        profile = (hub, host.profile)
        if hub and host.image and images.setdefault(profile, host).image != host.image:
            other = images[profile].id
            yield host, f'its profile has another `image` for "{other}".', "Use one image, or two profiles."


def _addresses(host: Host) -> Found:
    given = {"url": host.url, "repository": host.repository, "hub": host.hub, "site": host.site}
    for name, address in given.items():
        try:
            parts = urlsplit(address)
        except ValueError as error:
            yield f"`{name}` is not an address: {error}.", "Write it as https://hub.example.edu."
            continue
        if "@" in parts.netloc and parts.scheme in {"http", "https"}:
            yield f"`{name}` carries a user name or password, and it will be published.", "Take it out of the address."
        if re.search(r"\s", address):
            yield f"`{name}` contains a space.", "Write it as %20, or take it out."
        if name in _EXAMPLES and (address or name == "url") and not parts.netloc:
            yield f"`{name}` names no server.", f"Write it as {_EXAMPLES[name]}."


def _hub(host: Host) -> Found:
    if host.hub and host.kind != "lti":
        yield "`hub` is for the kind lti only.", "Take it out, or write the hub's address as `url`."
    if host.server and not hub_of(host):
        yield "`server` is for a JupyterHub, and this host has none.", "Take it out, or name the `hub` behind the lti."
    if host.server and not _SERVER.fullmatch(host.server):
        yield (
            f'"{host.server}" cannot be the name of a server.',
            "Use up to 30 small letters, digits and single hyphens; the first is a letter.",
        )


def _binder(host: Host) -> Found:
    if host.kind != "binderhub":
        return
    if not host.repository:
        yield "a binderhub builds from a repository, but there is none.", "Add `repository:`."
    elif not _netloc(host.repository):
        yield "a binderhub needs the repository's web address.", "Write it as https://github.com/name/repository."


def _template(host: Host) -> Found:
    if host.kind != "url":
        return
    for found in PLACEHOLDER.findall(host.url):
        if found not in PLACEHOLDERS:
            known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
            yield f"`url` has an unknown placeholder {{{found}}}.", f"Use {known}."


def _netloc(address: str) -> str:
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""
