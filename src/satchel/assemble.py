"""Puts the finished parts together and swaps them in for the last site in one move."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from satchel import folders, offlinelist
from satchel.errors import ToolFailed
from satchel.frontend import Frontend

MARKER = ".satchel-site"
_SUMS = "SHA256SUMS"
_LISTS = frozenset({_SUMS, offlinelist.FILE_NAME})
_LEFT_OUT = frozenset({"objects.inv", ".buildinfo", "_sources", ".doctrees"})
# Templates of the themes, not pages: their links are not filled in.
_NO_PAGES = ("_static/webpack-macros.html", "_static/sbt-webpack-macros.html")


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a site is made of: folders of the book, JupyterLite and the runtime, the frontend, texts by path."""

    book: Path
    lite: Path
    runtime: Path
    frontend: Frontend
    texts: Mapping[str, str]


def refuse_foreign(site: Path) -> None:
    """Stop before anything is built if `site` holds something that is not ours to delete.

    Raises:
        ToolFailed: the folder exists, is not empty and was not made by this program.
    """
    if site.exists() and not (site / MARKER).exists() and (not site.is_dir() or any(site.iterdir())):
        raise ToolFailed(
            f"{site} exists and was not made by satchel",
            cure="Choose another folder with --out, or move that one away.",
        )


def recover(site: Path) -> None:
    """Put back the last good site if a swap was interrupted between its two moves."""
    old = _old(site)
    if old.exists() and not site.exists():
        old.rename(site)


def assemble(parts: Parts, aside: Path) -> Path:
    """Build the whole site in `aside`, a folder of ours that is emptied first."""
    if aside.exists():
        shutil.rmtree(aside)
    folders.copy_tree(parts.book, aside, skip=_LEFT_OUT)
    for name in _NO_PAGES:
        (aside / name).unlink(missing_ok=True)
    # Written when a notebook fails while the book is built; for the author, with paths of this computer in it.
    for log in (aside / "reports").rglob("*.err.log"):
        log.unlink()
    folders.copy_tree(parts.lite, aside / "lite")
    folders.copy_tree(parts.runtime, aside / "runtime")
    parts.frontend.publish(aside)
    for name, text in parts.texts.items():
        (aside / name).parent.mkdir(parents=True, exist_ok=True)
        (aside / name).write_text(text, "utf-8")
    # Without it GitHub Pages hides every folder that starts with an underscore.
    (aside / ".nojekyll").touch()
    (aside / MARKER).write_text("Made by satchel; the next build replaces this folder.\n", "utf-8")
    seal(aside)
    return aside


def seal(site: Path) -> None:
    """Write the lists of all files and their hashes; to be done again after any change to the site."""
    hashes = {name: folders.sha256(site / name) for name in folders.files(site) if name not in _LISTS}
    listed = ((name, (site / name).stat().st_size, digest) for name, digest in hashes.items())
    (site / offlinelist.FILE_NAME).write_text(offlinelist.list_text(listed), "utf-8")
    hashes[offlinelist.FILE_NAME] = folders.sha256(site / offlinelist.FILE_NAME)
    # `sha256sum -c` format, every file of the site but the list itself.
    (site / _SUMS).write_text("".join(f"{hashes[name]}  {name}\n" for name in sorted(hashes)), "utf-8")


def swap(aside: Path, site: Path) -> None:
    """Put `aside` in the place of `site`. If that fails half-way, the old site is put back."""
    old = _old(site)
    shutil.rmtree(old, ignore_errors=True)
    if site.exists():
        site.rename(old)
    try:
        aside.rename(site)
    except OSError:
        if old.exists() and not site.exists():
            old.rename(site)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _old(site: Path) -> Path:
    # A hidden name like that of our other folders: `site.old` may well be somebody's own copy.
    return site.with_name(f".{site.name}-old")
