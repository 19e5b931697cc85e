"""Does every module keep to its side of the cut between deciding and doing?"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pytest

from satchel.derive.words import word_set

SOURCE = Path(__file__).resolve().parents[2] / "src" / "satchel"

# Modules that read or write files, start processes, use the network or the clock. Everything else is pure.
EFFECTS = word_set(
    """
    lastsite layout remembered sidebyside
    children lacking shell report folders stamps frontend book lite assemble scan siteserver offline
    live liveserver serve
    options reading ground bookpart litepart making proving pipeline cli
    absent sphinx_ext
    check check.checking check.chromium check.kept check.machine check.running check.views
    runtime runtime.bundle runtime.bytecode runtime.cache runtime.carrier runtime.catalogue runtime.cdn runtime.closing
    runtime.core runtime.download runtime.fetch runtime.folder
    runtime.make_catalogue runtime.make_packages runtime.make_standin runtime.mirror runtime.plan runtime.progress
    runtime.pypi
    runtime.recorded runtime.snapshot runtime.stripped runtime.supply runtime.wheels runtime.zippiece
    """
)
IN_PYODIDE = word_set("runtime.freeze runtime.compile_archive runtime.own.myst_nb")
# What a pure module may name of a module with effects: values and questions that are answered without any.
ALLOWED = {
    ("planning", "layout"): {"CourseFolder", "Layout"},
    ("planning", "runtime"): {"Bundle", "Catalogue", "Package", "RuntimePlan", "Wheel"},
    ("coursepackages", "runtime"): {
        *("Availability", "Bundle", "Catalogue", "Package", "RuntimePlan", "Wheel"),
        *("available", "beyond", "plan"),
    },
    ("provision.environment", "runtime"): {"Package"},
    ("provision.files", "runtime"): {"RuntimePlan"},
    ("runtime.edges", "runtime.catalogue"): {"normal"},
    ("runtime.settle", "runtime.catalogue"): {"Package", "normal"},
    ("runtime.settle", "runtime.recorded"): {"Wheel"},
}
# The ways out of a process. `pathlib.PurePosixPath` only works on texts; `pathlib.Path` reaches the disk.
OUTSIDE = word_set(
    """
    asyncio concurrent.futures datetime getpass glob http http.client http.server importlib importlib.metadata
    importlib.resources importlib.util io locale logging multiprocessing os os.path pathlib.Path platform platformdirs
    random requests secrets select shutil signal socket socketserver sqlite3 ssl subprocess sys tempfile threading time
    urllib.request urllib3 uuid webbrowser zipfile tarfile watchfiles remotezip playwright
    """
)
# Each of these has one home, so that there is one place to look at and to replace in a test.
HOMES = {
    "subprocess": {"shell"},
    "time": {"shell", "report", "check.running", "runtime.bundle"},
    "requests": {"runtime.download"},
    "http.server": {"siteserver"},
    "playwright.async_api": {"check.chromium", "check.running", "check.views"},
    "asyncio": {"check.chromium", "check.running", "check.views"},
    "argparse": {"cli"},
    "watchfiles": {"serve"},
    "tempfile": {"runtime.cache", "runtime.make_catalogue"},
}
READ_BY_CLI = {"os.environ", "sys.argv"}


@dataclass(frozen=True, kw_only=True)
class Module:
    """What one module uses.

    `ours` maps the modules of satchel that it imports to the names it takes from them, `others` are the modules it
    imports from elsewhere, `attributes` are texts such as `os.environ`, `calls` the plain names that are called.
    """

    ours: Mapping[str, frozenset[str]]
    others: frozenset[str]
    attributes: frozenset[str]
    calls: frozenset[str]


@cache
def modules() -> dict[str, Module]:
    """All modules of the package by name below `satchel`.

    The starter and what runs inside Pyodide are programs of their own: no module imports them.
    """
    paths = [path for path in sorted(SOURCE.rglob("*.py")) if path.parent.name != "starter" and path.parent != SOURCE]
    paths += [path for path in sorted(SOURCE.glob("*.py")) if path.name != "__init__.py"]
    names = {_name(path): path for path in paths if _name(path) not in IN_PYODIDE}
    return {name: read(path.read_text("utf-8"), known=frozenset(names)) for name, path in names.items()}


def _name(path: Path) -> str:
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def read(text: str, *, known: frozenset[str]) -> Module:
    """The imports of a module's text. `known` are the names of our modules."""
    tree = ast.parse(text)
    ours: dict[str, set[str]] = {}
    others: set[str] = set()
    aliases: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                assert not name.name.startswith("satchel"), "write `from satchel import …`"
                others.add(name.name)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute here"
            for name in node.names:
                _from(str(node.module), name, ours, others, aliases, known)
    attributes = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            attributes.add(f"{node.value.id}.{node.attr}")
            if node.value.id in aliases:
                ours[aliases[node.value.id]].add(node.attr)
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    return Module(
        ours={name: frozenset(values) for name, values in ours.items()},
        others=frozenset(others),
        attributes=frozenset(attributes),
        calls=frozenset(calls),
    )


