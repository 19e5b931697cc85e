"""Adds what a fast start needs: a saved memory with the kernel imported, and the files of a start in packed form.

Static hosts do not compress WebAssembly or unknown types, so the files are packed here (gzip, which every browser can
unpack by itself). `boot.mjs` learns their names from a line that is put in front of it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from satchel.errors import ToolFailed
from satchel.runtime.bytecode import STDLIB
from satchel.runtime.cache import Cache, sha256_of
from satchel.runtime.folder import LOCK, Runtime, describe
from satchel.shell import Line, call, node_env, node_tool

BOOT = "boot.mjs"
SCRIPT = Path(__file__).with_name("snapshot.mjs")
FREEZE_SCRIPT = Path(__file__).with_name("freeze.py")
_MEMORY, _SITE, _MADE = "memory.bin", "site.zip", "made.json"
_PACKED = ("pyodide.asm.js", "pyodide.asm.mjs", "pyodide.asm.wasm", STDLIB)
_SCHEMA = 1


@dataclass(frozen=True, kw_only=True)
class Prepared:
    """A runtime whose `boot.mjs` knows its packed files; `refused` says why there is no saved memory, if so."""

    runtime: Runtime
    refused: str | None


def prepare(compiled: Runtime, official_stdlib: Path, *, cache: Path, echo: Line | None = None) -> Prepared:
    """Add a saved memory and packed files to the folder of `compiled`, in place, and tell `boot.mjs` about them.

    The uncompressed standard library in the folder gives way to `official_stdlib`: it is there for browsers that cannot
    unpack. Without a saved memory (this Pyodide cannot make one) Python starts the usual way.
    """
    folder, store = compiled.folder, cache / "packed"
    wheels = _wheels(compiled)
    try:
        made: Path | None = _memory(compiled, wheels, cache, echo)
        refused = None
    except ToolFailed as error:
        made, refused = None, str(error)
    packed = {name: _pack(folder / name, name, folder, store) for name in _PACKED if (folder / name).is_file()}
    plan: dict[str, Any] = {"schema": _SCHEMA, "lock": (folder / LOCK).read_text("utf-8"), "packed": packed}
    begin = [packed[name] for name in packed if name != STDLIB or made is None]
    if made is not None:
        about = json.loads((made / _MADE).read_text("utf-8"))
        memory = _pack(made / _MEMORY, "pyodide-memory.bin", folder, store)
        begin.append(memory)
        plan["snapshot"] = {
            **about,
            "memory": memory,
            "site": _pack(made / _SITE, "pyodide-site.zip", folder, store),
            "packages": sorted(wheels),
        }
    shutil.copyfile(official_stdlib, folder / STDLIB)
    _tell(folder / BOOT, plan)
    in_memory = set(wheels.values()) if made is not None else set()
    kept = {name for name in compiled.boot_files if name not in {*_PACKED, LOCK, *in_memory}}
    return Prepared(runtime=describe(compiled, boot_files=tuple(sorted({*kept, *begin, BOOT}))), refused=refused)


def _wheels(runtime: Runtime) -> dict[str, str]:
    """The packages that every kernel starts with, and all that they need → their files."""
    lock = json.loads((runtime.folder / LOCK).read_text("utf-8"))["packages"]
    found: dict[str, str] = {}
    open_ = list(runtime.kernel_packages)
    while open_:
        name = open_.pop()
        if name not in found:
            found[name] = lock[name]["file_name"]
            open_ += lock[name]["depends"]
    return found


def _memory(runtime: Runtime, wheels: Mapping[str, str], cache: Path, echo: Line | None) -> Path:
    """The folder in the cache that holds the memory made of these files by these scripts."""
    sources = [SCRIPT, FREEZE_SCRIPT, *(runtime.folder / name for name in sorted([*wheels.values(), *runtime.boot_files]))]
    key = hashlib.sha256("\n".join(sha256_of(path) for path in sources if path.name != BOOT).encode()).hexdigest()
    made = cache / "memories" / key[:32]
    if not made.is_dir():
        with Cache(cache).scratch() as scratch:
            job, out = scratch / "job.json", scratch / "out"
            out.mkdir()
            job.write_text(json.dumps({"stdlib": STDLIB, "wheels": wheels}), "utf-8")
            call(
                [*node_tool("node"), SCRIPT, runtime.folder, job, out],
                env=node_env(),
                what="Saving the memory of a started Python",
                cure="Python starts the usual way, which takes longer. Build again with --verbose and report this.",
                echo=echo,
            )
            made.parent.mkdir(parents=True, exist_ok=True)
            if not made.is_dir():
                out.replace(made)
    return made


def _pack(source: Path, name: str, folder: Path, store: Path) -> str:
    """Put the packed form of `source` into `folder`. Its name holds the hash of the content: no old copy can be taken for it."""
    digest = sha256_of(source)
    made = store / digest[:2] / digest
    if not made.is_file():
        made.parent.mkdir(parents=True, exist_ok=True)
        temporary = made.with_suffix(".part")
        temporary.write_bytes(gzip.compress(source.read_bytes(), compresslevel=9, mtime=0))
        temporary.replace(made)
    # No `.gz` at the end: some servers would declare it as an encoding, and the browser would unpack it before us.
    packed = f"{name}-{digest[:16]}.bin"
    shutil.copyfile(made, folder / packed)
    return packed


def _tell(boot: Path, plan: Mapping[str, Any]) -> None:
    text = json.dumps(plan, sort_keys=True, ensure_ascii=True)
    boot.write_text(f"const SATCHEL_PLAN = {text};\n{boot.read_text('utf-8')}", "utf-8", newline="\n")
