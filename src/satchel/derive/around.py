"""What all notebooks of a course are read with, and keys that tell whether one must be read again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from satchel.derive.findings import Findings
from satchel.derive.reader import derive
from satchel.model import Notebook


@dataclass(frozen=True, kw_only=True)
class Around:
    """What lies around the notebooks of a course: names of files, texts of modules and of requirements by path."""

    files: tuple[str, ...] = ()
    modules: Mapping[str, str]
    lists: Mapping[str, str]

    def findings(self, notebook: Notebook) -> Findings:
        """Everything the code of a notebook tells about its needs. A notebook that is a script is no module of its own.

        Never raises for what an author can write.
        """
        modules = self.modules
        if notebook.source in modules:
            modules = {path: text for path, text in modules.items() if path != notebook.source}
        return derive(notebook, files=self.files, modules=modules, lists=self.lists)

    def key(self, notebook: Notebook) -> str:
        """Stands for everything that the findings of a notebook depend on."""
        cells = [(cell.kind, cell.source if cell.kind == "code" else "", cell.tags) for cell in notebook.cells]
        whole = json.dumps([notebook.source, notebook.metadata, notebook.kernel, cells, self._key])
        return hashlib.sha256(whole.encode()).hexdigest()[:24]

    @cached_property
    def _key(self) -> str:
        whole = json.dumps([sorted(self.files), sorted(self.modules.items()), sorted(self.lists.items())])
        return hashlib.sha256(whole.encode()).hexdigest()
