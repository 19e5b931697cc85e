"""Why an activity cannot run in the browser, or what it needs there: as values, and in words for students."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from urllib.parse import urlsplit

from satchel.derive import Findings
from satchel.model import Evidence, Needs

# A page gets at most this much memory on the machines that students have, in megabytes.
BROWSER_MEMORY_MB = 2048
# Python holds a file that it has opened at least twice: as the file and as what was read. In megabytes.
_BROWSER_DATA_MB = 700
# What takes more than a moment to arrive, in megabytes.
_MUCH_DATA_MB = 10
_GPU_LIBRARIES = ("torch", "tensorflow", "keras", "jax", "cupy", "numba", "cudf", "cuml", "transformers", "xgboost")
_PROCESSES = {
    "threads": "Starts threads, which Python in the browser cannot do.",
    "processes": "Starts other programs, which Python in the browser cannot do.",
    "sockets": "Opens network connections of its own, which Python in the browser cannot do.",
    "server": "Starts a server, which Python in the browser cannot do.",
}
# Every notebook has these, or they are for the book's pages alone; so they say nothing about one.
_OF_THE_KERNEL = frozenset({"ipython", "ipykernel", "comm", "micropip", "piplite", "pyodide-kernel", "jedi", "myst-nb"})
_LANGUAGES = {"r": "R", "ir": "R", "sas": "SAS", "xeus-cling": "C++", "c++": "C++", "javascript": "JavaScript"}


@dataclass(frozen=True, kw_only=True)
class Obstacle:
    """One thing that keeps an activity out of the browser; `sentence` says it to the reader."""

    kind: str
    sentence: str


def obstacles(findings: Findings, needs: Needs, *, data: int = 0) -> tuple[Obstacle, ...]:
    """Everything that keeps an activity out of the browser, the weightiest first. `data` are the bytes of its files."""
    found: list[Obstacle] = []
    if findings.language != "python":
        name = _LANGUAGES.get(findings.language, findings.language.capitalize())
        found.append(Obstacle(kind="language", sentence=f"Written in {name}; the browser only runs Python."))
    if needs.gpu:
        found.append(Obstacle(kind="gpu", sentence=_gpu_sentence(findings)))
    if needs.missing:
        one = len(needs.missing) == 1
        text = f"The package{'' if one else 's'} {listed(needs.missing)} {'is' if one else 'are'} not available"
        found.append(Obstacle(kind="packages", sentence=f"{text} in the browser."))
    for kind in dict.fromkeys(use.kind for use in findings.processes):
        found.append(Obstacle(kind="processes", sentence=_PROCESSES[kind]))
    commands = dict.fromkeys(line.command.split()[0] for line in findings.shell if line.needed)
    if commands:
        what = f"Runs commands of the operating system ({listed(commands)})"
        found.append(Obstacle(kind="shell", sentence=f"{what}, which the browser does not have."))
    if needs.memory_mb and needs.memory_mb > BROWSER_MEMORY_MB:
        sentence = f"Needs {_size(needs.memory_mb)} of memory, more than a browser page gets."
        found.append(Obstacle(kind="memory", sentence=sentence))
    if data > _BROWSER_DATA_MB * 1e6:
        found.append(
            Obstacle(kind="data", sentence=f"Reads {_size(data / 1e6)} of data, more than a browser page holds.")
        )
    return tuple(found)


def in_browser(findings: Findings, used: Collection[str]) -> str:
    """The sentence about an activity that runs in the browser; `used` are the packages that it imports itself."""
    named = [package for package in dict.fromkeys(used) if package not in _OF_THE_KERNEL]
    if named:
        return f"Runs in your browser: uses {listed(named, most=4)}, which this course brings along."
    return "Runs in your browser: uses only Python itself." if findings.imports else "Runs in your browser."


def remarks(findings: Findings, needs: Needs, declared_network: Collection[str], *, data: int = 0) -> tuple[str, ...]:
    """What the reader of a runnable activity should know besides. `data` are the bytes of the files it opens."""
    found: list[str] = []
    if findings.likes_gpu and not needs.gpu:
        found.append("Uses a GPU if there is one, and works without.")
    servers = sorted({urlsplit(url).hostname or url for url in needs.network})
    if servers:
        unsure = set(needs.network) - set(declared_network)
        if_allowed = " This works in the browser only if that server allows it." if unsure else ""
        found.append(f"Needs the internet: fetches data from {listed(servers, most=3)}.{if_allowed}")
    if data > _MUCH_DATA_MB * 1e6:
        found.append(f"Fetches {_size(data / 1e6)} of data from this site.")
    if findings.slow:
        several = len(findings.slow) > 1
        found.append(f"{'Some cells take' if several else 'One cell takes'} a while, says its author.")
    if findings.asks:
        found.append("Asks you for input while it runs.")
    return tuple(found)


def when_checked(evidence: Evidence) -> str:
    """The sentence about an activity that was run in a browser without an error."""
    took = "" if evidence.seconds is None else f" in {duration(evidence.seconds)}"
    return f"When the course was checked, it ran in a browser{took}."


def duration(seconds: float) -> str:
    """Seconds in words, as exact as a reader wants to know them."""
    if seconds >= 100:
        return f"{round(seconds / 60)} minutes"
    whole = max(1, round(seconds))
    return "a second" if whole == 1 else f"{whole} seconds"


def listed(names: Iterable[str], *, most: int = 6) -> str:
    """`a, b and c`; what is over the limit becomes `and 3 more`."""
    words = list(names)
    if len(words) > most:
        words = [*words[: most - 1], f"{len(words) - most + 1} more"]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _size(megabytes: float) -> str:
    return f"{megabytes / 1000:.3g} GB" if megabytes >= 1000 else f"{megabytes:.0f} MB"


def _gpu_sentence(findings: Findings) -> str:
    libraries = [name for name in _GPU_LIBRARIES if name in findings.modules]
    if libraries:
        return f"Needs a GPU: computes with {listed(libraries[:2])} on a graphics card."
    return "Needs a GPU, a graphics card that computes."
