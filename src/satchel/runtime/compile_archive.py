"""Runs inside Pyodide: adds bytecode to an archive of Python sources. Started by compile.mjs, never imported.

The sources stay, so that tracebacks show their lines. The bytecode is marked as never to be compared with its source:
the archive as a whole is checked by its hash before anything in it is used.
"""

import importlib.util
import marshal
import sys
import zipfile

# PEP 552: a hash instead of a time, not to be checked.
UNCHECKED_HASH = (0b01).to_bytes(4, "little")
TIME = (1980, 1, 1, 0, 0, 0)
STDLIB = f"/lib/python{sys.version_info.major}{sys.version_info.minor}.zip"
TAG = sys.implementation.cache_tag


def bytecode(source: bytes, path: str) -> "bytes | None":
    """A `.pyc` file, or None for a source that this Python does not understand (templates, Python 2)."""
    try:
        code = compile(source, path, "exec", dont_inherit=True)
    except (SyntaxError, ValueError):
        return None
    return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + importlib.util.source_hash(source) + marshal.dumps(code)


def compiled_name(name: str, layout: str) -> str:
    """Where Python looks for the bytecode: beside the source in a zip, in `__pycache__` in a folder."""
    if layout == "zip":
        return f"{name}c"
    folder, _, file = name.rpartition("/")
    return f"{folder}/__pycache__/{file[:-3]}.{TAG}.pyc".lstrip("/")


def compile_archive(source: str, target: str, layout: str) -> None:
    """Write `target`: everything in `source`, and the bytecode of every module.

    The standard library stays in its zip while Python runs, so its parts are not compressed; what is sent is.
    """
    method = zipfile.ZIP_STORED if layout == "zip" else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", method, compresslevel=9) as new:
        for name in old.namelist():
            if name.endswith("/"):
                continue
            content = old.read(name)
            _add(new, name, content, method)
            if name.endswith(".py") and ".data/" not in name:
                made = bytecode(content, f"{STDLIB}/{name}" if layout == "zip" else name)
                if made is not None:
                    _add(new, compiled_name(name, layout), made, method)


def _add(archive: zipfile.ZipFile, name: str, content: bytes, method: int) -> None:
    entry = zipfile.ZipInfo(name, TIME)
    entry.compress_type = method
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, content)
