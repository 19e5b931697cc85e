"""Registries of small files: pip, npm and the carrier wheel without a network, and a catalogue that names them."""

from __future__ import annotations

import hashlib
import io
import json
import tarfile
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from satchel.errors import ToolFailed
from satchel.runtime import Runtime, core, plan, pypi, supply
from satchel.runtime.catalogue import Carrier, Catalogue, CoreFile, LockInfo, Package
from satchel.shell import CompletedText

CARRIER = Carrier(requirement="carrier==1.0", folder="carrier/pyodide/")
PURE_TAG, WASM_TAG, NATIVE_TAG = (
    "py3-none-any",
    "cp313-cp313-pyodide_2025_0_wasm32",
    "cp313-cp313-manylinux_2_17_x86_64",
)
CORE = {"pyodide.mjs": b"export", "pyodide.asm.js": b"glue", "pyodide.asm.wasm": b"\0asm", "python_stdlib.zip": b"PK"}


def wheel_bytes(
    name: str, version: str, requires: Sequence[str] = (), files: Mapping[str, bytes] | None = None
) -> bytes:
    """A wheel with one module and metadata."""
    label = f"{name.replace('-', '_')}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {need}\n" for need in requires)
    content = files or {f"{name.replace('-', '_')}/__init__.py": b"x = 1\n"}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for path, data in content.items():
            archive.writestr(zipfile.ZipInfo(path), data)
        archive.writestr(zipfile.ZipInfo(f"{label}/METADATA"), metadata)
        archive.writestr(zipfile.ZipInfo(f"{label}/WHEEL"), f"Wheel-Version: 1.0\nTag: {PURE_TAG}\n")
        archive.writestr(zipfile.ZipInfo(f"{label}/RECORD"), "")
    return buffer.getvalue()


def sha(data: bytes) -> str:
    """Hex sha256."""
    return hashlib.sha256(data).hexdigest()


@dataclass(frozen=True, kw_only=True)
class Release:
    """A wheel on the fake index."""

    name: str
    version: str
    data: bytes
    requires: tuple[str, ...] = ()
    tag: str = PURE_TAG
    python: str = ""

    @property
    def file_name(self) -> str:
        return f"{self.name.replace('-', '_')}-{self.version}-{self.tag}.whl"


@dataclass
class Registries:
    """Stands in for `call`: answers as pip and npm would, from memory. `calls` counts what was asked."""

    folder: Path
    releases: list[Release] = field(default_factory=list)
    carried: dict[str, bytes] = field(default_factory=dict)
    core: dict[str, bytes] = field(default_factory=lambda: dict(CORE))
    calls: list[str] = field(default_factory=list)
    online: bool = True

    def __call__(self, argv: Sequence[Any], *, what: str, cure: str, **_: Any) -> CompletedText:
        words = [str(word) for word in argv]
        action = next(word for word in words if word in ("install", "download", "pack"))
        self.calls.append(action)
        if not self.online:
            raise ToolFailed(what, detail="Retrying (Retry(total=0)) after connection broken", cure=cure)
        text = {"install": self._report, "download": self._download, "pack": self._pack}[action](words, what, cure)
        return CompletedText(argv=tuple(words), stdout=text, stderr="", seconds=0.0)

    def add(
        self, name: str, version: str, requires: Sequence[str] = (), tag: str = PURE_TAG, **files: bytes
    ) -> Release:
        """Publish a wheel."""
        content = {path.replace("__", "/", 1): data for path, data in files.items()} or None
        data = wheel_bytes(name, version, requires, content)
        release = Release(name=name, version=version, data=data, requires=tuple(requires), tag=tag)
        self.releases.append(release)
        return release

    def _report(self, words: list[str], what: str, cure: str) -> str:
        from packaging.requirements import Requirement

        found = []
        for text in [word for word in words[words.index("--python-version") + 2 :] if not word.startswith("-")]:
            if text in {"py", "cp", "none", "any", "cp313"} or text.startswith("manylinux"):
                continue
            need = Requirement(text)
            if text == CARRIER.requirement:
                found.append(self._entry(self._carrier()))
                continue
            hits = [r for r in self.releases if r.name == need.name and need.specifier.contains(r.version)]
            hits = [r for r in hits if r.tag == (NATIVE_TAG if "cp313" in words else PURE_TAG)]
            if not hits:
                raise ToolFailed(
                    what, detail=f"ERROR: No matching distribution found for {text}\nexit code 1", cure=cure
                )
            found.append(self._entry(hits[-1]))
        return json.dumps({"install": found})

    def _entry(self, release: Release) -> dict[str, Any]:
        path = self.folder / release.file_name
        path.write_bytes(release.data)
        return {
            "download_info": {"url": path.as_uri(), "archive_info": {"hashes": {"sha256": sha(release.data)}}},
            "metadata": {
                "name": release.name,
                "version": release.version,
                "requires_dist": list(release.requires),
                **({"requires_python": release.python} if release.python else {}),
            },
        }

    def _carrier(self) -> Release:
        files = {CARRIER.folder + name: data for name, data in self.carried.items()}
        return Release(name="carrier", version="1.0", data=wheel_bytes("carrier", "1.0", files=files or {"x.py": b""}))

    def _download(self, words: list[str], what: str, cure: str) -> str:
        target = Path(words[words.index("--dest") + 1])
        for line in Path(words[words.index("--requirement") + 1]).read_text(encoding="utf-8").splitlines():
            pin, wanted = line.split(" --hash=sha256:")
            offered = [r for r in self.releases if f"{r.name}=={r.version}" == pin]
            fitting = [r for r in offered if sha(r.data) == wanted]
            if not fitting:
                got = ", ".join(sha(r.data) for r in offered)
                raise ToolFailed(
                    what, detail=f"{pin}\n    Expected sha256 {wanted}\n         Got        {got}\n", cure=cure
                )
            (target / fitting[0].file_name).write_bytes(fitting[0].data)
        return ""

    def _pack(self, words: list[str], what: str, cure: str) -> str:
        target = Path(words[words.index("--pack-destination") + 1])
        with tarfile.open(target / "pyodide-1.0.0.tgz", "w:gz") as archive:
            for name, data in self.core.items():
                entry = tarfile.TarInfo(f"package/{name}")
                entry.size = len(data)
                archive.addfile(entry, io.BytesIO(data))
        return ""


