"""Reads a Jupyter Book `_config.yml` and writes the one the build uses, with satchel's own additions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from satchel import elsewhere
from satchel.bookshape import wrong_shapes
from satchel.errors import Problem
from satchel.webapp import links

_EXTENSIONS = ("satchel.sphinx_ext", "satchel.absent")


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
        named = raw.get("logo") or _section(_section(raw, "sphinx"), "config").get("html_logo")
        return PurePosixPath(named).name if isinstance(named, str) else None

    @property
    def local_extensions(self) -> tuple[tuple[str, str], ...]:
        """Sphinx extensions that come with the book, by module name, each with its folder as seen from the file."""
        found = _section(yaml.safe_load(self.settings), "sphinx").get("local_extensions") or {}
        return tuple((str(name), str(path)) for name, path in found.items())

    @property
    def theme(self) -> str | None:
        """The theme that the author asks for in place of Jupyter Book's own."""
        theme = _section(_section(yaml.safe_load(self.settings), "sphinx"), "config").get("html_theme")
        return None if theme is None else str(theme)

    @property
    def loose_pages(self) -> bool:
        """Whether pages that the table of contents does not name are pages all the same."""
        return yaml.safe_load(self.settings).get("only_build_toc_files") is False

    @property
    def excluded(self) -> tuple[str, ...]:
        """Patterns of files that are no pages of the book."""
        return tuple(str(one) for one in yaml.safe_load(self.settings).get("exclude_patterns") or ())


def parse(text: str, *, file: str) -> tuple[BookConfig, tuple[Problem, ...]]:
    """Read `_config.yml`; an empty or missing one is allowed, as in Jupyter Book."""
    try:
        raw = yaml.safe_load(text) or {}
        settings = _yaml(raw)
    except (yaml.YAMLError, ValueError, RecursionError) as error:  # ValueError: a date that does not exist
        return _nameless(), (_syntax(error, file),)
    problems = tuple(wrong_shapes(raw, file))
    if problems:
        return _nameless(), problems
    return BookConfig(
        title=str(raw.get("title") or "Untitled course"),
        author=str(raw.get("author") or ""),
        settings=settings,
    ), tuple(elsewhere.told(raw, file=file))


def staged(
    config: BookConfig,
    *,
    assets: str,
    unexecuted: Iterable[str] = (),
    absent: Collection[str] = (),
    theme_absent: bool = False,
) -> str:
    """The `_config.yml` for the build. `assets` is the frontend's folder in the site, with a slash at the end.

    Everything the author set stays; what would fetch from a third party while reading is set to our own files.
    `unexecuted` are the notebooks that the computer of the build need not be able to run: Jupyter Book runs notebooks
    by default, and would publish how they failed. `absent` are the extensions that cannot be had.
    """
    raw = elsewhere.without(yaml.safe_load(config.settings))
    sphinx = dict(raw.get("sphinx") or {})
    own = dict(sphinx.get("config") or {})
    if theme_absent:
        own = {key: value for key, value in own.items() if key not in {"html_theme", "html_theme_options"}}
    own |= {
        "mathjax_path": f"../{assets}mathjax/tex-mml-chtml.js",
        # MyST-NB would load the widget manager from a CDN; cells with widgets get ours when they run.
        "nb_ipywidgets_js": {},
        "satchel_assets": assets,
        "satchel_head": links("{root}", assets=assets),
        "html_copy_source": False,
        "html_show_sourcelink": False,
        "satchel_absent": sorted(absent),
    }
    present = [name for name in config.extensions if name not in absent]
    local = {name: path for name, path in config.local_extensions if name not in absent}
    sphinx |= {"extra_extensions": [*_EXTENSIONS, *present], "local_extensions": local, "config": own}
    launch = dict(raw.get("launch_buttons") or {}) | {"thebe": False}
    execute = dict(raw.get("execute") or {})
    execute["exclude_patterns"] = [*(execute.get("exclude_patterns") or []), *sorted(unexecuted)]
    loose = {"only_build_toc_files": not config.loose_pages}
    return _yaml(raw | {"sphinx": sphinx, "launch_buttons": launch, "execute": execute} | loose)


def _yaml(value: object) -> str:
    return yaml.safe_dump(value, sort_keys=True, allow_unicode=True)


def _section(raw: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found: Mapping[str, Any] = raw.get(name) or {}
    return found


def _extensions(raw: Mapping[str, Any]) -> list[str]:
    found = (raw.get("sphinx") or {}).get("extra_extensions") or []
    return [str(name) for name in ([found] if isinstance(found, str) else found)]


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


def _nameless() -> BookConfig:
    return BookConfig(title="Untitled course", author="")
