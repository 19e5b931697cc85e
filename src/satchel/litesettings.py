"""The settings JupyterLite starts with: the author's own, and what the build must decide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from satchel.errors import Problem
from satchel.litedefaults import LEFT_OUT, SETTINGS
from satchel.model import Course, Decision

_KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
# Our extension stands in for them: one makes the kernel, one passes Stop on to it, one runs a cell.
_REPLACED = (
    _KERNEL,
    "@jupyterlite/services-extension:kernel-client",
    "@jupyterlab/notebook-extension:cell-executor",
)
# Written by the build from the author's files of the same name; anything else in lite/ is left to JupyterLite.
BUILD_CONFIG = "jupyter_lite_config.json"
FILES = ("jupyter-lite.json", "overrides.json", BUILD_CONFIG)
# A pattern that no path has.
_NOTHING = "(?!)"
_PLUGINS = ("jupyter-config-data", "litePluginSettings")
_SHAPES: dict[str, dict[tuple[str, ...], type]] = {
    "jupyter-lite.json": {
        ("jupyter-config-data",): dict,
        ("jupyter-config-data", "disabledExtensions"): list,
        _PLUGINS: dict,
        (*_PLUGINS, _KERNEL): dict,
        (*_PLUGINS, _KERNEL, "loadPyodideOptions"): dict,
    },
    BUILD_CONFIG: {
        ("LiteBuildConfig",): dict,
        ("LiteBuildConfig", "apps"): list,
        ("LiteBuildConfig", "federated_extensions"): list,
        ("LiteBuildConfig", "ignore_contents"): list,
        ("LiteBuildConfig", "extra_ignore_contents"): list,
    },
}
_JSON_NAMES: dict[type, str] = {dict: "object", list: "array"}


@dataclass(frozen=True, kw_only=True)
class Boot:
    """How JupyterLite reaches Python: the hook module relative to /lite/, and packages loaded at start."""

    url: str
    packages: tuple[str, ...]


def check(texts: Mapping[str, str], *, folder: str) -> tuple[Problem, ...]:
    """Every `lite/*.json` must be a JSON object; JupyterLite itself would skip a broken one without a word."""
    problems: list[Problem] = []
    for name, text in sorted(texts.items()):
        try:
            value = json.loads(text)
        except json.JSONDecodeError as error:
            problems.append(
                Problem(
                    code="lite-json",
                    message=f"This is not valid JSON: {error.msg}.",
                    file=f"{folder}/{name}",
                    where=f"line {error.lineno}, column {error.colno}",
                    cure="Comments and trailing commas are not allowed in JSON.",
                )
            )
            continue
        except RecursionError:
            problems.append(_shape(f"{folder}/{name}", None, "less deeply nested", "Take some of the brackets out."))
            continue
        problems += _wrong_shapes(value, name, f"{folder}/{name}")
    return tuple(problems)


def _wrong_shapes(value: object, name: str, file: str) -> Iterator[Problem]:
    """What the build puts its own settings into must have the shape that JupyterLite gives it."""
    if not isinstance(value, dict):
        yield _shape(file, None, "a JSON object", "Put everything between { and }.")
        return
    for path, kind in _SHAPES.get(name, {}).items():
        inner: object = value
        for key in path:
            inner = inner.get(key) if isinstance(inner, dict) else None
        if inner is not None and not isinstance(inner, kind):
            brackets = "{ and }" if kind is dict else "[ and ]"
            yield _shape(file, ": ".join(path), f"a JSON {_JSON_NAMES[kind]}", f"Put it between {brackets}.")


def _shape(file: str, where: str | None, wanted: str, cure: str) -> Problem:
    what = f"The setting {where}" if where else "JupyterLite's settings"
    return Problem(code="lite-json", message=f"{what} must be {wanted}.", file=file, where=where, cure=cure)


def jupyter_lite(
    texts: Mapping[str, str],
    course: Course,
    decisions: Iterable[Decision],
    *,
    activities: list[dict[str, Any]],
    boot: Boot,
) -> str:
    """The text of `jupyter-lite.json`.

    The stores get the course's name, because JupyterLite would name them after the address and a moved site would
    hide every student's files. `satchelActivities` (see `liteactivities`) tells our extension what the course consists
    of, and `satchelFiles` which course files the notebooks of a folder open.
    """
    settings = _object(texts, "jupyter-lite.json")
    data: dict[str, Any] = dict(settings.get("jupyter-config-data") or {})
    plugins = dict(data.get("litePluginSettings") or {})
    kernel = dict(plugins.get(_KERNEL) or {})
    kernel |= {
        "pyodideUrl": boot.url,
        "disablePyPIFallback": True,
        "loadPyodideOptions": {**(kernel.get("loadPyodideOptions") or {}), "packages": list(boot.packages)},
    }
    store = f"satchel/{course.id}/lite"
    data = {"appName": course.title, "defaultKernelName": "python", "showLoadingIndicator": True, **data}
    data |= {
        "contentsStorageName": f"{store}/contents",
        "settingsStorageName": f"{store}/settings",
        "workspacesStorageName": f"{store}/workspaces",
        "litePluginSettings": {**plugins, _KERNEL: kernel},
        "satchelCourse": course.id,
        "satchelActivities": activities,
        "satchelFiles": _files(decisions),
        "disabledExtensions": sorted({*(data.get("disabledExtensions") or []), *_REPLACED, *LEFT_OUT}),
    }
    return _dump({"jupyter-lite-schema-version": 0, **settings, "jupyter-config-data": data})


def _files(decisions: Iterable[Decision]) -> dict[str, list[str]]:
    """JupyterLite tells a kernel its notebook's folder, not its name, so the files are told by folder."""
    opened: dict[str, set[str]] = {}
    for decision in decisions:
        opened.setdefault(decision.activity.path.rpartition("/")[0], set()).update(decision.needs.files)
    return {folder: sorted(files) for folder, files in sorted(opened.items()) if files}


