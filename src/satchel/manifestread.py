"""Reads a published `capabilities.json` back, as foreign text: checked against the schema before anything is taken."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from jsonschema import Draft202012Validator

from satchel.errors import Problem
from satchel.manifest import FILE_NAME, SCHEMA_NUMBER, RuntimeVersions
from satchel.manifestschema import schema
from satchel.model import CellError, Evidence, EvidenceKind, HostKind, Needs, Route


@dataclass(frozen=True, kw_only=True)
class ManifestActivity:
    """An activity as published: the decision without the notebook's text."""

    id: str
    title: str
    source: str
    page: str
    notebook: str
    needs: Needs
    route: Route
    also: tuple[Route, ...]
    why: tuple[str, ...]
    launch: Mapping[str, str]
    evidence: Evidence


@dataclass(frozen=True, kw_only=True)
class ManifestHost:
    """A host as published. `sign_in` is an address, or empty where the launch address asks by itself."""

    id: str
    kind: HostKind
    label: str
    expected_wait: str
    sign_in: str


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The whole manifest."""

    course_id: str
    course_title: str
    course_version: str
    runtime: RuntimeVersions
    hosts: tuple[ManifestHost, ...]
    activities: tuple[ManifestActivity, ...]


@dataclass(frozen=True, kw_only=True)
class ManifestRead:
    """The manifest, or the problems that keep the text from being one."""

    manifest: Manifest | None
    problems: tuple[Problem, ...] = ()


def parse_manifest(text: str, *, file: str = FILE_NAME) -> ManifestRead:
    """Parse a manifest. Never raises: text that is none, or of another schema, comes back as problems."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        return ManifestRead(manifest=None, problems=(_problem("manifest-json", f"not valid JSON: {error}", file),))
    _bring_up_to_date(data)
    found = sorted(Draft202012Validator(schema(SCHEMA_NUMBER)).iter_errors(data), key=lambda error: error.json_path)
    if found:
        problems = tuple(_problem("manifest-schema", e.message[:300], file, e.json_path) for e in found[:20])
        return ManifestRead(manifest=None, problems=problems)
    return ManifestRead(manifest=_manifest(cast(dict[str, Any], data)))


def read_evidence(data: Mapping[str, Any]) -> Evidence:
    """Evidence out of what `manifestschema.evidence` describes."""
    error = data["error"]
    return Evidence(
        kind=cast(EvidenceKind, data["kind"]),
        ok=data["ok"],
        seconds=data["seconds"],
        peak_mb=data["peak_mb"],
        requests=tuple(data["requests"]),
        error=CellError(**error) if error else None,
    )


def _bring_up_to_date(data: Any) -> None:
    """Give a manifest of an earlier satchel what it did not have yet; what is no manifest is left as it is."""
    activities = data.get("activities") if isinstance(data, dict) else None
    for activity in activities if isinstance(activities, list) else ():
        evidence = activity.get("evidence") if isinstance(activity, dict) else None
        if isinstance(evidence, dict):
            evidence.setdefault("requests", [])
            evidence.setdefault("error", None)


def _manifest(data: dict[str, Any]) -> Manifest:
    course, runtime = data["course"], data["runtime"]
    return Manifest(
        course_id=course["id"],
        course_title=course["title"],
        course_version=course["version"],
        runtime=RuntimeVersions(**runtime),
        hosts=tuple(
            ManifestHost(
                id=host["id"],
                kind=cast(HostKind, host["kind"]),
                label=host["label"],
                expected_wait=host["expected_wait"],
                sign_in=host.get("sign_in", ""),
            )
            for host in data["hosted"]
        ),
        activities=tuple(_activity(activity) for activity in data["activities"]),
    )


def _activity(data: dict[str, Any]) -> ManifestActivity:
    needs = data["needs"]
    return ManifestActivity(
        id=data["id"],
        title=data["title"],
        source=data["source"],
        page=data["page"],
        notebook=data["notebook"],
        needs=Needs(
            gpu=needs["gpu"],
            packages=tuple(needs["packages"]),
            missing=tuple(needs["missing"]),
            memory_mb=needs["memory_mb"],
            network=tuple(needs["network"]),
            files=tuple(needs["files"]),
        ),
        route=cast(Route, data["route"]),
        also=cast(tuple[Route, ...], tuple(data["also"])),
        why=tuple(data["why"]),
        launch=dict(data["launch"]),
        evidence=read_evidence(data["evidence"]),
    )


def _problem(code: str, message: str, file: str, where: str | None = None) -> Problem:
    return Problem(
        code=code,
        message=f"This is not a manifest that this satchel understands: {message}",
        file=file,
        where=where,
        cure="Build the site again with this version.",
    )
