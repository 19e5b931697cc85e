"""Official Pyodide files out of a PyPI wheel: single members, read with HTTP range requests."""

from __future__ import annotations

import threading
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

from remotezip import RangeNotSupported, RemoteZip, RemoteZipError

from satchel.errors import ToolFailed
from satchel.runtime import pypi
from satchel.runtime.cache import OFFLINE_CURE, Cache, WrongFile, sha256_of, wrong_hash
from satchel.runtime.catalogue import Carrier, Package
from satchel.runtime.download import NoRanges, download, session
from satchel.runtime.progress import Bytes
from satchel.runtime.zippiece import Piece, pieces, unpack
from satchel.shell import Line

# The wheel refuses Pyodide's Python 3.13 because of its own dependencies; we only read files out of it.
WHEEL_PYTHON = "3.12"
_CHUNK = 1 << 18
_WORKERS = 4
_TIMEOUT = 20.0
_CURE = (
    f"Check that pip can reach its package index from this machine. {OFFLINE_CURE} Or point SATCHEL_PYODIDE_URL at a "
    "copy of the full Pyodide distribution."
)
Keep = Callable[[Package, Path], None]


def fetch(
    packages: Sequence[Package],
    carrier: Carrier,
    store: Cache,
    *,
    keep: Keep,
    on_bytes: Bytes,
    echo: Line | None = None,
) -> None:
    """Read the files of `packages` and hand each finished one to `keep`, which checks its hash and takes it away.

    What a broken download left is kept in `store` for the next one. `on_bytes(file name, number of new bytes)` and
    `keep` are called from several threads. Raises `ToolFailed`.
    """
    if not packages:
        return
    try:
        (wheel,) = pypi.find([carrier.requirement], python=WHEEL_PYTHON, tags=pypi.ANY, echo=echo)
    except ToolFailed as error:
        raise ToolFailed(error.what, detail=error.detail, cure=_CURE) from error
    try:
        if urlsplit(wheel.url).scheme == "file":
            with opened(wheel.url) as archive:
                _extract(archive, packages, carrier, store, keep=keep, on_bytes=on_bytes)
            return
        try:
            _fetch_members(wheel, packages, carrier, store, keep=keep, on_bytes=on_bytes)
        except (NoRanges, RangeNotSupported):
            _fetch_whole(wheel, packages, carrier, store, keep=keep, on_bytes=on_bytes)
    except (RemoteZipError, OSError, KeyError, zipfile.BadZipFile) as error:
        raise ToolFailed(
            f"Reading Pyodide's files out of {wheel.file_name} failed", detail=str(error), cure=_CURE
        ) from error


@contextmanager
def opened(url: str) -> Iterator[zipfile.ZipFile]:
    """The zip archive at an http or file URL; of a remote one only the parts that are read get loaded."""
    parts = urlsplit(url)
    if parts.scheme == "file":
        with zipfile.ZipFile(url2pathname(parts.path)) as archive:
            yield archive
    else:
        with session() as own, RemoteZip(url, session=own, timeout=_TIMEOUT) as archive:
            yield archive


def _fetch_members(
    wheel: pypi.Found,
    packages: Sequence[Package],
    carrier: Carrier,
    store: Cache,
    *,
    keep: Keep,
    on_bytes: Bytes,
) -> None:
    """Fetch the piece of the archive that holds each member, as it lies there, and unpack it here."""
    with opened(wheel.url) as archive:
        where = pieces(archive)
    # Big files first, for an even finish.
    queue = sorted(packages, key=lambda package: (-package.size, package.name))
    found = {package.file_name: where[carrier.folder + package.file_name] for package in queue}
    failed = threading.Event()

    def work(package: Package) -> None:
        if failed.is_set():
            return
        try:
            _fetch_member(wheel, package, found[package.file_name], store, keep=keep, on_bytes=on_bytes)
        except BaseException:
            failed.set()
            raise

    with ThreadPoolExecutor(_WORKERS) as pool:
        for future in [pool.submit(work, package) for package in queue]:
            future.result()


def _fetch_member(
    wheel: pypi.Found, package: Package, piece: Piece, store: Cache, *, keep: Keep, on_bytes: Bytes
) -> None:
    # The piece is packed, so its bytes are a few less than those that were announced.
    left = package.size

    def count(size: int) -> None:
        nonlocal left
        size, left = min(size, left), left - min(size, left)
        on_bytes(package.file_name, size)

    def get(part: Path) -> bool:
        download(wheel.url, part, on_bytes=count, piece=(piece.first, piece.length))
        with store.scratch() as scratch:
            target = scratch / package.file_name
            try:
                unpack(part, piece, target)
            except (zipfile.BadZipFile, zlib.error) as error:
                what = f"{package.file_name} cannot be unpacked out of {wheel.file_name}"
                raise WrongFile(what, detail=str(error), cure=_CURE) from error
            keep(package, target)
        part.unlink()
        return True

    store.resumed(f"{package.sha256}-packed", get)
    count(left)


def _fetch_whole(
    wheel: pypi.Found,
    packages: Sequence[Package],
    carrier: Carrier,
    store: Cache,
    *,
    keep: Keep,
    on_bytes: Bytes,
) -> None:
    # Some mirrors answer no range requests; then the whole wheel has to come, and its bytes are those that count.
    def get(part: Path) -> bool:
        download(wheel.url, part, on_bytes=lambda size: on_bytes(wheel.file_name, size))
        found = sha256_of(part)
        if found != wheel.sha256:
            raise wrong_hash(wheel.file_name, wanted=wheel.sha256, found=found, origin="the package index")
        with zipfile.ZipFile(part) as archive:
            _extract(archive, packages, carrier, store, keep=keep, on_bytes=lambda name, _size: on_bytes(name, 0))
        part.unlink()
        return True

    store.resumed(wheel.sha256, get)


def _extract(
    archive: zipfile.ZipFile,
    packages: Sequence[Package],
    carrier: Carrier,
    store: Cache,
    *,
    keep: Keep,
    on_bytes: Bytes,
) -> None:
    with store.scratch() as scratch:
        for package in packages:
            target = scratch / package.file_name
            with archive.open(carrier.folder + package.file_name) as source, target.open("wb") as sink:
                while chunk := source.read(_CHUNK):
                    sink.write(chunk)
                    on_bytes(package.file_name, len(chunk))
            keep(package, target)
