"""PyPI through pip: ask what a requirement means today, and download wheels by hash.

pip knows the user's index, proxy, certificates and credentials; nothing of that is repeated here.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from satchel.errors import ToolFailed
from satchel.runtime.catalogue import Package, normal
from satchel.shell import Line, call, python_tool

# Only wheels that hold no machine code: any interpreter, any platform.
_PURE = ("--only-binary=:all:", "--implementation", "py", "--abi", "none", "--platform", "any")
_CURE = (
    "Check that pip can reach its package index from this machine (pip download NAME), that pip itself is "
    "installed (python -m ensurepip), and that the version exists there."
)


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
    requirements: Sequence[str], *, python: str, pure: bool = True, echo: Line | None = None
) -> tuple[Found, ...]:
    """What the index offers for these requirements, without their dependencies.

    `pure` asks for wheels without machine code only. Raises `ToolFailed` if one of them cannot be had.
    """
    if not requirements:
        return ()
    tags = _PURE if pure else ("--only-binary=:all:",)
    report = call(
        [
            *python_tool("pip"),
            *("install", "--dry-run", "--quiet", "--no-deps", "--ignore-installed", "--report", "-"),
            *("--no-input", "--disable-pip-version-check", "--target", "unused", "--python-version", python),
            *tags,
            *requirements,
        ],
        what=f"No wheel found for {', '.join(requirements)}",
        cure=_CURE,
        echo=echo,
    )
    entries = json.loads(report.stdout)["install"]
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


def download(
    packages: Iterable[Package],
    folder: Path,
    *,
    python: str,
    on_file: Callable[[str], None] | None = None,
    echo: Line | None = None,
) -> None:
    """Fetch pure-Python wheels into `folder`; pip refuses whatever has another hash than the package.

    `on_file` is called with the name of each finished file. Raises `ToolFailed`.
    """
    wanted = sorted(packages, key=lambda package: package.name)
    if not wanted:
        return
    listing = folder / "requirements.txt"
    lines = (f"{package.name}=={package.version} --hash=sha256:{package.sha256}\n" for package in wanted)
    listing.write_text("".join(lines), encoding="utf-8")

    def on_line(line: str) -> None:
        if on_file and line.strip().startswith("Saved "):
            on_file(Path(line.strip().removeprefix("Saved ")).name)

    call(
        [
            *python_tool("pip"),
            *("download", "--no-deps", "--no-input", "--disable-pip-version-check", "--progress-bar", "off"),
            *("--require-hashes", "--python-version", python, *_PURE),
            *("--dest", str(folder), "--requirement", str(listing)),
        ],
        what=f"pip could not download {', '.join(package.name for package in wanted)}",
        cure=_CURE + " A wrong hash means that the index serves another file than the one that was recorded.",
        on_line=on_line,
        echo=echo,
    )


def _sha256(info: dict[str, dict[str, dict[str, str]]], requirements: Sequence[str]) -> str:
    try:
        return info["archive_info"]["hashes"]["sha256"]
    except KeyError as error:
        raise ToolFailed(
            f"The package index gives no sha256 for {', '.join(requirements)}",
            cure="Use an index that publishes sha256 hashes.",
        ) from error
