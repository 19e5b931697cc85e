"""Runs sequences of steps, and finds the shortest one that still fails."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Playwright

from ..browser.conftest import serving
from ..browser.profiles import Profile
from .steps import Step, sequence
from .world import Lost, World


@dataclass(frozen=True)
class Failure:
    """Where a sequence failed: the steps up to there, and what was wrong."""

    steps: tuple[Step, ...]
    problem: str

    def story(self, seed: int) -> str:
        """For a person who wants to see it happen."""
        lines = [f"seed {seed}, {len(self.steps)} steps: {self.problem}", *(f"  {step}" for step in self.steps)]
        return "\n".join(lines)


class Soak:
    """Plays sequences on copies of a site, each in a profile of its own."""

    def __init__(self, playwright: Playwright, chromium: str, flags: list[str], site: Path, sabotage: str = "") -> None:
        self._playwright = playwright
        self._chromium = chromium
        self._flags = flags
        self._site = site
        self._sabotage = sabotage
        self.played = 0

    def play(self, steps: Sequence[Step], until: float = float("inf")) -> Failure | None:
        """Plays the steps, or as many as there is time for; the failure, if there is one."""
        with self.world() as world:
            for number, step in enumerate(steps):
                if time.monotonic() > until:
                    return None
                try:
                    world.play(step)
                except Lost as problem:
                    return Failure(tuple(steps[: number + 1]), str(problem))
                self.played += 1
        return None

    def shortest(self, failure: Failure, seconds: float) -> Failure:
        """Leaves out what is not needed to fail, as far as the time goes."""
        ends = time.monotonic() + seconds
        return shrunk(failure, self.play, lambda: time.monotonic() < ends)

    @contextmanager
    def world(self) -> Iterator[World]:
        """A fresh profile on the site."""
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, serving(self._site) as home:
            profile = Profile(self._playwright, self._chromium, self._flags, Path(folder) / "profile")
            world = World(profile, self._site, home, self._sabotage)
            try:
                yield world
            finally:
                world.close()


def shrunk(
    failure: Failure, play: Callable[[Sequence[Step]], Failure | None], time_left: Callable[[], bool]
) -> Failure:
    """The failure without the steps that it happens without; larger parts are left out first."""
    size = max(1, len(failure.steps) // 2)
    while size and time_left():
        place = 0
        while place < len(failure.steps) and time_left():
            fewer = failure.steps[:place] + failure.steps[place + size :]
            shorter = play(fewer) if fewer else None
            if shorter is None:
                place += size
            else:
                failure = shorter
        size //= 2
    return failure


def copied(site: Path, target: Path) -> Path:
    """A copy of a site whose pages may be changed; Python itself is only linked."""
    shutil.copytree(site, target, ignore=shutil.ignore_patterns("lite", "runtime"))
    (target / "runtime").symlink_to(site / "runtime")
    return target


def episodes(seed: int, length: int) -> Iterator[tuple[int, list[Step]]]:
    """Sequences without end, each with the seed that makes it again."""
    while True:
        yield seed, sequence(seed, length)
        seed += 1
