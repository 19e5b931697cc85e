"""What was seen of an activity, as the text of a file: written, and read back as foreign text."""

from __future__ import annotations

import json
from dataclasses import dataclass

from jsonschema import Draft202012Validator

from satchel import manifestschema
from satchel.manifest import evidence_object
from satchel.manifestread import read_evidence
from satchel.model import Evidence

_SCHEMA = {
    "type": "object",
    "required": ["key", "evidence"],
    "properties": {"key": {"type": "string", "minLength": 1}, "evidence": manifestschema.evidence()},
}


@dataclass(frozen=True, kw_only=True)
class Record:
    """Evidence, and the hash of what it was seen with (see `keys`)."""

    key: str
    evidence: Evidence


def dump(record: Record) -> str:
    """The record as text."""
    return json.dumps({"key": record.key, "evidence": evidence_object(record.evidence)}, indent=1) + "\n"


def parse(text: str) -> Record | None:
    """A record, or None if the text is damaged: then the activity is run again."""
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        return None
    if not Draft202012Validator(_SCHEMA).is_valid(data) or data["evidence"]["kind"] != "ran":
        return None
    return Record(key=data["key"], evidence=read_evidence(data["evidence"]))


@dataclass(frozen=True, kw_only=True)
class Ran:
    """What a run has shown; `raised` says that Python itself raised the error."""

    evidence: Evidence
    raised: bool = False

    @property
    def lasting(self) -> bool:
        """Whether a run would show the same again as long as the key is the same.

        Success lasts. A failure does if a cell raised it without asking anyone outside; a network, a time limit or a
        browser that ended may be better the next time.
        """
        return self.evidence.ok is True or (self.raised and not self.evidence.requests)
