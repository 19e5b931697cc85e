"""Puts the findings of one activity together: its cells, and the modules beside it that it imports."""

from __future__ import annotations

import json
import posixpath
import re
from collections.abc import Iterable, Mapping

from satchel.derive.collect import Collector, Unit
from satchel.derive.files import CourseFiles
from satchel.derive.findings import Findings, Note, Place
from satchel.derive.ipython import read
from satchel.derive.magics import written_modules
from satchel.derive.modules import LocalModules
from satchel.model import Notebook

# How authors mark a cell that takes long.
_SLOW_TAGS = frozenset({"long-running", "slow"})
_OTHER_KERNELS = ("ir", "julia", "octave", "bash", "sas", "scala", "java", "xeus-cling", "sos", "deno", "stata")


def derive(
    notebook: Notebook,
    *,
    files: Iterable[str] = (),
    local: Iterable[str] = (),
    modules: Mapping[str, str] | None = None,
    lists: Mapping[str, str] | None = None,
) -> Findings:
    """Everything the code of a notebook tells about its needs. Never raises for what an author can write.

    `files` are the course's files (paths in the content folder); `local` are names of modules beside the notebook
    that are no packages, on top of those that `files` shows; `modules` maps paths of `.py` files to their text, so
    that what a module beside the notebook imports counts too; `lists` maps paths of `.txt` files, among which those are
    that `pip install -r` reads.
    """
    language = _language(notebook)
    if language != "python":
        return Findings(language=language)
    notes: list[Note] = []
    cells = [
        _unit(cell.source, Place(file=notebook.source, cell=number, line=1), notes)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.kind == "code"
    ]
    nodes = [node for cell in cells for node in cell.nodes]
    folder = posixpath.dirname(notebook.source)
    texts = dict(modules or {})
    paths = frozenset(files)
    texts |= {posixpath.join(folder, path): text for path, text in written_modules(nodes)}
    collector = Collector(
        course=CourseFiles(paths, folder),
        local=LocalModules({*paths, *texts}, folder=folder, names=local, nodes=nodes),
        lists=lists or {},
    )
    collector.collect(cells)
    done: set[str] = set()
    while waiting := collector.waiting - done:
        path = min(waiting)
        done.add(path)
        if path in texts:
            collector.collect([_unit(texts[path], Place(file=path, cell=None, line=1), notes)])
    slow = [
        Place(file=notebook.source, cell=number, line=1)
        for number, cell in enumerate(notebook.cells, start=1)
        if cell.kind == "code" and not _SLOW_TAGS.isdisjoint(cell.tags)
    ]
    return collector.findings(notes, slow)


def _unit(text: str, start: Place, notes: list[Note]) -> Unit:
    done = read(text)
    if done.error:
        place = Place(file=start.file, cell=start.cell, line=done.error_line)
        what = "cell" if start.cell else "module"
        notes.append(Note(message=f"The {what} is not valid Python and was skipped: {done.error}", place=place))
    return Unit(tree=done.tree, start=start)


def _language(notebook: Notebook) -> str:
    """The notebook's language: what its metadata says, else what its kernel's name suggests."""
    metadata = json.loads(notebook.metadata)
    for key, field_name in (("language_info", "name"), ("kernelspec", "language")):
        entry = metadata.get(key) if isinstance(metadata, dict) else None
        value = entry.get(field_name) if isinstance(entry, dict) else None
        if isinstance(value, str) and value:
            lowered = value.lower()
            return "python" if lowered in {"python", "ipython", "python3"} else lowered
    kernel = notebook.kernel.lower()
    return next((name for name in _OTHER_KERNELS if re.match(rf"{name}([\W\d_]|$)", kernel)), "python")
