"""What the author declares: `content/capabilities.yml`, and the `satchel` entry of a notebook's metadata."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, fields, replace
from fnmatch import fnmatchcase
from pathlib import PurePosixPath
from typing import cast

from satchel import fromvalues
from satchel.errors import Problem, did_you_mean
from satchel.fromvalues import Reading
from satchel.hostsettings import read_hosts
from satchel.model import Declaration, Host, Notebook, Route
from satchel.runtime.versions import DEFAULT
from satchel.settings import ACTIVITY, PACKAGES, PYODIDE, TOP
from satchel.yamltext import Value, read_json, read_yaml

FILE_NAME = "capabilities.yml"


@dataclass(frozen=True, kw_only=True)
class Entry:
    """A declaration and the activities it is for: a path without suffix, or a pattern with `*`."""

    pattern: str
    declaration: Declaration
    line: int | None = None

    def covers(self, source: str) -> bool:
        """Whether it is for the activity with this source path."""
        name = str(PurePosixPath(source).with_suffix(""))
        return fnmatchcase(name, self.pattern) if "*" in self.pattern else name == self.pattern


@dataclass(frozen=True, kw_only=True)
class Capabilities:
    """The whole file: hosts, declarations in the order of the file, extra packages to bundle (as on PyPI), and the
    Pyodide release."""

    hosts: tuple[Host, ...] = ()
    entries: tuple[Entry, ...] = ()
    packages: tuple[str, ...] = ()
    pyodide: str = DEFAULT


@dataclass(frozen=True, kw_only=True)
class CapabilitiesRead:
    """The file as far as it could be understood, and what is wrong with it."""

    capabilities: Capabilities
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Declared:
    """What is declared about one activity, from all places together, and what is wrong with it."""

    declaration: Declaration
    problems: tuple[Problem, ...] = ()


def parse(text: str, *, file: str = FILE_NAME) -> CapabilitiesRead:
    """Parse `capabilities.yml`. Never raises: what is wrong comes back as problems with line and cure."""
    read = read_yaml(text, file=file)
    reading = Reading(file=file, problems=list(read.problems))
    if read.value is None or (read.value.kind == "scalar" and read.value.scalar is None):
        return CapabilitiesRead(capabilities=Capabilities(), problems=tuple(reading.problems))
    top = reading.mapping(read.value, "The file", known=TOP)
    hosts = read_hosts(top.get("hosted"), reading)
    entries = tuple(
        Entry(pattern=_without_suffix(pattern), declaration=_declaration(value, reading, pattern), line=value.line)
        for pattern, value in reading.mapping(top.get("activities"), "activities").items()
    )
    for entry in entries:
        _check_host(entry.declaration, hosts, reading, entry.line)
    packages = reading.texts(top["packages"], PACKAGES) if "packages" in top else ()
    # A release that is not known is a problem; what else is wrong can still be found with the default.
    pyodide = str(reading.scalar(top["pyodide"], PYODIDE) or DEFAULT) if "pyodide" in top else DEFAULT
    found = Capabilities(hosts=hosts, entries=entries, packages=packages, pyodide=pyodide)
    return CapabilitiesRead(capabilities=found, problems=tuple(reading.problems))


def unmatched(found: Capabilities, sources: Collection[str], *, file: str = FILE_NAME) -> tuple[Problem, ...]:
    """A problem for each declaration that no activity answers to; `sources` are the activities' source paths."""
    names = [str(PurePosixPath(source).with_suffix("")) for source in sources]
    return tuple(
        Problem(
            code="capabilities-no-activity",
            message=f'No activity is called "{entry.pattern}".{did_you_mean(entry.pattern, names)}',
            file=file,
            where=f"line {entry.line}" if entry.line else None,
            cure="Write the notebook's path in the content folder without its suffix, or a pattern such as module-4/*.",
        )
        for entry in found.entries
        if not any(entry.covers(source) for source in sources)
    )


def declared(found: Capabilities, notebook: Notebook, *, files: Collection[str]) -> Declared:
    """All that is declared about a notebook: patterns first, then its own path, then its metadata; later ones win.

    `files` are the course's files: declared names and patterns become the paths that exist.
    """
    matching = [entry for entry in found.entries if entry.covers(notebook.source)]
    matching.sort(key=lambda entry: "*" not in entry.pattern)
    whole = Declaration()
    for entry in matching:
        whole = _over(whole, entry.declaration)
    reading = Reading(file=notebook.source, where="its declaration")
    own = _declaration(read_json(notebook.satchel), reading, "satchel")
    _check_host(own, found.hosts, reading, None)
    whole = _over(whole, own)
    whole = replace(whole, files=_existing(whole.files, files, reading))
    return Declared(declaration=whole, problems=tuple(reading.problems))


def _existing(patterns: Iterable[str], files: Collection[str], reading: Reading) -> tuple[str, ...]:
    found: set[str] = set()
    for pattern in patterns:
        here = {path for path in files if fnmatchcase(path, pattern)}
        if not here:
            reading.problem(
                "capabilities-no-file",
                f'The course has no file "{pattern}".{did_you_mean(pattern, files)}',
                "Write the path in the content folder, or a pattern such as data/*.csv.",
                None,
            )
        found |= here
    return tuple(sorted(found))


def _declaration(value: Value, reading: Reading, what: str) -> Declaration:
    given = reading.mapping(value, what, known=[setting.key for setting in ACTIVITY])
    values = fromvalues.take(given, ACTIVITY, reading, what=what, line=value.line)
    if values is None:
        return Declaration()
    declaration = Declaration(
        gpu=values.flag("gpu"),
        packages=values.texts("packages"),
        memory_mb=values.number("memory_mb"),
        network=values.texts("network"),
        files=values.texts("files"),
        route=cast(Route, values.text("route")) if values.has("route") else None,
        forbid=cast(tuple[Route, ...], values.texts("forbid")),
        host=values.text("host") or None,
        without=values.texts("without"),
        reason=values.text("reason"),
        meanwhile=values.text("meanwhile"),
        seconds=values.number("seconds"),
    )
    if declaration.route and declaration.route in declaration.forbid:
        reading.problem(
            "capabilities-forbidden-route",
            f'"{what}" both takes and forbids the route "{declaration.route}".',
            "Delete it from `forbid`, or choose another route.",
            value.line,
        )
    return declaration


def _check_host(declaration: Declaration, hosts: Iterable[Host], reading: Reading, line: int | None) -> None:
    ids = [host.id for host in hosts]
    if declaration.host and declaration.host not in ids:
        reading.problem(
            "capabilities-unknown-host",
            f'There is no host "{declaration.host}".{did_you_mean(declaration.host, ids)}',
            f"Use one of: {', '.join(ids)}." if ids else "Describe the host under `hosted:` first.",
            line,
        )


def _over(below: Declaration, above: Declaration) -> Declaration:
    """`below` with everything that `above` says put over it."""
    nothing = Declaration()
    said = {f.name: getattr(above, f.name) for f in fields(above) if getattr(above, f.name) != getattr(nothing, f.name)}
    return replace(below, **said)


def _without_suffix(pattern: str) -> str:
    """`module-1/values.ipynb` is as good as `module-1/values`."""
    path = PurePosixPath(pattern.removeprefix("./").strip("/"))
    return str(path.with_suffix("")) if path.suffix in {".ipynb", ".md", ".py", ".Rmd"} else str(path)
