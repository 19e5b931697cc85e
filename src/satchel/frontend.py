"""Builds the browser side (overrides/) into one hashed folder of ES modules, with npm and esbuild."""

from __future__ import annotations

import importlib.util
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from satchel import folders, stamps
from satchel.errors import ToolFailed
from satchel.shell import call, node_env, node_tool
from satchel.stamps import Stamps

SOURCE = Path(__file__).resolve().parents[2] / "overrides"
_INPUTS = ("src", "css", "build", "icons", ".npmrc", "build.mjs", "package.json", "package-lock.json", "tsconfig.json")
_STEP = "frontend"
# Rules over all pages below the folder it lies in, so that is the site itself.
_AT_THE_TOP = "service-worker.js"
# Not in the hashed folder: boot.mjs lives in /runtime/, the extension in /lite/.
_NOT_SERVED = frozenset({"boot.mjs", "labextension", _AT_THE_TOP})


@dataclass(frozen=True, kw_only=True)
class Frontend:
    """The built browser side: `folder` on disk, `assets` its place in the site with a slash at the end."""

    folder: Path
    assets: str

    @property
    def boot(self) -> Path:
        """The hook module that the kernel loads Pyodide through."""
        return self.folder / "boot.mjs"

    @property
    def extension(self) -> Path:
        """The prebuilt JupyterLab extension."""
        return self.folder / "labextension"

    def publish(self, site: Path) -> None:
        """Copy what readers load into the site."""
        folders.copy_tree(self.folder, site / self.assets, skip=_NOT_SERVED)
        shutil.copyfile(self.folder / _AT_THE_TOP, site / _AT_THE_TOP)


def templates() -> dict[str, str]:
    """The page templates by name."""
    return {path.name: path.read_text("utf-8") for path in sorted((SOURCE / "templates").iterdir())}


def sources() -> list[Path]:
    """The folders that the browser side and the pages' templates are written in."""
    return [path for path in (SOURCE / name for name in (*_INPUTS, "templates")) if path.is_dir()]


def build(out: Path, remembered: Stamps, *, echo: Callable[[str], None] | None = None) -> Frontend:
    """Build the browser side into `out`, or take what is there if nothing changed.

    Raises:
        ToolFailed: npm or esbuild failed.
    """
    if not (SOURCE / "package-lock.json").exists():
        raise ToolFailed(
            "The browser side of satchel was not found",
            detail=str(SOURCE),
            cure="Run build.py from a checkout of satchel: the folder overrides/ must lie beside src/.",
        )
    key = stamps.key(folders.digest(SOURCE, _inputs()))
    if not (remembered.fresh(_STEP, key) and (out / "page.js").exists()):
        _install(echo)
        remembered.forget(_STEP)
        call(
            [*node_tool("node"), "build.mjs", "--out", out, "--jupyterlab-staging", _staging()],
            cwd=SOURCE,
            env=node_env(),
            what="Building the browser side",
            cure="Run `npm run build` in overrides/ to see the whole output.",
            echo=echo,
        )
        remembered.succeeded(_STEP, key)
    served = [name for name in folders.files(out) if name.split("/")[0] not in _NOT_SERVED]
    return Frontend(folder=out, assets=f"satchel/{folders.digest(out, served)[:10]}/")


def _inputs() -> list[str]:
    """Files that the browser side is built from. To look through `node_modules` takes longer than all else here."""
    tops = [SOURCE / name for name in _INPUTS]
    below = (path / name for path in tops if path.is_dir() for name in folders.files(path))
    files = (*below, *(path for path in tops if path.is_file()))
    return [path.relative_to(SOURCE).as_posix() for path in files]


def _install(echo: Callable[[str], None] | None) -> None:
    """`npm ci`, unless the packages of this very lock file are there already."""
    stamp = SOURCE / "node_modules" / ".satchel-lock"
    wanted = folders.digest(SOURCE, ["package-lock.json"])
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return
    call(
        [*node_tool("npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"],
        cwd=SOURCE,
        env=node_env(),
        what="Installing the packages of the browser side",
        cure="Check the connection to the npm registry, then run the build again.",
        echo=echo,
    )
    stamp.write_text(wanted, "utf-8")


def _staging() -> Path:
    """JupyterLab's staging folder, from which its extension builder takes the versions of shared packages.

    Raises:
        ToolFailed: JupyterLab is not installed in this environment.
    """
    spec = importlib.util.find_spec("jupyterlab")
    if spec is None or spec.origin is None:
        raise ToolFailed("JupyterLab was not found", cure="Install satchel's dependencies again: pip install -e .")
    return Path(spec.origin).parent / "staging"