def _from(
    module: str,
    name: ast.alias,
    ours: dict[str, set[str]],
    others: set[str],
    aliases: dict[str, str],
    known: frozenset[str],
) -> None:
    inside = module.removeprefix("satchel").removeprefix(".")
    whole = f"{inside}.{name.name}".removeprefix(".")
    if not module.startswith("satchel"):
        others.update({module, f"{module}.{name.name}"})
    elif whole in known:
        ours.setdefault(whole, set())
        aliases[name.asname or name.name] = whole
    elif inside:
        ours.setdefault(inside, set()).add(name.name)


def crossings(name: str, module: Module) -> Iterator[str]:
    """What a pure module names of modules with effects, beyond what it may."""
    for target, used in module.ours.items():
        if target in EFFECTS:
            for one in sorted(used - ALLOWED.get((name, target), set()) or ({"?"} if not used else set())):
                yield f"{name} uses {target}.{one}"


def ways_out(name: str, module: Module) -> Iterator[str]:
    """Modules outside satchel through which a pure module could reach the world."""
    for other in sorted(module.others & OUTSIDE):
        yield f"{name} imports {other}"
    for called in sorted(module.calls & {"open", "print", "input", "exec", "eval", "__import__"}):
        yield f"{name} calls {called}"


def cycle(graph: Mapping[str, frozenset[str]]) -> list[str]:
    """One cycle of imports, or an empty list."""
    done: set[str] = set()

    def walk(name: str, path: list[str]) -> list[str]:
        if name in path:
            return [*path[path.index(name) :], name]
        if name in done:
            return []
        for target in sorted(graph.get(name, ())):
            if found := walk(target, [*path, name]):
                return found
        done.add(name)
        return []

    return next((found for name in sorted(graph) if (found := walk(name, []))), [])


PURE = sorted(set(modules()) - EFFECTS)


def test_does_every_named_module_exist() -> None:
    assert set(modules()) >= EFFECTS
    assert {name for name, _ in ALLOWED} <= set(PURE)


@pytest.mark.parametrize("name", PURE)
def test_does_a_pure_module_keep_away_from_effects(name: str) -> None:
    assert list(crossings(name, modules()[name])) == []
    assert list(ways_out(name, modules()[name])) == []


@pytest.mark.parametrize("other", sorted(HOMES))
def test_does_each_way_out_have_one_home(other: str) -> None:
    assert {name for name, module in modules().items() if other in module.others} == HOMES[other]


def test_do_imports_only_go_downward() -> None:
    assert cycle({name: frozenset(module.ours) for name, module in modules().items()}) == []


def test_does_the_environment_enter_at_the_command_line() -> None:
    users = {name for name, module in modules().items() if module.attributes & READ_BY_CLI}
    # A child process inherits the environment; nothing is decided by it there. Catalogues are made by hand, before
    # a release of satchel.
    assert users == {"cli", "shell", "runtime.make_catalogue"}


def test_does_only_the_top_know_the_whole() -> None:
    everyone = modules()
    assert [name for name, module in everyone.items() if "cli" in module.ours] == []
    assert {name for name, module in everyone.items() if "pipeline" in module.ours} == {"cli", "serve"}
    assert {name for name, module in everyone.items() if "serve" in module.ours} == {"cli"}
    # Sphinx loads it in another process, where little else of ours is wanted.
    assert set(everyone["sphinx_ext"].ours) == {"navigation"}


def test_do_the_packages_stand_on_their_own() -> None:
    everyone = modules()
    below = {
        "derive": {"derive", "model"},
        "runtime": {"runtime", "errors", "shell"},
    }
    for package, allowed in below.items():
        inside = [module for name, module in everyone.items() if name.split(".")[0] == package]
        assert {target.split(".")[0] for module in inside for target in module.ours} == allowed


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("from satchel.shell import call", "example uses shell.call"),
        ("from satchel import folders\nfolders.sync()", "example uses folders.sync"),
        ("from satchel import folders", "example uses folders.?"),
        ("from satchel.runtime import default_cache", "example uses runtime.default_cache"),
        ("import os", "example imports os"),
        ("from os import environ", "example imports os"),
        ("from pathlib import Path", "example imports pathlib.Path"),
        ("import time", "example imports time"),
        ("from importlib import resources", "example imports importlib"),
        ("text = open('notes.txt').read()", "example calls open"),
    ],
)
def test_is_an_effect_in_a_pure_module_refused(text: str, complaint: str) -> None:
    module = read(text, known=frozenset(modules()))
    assert complaint in [*crossings("example", module), *ways_out("example", module)]


def test_is_a_circle_of_imports_refused() -> None:
    graph = {"a": frozenset({"b"}), "b": frozenset({"c"}), "c": frozenset({"a"}), "d": frozenset({"a"})}
    assert cycle(graph) == ["a", "b", "c", "a"]
