"""Makes the wheels of `own/` from the modules beside them: `python -m satchel.runtime.make_standin`."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from pathlib import Path

from satchel.runtime.stripped import write_wheel

FOLDER = Path(__file__).parent / "own"


def contents(module: Path) -> Mapping[str, bytes]:
    """The files of a module's wheel but the record."""
    info = f"{module.stem}-0.dist-info"
    name = module.stem.replace("_", "-")
    return {
        module.name: module.read_bytes(),
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 0\n".encode(),
        f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: satchel\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }


def main() -> None:
    """Write a wheel for each module in `own/`."""
    for module in sorted(FOLDER.glob("*.py")):
        target = FOLDER / f"{module.stem}-0-py3-none-any.whl"
        write_wheel(contents(module), target, record=f"{module.stem}-0.dist-info/RECORD")
        with zipfile.ZipFile(target) as archive:
            print(target.name, *archive.namelist())


if __name__ == "__main__":
    main()
