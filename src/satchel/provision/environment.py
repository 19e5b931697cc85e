"""The environment that repo2docker builds a server's image from: the browser's packages, and what the browser lacks.

A notebook then behaves on the server as it does in the book. What the kernel itself consists of is left out: a server
brings a kernel and JupyterLab of its own, and their packages must go together with each other first.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from packaging.utils import canonicalize_name

from satchel.model import Decision
from satchel.runtime import Package

# JupyterLab's own tools ask for newer ones.
_SERVERS_OWN = frozenset({"packaging"})
# Pyodide's own, or part of a wheel elsewhere: PyPI has no such package, or one that does nothing outside a browser.
ONLY_IN_BROWSERS = frozenset({"micropip", "piplite", "pyodide-kernel", "pyodide-http", "pyodide-js", "pyodide-py"})
# Built by Pyodide for a newer Python than anybody else did: the first version that PyPI has a wheel of.
_NEXT = {("matplotlib", "3.8.4", "3.13"): "3.9.2"}
# Import names whose package on PyPI is called something else; the rest are called alike.
_PYPI = {
    "cv2": "opencv-python-headless",
    "skimage": "scikit-image",
    "sklearn": "scikit-learn",
    "PIL": "pillow",
    "bs4": "beautifulsoup4",
    "yaml": "pyyaml",
    "Bio": "biopython",
    "serial": "pyserial",
    "dotenv": "python-dotenv",
    "OpenSSL": "pyopenssl",
    "attr": "attrs",
    "dateutil": "python-dateutil",
}
# Services, not packages.
_NOT_PACKAGES = frozenset({"google.colab"})


def pinned(
    packages: Iterable[Package], versions: Mapping[str, str], *, kernel: Collection[str], python: str
) -> tuple[str, ...]:
    """What a server installs to have the packages of the browser's Python, as pip reads it, sorted.

    `packages` are those of the runtime's plan, `versions` all that are supplied, `kernel` the names that the kernel
    starts with, `python` the version of the browser's Python.
    """
    known = {package.name: package for package in packages}
    left_out = _closure(kernel, known) | ONLY_IN_BROWSERS | _SERVERS_OWN
    left_out |= {name for name, package in known.items() if package.package_type != "package"}
    return tuple(
        _requirement(name, version, python) for name, version in sorted(versions.items()) if name not in left_out
    )


def beyond(decisions: Iterable[Decision]) -> tuple[str, ...]:
    """What only the server has: names as on PyPI of what the browser lacks, for the activities that open there."""
    missing = {name for decision in decisions if decision.launch for name in decision.needs.missing}
    tops = {_PYPI.get(name.split(".")[0], name.split(".")[0]) for name in missing - _NOT_PACKAGES}
    return tuple(sorted({canonicalize_name(name) for name in tops if re.fullmatch(r"[A-Za-z0-9][\w.-]*", name)}))


def environment_text(course: str, *, python: str, pins: Iterable[str], more: Iterable[str], pulls: bool) -> str:
    """`environment.yml`."""
    lines = [
        f"# The Python of the hosted server for the course {' '.join(course.split())!r}.",
        "# Made by satchel; the next build writes it anew. repo2docker builds an image from it: put it into the",
        "# repository of the course as binder/environment.yml, or name a folder that holds it.",
        "channels:",
        "  - conda-forge",
        "  - nodefaults",
        "dependencies:",
        f"  - python={python}",
        "  - pip",
        "  - pip:",
    ]
    if pulls:
        lines += ["      # Fetches the course when a student comes from the book.", "      - nbgitpuller"]
    pins, more = tuple(pins), tuple(more)
    if pins:
        lines += ["      # As in the browser's Python.", *(f"      - {one}" for one in pins)]
    if more:
        lines += [
            "      # Not in the browser. Named after what the notebooks import: look whether PyPI calls it the same,",
            "      # and pin the version that your cards and drivers go with.",
            *(f"      - {one}" for one in more),
        ]
    if not (pulls or pins or more):
        lines.pop()
    return "\n".join(lines) + "\n"


def _requirement(name: str, version: str, python: str) -> str:
    newer = _NEXT.get((name, version, python))
    return f"{name}>={newer},<{int(newer.split('.')[0]) + 1}" if newer else f"{name}=={version}"


def _closure(names: Iterable[str], known: Mapping[str, Package]) -> set[str]:
    found: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += known[name].depends if name in known else ()
    return found
