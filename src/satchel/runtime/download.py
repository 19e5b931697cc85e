"""One file (or a piece of one) over HTTP, going on where an earlier attempt was interrupted."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http import HTTPStatus
from pathlib import Path

import requests
from requests.adapters import HTTPAdapter
from urllib3.util.retry import Retry

_CHUNK = 1 << 18
# Seconds for the connection, and between two pieces of an answer. A stalled answer costs nothing but the wait.
_TIMEOUTS = (10.0, 20.0)
# Attempts in a row without a new byte before giving up.
_ATTEMPTS = 4
# Seconds before the second attempt; each further pause is twice as long.
_BACKOFF = 0.5


class NoRanges(Exception):
    """The server gives whole files only, and a piece was asked for."""


class _Broken(Exception):
    """An answer began and did not come to its end."""


def session() -> requests.Session:
    """A session that tries again when a server is busy or a connection breaks."""
    retry = Retry(total=_ATTEMPTS, backoff_factor=_BACKOFF, status_forcelist=(429, 500, 502, 503, 504))
    made = requests.Session()
    made.mount("https://", HTTPAdapter(max_retries=retry))
    made.mount("http://", HTTPAdapter(max_retries=retry))
    return made


def answers(url: str, *, seconds: float) -> bool:
    """Whether a server gives this file, found out within so many seconds."""
    found: list[bool] = []

    def ask() -> None:
        try:
            with requests.head(url, timeout=seconds, allow_redirects=True) as answer:
                found.append(answer.status_code == HTTPStatus.OK)
        except OSError:
            found.append(False)

    # Looking up a name knows no time limit of its own, so somebody else waits for it.
    thread = threading.Thread(target=ask, daemon=True)
    thread.start()
    thread.join(seconds)
    return found == [True]


def download(
    url: str, part: Path, *, on_bytes: Callable[[int], None], piece: tuple[int, int] | None = None, size: int = 0
) -> bool:
    """Bring `part` to hold the file at `url`, or its `piece` (first byte, length); False if there is no such file.

    What `part` holds already is kept if the server answers range requests, and fetched again if not. `size` is the
    file's length in bytes if it is known. `on_bytes` gets the number of bytes beyond the most that was there so far,
    those of an earlier attempt included; whatever it raises ends the download and `part` stays for the next one.

    Nothing is known of the content afterwards: compare its hash. Raises `OSError` if the server cannot be reached or
    never finishes, `NoRanges` if it does not give a piece.
    """
    told = best = idle = 0

    def tell() -> None:
        nonlocal told
        here = _size(part)
        if here > told:
            told, new = here, here - told
            on_bytes(new)

    while True:
        try:
            return _attempt(url, part, tell, piece, size)
        except _Broken as broken:
            here = _size(part)
            idle = 0 if here > best else idle + 1
            best = max(best, here)
            if idle == _ATTEMPTS:
                raise OSError(f"{url}: {broken}") from broken


def _attempt(url: str, part: Path, tell: Callable[[], None], piece: tuple[int, int] | None, size: int) -> bool:
    first, length = piece or (0, size)
    if length and _size(part) > length:
        part.unlink()
    have = _size(part)
    if length and have == length:
        tell()
        return True
    # What a server packs for the way cannot be continued in the middle.
    headers = {"Accept-Encoding": "identity"}
    if piece or have:
        headers["Range"] = f"bytes={first + have}-{first + length - 1 if length else ''}"
    with session() as own, own.get(url, stream=True, timeout=_TIMEOUTS, headers=headers) as answer:
        if answer.status_code == HTTPStatus.NOT_FOUND:
            return False
        if answer.status_code == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE and have:
            # There is no more than what came before, so it is all of it or nothing of it.
            tell()
            return True
        answer.raise_for_status()
        continued = answer.status_code == HTTPStatus.PARTIAL_CONTENT
        if piece and not continued:
            raise NoRanges(url)
        if continued and not answer.headers.get("Content-Range", "").startswith(f"bytes {first + have}-"):
            part.unlink(missing_ok=True)
            raise _Broken("another part came than the one asked for")
        with part.open("ab" if continued else "wb", buffering=0) as sink:
            try:
                for chunk in answer.iter_content(_CHUNK):
                    sink.write(chunk)
                    tell()
            except requests.RequestException as error:
                raise _Broken(error) from error
    if _size(part) < length:
        raise _Broken("the answer ended too early")
    return True


def _size(part: Path) -> int:
    return part.stat().st_size if part.is_file() else 0
