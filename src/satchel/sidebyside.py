"""Calls a function on many values in several processes, where there are enough of both to gain by it."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import TypeVar

_Given = TypeVar("_Given")
_Got = TypeVar("_Got")
# Seconds of work below which the start of the processes takes as long as they spare.
ENOUGH = 3.0
_MOST_PROCESSES = 8


def each(function: Callable[[_Given], _Got], values: Sequence[_Given], *, takes: float) -> list[_Got]:
    """What `function` returns for each of `values`, in their order. All of these must be able to be pickled.

    `takes` is about how many seconds it works for one value.

    Raises:
        Exception: what `function` raises.
    """
    processes = min(os.cpu_count() or 1, _MOST_PROCESSES)
    if len(values) * takes < ENOUGH or processes == 1:
        return [function(value) for value in values]
    try:
        return _in_processes(processes, function, values)
    except (BrokenProcessPool, OSError):
        # No room for processes, or a main program that cannot be imported: it is slower here, and the same.
        return [function(value) for value in values]


def _in_processes(count: int, function: Callable[[_Given], _Got], values: Sequence[_Given]) -> list[_Got]:
    # Not forked: the threads of this process would be gone in the middle of what they hold.
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin)
    try:
        return list(pool.map(function, values, chunksize=-(-len(values) // (4 * count))))
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _begin() -> None:
    # Ctrl+C is for the process that waits for this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    Thread(target=_end_with_it, daemon=True).start()


def _end_with_it() -> None:
    """A process that is killed outright can tell nobody, and this one would wait for work for ever."""
    waiting = parent_process()
    if waiting:
        waiting.join()
        os._exit(1)
