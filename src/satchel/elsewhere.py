"""Settings of a Jupyter Book that would let a reader's browser ask other sites: counters of visits and comments."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from satchel.errors import Problem

# Where they stand in `_config.yml`, and what they are.
_SETTINGS = {
    ("html", "analytics"): "counts visits",
    ("html", "google_analytics_id"): "counts visits",
    ("html", "comments"): "shows comments",
    ("sphinx", "config", "html_theme_options", "analytics"): "counts visits",
    ("sphinx", "config", "html_theme_options", "google_analytics_id"): "counts visits",
    ("sphinx", "config", "comments_config"): "shows comments",
}


def told(settings: Mapping[str, Any], *, file: str) -> Iterator[Problem]:
    """A warning for each of these settings that does something."""
    for path, what in _SETTINGS.items():
        if _asks(_at(settings, path)):
            yield Problem(
                code="config-elsewhere",
                message=f"This {what} with the help of another site, which no reader's browser asks: it is left out.",
                file=file,
                where=": ".join(path),
                cure="Take it out of the settings; the server that you publish on can count visits itself.",
                severity="warning",
            )


def without(settings: Mapping[str, Any]) -> dict[str, Any]:
    """The settings without these."""
    kept = dict(settings)
    for path in _SETTINGS:
        if _at(kept, path) is not None:
            kept = _cut(kept, path)
    return kept


def _asks(value: Any) -> bool:
    """Whether anything in a value is switched on."""
    if isinstance(value, Mapping):
        # The address of a counter says nothing without the name of what is counted.
        return any(_asks(inner) for key, inner in value.items() if not str(key).endswith("_url"))
    return bool(value)


def _at(settings: Any, path: tuple[str, ...]) -> Any:
    for key in path:
        settings = settings.get(key) if isinstance(settings, Mapping) else None
    return settings


def _cut(settings: Mapping[str, Any], path: tuple[str, ...]) -> dict[str, Any]:
    first, *rest = path
    if not rest:
        return {key: value for key, value in settings.items() if key != first}
    return {**settings, first: _cut(settings[first], tuple(rest))}
