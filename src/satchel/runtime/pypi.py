"""PyPI through pip: ask what a requirement means today, and download wheels by hash.

pip knows the user's index, proxy, certificates and credentials; nothing of that is repeated here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet

from satchel.errors import ToolFailed
from satchel.runtime.cache import OFFLINE_CURE, wrong_hash
from satchel.runtime.catalogue import Package, normal
from satchel.shell import Line, call, python_tool

# Only wheels that hold no machine code: any interpreter, any platform.
PURE = ("--only-binary=:all:", "--implementation", "py", "--abi", "none", "--platform", "any")
ANY = ("--only-binary=:all:",)
_CURE = (
    "Check that pip can reach its package index from this machine (pip download NAME), that pip itself is installed "
    f"(python -m ensurepip), and that the version exists there. {OFFLINE_CURE}"
)


_NONE = re.compile(r"No matching distribution found for (.+)")
# pip says the same sentence when it never reached the index; then it also says that it tried again.
_UNREACHED = re.compile(r"Retrying \(Retry\(|Connection|connection|403 Client Error|401 Client Error|50\d Server Error")
# What pip --require-hashes says about a file with other bytes.
_MISMATCH = re.compile(r"Expected sha256 ([0-9a-f]{64})\s+Got\s+([0-9a-f]{64})")


def native(python: str) -> tuple[str, ...]:
    """Wheels as they are for the machine that most wheels are made for, whatever machine this is."""
    return (
        *("--only-binary=:all:", "--implementation", "cp", "--abi", f"cp{python.replace('.', '')}"),
        *("--platform", "manylinux_2_28_x86_64"),
        *("--platform", "manylinux_2_17_x86_64", "--platform", "manylinux2014_x86_64"),
    )


class NoSuchWheel(ToolFailed):
    """The index answered, and has no wheel that fits `requirement`."""

    def __init__(self, requirement: str, *, detail: str) -> None:
        self.requirement = requirement
        super().__init__(f"No wheel found for {requirement}", detail=detail, cure=_CURE)


@dataclass(frozen=True, kw_only=True)
class Found:
    """A wheel as the index offers it. `requires` are its Requires-Dist lines."""

    name: str
    version: str
    url: str
    sha256: str
    requires: tuple[str, ...]

    @property
    def file_name(self) -> str:
        """The wheel's file name."""
        return unquote(urlsplit(self.url).path.rsplit("/", 1)[-1])


def find(
    requirements: Sequence[str],
    *,
    python: str,
    tags: Sequence[str] = PURE,
    echo: Line | None = None,
) -> tuple[Found, ...]:
    """What the index offers for these requirements, without their dependencies.

    `tags` say which wheels count: PURE (no machine code), `native(python)`, or ANY. Raises `NoSuchWheel` if the index
    has no such wheel, `ToolFailed` if it cannot be asked.
    """
    wanted = [Requirement(text) for text in requirements]
    entries: list[Any] = []
    unfit = wanted
    while unfit:
        entries = _report([str(requirement) for requirement in wanted], python, tags, echo)
        unfit = _unfit(entries, wanted, python)
    return tuple(
        Found(
            name=normal(entry["metadata"]["name"]),
            version=entry["metadata"]["version"],
            url=entry["download_info"]["url"],
            sha256=_sha256(entry["download_info"], requirements),
            requires=tuple(entry["metadata"].get("requires_dist", ())),
        )
        for entry in entries
    )


def _report(requirements: Sequence[str], python: str, tags: Sequence[str], echo: Line | None) -> list[Any]:
    try:
        report = call(
            [
                *python_tool("pip"),
                *("install", "--dry-run", "--quiet", "--no-deps", "--ignore-installed", "--report", "-"),
                # pip would compare with the Python that it runs on, whatever --python-version says.
                "--ignore-requires-python",
                # Without a second try pip does not say that it never reached the index.
                *("--no-input", "--disable-pip-version-check", "--retries", "2", "--target", "unused"),
                *("--python-version", python, *tags, *requirements),
            ],
            what=f"Asking the package index for {', '.join(requirements)} failed",
            cure=_CURE,
            echo=echo,
        )
    except ToolFailed as error:
        none = _NONE.search(error.detail)
        if none and not _UNREACHED.search(error.detail):
            raise NoSuchWheel(none[1].strip(), detail=error.detail) from error
        raise
    entries: list[Any] = json.loads(report.stdout)["install"]
    return entries


def _unfit(entries: Sequence[Any], wanted: Sequence[Requirement], python: str) -> list[Requirement]:
    """The requirements whose answer is not for this Python; each now excludes that version."""
    found = []
    for metadata in (entry["metadata"] for entry in entries):
        if not SpecifierSet(metadata.get("requires_python") or "").contains(f"{python}.0"):
            name = normal(metadata["name"])
            found += (mine := [requirement for requirement in wanted if normal(requirement.name) == name])
            for requirement in mine:
                requirement.specifier &= SpecifierSet(f"!={metadata['version']}")
    return found


def download(
    packages: Iterable[Package],
    folder: Path,
    *,
    python: str,
    compiled: bool = False,
    echo: Line | None = None,
) -> None:
    """Fetch wheels into `folder`; pip refuses whatever has another hash.

    With `compiled` they are the wheels with machine code that the packages are `made_of`. Raises `ToolFailed`.
    """
    wanted = sorted(packages, key=lambda package: package.name)
    if not wanted:
        return
    listing = folder / "requirements.txt"
    lines = (
        f"{package.name}=={package.version} --hash=sha256:{package.made_of if compiled else package.sha256}\n"
        for package in wanted
    )
    listing.write_text("".join(lines), encoding="utf-8")
    words = [
        *python_tool("pip"),
        *("download", "--no-deps", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"),
        *("--require-hashes", "--python-version", python, *(native(python) if compiled else PURE)),
        *("--dest", str(folder), "--requirement", str(listing)),
    ]
    what = f"pip could not download {', '.join(package.name for package in wanted)}"
    try:
        call(words, what=what, cure=_CURE, echo=echo)
    except ToolFailed as error:
        mismatch = _MISMATCH.search(error.detail)
        if mismatch is None:
            raise
        names = {package.made_of if compiled else package.sha256: package.file_name for package in wanted}
        name = names.get(mismatch[1], "a wheel")
        raise wrong_hash(name, wanted=mismatch[1], found=mismatch[2], origin="the package index") from error


def _sha256(info: dict[str, dict[str, dict[str, str]]], requirements: Sequence[str]) -> str:
    try:
        return info["archive_info"]["hashes"]["sha256"]
    except KeyError as error:
        raise ToolFailed(
            f"The package index gives no sha256 for {', '.join(requirements)}",
            cure="Use an index that publishes sha256 hashes.",
        ) from error
