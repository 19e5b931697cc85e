"""Takes settings out of parsed text by their definitions, and says what is wrong with a value, where, and the cure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from satchel.errors import Problem, did_you_mean
from satchel.settings import Setting
from satchel.yamltext import Value


@dataclass
class Reading:
    """Collects the problems of one file; `where` is the place if there are no lines."""

    file: str
    where: str | None = None
    problems: list[Problem] = field(default_factory=list)

    def problem(self, code: str, message: str, cure: str, line: int | None) -> None:
        """Note a problem at a line of the file (or at the reading's place)."""
        where = f"line {line}" if line else self.where
        self.problems.append(Problem(code=code, message=message, cure=cure, file=self.file, where=where))

    def mapping(self, value: Value | None, what: str, *, known: Collection[str] | None = None) -> dict[str, Value]:
        """The keys of a mapping; unknown ones are problems (and left out) if `known` says which there are."""
        if value is None or (value.kind == "scalar" and value.scalar is None):
            return {}
        if value.kind != "mapping":
            self._wrong(what, "keys and values", value)
            return {}
        for key, inner in value.pairs:
            if known is not None and key not in known:
                self.problem(
                    "capabilities-unknown-key",
                    f'There is no setting "{key}" here.{did_you_mean(key, known)}',
                    f"Use one of: {', '.join(known)}.",
                    inner.line,
                )
        return {key: inner for key, inner in value.pairs if known is None or key in known}

    def items(self, value: Value | None, what: str) -> tuple[Value, ...]:
        """The items of a list."""
        if value is None or (value.kind == "scalar" and value.scalar is None):
            return ()
        if value.kind != "list":
            self._wrong(what, "a list", value)
        return value.items

    def texts(self, value: Value, setting: Setting) -> tuple[str, ...]:
        """A list of texts, in the order given, without repetitions; wrong items are problems."""
        if value.kind != "list":
            self._wrong(setting.key, setting.wanted, value)
            return ()
        found: list[str] = []
        for item in value.items:
            if not isinstance(item.scalar, str) or not item.scalar.strip():
                self._wrong(setting.key, setting.wanted, item)
            elif setting.choices and item.scalar not in setting.choices:
                self._wrong(setting.key, setting.wanted, item, did_you_mean(item.scalar, setting.choices))
            else:
                found.append(item.scalar.strip())
        return tuple(dict.fromkeys(found))

    def scalar(self, value: Value, setting: Setting) -> str | int | bool | None:
        """A flag, number, text or choice; None (and a problem) if it is none."""
        given = value.scalar
        fits = {
            "flag": isinstance(given, bool),
            "number": isinstance(given, int) and not isinstance(given, bool) and given > 0,
            "text": isinstance(given, str) and bool(given.strip()),
            "choice": given in setting.choices,
            "address": isinstance(given, str) and given.startswith(("https://", "http://")),
        }[setting.kind]
        if value.kind != "scalar" or not fits:
            guess = did_you_mean(given, setting.choices) if isinstance(given, str) else ""
            self._wrong(setting.key, setting.wanted, value, guess)
            return None
        return given.strip() if isinstance(given, str) else given  # type: ignore[return-value]

    def _wrong(self, what: str, wanted: str, value: Value, guess: str = "") -> None:
        cure = f"Write {wanted}."
        if value.kind == "scalar" and wanted == "a text" and value.scalar is not None:
            cure = "Put it in quotes." if not isinstance(value.scalar, str) else cure
        elif isinstance(value.scalar, str) and wanted.startswith(("a whole number", "true")):
            cure = f"Write {wanted}, without quotes."
        message = f'"{what}" has to be {wanted}, but here stands {value.shown}.{guess}'
        self.problem("capabilities-wrong-value", message, cure, value.line)


@dataclass(frozen=True, kw_only=True)
class Values:
    """The values of a group of settings; what was not given (or wrong) is absent."""

    scalars: Mapping[str, str | int | bool]
    lists: Mapping[str, tuple[str, ...]]

    def has(self, key: str) -> bool:
        """Whether there is a valid value."""
        return key in self.scalars or key in self.lists

    def text(self, key: str) -> str:
        """A text, empty if absent."""
        return str(self.scalars.get(key, ""))

    def flag(self, key: str) -> bool | None:
        """True, false or None if absent."""
        return bool(self.scalars[key]) if key in self.scalars else None

    def number(self, key: str) -> int | None:
        """A number, None if absent."""
        return int(self.scalars[key]) if key in self.scalars else None

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, empty if absent."""
        return self.lists.get(key, ())


def take(
    given: Mapping[str, Value], settings: Iterable[Setting], reading: Reading, *, what: str, line: int | None
) -> Values | None:
    """The values of the settings; None if a required one is missing or wrong. Problems go to `reading`."""
    scalars: dict[str, str | int | bool] = {}
    lists: dict[str, tuple[str, ...]] = {}
    complete = True
    for setting in settings:
        value = given.get(setting.key)
        if value is None:
            if setting.required:
                complete = False
                message = f'{what} needs the setting "{setting.key}": {setting.wanted}.'
                reading.problem("capabilities-missing-key", message, f"Add `{setting.key}:`.", line)
        elif setting.kind in {"texts", "choices"}:
            lists[setting.key] = reading.texts(value, setting)
        else:
            found = reading.scalar(value, setting)
            if found is not None:
                scalars[setting.key] = found
            elif setting.required:
                complete = False
    return Values(scalars=scalars, lists=lists) if complete else None
