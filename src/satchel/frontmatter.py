"""What the first lines of a MyST page, between two rules, say about its kernel."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import yaml

_FRONT_MATTER = re.compile(r"\A---\s*\n(.*?)\n---\s*(?:\n|\Z)", re.DOTALL)


def names_kernel(text: str) -> bool:
    """MyST-NB's own rule: the front matter names a kernel or says `file_format: mystnb`."""
    found = _FRONT_MATTER.match(text)
    return found is not None and _kernel_in(found.group(1))


@cache
def _kernel_in(front_matter: str) -> bool:
    # The same few lines on every page of a course, and asked for several times a page.
    try:
        matter = yaml.safe_load(front_matter)
    except (yaml.YAMLError, ValueError, RecursionError):
        return False
    matter = matter if isinstance(matter, dict) else {}
    representation = _mapping(_mapping(matter.get("jupytext")).get("text_representation"))
    is_myst = representation.get("format_name") == "myst"
    return matter.get("file_format") == "mystnb" or is_myst or "kernelspec" in matter


def with_named_kernel(text: str) -> str:
    """The text with a display name for its kernel, which jupytext insists on and MyST-NB does without."""
    found = _FRONT_MATTER.match(text)
    matter = _mapping(yaml.safe_load(found.group(1))) if found else {}
    kernel = matter.get("kernelspec")
    if not found or not isinstance(kernel, dict) or "name" not in kernel or "display_name" in kernel:
        return text
    named = {**matter, "kernelspec": {**kernel, "display_name": str(kernel["name"])}}
    return f"---\n{yaml.safe_dump(named, sort_keys=False, allow_unicode=True)}---\n{text[found.end() :]}"


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
