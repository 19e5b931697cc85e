"""What a book asks for and this environment lacks: Sphinx extensions and a theme; it is built without them."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from importlib.metadata import entry_points
from pathlib import Path

import sphinx

from satchel.bookconfig import BookConfig
from satchel.errors import Problem

# Packages that share the first part of their name with others.
_SHARED = frozenset({"sphinxcontrib", "sphinxext"})


@dataclass(frozen=True, kw_only=True)
class Lacking:
    """Names of the extensions and the theme that cannot be had, and a warning for each."""

    extensions: tuple[str, ...] = ()
    theme: str | None = None
    problems: tuple[Problem, ...] = ()


def lacking(config: BookConfig, *, folder: Path, file: str) -> Lacking:
    """What of `config`, which lies in `folder` and is called `file` in messages, cannot be had."""
    gone = tuple(name for name in config.extensions if not name.startswith("sphinx.ext.") and not importable(name))
    lost = tuple((name, path) for name, path in config.local_extensions if not _is_module(folder / path, name))
    theme = config.theme if config.theme is not None and not _is_theme(config.theme) else None
    problems = [_not_installed("extension", name, file, "sphinx: extra_extensions") for name in gone]
    problems += (_not_there(name, path, file) for name, path in lost)
    if theme is not None:
        problems.append(_not_installed("theme", theme, file, "sphinx: config: html_theme"))
    return Lacking(extensions=(*gone, *(name for name, _ in lost)), theme=theme, problems=tuple(problems))


def importable(name: str) -> bool:
    """Whether this environment has a module of that name."""
    try:
        return importlib.util.find_spec(name) is not None
    except (ImportError, ValueError):
        return False


def pip_name(module: str) -> str:
    """What to ask pip for to get a module, as far as one can tell from its name."""
    first, _, second = module.partition(".")
    words = f"{first}-{second.partition('.')[0]}" if first in _SHARED and second else first
    return words.replace("_", "-")


def _not_installed(what: str, name: str, file: str, where: str) -> Problem:
    instead = "the usual theme takes its place" if what == "theme" else "what needs it is shown plainly"
    return Problem(
        code="theme-missing" if what == "theme" else "extension-missing",
        message=f'The Sphinx {what} "{name}" is not installed; {instead}.',
        file=file,
        where=where,
        cure=f"Install it beside satchel: pip install {pip_name(name)}",
        severity="warning",
    )


def _not_there(name: str, path: str, file: str) -> Problem:
    return Problem(
        code="extension-missing",
        message=f'The extension "{name}" is not in the folder {path}; what needs it is shown plainly.',
        file=file,
        where="sphinx: local_extensions",
        cure=f"Put {name.rpartition('.')[2]}.py into that folder, or correct the path: it counts from this file.",
        severity="warning",
    )


def _is_module(folder: Path, name: str) -> bool:
    inside = folder.joinpath(*name.split("."))
    return inside.with_suffix(".py").is_file() or (inside / "__init__.py").is_file() or importable(name)


def _is_theme(name: str) -> bool:
    installed = {point.name for point in entry_points(group="sphinx.html_themes")}
    return name in installed or (Path(sphinx.package_dir) / "themes" / name).is_dir()
