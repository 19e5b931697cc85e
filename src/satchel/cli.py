"""The command line: reads options, runs the build, and turns every error into words and an exit code."""

from __future__ import annotations

import argparse
import io
import os
import signal
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from satchel import __version__
from satchel.errors import CheckFailed, CourseProblems, Exit, SatchelError, ToolFailed, UsageError
from satchel.options import Options
from satchel.pipeline import build, plan_only
from satchel.report import Detail, Report
from satchel.runtime import MIRROR_VARIABLE, default_cache
from satchel.serve import serve

PORT = 8000
HOME = Path(__file__).resolve().parents[2]


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line; returns the exit code, which is part of the contract (see `errors.Exit`)."""
    _never_fail_at_a_letter()
    arguments = _parser().parse_args(argv)
    detail: Detail = "quiet" if arguments.quiet else "verbose" if arguments.verbose else "normal"
    # With --json, standard output is for the manifest alone.
    report = Report(console=Console(stderr=arguments.json), detail=detail)
    before = _take_every_end_for_an_interruption()
    try:
        options = _options(arguments)
        if arguments.plan:
            manifest = plan_only(options, report, show=not arguments.json)
            if arguments.json:
                _write_utf8(manifest)
        elif arguments.serve is not None:
            serve(options, report, port=arguments.serve)
        else:
            build(options, report)
    except (CourseProblems, CheckFailed) as error:
        report.problems(error.problems)
        count = sum(problem.severity == "error" for problem in error.problems) or len(error.problems)
        what = "The course has" if isinstance(error, CourseProblems) else "The finished site has"
        report.failure(f"{what} {count} problem{'s' if count != 1 else ''}. The last good site was not touched.")
        return error.exit_code
    except ToolFailed as error:
        report.failure(f"{error.what} failed. {report.state}", detail=error.detail, cure=error.cure)
        return error.exit_code
    except SatchelError as error:
        report.failure(str(error))
        return error.exit_code
    except KeyboardInterrupt:
        report.failure(f"Interrupted. {report.state}")
        return Exit.INTERRUPTED
    except OSError as error:
        cure = "Check free disk space and permissions, then try again."
        report.failure(f"The system refused something: {error}. {report.state}", cure=cure)
        return Exit.TOOL
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return Exit.DONE


def _take_every_end_for_an_interruption() -> dict[signal.Signals, Any]:
    """Clean up when somebody ends us politely, as at Control-C; returns what was to happen before."""
    if threading.current_thread() is not threading.main_thread():
        return {}
    polite = [signal.SIGTERM, *([signal.SIGHUP] if hasattr(signal, "SIGHUP") else [])]
    return {number: signal.signal(number, signal.default_int_handler) for number in polite}


def _never_fail_at_a_letter() -> None:
    """Show what the output cannot encode as `?`; titles and paths may hold any letter."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def _write_utf8(text: str) -> None:
    """Write to standard output as UTF-8, whatever the terminal speaks: it is for other programs."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.flush()
        sys.stdout.buffer.write(text.encode())
        sys.stdout.buffer.flush()
    else:
        sys.stdout.write(text)


def _options(arguments: argparse.Namespace) -> Options:
    if arguments.json and not arguments.plan:
        raise UsageError("--json belongs to --plan: `python build.py --plan --json`.")
    if arguments.plan and (arguments.check or arguments.serve is not None):
        raise UsageError("--plan only looks; it does not go together with --check or --serve.")
    return Options(
        course=_absolute(arguments.course) if arguments.course else HOME,
        out=_absolute(arguments.out),
        cache=default_cache(os.environ),
        mirror=os.environ.get(MIRROR_VARIABLE),
        ledger=_absolute(arguments.ledger) if arguments.ledger else None,
        zip=not arguments.no_zip,
        strict=arguments.strict,
        check=arguments.check,
    )


def _absolute(path: str) -> Path:
    # Unlike Path.resolve, this does not raise at a link that leads to itself; the reader of the folder tells that.
    return Path(os.path.realpath(path))


def _port(text: str) -> int:
    if not text.isdecimal() or int(text) > 65535:
        raise argparse.ArgumentTypeError(f"{text!r} is not a port: give a number from 0 (any free one) to 65535")
    return int(text)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python build.py",
        description="Turn a folder of course notebooks into a book whose cells run in the browser.",
    )
    add = parser.add_argument
    add("course", nargs="?", metavar="COURSE_DIR", help="a satchel course or a Jupyter Book v1 folder")
    add("--out", default="_build", metavar="DIR", help="where the site and the zip go (default: _build)")
    add("--ledger", metavar="FILE", help="where identities of cells are recorded (default: beside the course)")
    add("--plan", action="store_true", help="print activity, route and reason, and stop")
    add("--json", action="store_true", help="with --plan: print the manifest as JSON, and nothing else")
    add("--check", action="store_true", help="after building, run every browser activity in headless Chromium")
    add("--serve", nargs="?", type=_port, const=PORT, metavar="PORT", help="build, serve, rebuild on change")
    add("--no-zip", action="store_true", help="leave out the offline zip")
    add("--strict", action="store_true", help="treat warnings as errors")
    how_much = parser.add_mutually_exclusive_group()
    how_much.add_argument("--quiet", action="store_true", help="print problems only")
    how_much.add_argument("--verbose", action="store_true", help="also print the commands that are run")
    add("--version", action="version", version=f"satchel {__version__}")
    return parser
