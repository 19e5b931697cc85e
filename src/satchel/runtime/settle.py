"""Which version of which package: catalogue first, then recorded wheels; what neither has stays open. Pure.

The set of constraints only grows, and a package whose version turns out to be excluded is chosen again, so
the search ends.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.version import Version

from satchel.runtime.catalogue import Package, normal
from satchel.runtime.edges import trimmed
from satchel.runtime.recorded import Wheel


@dataclass(frozen=True, kw_only=True)
class Settled:
    """`packages` is closed under dependencies except for `open`: requirement → names of who needs it.

    `conflicts` are sentences about requirements that no wheel can meet.
    """

    packages: Mapping[str, Package]
    open: Mapping[str, tuple[str, ...]]
    conflicts: tuple[str, ...]


@dataclass
class _Search:
    offered: Mapping[str, Package]
    wheels: Mapping[str, tuple[Wheel, ...]]
    limits: dict[str, SpecifierSet] = field(default_factory=dict)
    extras: dict[str, set[str]] = field(default_factory=dict)
    needed_by: dict[str, set[str]] = field(default_factory=dict)

    def limit(self, requirement: Requirement, by: str) -> str:
        name = normal(requirement.name)
        self.limits[name] = self.limits.get(name, SpecifierSet()) & requirement.specifier
        self.extras.setdefault(name, set()).update(requirement.extras)
        self.needed_by.setdefault(name, set()).add(by)
        return name

    def allows(self, name: str, version: str) -> bool:
        # Some libraries have versions that PEP 440 does not know (1.1.1w); nobody puts a limit on those.
        return not self.limits[name] or self.limits[name].contains(Version(version), prereleases=True)

    def wheel(self, name: str, version: str | None = None) -> Wheel | None:
        fitting = [
            wheel
            for wheel in self.wheels.get(name, ())
            if (Version(wheel.version) == Version(version) if version else self.allows(name, wheel.version))
            and self.extras[name] <= set(wheel.extras)
        ]
        return max(fitting, key=lambda wheel: Version(wheel.version), default=None)


def settle(
    names: Iterable[str],
    extra: Iterable[Requirement],
    *,
    offered: Mapping[str, Package],
    wheels: Iterable[Wheel],
) -> Settled:
    """Choose a package for each of `names` (of the catalogue), each `extra` requirement, and all they depend on.

    `offered` is what may be used of the catalogue, by normalised name.
    """
    by_name: dict[str, tuple[Wheel, ...]] = {}
    for wheel in wheels:
        by_name[wheel.name] = (*by_name.get(wheel.name, ()), wheel)
    search = _Search(offered=offered, wheels=by_name)
    roots = [search.limit(Requirement(name), "the course") for name in names]
    roots += [search.limit(requirement, "the course") for requirement in extra]
    while True:
        before = dict(search.limits), {name: frozenset(extras) for name, extras in search.extras.items()}
        settled = _walk(roots, search)
        after = dict(search.limits), {name: frozenset(extras) for name, extras in search.extras.items()}
        if before == after:
            return settled


def _walk(roots: Iterable[str], search: _Search) -> Settled:
    packages: dict[str, Package] = {}
    missing: dict[str, tuple[str, ...]] = {}
    conflicts: list[str] = []
    queue, seen = list(roots), set[str]()
    while queue:
        name = queue.pop(0)
        if name in seen:
            continue
        seen.add(name)
        package, needs = _choose(name, search)
        if package is not None:
            packages[name] = package
            queue += [search.limit(need, name) for need in needs]
            continue
        fixed = search.offered.get(name)
        who = tuple(sorted(search.needed_by[name]))
        if fixed is None or fixed.source == "pypi-pure":
            version = f"=={fixed.version}" if fixed and search.allows(name, fixed.version) else ""
            marks = f"[{','.join(sorted(search.extras[name]))}]" if search.extras[name] else ""
            missing[f"{name}{marks}{version or search.limits[name]}"] = who
        else:
            conflicts.append(
                f"{', '.join(who)} needs {name}{search.limits[name]}, but the runtime has {name} {fixed.version}"
            )
    return Settled(packages=packages, open=missing, conflicts=tuple(conflicts))


def _choose(name: str, search: _Search) -> tuple[Package | None, tuple[Requirement, ...]]:
    fixed = search.offered.get(name)
    if fixed is not None and search.allows(name, fixed.version):
        needs = tuple(Requirement(depend) for depend in fixed.depends)
        if fixed.sha256:
            return fixed, needs
        pin = search.wheel(name, fixed.version)
        if pin is None:
            return None, ()
        return replace(fixed, file_name=pin.file_name, sha256=pin.sha256, size=pin.size), needs
    wheel = search.wheel(name) if fixed is None or fixed.source == "pypi-pure" else None
    if wheel is None:
        return None, ()
    kept = trimmed(name, (Requirement(line).name for line in wheel.requires))
    needs = tuple(r for r in map(Requirement, wheel.requires) if normal(r.name) in kept)
    package = Package(
        name=name,
        version=wheel.version,
        file_name=wheel.file_name,
        sha256=wheel.sha256,
        imports=wheel.imports,
        depends=kept,
        source="pypi-pure",
        size=wheel.size,
    )
    return package, needs
