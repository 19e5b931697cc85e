"""The settings of `content/capabilities.yml`, each defined once: reading, schema and documentation follow from here."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal, get_args

from satchel.model import HostKind, Route
from satchel.runtime.versions import DEFAULT, SUPPORTED

Kind = Literal["flag", "text", "texts", "number", "choice", "choices", "address"]
ROUTES: tuple[str, ...] = get_args(Route)
HOST_KINDS: tuple[str, ...] = get_args(HostKind)
# What a host can offer beyond the browser. Every host is a full computer: `cpu` says so for one without a GPU.
CAPABILITIES = ("gpu", "cpu")


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One key with the kind of its value; `default` is in words, for the documentation."""

    key: str
    kind: Kind
    doc: str
    choices: tuple[str, ...] = ()
    required: bool = False
    default: str = ""

    @property
    def wanted(self) -> str:
        """What the value has to be, as the end of a sentence."""
        listed = ", ".join(self.choices)
        return {
            "flag": "true or false",
            "text": "a text",
            "texts": "a list of texts",
            "number": "a whole number above zero",
            "choice": f"one of {listed}",
            "choices": f"a list of {listed}",
            "address": "an address that starts with https:// or http://",
        }[self.kind]


ACTIVITY = (
    Setting(key="gpu", kind="flag", doc="Whether it needs a GPU.", default="read from the code"),
    Setting(key="packages", kind="texts", doc="Packages it needs, as named on PyPI.", default="read from the code"),
    Setting(key="memory_mb", kind="number", doc="Memory it needs, in megabytes."),
    Setting(key="network", kind="texts", doc="Addresses it fetches from; say so if they allow it (CORS)."),
    Setting(key="files", kind="texts", doc="Course files it opens, as paths in the content folder or patterns with *."),
    Setting(
        key="route",
        kind="choice",
        choices=ROUTES,
        doc="Where it runs: in the page, as a notebook in the browser, on a server, or only to be read.",
        default="follows from its needs",
    ),
    Setting(key="forbid", kind="choices", choices=ROUTES, doc="Routes it must not take."),
    Setting(key="host", kind="text", doc="The id of the host to use.", default="the first one that fits"),
    Setting(
        key="without",
        kind="texts",
        doc="What its code seems to need and does not: modules, files, addresses, or "
        "threads, processes, sockets, server, shell, network, memory.",
    ),
    Setting(key="reason", kind="text", doc="A sentence for the reader: why it runs there."),
    Setting(key="seconds", kind="number", doc="Seconds that `--check` may run it.", default="300"),
    Setting(key="meanwhile", kind="text", doc="A sentence for the reader: what to do while the server starts."),
)
HOST = (
    Setting(key="id", kind="text", required=True, doc="Short name, used by `host:` and in links."),
    Setting(key="kind", kind="choice", choices=HOST_KINDS, required=True, doc="What kind of server it is."),
    Setting(key="label", kind="text", doc="What the reader calls it.", default="the id"),
    Setting(
        key="url",
        kind="address",
        required=True,
        doc="Its address; for `url` a template with {notebook}, {path}, {repo}, {branch}.",
    ),
    Setting(key="repository", kind="text", doc="The course's Git repository, which the server fetches."),
    Setting(key="branch", kind="text", doc="The branch to fetch.", default="main"),
    Setting(
        key="folder",
        kind="text",
        doc="Folder on the server in which the course lies.",
        default="the repository's name on a jupyterhub, else the top",
    ),
    Setting(key="profile", kind="text", doc="The slug of the hub profile to start."),
    Setting(
        key="server",
        kind="text",
        doc="Name of a server of its own to start, beside the student's usual one; the hub needs `hosted/` for it.",
        default="the student's usual server",
    ),
    Setting(key="hub", kind="address", doc="Behind an `lti` address: the hub to open, once the student signed in."),
    Setting(key="image", kind="text", doc="Container image of the profile, for `hosted/`.", default="the hub's own"),
    Setting(key="site", kind="address", doc="Address of the published book, which the hub lets in; for `hosted/`."),
    Setting(key="expected_wait", kind="text", doc="How long it takes to start, in words."),
    Setting(key="capabilities", kind="choices", choices=CAPABILITIES, doc="What it offers.", default="gpu"),
)
PACKAGES = Setting(
    key="packages", kind="texts", doc="Pure-Python packages from PyPI to bundle, on top of what is imported."
)
PYODIDE = Setting(
    key="pyodide",
    kind="choice",
    choices=SUPPORTED,
    doc="The Pyodide release whose Python the course runs on.",
    default=DEFAULT,
)
# Beside the manifest on the site: for editors of authors who have satchel from a package.
SCHEMA_FILE_NAME = "capabilities.yml.schema.json"
TOP = ("pyodide", "hosted", "activities", "packages")

_JSON: dict[Kind, dict[str, Any]] = {
    "flag": {"type": "boolean"},
    "text": {"type": "string"},
    "texts": {"type": "array", "items": {"type": "string"}},
    "number": {"type": "integer", "minimum": 1},
    "choice": {"type": "string"},
    "choices": {"type": "array"},
    "address": {"type": "string", "pattern": "^https?://"},
}


def schema_text() -> str:
    """JSON Schema (draft 2020-12) of `capabilities.yml`, for editors that complete and check while one types."""
    activity = _object(ACTIVITY)
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "capabilities.yml",
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "pyodide": _value(PYODIDE),
            "hosted": {"type": "array", "items": _object(HOST), "description": "Hosted servers."},
            "activities": {
                "type": "object",
                "description": "Declarations, by path in the content folder without suffix, or a pattern with *.",
                "additionalProperties": activity,
            },
            "packages": _value(PACKAGES),
        },
    }
    return json.dumps(schema, indent=2, ensure_ascii=False) + "\n"


def docs_table() -> str:
    """The settings as Markdown tables, for the documentation."""
    parts = [
        _table("`activities:` (and `satchel` in a notebook's metadata)", ACTIVITY),
        _table("`hosted:`", HOST),
        _table("At the top", (PYODIDE, PACKAGES)),
    ]
    return "\n".join(parts)


def _object(settings: tuple[Setting, ...]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": [setting.key for setting in settings if setting.required],
        "properties": {setting.key: _value(setting) for setting in settings},
    }


def _value(setting: Setting) -> dict[str, Any]:
    value = dict(_JSON[setting.kind])
    if setting.kind == "choice":
        value["enum"] = list(setting.choices)
    elif setting.kind == "choices":
        value["items"] = {"enum": list(setting.choices)}
    return {**value, "description": setting.doc}


def _table(heading: str, settings: tuple[Setting, ...]) -> str:
    rows = [
        f"| `{s.key}` | {s.wanted}{' (required)' if s.required else ''} | {s.doc} | {s.default} |" for s in settings
    ]
    return "\n".join([f"### {heading}", "", "| key | value | meaning | default |", "|---|---|---|---|", *rows, ""])
