"""The addresses that open a notebook on a hosted server. Pure: nothing is asked, nothing is opened."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote, urlsplit

from satchel.model import Decision, Host

PLACEHOLDERS = ("notebook", "path", "repo", "branch")
_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BINDER_PROVIDERS = {"github.com": "gh", "gitlab.com": "gl"}


def launch_url(host: Host, notebook: str) -> str:
    """The address that opens a notebook on a host.

    `notebook` is its path in the course folder, which is the host's `folder` there. A jupyterhub fetches the repository
    first (nbgitpuller) if there is one; an `lti` address is taken as it is, because the tool decides what opens.
    """
    match host.kind:
        case "jupyterhub":
            return _jupyterhub(host, notebook)
        case "binderhub":
            return _binderhub(host, notebook)
        case "url":
            return _template(host, notebook)
        case "lti":
            return host.url


def launches(decision: Decision, hosts: Iterable[Host]) -> list[dict[str, str]]:
    """Where a student can open the activity, best first: what book pages and JupyterLite show of each host."""
    known = {host.id: host for host in hosts}
    return [
        {"id": id, "label": known[id].label, "wait": known[id].expected_wait, "url": url}
        for id, url in decision.launch.items()
    ]


def host_problems(host: Host) -> Iterator[tuple[str, str]]:
    """What is wrong with a host beyond its keys, as message and cure."""
    for name, address in (("url", host.url), ("repository", host.repository)):
        try:
            parts = urlsplit(address)
        except ValueError as error:
            yield f"`{name}` is not an address: {error}.", "Write it as https://hub.example.edu."
            return
        if "@" in parts.netloc and parts.scheme in {"http", "https"}:
            yield f"`{name}` carries a user name or password, and it will be published.", "Take it out of the address."
        if re.search(r"\s", address):
            yield f"`{name}` contains a space.", "Write it as %20, or take it out."
    if not urlsplit(host.url).netloc:
        yield "`url` names no server.", "Write it as https://hub.example.edu."
    if host.kind == "binderhub" and not host.repository:
        yield "a binderhub builds from a repository, but there is none.", "Add `repository:`."
    if host.kind == "binderhub" and host.repository and not urlsplit(host.repository).netloc:
        yield "a binderhub needs the repository's web address.", "Write it as https://github.com/name/repository."
    if host.kind == "url":
        for found in _PLACEHOLDER.findall(host.url):
            if found not in PLACEHOLDERS:
                known = ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)
                yield f"`url` has an unknown placeholder {{{found}}}.", f"Use {known}."


def _jupyterhub(host: Host, notebook: str) -> str:
    base = host.url.rstrip("/").removesuffix("/hub")
    # nbgitpuller names the checkout after the last part of the address, as it stands.
    checkout = host.repository.rstrip("/").rsplit("/", 1)[-1]
    folder = host.folder or checkout
    # Decoded once on the way; the page that it then leads to is an address again.
    inside = "lab/tree/" + _path(posixpath.join(folder, notebook))
    if host.repository:
        pull = {"repo": host.repository.rstrip("/"), "branch": host.branch, "urlpath": inside}
        target = folder.split("/")[0]
        if target != checkout:
            pull["targetpath"] = target
        link = "/hub/user-redirect/git-pull?" + _query(pull)
    else:
        link = "/hub/user-redirect/" + inside
    if host.profile:
        # The hub starts the profile first and then goes on to `next`, a path on itself.
        return f"{base}/hub/spawn?" + _query({"profile": host.profile, "next": urlsplit(base).path + link})
    return base + link


def _binderhub(host: Host, notebook: str) -> str:
    parts = urlsplit(host.repository)
    name = parts.path.strip("/").removesuffix(".git")
    provider = _BINDER_PROVIDERS.get(parts.netloc.removeprefix("www."), "git")
    branch = quote(host.branch, safe="")
    if provider == "gh":
        spec = f"gh/{_path(name)}/{branch}"
    elif provider == "gl":
        spec = f"gl/{quote(name, safe='')}/{branch}"
    else:
        spec = f"git/{quote(host.repository, safe='')}/{branch}"
    inside = "lab/tree/" + _path(posixpath.join(host.folder, notebook))
    return f"{host.url.rstrip('/')}/v2/{spec}?" + _query({"urlpath": inside})


def _template(host: Host, notebook: str) -> str:
    values = {
        "notebook": notebook,
        "path": posixpath.join(host.folder, notebook),
        "repo": host.repository,
        "branch": host.branch,
    }
    query = host.url.find("?")

    def fill(found: re.Match[str]) -> str:
        value = values.get(found.group(1), "")
        # In the path of the address slashes separate; in its query they are part of a value.
        in_path = query < 0 or found.start() < query
        return _path(value) if in_path and found.group(1) != "repo" else quote(value, safe="")

    return _PLACEHOLDER.sub(fill, host.url)


def _path(path: str) -> str:
    return quote(path, safe="/")


def _query(values: dict[str, str]) -> str:
    # Not `quote_plus`: a plus is read as itself by some servers.
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in values.items())


def hubs(decision: Decision, hosts: Iterable[Host]) -> list[dict[str, str]]:
    """The hubs whose Python a page can use for its own cells, best first: what the page's script needs of each.

    `hub` is the base address, with a slash at its end and without `hub/`; `notebook` is the notebook's path on a
    student's server there.
    """
    known = {host.id: host for host in hosts}
    return [
        {
            "id": id,
            "label": known[id].label,
            "hub": known[id].url.rstrip("/").removesuffix("/hub") + "/",
            "notebook": posixpath.join(_folder_there(known[id]), decision.activity.path),
            "profile": known[id].profile,
        }
        for id in decision.launch
        if known[id].kind == "jupyterhub"
    ]


def _folder_there(host: Host) -> str:
    return host.folder or host.repository.rstrip("/").rsplit("/", 1)[-1]
