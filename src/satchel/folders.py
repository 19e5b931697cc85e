"""Brings folders to a wanted state, touching only files that differ, and says what is in them."""

from __future__ import annotations

import filecmp
import hashlib
import os
import shutil
from collections.abc import Collection, Iterable, Mapping
from pathlib import Path

# Names the files in a folder that the build wrote and may take away again.
OWN_LIST = ".satchel-files"


def sync(target: Path, *, texts: Mapping[str, str], copies: Mapping[str, Path]) -> None:
    """Make `target` hold exactly these files: `texts` by path, `copies` from elsewhere by path.

    A file whose content is already right keeps its time, because Sphinx and JupyterLite rebuild what looks newer.
    """
    keep_only(target, {*texts, *copies})
    for name, text in texts.items():
        _write(target / name, text.encode())
    for name, source in copies.items():
        # Data sets can be larger than memory.
        path = target / name
        if not (path.is_file() and filecmp.cmp(source, path, shallow=False)):
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, path)


def keep_only(target: Path, names: Collection[str]) -> None:
    """Take away all files of `target` but these, and folders that hold none any more."""
    wanted = frozenset(names)
    for path in sorted(target.rglob("*"), reverse=True) if target.exists() else ():
        if path.is_dir() and not path.is_symlink():
            if not any(path.iterdir()):
                path.rmdir()
        elif path.relative_to(target).as_posix() not in wanted:
            path.unlink()


def sync_own(target: Path, *, texts: Mapping[str, str]) -> None:
    """Make `target` hold these files beside those of others; only what an earlier call wrote goes away."""
    listed = target / OWN_LIST
    before = listed.read_text("utf-8").splitlines() if listed.is_file() else []
    # A name is a file right here: a list that somebody has changed must not reach further.
    for name in {name for name in before if name == Path(name).name} - set(texts):
        (target / name).unlink(missing_ok=True)
    for name, text in texts.items():
        _write(target / name, text.encode())
    if texts:
        _write(listed, "".join(f"{name}\n" for name in sorted(texts)).encode())
    elif before:
        listed.unlink()
        if not any(target.iterdir()):
            target.rmdir()


def _write(path: Path, content: bytes) -> None:
    if path.is_file() and path.stat().st_size == len(content) and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


def copy_tree(source: Path, target: Path, *, skip: frozenset[str] = frozenset()) -> None:
    """Copy a folder into another one that may exist; `skip` are names at the top of `source`.

    Raises:
        OSError: something could not be copied, and why.
    """

    def ignore(folder: str, names: list[str]) -> Iterable[str]:
        return skip & set(names) if Path(folder) == source else ()

    try:
        shutil.copytree(source, target, dirs_exist_ok=True, ignore=ignore)
    except shutil.Error as error:
        # One complaint a file: on a full disk that is all of them, for the same reason.
        (_, place, reason), *more = error.args[0]
        others = f" (and {len(more)} more files)" if more else ""
        raise OSError(f"{reason}: {place}{others}") from error


def files(folder: Path) -> list[str]:
    """Every file below `folder`, relative, with forward slashes, sorted."""
    return sorted(
        (Path(parent) / name).relative_to(folder).as_posix() for parent, _, names in os.walk(folder) for name in names
    )


def sha256(path: Path) -> str:
    """Hex SHA-256 of a file's content."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def digest(folder: Path, names: Iterable[str] | None = None) -> str:
    """16 hex digits over names and contents of the files below `folder` (or of `names` only)."""
    whole = hashlib.sha256()
    for name in sorted(names) if names is not None else files(folder):
        whole.update(f"{name}\0".encode())
        whole.update(bytes.fromhex(sha256(folder / name)))
    return whole.hexdigest()[:16]


def size(folder: Path) -> int:
    """Bytes of all files below `folder`."""
    return sum((folder / name).stat().st_size for name in files(folder))
