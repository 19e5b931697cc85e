"""Finds imports: written ones, those by name at run time, and those that a library makes behind the scenes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from satchel.derive.findings import Import, Place
from satchel.derive.ipython import IPythonCall
from satchel.derive.live import Seen
from satchel.derive.scope import Scope

_BY_NAME = frozenset({"importlib.import_module", "__import__", "pytest.importorskip"})
# What pandas imports when one of these is called.
_PANDAS = {
    "read_excel": "openpyxl",
    "to_excel": "openpyxl",
    "ExcelWriter": "openpyxl",
    "ExcelFile": "openpyxl",
    "read_html": "lxml",
    "read_xml": "lxml",
    "to_xml": "lxml",
    "read_parquet": "pyarrow",
    "to_parquet": "pyarrow",
    "read_feather": "pyarrow",
    "to_feather": "pyarrow",
    "read_hdf": "tables",
    "to_hdf": "tables",
    "to_markdown": "tabulate",
    "read_sql": "sqlite3",
}
# What reads a spreadsheet depends on its kind.
_SPREADSHEETS = {".xls": "xlrd", ".ods": "odf", ".xlsb": "pyxlsb"}
# IPython's own extensions need no package.
_BUILT_IN_EXTENSIONS = frozenset({"autoreload", "storemagic", "cythonmagic", "rmagic"})
_BACKENDS = {"widget": "ipympl", "ipympl": "ipympl", "notebook": "notebook"}
_MAGICS = {"pylab": ("numpy", "matplotlib"), "memit": ("memory_profiler",), "lprun": ("line_profiler",)}


def imports(seen: Seen, place: Place, scope: Scope) -> Iterator[Import]:
    """The imports that one node of live code makes; relative ones are left out."""
    node = seen.node
    if isinstance(node, ast.Import):
        for alias in node.names:
            yield Import(module=alias.name, place=place, optional=seen.optional)
    elif isinstance(node, ast.ImportFrom):
        if node.module and not node.level and node.module != "__future__":
            for module in _from(node.module, node.names):
                yield Import(module=module, place=place, optional=seen.optional)
    elif isinstance(node, ast.Call):
        names = scope.names(node.func)
        if not _BY_NAME.isdisjoint(names) and node.args:
            for name in scope.texts(node.args[0]):
                if name.replace(".", "").isidentifier():
                    yield Import(module=name, place=place, optional=seen.optional)
        yield from _implied(node, seen, place, scope)


def magic_imports(call: IPythonCall, place: Place) -> Iterator[Import]:
    """The imports behind `%load_ext name`, `%matplotlib widget` and the like."""
    words = call.text.split()
    if call.name in {"load_ext", "reload_ext"} and words and words[0] not in _BUILT_IN_EXTENSIONS:
        yield Import(module=words[0], place=place, implied_by=f"%{call.name}")
    elif call.name == "matplotlib":
        yield Import(module="matplotlib", place=place, optional=True, implied_by="%matplotlib")
        for word in words:
            if word in _BACKENDS:
                # The page shows pictures anyhow, only not ones to drag and zoom.
                yield Import(module=_BACKENDS[word], place=place, optional=True, implied_by="%matplotlib")
    else:
        for module in _MAGICS.get(call.name, ()):
            yield Import(module=module, place=place, implied_by=f"%{call.name}")


def _from(module: str, names: list[ast.alias]) -> Iterator[str]:
    """`from google import colab` imports `google.colab`, for all one can tell."""
    if "." in module:
        yield module
    else:
        yield from (module if alias.name == "*" else f"{module}.{alias.name}" for alias in names[:1])


def _implied(node: ast.Call, seen: Seen, place: Place, scope: Scope) -> Iterator[Import]:
    if not isinstance(node.func, ast.Attribute) or not scope.is_imported("pandas", "geopandas"):
        return
    attr = node.func.attr
    called = f"pandas.{attr}" in scope.names(node.func)
    if attr in _PANDAS and (called or attr.startswith("to_")):
        implied = _spreadsheet(node, scope) if _PANDAS[attr] == "openpyxl" else _PANDAS[attr]
        if not any(keyword.arg in {"engine", "flavor"} for keyword in node.keywords):
            yield Import(module=implied, place=place, optional=seen.optional, implied_by=attr)
        for keyword in node.keywords:
            if keyword.arg in {"engine", "flavor"}:
                for engine in scope.texts(keyword.value):
                    yield Import(module=engine, place=place, optional=seen.optional, implied_by=attr)
    elif attr in {"plot", "hist", "boxplot"} or (
        isinstance(node.func.value, ast.Attribute) and node.func.value.attr == "plot"
    ):
        yield Import(module="matplotlib", place=place, optional=True, implied_by=f"DataFrame.{attr}")
    elif attr in {"background_gradient", "text_gradient"}:
        yield Import(module="matplotlib", place=place, optional=True, implied_by="DataFrame.style")


def _spreadsheet(node: ast.Call, scope: Scope) -> str:
    names = scope.texts(node.args[0]) if node.args else ()
    kinds = {_SPREADSHEETS.get(PurePosixPath(name).suffix.lower(), "openpyxl") for name in names}
    return kinds.pop() if len(kinds) == 1 else "openpyxl"
