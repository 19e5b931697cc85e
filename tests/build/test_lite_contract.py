"""Is JupyterLite still what our extension takes it for? An upgrade that changes a name of this list must fail here."""

from __future__ import annotations

import json
import re
import sys
from importlib.metadata import version
from pathlib import Path

import pytest

from satchel import litedefaults
from satchel.lite import KERNEL_EXTENSION, extension_folders

pytestmark = pytest.mark.build
ROOT = Path(__file__).resolve().parents[2]
KERNEL = "@jupyterlite/pyodide-kernel-extension:kernel"
CLIENT = "@jupyterlite/services-extension:kernel-client"
EXECUTOR = "@jupyterlab/notebook-extension:cell-executor"
# What upstream's plugin reads of its settings, and what its worker answers to.
SETTINGS = ("pyodideUrl", "pipliteUrls", "disablePyPIFallback", "loadPyodideOptions")
WORKER = (
    "initRuntime(",
    "initialize(",
    "initFilesystem(",
    "execute(",
    "input(",
    "getpass(",
    "_kernelMessage",
    "_logMessage",
)
APPLICATION = (
    f'"{CLIENT}"',
    f'"{EXECUTOR}"',
    '"@jupyterlab/notebook:INotebookCellExecutor"',
    '"JupyterLab Light"',
    '"JupyterLab Dark"',
    '"raises-exception"',
    "KernelReplyNotOK",
    '"@jupyterlite/apputils:IServiceWorkerManager"',
    "handleStdin",
    "browsingContextId",
    "processDriveRequest",
    "isRestarting",
)
# The format of the drive: localForage's stores, and what an item has. Our adapter (overrides/src/drive) writes it.
DRIVE = (
    'storeName:"files"',
    'storeName:"counters"',
    'storeName:"checkpoints"',
    '"local-forage-detect-blob-support"',
    "contentsStorageName",
    "JupyterLite Storage - $",
    "last_modified:",
    "created:",
    "mimetype:",
    "writable:!0",
)


def scripts(folder: Path) -> str:
    return "\n".join(path.read_text("utf-8", "replace") for path in sorted(folder.rglob("*.js")))


def lost(names: tuple[str, ...], text: str) -> list[str]:
    """Names that the text does not hold. Which quotes stand around them is the bundler's choice."""
    return [name for name in names if name not in text and name.replace('"', "'") not in text]


def test_a_lost_name_is_found() -> None:
    assert lost(("kept(", '"quoted"', "gone("), "function kept() { return 'quoted' }") == ["gone("]


def test_upstreams_kernel_is_the_one_that_ours_was_made_from() -> None:
    ours = json.loads((ROOT / "overrides" / "package.json").read_text("utf-8"))["dependencies"]
    assert ours["@jupyterlite/pyodide-kernel"] == version("jupyterlite-pyodide-kernel")
    [folder] = extension_folders([KERNEL_EXTENSION])
    text = scripts(folder / "static")
    assert lost((f'"{KERNEL}"', *SETTINGS), text) == []
    [worker] = (folder / "static").glob("comlink.worker.*.js")
    assert lost(WORKER, worker.read_text("utf-8")) == []


def test_the_application_has_what_ours_asks_for(demo_site: Path) -> None:
    assert lost(APPLICATION, scripts(demo_site / "lite" / "build")) == []


def test_the_drive_is_what_our_adapter_takes_it_for(demo_site: Path) -> None:
    assert lost(DRIVE, scripts(demo_site / "lite" / "build")) == []
    config = json.loads((demo_site / "lite" / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    assert config["contentsStorageName"] == "satchel/data-by-hand/lite/contents"
    # Another driver than IndexedDB's would keep the files where the adapter does not look.
    assert not config.get("contentsStorageDrivers")
    adapter = "\n".join(path.read_text("utf-8") for path in sorted((ROOT / "overrides" / "src" / "drive").glob("*.ts")))
    names = ("'files'", "'counters'", "'checkpoints'", "'local-forage-detect-blob-support'", "JupyterLite Storage")
    assert lost(names, adapter) == []
    assert "`${storeName(courseId)}/lite/contents`" in (ROOT / "overrides/src/work/keys.ts").read_text("utf-8")


def test_the_settings_are_what_ours_expects(demo_site: Path) -> None:
    config = json.loads((demo_site / "lite" / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    assert {KERNEL, CLIENT, EXECUTOR} <= set(config["disabledExtensions"])
    settings = config["litePluginSettings"][KERNEL]
    assert set(SETTINGS) <= set(settings)
    assert (demo_site / "lite" / settings["pyodideUrl"]).resolve() == (demo_site / "runtime" / "boot.mjs").resolve()
    for url in settings["pipliteUrls"]:
        assert (demo_site / "lite" / url.split("?")[0]).is_file()
    assert config["satchelFiles"]["module-2-tables"] == ["module-2-tables/data/school-roof-2024.csv"]
    for files in config["satchelFiles"].values():
        assert all((demo_site / "lite" / "files" / path).is_file() for path in files)


def test_what_is_left_out_and_set_exists_under_these_names(demo_site: Path) -> None:
    text = scripts(demo_site / "lite" / "build")
    assert lost(tuple(f'"{name}"' for name in litedefaults.LEFT_OUT), text) == []
    schemas = demo_site / "lite" / "build" / "schemas"
    for plugin, values in litedefaults.SETTINGS.items():
        package, _, name = plugin.partition(":")
        known = json.loads((schemas / package / f"{name}.json").read_text("utf-8"))["properties"]
        assert set(values) <= set(known), plugin


def test_a_plugin_under_another_name_is_noticed(demo_site: Path) -> None:
    text = scripts(demo_site / "lite" / "build")
    assert lost(('"@jupyterlab/terminal-extension:renamed"',), text) == ['"@jupyterlab/terminal-extension:renamed"']


def test_our_extension_starts_python_from_its_first_script(demo_site: Path) -> None:
    folder = demo_site / "lite" / "extensions" / "satchel-lab"
    entry = json.loads((folder / "package.json").read_text("utf-8"))["jupyterlab"]["_build"]["load"]
    text = (folder / entry).read_text("utf-8")
    [worker] = (folder / "static").glob("comlink.worker.*.js")
    assert lost(("initRuntime", "jupyter-config-data", worker.name), text) == []
    # What the application shares is not there yet when this runs.
    assert not re.search(r"get\w*\(\s*[\"']@jupyterlab", text)
    assert sys.prefix not in scripts(folder)
