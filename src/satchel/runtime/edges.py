"""Dependencies that the browser does not need, each with its reason."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from satchel.runtime.catalogue import normal

# (package, dependency) → why the edge is left out.
NOT_NEEDED: Mapping[tuple[str, str], str] = {
    (
        "matplotlib-inline",
        "matplotlib",
    ): "it would drag 12 MB into every kernel start; it is imported on first plot",
    ("networkx", "setuptools"): "nothing in it imports setuptools any more",
    ("ipython", "sqlite3"): "only the history file on disk needs it, and the kernel keeps none",
}

# Distributions that are the JavaScript half of something, or another kernel: JupyterLite brings its own.
FRONT_END: Mapping[str, str] = {
    "widgetsnbextension": "the widgets of the classic notebook's own page",
    "jupyterlab-widgets": "the JavaScript of the widgets; it belongs to the page, not to Python",
    "jupyterlab": "the application itself",
    "notebook": "the application itself",
    "ipykernel": "the kernel brings its own",
}


def trimmed(package: str, depends: Iterable[str]) -> tuple[str, ...]:
    """The dependencies of `package` that have to be in the runtime: normalised, sorted, each once."""
    own = normal(package)
    names = {normal(name) for name in depends}
    return tuple(sorted(name for name in names if name not in FRONT_END and (own, name) not in NOT_NEEDED))
