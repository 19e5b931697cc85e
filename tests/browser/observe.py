"""Runs in a cell: everything by which a restored Python could be told from one that started the usual way."""

# ruff: noqa: PTH109, PTH118, PTH208, BLE001
import asyncio
import builtins
import datetime
import decimal
import gc
import hashlib
import importlib.metadata
import importlib.util
import itertools
import json
import locale
import logging
import os
import platform
import pydoc
import re
import signal
import site
import sys
import sysconfig
import tempfile
import threading
import time
import traceback
import warnings

import js
import pyodide_js
import traitlets
from IPython import get_ipython

ipython = get_ipython()


def tree(top: str) -> list[str]:
    """Every file below a folder, without bytecode: that of modules in memory is not shipped."""
    paths = (os.path.relpath(os.path.join(folder, name), top) for folder, _, names in os.walk(top) for name in names)
    return sorted(path for path in paths if "__pycache__" not in path)


def by_top(paths: list[str]) -> dict[str, list[object]]:
    """Number and fingerprint of the files of each package: the list itself would be too long for an output."""
    groups = {top: list(group) for top, group in itertools.groupby(paths, lambda path: path.split("/")[0])}
    return {top: [len(group), hashlib.sha256(repr(group).encode()).hexdigest()] for top, group in groups.items()}


def failure(action) -> str:
    """The traceback of an action that fails."""
    try:
        action()
    except Exception:
        return traceback.format_exc()
    return "nothing failed"


def wrong_trait() -> None:
    traitlets.Int().validate(None, "a")


summer, winter = (datetime.datetime(2026, month, 1, 12).astimezone() for month in (7, 1))
places = site.getsitepackages()[0]
found = list(importlib.metadata.distributions())
# The page's own finder waits for the import of micropip, which a fresh Python has behind it.
finders = [str(one if isinstance(one, type) else type(one)) for one in sys.meta_path]
names = {name.lower().replace("_", "-") for name in pyodide_js.loadedPackages.to_py()}
print(
    json.dumps(
        {
            "started as": [sys.argv, sys.executable, sys.prefix, str(sys.flags), sys.version, platform.platform()],
            "paths": [sys.path, os.getcwd(), tempfile.gettempdir(), sorted(os.listdir("/")), os.listdir("/lib")],
            "environment": dict(os.environ),
            "streams": [str(type(stream)) for stream in (sys.stdin, sys.stdout, sys.stderr, sys.__stdout__)],
            "packages": sorted((one.metadata["Name"], one.version, one.read_text("INSTALLER")) for one in found),
            "loaded": sorted(names),
            "site": by_top(tree(places)),
            "home": [tree("/home/pyodide"), sorted(folder for folder, _, _ in os.walk("/home/pyodide"))],
            "zone": [time.timezone, time.altzone, time.daylight, time.tzname, time.localtime().tm_zone],
            "local time": [str(summer), str(winter), str(summer.tzinfo), time.strftime("%Z %z")],
            "locale": [locale.getlocale(), locale.getencoding(), sys.getfilesystemencoding()],
            "warnings": [str(one) for one in warnings.filters],
            "signals": [str(signal.getsignal(one)) for one in (signal.SIGINT, signal.SIGTERM)],
            "limits": [sys.getrecursionlimit(), gc.isenabled(), gc.get_threshold(), os.umask(0o022), os.cpu_count()],
            "numbers": [str(decimal.getcontext()), sys.hash_info.algorithm, sysconfig.get_platform()],
            "names": [sorted(vars(builtins)), sorted(n for n in ipython.user_ns if not n.startswith("_i"))],
            "main": sorted(name for name in vars(sys.modules["__main__"]) if not name.startswith("_i")),
            "ipython": [ipython.execution_count, sorted(ipython.magics_manager.lsmagic()["line"])],
            "completion": ipython.Completer.use_jedi,
            "traceback": failure(lambda: json.loads("{")),
            "library's traceback": re.sub("0x[0-9a-f]+", "0x", failure(wrong_trait)),
            "help": pydoc.render_doc("json.loads")[:300],
            "imports": [one for one in finders if "NoIndex" not in one],
            "no such module": importlib.util.find_spec("no_such_module") is None,
            "hooks": [len(sys.path_hooks), str(type(sys.excepthook)), str(type(sys.displayhook))],
            "javascript": [str(js.self), sorted(dir(pyodide_js))],
            "loop": str(type(asyncio.get_event_loop())),
            "threads": threading.active_count(),
            "log begins now": abs(logging._startTime / 1e9 - time.time()) < 300,
            "clock begins now": [time.monotonic() < 600, time.perf_counter() < 600],
            "computer": [os.getpid(), os.getuid(), platform.node()],
        },
        default=str,
    )
)
