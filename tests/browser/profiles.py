"""A browser profile on disk, whose browser can be killed in the middle of anything."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from playwright.sync_api import BrowserContext, Error, Playwright


class Profile:
    """A profile that outlives its browsers. One browser at a time; `kill` ends it without a warning."""

    def __init__(self, playwright: Playwright, executable: str, flags: list[str], folder: Path) -> None:
        self._playwright = playwright
        self._executable = executable
        self._flags = flags
        self._folder = folder
        self._context: BrowserContext | None = None

    def start(self) -> BrowserContext:
        """Start a browser on the profile."""
        self._context = self._playwright.chromium.launch_persistent_context(
            self._folder, executable_path=self._executable, args=self._flags
        )
        return self._context

    def kill(self) -> None:
        """SIGKILL for every process of the browser; returns when none is left."""
        for process in self._processes():
            with contextlib.suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
        while self._processes():
            time.sleep(0.01)
        self.close()

    def close(self) -> None:
        """Close the browser, if there is one."""
        if self._context is not None:
            # A killed browser has nothing left to close.
            with contextlib.suppress(Error):
                self._context.close()
        self._context = None

    def _processes(self) -> list[int]:
        found = []
        for entry in Path("/proc").iterdir():
            if not entry.name.isdigit():
                continue
            with contextlib.suppress(OSError):
                if os.fsencode(self._folder) in (entry / "cmdline").read_bytes():
                    found.append(int(entry.name))
        return found
