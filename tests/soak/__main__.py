"""The long soak: `python -m tests.soak --site _build/site --minutes 30 --seed 1`."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from ..browser.conftest import FLAGS
from .soaking import Soak, copied, episodes

ROOT = Path(__file__).resolve().parents[2]


def main() -> int:
    """Plays sequences until the time is over or one fails."""
    parser = argparse.ArgumentParser(prog="python -m tests.soak", description=__doc__)
    parser.add_argument("--site", type=Path, default=ROOT / "_build" / "site", help="the built demonstration course")
    parser.add_argument("--minutes", type=float, default=30)
    parser.add_argument("--seed", type=int, default=1, help="of the first sequence; the next has the next number")
    parser.add_argument("--steps", type=int, default=60, help="in a sequence")
    given = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None or not given.site.is_dir():
        sys.exit("Needed: Chromium, and a site built by `python build.py`.")
    ends = time.monotonic() + given.minutes * 60
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        soak = Soak(playwright, chromium, FLAGS, copied(given.site, Path(folder) / "site"))
        for seed, steps in episodes(given.seed, given.steps):
            failure = soak.play(steps, ends)
            if failure is not None:
                print(failure.story(seed), "\nLooking for a shorter one …", flush=True)
                print(soak.shortest(failure, 600).story(seed))
                return 1
            print(f"seed {seed}: all there; {soak.played} steps so far", flush=True)
            if time.monotonic() > ends:
                return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
