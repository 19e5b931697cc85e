"""The tools at work: which there are, and how all of them end when the build is interrupted or killed."""

from __future__ import annotations

import shutil
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import Protocol


class Child(Protocol):
    """A process that can be ended."""

    def kill(self) -> None:
        """End it at once."""


@dataclass
class _State:
    running: set[Child] = field(default_factory=set)
    stopped: bool = False


_state = _State()
_LOCK = threading.Lock()


def begin() -> None:
    """Tools may be started (again): a build begins."""
    with _LOCK:
        _state.stopped = False


def stop_all() -> None:
    """End every tool that runs or is started from now on: the build was interrupted."""
    with _LOCK:
        _state.stopped = True
        for child in _state.running:
            child.kill()


def stopped() -> bool:
    """Whether the build was interrupted; what works in a thread of its own should give up."""
    return _state.stopped


@contextmanager
def kept(child: Child) -> Iterator[None]:
    """Have the child ended with the rest when the build is interrupted, also if that was just now."""
    with _LOCK:
        _state.running.add(child)
        if _state.stopped:
            child.kill()
    try:
        yield
    finally:
        with _LOCK:
            _state.running.discard(child)


@cache
def leash(tool: str) -> tuple[str, ...]:
    """Words in front of a command that let the system end it with us, even if we are killed outright.

    Else it would go on writing into the folders of the next build. Where there is no such thing, or no such tool (which
    is for the caller to notice), nothing is put in front.
    """
    found = shutil.which("setpriv") if sys.platform == "linux" and shutil.which(tool) else None
    return (found, "--pdeathsig", "KILL", "--") if found else ()
