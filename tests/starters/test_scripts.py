"""Do the scripts that students double-click find a Python, say what helps where there is none, and suit their system?

`start.sh` and `start.command` run here for real. Of the scripts for Windows only the server that `start.ps1` compiles
does; the scripts themselves are read.
"""

from __future__ import annotations

import ast
import re
import shutil
import sys
from pathlib import Path

import pytest
from tree_sitter import Language, Parser

from satchel import offline
from satchel.offline import STARTER
from tests.conftest import ROOT
from tests.starting import Program, ended, get, port_of, running
from tests.starting import script as script_of

SCRIPTS = ["start.sh", "start.command"]
TOO_OLD = "#!/bin/sh\nexit 1\n"


@pytest.fixture(params=SCRIPTS)
def script(request: pytest.FixtureRequest) -> Program:
    """What a shell runs for each of the two scripts."""
    return script_of(request.param)


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder of programs in which no Python is found."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name in ("sh", "dirname", "uname"):
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def test_it_starts_the_course(unpacked: Path, script: Program) -> None:
    with running(unpacked, program=script) as address:
        assert get(address)[0] == 200
        code, out, _ = ended(unpacked, "--port", port_of(address), program=script)
    assert (code, "already running" in out) == (0, True)


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_double_click_runs_it(name: str, unpacked: Path) -> None:
    with running(unpacked, program=lambda folder: [folder / name]) as address:
        assert get(address)[0] == 200


@pytest.mark.parametrize("name", ["python3", "python"])
def test_it_takes_the_python_that_is_new_enough(name: str, unpacked: Path, programs: Path, script: Program) -> None:
    for other in ("python3", "python"):
        (programs / other).write_text(TOO_OLD)
        (programs / other).chmod(0o755)
    (programs / name).write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n')
    with running(unpacked, program=script, PATH=str(programs)) as address:
        assert get(address)[0] == 200


@pytest.mark.parametrize("old", [True, False])
def test_without_a_python_it_says_what_helps(old: bool, unpacked: Path, programs: Path, script: Program) -> None:
    if old:
        (programs / "python3").write_text(TOO_OLD)
        (programs / "python3").chmod(0o755)
    code, out, err = ended(unpacked, program=script, PATH=str(programs))
    assert (code, out) == (1, "")
    assert "needs Python 3.8 or newer" in err
    assert "install" in err


def test_on_a_mac_it_says_where_python_comes_from(unpacked: Path, programs: Path, script: Program) -> None:
    (programs / "uname").unlink()
    (programs / "uname").write_text("#!/bin/sh\necho Darwin\n")
    (programs / "uname").chmod(0o755)
    code, _, err = ended(unpacked, program=script, PATH=str(programs))
    assert (code, "python.org" in err, "start.command" in err) == (1, True, True)


def test_the_program_is_written_for_every_python_that_students_have() -> None:
    text = (STARTER / "start.py").read_text("utf-8")
    tree = ast.parse(text, feature_version=(3, 8))
    imported = {
        name.name.partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.Import) for name in node.names
    }
    imported |= {str(node.module).partition(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    assert imported <= {*sys.stdlib_module_names, "__future__"}


def test_texts_have_the_line_ends_and_the_letters_of_their_system() -> None:
    texts = offline.starters()
    assert set(texts) == {
        *("READ ME FIRST.txt", "start.bat", "start.command", "start.py", "start.sh"),
        *("windows/server.cs", "windows/start.ps1"),
    }
    for name, content in texts.items():
        # Windows PowerShell and the command prompt take anything else for letters of their own code page.
        assert content.isascii(), name
        lines, ends = content.count(b"\n"), content.count(b"\r\n")
        assert ends == (lines if name.endswith((".bat", ".ps1", ".cs", ".txt")) else 0), name


def powershell_errors(text: bytes) -> list[str]:
    """The lines that a grammar of PowerShell cannot make sense of."""
    import tree_sitter_powershell

    tree = Parser(Language(tree_sitter_powershell.language())).parse(text)
    found, nodes = [], [tree.root_node]
    while nodes:
        node = nodes.pop()
        if node.is_error or node.is_missing:
            found.append(f"line {node.start_point[0] + 1}: {node.type}")
        nodes += node.children
    return found


def test_the_script_for_powershell_is_powershell() -> None:
    text = offline.starters()["windows/start.ps1"]
    assert powershell_errors(text) == []
    # The check would see it.
    assert powershell_errors(text.replace(b"} catch {", b"} catch ")) != []
    assert powershell_errors(text.replace(b"while ($true) {", b"while ($true {")) != []


def test_the_script_for_powershell_uses_what_the_server_has() -> None:
    script, server = ((STARTER / "windows" / name).read_text("utf-8") for name in ("start.ps1", "server.cs"))
    used = re.findall(r"\[Satchel\.Starter\]::(\w+)", script)
    assert used == ["Begin", "Serving"]
    for name in used:
        assert re.search(rf"public (static|const) int {name}\b", server)


def test_the_script_for_the_command_prompt_survives_its_folder() -> None:
    text = offline.starters()["start.bat"].decode()
    lines = [line for line in text.splitlines() if not line.startswith(("rem", "echo"))]
    # A folder's name may hold brackets, which would end a block, and `!`, which would be a variable.
    assert not [line for line in lines if line.endswith("(") or line.startswith(")")]
    assert "enabledelayedexpansion" not in text.lower()
    # Nor may it hold `&` outside quotation marks, and a folder on a server cannot be the current one.
    assert re.findall(r'.%~dp0[^"\s]*.', text) == [
        '"%~dp0site\\SHA256SUMS"',
        '"%~dp0windows\\start.ps1"',
        '"%~dp0start.py"',
    ]
    assert not re.search(r"^\s*(cd|chdir|pushd)\b", text, re.M)
    labels = set(re.findall(r"^:(\w+)", text, re.M))
    assert set(re.findall(r"goto (\w+)", text)) <= labels
    assert 'powershell -NoProfile -ExecutionPolicy Bypass -File "%~dp0windows\\start.ps1" %*' in text


def test_the_build_and_the_readme_say_the_same() -> None:
    readme = " ".join((ROOT / "README.md").read_text("utf-8").replace("`", "").split())
    assert offline.ADVICE.startswith("unpack, then double-click")
    assert f"Readers unpack it{offline.ADVICE.removeprefix('unpack')}" in readme
    for name in re.findall(r"start\.\w+", offline.ADVICE):
        assert name in offline.starters()


def test_the_advice_names_every_script_and_the_address() -> None:
    advice = (STARTER / "READ ME FIRST.txt").read_text("utf-8")
    for name in ("start.bat", "start.command", "start.sh", "http://127.0.0.1:8657/"):
        assert name in advice
    assert max(map(len, advice.splitlines())) <= 120
