"""Writes the catalogue of a Pyodide release anew: `python -m satchel.runtime.make_catalogue VERSION`.

For another release add it to `RELEASES` here and to `versions.SUPPORTED`, run it, and read the difference. It needs
both registries, and Node to ask that Pyodide which modules of the standard library it has.
"""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from pyodide_lock import PyodideLockSpec

from satchel.runtime import core
from satchel.runtime.cache import sha256_of
from satchel.runtime.catalogue import Carrier, package_to_json
from satchel.runtime.make_packages import packages
from satchel.shell import call, node_tool


@dataclass(frozen=True, kw_only=True)
class Release:
    """What differs between releases: the name of the JavaScript beside the wasm file, and the carrier, if any."""

    glue: str
    carrier: Carrier | None = None


RELEASES = {
    "0.28.3": Release(
        glue="pyodide.asm.js",
        carrier=Carrier(requirement="open-webui==0.9.6", folder="open_webui/frontend/pyodide/"),
    ),
    "314.0.6": Release(glue="pyodide.asm.mjs"),
}
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


def main(versions: Sequence[str]) -> None:
    """Make the catalogues of these releases, by default of all."""
    for version in versions or tuple(RELEASES):
        target = Path(__file__).with_name("catalogues") / f"{version}.json"
        with tempfile.TemporaryDirectory() as scratch:
            data = make(version, Path(scratch))
        target.write_text(render(data), encoding="utf-8")
        sys.stdout.write(f"{target}: {len(data['packages'])} packages, {target.stat().st_size} bytes\n")


def make(version: str, scratch: Path) -> dict[str, Any]:
    """The catalogue of a release as JSON data; `scratch` is an empty folder for downloads."""
    release = RELEASES[version]
    names = ("pyodide.mjs", release.glue, "pyodide.asm.wasm", "python_stdlib.zip")
    core.fetch((*names, "pyodide-lock.json"), version, scratch)
    lock = _lock(scratch / "pyodide-lock.json", version)
    info = lock.info.model_dump()
    python = ".".join(info["python"].split(".")[:2])
    found = packages(lock, release.carrier, scratch, python=python)
    return {
        "pyodide": version,
        "info": info,
        "core": [
            {"name": name, "sha256": sha256_of(scratch / name), "size": (scratch / name).stat().st_size}
            for name in names
        ],
        "carrier": asdict(release.carrier) if release.carrier else None,
        "stdlib": " ".join(_stdlib(scratch)),
        "packages": {name: package_to_json(found[name]) for name in sorted(found)},
    }


def render(data: dict[str, Any]) -> str:
    """JSON with one package a line, so that a new release reads as a difference of lines."""
    head = {key: value for key, value in data.items() if key != "packages"}
    lines = (f'  "{name}": {json.dumps(entry)}' for name, entry in data["packages"].items())
    return json.dumps(head, indent=1)[:-2] + ',\n "packages": {\n' + ",\n".join(lines) + "\n }\n}\n"


def _lock(path: Path, version: str) -> PyodideLockSpec:
    data = json.loads(path.read_text(encoding="utf-8"))
    # Newer locks leave it out, and the library that reads locks here insists on it.
    data["info"].setdefault("version", version)
    return PyodideLockSpec(**data)


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
    main(sys.argv[1:])
