"""Runs the cases: for each a fresh browser profile, and from it the cold start, the next page and the warm start."""

from __future__ import annotations

import fnmatch
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from contenders import CONTENDERS, WATCHING, Contender, Visit
from hosting import ADDRESS, LINKS, Host, hosting
from playwright.sync_api import BrowserContext, Playwright, Request
from playwright.sync_api import Error as BrowserError
from stock import Sites

CONDITIONS = ("cold", "next", "warm")
_FLAGS = (
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
    # Whatever a site wants from elsewhere fails at once, the same on every machine; it is counted.
    f"--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE {ADDRESS}",
)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One contender over one link with one notebook; gives a value per condition."""

    contender: str
    link: str
    workload: str
    conditions: tuple[str, ...]

    def name(self, condition: str) -> str:
        """The name of one value, as `--cases` matches it."""
        return f"{self.contender}/{self.link}/{self.workload}/{condition}"


@dataclass(frozen=True, kw_only=True)
class Value:
    """One measured value. Bytes are bodies sent by the server; `load` is the machine's load average before."""

    name: str
    round: int
    seconds: float | None
    bytes_before: int = 0
    bytes_total: int = 0
    requests: int = 0
    elsewhere: tuple[str, ...] = ()
    load: float = 0.0
    retried: bool = False
    problem: str = ""

    def plain(self) -> dict[str, object]:
        """For JSON."""
        return asdict(self)


def cases(patterns: Sequence[str]) -> list[Case]:
    """All cases of which a value is wanted, each with the conditions that are."""
    wanted = []
    for link in LINKS:
        for workload in ("plain", "figure"):
            for contender in CONTENDERS:
                if contender == "bare" and workload == "figure":
                    continue
                possible = [c for c in CONDITIONS if c != "next" or (workload == "plain" and contender != "bare")]
                case = Case(contender=contender, link=link, workload=workload, conditions=tuple(possible))
                hits = tuple(c for c in possible if any(fnmatch.fnmatch(case.name(c), p) for p in patterns))
                if hits:
                    wanted.append(Case(contender=contender, link=link, workload=workload, conditions=hits))
    return wanted


class Bench:
    """A driver for one browser and the built sites."""

    def __init__(self, driver: Playwright, browser: str, sites: Sites) -> None:
        self._driver = driver
        self._browser = browser
        self._sites = sites

    def run(self, case: Case, number: int) -> Iterator[Value]:
        """The values of one case in one round; what fails is tried once more, and says so."""
        failed = ""
        for attempt in (1, 2):
            done = []
            try:
                for value in self._session(case, number, retried=attempt > 1):
                    done.append(value)
            except (BrowserError, AssertionError) as error:
                failed = str(error).strip().split("\n", 1)[0]
                print(f"  {case.contender}/{case.link}/{case.workload}, attempt {attempt}: {failed}", flush=True)
            else:
                yield from done
                return
        for condition in case.conditions:
            yield Value(name=case.name(condition), round=number, seconds=None, retried=True, problem=failed)

    def _session(self, case: Case, number: int, *, retried: bool) -> Iterator[Value]:
        contender = CONTENDERS[case.contender]
        link = LINKS[case.link]
        with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            profile = Path(folder)
            with hosting(contender.folder(self._sites), link) as host:
                with self.browser(profile) as context:
                    for condition in ("cold", "next"):
                        # A cold start comes first in any case: the other two stand on it.
                        if condition == "cold" or condition in case.conditions:
                            value = _visit(contender, context, host, case, condition, number, retried=retried)
                            if condition in case.conditions:
                                yield value
                if "warm" in case.conditions:
                    with self.browser(profile) as context:
                        yield _visit(contender, context, host, case, "warm", number, retried=retried)

    @contextmanager
    def browser(self, profile: Path) -> Iterator[BrowserContext]:
        """A browser with the given profile."""
        context = self._driver.chromium.launch_persistent_context(
            profile, executable_path=self._browser, args=list(_FLAGS), viewport={"width": 1280, "height": 900}
        )
        try:
            context.add_init_script(WATCHING)
            yield context
        finally:
            context.close()


def _visit(
    contender: Contender,
    context: BrowserContext,
    host: Host,
    case: Case,
    condition: str,
    number: int,
    *,
    retried: bool,
) -> Value:
    elsewhere: set[str] = set()

    def note(request: Request) -> None:
        parts = urlsplit(request.url)
        if parts.scheme in ("http", "https") and parts.hostname != ADDRESS:
            elsewhere.add(f"{parts.hostname}{parts.path}")

    load = os.getloadavg()[0]
    before, requests = host.sent, host.requests
    turned = condition == "next"
    page = context.pages[0]
    context.on("request", note)
    notebook = "plain-next" if turned else case.workload
    outcome = contender.action(Visit(page=page, host=host, notebook=notebook, turned=turned))
    value = Value(
        name=case.name(condition),
        round=number,
        seconds=round(outcome.seconds, 3),
        bytes_before=max(0, outcome.bytes_before - before),
        bytes_total=host.sent - before,
        requests=host.requests - requests,
        elsewhere=tuple(sorted(elsewhere)),
        load=round(load, 2),
        retried=retried,
    )
    context.remove_listener("request", note)
    if condition == "cold":
        # What a site still fetches or writes belongs to this start, not to the next.
        host.wait_quiet(1.0)
        time.sleep(0.5)
    return value
