"""Runs once in every fresh kernel of a course page, before the reader's first cell, in a namespace of its own."""

import asyncio
import builtins
import getpass
import importlib.util
import os
import sys
from pathlib import Path

from _satchel_page import ask, ask_now, can_ask_now, folder, on_stop
from IPython import get_ipython
from pyodide import webloop
from pyodide.ffi import can_run_sync, create_proxy, run_sync
from pyodide_kernel.interpreter import Interpreter
from pyodide_kernel.kernel import PyodideKernel

# The notebook's own folder: `open("data/x.csv")` and `import helpers` mean what they mean in JupyterLite.
Path(folder).mkdir(parents=True, exist_ok=True)
os.chdir(folder)
if folder not in sys.path:
    sys.path.insert(0, folder)


def no_way(prompt, password):
    """The answer where Python can neither be paused nor wait."""
    raise RuntimeError(
        "This browser cannot pause Python for a question on a book page. "
        "Open the activity as a notebook (the button under the page's title) and run it there."
    )


def answer_to(prompt, password):
    __tracebackhide__ = True
    sys.stdout.flush()
    if can_run_sync():
        answer = run_sync(ask(prompt, password))
    elif can_ask_now():
        answer = ask_now(prompt, password)
    else:
        answer = no_way(prompt, password)
    if answer is None:
        raise KeyboardInterrupt
    return answer


def question(prompt, password):
    """Ask, and show the question and its answer in the cell."""
    __tracebackhide__ = True
    answer = answer_to(prompt, password)
    # A secret leaves the same dots as in JupyterLab, however long it is.
    print(prompt + ("\u00b7" * 8 if password else answer))
    return answer


def read_line(prompt="", /):
    """Ask the reader of the page and return the line without its end."""
    __tracebackhide__ = True
    return question(str(prompt), False)


def read_secret(prompt="Password: ", stream=None):
    """Ask the reader of the page for a line that is not shown."""
    __tracebackhide__ = True
    return question(str(prompt), True)


def keep(self, value):
    """The worker sets its own `input` before each cell; ours stays."""


def stopped(shell, etype, value, tb, tb_offset=None):
    """Report `KeyboardInterrupt` without working out a traceback, which takes long when Python has just started."""
    shell._showtraceback(KeyboardInterrupt, KeyboardInterrupt(), [])


class Running:
    """The cell that runs, for a Stop that comes while it waits. Pyodide's signals reach code that never waits."""

    task = None
    # The message that asked for the cell last begun, and the one for a cell that was stopped before it began.
    last = early = None
    asked = False

    def __init__(self):
        self.waits = []

    def began(self, parent):
        self.task, self.last, self.asked = asyncio.current_task(), parent["header"]["msg_id"], False
        shell.set_custom_exc((KeyboardInterrupt,), stopped)
        if self.last == self.early:
            raise KeyboardInterrupt

    def ended(self):
        self.task = None

    def stop(self, run):
        """Stop the cell that the message `run` asked for; whatever runs if it is None."""
        if run is not None and run != self.last:
            self.early = run
        elif self.task is not None:
            self.asked = True
            shell.set_custom_exc((KeyboardInterrupt, asyncio.CancelledError), stopped)
            (self.waits[-1] if self.waits else self.task).cancel()


def wait_stoppably(awaitable):
    """`run_sync` for `time.sleep` and `asyncio.run`, which would otherwise sleep through a Stop."""
    __tracebackhide__ = True
    task = asyncio.ensure_future(awaitable)
    running.waits.append(task)
    try:
        # An exception on its way through JavaScript would have its traceback written out, which takes long.
        run_sync(asyncio.wait([task]))
        return task.result()
    except asyncio.CancelledError:
        if running.asked:
            raise KeyboardInterrupt from None
        raise
    finally:
        running.waits.remove(task)


async def run_stoppably(self, code):
    try:
        running.began(self._parent_header)
        return await run_cell(self, code)
    except (KeyboardInterrupt, asyncio.CancelledError):
        # Not in the reader's code but around it: while packages load, or just before the end.
        return {"status": "error", "ename": "KeyboardInterrupt", "evalue": "", "traceback": [], "payload": []}
    finally:
        running.ended()


class NoIndex:
    """Keeps micropip, once somebody imports it, from public indexes: what the course lacks is not looked for there."""

    def find_spec(self, name, path=None, target=None):
        if name != "micropip":
            return None
        sys.meta_path.remove(self)
        spec = importlib.util.find_spec(name)
        execute = spec.loader.exec_module

        def exec_module(module):
            execute(module)
            module.set_index_urls([])

        spec.loader.exec_module = exec_module
        return spec


Interpreter.input = property(lambda self: read_line, keep)
Interpreter.getpass = property(lambda self: read_secret, keep)
builtins.input = read_line
getpass.getpass = read_secret

if "micropip" in sys.modules:
    sys.modules["micropip"].set_index_urls([])
else:
    sys.meta_path.insert(0, NoIndex())

shell = get_ipython()
running = Running()
run_cell = PyodideKernel.run
PyodideKernel.run = run_stoppably
webloop.run_sync = wait_stoppably
on_stop(create_proxy(running.stop))
# The signal may come between two steps of a cell that awaits, where nobody would raise it in the cell.
asyncio.get_event_loop()._keyboard_interrupt_handler = lambda: running.stop(None)

# The reader's first cell is number one, in the prompt as in `In`.
shell.execution_count = 0
for inputs in (shell.history_manager.input_hist_parsed, shell.history_manager.input_hist_raw):
    del inputs[1:]
