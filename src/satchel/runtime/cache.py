"""The download cache: files named after the hash of their content, so that a file is right or absent."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

import platformdirs
from filelock import FileLock, Timeout

from satchel.errors import ToolFailed

CACHE_VARIABLE = "SATCHEL_CACHE"
# Part of the cure whenever a file is missing and cannot be fetched.
OFFLINE_CURE = "Without a network, set SATCHEL_CACHE to a copy of the cache folder of a machine that built this course."
_CHUNK = 1 << 20
# Seconds after which nobody comes back for what a killed build left.
_STALE = 7 * 24 * 3600


def default_cache(env: Mapping[str, str]) -> Path:
    """The user's cache folder, or the folder that the variable SATCHEL_CACHE names."""
    chosen = env.get(CACHE_VARIABLE)
    # Child processes have working folders of their own.
    return Path(chosen).expanduser().absolute() if chosen else Path(platformdirs.user_cache_dir("satchel"))


def sha256_of(path: Path) -> str:
    """Hex sha256 of a file's content."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


class WrongFile(ToolFailed):
    """A file arrived whole and is not what it should be."""


class Cache:
    """Content-addressed files under `root`. Safe to share between threads and between builds."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        """Where the file with this content lies, whether it is there or not."""
        return self.root / "sha256" / sha256[:2] / sha256

    def get(self, sha256: str) -> Path | None:
        """The file with this content, or None. A file that was damaged on disk counts as absent."""
        path = self.path(sha256)
        if not sha256 or not path.is_file():
            return None
        if sha256_of(path) != sha256:
            # Downloading it again is the whole cure, so it is not worth an error.
            path.unlink(missing_ok=True)
            return None
        return path

    def put(self, file: Path, *, sha256: str, name: str, origin: str) -> Path:
        """Move `file` into the cache after checking its hash.

        Raises `WrongFile` naming the file, both hashes and where it came from.
        """
        found = sha256_of(file)
        if found != sha256:
            raise wrong_hash(name, wanted=sha256, found=found, origin=origin)
        path = self.path(sha256)
        path.parent.mkdir(parents=True, exist_ok=True)
        file.replace(path)
        return path

    @contextmanager
    def scratch(self) -> Iterator[Path]:
        """A temporary folder on the cache's own disk, so that moving into the cache is one rename."""
        folder = self.root / "incoming"
        folder.mkdir(parents=True, exist_ok=True)
        path = Path(tempfile.mkdtemp(dir=folder, prefix=f"{os.getpid()}-"))
        _tidy(folder, now=path.stat().st_mtime)
        try:
            yield path
        finally:
            shutil.rmtree(path, ignore_errors=True)

    def resumed(self, key: str, get: Callable[[Path], bool]) -> bool:
        """Let `get` bring a file about, in the place where an interrupted build may have left the beginning of it.

        `get` takes the file from there once it is whole, or raises `WrongFile`. If what an earlier build left was to
        blame, `get` is called once more with nothing there. `key` names the file; returns what `get` returns.
        """
        with self._place(key) as part:
            begun = part.is_file()
            try:
                return get(part)
            except WrongFile:
                part.unlink(missing_ok=True)
                if not begun:
                    raise
                return get(part)

    @contextmanager
    def _place(self, key: str) -> Iterator[Path]:
        folder = self.root / "partial"
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / f"{key}.lock")
        try:
            lock.acquire(blocking=False)
        except Timeout:
            # Another build is at the same file; neither waits for the other.
            with self.scratch() as scratch:
                yield scratch / key
            return
        _tidy(folder, now=Path(lock.lock_file).stat().st_mtime)
        try:
            yield folder / key
        finally:
            if not (folder / key).exists():
                with suppress(OSError):
                    Path(lock.lock_file).unlink()
            lock.release()


def _tidy(folder: Path, *, now: float) -> None:
    for left in folder.iterdir():
        # Another build may tidy up at the same time.
        with suppress(OSError):
            if now - left.stat().st_mtime > _STALE:
                shutil.rmtree(left) if left.is_dir() else left.unlink()


def wrong_hash(name: str, *, wanted: str, found: str, origin: str) -> WrongFile:
    """The error for a file that is not what it should be."""
    return WrongFile(
        f"{name} from {origin} is not the file it should be",
        detail=f"expected sha256 {wanted}\nreceived sha256 {found}",
        cure="Build again; if it stays, the mirror, proxy or wheel that serves this file alters it: use another. "
        "If it comes from the official address of Pyodide, SATCHEL_PYODIDE_URL may name another copy. "
        "If the file was changed on purpose, remove its entry from runtime.lock.json.",
    )
