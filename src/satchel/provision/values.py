"""The values with which Zero to JupyterHub, the Kubernetes distribution of JupyterHub, serves a course's links."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import yaml

from satchel.provision.hubs import Hub, Profile
from satchel.provision.servers import hook

# JupyterLab and the kernel need some of it before the first cell runs.
OVERHEAD_MB = 1024
_WIDTH = 100


def values_text(hub: Hub, *, course: str) -> str:
    """`jupyterhub-values.yaml`: what the hub needs beyond its own settings, for `helm upgrade … --values`."""
    parts = [_head(hub, course), _singleuser(hub), _hub(hub)]
    return "\n".join(part for part in parts if part)


def origin(address: str) -> str:
    """What a browser sends as the origin of pages at this address."""
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""


def _head(hub: Hub, course: str) -> str:
    lines = [
        f"Values for Zero to JupyterHub, for the course {_one_line(course)!r}.",
        f"The hub is {hub.url}.",
        "",
        "Made by satchel from the course; the next build writes it anew. Keep your own settings in a file of your own,",
        "and give both to helm:",
        "",
        "  helm upgrade --install RELEASE jupyterhub/jupyterhub --values own.yaml --values THIS_FILE",
        "",
        "Helm merges mappings and replaces lists: a `profileList` in both files is that of the last one.",
        "README.md beside this file says what is left to do.",
    ]
    return _comment(lines)


def _singleuser(hub: Hub) -> str:
    named = [profile for profile in hub.profiles if profile.slug]
    if not named:
        (usual,) = hub.profiles
        settings = _usual(usual)
        return _comment(_left_to_do(usual)) + (_dump({"singleuser": settings}) if settings else "")
    lines = [
        "singleuser:",
        "  # One for each `profile:` in capabilities.yml. The links name the slug.",
        "  profileList:",
    ]
    for profile in named:
        lines += [_indent(_comment(_left_to_do(profile)) + _dump([_entry(profile)]), 4)]
    return "\n".join(lines) + "\n"


def _left_to_do(profile: Profile) -> list[str]:
    """What stands above a profile: what the course does not say, and what depends on the cluster."""
    lines = []
    if not profile.image:
        lines += ["No image is named, so the hub's usual one starts; `image:` in capabilities.yml names one."]
    if profile.memory_mb is None:
        lines += ["No activity says how much memory it needs; `memory_mb:` in capabilities.yml does."]
    if profile.gpu:
        lines += ["One GPU of NVIDIA's. Other makers and shared ones have other names: ask whoever runs the cluster."]
    return lines


def _entry(profile: Profile) -> dict[str, Any]:
    override: dict[str, Any] = {"environment": {"SATCHEL_PROFILE": profile.slug}}
    if profile.image:
        override["image"] = profile.image
    if profile.memory_mb:
        override |= {"mem_guarantee": _memory(profile), "mem_limit": _memory(profile)}
    if profile.gpu:
        override["extra_resource_limits"] = {"nvidia.com/gpu": "1"}
    return {
        "slug": profile.slug,
        "display_name": profile.label,
        "description": _description(profile),
        "kubespawner_override": override,
    }


def _usual(profile: Profile) -> dict[str, Any]:
    """The same for a hub without profiles."""
    settings: dict[str, Any] = {}
    if profile.image:
        name, tag = _image(profile.image)
        settings["image"] = {"name": name, "tag": tag}
    if profile.memory_mb:
        settings["memory"] = {"guarantee": _memory(profile), "limit": _memory(profile)}
    if profile.gpu:
        settings["extraResource"] = {"limits": {"nvidia.com/gpu": "1"}}
    return settings


def _hub(hub: Hub) -> str:
    settings: dict[str, Any] = {}
    if hub.servers:
        settings["allowNamedServers"] = True
        settings["extraConfig"] = {"satchel-servers.py": hook()}
    allowed = origin(hub.site)
    if allowed:
        headers = {
            "Access-Control-Allow-Origin": allowed,
            "Access-Control-Allow-Headers": "accept, content-type, authorization",
            "Access-Control-Allow-Methods": "GET, POST, DELETE, OPTIONS",
            "Vary": "Origin",
        }
        settings["config"] = {
            # The chart's own setting stands in the same mapping and would be lost.
            "JupyterHub": {"tornado_settings": {"slow_spawn_timeout": 0, "headers": headers}},
            # Chromium does not say of a web socket that it is one, and then a hub takes no token from its address.
            "Spawner": {"args": [f"--ServerApp.allow_origin={allowed}", "--HubOAuth.allow_token_in_url=True"]},
        }
    if not settings:
        return _comment(["Pages of the book cannot use this hub's Python: `site:` in capabilities.yml lets them in."])
    about = []
    if allowed:
        about += [f"Pages from {allowed} may ask the hub and the student's server, with the student's token."]
    else:
        about += ["Pages of the book cannot use this hub's Python: `site:` in capabilities.yml lets them in."]
    if hub.servers:
        about += ["Links lead to named servers; the hub needs a hint, for no link can name the student."]
    return _comment(about) + _dump({"hub": settings})


def _description(profile: Profile) -> str:
    used = "; ".join(_one_line(title) for title in profile.titles)
    return f"For {used}" if used else "No activity uses it at present."


def _memory(profile: Profile) -> str:
    return f"{(profile.memory_mb or 0) + OVERHEAD_MB}M"


def _image(image: str) -> tuple[str, str]:
    """Name and tag; a colon before a slash belongs to the registry's port."""
    name, colon, tag = image.rpartition(":")
    return (name, tag) if colon and "/" not in tag else (image, "latest")


class _Dumper(yaml.SafeDumper):
    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def _dump(value: object) -> str:
    if not value:
        return ""
    return yaml.dump(value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH)


def _comment(lines: list[str]) -> str:
    return "".join(f"# {line}".rstrip() + "\n" for line in lines)


def _indent(text: str, by: int) -> str:
    return "\n".join(" " * by + line if line else "" for line in text.rstrip("\n").split("\n"))


def _one_line(text: str) -> str:
    return " ".join(text.split())