def catalogue(registries: Registries) -> Catalogue:
    """A catalogue of small packages, whose files the registries hold.

    numpy and libopenblas are official wheels, pandas depends on both; comm, jedi, ipython and traitlets are pinned
    wheels of the index, networkx is one without a known hash, sqlite3 exists only in the full distribution, and
    nltk needs it.
    """
    packages: dict[str, Package] = {}

    def official(name: str, depends: tuple[str, ...] = (), source: Any = "registry-wheel") -> None:
        data = wheel_bytes(name, "1.0")
        file_name = f"{name}-1.0-{WASM_TAG}.whl"
        packages[name] = _package(name, file_name, sha(data), depends, source, len(data))
        if source == "registry-wheel":
            registries.carried[file_name] = data

    def pinned(name: str, depends: tuple[str, ...] = (), *, known: bool = True) -> None:
        release = registries.add(name, "1.0", depends)
        packages[name] = _package(name, release.file_name, sha(release.data) if known else "", depends, "pypi-pure")

    official("micropip")
    official("numpy")
    official("pandas", ("numpy",))
    official("sqlite3", source="cdn-only")
    pinned("traitlets")
    pinned("comm", ("traitlets",))
    pinned("jedi")
    pinned("ipython", ("traitlets",))
    pinned("networkx", ("numpy",), known=False)
    pinned("nltk", ("sqlite3",), known=False)
    return Catalogue(
        pyodide="1.0.0",
        info=LockInfo(
            arch="wasm32", platform="emscripten_4_0_9", version="1.0.0", python="3.13.2", abi_version="2025_0"
        ),
        core=tuple(CoreFile(name=name, sha256=sha(data), size=len(data)) for name, data in registries.core.items()),
        carrier=CARRIER,
        packages=packages,
        stdlib=frozenset({"math", "json"}),
    )


class World:
    """A course's runtime against fake registries; `entry` is the content of `pyodide.mjs`."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch, *, entry: bytes = CORE["pyodide.mjs"]) -> None:
        index = folder / "index"
        index.mkdir()
        self.registries = Registries(folder=index, core=CORE | {"pyodide.mjs": entry})
        self.catalogue: Catalogue = catalogue(self.registries)
        self.cache, self.out, self.lock = folder / "cache", folder / "out", folder / "runtime.lock.json"
        monkeypatch.setattr(pypi, "call", self.registries)
        monkeypatch.setattr(core, "call", self.registries)

    def supply(self, imports: Iterable[str] = (), extra: Iterable[str] = (), **options: Any) -> Runtime:
        """Plan and supply; options are those of `supply`, and `full` and `out`."""
        full = options.pop("full", False)
        wanted = plan(imports, extra, full=full, catalogue=self.catalogue)
        options = {"cache": self.cache, "lock_path": self.lock, "catalogue": self.catalogue} | options
        return supply(wanted, options.pop("out", self.out), **options)

    def bytes(self, out: Path | None = None) -> dict[str, bytes]:
        """The supplied folder."""
        return {path.name: path.read_bytes() for path in sorted((out or self.out).iterdir())}


def _package(name: str, file_name: str, sha256: str, depends: tuple[str, ...], source: Any, size: int = 10) -> Package:
    return Package(
        name=name,
        version="1.0",
        file_name=file_name,
        sha256=sha256,
        imports=(name,),
        depends=depends,
        source=source,
        size=size,
    )
