"""The published manifest `capabilities.json`: made from the decisions, with its schema, and read back."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from satchel.hosted import sign_in
from satchel.manifestschema import schema
from satchel.model import Course, Decision, Evidence, Host

SCHEMA_NUMBER = 1
FILE_NAME = "capabilities.json"
SCHEMA_FILE_NAME = "capabilities.schema.json"


@dataclass(frozen=True, kw_only=True)
class RuntimeVersions:
    """What the site brings: Pyodide's version, its Python's, and package name to version."""

    pyodide: str
    python: str
    packages: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class PlanRow:
    """One row of `--plan`: the activity (title and source), its route, the reasons as one text."""

    title: str
    source: str
    route: str
    also: tuple[str, ...]
    why: str


def manifest_text(
    course: Course,
    runtime: RuntimeVersions,
    hosts: Iterable[Host],
    decisions: Iterable[Decision],
    *,
    content: str = "",
) -> str:
    """`capabilities.json` as text; the same input gives the same bytes. Activities keep the order of the book.

    `content` is the content folder inside the course folder, which `source` is relative to.
    """
    manifest = {
        "schema": SCHEMA_NUMBER,
        "course": {"id": course.id, "title": course.title, "version": course.version},
        "runtime": {
            "pyodide": runtime.pyodide,
            "python": runtime.python,
            "packages": dict(sorted(runtime.packages.items())),
        },
        "hosted": [
            {
                "id": host.id,
                "kind": host.kind,
                "label": host.label,
                "expected_wait": host.expected_wait,
                "sign_in": sign_in(host),
            }
            for host in hosts
        ],
        "activities": [_activity(decision, content) for decision in decisions],
    }
    return json.dumps(manifest, indent=2, ensure_ascii=False) + "\n"


def schema_text() -> str:
    """JSON Schema (draft 2020-12) of `capabilities.json`."""
    return json.dumps(schema(SCHEMA_NUMBER), indent=2, ensure_ascii=False) + "\n"


def plan_rows(decisions: Iterable[Decision]) -> tuple[PlanRow, ...]:
    """The plan as rows, in the order of the book."""
    return tuple(
        PlanRow(
            title=decision.activity.title,
            source=decision.activity.source,
            route=decision.route,
            also=decision.also,
            why=" ".join(decision.why),
        )
        for decision in decisions
    )


def _activity(decision: Decision, content: str) -> dict[str, Any]:
    activity, needs = decision.activity, decision.needs
    return {
        "id": activity.id,
        "title": activity.title,
        "source": posixpath.join(content, activity.source),
        "page": activity.page,
        "notebook": activity.path,
        "needs": {
            "gpu": needs.gpu,
            "packages": sorted(needs.packages),
            "missing": sorted(needs.missing),
            "memory_mb": needs.memory_mb,
            "network": sorted(needs.network),
            "files": sorted(needs.files),
        },
        "route": decision.route,
        "also": list(decision.also),
        "why": list(decision.why),
        # In the order of preference, not of the alphabet.
        "launch": dict(decision.launch),
        "evidence": evidence_object(decision.evidence),
    }


def evidence_object(evidence: Evidence) -> dict[str, Any]:
    """Evidence as the manifest has it."""
    error = evidence.error
    return {
        "kind": evidence.kind,
        "ok": evidence.ok,
        "seconds": evidence.seconds,
        "peak_mb": evidence.peak_mb,
        "requests": sorted(evidence.requests),
        "error": None if error is None else {"cell": error.cell, "number": error.number, "message": error.message},
    }
