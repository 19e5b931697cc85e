"""Frozen dataclasses as plain values of JSON, and back: for what one build leaves to the next."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import fields, is_dataclass
from functools import cache
from typing import Any, TypeVar, cast, get_args, get_origin, get_type_hints

_Kind = TypeVar("_Kind")


def plain(value: Any) -> Any:
    """A dataclass as the list of its fields' values, in their order; tuples as lists; anything else as it is."""
    if is_dataclass(value) and not isinstance(value, type):
        return [plain(getattr(value, field.name)) for field in fields(value)]
    return [plain(item) for item in value] if isinstance(value, tuple) else value


def value(kind: type[_Kind], given: Any) -> _Kind:
    """What `plain` was made from: a `kind` of dataclass, or a tuple of those.

    Raises:
        ValueError, TypeError: it was not made from one.
    """
    return cast(_Kind, _value(kind, given))


def _value(kind: Any, given: Any) -> Any:
    if get_origin(kind) is tuple:
        item = get_args(kind)[0]
        return tuple(_value(item, one) for one in given)
    if is_dataclass(kind):
        kinds = _kinds(cast(Hashable, kind))
        return kind(**{name: _value(inner, one) for (name, inner), one in zip(kinds, given, strict=True)})  # type: ignore[operator]
    return given


@cache
def _kinds(kind: Any) -> tuple[tuple[str, Any], ...]:
    hints = get_type_hints(kind)
    return tuple((field.name, hints[field.name]) for field in fields(kind))
