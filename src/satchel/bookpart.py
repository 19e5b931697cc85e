"""Makes the book of a course: stages pages and configuration, and has Jupyter Book build them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from satchel import book, folders, frontend, staging, toc
from satchel.bookconfig import staged as staged_config
from satchel.frontend import Frontend
from satchel.lacking import importable
from satchel.layout import Layout
from satchel.model import Decision
from satchel.options import Options
from satchel.pages import Publisher
from satchel.planning import CHECK_PAGE, READERS_PAGE
from satchel.reading import ReadCourse
from satchel.report import Report
from satchel.sphinx_ext import PAGES_FILE


def make_book(options: Options, read: ReadCourse, built: Frontend, report: Report, *, name: str = "book") -> book.Book:
    """The book's HTML, with the parts of every page that are ours. `name` is that of the step in the report.

    Raises:
        ToolFailed: Jupyter Book failed.
    """
    plan, publisher = read.plan, _publisher(read, built)
    with report.step(name) as step:

        def hear(line: str) -> None:
            step(0, 0, line.strip()[:60])
            report.heard(line)

        parts = {Path(d.activity.page).with_suffix("").as_posix(): publisher.activity(d) for d in plan.decisions}
        for page in plan.toc.pages:
            parts.setdefault(page.docname, publisher.plain(page.docname, page.docname))
        parts[READERS_PAGE] = publisher.plain(READERS_PAGE, "Activities and where they run")
        pages = {
            PAGES_FILE: json.dumps({name: vars(part) for name, part in parts.items()}, sort_keys=True),
            f"{READERS_PAGE}.md": publisher.readers_page(plan.decisions, plan.toc.parts),
            f"{CHECK_PAGE}.md": publisher.check_page(plan.decisions),
        }
        staged = staging.for_book(
            plan.course,
            config=staged_config(
                plan.config,
                assets=built.assets,
                unexecuted=[d.activity.path for d in plan.decisions if not _runs_while_building(d, read)],
                absent=read.lacking.extensions,
                theme_absent=read.lacking.theme is not None,
            ),
            toc=toc.with_pages(read.folder.toc, [READERS_PAGE, CHECK_PAGE]),
            pages=pages,
            texts=read.folder.texts,
            files=read.folder.sizes,
        )
        made = book.build(
            staged,
            options.work,
            content=read.layout.content,
            extra=_beside_config(read.layout),
            remembered=options.stamps,
            on_line=hear,
            echo=report.echo,
        )
        step.note = f"{len(plan.toc.pages) + 2} pages"
    return made


def _runs_while_building(decision: Decision, read: ReadCourse) -> bool:
    """Whether Jupyter Book may run the notebook, if the author lets it run any.

    In a book that was not made for satchel it may run what this computer has the packages for, as it always did.
    """
    if staging.runs_in_browser(decision):
        return True
    here = all(importable(name) for name in decision.needs.missing)
    return not read.layout.own_layout and here and not decision.needs.gpu and decision.route != "hosted"


def _publisher(read: ReadCourse, built: Frontend) -> Publisher:
    return Publisher(
        course=read.plan.course,
        hosts=read.plan.hosts,
        templates=frontend.templates(),
        assets=built.assets,
        content=read.plan.content,
    )


def _beside_config(found: Layout) -> Mapping[str, Path]:
    """Logo, bibliography and the like, which Jupyter Book looks for beside `_config.yml`."""
    if not found.own_layout or found.config.parent == found.content:
        return {}
    folder = found.config.parent
    return {name: folder / name for name in folders.files(folder) if name not in {found.config.name, found.toc.name}}
