"""Which packages of the notebooks' install lines the browser can have: the index is asked, a no is remembered a day."""

from __future__ import annotations

import json
import time
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from satchel.errors import CourseProblems, ToolFailed
from satchel.runtime.cache import Cache
from satchel.runtime.catalogue import Catalogue, Package
from satchel.runtime.closing import closed, read_in
from satchel.runtime.extras import parse_extra
from satchel.runtime.plan import RuntimePlan, plan
from satchel.runtime.progress import Progress
from satchel.runtime.recorded import Wheel
from satchel.shell import Line

# Seconds after which the index is asked again: tomorrow's release may have a wheel for the browser.
_REMEMBERED = 24 * 3600


@dataclass(frozen=True, kw_only=True)
class Bundle:
    """`requirements` are those that the browser can have, with the `wheels` that make them up (and what was recorded).

    `refused` maps each of the others to the reason, a sentence without its full stop. `unasked` holds those of which
    the index could not be asked, with the reason.
    """

    requirements: tuple[str, ...] = ()
    wheels: tuple[Wheel, ...] = ()
    refused: Mapping[str, str] = field(default_factory=dict)
    unasked: Mapping[str, str] = field(default_factory=dict)


def bundle(
    wanted: Iterable[str],
    declared: Iterable[str],
    *,
    catalogue: Catalogue,
    kernel: Collection[Package],
    wheels: Iterable[Wheel],
    cache: Path,
    full: bool = False,
    echo: Line | None = None,
) -> Bundle:
    """Find out which of the requirements `wanted` the browser can have, on top of those that the author `declared`.

    Each is tried with those before it, so that what is returned goes together. `wheels` are those recorded for the
    course: what they answer is not asked again. Nothing of the course is written. Never raises for what the index says.
    """
    chosen = tuple(declared)
    found = tuple(wheels)
    taken: list[str] = []
    refused: dict[str, str] = {}
    unasked: dict[str, str] = {}
    store = Cache(cache)
    for requirement in wanted:
        asked = (*chosen, requirement)

        def planned(known: Iterable[Wheel], asked: tuple[str, ...] = asked) -> RuntimePlan:
            return plan((), asked, wheels=known, full=full, kernel=kernel, catalogue=catalogue)

        memory = cache / "refused" / f"{_name(catalogue.pyodide, *asked)}.json"
        reason = _remembered(memory)
        if reason is None:
            try:
                parse_extra([requirement])
                added = read_in(closed(planned, found, catalogue, echo), catalogue, store, Progress(None), echo)
            except CourseProblems as error:
                reason = error.problems[0].message.split("\n")[0]
                _remember(memory, reason)
            except ToolFailed as error:
                # No answer is no refusal: the next build asks again.
                unasked[requirement] = str(error)
                continue
            else:
                chosen, taken = asked, [*taken, requirement]
                known = {(wheel.name, wheel.sha256) for wheel in added}
                found = (*(wheel for wheel in found if (wheel.name, wheel.sha256) not in known), *added)
                continue
        refused[requirement] = reason
    return Bundle(requirements=tuple(taken), wheels=found, refused=refused, unasked=unasked)


def _name(*parts: str) -> str:
    return sha256(json.dumps(parts).encode()).hexdigest()[:24]


def _remembered(memory: Path) -> str | None:
    """The reason that was found lately; None if there is none, or none that can be read."""
    try:
        if time.time() - memory.stat().st_mtime > _REMEMBERED:
            return None
        return str(json.loads(memory.read_text("utf-8"))["reason"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _remember(memory: Path, reason: str) -> None:
    memory.parent.mkdir(parents=True, exist_ok=True)
    memory.write_text(json.dumps({"reason": reason}) + "\n", "utf-8")
