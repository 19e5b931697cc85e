"""What wheels say about themselves, and what is left of one without its machine code."""

from __future__ import annotations

import base64
import hashlib
import zipfile
from pathlib import Path

import pytest
from runtime_fakes import wheel_bytes

from satchel.errors import ToolFailed
from satchel.runtime import kernel_wheels, make_standin, stripped, wheels
from satchel.runtime.stripped import pure_name, strip

NATIVE = {
    "markup/__init__.py": b"try: ...",
    "markup/_speedups.cpython-313-x86_64-linux-gnu.so": b"\x7fELF",
    "markup/_speedups.c": b"int main;",
}


def test_import_names_are_modules_and_folders_with_python(tmp_path: Path) -> None:
    files = {"one.py": b"", "two/__init__.py": b"", "three/deep/x.py": b"", "data/x.csv": b"", "not-a-name/x.py": b""}
    path = tmp_path / "a-1-py3-none-any.whl"
    path.write_bytes(wheel_bytes("a", "1", files=files))
    assert wheels.imports_of(path) == ("one", "three", "two")


@pytest.mark.parametrize(
    ("line", "counts"),
    [
        ("numpy", True),
        ("pexpect>4; sys_platform != 'win32' and sys_platform != 'emscripten'", False),
        ("tomli; python_version < '3.11'", False),
        ("pyodide-http; platform_system == 'Emscripten'", True),
        ("colorama; os_name == 'nt'", False),
        ("pytest; extra == 'test'", False),
    ],
)
def test_requirements_are_those_of_the_browser_not_of_this_machine(line: str, counts: bool) -> None:
    assert bool(wheels.requirements_of([line], python="3.13")) is counts


def test_kernel_brings_its_wheels() -> None:
    found = {package.name: package for package, path in kernel_wheels(python="3.13") if path.is_file()}
    assert set(found) == {"ipykernel", "piplite", "pyodide-kernel", "myst-nb"}
    assert (found["myst-nb"].imports, found["myst-nb"].depends) == (("myst_nb",), ())
    assert found["piplite"].depends == ("micropip",)
    assert found["pyodide-kernel"].depends == ("comm", "ipython")


def test_our_own_wheels_are_made_of_the_modules_beside_them(tmp_path: Path) -> None:
    modules = sorted(make_standin.FOLDER.glob("*.py"))
    assert modules
    for module in modules:
        again = tmp_path / f"{module.stem}-0-py3-none-any.whl"
        stripped.write_wheel(make_standin.contents(module), again, record=f"{module.stem}-0.dist-info/RECORD")
        assert (make_standin.FOLDER / again.name).read_bytes() == again.read_bytes(), (
            "python -m satchel.runtime.make_standin"
        )


def test_kernel_without_wheels_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wheels, "_KERNEL", "packaging")
    with pytest.raises(ToolFailed, match="no wheel of ipykernel, piplite, pyodide-kernel"):
        wheels.kernel_wheels.__wrapped__(python="3.13")


def test_stripped_wheel_has_no_machine_code_and_says_so(tmp_path: Path) -> None:
    source, target = tmp_path / "markup-1.0-cp313-cp313-linux_x86_64.whl", tmp_path / "markup-1.0-py3-none-any.whl"
    source.write_bytes(wheel_bytes("markup", "1.0", files=NATIVE))
    assert pure_name(source.name) == target.name
    strip(source, target)
    with zipfile.ZipFile(target) as archive:
        names = archive.namelist()
        assert names == sorted(names)
        assert not [name for name in names if name.endswith((".so", ".c"))]
        assert "Root-Is-Purelib: true\nTag: py3-none-any\n" in archive.read("markup-1.0.dist-info/WHEEL").decode()
        for line in archive.read("markup-1.0.dist-info/RECORD").decode().splitlines():
            name, digest, size = line.split(",")
            if not name.endswith("RECORD"):
                data = archive.read(name)
                raw = base64.urlsafe_b64decode(digest.removeprefix("sha256=") + "=")
                assert (raw, int(size)) == (hashlib.sha256(data).digest(), len(data))


def test_stripping_gives_the_same_bytes_whatever_the_archive_looked_like(tmp_path: Path) -> None:
    results = []
    for number, files in enumerate((NATIVE, dict(reversed(NATIVE.items())))):
        source, target = tmp_path / f"{number}.whl", tmp_path / f"{number}-pure.whl"
        source.write_bytes(wheel_bytes("markup", "1.0", files=files))
        strip(source, target)
        results.append(target.read_bytes())
    assert results[0] == results[1]
