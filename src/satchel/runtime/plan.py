"""What a course's runtime consists of, and which imports it cannot have. Pure, given the catalogue."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from satchel.errors import CourseProblems
from satchel.runtime.catalogue import Catalogue, CoreFile, Package, load, normal
from satchel.runtime.extras import extra_problem, parse_extra
from satchel.runtime.recorded import Wheel
from satchel.runtime.settle import settle
from satchel.runtime.wheels import kernel_wheels

# JupyterLite's worker skips its slow installation only if all of these are preloaded.
KERNEL_PACKAGES = ("micropip", "piplite", "ipykernel", "comm", "pyodide-kernel", "jedi", "ipython")
# Modules of the wheels that come with the kernel, and of ours.
_BUNDLED = {
    "ipykernel": "ipykernel",
    "piplite": "piplite",
    "pyodide_kernel": "pyodide-kernel",
    "myst_nb": "myst-nb",
}
# Modules that Pyodide itself provides.
_BUILT_IN = frozenset({"js", "pyodide", "pyodide_js", "_pyodide", "_pyodide_core"})


@dataclass(frozen=True, kw_only=True)
class Availability:
    """Where each import name comes from. `missing` maps the rest to a reason, a clause that ends a sentence."""

    stdlib: tuple[str, ...]
    packages: Mapping[str, str]
    missing: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class RuntimePlan:
    """The files of `/runtime/` before any of them is fetched.

    `packages` is sorted by name and closed under dependencies, except for `open`: requirements that the
    package index has to answer first, each with who needs it; `supply` does that. `missing` are the imports
    that the runtime cannot have. `imports`, `extra` and `full` repeat the question.
    """

    pyodide: str
    python: str
    core: tuple[CoreFile, ...]
    packages: tuple[Package, ...]
    kernel_packages: tuple[str, ...]
    imports: tuple[str, ...]
    extra: tuple[str, ...]
    full: bool
    open: Mapping[str, tuple[str, ...]]
    missing: Mapping[str, str]


def available(
    imports: Iterable[str],
    extra: Iterable[str] = (),
    *,
    wheels: Iterable[Wheel] = (),
    full: bool = False,
    catalogue: Catalogue | None = None,
) -> Availability:
    """Sort import names into standard library, packages and missing.

    `extra` are the author's own requirements, `wheels` what earlier builds recorded for them; `full` says that a
    copy of the full Pyodide distribution is at hand.
    """
    known = catalogue or load()
    declared = {normal(requirement.name) for requirement in parse_extra(extra)}
    recorded = {name: wheel.name for wheel in wheels for name in wheel.imports if wheel.name in declared}
    stdlib, packages, missing = [], {}, {}
    for name in sorted({name.split(".")[0] for name in imports}):
        if name in known.stdlib or name in _BUILT_IN:
            stdlib.append(name)
        elif name in recorded or name in _BUNDLED:
            packages[name] = recorded.get(name) or _BUNDLED[name]
        elif normal(name) in declared:
            packages[name] = normal(name)
        elif name in known.by_import:
            package = known.by_import[name]
            obstacle = None if full else _obstacle(package, known)
            if obstacle is None:
                packages[name] = package
            else:
                missing[name] = _why_not(package, obstacle, known)
        else:
            missing[name] = _unknown(name, known)
    return Availability(stdlib=tuple(stdlib), packages=packages, missing=missing)


def plan(
    imports: Iterable[str],
    extra: Iterable[str] = (),
    *,
    wheels: Iterable[Wheel] = (),
    full: bool = False,
    kernel: Iterable[Package] | None = None,
    catalogue: Catalogue | None = None,
) -> RuntimePlan:
    """Plan the runtime for a course that imports these modules and declares these extra requirements.

    `kernel` are the kernel's own wheels, by default those installed in this environment. The other arguments are
    those of `available`.
    Raises `CourseProblems` for an extra requirement that is not valid or cannot be met.
    """
    known, wheels, extra = catalogue or load(), tuple(wheels), tuple(sorted(set(extra)))
    if kernel is None:
        kernel = [package for package, _ in kernel_wheels(python=known.python)]
    names = tuple(sorted(set(imports)))
    answer = available(names, extra, wheels=wheels, full=full, catalogue=known)
    offered = {name: package for name, package in known.packages.items() if full or package.source != "cdn-only"} | {
        package.name: package for package in kernel
    }
    requirements = parse_extra(extra)
    declared = {normal(requirement.name) for requirement in requirements}
    wanted = [*KERNEL_PACKAGES, *sorted(set(answer.packages.values()) - declared)]
    settled = settle(wanted, requirements, offered=offered, wheels=wheels)
    if settled.conflicts:
        raise CourseProblems(extra_problem(conflict) for conflict in settled.conflicts)
    return RuntimePlan(
        pyodide=known.pyodide,
        python=known.python,
        core=known.core,
        packages=tuple(settled.packages[name] for name in sorted(settled.packages)),
        kernel_packages=KERNEL_PACKAGES,
        imports=names,
        extra=extra,
        full=full,
        open=settled.open,
        missing=answer.missing,
    )


def boot_packages(plan: RuntimePlan) -> tuple[str, ...]:
    """Names of the kernel packages and all they depend on: what every start loads."""
    return closure(plan.kernel_packages, {package.name: package for package in plan.packages})


def beyond(imports: Iterable[str], packages: Iterable[str], known: Catalogue) -> tuple[str, ...]:
    """What these imports and packages need of that which only the full distribution has, sorted by name."""
    wanted = {known.by_import[name] for name in imports if name in known.by_import}
    needed = closure(wanted | {name for name in packages if name in known.packages}, known.packages)
    return tuple(name for name in needed if name in known.packages and known.packages[name].source == "cdn-only")


def closure(names: Iterable[str], packages: Mapping[str, Package]) -> tuple[str, ...]:
    """`names` and everything they depend on, as far as `packages` knows it; sorted."""
    found, queue = set[str](), list(names)
    while queue:
        name = queue.pop()
        if name not in found:
            found.add(name)
            queue += packages[name].depends if name in packages else ()
    return tuple(sorted(found))


def _obstacle(package: str, known: Catalogue) -> str | None:
    needed = closure([package], known.packages)
    out_of_reach = [name for name in needed if known.packages[name].source == "cdn-only"]
    return package if package in out_of_reach else next(iter(out_of_reach), None)


def _why_not(package: str, obstacle: str, known: Catalogue) -> str:
    what = f"{package} exists for Pyodide {known.pyodide}"
    needs = "" if obstacle == package else f" but needs {obstacle}, which"
    return f"{what}{needs or ', but'} is not on the package registries (only in the full Pyodide distribution)"


def _unknown(name: str, known: Catalogue) -> str:
    if name in sys.stdlib_module_names or name in _LEFT_OUT:
        return f"this part of the standard library does not exist in the browser's Python {known.python}"
    return (
        f"it is not part of Pyodide {known.pyodide}; if it is pure Python, name its package among the course's extra"
        " packages"
    )


# Standard library that this build's own Python may lack as well.
_LEFT_OUT = frozenset({"distutils", "lib2to3", "msvcrt", "winreg", "winsound", "test"})
