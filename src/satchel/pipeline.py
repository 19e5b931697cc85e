"""The build from end to end: plan, make the parts side by side, check, swap in, pack."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

from filelock import FileLock, Timeout
from rich.markup import escape

from satchel import (
    assemble,
    book,
    check,
    folders,
    frontend,
    layout,
    lite,
    litesettings,
    manifest,
    offline,
    scan,
    staging,
    toc,
)
from satchel import ledger as ledgers
from satchel import runtime as runtimes
from satchel.assemble import Parts
from satchel.bookconfig import staged as staged_config
from satchel.errors import CheckFailed, CourseProblems, Problem, ToolFailed, UsageError
from satchel.frontend import Frontend
from satchel.layout import CourseFolder, Layout
from satchel.litesettings import Boot
from satchel.pages import Publisher
from satchel.planning import READERS_PAGE, CoursePlan, plan_course
from satchel.report import Report, megabytes
from satchel.runtime import Runtime, Wheel
from satchel.sphinx_ext import PAGES_FILE
from satchel.stamps import Stamps

# JupyterLite resolves what starts with ./ from /lite/, and everything else from the page of the moment.
_BOOT_FROM_LITE = "./../runtime/boot.mjs"


@dataclass(frozen=True, kw_only=True)
class Options:
    """What the command line asked for; paths are absolute.

    `course` is the course folder, `cache` holds downloads between builds, `mirror` is the address of a copy of the full
    Pyodide distribution.
    """

    course: Path
    out: Path
    cache: Path
    mirror: str | None = None
    ledger: Path | None = None
    zip: bool = True
    strict: bool = False
    check: bool = False

    @property
    def site(self) -> Path:
        """The finished site."""
        return self.out / "site"

    @property
    def work(self) -> Path:
        """Where the parts are made; kept between builds so that the next one is quick."""
        return self.out / ".work"


@dataclass(frozen=True, kw_only=True)
class _Read:
    """A course that was read and planned without errors."""

    layout: Layout
    folder: CourseFolder
    plan: CoursePlan


@dataclass(frozen=True, kw_only=True)
class _Made:
    """The parts of a new site, what Sphinx warned about, and the packages supplied, by name."""

    parts: Parts
    warnings: tuple[Problem, ...]
    packages: Mapping[str, str]


def plan_only(options: Options, report: Report, *, show: bool) -> str:
    """Print the plan and return the manifest as text; nothing is written.

    Raises:
        CourseProblems: the course has errors (all of them).
    """
    read = _read(options, report)
    if show:
        report.plan(read.plan.decisions)
    return read.plan.manifest()


def watched(options: Options) -> Sequence[Path]:
    """Folders whose changes make another build worthwhile."""
    found = layout.find(options.course, ledger=options.ledger, out=options.out)
    return [
        path for path in {found.content, found.config.parent, found.lite, frontend.SOURCE} if path and path.is_dir()
    ]


def build(options: Options, report: Report) -> Path:
    """Build the course; returns the finished site.

    Raises:
        UsageError: the site would be built into the course's own material.
        CourseProblems: the course has errors; nothing was built.
        CheckFailed: the new site would fetch something from elsewhere, or an activity that should run in the browser
            does not; the old site was kept.
        ToolFailed: an outside tool or a download failed, or another build is at work in the same folder; the old site
            was kept.
    """
    read = _read(options, report)
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        # The system lets go of the lock when the process ends, however it ends.
        with FileLock(options.out / ".lock", timeout=0):
            return _build(options, read, report)
    except Timeout as error:
        raise ToolFailed(
            "Starting the build",
            detail=f"Another build is at work in {options.out}.",
            cure="Wait until it is done, or build into another folder with --out.",
        ) from error


def _build(options: Options, read: _Read, report: Report) -> Path:
    assemble.recover(options.site)
    assemble.refuse_foreign(options.site)
    report.plan(read.plan.decisions)
    report.say("")
    with report.steps():
        made = _make(options, read, report)
        aside = options.out / ".site-new"
        try:
            with report.step("assemble") as step:
                assemble.assemble(made.parts, aside)
                found = scan.scan(aside)
                step.note = megabytes(folders.size(aside))
            _judge((*made.warnings, *found), options, report)
            if options.check:
                _check(read, made.packages, aside, report)
            # Before the site is public: students' work will hang on these identities.
            _write_ledger(read)
            assemble.swap(aside, options.site)
        finally:
            shutil.rmtree(aside, ignore_errors=True)
        if options.zip:
            with report.step("offline zip") as step:
                target = options.out / f"{read.plan.course.id}-offline.zip"
                offline.pack(options.site, target, folder=read.plan.course.id)
                step.note = megabytes(target.stat().st_size)
    _summary(options, read, report)
    return options.site


def _read(options: Options, report: Report) -> _Read:
    found = layout.find(options.course, ledger=options.ledger, out=options.out)
    if options.out == found.content:
        raise UsageError(
            "--out must not be the course folder itself: the next build would take the site for course material."
        )
    folder = layout.read(found, out=options.out)
    catalogue = runtimes.load()
    kernel = [package for package, _ in runtimes.kernel_wheels(python=catalogue.python)]
    wheels, damaged = _recorded(found, catalogue.pyodide)
    plan = plan_course(found, folder, kernel=kernel, wheels=wheels, full=options.mirror is not None)
    missing = book.missing_extensions(plan.config.extensions, file=found.name(found.config))
    problems = _weighed((*plan.problems, *damaged, *missing), options)
    if any(problem.severity == "error" for problem in problems):
        raise CourseProblems(problems)
    report.problems(problems)
    return _Read(layout=found, folder=folder, plan=plan)


def _recorded(found: Layout, pyodide: str) -> tuple[tuple[Wheel, ...], tuple[Problem, ...]]:
    """The wheels of earlier builds; a damaged record is one problem among the others."""
    try:
        return runtimes.read(found.runtime_lock, pyodide=pyodide), ()
    except CourseProblems as error:
        return (), tuple(replace(problem, file=found.name(found.runtime_lock)) for problem in error.problems)


def _weighed(problems: Iterable[Problem], options: Options) -> tuple[Problem, ...]:
    """The problems, each once; with `--strict` every warning is an error."""
    once = dict.fromkeys(problems)
    return tuple(replace(problem, severity="error") if options.strict else problem for problem in once)


def _make(options: Options, read: _Read, report: Report) -> _Made:
    """All parts of the site. The slow ones run side by side: they wait for the network or for child processes."""
    remembered = Stamps(folder=options.work / "stamps")
    with ThreadPoolExecutor() as pool:
        browser_side = pool.submit(_frontend, options, remembered, report)
        python = pool.submit(_runtime, options, read, report)
        built, supplied = browser_side.result(), python.result()
        shutil.copyfile(built.boot, supplied.folder / built.boot.name)
        runtimes.register(supplied.folder, [built.boot.name])
        html = pool.submit(_book, options, read, built, remembered, report)
        notebooks = pool.submit(_lite, options, read, built, supplied, remembered, report)
        compiled = pool.submit(_bytecode, options, supplied, report)
        made, lite_folder, ready = html.result(), notebooks.result(), compiled.result()
    parts = Parts(
        book=made.html,
        lite=lite_folder,
        runtime=ready.folder,
        frontend=built,
        texts={
            manifest.FILE_NAME: read.plan.manifest(supplied.packages),
            manifest.SCHEMA_FILE_NAME: manifest.schema_text(),
        },
    )
    return _Made(parts=parts, warnings=made.warnings, packages=supplied.packages)


def _frontend(options: Options, remembered: Stamps, report: Report) -> Frontend:
    with report.step("browser side") as step:
        built = frontend.build(options.work / "frontend", remembered, echo=report.echo)
        step.note = megabytes(folders.size(built.folder))
    return built


def _runtime(options: Options, read: _Read, report: Report) -> Runtime:
    with report.step("Python runtime") as step:
        supplied = runtimes.supply(
            read.plan.runtime,
            options.work / "runtime",
            cache=options.cache,
            mirror_url=options.mirror,
            lock_path=read.layout.runtime_lock,
            on_progress=lambda done, total, name: step(done, total, f"{megabytes(done)} of {megabytes(total)}  {name}"),
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
        step.note = megabytes(sum(compiled.sizes.values()))
    return compiled


def _book(options: Options, read: _Read, built: Frontend, remembered: Stamps, report: Report) -> book.Book:
    plan, publisher = read.plan, _publisher(read, built)
    with report.step("book") as step:

        def hear(line: str) -> None:
            step(0, 0, line.strip()[:60])
            report.heard(line)

        parts = {Path(d.activity.page).with_suffix("").as_posix(): publisher.activity(d) for d in plan.decisions}
        for page in plan.toc.pages:
            parts.setdefault(page.docname, publisher.plain(page.docname, page.docname))
        parts[READERS_PAGE] = publisher.plain(READERS_PAGE, "Activities and where they run")
        pages = {
            PAGES_FILE: json.dumps({name: vars(part) for name, part in parts.items()}, sort_keys=True),
            f"{READERS_PAGE}.md": publisher.readers_page(plan.decisions),
        }
        staged = staging.for_book(
            plan.course,
            config=staged_config(plan.config, assets=built.assets),
            toc=toc.with_page(read.folder.toc, READERS_PAGE),
            pages=pages,
            texts=read.folder.texts,
            files=read.folder.sizes,
        )
        made = book.build(
            staged,
            options.work,
            content=read.layout.content,
            extra=_beside_config(read.layout),
            remembered=remembered,
            on_line=hear,
            echo=report.echo,
        )
        step.note = f"{len(plan.toc.pages) + 1} pages"
    return made


def _lite(
    options: Options, read: _Read, built: Frontend, supplied: Runtime, remembered: Stamps, report: Report
) -> Path:
    plan, texts = read.plan, read.folder.lite
    with report.step("JupyterLite") as step:
        names = [lite.KERNEL_EXTENSION]
        if "ipywidgets" in supplied.packages:
            names.append(lite.WIDGETS_EXTENSION)
        extensions = [*lite.extension_folders(names), *([built.extension] if built.extension.is_dir() else [])]
        boot = Boot(url=_BOOT_FROM_LITE, packages=supplied.kernel_packages)
        contents = staging.for_lite(plan.course, plan.decisions)
        settings = {
            "jupyter-lite.json": litesettings.jupyter_lite(texts, plan.course, plan.decisions, boot=boot),
            "overrides.json": litesettings.overrides(texts),
            "jupyter_lite_config.json": litesettings.build_config(texts, extensions=map(str, extensions)),
        }
        folder = lite.build(
            contents,
            settings,
            options.work,
            content=read.layout.content,
            extensions=extensions,
            remembered=remembered,
            echo=report.echo,
        )
        step.note = f"{len(contents.texts)} notebooks, {len(contents.copies)} files"
    return folder


def _publisher(read: _Read, built: Frontend) -> Publisher:
    return Publisher(
        course=read.plan.course, hosts=read.plan.hosts, templates=frontend.templates(), assets=built.assets
    )


def _beside_config(found: Layout) -> Mapping[str, Path]:
    """Logo, bibliography and the like, which Jupyter Book looks for beside `_config.yml`."""
    if not found.own_layout or found.config.parent == found.content:
        return {}
    folder = found.config.parent
    return {name: folder / name for name in folders.files(folder) if name not in {found.config.name, found.toc.name}}


def _judge(problems: Sequence[Problem], options: Options, report: Report) -> None:
    problems = _weighed(problems, options)
    if any(problem.severity == "error" for problem in problems):
        raise CheckFailed(problems)
    report.problems(problems)


def _check(read: _Read, packages: Mapping[str, str], aside: Path, report: Report) -> None:
    """Run the browser activities of the new site and put what was seen into its manifest."""
    with report.step("check") as step:
        checked = check.run(aside, read.plan.decisions, on_activity=lambda title: step(0, 0, title))
        step.note = f"{len(checked)} activities ran in Chromium"
    problems = [result.problem for result in checked if result.problem]
    if problems:
        raise CheckFailed(problems)
    seen = read.plan.with_evidence({result.decision.activity.id: result.evidence for result in checked})
    (aside / manifest.FILE_NAME).write_text(seen.manifest(packages), "utf-8")
    assemble.seal(aside)


def _write_ledger(read: _Read) -> None:
    """Record identities, if there is something new."""
    text = ledgers.dump(read.plan.ledger)
    if read.folder.ledger != text:
        ledger = read.layout.ledger
        ledger.parent.mkdir(parents=True, exist_ok=True)
        # In one move: students' work hangs on this file, and half of it would be worse than the old one.
        aside = ledger.with_name(f".{ledger.name}.part")
        aside.write_text(text, "utf-8")
        aside.replace(ledger)


def _summary(options: Options, read: _Read, report: Report) -> None:
    browser = sum(staging.runs_in_browser(decision) for decision in read.plan.decisions)
    report.say("")
    report.say(
        f"[bold]{escape(read.plan.course.title)}[/]: "
        f"{browser} of {len(read.plan.decisions)} activities run in the browser."
    )
    size = megabytes(folders.size(options.site))
    report.say(f"  site  {escape(str(options.site))}   [dim]{size}; upload this folder as it is[/]")
    if options.zip:
        target = options.out / f"{read.plan.course.id}-offline.zip"
        report.say(f"  zip   {escape(str(target))}   [dim]unpack, then python start.py[/]")
    course = "" if options.course == frontend.SOURCE.parent else f"{options.course} "
    report.say(f"  look  python build.py {escape(course)}--serve")
    if read.folder.ledger is None:
        ledger = escape(str(read.layout.ledger))
        report.say(f"  keep  {ledger}   [dim]commit it: students' work hangs on the identities in it[/]")
