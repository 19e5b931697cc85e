"""The finished folder `/runtime/`: files, trimmed lock, and `runtime.json` for the browser side."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from pyodide_lock import PyodideLockSpec
from pyodide_lock.spec import InfoSpec, PackageSpec

from satchel.runtime.cache import sha256_of
from satchel.runtime.catalogue import LockInfo
from satchel.runtime.plan import RuntimePlan, boot_packages

LOCK = "pyodide-lock.json"
DESCRIPTION = "runtime.json"
_SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """A supplied runtime. `packages` maps names to versions; `sizes` maps every file of `folder` to its bytes."""

    folder: Path
    pyodide: str
    python: str
    packages: Mapping[str, str]
    kernel_packages: tuple[str, ...]
    boot_files: tuple[str, ...]
    sizes: Mapping[str, int]


def right_files(plan: RuntimePlan, out: Path) -> frozenset[str]:
    """Names of the planned files that `out` already holds, with the right bytes."""
    return frozenset(
        name for name, sha256 in _hashes(plan).items() if (out / name).is_file() and sha256_of(out / name) == sha256
    )


def write(plan: RuntimePlan, info: LockInfo, sources: Mapping[str, Path], out: Path) -> Runtime:
    """Fill `out` with exactly the planned files.

    `sources` maps names to files with the right content; planned files without a source are right already and stay
    untouched. Files that an earlier lock in `out` names
    and this one does not are removed; files of others (boot.mjs, a snapshot) stay.
    """
    out.mkdir(parents=True, exist_ok=True)
    hashes = _hashes(plan)
    before = _lock_files(out / LOCK)
    for name in sorted(before - set(hashes)):
        (out / name).unlink(missing_ok=True)
    for name, source in sorted(sources.items()):
        # A copy, not a hard link: whoever edits a file of the site must not reach into the cache.
        temporary = out / f".{name}.part"
        shutil.copyfile(source, temporary)
        temporary.replace(out / name)
    _write_if_other(out / LOCK, lock_text(plan, info))
    others = tuple(name for name in _boot_files(out) if name not in before | set(hashes) | {LOCK})
    return _describe(plan, out, others)


def register(out: Path, names: Iterable[str]) -> None:
    """Tell `runtime.json` about files put beside: all sizes anew, and `names` (in `out`) loaded at every start."""
    path = out / DESCRIPTION
    data = json.loads(path.read_text(encoding="utf-8"))
    data["boot_files"] = sorted({*data["boot_files"], *names})
    data["sizes"] = _sizes(out)
    _write_if_other(path, _json(data))


def describe(runtime: Runtime, *, boot_files: tuple[str, ...]) -> Runtime:
    """The runtime as its folder is now, with other files to be loaded at every start; `runtime.json` says the same."""
    register(runtime.folder, ())
    path = runtime.folder / DESCRIPTION
    data = json.loads(path.read_text(encoding="utf-8"))
    _write_if_other(path, _json({**data, "boot_files": boot_files}))
    return replace(runtime, boot_files=boot_files, sizes=data["sizes"])


def description(runtime: Runtime, *, edition: str) -> str:
    """`runtime.json` as it is published, with the edition of the course: a Python with older files is of no use."""
    data = json.loads((runtime.folder / DESCRIPTION).read_text(encoding="utf-8"))
    return _json({**data, "edition": edition})


def lock_text(plan: RuntimePlan, info: LockInfo) -> str:
    """The text of `pyodide-lock.json`: normalised names, file names relative to the lock."""
    spec = PyodideLockSpec(
        info=InfoSpec(
            arch="wasm64" if info.arch == "wasm64" else "wasm32",
            platform=info.platform,
            version=info.version,
            python=info.python,
            abi_version=info.abi_version,
        ),
        packages={
            package.name: PackageSpec(
                name=package.name,
                version=package.version,
                file_name=package.file_name,
                install_dir=package.install_dir,
                sha256=package.sha256,
                package_type=package.package_type,
                imports=list(package.imports),
                depends=list(package.depends),
            )
            for package in plan.packages
        },
    )
    spec.check_wheel_filenames()
    return json.dumps(spec.model_dump(), sort_keys=True, separators=(",", ":")) + "\n"


def _hashes(plan: RuntimePlan) -> dict[str, str]:
    cores = {core.name: core.sha256 for core in plan.core}
    return cores | {package.file_name: package.sha256 for package in plan.packages}


def _describe(plan: RuntimePlan, out: Path, others: tuple[str, ...]) -> Runtime:
    by_name = {package.name: package.file_name for package in plan.packages}
    own = {core.name for core in plan.core} | {LOCK} | {by_name[name] for name in boot_packages(plan)}
    boot_files = tuple(sorted(own | {name for name in others if (out / name).is_file()}))
    sizes = _sizes(out)
    description = {
        "schema": _SCHEMA,
        "pyodide": plan.pyodide,
        "python": plan.python,
        "kernel_packages": plan.kernel_packages,
        "boot_files": boot_files,
        "sizes": sizes,
    }
    _write_if_other(out / DESCRIPTION, _json(description))
    return Runtime(
        folder=out,
        pyodide=plan.pyodide,
        python=plan.python,
        packages={package.name: package.version for package in plan.packages},
        kernel_packages=plan.kernel_packages,
        boot_files=boot_files,
        sizes=sizes,
    )


def _sizes(out: Path) -> dict[str, int]:
    files = sorted(path for path in out.rglob("*") if path.is_file() and path.name != DESCRIPTION)
    return {path.relative_to(out).as_posix(): path.stat().st_size for path in files}


def _lock_files(path: Path) -> set[str]:
    if not path.is_file():
        return set()
    return {package.file_name for package in PyodideLockSpec.from_json(path).packages.values()}


def _boot_files(out: Path) -> tuple[str, ...]:
    path = out / DESCRIPTION
    return tuple(json.loads(path.read_text(encoding="utf-8"))["boot_files"]) if path.is_file() else ()


def _json(data: Mapping[str, Any]) -> str:
    return json.dumps(data, indent=1) + "\n"


def _write_if_other(path: Path, text: str) -> None:
    if not path.is_file() or path.read_text(encoding="utf-8") != text:
        temporary = path.with_name(f".{path.name}.part")
        temporary.write_text(text, encoding="utf-8", newline="\n")
        temporary.replace(path)
