"""Makes the parts of a site side by side, on the ground that they stand on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from satchel import coursemap, manifest, review, settings, webapp
from satchel import runtime as runtimes
from satchel.assemble import Parts
from satchel.bookpart import make_book
from satchel.errors import Problem
from satchel.frontend import Frontend
from satchel.ground import Ground, ending_tools, with_bytecode
from satchel.litepart import make_lite
from satchel.options import Options
from satchel.reading import ReadCourse
from satchel.report import Report


@dataclass(frozen=True, kw_only=True)
class Made:
    """The parts of a new site, and what Sphinx warned about."""

    parts: Parts
    warnings: tuple[Problem, ...]


def make(options: Options, read: ReadCourse, ground: Ground, report: Report) -> Made:
    """Make all other parts of the site, side by side: they wait for child processes.

    Raises:
        ToolFailed: an outside tool failed.
    """
    with ThreadPoolExecutor() as pool, ending_tools():
        html = pool.submit(make_book, options, read, ground.frontend, report)
        notebooks = pool.submit(make_lite, options, read, ground, report)
        compiled = pool.submit(with_bytecode, options, ground.runtime, report)
        made, lite_folder, ready = html.result(), notebooks.result(), compiled.result()
    parts = Parts(
        book=made.html,
        lite=lite_folder,
        runtime=ready.folder,
        frontend=ground.frontend,
        texts={
            **_texts(read, ground),
            manifest.SCHEMA_FILE_NAME: manifest.schema_text(),
            settings.SCHEMA_FILE_NAME: settings.schema_text(),
            f"runtime/{runtimes.DESCRIPTION}": runtimes.description(ready, edition=read.plan.course.version),
            webapp.FILE_NAME: _app(read, ground.frontend, made.html),
        },
    )
    return Made(parts=parts, warnings=tuple(_told(made.warnings, read)))


def make_again(options: Options, read: ReadCourse, ground: Ground, made: Made, report: Report) -> Made:
    """Make the parts again that tell where activities run and why, for other decisions about the same course.

    The runtime stays: it is what the activities were run in.

    Raises:
        ToolFailed: an outside tool failed.
    """
    with ThreadPoolExecutor() as pool, ending_tools():
        html = pool.submit(make_book, options, read, ground.frontend, report, name="book, checked")
        notebooks = pool.submit(make_lite, options, read, ground, report, name="JupyterLite, checked")
        book_again, lite_folder = html.result(), notebooks.result()
    texts = {**made.parts.texts, **_texts(read, ground)}
    parts = replace(made.parts, book=book_again.html, lite=lite_folder, texts=texts)
    return Made(parts=parts, warnings=tuple(_told(book_again.warnings, read)))


def _texts(read: ReadCourse, ground: Ground) -> dict[str, str]:
    return {
        manifest.FILE_NAME: read.plan.manifest(ground.runtime.packages),
        coursemap.FILE_NAME: coursemap.map_text(read.plan.course, read.plan.decisions),
    }


def _app(read: ReadCourse, built: Frontend, html: Path) -> str:
    """The manifest of the course as an app, with the course's logo as its icon if that can be one."""
    name = read.plan.config.logo
    logo = html / "_static" / name if name else None
    icon = webapp.logo_icon(f"_static/{quote(logo.name)}", logo.read_bytes()) if logo and logo.is_file() else None
    return webapp.manifest_text(read.plan.course.title, assets=built.assets, logo=icon)


def _told(warnings: Iterable[Problem], read: ReadCourse) -> Iterator[Problem]:
    """Sphinx's warnings about the files that the author wrote, instead of those that it was given."""
    sources = {activity.path: activity.source for activity in read.plan.course.activities}
    named = (replace(w, file=sources.get(w.file, w.file) if w.file else None) for w in warnings)
    return review.placed(named, read.folder.sizes, content=read.plan.content)
