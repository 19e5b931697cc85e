"""Builds JupyterLite from the staged contents and settings."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

from satchel import folders, stamps
from satchel.errors import ToolFailed
from satchel.shell import call
from satchel.staging import Staged
from satchel.stamps import Stamps

KERNEL_EXTENSION = "@jupyterlite/pyodide-kernel-extension"
WIDGETS_EXTENSION = "@jupyter-widgets/jupyterlab-manager"
_STEP = "lite"
_TOOLS = ("jupyterlite-core", "jupyterlite-pyodide-kernel", "jupyterlab-widgets")
# The site must not depend on when it was built, so JupyterLite shows this date (1 January 2026) for every file.
_EPOCH = 1767225600
_START = "import satchel, sys; from jupyterlite_core.app import main; sys.exit(main())"


def extension_folders(names: Iterable[str]) -> list[Path]:
    """Folders of installed prebuilt JupyterLab extensions.

    Raises:
        ToolFailed: one is not installed.
    """
    found: list[Path] = []
    for name in names:
        folder = Path(sys.prefix) / "share" / "jupyter" / "labextensions" / name
        if not folder.is_dir():
            raise ToolFailed(
                f"The JupyterLab extension {name} was not found",
                detail=str(folder),
                cure="Install satchel's dependencies into this environment again: pip install -e .",
            )
        found.append(folder)
    return found


def build(
    contents: Staged,
    settings: dict[str, str],
    work: Path,
    *,
    content: Path,
    extensions: Iterable[Path],
    remembered: Stamps,
    echo: Callable[[str], None] | None = None,
) -> Path:
    """Build JupyterLite, unless nothing changed; returns the folder to publish at /lite/.

    Raises:
        ToolFailed: JupyterLite failed.
    """
    # In a folder of its own: JupyterLite sets the times of all that lies beside it back, and Sphinx goes by times.
    source, files, out = work / "lite-source", work / "lite-contents", work / "jupyterlite" / "site"
    folders.sync(files, texts=contents.texts, copies={name: content / name for name in contents.copies})
    folders.sync(source, texts=settings, copies={})
    key = stamps.key(
        folders.digest(source),
        folders.digest(files),
        *(folders.digest(folder) for folder in extensions),
        *(f"{tool} {version(tool)}" for tool in _TOOLS),
    )
    if remembered.fresh(_STEP, key) and (out / "index.html").is_file():
        return out
    remembered.forget(_STEP)
    _clear(out)
    # doit keeps its database in the current folder; a stale one would skip steps whose results we removed.
    (source / ".jupyterlite.doit.db").unlink(missing_ok=True)
    call(
        [
            *(sys.executable, "-c", _START, "build"),
            *("--lite-dir", source, "--output-dir", out, "--contents", files),
            *("--source-date-epoch", str(_EPOCH)),
        ],
        cwd=source,
        env={"PYTHONDONTWRITEBYTECODE": "1"},
        what="JupyterLite",
        cure="The lines above are JupyterLite's own; check the files in lite/ first.",
        echo=echo,
    )
    _verify(out, contents)
    remembered.succeeded(_STEP, key)
    return out


def _clear(out: Path) -> None:
    if out.exists():
        folders.sync(out, texts={}, copies={})


def _verify(out: Path, contents: Staged) -> None:
    """JupyterLite drops what it cannot read without a word, so look at what came out."""
    config = json.loads((out / "jupyter-lite.json").read_text("utf-8")).get("jupyter-config-data", {})
    missing = [name for name in contents.texts if not (out / "files" / name).is_file()]
    if "contentsStorageName" not in config or missing:
        raise ToolFailed(
            "JupyterLite left something out",
            detail=", ".join(missing) or "its settings were not taken over",
            cure="Please report this with the versions of jupyterlite-core and satchel.",
        )
