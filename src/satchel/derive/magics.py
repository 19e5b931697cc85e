"""What IPython's shell lines and magics do: install, run commands, write modules, run scripts."""

from __future__ import annotations

import ast
import posixpath
import re
import shlex
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from satchel.derive.commands import commands, requirement, requirement_name
from satchel.derive.findings import Address, GpuUse, Import, Install, Place, ShellLine
from satchel.derive.gpu import gpu_package
from satchel.derive.imports import magic_imports
from satchel.derive.ipython import IPythonCall, ipython_call
from satchel.derive.network import public_url
from satchel.derive.words import word_set

_INSTALL_MAGICS = frozenset({"pip", "pip3", "conda", "mamba", "micromamba", "uv"})
# Magics that hand their text to the shell, or to a program outside of the notebook.
_SHELL_LINE_MAGICS = frozenset({"sx", "system", "!"})
_SHELL_CELL_MAGICS = frozenset({"bash", "sh", "!", "sx", "system"})
_PROGRAM_CELL_MAGICS = word_set(
    "script cmd perl ruby python python2 python3 pypy cython cython_inline cpp julia octave R fortran nvcc cu"
)
_ALIASES = word_set("ls ll lf lk lx ldir cat cp mv rm mkdir rmdir less more man")
_URL = re.compile(r"""https?://[^\s'"]+""")


@dataclass(frozen=True, kw_only=True)
class Effects:
    """What one shell line or magic does. `scripts` are paths as given to `%run`."""

    installs: tuple[Install, ...] = ()
    shell: tuple[ShellLine, ...] = ()
    gpu: tuple[GpuUse, ...] = ()
    imports: tuple[Import, ...] = ()
    network: tuple[Address, ...] = ()
    scripts: tuple[str, ...] = ()


def effects(call: IPythonCall, place: Place) -> Effects:
    """The effects of a shell line or magic; empty for those that only change how things look."""
    command = _shell_text(call)
    if command is not None:
        return shell_effects(command, place, result_used=call.kind == "getoutput")
    if call.kind == "line" and call.name == "run":
        words = [word for word in _words(call.text) if not word.startswith("-")]
        return Effects(scripts=tuple(words[:1]))
    if call.kind == "cell" and call.name in _PROGRAM_CELL_MAGICS:
        line = f"%%{call.name} {call.text}".strip()
        return Effects(shell=(ShellLine(command=line, place=place, needed=True),))
    return Effects(imports=tuple(magic_imports(call, place)))


def _shell_text(call: IPythonCall) -> str | None:
    """The shell text of `!cmd`, `%pip …`, `%ls …` or a `%%bash` cell; None for other magics."""
    if call.kind == "cell":
        return call.body if call.name in _SHELL_CELL_MAGICS else None
    if call.kind != "line" or call.name in _SHELL_LINE_MAGICS:
        return call.text
    return f"{call.name} {call.text}" if call.name in _INSTALL_MAGICS | _ALIASES else None


def shell_effects(text: str, place: Place, *, result_used: bool = False) -> Effects:
    """The effects of a shell text: what it installs, whether it is needed, what it fetches."""
    installs: list[Install] = []
    lines: list[ShellLine] = []
    gpu: list[GpuUse] = []
    for command in commands(text):
        if command.tool:
            installs.append(
                Install(
                    tool=command.tool,
                    packages=command.packages,
                    command=command.text,
                    place=place,
                    requirements=command.requirements,
                    lists=command.lists,
                )
            )
            gpu += (GpuUse(what=name, place=place) for name in command.packages if gpu_package(name))
        elif command.program == "nvidia-smi":
            gpu.append(GpuUse(what="nvidia-smi", place=place, optional=True))
        # A program that the system's package manager installs is one that the notebook calls.
        needed = command.tool in {"apt", "other"} or (not command.tool and (result_used or not command.looks))
        lines.append(ShellLine(command=command.text, place=place, needed=needed))
    urls = [url for found in _URL.findall(text) if (url := public_url(found))] if any(x.needed for x in lines) else []
    return Effects(
        installs=tuple(installs),
        shell=tuple(lines),
        gpu=tuple(gpu),
        network=tuple(Address(url=url, by="shell", place=place) for url in urls),
    )


def call_install(names: tuple[str, ...], texts: tuple[str, ...], place: Place) -> Install | None:
    """The install that `await micropip.install("x")` is, or None if the call is another one."""
    called = next((name for name in names if name in {"micropip.install", "piplite.install"}), None)
    if not called:
        return None
    packages = tuple(name for text in texts if (name := requirement_name(text)))
    return Install(
        tool="pip",
        packages=packages,
        command=f"{called}({', '.join(texts)})",
        place=place,
        requirements=tuple(need for text in texts if (need := requirement(text))),
    )


def written_modules(nodes: Iterable[ast.AST]) -> Iterator[tuple[str, str]]:
    """Path and text of the `.py` files that `%%writefile` cells write."""
    for node in nodes:
        call = ipython_call(node)
        if call and call.kind == "cell" and call.name in {"writefile", "file"}:
            words = [word for word in _words(call.text) if not word.startswith("-")]
            if words and words[0].endswith(".py"):
                yield posixpath.normpath(words[0]), call.body


def _words(text: str) -> list[str]:
    try:
        return shlex.split(text)
    except ValueError:
        return text.split()
