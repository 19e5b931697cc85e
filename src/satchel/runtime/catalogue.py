"""What Pyodide offers and where each of its files can be had: the data of `catalogues/` as values.

The data is made by `python -m satchel.runtime.make_catalogue`: a file for each supported Pyodide release.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, Literal, Protocol, cast

from satchel.runtime.versions import DEFAULT

# registry-wheel: an official file inside the carrier wheel on PyPI, or one of the kernel's own wheels ("bundled").
# pypi-pure: a pure-Python wheel on PyPI. pypi-stripped: one that is made of a PyPI wheel with optional machine code,
# whose hash is `made_of`. cdn-only: official file that only the full distribution has.
Source = Literal["bundled", "registry-wheel", "pypi-pure", "pypi-stripped", "cdn-only"]
PackageType = Literal["package", "cpython_module", "shared_library"]


@dataclass(frozen=True, kw_only=True)
class Package:
    """One entry of the runtime's lock. `name` and `depends` are normalised (PEP 503).

    `sha256` is empty for a pure-Python wheel whose hash is not known before its first download. `size` is in
    bytes, 0 if unknown.
    """

    name: str
    version: str
    file_name: str
    sha256: str
    imports: tuple[str, ...]
    depends: tuple[str, ...]
    source: Source
    size: int = 0
    install_dir: str = "site"
    package_type: PackageType = "package"
    made_of: str = ""


class PinnedWheel(Protocol):
    """What is known of a wheel on PyPI before it was downloaded."""

    @property
    def name(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def file_name(self) -> str: ...
    @property
    def sha256(self) -> str: ...


def bare(wheel: PinnedWheel) -> Package:
    """A pure-Python wheel as a package of which its file has not told anything yet."""
    return Package(
        name=wheel.name,
        version=wheel.version,
        file_name=wheel.file_name,
        sha256=wheel.sha256,
        imports=(),
        depends=(),
        source="pypi-pure",
    )


@dataclass(frozen=True, kw_only=True)
class CoreFile:
    """A file of Pyodide itself. `size` in bytes."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, kw_only=True)
class LockInfo:
    """The head of the official lock; Pyodide and micropip compare it with the running interpreter."""

    arch: str
    platform: str
    version: str
    python: str
    abi_version: str


@dataclass(frozen=True, kw_only=True)
class Carrier:
    """The PyPI wheel that carries official Pyodide files, and the folder inside it."""

    requirement: str
    folder: str


@dataclass(frozen=True, kw_only=True)
class Catalogue:
    """Everything that can be known about one Pyodide release without a network.

    `carrier` is None for a release of which no registry has the compiled packages.
    """

    pyodide: str
    info: LockInfo
    core: tuple[CoreFile, ...]
    carrier: Carrier | None
    packages: Mapping[str, Package]
    stdlib: frozenset[str]

    @property
    def python(self) -> str:
        """Python's feature release, e.g. "3.13"."""
        return ".".join(self.info.python.split(".")[:2])

    @cached_property
    def by_import(self) -> Mapping[str, str]:
        """Top-level import name → package name."""
        return {name: package.name for package in self.packages.values() for name in package.imports}


def normal(name: str) -> str:
    """A package name as PEP 503 compares it: `Prompt_Toolkit` → `prompt-toolkit`."""
    return re.sub(r"[-_.]+", "-", name).lower()


@cache
def load(pyodide: str = DEFAULT) -> Catalogue:
    """The catalogue of a release that `versions.SUPPORTED` names; it ships with this package."""
    text = files("satchel.runtime").joinpath("catalogues", f"{pyodide}.json").read_text(encoding="utf-8")
    return parse(text)


def parse(text: str) -> Catalogue:
    """Read a catalogue from its JSON text."""
    data = cast("dict[str, Any]", json.loads(text))
    return Catalogue(
        pyodide=data["pyodide"],
        info=LockInfo(**data["info"]),
        core=tuple(CoreFile(**core) for core in data["core"]),
        carrier=Carrier(**data["carrier"]) if data["carrier"] else None,
        packages={name: package_from_json(name, entry) for name, entry in data["packages"].items()},
        stdlib=frozenset(data["stdlib"].split()),
    )


def package_from_json(name: str, entry: Mapping[str, Any]) -> Package:
    """One package from its JSON object; raises `TypeError` for unknown or missing keys."""
    lists = {key: tuple(entry[key]) for key in ("imports", "depends")}
    return Package(name=name, **{**entry, **lists})


def package_to_json(package: Package) -> dict[str, Any]:
    """The JSON object of a package, without what is the default anyway."""
    entry: dict[str, Any] = {
        "version": package.version,
        "file_name": package.file_name,
        "sha256": package.sha256,
        "imports": list(package.imports),
        "depends": list(package.depends),
        "source": package.source,
    }
    if package.size:
        entry["size"] = package.size
    if package.made_of:
        entry["made_of"] = package.made_of
    if package.install_dir != "site":
        entry["install_dir"] = package.install_dir
    if package.package_type != "package":
        entry["package_type"] = package.package_type
    return entry
