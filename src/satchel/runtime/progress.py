"""Counts downloaded bytes from several threads."""

from __future__ import annotations

import threading
from collections.abc import Callable

# (bytes so far, bytes in all as far as known, name of the file at hand)
OnProgress = Callable[[int, int, str], None]
# (name of a file, number of its bytes that are new)
Bytes = Callable[[str, int], None]


class Stopped(Exception):
    """Another download failed or the build was interrupted; this one ends too."""


class Progress:
    """Adds up bytes. The total can grow: the size of some files is known only when they are there."""

    def __init__(self, report: OnProgress | None) -> None:
        self._lock = threading.Lock()
        self._report = report
        self._done = self._total = 0
        self._stopped = False

    def expect(self, size: int) -> None:
        """`size` more bytes are on their way."""
        with self._lock:
            self._total += size

    def add(self, name: str, size: int) -> None:
        """`size` more bytes of the file `name` have come. Raises `Stopped` after `stop`."""
        with self._lock:
            if self._stopped:
                raise Stopped
            self._done += size
            self._total = max(self._total, self._done)
            if self._report:
                self._report(self._done, self._total, name)

    def stop(self) -> None:
        """End all downloads that report here, at their next piece."""
        with self._lock:
            self._stopped = True
