"""Reads a Jupyter Book `_config.yml` and writes the one the build uses, with satchel's own additions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from satchel.errors import Problem
from satchel.webapp import links

_EXTENSION = "satchel.sphinx_ext"


@dataclass(frozen=True, kw_only=True)
class BookConfig:
    """What the author configured. `settings` is the whole file as YAML text, so that the value stays hashable."""

    title: str
    author: str
    settings: str = "{}"

    @property
    def extensions(self) -> tuple[str, ...]:
        """Sphinx extensions the author asks for, by module name."""
        return tuple(_extensions(yaml.safe_load(self.settings)))

    @property
    def logo(self) -> str | None:
        """The file name of the book's logo, which Sphinx puts among its static files."""
        raw = yaml.safe_load(self.settings)
        own = (raw.get("sphinx") or {}).get("config") or {}
        named = raw.get("logo") or own.get("html_logo")
        return PurePosixPath(named).name if isinstance(named, str) else None


def parse(text: str, *, file: str) -> tuple[BookConfig, tuple[Problem, ...]]:
    """Read `_config.yml`; an empty or missing one is allowed, as in Jupyter Book."""
    try:
        raw = yaml.safe_load(text) or {}
        settings = _yaml(raw)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that does not exist
        return _nameless(), (_syntax(error, file),)
    problems = tuple(_wrong_shapes(raw, file))
    if problems:
        return _nameless(), problems
    return BookConfig(
        title=str(raw.get("title") or "Untitled course"),
        author=str(raw.get("author") or ""),
        settings=settings,
    ), ()


def staged(config: BookConfig, *, assets: str, unexecuted: Iterable[str] = ()) -> str:
    """The `_config.yml` for the build. `assets` is the frontend's folder in the site, with a slash at the end.

    Everything the author set stays; what would fetch from a third party while reading is set to our own files.
    `unexecuted` are the notebooks that the computer of the build need not be able to run: Jupyter Book runs notebooks
    by default, and would publish how they failed.
    """
    raw = yaml.safe_load(config.settings)
    sphinx = dict(raw.get("sphinx") or {})
    own = dict(sphinx.get("config") or {})
    own |= {
        "mathjax_path": f"../{assets}mathjax/tex-mml-chtml.js",
        # MyST-NB would load the widget manager from a CDN; cells with widgets get ours when they run.
        "nb_ipywidgets_js": {},
        "satchel_assets": assets,
        "satchel_head": links("{root}", assets=assets),
        "html_copy_source": False,
        "html_show_sourcelink": False,
    }
    sphinx |= {"extra_extensions": [_EXTENSION, *config.extensions], "config": own}
    launch = dict(raw.get("launch_buttons") or {}) | {"thebe": False}
    execute = dict(raw.get("execute") or {})
    execute["exclude_patterns"] = [*(execute.get("exclude_patterns") or []), *sorted(unexecuted)]
    return _yaml(raw | {"sphinx": sphinx, "launch_buttons": launch, "execute": execute, "only_build_toc_files": True})


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, sort_keys=True, allow_unicode=True)


def _extensions(raw: Mapping[str, Any]) -> list[str]:
    found = (raw.get("sphinx") or {}).get("extra_extensions") or []
    return [str(name) for name in ([found] if isinstance(found, str) else found)]


def _wrong_shapes(raw: object, file: str) -> list[Problem]:
    """Sections that we read or extend must be mappings; everything else is checked by Jupyter Book itself."""
    if not isinstance(raw, dict):
        return [_not_a_mapping("the file", file)]
    found = [
        _not_a_mapping(key, file)
        for key in ("sphinx", "execute", "html", "launch_buttons")
        if not isinstance(raw.get(key) or {}, dict)
    ]
    sphinx = raw.get("sphinx")
    if isinstance(sphinx, dict) and not isinstance(sphinx.get("config") or {}, dict):
        found.append(_not_a_mapping("sphinx: config", file))
    if isinstance(sphinx, dict) and not _is_list_of_names(sphinx.get("extra_extensions") or []):
        found.append(_not_a_list("sphinx: extra_extensions", file))
    execute = raw.get("execute")
    if isinstance(execute, dict) and not isinstance(execute.get("exclude_patterns") or [], list):
        found.append(_not_a_list("execute: exclude_patterns", file))
    return found


def _not_a_list(what: str, file: str) -> Problem:
    return Problem(
        code="config-shape",
        message=f"In the book's configuration, {what} must be a list of names.",
        file=file,
        where=what,
        cure="Write one a line, each after a hyphen.",
    )


def _is_list_of_names(value: object) -> bool:
    return isinstance(value, str) or (isinstance(value, list) and all(isinstance(name, str) for name in value))


def _syntax(error: Exception, file: str) -> Problem:
    mark = getattr(error, "problem_mark", None)
    detail = "it is nested too deeply" if isinstance(error, RecursionError) else getattr(error, "problem", None)
    return Problem(
        code="config-yaml",
        message=f"This is not valid YAML: {detail or error}.",
        file=file,
        where=f"line {mark.line + 1}" if mark else None,
        cure="Check the indentation and the colons near that line.",
    )


def _not_a_mapping(what: str, file: str) -> Problem:
    return Problem(
        code="config-shape",
        message=f"In the book's configuration, {what} must consist of `key: value` lines.",
        file=file,
        where=what,
        cure="Compare it with the Jupyter Book v1 documentation of _config.yml.",
    )


def _nameless() -> BookConfig:
    return BookConfig(title="Untitled course", author="")
