"""The course's map, `satchel-course.json`: where every notebook and cell is in this edition of the site.

Pages ask for it to find the new place of work that was done elsewhere. It lies at the top of the site and not in the
folder of the browser side: that folder's name stands for the browser side alone, so that a host may let its files be
kept for ever, while the map changes with every edition of the course.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from satchel.model import Course, Decision
from satchel.pages import MAP_FILE, download_url, lite_url, page_url
from satchel.pairing import digest

SCHEMA = 1
FILE_NAME = MAP_FILE


def map_text(course: Course, decisions: Iterable[Decision]) -> str:
    """The map as text; the same input gives the same bytes. Notebooks and cells keep their order in the book."""
    whole = {"schema": SCHEMA, "course": course.id, "notebooks": [_notebook(decision) for decision in decisions]}
    return json.dumps(whole, ensure_ascii=False, separators=(",", ":")) + "\n"


def _notebook(decision: Decision) -> dict[str, Any]:
    activity = decision.activity
    return {
        "id": activity.id,
        "title": activity.title,
        "page": page_url(decision),
        "download": download_url(decision),
        "lite": lite_url(decision),
        "cells": [{"id": cell.id, "hash": digest(cell.source)} for cell in activity.notebook.code],
    }
