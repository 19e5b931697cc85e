"""What satchel adds to a page that nobody has touched: bytes, and main-thread time, beside the page without it."""

from __future__ import annotations

import gzip
import os
import re
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import full_course
from hosting import LINKS, hosting
from playwright.sync_api import Browser, Request
from tracing import traced

_OURS = re.compile(r"<(?:script|link)[^>]*satchel/[0-9a-f]+/page\.(?:js|css)[^>]*>(?:\s*</script>)?")


@dataclass(kw_only=True)
class Weight:
    """One load of the page. Milliseconds are of its main thread; `files` has the bytes of what it fetched, gzipped."""

    site: str
    round: int
    load: float
    scripting: float = 0.0
    scripting_cpu: float = 0.0
    tasks: float = 0.0
    tasks_cpu: float = 0.0
    longest: float = 0.0
    files: dict[str, int] = field(default_factory=dict)

    def line(self) -> str:
        """For the screen."""
        size = sum(self.files.values()) / 1000
        return (
            f"round {self.round}  {self.site:8} scripting {self.scripting:.1f} ms (cpu {self.scripting_cpu:.1f}), "
            f"tasks {self.tasks:.1f} ms (cpu {self.tasks_cpu:.1f}), longest {self.longest:.1f} ms, "
            f"{size:.1f} kB in {len(self.files)} files; load {self.load:.1f}"
        )

    def plain(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def without_satchel(site: Path, target: Path) -> Path:
    """A copy of the site whose pages do not load satchel's script and style. All else stays, MathJax as well."""
    shutil.copytree(site, target, ignore=shutil.ignore_patterns("lite", "runtime"))
    for page in target.rglob("*.html"):
        page.write_text(_OURS.sub("", page.read_text("utf-8")), "utf-8")
    assert "page.js" not in (target / full_course.PAGE).read_text("utf-8")
    return target


def page_cost(browser: Browser, sites: Mapping[str, Path], number: int, folder: Path) -> Iterator[Weight]:
    """One load of each, the first one changing from round to round."""
    names = list(sites)
    for name in names if number % 2 else reversed(names):
        yield _load(browser, name, sites[name], number, folder)


def _load(browser: Browser, name: str, site: Path, number: int, folder: Path) -> Weight:
    weight = Weight(site=name, round=number, load=round(os.getloadavg()[0], 2))
    asked: set[str] = set()

    def note(request: Request) -> None:
        asked.add(urlsplit(request.url).path.lstrip("/"))

    with hosting(site, LINKS["loopback"]) as host, browser.new_context() as context:
        context.on("request", note)
        page = context.new_page()
        with traced(browser, page, folder) as stretch:
            page.goto(host.home + full_course.PAGE)
            host.wait_quiet(1.5)
            page.evaluate("() => new Promise((over) => requestIdleCallback(over, { timeout: 5000 }))")
    weight.scripting = round(stretch.scripting, 2)
    weight.scripting_cpu = round(stretch.scripting_cpu, 2)
    weight.tasks = round(stretch.tasks, 2)
    weight.tasks_cpu = round(stretch.tasks_cpu, 2)
    weight.longest = round(stretch.longest, 2)
    for path in sorted(asked):
        file = site / path
        if file.is_file():
            weight.files[path] = len(gzip.compress(file.read_bytes(), 6))
    return weight
