"""The JSON Schema of `capabilities.json`, generated from the nouns it publishes."""

from __future__ import annotations

from typing import Any, get_args

from satchel.model import EvidenceKind, HostKind, Route

_TEXT = {"type": "string"}
_TEXTS = {"type": "array", "items": _TEXT}
_NAME = {"type": "string", "minLength": 1}
# Relative to the site or the course: never from a root, never upwards.
_PATH = {"type": "string", "minLength": 1, "pattern": r"^(?!/)(?!.*(^|/)\.\.(/|$))"}


def schema(number: int) -> dict[str, Any]:
    """The schema (draft 2020-12) of the manifest with this schema number."""
    route = {"enum": list(get_args(Route))}
    needs = _object(
        gpu={"type": "boolean"},
        packages={**_TEXTS, "description": "Normalised names of packages that the runtime brings."},
        missing={**_TEXTS, "description": "What the browser's Python does not have."},
        memory_mb={"type": ["integer", "null"], "minimum": 1},
        network={**_TEXTS, "description": "Addresses that Python fetches from."},
        files={"type": "array", "items": _PATH, "description": "Course files it opens, relative to the course."},
    )
    activity = _object(
        id=_NAME,
        title=_TEXT,
        source={**_PATH, "description": "Relative to the course folder."},
        page={**_PATH, "description": "Relative to the site."},
        notebook={**_PATH, "description": "Path inside JupyterLite."},
        needs=needs,
        route={**route, "description": "Where it runs: in the page, in JupyterLite, on a server, or not at all."},
        also={"type": "array", "items": route, "description": "Other places where it can run."},
        why={"type": "array", "items": _NAME, "description": "The reasons, as sentences for readers."},
        launch={
            "type": "object",
            "additionalProperties": {"type": "string", "pattern": "^https?://"},
            "description": "Host id to the address that opens it there, best first.",
        },
        evidence=evidence(),
    )
    host = _object(
        id=_NAME,
        kind={"enum": list(get_args(HostKind))},
        label=_TEXT,
        expected_wait=_TEXT,
        sign_in={
            "type": "string",
            "pattern": "^(https?://.*)?$",
            "description": "Where to sign in before a launch address works; empty where that asks by itself.",
        },
    )
    # Sites from before there was one are read as well.
    host["required"].remove("sign_in")
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "capabilities.json",
        "description": "What each activity of a course needs, and where it runs.",
        **_object(
            schema={"const": number},
            course=_object(id=_NAME, title=_TEXT, version=_TEXT),
            runtime=_object(pyodide=_TEXT, python=_TEXT, packages={"type": "object", "additionalProperties": _TEXT}),
            hosted={"type": "array", "items": host},
            activities={"type": "array", "items": activity},
        ),
    }


def evidence() -> dict[str, Any]:
    """The schema of one activity's evidence."""
    error = _object(
        cell={"type": ["string", "null"], "description": "Id of the cell."},
        number={"type": ["integer", "null"], "minimum": 1, "description": "Its number among the code cells, from 1."},
        message=_TEXT,
    )
    return _object(
        kind={"enum": list(get_args(EvidenceKind))},
        ok={"type": ["boolean", "null"]},
        seconds={"type": ["number", "null"], "minimum": 0, "description": "From opening it to its last cell."},
        peak_mb={"type": ["number", "null"], "minimum": 0, "description": "The most memory that Python had."},
        requests={**_TEXTS, "description": "Origins outside the site that were asked."},
        error={"anyOf": [{"type": "null"}, error], "description": "The first error, if it does not run."},
    )


def _object(**properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(properties),
        "properties": properties,
    }
