"""Makes the JupyterLite of a course: stages notebooks, files and settings, and has JupyterLite build them."""

from __future__ import annotations

from pathlib import Path

from satchel import lite, liteactivities, litesettings, staging
from satchel.ground import Ground
from satchel.litesettings import Boot
from satchel.options import Options
from satchel.reading import ReadCourse
from satchel.report import Report

# JupyterLite resolves what starts with ./ from /lite/, and everything else from the page of the moment.
_BOOT_FROM_LITE = "./../runtime/boot.mjs"


def make_lite(options: Options, read: ReadCourse, ground: Ground, report: Report, *, name: str = "JupyterLite") -> Path:
    """The folder to publish at /lite/. `name` is that of the step in the report.

    Raises:
        ToolFailed: JupyterLite failed, or one of its extensions is not installed.
    """
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
            remembered=options.stamps,
            echo=report.echo,
        )
        step.note = f"{len(contents.texts)} notebooks, {len(contents.copies)} files"
    return folder
