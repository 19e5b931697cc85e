"""What a wheel says about itself: import names and requirements, as the browser's Python sees them."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable
from functools import cache
from importlib.metadata import distribution
from pathlib import Path, PurePosixPath

from packaging.metadata import parse_email
from packaging.requirements import Requirement
from packaging.utils import parse_wheel_filename

from satchel.errors import ToolFailed
from satchel.runtime.cache import sha256_of
from satchel.runtime.catalogue import Package
from satchel.runtime.edges import trimmed

# The kernel's Python half ships inside this distribution, in one version with its JavaScript half.
_KERNEL = "jupyterlite-pyodide-kernel"
_KERNEL_WHEELS = ("ipykernel", "piplite", "pyodide-kernel")
# What stands in for packages that only a build can use; see `make_standin`.
_OWN = Path(__file__).parent / "own"
# What their metadata leaves unsaid: piplite imports micropip.
_UNSAID = {"piplite": ("micropip",)}


def imports_of(path: Path) -> tuple[str, ...]:
    """Top-level import names of a wheel: modules and folders that hold Python files, sorted."""
    names = set[str]()
    with zipfile.ZipFile(path) as archive:
        for member in map(PurePosixPath, archive.namelist()):
            top = member.parts[0]
            if member.suffix == ".py" and not top.endswith((".dist-info", ".data")):
                names.add(top.removesuffix(".py"))
    return tuple(sorted(name for name in names if name.isidentifier()))


def requirements_of(requires: Iterable[str], *, python: str, extras: Iterable[str] = ()) -> tuple[Requirement, ...]:
    """The Requires-Dist lines that count in the browser. `python` is a feature release such as "3.13"."""
    wanted = tuple(Requirement(line) for line in requires)
    environments = [browser_environment(python) | {"extra": extra} for extra in ("", *extras)]
    return tuple(
        requirement
        for requirement in wanted
        if requirement.marker is None or any(map(requirement.marker.evaluate, environments))
    )


def browser_environment(python: str) -> dict[str, str]:
    """The environment that dependency markers are about (PEP 508): Python in the browser, not this machine's."""
    return {
        "implementation_name": "cpython",
        "implementation_version": f"{python}.0",
        "os_name": "posix",
        "platform_machine": "wasm32",
        "platform_python_implementation": "CPython",
        "platform_release": "",
        "platform_system": "Emscripten",
        "platform_version": "",
        "python_full_version": f"{python}.0",
        "python_version": python,
        "sys_platform": "emscripten",
    }


@cache
def kernel_wheels(*, python: str) -> tuple[tuple[Package, Path], ...]:
    """The kernel's own wheels as installed in this environment and ours beside them, with the files they lie in.

    Raises `ToolFailed` if the installed kernel has none.
    """
    installed = distribution(_KERNEL)
    found = {
        PurePosixPath(str(file)): Path(str(installed.locate_file(file))).resolve()
        for file in installed.files or ()
        if file.suffix == ".whl" and PurePosixPath(str(file)).parent.name == "pypi"
    }
    wheels = []
    for path in sorted(found.values()):
        name, version, _, _ = parse_wheel_filename(path.name)
        if name in _KERNEL_WHEELS:
            wheels.append((_kernel_package(str(name), str(version), path, python=python), path))
    names = {package.name for package, _ in wheels}
    if names != set(_KERNEL_WHEELS):
        raise ToolFailed(
            f"{_KERNEL} {installed.version} has no wheel of {', '.join(sorted(set(_KERNEL_WHEELS) - names))}",
            cure=f"Reinstall it: pip install --force-reinstall --no-deps {_KERNEL}",
        )
    for path in sorted(_OWN.glob("*.whl")):
        name, version, _, _ = parse_wheel_filename(path.name)
        wheels.append((_kernel_package(str(name), str(version), path, python=python), path))
    return tuple(wheels)


def _kernel_package(name: str, version: str, path: Path, *, python: str) -> Package:
    with zipfile.ZipFile(path) as archive:
        (member,) = (entry for entry in archive.namelist() if entry.endswith(".dist-info/METADATA"))
        metadata, _ = parse_email(archive.read(member))
    needs = requirements_of(metadata.get("requires_dist", ()), python=python)
    return Package(
        name=name,
        version=version,
        file_name=path.name,
        sha256=sha256_of(path),
        imports=imports_of(path),
        depends=trimmed(name, (*_UNSAID.get(name, ()), *(need.name for need in needs))),
        source="bundled",
        size=path.stat().st_size,
    )
