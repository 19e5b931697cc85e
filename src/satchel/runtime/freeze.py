"""Runs inside Pyodide while the boot snapshot is made: brings the kernel up to the point where a cell could run.

Started by snapshot.mjs, never imported by satchel. Nothing that stays in memory may hold a JavaScript object: memory is
saved, objects of JavaScript are not. `wake`, at the end, runs in the reader's browser when the memory is back.
"""

import base64
import contextlib
import gc
import importlib
import importlib.util
import json
import locale
import logging
import os
import random
import sys
import tempfile
import time
import types
from importlib.machinery import FileFinder
from pathlib import Path
from typing import Any

# Loaded when somebody asks for something in it, with the settings that were put into it before.
LATER = ("piplite", "piplite.piplite")
# Looked at by the import of IPython, but used by few: completions, and the terminal that a browser does not have.
NOT_YET = ("jedi", "jedi.api", "jedi.api.helpers", "jedi.api.classes", "IPython.terminal.embed")
# What the first cells of nearly every notebook bring in.
FIRST_CELLS = (
    "pyodide_kernel.litetransform",
    "IPython.core.async_helpers",
    "IPython.core.magics.namespace",
    "pygments.lexers.python",
    "pygments.formatters.terminal256",
    "pygments.styles.default",
    "executing.executing",
    "stack_data.core",
    "statistics",
    "csv",
)


class StandIn(types.ModuleType):
    """A module in the place of one that is not loaded yet; the first question makes the real one answer."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(real(self.__name__), name)


class Later(types.ModuleType):
    """A module that runs its own source when it is first asked for something; what was set before stays set."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") or self.__dict__.get("_satchel_loaded"):
            raise AttributeError(name)
        kept = {key: value for key, value in self.__dict__.items() if not key.startswith("__")}
        self.__dict__["_satchel_loaded"] = True
        self.__dict__["__spec__"].loader.exec_module(self)
        self.__dict__.update(kept)
        return getattr(self, name)


def real(name: str) -> Any:
    """The module itself, in the place of its stand-in."""
    module = importlib.import_module(name)
    if name == "jedi":
        for part in ("api.helpers", "api.classes"):
            importlib.import_module(f"jedi.{part}")
        module.settings.case_insensitive_completion = False
        vars(sys.modules["IPython.core.completer"]).update(jedi=module)
    return module


def put_off(name: str) -> None:
    """Register a module that loads itself later."""
    spec = importlib.util.find_spec(name)
    if spec is None:
        return
    module = Later(name)
    module.__spec__, module.__file__, module.__loader__ = spec, spec.origin, spec.loader
    module.__package__ = spec.parent
    if spec.submodule_search_locations is not None:
        module.__path__ = list(spec.submodule_search_locations)
    sys.modules[name] = module
    parent, _, last = name.rpartition(".")
    if parent:
        sys.modules[parent].__dict__[last] = module


def embed(*args: Any, **kwargs: Any) -> Any:
    """Start IPython in a terminal."""
    return real("IPython.terminal.embed").embed(*args, **kwargs)


async def load_packages(code: str) -> Any:
    """Ask the Pyodide of the moment for the packages that `code` imports."""
    return await sys.modules["pyodide_js"].loadPackagesFromImports(code)


def freeze() -> str:
    """Import the kernel. Returns JSON: the files of the modules in memory, and what else it made in the file system."""
    importlib.invalidate_caches()
    main = sys.modules["__main__"]
    stand_ins = {name: StandIn(name) for name in NOT_YET}
    vars(stand_ins["jedi"]).update(settings=types.SimpleNamespace(), api=stand_ins["jedi.api"])
    for name in NOT_YET[:-1]:
        stand_ins[name].__path__ = []
    vars(stand_ins["IPython.terminal.embed"]).update(embed=embed)
    pyodide_js = sys.modules["pyodide_js"]
    stand_in_js = types.ModuleType("pyodide_js")
    vars(stand_in_js).update(loadPackagesFromImports=load_packages)
    sys.modules.update(stand_ins, pyodide_js=stand_in_js)
    for name in LATER:
        put_off(name)
    importlib.import_module("pyodide_kernel")
    for name in FIRST_CELLS:
        if importlib.util.find_spec(name) is not None:
            importlib.import_module(name)
    sys.modules["pyodide_js"] = pyodide_js
    for name in NOT_YET:
        del sys.modules[name]
    sys.modules["IPython.terminal"].__dict__.pop("embed", None)
    # What the import of jedi does to every Python.
    sys.setrecursionlimit(3000)
    # The restored Pyodide puts it there again.
    sys.path.remove("")
    # Pyodide's own names belong into the module that was there before IPython made one for the cells; see `wake`.
    sys.modules["__main__"] = main
    folders, files = [], {}
    for top in (os.environ["HOME"], f"{sys.prefix}share"):
        for folder, _, names in os.walk(top):
            folders.append(folder)
            for name in names:
                path = Path(folder, name)
                files[str(path)] = base64.b64encode(path.read_bytes()).decode()
    modules = sorted(
        spec.origin
        for module in list(sys.modules.values())
        if (spec := getattr(module, "__spec__", None)) and spec.origin
    )
    gc.collect()
    return json.dumps({"modules": modules, "folders": folders, "files": files}, sort_keys=True)


def wake(environment: str, zone: str) -> None:
    """Make a restored Python a fresh one: its chance, its clock and its surroundings are those of this start.

    `environment` is a JSON object of variables; `zone` is JSON: seconds west of UTC, whether there is summer time,
    and the names of both.
    """
    random.seed()
    vars(tempfile).update(_name_sequence=None)
    vars(logging).update(_startTime=time.time_ns())
    west, summer, names = json.loads(zone)
    vars(time).update(timezone=west, altzone=west - 3600 if summer else west, daylight=summer, tzname=tuple(names))
    os.environ.pop("PYTHONHASHSEED", None)
    os.environ.update(json.loads(environment))
    # As at every start of Python; a language that it does not know leaves things as they are.
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_CTYPE, "")
    sys.modules["__main__"] = sys.modules["pyodide_kernel"].ipython_shell.user_module
    for finder in sys.path_importer_cache.values():
        if isinstance(finder, FileFinder):
            finder.invalidate_caches()
