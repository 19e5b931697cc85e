"""Whether a Jupyter Book `_config.yml` has the right shape: sections, lists, and values that others have to fit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from satchel.errors import Problem, did_you_mean

_SECTIONS = (
    *("sphinx", "sphinx: config", "sphinx: local_extensions", "execute", "html", "html: analytics", "html: comments"),
    *("launch_buttons", "parse", "latex", "latex: latex_documents", "repository"),
)
_LISTS = (
    *("sphinx: extra_extensions", "execute: exclude_patterns", "exclude_patterns", "bibtex_bibfiles"),
    "parse: myst_enable_extensions",
)
_OR_ONE_NAME = frozenset({"sphinx: extra_extensions"})
_MODES = ("auto", "force", "cache", "inline", "lazy", "off")
_BUTTONS = ("use_repository_button", "use_edit_page_button", "use_issues_button")


def wrong_shapes(raw: object, file: str) -> list[Problem]:
    """What Jupyter Book and we take apart must have the right shape; the values are for Jupyter Book to judge."""
    if not isinstance(raw, dict):
        return [_not_a_mapping("the file", file)]
    found = [_not_a_mapping(key, file) for key in _SECTIONS if not isinstance(_at(raw, key) or {}, dict)]
    found += [_not_a_list(key, file) for key in _LISTS if not _is_list_of_names(_at(raw, key) or [], key)]
    mode = _at(raw, "execute: execute_notebooks")
    if mode is not None and mode is not False and mode not in _MODES:
        found.append(_wrong_mode(mode, file))
    if not found and not _at(raw, "repository: url"):
        found += [_no_repository(key, file) for key in _BUTTONS if _at(raw, f"html: {key}")]
    return found


def _at(raw: Mapping[str, Any], place: str) -> Any:
    """What stands at a place such as `sphinx: config`; None if there is nothing, or no such section."""
    value: Any = raw
    for key in place.split(": "):
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _wrong_mode(mode: object, file: str) -> Problem:
    guess = did_you_mean(str(mode), _MODES)
    return Problem(
        code="config-value",
        message=f'"{mode}" is no way to run notebooks.{guess}',
        file=file,
        where="execute: execute_notebooks",
        cure=f"Write one of {', '.join(_MODES)}.",
    )


def _no_repository(button: str, file: str) -> Problem:
    return Problem(
        code="config-value",
        message=f"The button of {button} has no repository to lead to.",
        file=file,
        where=f"html: {button}",
        cure="Add `repository:` with `url:` below it, or take the button out.",
    )


def _not_a_list(what: str, file: str) -> Problem:
    return Problem(
        code="config-shape",
        message=f"In the book's configuration, {what} must be a list of names.",
        file=file,
        where=what,
        cure="Write one a line, each after a hyphen.",
    )


def _is_list_of_names(value: object, key: str) -> bool:
    if isinstance(value, str):
        return key in _OR_ONE_NAME
    return isinstance(value, list) and all(isinstance(name, str) for name in value)


def _not_a_mapping(what: str, file: str) -> Problem:
    return Problem(
        code="config-shape",
        message=f"In the book's configuration, {what} must consist of `key: value` lines.",
        file=file,
        where=what,
        cure="Compare it with the Jupyter Book v1 documentation of _config.yml.",
    )
