"""YAML (and JSON) text as values that remember their lines, so that a problem can name the place."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal, cast

import yaml
from yaml.constructor import ConstructorError, SafeConstructor

from satchel.errors import Problem

Scalar = str | int | float | bool | None
_DEEPEST = 30


@dataclass(frozen=True, kw_only=True)
class Value:
    """One value: a scalar, a list or a mapping (pairs in the order of the file). `line` counts from 1, None in JSON."""

    kind: Literal["scalar", "list", "mapping"]
    scalar: Scalar = None
    items: tuple[Value, ...] = ()
    pairs: tuple[tuple[str, Value], ...] = ()
    line: int | None = None

    @property
    def where(self) -> str | None:
        """`line 12`, or None."""
        return f"line {self.line}" if self.line else None

    @property
    def shown(self) -> str:
        """What stands there, in a few words."""
        if self.kind != "scalar":
            return f"a {self.kind}"
        return "nothing" if self.scalar is None else json.dumps(self.scalar, ensure_ascii=False)


@dataclass(frozen=True, kw_only=True)
class YamlRead:
    """The parsed text (None if it is empty or broken) and what is wrong with it."""

    value: Value | None
    problems: tuple[Problem, ...] = ()


def read_yaml(text: str, *, file: str) -> YamlRead:
    """Parse YAML, safely: no tags but the plain ones. Syntax errors and duplicate keys come back as problems."""
    reader = _Reader(file)
    try:
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        value = reader.value(node, ()) if node is not None else None
    except yaml.YAMLError as error:
        return YamlRead(value=None, problems=(_syntax(error, file),))
    except RecursionError:
        return YamlRead(value=None, problems=(_syntax(yaml.YAMLError("it is nested too deeply"), file),))
    return YamlRead(value=value, problems=tuple(reader.problems))


def read_json(text: str) -> Value:
    """JSON text that another part of satchel wrote, as a `Value`; raises `ValueError` if it is not JSON."""
    return _from_json(json.loads(text))


class _Reader:
    def __init__(self, file: str) -> None:
        self._file = file
        self._scalars = SafeConstructor()
        self._done: dict[int, Value] = {}
        self.problems: list[Problem] = []

    def value(self, node: yaml.Node, above: tuple[int, ...]) -> Value:
        # Aliases make one node appear in many places, even inside itself.
        if id(node) in above or len(above) > _DEEPEST:
            problem = "an alias (*name) that contains itself, or too deep a nesting"
            raise ConstructorError(None, None, problem, node.start_mark)
        if id(node) not in self._done:
            self._done[id(node)] = self._value(node, (*above, id(node)))
        return self._done[id(node)]

    def _value(self, node: yaml.Node, inside: tuple[int, ...]) -> Value:
        line = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return Value(kind="mapping", pairs=tuple(self._pairs(node, inside)), line=line)
        if isinstance(node, yaml.SequenceNode):
            return Value(kind="list", items=tuple(self.value(item, inside) for item in node.value), line=line)
        try:
            scalar = self._scalars.construct_object(node)
        except ValueError as error:  # a date that does not exist
            raise ConstructorError(None, None, str(error), node.start_mark) from error
        if not isinstance(scalar, str | int | float | bool | None):
            scalar = cast(yaml.ScalarNode, node).value  # dates and bytes: the text as written
        return Value(kind="scalar", scalar=scalar, line=line)

    def _pairs(self, node: yaml.MappingNode, inside: tuple[int, ...]) -> Iterator[tuple[str, Value]]:
        seen: dict[str, int] = {}
        merged: list[tuple[str, Value]] = []
        for key_node, value_node in node.value:
            line = key_node.start_mark.line + 1
            if key_node.tag == "tag:yaml.org,2002:merge":
                merged += self._merged(value_node, inside)
                continue
            key = str(key_node.value) if isinstance(key_node, yaml.ScalarNode) else "?"
            if key in seen:
                self.problems.append(_duplicate(key, seen[key], line, self._file))
                continue
            seen[key] = line
            # The line of the key: the value of a mapping starts one line below.
            yield key, replace(self.value(value_node, inside), line=line)
        yield from (pair for pair in dict(merged).items() if pair[0] not in seen)

    def _merged(self, node: yaml.Node, inside: tuple[int, ...]) -> list[tuple[str, Value]]:
        value = self.value(node, inside)
        # In a list of merged mappings the earlier one wins, so it has to come last.
        return [pair for one in reversed((value, *value.items)) for pair in one.pairs]


def _from_json(data: object) -> Value:
    if isinstance(data, dict):
        return Value(kind="mapping", pairs=tuple((str(key), _from_json(value)) for key, value in data.items()))
    if isinstance(data, list):
        return Value(kind="list", items=tuple(_from_json(item) for item in data))
    return Value(kind="scalar", scalar=cast(Scalar, data))


def _duplicate(key: str, first: int, line: int, file: str) -> Problem:
    return Problem(
        code="capabilities-duplicate-key",
        message=f'The key "{key}" stands in lines {first} and {line}; only one of them can count.',
        file=file,
        where=f"line {line}",
        cure="Put both under one key, or delete one.",
    )


def _syntax(error: yaml.YAMLError, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    detail = getattr(error, "problem", None) or str(error)
    return Problem(
        code="capabilities-yaml",
        message=f"This is not valid YAML: {detail}.",
        file=file,
        where=f"line {mark.line + 1}" if mark else None,
        cure="Check the indentation, the colons and the quotes near that line.",
    )
