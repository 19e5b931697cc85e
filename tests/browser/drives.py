"""JupyterLite's files as the browser has them, read and written by satchel's own adapter, past all pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from satchel.shell import call, node_tool

from .records import BARE_PAGE, COURSE

OVERRIDES = Path(__file__).resolve().parents[2] / "overrides"
DRIVE = f"satchel/{COURSE}/lite/contents"
OLD = "JupyterLite Storage - /old/lite/"
_ENTRY = """
export { Drive } from './src/drive/drive.ts';
export { bytesOf, fileItem, folderItem, stored } from './src/drive/item.ts';
"""
_BUILD = """
const { build } = await import(process.argv[1]);
await build({
  stdin: { contents: process.argv[2], resolveDir: process.cwd(), loader: 'ts' },
  bundle: true, format: 'iife', globalName: 'adapter', outfile: process.argv[3], logLevel: 'error',
});
"""


def bundle(out: Path) -> Path:
    """The adapter as one script that a bare page can run; its names are below `adapter`."""
    esbuild = (OVERRIDES / "node_modules" / "esbuild" / "lib" / "main.js").as_uri()
    call(
        [*node_tool("node"), "--input-type=module", "--eval", _BUILD, esbuild, _ENTRY, out / "adapter.js"],
        cwd=OVERRIDES,
        what="esbuild for the adapter's tests",
        cure="Run `npm ci` in overrides/.",
    )
    return out / "adapter.js"


class Drives:
    """The databases of one browser profile, seen through the adapter."""

    def __init__(self, page: Page, home: str, script: Path) -> None:
        self.page = page
        page.goto(home + BARE_PAGE)
        page.add_script_tag(content=script.read_text("utf-8"))

    def contents(self, name: str = DRIVE) -> dict[str, Any] | None:
        """Every item by its path, as the adapter reads it; `None` if there is no such drive."""
        found = self.page.evaluate(
            "async (name) => { const all = await new adapter.Drive(name).contents(); return all && [...all]; }", name
        )
        return None if found is None else dict(found)

    def put(self, files: dict[str, tuple[str, Any]], name: str = DRIVE, *, time: int = 1_700_000_000_000) -> None:
        """Write files: format and value by path; the format `directory` makes a folder."""
        self.page.evaluate(
            """([name, files, time]) => new adapter.Drive(name).change(() => files.map(([path, [format, value]]) =>
              format === 'directory' ? adapter.folderItem(path, time)
                : adapter.fileItem(path, format, value, { created: time, modified: time })))""",
            [name, list(files.items()), time],
        )

    def raw(self, name: str = DRIVE) -> dict[str, Any]:
        """What lies in the store of files, past the adapter."""
        return dict(self._ask(name, "files", "getAllKeys", "getAll"))

    def layout(self, name: str = DRIVE) -> tuple[int, list[str]]:
        """The database's version and its stores."""
        version, stores = self.page.evaluate(
            """(name) => new Promise((resolve, reject) => {
              const request = indexedDB.open(name);
              request.onerror = () => reject(request.error);
              request.onsuccess = () => {
                const { version, objectStoreNames } = request.result;
                request.result.close();
                resolve([version, [...objectStoreNames]]);
              };
            })""",
            name,
        )
        return version, stores

    def names(self) -> list[str]:
        """All databases of the origin."""
        found: list[str] = self.page.evaluate("async () => (await indexedDB.databases()).map(({ name }) => name)")
        return sorted(found)

    def wait_for(self, path: str, text: str, name: str = DRIVE) -> None:
        """Wait until a file is stored and holds `text`, be it as text or as base64."""
        for _ in range(3000):
            found = self.page.evaluate(
                """async ([name, path, text]) => {
                  const item = await new adapter.Drive(name).read(path);
                  return item !== null && new TextDecoder().decode(adapter.bytesOf(item)).includes(text);
                }""",
                [name, path, text],
            )
            if found:
                return
            self.page.evaluate("() => new Promise(requestAnimationFrame)")
        raise AssertionError(f"{path} in {name} does not hold {text!r}")

    def _ask(self, name: str, store: str, keys: str, values: str) -> Any:
        return self.page.evaluate(
            """([name, store, keys, values]) => new Promise((resolve, reject) => {
              const request = indexedDB.open(name);
              request.onerror = () => reject(request.error);
              request.onsuccess = () => {
                const tx = request.result.transaction(store);
                const found = [tx.objectStore(store)[keys](), tx.objectStore(store)[values]()];
                tx.oncomplete = () => {
                  request.result.close();
                  resolve(found[0].result.map((key, index) => [key, found[1].result[index]]));
                };
              };
            })""",
            [name, store, keys, values],
        )
