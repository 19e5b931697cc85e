"""What the author should know about a decision: contradictions, missing servers, lines that do nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from satchel.derive import Findings
from satchel.errors import Problem
from satchel.model import Decision, Declaration, Host
from satchel.reasons import Obstacle, listed

_NOT_TO_WORK = frozenset({"raises-exception", "skip-execution", "remove-cell"})
# Names that differ between PyPI and `import`, so that an installed package is recognised among the imports.
_IMPORTED_AS = {
    "opencv-python": "cv2",
    "opencv-python-headless": "cv2",
    "scikit-learn": "sklearn",
    "scikit-image": "skimage",
    "beautifulsoup4": "bs4",
    "pillow": "pil",
    "pyyaml": "yaml",
    "python-dateutil": "dateutil",
    "pytorch": "torch",
    "pytorch-lightning": "pytorch_lightning",
    "faiss-cpu": "faiss",
    "faiss-gpu": "faiss",
    "tensorflow-gpu": "tensorflow",
    "tensorflow-cpu": "tensorflow",
}


def about(
    decision: Decision,
    findings: Findings,
    declared: Declaration,
    against: tuple[Obstacle, ...],
    *,
    hosts: Collection[Host],
    missing: Mapping[str, str],
    offered: Collection[str],
) -> Iterator[Problem]:
    """The problems of one decision. `missing` maps import names to the reason why the browser has none."""
    file = decision.activity.source
    yield from _contradictions(decision, findings, declared, against, file)
    yield from _hosts(decision, declared, against, hosts, file)
    if decision.route == "read" and "read" in declared.forbid:
        yield Problem(
            code="route-none-left",
            message="It must not be for reading only, but there is nothing left to run it on.",
            file=file,
            cure="Allow another route, or configure a host that can run it.",
        )
    if not declared.route:
        yield from _packages(decision, against, missing, file)
    if decision.route in {"book", "lite"}:
        yield from _idle_lines(findings, offered, decision, file)
        yield from _skipped(findings, decision)


def idle_corrections(idle: Collection[str], file: str) -> Iterator[Problem]:
    """A problem for each correction that had nothing to correct."""
    for word in idle:
        yield _warning(
            "route-without-unfounded",
            f'It is declared to do without "{word}", but nothing in its code asks for that.',
            "Delete it from `without:`, or look for a typing error.",
            file,
        )


def _contradictions(
    decision: Decision, findings: Findings, declared: Declaration, against: tuple[Obstacle, ...], file: str
) -> Iterator[Problem]:
    if declared.gpu is False and findings.needs_gpu:
        use = next(use for use in findings.gpu if not use.optional)
        yield _warning(
            "route-gpu-denied",
            f"It is declared to need no GPU, but the code uses one ({use.what}).",
            "Guard that code by a test for a GPU, or delete `gpu: false`.",
            use.place.file,
            use.place.where,
        )
    evidence = findings.gpu or decision.needs.missing or findings.processes
    if declared.gpu and not evidence and not declared.reason:
        yield _warning(
            "route-gpu-unfounded",
            "It is declared to need a GPU, but nothing in its code uses one: it would run in the browser.",
            "Delete `gpu: true`, or say why in `reason:`.",
            file,
        )
    if declared.route in {"book", "lite"} and against:
        yield _warning(
            "route-contradiction",
            f'It is declared to run in the browser (route "{declared.route}"), but: '
            + " ".join(obstacle.sentence for obstacle in against),
            "Change the code, or delete `route:`.",
            file,
        )
    if declared.route == "hosted" and not against and not declared.reason and decision.route == "hosted":
        yield _warning(
            "route-hosted-unfounded",
            "It is declared to run on a server, but it would run in the browser.",
            "Delete `route: hosted`, or say why in `reason:`.",
            file,
        )


def _hosts(
    decision: Decision, declared: Declaration, against: tuple[Obstacle, ...], hosts: Collection[Host], file: str
) -> Iterator[Problem]:
    wanted = declared.route == "hosted" or (against and not declared.route and "hosted" not in declared.forbid)
    if wanted and decision.route == "read":
        what = "a server with a GPU" if decision.needs.gpu else "a server"
        there = f"none of {listed(host.id for host in hosts)} is one" if hosts else "none is configured"
        yield _warning(
            "route-no-host",
            f"It needs {what}, but {there}: it is only to be read.",
            "Describe one under `hosted:` in capabilities.yml, or set `route: read` to agree.",
            file,
        )
    chosen = next((host for host in hosts if host.id == declared.host), None)
    if chosen and decision.needs.gpu and "gpu" not in chosen.capabilities:
        yield _warning(
            "route-host-without-gpu",
            f'It needs a GPU, but the host "{chosen.id}" does not offer one.',
            "Choose another host, or add `gpu` to its capabilities.",
            file,
        )


def _packages(
    decision: Decision, against: tuple[Obstacle, ...], missing: Mapping[str, str], file: str
) -> Iterator[Problem]:
    # With a GPU (or another obstacle) in the way, more packages would not bring it into the browser.
    if [obstacle.kind for obstacle in against] != ["packages"]:
        return
    for name in decision.needs.missing:
        yield _warning(
            "route-missing-package",
            f"The browser has no {name}: {missing.get(name, 'it is not among the packages for the browser')}.",
            "Do without it, name its package under `packages:` in capabilities.yml if it is pure Python, "
            "or set `route:` to agree.",
            file,
        )


def _idle_lines(findings: Findings, offered: Collection[str], decision: Decision, file: str) -> Iterator[Problem]:
    lines = [line for line in findings.shell if not line.needed and not _installs(line.command, findings)]
    if lines:
        yield _warning(
            "route-shell-line",
            f"`{lines[0].command}` does nothing in the browser, which has no shell.",
            "Use Python instead (for example pathlib), or delete the line.",
            lines[0].place.file,
            lines[0].place.where,
        )
    known = {*offered, *decision.needs.packages}
    imported = {name.lower().replace("-", "_") for name in findings.modules}
    for install in findings.installs:
        for name in install.packages if install.tool in {"pip", "conda"} else ():
            if name not in known and _IMPORTED_AS.get(name, name.replace("-", "_")) not in imported:
                yield _warning(
                    "route-install",
                    f"It installs {name}, which the browser does not have and the code does not import.",
                    "Delete the line if it is not needed; else name the package in the activity's `packages:`.",
                    install.place.file,
                    install.place.where,
                )


def _skipped(findings: Findings, decision: Decision) -> Iterator[Problem]:
    """Cells that cannot be read, unless they are meant to fail or not meant to run."""
    cells = decision.activity.notebook.cells
    for note in findings.notes:
        tags = cells[note.place.cell - 1].tags if note.place.cell else ()
        if _NOT_TO_WORK.isdisjoint(tags):
            yield _warning(
                "derive-skipped",
                note.message,
                "Correct it, or tag the cell raises-exception if it is meant to fail.",
                note.place.file,
                note.place.where,
            )


def _installs(command: str, findings: Findings) -> bool:
    return any(install.command == command for install in findings.installs)


def _warning(code: str, message: str, cure: str, file: str, where: str | None = None) -> Problem:
    return Problem(code=code, message=message, cure=cure, file=file, where=where, severity="warning")
