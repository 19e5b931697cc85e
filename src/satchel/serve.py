"""`--serve`: shows the site on this computer only, builds it again when a source changes, and reloads open pages."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from rich.markup import escape
from watchfiles import watch

from satchel.errors import CheckFailed, CourseProblems, Problem, ToolFailed
from satchel.live import Live
from satchel.liveserver import edition_of, serving_live
from satchel.options import Options
from satchel.pipeline import build, watched
from satchel.report import Report

# What the build itself writes must not start the next one, and what tools keep is no source.
_WRITTEN = frozenset({"satchel-ledger.json", ".satchel-ledger.json.part", "runtime.lock.json"})
_NO_SOURCES = _WRITTEN | {"node_modules", "__pycache__", ".git", ".ipynb_checkpoints"}
# How often the watcher may tell that nothing has happened, in milliseconds.
_QUIET = 1000


def serve(
    options: Options,
    report: Report,
    *,
    port: int,
    stop: threading.Event | None = None,
    started: Callable[[str], None] | None = None,
) -> None:
    """Serve at `port` (0: any free one), build, and rebuild on change, until interrupted or `stop` is set.

    The last good site is on show from the start. A build that fails is reported here and in open pages, and that site
    stays. `started` gets the address; without it the address is printed. There is no zip: nobody hands out a site that
    is being worked on.

    Raises:
        ToolFailed: the port is in use.
    """
    options = replace(options, zip=False)
    live = Live(edition_of(options.site))
    with ExitStack() as stack:
        try:
            address = stack.enter_context(serving_live(options.site, port, live))
        except OSError as error:
            raise ToolFailed(
                f"Serving at port {port}", detail=str(error), cure=f"Try another port: --serve {port + 1}"
            ) from error
        folders = watched(options)
        changes = watch(
            *folders,
            watch_filter=_is_source(folders, options.out),
            stop_event=stop,
            rust_timeout=_QUIET,
            yield_on_timeout=True,
        )
        # The watcher looks from here on, so that a change during the first build is not missed.
        next(changes, None)
        (started or _tell)(address)
        if live.news.edition:
            report.say("It shows the last good site until this build is done; open pages then reload by themselves.")
        _attempt(options, report, live)
        report.say(f"  open  {address}")
        for changed in changes:
            if changed:
                names = sorted({Path(path).name for _, path in changed})
                report.say(f"{escape(', '.join(names[:3]))} changed: building again")
                _attempt(options, report, live)


def _tell(address: str) -> None:
    # At once, even into a pipe: it is what the author (or a script) waits for.
    print(address, flush=True)


def _attempt(options: Options, report: Report, live: Live) -> None:
    live.building()
    try:
        build(options, report)
    except (CourseProblems, CheckFailed) as error:
        live.failed(_words(error.problems))
        report.problems(error.problems)
        report.failure("Not built. The last good site stays on show.")
    except ToolFailed as error:
        live.failed(f"{error.what} failed.\n→ {error.cure or 'The terminal says more.'}")
        report.failure(f"{error.what} failed. The last good site stays on show.", detail=error.detail, cure=error.cure)
    except OSError as error:
        # An editor may take a file away for a moment while it saves; its next change starts the next build.
        live.failed(f"The system refused something: {error}")
        report.failure(f"The system refused something: {error}. The last good site stays on show.")
    else:
        live.built(edition_of(options.site))


def _words(problems: Sequence[Problem]) -> str:
    """The first problem, as an open page shows it."""
    first = min(problems, key=lambda problem: problem.severity != "error")
    place = f"{first.place}: " if first.place else ""
    more = f"\nThe terminal has {len(problems) - 1} more." if len(problems) > 1 else ""
    return f"Not built. {place}{first.message}\n→ {first.cure}{more}"


def _is_source(folders: Sequence[Path], out: Path) -> Callable[[object, str], bool]:
    """Whether a path below one of the watched folders is one that an author writes."""

    def source(_change: object, text: str) -> bool:
        path = Path(text)
        # Folders above the course may have any name, such as `.git`.
        below = next((path.relative_to(folder).parts for folder in folders if path.is_relative_to(folder)), path.parts)
        return not path.is_relative_to(out) and _NO_SOURCES.isdisjoint(below)

    return source
