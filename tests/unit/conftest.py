"""Unit tests decide things; they start no processes and open no sockets."""

from __future__ import annotations

import socket
import subprocess
from typing import Any, NoReturn

import pytest


@pytest.fixture(autouse=True)
def no_effects(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """Refuse child processes and connections, except in tests marked `effects`."""
    if request.node.get_closest_marker("effects"):
        return

    def refuse(*args: Any, **_options: Any) -> NoReturn:
        raise AssertionError(f"a unit test must not do this: {args!r}")

    monkeypatch.setattr(subprocess, "Popen", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
