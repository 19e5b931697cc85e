"""The addresses that open a notebook on a hosted server. Pure: nothing is asked, nothing is opened."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from satchel.model import Decision, Host

# A named server's place in a link; `provision.servers` writes what makes a hub understand it.
SERVERS = "satchel-server"
PLACEHOLDERS = ("notebook", "path", "repo", "branch")
PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_BINDER_PROVIDERS = {"github.com": "gh", "gitlab.com": "gl"}


def launch_url(host: Host, notebook: str) -> str:
    """The address that opens a notebook on a host.

    `notebook` is its path in the course folder, which is the host's `folder` there. A jupyterhub fetches the repository
    first (nbgitpuller) if there is one. An `lti` address is taken as it is, because the tool decides what opens, unless
    the hub behind it is known: then the link leads there, and works once the student has signed in (see `sign_in`).
    """
    match host.kind:
        case "jupyterhub":
            return _jupyterhub(host, notebook)
        case "binderhub":
            return _binderhub(host, notebook)
        case "url":
            return _template(host, notebook)
        case "lti":
            return _jupyterhub(host, notebook) if host.hub else host.url


def sign_in(host: Host) -> str:
    """Where a student has to sign in before a launch address works; empty where that address asks by itself."""
    return host.url if host.kind == "lti" and host.hub else ""


def hub_of(host: Host) -> str:
    """The address of the JupyterHub that the host is, or that is behind it, without a slash; empty if there is none."""
    address = {"jupyterhub": host.url, "lti": host.hub}.get(host.kind, "")
    return address.rstrip("/").removesuffix("/hub")


def lti_target(host: Host, notebook: str) -> str:
    """The address to type into a learning platform (target link URI) so that an LTI 1.3 launch opens the notebook.

    The hub's LTI part goes to what follows the first `next=`, and forgets everything before it. So the whole deep link
    is inside one.
    """
    base = hub_of(host)
    link = _jupyterhub(host, notebook).removeprefix(base)
    return f"{base}/hub/?" + _query({"next": urlsplit(base).path + link})


def launches(decision: Decision, hosts: Iterable[Host]) -> list[dict[str, str]]:
    """Where a student can open the activity, best first: what book pages and JupyterLite show of each host.

    `sign_in` is where to sign in first, `hub` the JupyterHub that the address leads to; both may be empty.
    """
    known = {host.id: host for host in hosts}
    return [_launch(known[id], url) for id, url in decision.launch.items()]


def _launch(host: Host, url: str) -> dict[str, str]:
    return {
        "id": host.id,
        "kind": host.kind,
        "label": host.label,
        "wait": host.expected_wait,
        "url": url,
        "sign_in": sign_in(host),
        "hub": hub_of(host),
    }


def _jupyterhub(host: Host, notebook: str) -> str:
    base = hub_of(host)
    # nbgitpuller names the checkout after the last part of the address, as it stands.
    checkout = host.repository.rstrip("/").rsplit("/", 1)[-1]
    folder = host.folder or checkout
    # Decoded once on the way; the page that it then leads to is an address again.
    inside = "lab/tree/" + _path(posixpath.join(folder, notebook))
    before = "/hub/user-redirect/"
    if host.server:
        # No link can name the student, and a named server has no other address. The hub knows, and fills it in.
        before += f"{SERVERS}/{host.server}/{quote(host.profile, safe='') or '-'}/"
    if host.repository:
        pull = {"repo": host.repository.rstrip("/"), "branch": host.branch, "urlpath": inside}
        target = folder.split("/")[0]
        if target != checkout:
            pull["targetpath"] = target
        link = before + "git-pull?" + _query(pull)
    elif host.server:
        link = before + inside
    else:
        # The hub decodes the path before it passes it on, and would take a # for the end of it.
        link = before + _path(inside)
    if host.profile and not host.server:
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

    return PLACEHOLDER.sub(fill, host.url)


def _path(path: str) -> str:
    return quote(path, safe="/")


def _query(values: dict[str, str]) -> str:
    # Not `quote_plus`: a plus is read as itself by some servers.
    return "&".join(f"{key}={quote(value, safe='')}" for key, value in values.items())


def hubs(decision: Decision, hosts: Iterable[Host], *, content: str = "") -> list[dict[str, str]]:
    """The hubs whose Python a page can use for its own cells, best first: what the page's script needs of each.

    `hub` is the base address, with a slash at its end and without `hub/`; `notebook` is the notebook's path on a
    student's server there. `content` is the content folder inside the course folder.
    """
    known = {host.id: host for host in hosts}
    return [
        {
            "id": id,
            "label": known[id].label,
            "hub": hub_of(known[id]) + "/",
            "notebook": posixpath.join(_folder_there(known[id]), content, decision.activity.source),
            "profile": known[id].profile,
            "server": known[id].server,
        }
        for id in decision.launch
        if hub_of(known[id])
    ]


def _folder_there(host: Host) -> str:
    return host.folder or host.repository.rstrip("/").rsplit("/", 1)[-1]
