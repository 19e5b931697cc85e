"""Adds what a fast start needs: a saved memory with the kernel imported, and the files of a start in packed form.

Static hosts do not compress WebAssembly or unknown types, so the files are packed here (gzip, which every browser can
unpack by itself). `boot.mjs` learns their names from a line that is put in front of it.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
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
# Whether Python can be paused (for `input` and `time.sleep`) is looked up once and saved. Python asks again before it
# pauses.
_FLAGS = ("--experimental-wasm-jspi",)
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
    folder, store = compiled.folder, _Store(folder=cache / "packed")
    wheels = _wheels(compiled)
    made: dict[str, Any] | None = None
    refused: str | None = None
    try:
        made = _memory(compiled, wheels, cache, store, echo)
    except ToolFailed as error:
        refused = str(error)
    packed = {name: store.pack(folder / name, name) for name in _PACKED if (folder / name).is_file()}
    begin = [packed[name] for name in packed if name != STDLIB or made is None]
    plan: dict[str, Any] = {"schema": _SCHEMA, "lock": (folder / LOCK).read_text("utf-8"), "packed": packed}
    later = [packed[STDLIB]]
    if made is not None:
        plan["snapshot"] = {**made, "packages": sorted(wheels)}
        begin.append(made["memory"])
        later.append(made["site"])
    for name in {*begin, *later}:
        shutil.copyfile(store.folder / name, folder / name)
    shutil.copyfile(official_stdlib, folder / STDLIB)
    _tell(folder / BOOT, plan)
    in_memory = set(wheels.values()) if made is not None else set()
    kept = {name for name in compiled.boot_files if name not in {*_PACKED, LOCK, *in_memory}}
    return Prepared(runtime=describe(compiled, boot_files=tuple(sorted({*kept, *begin, BOOT}))), refused=refused)


@dataclass(frozen=True, kw_only=True)
class _Store:
    """Packed files in the cache. Names hold the hash of the content, so that no old copy is taken for a new one."""

    folder: Path

    def pack(self, source: Path, name: str) -> str:
        """The name of the packed form of `source`, which is in the store afterwards."""
        # No `.gz` at the end: some servers would declare it as an encoding, and the browser would unpack it before us.
        packed = f"{name}-{sha256_of(source)[:16]}.bin"
        if not (self.folder / packed).is_file():
            self.folder.mkdir(parents=True, exist_ok=True)
            temporary = self.folder / f".{os.getpid()}-{packed}"
            temporary.write_bytes(gzip.compress(source.read_bytes(), compresslevel=9, mtime=0))
            temporary.replace(self.folder / packed)
        return packed

    def has(self, packed: str) -> bool:
        return (self.folder / packed).is_file()


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


def _memory(
    runtime: Runtime, wheels: Mapping[str, str], cache: Path, store: _Store, echo: Line | None
) -> dict[str, Any]:
    """What `boot.mjs` must know of the memory made of these files by these scripts; its packed files are in `store`."""
    files = sorted({*wheels.values(), *runtime.boot_files} - {BOOT})
    sources = [SCRIPT, FREEZE_SCRIPT, *(runtime.folder / name for name in files)]
    key = hashlib.sha256("\n".join([*_FLAGS, *map(sha256_of, sources)]).encode()).hexdigest()
    known = cache / "memories" / f"{key[:32]}.json"
    if known.is_file():
        made: dict[str, Any] = json.loads(known.read_text("utf-8"))
        if store.has(made["memory"]) and store.has(made["site"]):
            return made
    with Cache(cache).scratch() as scratch:
        job = scratch / "job.json"
        job.write_text(json.dumps({"stdlib": STDLIB, "wheels": wheels}), "utf-8")
        call(
            [*node_tool("node"), *_FLAGS, SCRIPT, runtime.folder, job, scratch],
            env=node_env(),
            what="Saving the memory of a started Python",
            cure="Python starts the usual way, which takes longer. Build again with --verbose and report this.",
            echo=echo,
        )
        made = {
            **json.loads((scratch / "made.json").read_text("utf-8")),
            "memory": store.pack(scratch / "memory.bin", "pyodide-memory"),
            "site": store.pack(scratch / "site.zip", "pyodide-site.zip"),
        }
        written = scratch / "known.json"
        written.write_text(json.dumps(made, sort_keys=True), "utf-8")
        known.parent.mkdir(parents=True, exist_ok=True)
        written.replace(known)
    return made


def _tell(boot: Path, plan: Mapping[str, Any]) -> None:
    text = json.dumps(plan, sort_keys=True, ensure_ascii=True)
    boot.write_text(f"const SATCHEL_PLAN = {text};\n{boot.read_text('utf-8')}", "utf-8", newline="\n")
