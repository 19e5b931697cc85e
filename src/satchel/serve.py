"""`--serve`: builds, serves the site on this computer only, and builds again when a source changes."""

from __future__ import annotations

import threading
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from watchfiles import watch

from satchel.errors import CheckFailed, CourseProblems, ToolFailed
from satchel.pipeline import Options, build, watched
from satchel.report import Report
from satchel.siteserver import serving


def serve(
    options: Options,
    report: Report,
    *,
    port: int,
    stop: threading.Event | None = None,
    started: Callable[[str], None] = print,
) -> None:
    """Build, serve at `port` (0: any free one) and rebuild on change, until interrupted or `stop` is set.

    A build that fails is reported, and the last good site stays on show. `started` gets the address.

    Raises:
        ToolFailed: the port is in use.
    """
    with ExitStack() as stack:
        try:
            address = stack.enter_context(serving(options.site, port))
        except OSError as error:
            raise ToolFailed(
                f"Serving at port {port}", detail=str(error), cure=f"Try another port: --serve {port + 1}"
            ) from error
        _attempt(options, report)
        started(address)
        for changes in watch(*watched(options), watch_filter=_is_source(options.out), stop_event=stop):
            report.say(f"{len(changes)} changed: building again")
            _attempt(options, report)


def _attempt(options: Options, report: Report) -> None:
    try:
        build(options, report)
    except (CourseProblems, CheckFailed) as error:
        report.problems(error.problems)
    except ToolFailed as error:
        report.say(f"{error.what} failed. {error.detail}\n{error.cure}")


def _is_source(out: Path) -> Callable[[object, str], bool]:
    """What the build itself writes must not start the next one."""
    written = (str(out.resolve()), "satchel-ledger.json", "runtime.lock.json", "node_modules", "__pycache__", ".git")

    def source(_change: object, path: str) -> bool:
        return not any(name in path for name in written)

    return source
