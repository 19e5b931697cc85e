"""Builds what satchel is compared with on the same notebooks: bare Pyodide, a stock JupyterLite, a stock Thebe page.

All three get Pyodide from one folder laid out like the official full distribution, with its complete lock. Three things
in that folder are not official, and none of them makes the stock sites slower: pure-Python wheels come from PyPI in the
same version, `comm` is in the lock although stock would ask PyPI for it, and IPython does not fetch `sqlite3`, which no
package registry carries for this Pyodide.
"""

from __future__ import annotations

import hashlib
import html
import json
import shutil
import sys
import tarfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from satchel.runtime.catalogue import normal
from satchel.shell import call, node_env, node_tool

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
COURSE = HERE / "course"
_MODULES = ROOT / "overrides" / "node_modules"
NOTEBOOKS = ("plain", "plain-next", "figure")
PYODIDE = "0.28.3"
CURE = "Build the benchmark course first, and see whether the command runs on its own."
_CORE = ("pyodide.mjs", "pyodide.asm.js", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
_WANTED = ("micropip", "ipython", "jedi", "numpy", "pandas", "matplotlib")
_LITE = "import sys; from jupyterlite_core.app import main; sys.exit(main())"
_KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"


@dataclass(frozen=True, kw_only=True)
class Sites:
    """The folders to serve."""

    satchel: Path
    bare: Path
    lite: Path
    thebe: Path


def build(work: Path) -> Sites:
    """Builds all sites under `work`; what satchel builds is only brought up to date."""
    out = work / "satchel"
    words: list[str | Path] = [sys.executable, ROOT / "build.py", COURSE, "--out", out, "--no-zip", "--quiet"]
    call(words, what="satchel could not build the benchmark course", cure=CURE)
    distribution = _emptied(work / "distribution")
    _distribution(out / ".work" / "runtime", distribution)
    bare = _emptied(work / "bare")
    shutil.copytree(HERE / "bare", bare, dirs_exist_ok=True)
    (bare / "pyodide").symlink_to(distribution)
    return Sites(
        satchel=out / "site",
        bare=bare,
        lite=_lite(_emptied(work / "stock-lite"), distribution),
        thebe=_thebe(_emptied(work / "stock-thebe"), distribution),
    )


def package_version(name: str) -> str:
    """The version of an npm package that the sites are built with."""
    described: dict[str, str] = json.loads((_MODULES / name / "package.json").read_text("utf-8"))
    return described["version"]


def _emptied(folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def _distribution(ours: Path, target: Path) -> None:
    """The official core and lock from npm, and the wheels that these notebooks can ask for."""
    pack = [*node_tool("npm"), "pack", f"pyodide@{PYODIDE}", "--loglevel", "error"]
    call(pack, cwd=target, what=f"npm could not fetch pyodide {PYODIDE}", cure=CURE)
    (packed,) = target.glob("*.tgz")
    with tarfile.open(packed) as archive:
        for name in _CORE:
            source = archive.extractfile(f"package/{name}")
            assert source is not None
            (target / name).write_bytes(source.read())
    packed.unlink()
    lock_file = target / "pyodide-lock.json"
    lock: dict[str, Any] = json.loads(lock_file.read_text("utf-8"))
    packages: dict[str, dict[str, Any]] = {normal(name): entry for name, entry in lock["packages"].items()}
    packages["ipython"]["depends"].remove("sqlite3")
    packages["comm"] = lock["packages"]["comm"] = {
        **packages["traitlets"],
        **{"name": "comm", "version": "0.2.2", "imports": ["comm"], "depends": [], "file_name": "comm"},
    }
    for name in (*_closure(packages, _WANTED), "comm"):
        entry = packages[name]
        file = _wheel(ours, entry)
        data = file.read_bytes()
        entry["file_name"], entry["sha256"] = file.name, hashlib.sha256(data).hexdigest()
        (target / file.name).write_bytes(data)
    lock_file.write_text(json.dumps(lock), "utf-8")


def _closure(packages: dict[str, dict[str, Any]], names: tuple[str, ...]) -> list[str]:
    found: set[str] = set()
    open_names = list(names)
    while open_names:
        name = normal(open_names.pop())
        if name not in found:
            found.add(name)
            open_names += packages[name]["depends"]
    return sorted(found)


def _wheel(folder: Path, entry: dict[str, Any]) -> Path:
    """The file of a lock entry, under whichever spelling it has there."""
    start = f"{normal(entry['name'])}-{entry['version']}"
    exact = folder / str(entry["file_name"])
    if exact.is_file():
        return exact
    for file in sorted(folder.iterdir()):
        name, _, rest = file.name.partition("-")
        if f"{normal(name)}-{rest}".startswith(f"{start}-") or file.name.startswith(f"{start}."):
            return file
    sys.exit(f"{folder} has no file for {start}; was the benchmark course built?")


def _lite(place: Path, distribution: Path) -> Path:
    """`jupyter lite build --contents …`, with one setting: where Pyodide lies."""
    contents = place / "contents"
    shutil.copytree(COURSE / "content" / "module", contents / "module")
    settings = {"litePluginSettings": {_KERNEL: {"pyodideUrl": "./pyodide/pyodide.mjs"}}}
    config = {"jupyter-lite-schema-version": 0, "jupyter-config-data": settings}
    (place / "jupyter-lite.json").write_text(json.dumps(config), "utf-8")
    tool = [sys.executable, "-c", _LITE]
    words = [*tool, "build", "--contents", str(contents), "--output-dir", str(place / "site")]
    call(words, cwd=place, what="The stock JupyterLite could not be built", cure=CURE)
    (place / "site" / "pyodide").symlink_to(distribution)
    return place / "site"


def _thebe(place: Path, distribution: Path) -> Path:
    """Pages with thebe-core's own bundle, and the npm kernel with its wheels bundled by esbuild."""
    scripts = place / "thebe"
    core = _MODULES / "thebe-core" / "dist" / "lib"
    shutil.copytree(core, scripts, ignore=shutil.ignore_patterns("*.map"))
    kernel = _MODULES / "@jupyterlite" / "pyodide-kernel"
    shutil.copy(kernel / "lib" / "comlink.worker.js", scripts)
    shutil.copytree(kernel / "pypi", scripts, dirs_exist_ok=True)
    shutil.copy(HERE / "thebe" / "page.js", scripts)
    words: list[str | Path] = [*node_tool("node"), HERE / "thebe" / "bundle.mjs", _MODULES, scripts]
    call(words, cwd=place, env=node_env(), what="The stock Thebe page could not be bundled", cure=CURE)
    template = (HERE / "thebe" / "page.html").read_text("utf-8")
    for name in NOTEBOOKS:
        notebook = json.loads((COURSE / "content" / "module" / f"{name}.ipynb").read_text("utf-8"))
        code = next("".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code")
        text = template.replace("@SOURCE@", html.escape(code)).replace("@NEXT@", "plain-next.html")
        (place / f"{name}.html").write_text(text, "utf-8")
    (place / "pyodide").symlink_to(distribution)
    return place
