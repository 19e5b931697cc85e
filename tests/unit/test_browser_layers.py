"""Does the browser side keep its cut: what decides about a text here, what reaches out there, views on top?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "overrides" / "src"
# Which folders' modules a folder may import. `.` are the modules at the top that all may share.
MAY_IMPORT = {
    "work": {"work", "."},
    "run": {"run", "."},
    "store": {"store", "work", "."},
    "view": {"view", "store", "run", "work", "."},
    "boot": {"boot"},
    "kernel": {"kernel", "boot", "."},
    "labext": {"labext", "boot"},
    "stubs": {"stubs"},
}
SHARED = {"shape", "types", "words"}
# The page, the browser's stores, the network and the clock. `Date` as a value to be shown is none of them.
REACHES_OUT = re.compile(
    r"\b(?:document|window|navigator|indexedDB|localStorage|sessionStorage|location|fetch|setTimeout|setInterval"
    r"|requestAnimationFrame|performance|crypto|Math\.random|Date\.now|new Date\(\)|Worker|postMessage"
    r"|addEventListener|console)\b"
)


def code(text: str) -> str:
    """TypeScript without its comments and texts, which may name anything."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"'(?:\\.|[^'\\\n])*'|\"(?:\\.|[^\"\\\n])*\"|`(?:\\.|[^`\\])*`", "''", text)
    return re.sub(r"//[^\n]*", "", text)


def imports(text: str) -> Iterator[str]:
    """What a module imports, at once or later, by the names it writes."""
    yield from re.findall(r"(?:\bfrom|\bimport)\s*\(?\s*'([^']+)'", text)


def strays(folder: str, text: str) -> list[str]:
    """Imports of a module in `folder` that go where it may not."""
    found = []
    for name in imports(text):
        if not name.startswith("."):
            continue
        target = name.split("/")
        home = folder if target[0] == "." else target[1] if len(target) > 2 else "."
        if home not in MAY_IMPORT[folder] or (home == "." and Path(name).stem not in SHARED):
            found.append(name)
    return found


PURE = sorted([*(SOURCE / "work").glob("*.ts"), *(SOURCE / f"{name}.ts" for name in SHARED)])


def test_is_every_folder_looked_at() -> None:
    assert {path.name for path in SOURCE.iterdir() if path.is_dir()} == set(MAY_IMPORT)


@pytest.mark.parametrize("folder", sorted(MAY_IMPORT))
def test_do_modules_import_only_downward(folder: str) -> None:
    found = {path.name: strays(folder, path.read_text("utf-8")) for path in sorted((SOURCE / folder).glob("*.ts"))}
    assert {name: names for name, names in found.items() if names} == {}


@pytest.mark.parametrize("path", PURE, ids=lambda path: path.stem)
def test_does_a_deciding_module_reach_out(path: Path) -> None:
    assert REACHES_OUT.findall(code(path.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("folder", "text", "stray"),
    [
        ("work", "import { EditStore } from '../store/store.ts';", "../store/store.ts"),
        ("work", "import { BookPage } from '../book.ts';", "../book.ts"),
        ("run", "const { Editor } = await import('../view/editor.ts');", "../view/editor.ts"),
        ("store", "export { el } from '../view/dom.ts';", "../view/dom.ts"),
    ],
)
def test_is_an_import_upward_refused(folder: str, text: str, stray: str) -> None:
    assert strays(folder, text) == [stray]


@pytest.mark.parametrize(
    "line", ["document.title = ''", "const now = Date.now();", "await fetch(url)", "new Worker(url)"]
)
def test_is_reaching_out_noticed(line: str) -> None:
    assert REACHES_OUT.search(code(line))


def test_may_comments_and_texts_name_anything() -> None:
    assert not REACHES_OUT.search(
        code("// not the document\n/** fetch */ const word = 'window'; const b = `Date.now`;")
    )
