"""Reads shell commands: what they install, and whether anything depends on them."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from satchel.derive.findings import Tool
from satchel.derive.words import word_set

# Commands that only look around: without them a cell shows nothing, but the rest of the notebook runs.
_LOOKING = word_set(
    """
    ls ll dir pwd echo date whoami hostname uname which whereis type tree du df free lscpu nproc uptime head
    tail cat less more wc file stat top ps env printenv nvidia-smi nvcc cal clear history true sleep grep
    egrep sort uniq cut tr column diff cmp md5sum sha256sum awk cd export set unset alias man test
    """
)
_INSTALLERS: dict[str, Tool] = {
    "pip": "pip",
    "pip3": "pip",
    "conda": "conda",
    "mamba": "conda",
    "micromamba": "conda",
    "apt": "apt",
    "apt-get": "apt",
    "aptitude": "apt",
    "brew": "other",
    "npm": "other",
    "gem": "other",
    "cargo": "other",
    "jupyter": "other",
}
# Options of pip and conda that take a value of their own.
_WITH_VALUE = word_set(
    """
    -r --requirement -c --constraint --channel -n --name -p --prefix -i --index-url --extra-index-url -f
    --find-links -t --target --python-version --platform --only-binary --no-binary --root --cache-dir
    --timeout --trusted-host --file
    """
)
_OTHER_INDEX = word_set("-i --index-url --extra-index-url -f --find-links --no-index")
_LISTS = frozenset({"-r", "--requirement"})
_SEPARATORS = ";&|\n"
_VERBS = frozenset({"install", "add"})
_NOT_PACKAGES = frozenset({"pip", "setuptools", "wheel", "python"})
_PYTHON = re.compile(r"^(?:\{?sys\.executable\}?|.*python[\d.]*(?:\.exe)?)$")


@dataclass(frozen=True, kw_only=True)
class Command:
    """One simple command. `looks`: it only looks around.

    `tool` is set if it installs `packages` (normalised names). `requirements` are those that the package index can be
    asked for by name, `lists` the files that name more.
    """

    text: str
    program: str
    tool: Tool | None = None
    packages: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    lists: tuple[str, ...] = ()
    looks: bool = False


def commands(text: str) -> Iterator[Command]:
    """The simple commands of a shell text, split at line ends, `;`, `&`, `&&`, `||` and `|`."""
    text = re.sub(r"\\\n", " ", text)
    # Redirections of one stream into another (`2>&1`) say nothing, and their `&` ends no command.
    text = re.sub(r"\d?>&\d|&>", " > ", text)
    for words in _simple(text):
        command = _command(words)
        if command:
            yield command


def requirement_name(word: str) -> str | None:
    """The normalised package name of one word after `pip install`, or None if it names no package."""
    word = word.strip().strip("'\"")
    egg = re.search(r"#egg=([\w.-]+)", word)
    if egg:
        return canonicalize_name(egg.group(1))
    if word.startswith(("git+", "http:", "https:", "hg+", "svn+")):
        stem = re.sub(r"(\.git)?(@[^/]*)?$", "", word.split("#")[0].rstrip("/")).rsplit("/", 1)[-1]
        return canonicalize_name(stem.split("-")[0] if stem.endswith(".whl") else stem) if stem else None
    if word in {".", ".."} or "/" in word or "\\" in word or word.startswith(("{", "$")):
        return None
    try:
        name = Requirement(word).name
    except InvalidRequirement:
        found = re.match(r"[A-Za-z0-9][\w.-]*", word)
        if not found:
            return None
        name = found.group(0).rstrip(".-")
    name = canonicalize_name(name)
    return None if name in _NOT_PACKAGES else name


def requirement(word: str) -> str | None:
    """One word after `pip install`, or one line of a requirements file, as the package index can be asked for it.

    None for what comes from elsewhere (an address, a folder) and for what pip would not understand.
    """
    word = re.sub(r"(^|\s)#.*", "", word).strip().strip("'\"")
    try:
        read = Requirement(word)
    except InvalidRequirement:
        return None
    name = canonicalize_name(read.name)
    extras = f"[{','.join(sorted(read.extras))}]" if read.extras else ""
    return None if read.url or name in _NOT_PACKAGES else f"{name}{extras}{read.specifier}"


def _simple(text: str) -> Iterator[list[str]]:
    current: list[str] = []
    comment = False
    for word in (*_lexed(text), "\n"):
        if set(word) <= set(_SEPARATORS):
            comment = comment and "\n" not in word
            if current and not comment:
                yield current
                current = []
        elif comment or word.startswith("#"):
            comment = True
        else:
            current.append(word)


def _lexed(text: str) -> list[str]:
    lexer = shlex.shlex(text, posix=True, punctuation_chars=_SEPARATORS)
    lexer.whitespace = " \t\r"
    lexer.whitespace_split = True
    lexer.commenters = ""
    try:
        return list(lexer)
    except ValueError:  # an open quote: the shell would complain, but only once it runs
        return [word for word in text.replace("\n", " \n ").split(" ") if word]


def _command(words: list[str]) -> Command | None:
    while words and (
        words[0] in {"sudo", "time", "nohup", "exec", "yes", "do", "then"} or re.match(r"^\w+=", words[0])
    ):
        words = words[1:]
    if not words:
        return None
    text = " ".join(words)
    if _PYTHON.match(words[0]) and len(words) > 2 and words[1] == "-m":
        words = words[2:]
    elif words[0] == "uv" and len(words) > 1 and words[1] == "pip":
        words = words[1:]
    program = words[0].rsplit("/", 1)[-1].lstrip("!%")
    tool = _INSTALLERS.get(program)
    rest = words[1:]
    verbs = [i for i, word in enumerate(rest) if not word.startswith("-")][:3]
    if tool and (tool != "other" or program != "jupyter"):
        verb = next((i for i in verbs if rest[i] in _VERBS), None)
        if verb is not None:
            return _install(text, program, tool, rest[verb + 1 :])
        return Command(text=text, program=program, looks=True)
    looks = program in _LOOKING or (_PYTHON.match(program) is not None and rest[:1] in (["--version"], ["-V"]))
    # A redirection makes a file that something else may read.
    return Command(text=text, program=program, looks=looks and not any(word.startswith(">") for word in rest))


def _install(text: str, program: str, tool: Tool, words: list[str]) -> Command:
    named = tuple(_packages(words, tool))
    # What another index has under a name is not what ours has.
    elsewhere = any(word.split("=")[0] in _OTHER_INDEX for word in words)
    asked = tool == "pip" and not elsewhere
    return Command(
        text=text,
        program=program,
        tool=tool,
        packages=tuple(name for word in named if (name := requirement_name(word))),
        requirements=tuple(need for word in named if (need := requirement(word))) if asked else (),
        lists=tuple(after for word, after in pairwise(words) if word in _LISTS) if asked else (),
    )


def _packages(words: list[str], tool: Tool) -> Iterator[str]:
    """The words after `install` that name a package."""
    skip = False
    for word in words:
        if skip:
            skip = False
        elif word in _WITH_VALUE:
            skip = True
        elif word.startswith((">", "<")) or word in {"2>&1", "1>"}:
            skip = word in {">", "<"}
        elif not word.startswith("-"):
            yield word.split("=")[0] if tool == "conda" and "==" not in word else word
