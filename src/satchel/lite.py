"""Builds JupyterLite from the staged contents and settings."""

from __future__ import annotations

import filecmp
import json
import shutil
import sys
from collections.abc import Callable, Iterable
from importlib.metadata import version
from pathlib import Path

from satchel import folders, litesettings, stamps
from satchel.errors import ToolFailed
from satchel.shell import call
from satchel.staging import Staged
from satchel.stamps import Stamps

KERNEL_EXTENSION = "@jupyterlite/pyodide-kernel-extension"
WIDGETS_EXTENSION = "@jupyter-widgets/jupyterlab-manager"
_STEP = "lite"
_APP = "lite-app"
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

    Where only contents changed, JupyterLite does again what it takes for out of date, and no more.

    Raises:
        ToolFailed: JupyterLite failed.
    """
    # In a folder of its own: JupyterLite sets the times of all that lies beside it back, and Sphinx goes by times.
    source, files, out = work / "lite-source", work / "lite-contents", work / "jupyterlite" / "site"
    folders.sync(files, texts=contents.texts, copies={name: content / name for name in contents.copies})
    folders.sync(source, texts=settings, copies={})
    app = stamps.key(
        folders.digest(source),
        *(folders.digest(folder) for folder in extensions),
        *(f"{tool} {version(tool)}" for tool in _TOOLS),
    )
    key = stamps.key(app, folders.digest(files))
    if remembered.fresh(_STEP, key) and (out / "index.html").is_file():
        return out
    # What JupyterLite has done, as it notes itself, where it looks for that and where it lies between builds.
    done, kept = source / ".jupyterlite.doit.db", work / "jupyterlite.db"
    alike = remembered.fresh(_APP, app) and (out / "index.html").is_file() and kept.is_file()
    remembered.forget(_STEP)
    remembered.forget(_APP)
    if alike:
        _clear_contents(out, files)
        kept.replace(done)
    else:
        _clear(out)
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
    _verify(out, files, settings[litesettings.BUILD_CONFIG])
    done.replace(kept)
    remembered.succeeded(_APP, app)
    remembered.succeeded(_STEP, key)
    return out


def _clear(out: Path) -> None:
    if out.exists():
        folders.sync(out, texts={}, copies={})


def _clear_contents(out: Path, files: Path) -> None:
    """Take away what JupyterLite would leave although the contents are others now: old files, and lists of files."""
    folders.keep_only(out / "files", folders.files(files))
    shutil.rmtree(out / "api" / "contents", ignore_errors=True)


def _verify(out: Path, files: Path, build_config: str) -> None:
    """JupyterLite drops what it cannot read without a word, so look at what came out."""
    config = json.loads((out / "jupyter-lite.json").read_text("utf-8")).get("jupyter-config-data", {})
    names = folders.files(files)
    names = sorted(set(names) - litesettings.left_out(build_config, names))
    _, differing, missing = filecmp.cmpfiles(files, out / "files", names, shallow=False)
    if "contentsStorageName" not in config or differing or missing:
        raise ToolFailed(
            "JupyterLite left something out",
            detail=", ".join((*differing, *missing)) or "its settings were not taken over",
            cure="Please report this with the versions of jupyterlite-core and satchel.",
        )
