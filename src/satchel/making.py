"""Makes the parts of a site side by side: browser side, runtime, book, JupyterLite."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import quote

from satchel import (
    book,
    children,
    coursemap,
    folders,
    frontend,
    lite,
    liteactivities,
    litesettings,
    manifest,
    review,
    settings,
    staging,
    toc,
    webapp,
)
from satchel import runtime as runtimes
from satchel.assemble import Parts
from satchel.bookconfig import staged as staged_config
from satchel.errors import Problem, ToolFailed
from satchel.frontend import Frontend
from satchel.lacking import importable
from satchel.layout import Layout
from satchel.litesettings import Boot
from satchel.model import Decision
from satchel.options import Options
from satchel.pages import Publisher
from satchel.planning import CHECK_PAGE, READERS_PAGE
from satchel.reading import ReadCourse
from satchel.report import Report, megabytes
from satchel.runtime import Runtime
from satchel.sphinx_ext import PAGES_FILE
from satchel.stamps import Stamps

# JupyterLite resolves what starts with ./ from /lite/, and everything else from the page of the moment.
_BOOT_FROM_LITE = "./../runtime/boot.mjs"


@dataclass(frozen=True, kw_only=True)
class Ground:
    """What the pages of a site stand on, whatever is decided about single activities: browser side and runtime."""

    frontend: Frontend
    runtime: Runtime


@dataclass(frozen=True, kw_only=True)
class Made:
    """The parts of a new site, and what Sphinx warned about."""

    parts: Parts
    warnings: tuple[Problem, ...]


def prepare(options: Options, read: ReadCourse, report: Report) -> Ground:
    """Make the browser side and the runtime, side by side.

    Raises:
        ToolFailed: an outside tool or a download failed.
    """
    children.begin()
    with ThreadPoolExecutor() as pool, _ending_tools():
        browser_side = pool.submit(_frontend, options, _remembered(options), report)
        python = pool.submit(_runtime, options, read, report)
        built, supplied = browser_side.result(), python.result()
    shutil.copyfile(built.boot, supplied.folder / built.boot.name)
    runtimes.register(supplied.folder, [built.boot.name])
    return Ground(frontend=built, runtime=supplied)


def make(options: Options, read: ReadCourse, ground: Ground, report: Report) -> Made:
    """Make all other parts of the site, side by side: they wait for child processes.

    Raises:
        ToolFailed: an outside tool failed.
    """
    with ThreadPoolExecutor() as pool, _ending_tools():
        html = pool.submit(_book, options, read, ground.frontend, report)
        notebooks = pool.submit(_lite, options, read, ground, report)
        compiled = pool.submit(_bytecode, options, ground.runtime, report)
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
    with ThreadPoolExecutor() as pool, _ending_tools():
        html = pool.submit(_book, options, read, ground.frontend, report, name="book, checked")
        notebooks = pool.submit(_lite, options, read, ground, report, name="JupyterLite, checked")
        book_again, lite_folder = html.result(), notebooks.result()
    texts = {**made.parts.texts, **_texts(read, ground)}
    parts = replace(made.parts, book=book_again.html, lite=lite_folder, texts=texts)
    return Made(parts=parts, warnings=tuple(_told(book_again.warnings, read)))


def _remembered(options: Options) -> Stamps:
    return Stamps(folder=options.work / "stamps")


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


@contextmanager
def _ending_tools() -> Iterator[None]:
    """Do not wait for tools and downloads that nobody wants any more."""
    try:
        yield
    except KeyboardInterrupt:
        children.stop_all()
        raise


def _told(warnings: Iterable[Problem], read: ReadCourse) -> Iterator[Problem]:
    """Sphinx's warnings about the files that the author wrote, instead of those that it was given."""
    sources = {activity.path: activity.source for activity in read.plan.course.activities}
    named = (replace(w, file=sources.get(w.file, w.file) if w.file else None) for w in warnings)
    return review.placed(named, read.folder.sizes, content=read.plan.content)


def _frontend(options: Options, remembered: Stamps, report: Report) -> Frontend:
    with report.step("browser side") as step:
        built = frontend.build(options.work / "frontend", remembered, echo=report.echo)
        step.note = megabytes(folders.size(built.folder))
    return built


def _runtime(options: Options, read: ReadCourse, report: Report) -> Runtime:
    with report.step("Python runtime") as step:

        def progress(done: int, total: int, name: str) -> None:
            if children.stopped():
                raise ToolFailed("Downloading")
            step(done, total, f"{megabytes(done)} of {megabytes(total)}  {name}")

        supplied = runtimes.supply(
            read.plan.runtime,
            options.work / "runtime",
            cache=options.cache,
            mirror_url=options.mirror,
            lock_path=read.layout.runtime_lock,
            on_progress=progress,
            echo=report.echo,
        )
        step.note = (
            f"Pyodide {supplied.pyodide}, {len(supplied.packages)} packages, {megabytes(sum(supplied.sizes.values()))}"
        )
    return supplied


def _bytecode(options: Options, supplied: Runtime, report: Report) -> Runtime:
    with report.step("bytecode") as step:
        compiled = runtimes.with_bytecode(
            supplied, options.work / "runtime-compiled", cache=options.cache, echo=report.echo
        )
        official = supplied.folder / "python_stdlib.zip"
        prepared = runtimes.prepare(compiled, official, cache=options.cache, echo=report.echo)
        started = megabytes(sum(prepared.runtime.sizes[name] for name in prepared.runtime.boot_files))
        step.note = f"{megabytes(sum(prepared.runtime.sizes.values()))}, {started} to start"
        if prepared.refused:
            step.note += f"; without a saved memory ({prepared.refused})"
    return prepared.runtime


def _book(options: Options, read: ReadCourse, built: Frontend, report: Report, *, name: str = "book") -> book.Book:
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
            remembered=_remembered(options),
            on_line=hear,
            echo=report.echo,
        )
        step.note = f"{len(plan.toc.pages) + 2} pages"
    return made


def _lite(options: Options, read: ReadCourse, ground: Ground, report: Report, *, name: str = "JupyterLite") -> Path:
    plan, texts, built, supplied = read.plan, read.folder.lite, ground.frontend, ground.runtime
    with report.step(name) as step:
        names = [lite.KERNEL_EXTENSION]
        if "ipywidgets" in supplied.packages:
            names.append(lite.WIDGETS_EXTENSION)
        extensions = [*lite.extension_folders(names), built.extension]
        boot = Boot(url=_BOOT_FROM_LITE, packages=supplied.kernel_packages)
        contents = staging.for_lite(plan.course, plan.decisions)
        activities = liteactivities.table(plan.decisions, plan.hosts)
        files = {
            "jupyter-lite.json": litesettings.jupyter_lite(
                texts, plan.course, plan.decisions, activities=activities, boot=boot
            ),
            "overrides.json": litesettings.overrides(texts),
            litesettings.BUILD_CONFIG: litesettings.build_config(texts, extensions=map(str, extensions)),
        }
        folder = lite.build(
            contents,
            files,
            options.work,
            content=read.layout.content,
            extensions=extensions,
            remembered=_remembered(options),
            echo=report.echo,
        )
        step.note = f"{len(contents.texts)} notebooks, {len(contents.copies)} files"
    return folder


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
