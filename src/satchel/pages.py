"""What the build adds to a book page: the route bar or notice, and the data that the page's script reads."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from jinja2 import DictLoader, Environment, StrictUndefined
from markupsafe import Markup

from satchel.hosted import hubs, launches
from satchel.model import Course, Decision, Host
from satchel.pairing import digest
from satchel.readerspage import Row, groups, summary
from satchel.staging import in_lite, runs_in_browser, runs_in_lite

SCHEMA = 1
LITE_FILES = "lite/files/"
# What Python takes with a few large packages imported and a figure drawn, in megabytes.
PYTHON_MB = 400
# The course's map (see `coursemap`), relative to the site root.
MAP_FILE = "satchel-course.json"


@dataclass(frozen=True, kw_only=True)
class PageParts:
    """HTML for one page: `bar` stands under the title, `data` at the end."""

    bar: str
    data: str


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """Renders the parts of every page of one course.

    `templates` holds template texts by name, `assets` is the frontend's folder in the site with a slash at the end,
    `content` the content folder inside the course folder.
    """

    course: Course
    hosts: tuple[Host, ...]
    templates: Mapping[str, str]
    assets: str
    content: str = ""

    def activity(self, decision: Decision) -> PageParts:
        """The parts of an activity's page."""
        root = root_of(decision.activity.page)
        template = "routes.html" if decision.route in {"book", "lite"} else "notice.html"
        bar = self._render(
            template,
            decision=decision,
            root=root,
            lite=lite_url(decision),
            download=download_url(decision),
            launches=launches(decision, self.hosts),
            stored=any(cell.outputs != "[]" for cell in decision.activity.notebook.code),
        )
        return PageParts(bar=bar, data=_script(self._data(decision, root)))

    def plain(self, docname: str, title: str) -> PageParts:
        """The parts of a page without code: no bar, and just enough data to show where the student has edits."""
        root = root_of(f"{docname}.html")
        data = self._base(root) | {"title": title, "notebook": "", "route": "read", "cells": []}
        return PageParts(bar="", data=_script(data))

    def readers_page(self, decisions: Sequence[Decision], parts: Mapping[str, str]) -> str:
        """The Markdown of /activities.html: every activity, where it runs, why, how to start it.

        `parts` are the captions of the book's parts by page without suffix.
        """
        rows = [Row(decision=d, lite=lite_url(d), launches=launches(d, self.hosts)) for d in decisions]
        return self._render("activities.md", groups=groups(rows, parts), summary=summary(decisions))

    def check_page(self, decisions: Sequence[Decision]) -> str:
        """The Markdown of /check.html, which looks at the reader's browser with what the course needs in mind."""
        here = [decision for decision in decisions if runs_in_browser(decision)]
        used = Counter(
            name for decision in here for name in decision.needs.packages if name not in decision.needs.missing
        )
        data = self._base("./") | {
            "title": "Is my browser ready?",
            "notebook": "",
            "route": "read",
            "cells": [],
            # The most used one first: that is the one to try.
            "packages": sorted(used, key=lambda name: (-used[name], name)),
            "memory_mb": PYTHON_MB + max((decision.needs.memory_mb or 0 for decision in here), default=0),
        }
        return self._render("check.md", data=Markup(_script(data)), assets=self.assets, course=self.course)

    def _data(self, decision: Decision, root: str) -> dict[str, Any]:
        activity = decision.activity
        sizes = {file.path: file.size for file in self.course.files}
        return self._base(root) | {
            "notebook": activity.id,
            "title": activity.title,
            "route": decision.route,
            "lite": lite_url(decision),
            "download": download_url(decision),
            "cwd": activity.path.rpartition("/")[0],
            "files": [
                {"path": path, "url": LITE_FILES + quote(path), "size": sizes.get(path, 0)}
                for path in decision.needs.files
            ],
            "hubs": hubs(decision, self.hosts, content=self.content),
            "packages": [name for name in decision.needs.packages if name not in decision.needs.missing],
            "cells": [
                {"id": cell.id, "source": cell.source, "hash": digest(cell.source), "tags": list(cell.tags)}
                for cell in activity.notebook.code
            ],
        }

    def _base(self, root: str) -> dict[str, Any]:
        return {
            "schema": SCHEMA,
            "course": {"id": self.course.id, "title": self.course.title},
            "root": root,
            "assets": self.assets,
            "map": MAP_FILE,
            "lite": None,
            "download": None,
            "cwd": "",
            "files": [],
            "hubs": [],
            "packages": [],
        }

    def _render(self, template: str, **values: object) -> str:
        return _environment(tuple(sorted(self.templates.items()))).get_template(template).render(**values)


@cache
def _environment(templates: tuple[tuple[str, str], ...]) -> Environment:
    return Environment(
        loader=DictLoader(dict(templates)),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def page_url(decision: Decision) -> str:
    """Address of the activity's page, relative to the site root, as a browser writes the path of an open page."""
    return quote(decision.activity.page, safe="/!$&'()*+,;=@~")


def lite_url(decision: Decision) -> str | None:
    """Address of the activity in JupyterLite's single-notebook view, relative to the site root, if it runs there."""
    return (
        f"lite/notebooks/index.html?path={quote(decision.activity.path, safe='')}" if runs_in_lite(decision) else None
    )


def download_url(decision: Decision) -> str | None:
    """Address of the author's `.ipynb`, relative to the site root."""
    return LITE_FILES + quote(decision.activity.path) if in_lite(decision) else None


def root_of(page: str) -> str:
    """The site root as seen from a page: `./` at the top, `../` one folder down, and so on."""
    return "../" * page.count("/") or "./"


def _script(data: Mapping[str, Any]) -> str:
    # `</script>` or `<!--` inside a cell would end the element early.
    text = json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")
    return f'<script type="application/json" id="satchel-page">{text}</script>'