def overrides(texts: Mapping[str, str]) -> str:
    """The text of `overrides.json`: satchel's defaults, and the author's settings over them, key by key."""
    merged: dict[str, Any] = {plugin: dict(values) for plugin, values in SETTINGS.items()}
    for plugin, values in _object(texts, "overrides.json").items():
        ours = merged.get(plugin)
        merged[plugin] = {**ours, **values} if ours and isinstance(values, dict) else values
    return _dump(merged)


def build_config(texts: Mapping[str, str], *, extensions: Iterable[str]) -> str:
    """The text of `jupyter_lite_config.json`: the author's, and exactly the extensions that the course needs."""
    settings = _object(texts, BUILD_CONFIG)
    build = dict(settings.get("LiteBuildConfig") or {})
    build |= {
        "apps": build.get("apps") or ["lab", "notebooks", "tree", "edit"],
        "federated_extensions": [*(build.get("federated_extensions") or []), *extensions],
        # Whatever happens to be installed beside satchel must not end up in a student's notebook.
        "ignore_sys_prefix": ["federated_extensions"],
        # Everything it is given belongs there; by itself it leaves out whatever lies in a folder called lib or build.
        "ignore_contents": build.get("ignore_contents") or [_NOTHING],
        "no_sourcemaps": True,
        "no_unused_shared_packages": True,
    }
    return _dump({**settings, "LiteBuildConfig": build})


def left_out(config: str, names: Iterable[str]) -> set[str]:
    """Which of these contents the author has JupyterLite leave out. `config` is what `build_config` made."""
    build = json.loads(config)["LiteBuildConfig"]
    patterns = [*build["ignore_contents"], *build.get("extra_ignore_contents", [])]

    def ignored(name: str) -> bool:
        # JupyterLite asks about a file's folders, too, and does not enter those.
        path = PurePosixPath("/", name)
        return any(re.search(pattern, str(part)) for part in (path, *path.parents[:-1]) for pattern in patterns)

    return {name for name in names if ignored(name)}


def _object(texts: Mapping[str, str], name: str) -> dict[str, Any]:
    return dict(json.loads(texts[name])) if name in texts else {}


def _dump(value: object) -> str:
    return json.dumps(value, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
