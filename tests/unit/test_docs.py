"""Does the documentation say what is there? `python tests/unit/test_docs.py` brings its tables up to date."""

from __future__ import annotations

import argparse
import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from satchel import __version__, cli
from satchel.errors import Exit
from satchel.runtime import MIRROR_VARIABLE
from satchel.runtime.cache import CACHE_VARIABLE
from satchel.settings import docs_table, schema_text

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = (
    "README.md",
    "CONTRIBUTING.md",
    "CHANGELOG.md",
    "tests/README.md",
    "overrides/README.md",
)
COMMANDS = (
    "python3 -m venv .venv && .venv/bin/pip install -e . && .venv/bin/python build.py",
    "sh tests/run.sh",
)
# Folders of sources, with their suffix; each folder below is listed as well.
SOURCES = (("src/satchel", ".py"), ("overrides/src", ".ts"))


def document(name: str) -> str:
    return (ROOT / name).read_text("utf-8")


def blocks(text: str, language: str) -> list[str]:
    """The fenced blocks of a language, as the checks read them."""
    return re.findall(rf"^```{language}\n(.*?)\n```$", text, re.MULTILINE | re.DOTALL)


def links(text: str) -> list[str]:
    """Targets of links and pictures that lie in the repository."""
    targets = re.findall(r"\]\(([^)\s]+)\)", text)
    return [target.partition("#")[0] for target in targets if not target.startswith(("http:", "https:", "#"))]


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the table with this header row."""
    match = re.search(rf"^{re.escape(heading)}\n\|[-|]+\|\n((?:\|.*\|\n)+)", text, re.MULTILINE)
    assert match, heading
    return [[cell.strip() for cell in line.strip("|").split(" | ")] for line in match[1].splitlines()]


def parts(text: str, name: str) -> tuple[str, str, str]:
    """What stands before, between and after `<!-- name: … -->` and `<!-- /name -->`."""
    match = re.search(rf"<!-- {name}: [^>]*-->\n\n(.*?)\n\n<!-- /{name} -->", text, re.DOTALL)
    assert match, name
    return text[: match.start(1)], match[1], text[match.end(1) :]


def first_sentence(path: Path) -> str:
    """What a source says about itself at its top."""
    text = path.read_text("utf-8")
    if path.suffix == ".py":
        comment = ast.get_docstring(ast.parse(text)) or ""
    else:
        match = re.match(r"/\*\*(.*?)\*/", text, re.DOTALL)
        comment = re.sub(r"^\s*\* ?", "", match[1], flags=re.MULTILINE) if match else ""
    paragraph = " ".join(comment.strip().split("\n\n")[0].split())
    return re.split(r"(?<=[.!?]) (?=[A-Z`])", paragraph)[0]


def source_folders(top: Path, suffix: str) -> list[Path]:
    """The folder and every folder below it that holds sources."""
    return [folder for folder in (top, *sorted(top.rglob("*/"))) if any(folder.glob(f"*{suffix}"))]


def module_lists() -> str:
    """Every module with its own sentence, as the Markdown that CONTRIBUTING.md holds."""
    lists = []
    for top, suffix in SOURCES:
        for folder in source_folders(ROOT / top, suffix):
            paths = [path for path in sorted(folder.glob(f"*{suffix}")) if not path.name.endswith(".d.ts")]
            listed = [f"| `{path.stem}` | {first_sentence(path)} |" for path in paths if path.stem != "__init__"]
            heading = f"**`{folder.relative_to(ROOT).as_posix()}/`**"
            lists.append("\n".join([heading, "", "| module | what it does |", "|---|---|", *listed]))
    return "\n\n".join(lists)


def options() -> Iterator[tuple[str, ...]]:
    """The names of every option of the command line, help aside."""
    for action in cli._parser()._actions:
        if action.option_strings and not isinstance(action, argparse._HelpAction):
            yield tuple(action.option_strings)


SETTINGS_SCHEMA = "docs/capabilities.yml.schema.json"
GENERATED = (("README.md", "settings", docs_table), ("CONTRIBUTING.md", "modules", module_lists))


def test_are_the_first_two_commands_what_the_checks_run() -> None:
    assert tuple(blocks(document("README.md"), "sh")[:2]) == COMMANDS


@pytest.mark.parametrize(("name", "mark", "make"), GENERATED, ids=["settings", "modules"])
def test_are_generated_tables_up_to_date(name: str, mark: str, make: object) -> None:
    assert callable(make)
    assert parts(document(name), mark)[1] == make().strip(), "python tests/unit/test_docs.py brings it up to date"


def test_is_the_schema_for_editors_up_to_date_and_named_by_the_course() -> None:
    assert document(SETTINGS_SCHEMA) == schema_text(), "python tests/unit/test_docs.py brings it up to date"
    first = document("content/capabilities.yml").splitlines()[0]
    assert first == f"# yaml-language-server: $schema=../{SETTINGS_SCHEMA}"


def test_does_every_module_say_what_it_does() -> None:
    silent = [line for line in module_lists().splitlines() if line.endswith("|  |")]
    assert silent == []


def test_is_every_option_explained() -> None:
    told = [row[0] for row in rows(document("README.md"), "| option | effect |")]
    assert [entry.strip("`").split()[0] for entry in told] == [names[0] for names in options()]


def test_is_every_exit_code_explained() -> None:
    told = [int(row[0]) for row in rows(document("README.md"), "| exit code | meaning |")]
    assert told == [code.value for code in Exit]


def test_is_every_variable_explained() -> None:
    told = {row[0].strip("`") for row in rows(document("README.md"), "| variable | effect |")}
    assert told == {CACHE_VARIABLE, MIRROR_VARIABLE}


@pytest.mark.parametrize("heading", ["| message | cure |", "| what readers see | cure |"])
def test_are_the_messages_real(heading: str) -> None:
    sources = [*(ROOT / "src").rglob("*.py"), *(ROOT / "overrides" / "src").rglob("*.*"), ROOT / "build.py"]
    written = " ".join(" ".join(path.read_text("utf-8").split()) for path in sources)
    # Texts that the source splits over two lines, and values that it fills in.
    written = re.sub(r'" f?"', "", written)
    for message in re.findall(r"`([^`]+)`", " ".join(row[0] for row in rows(document("README.md"), heading))):
        for piece in re.split(r"…|\b\d+\b", message):
            assert piece.strip() in written, message


@pytest.mark.parametrize("name", DOCUMENTS)
def test_does_every_link_lead_somewhere(name: str) -> None:
    missing = [target for target in links(document(name)) if not (ROOT / name).parent.joinpath(target).exists()]
    assert missing == []


def test_are_pictures_small_enough_for_a_first_look() -> None:
    pictures = [target for target in links(document("README.md")) if target.endswith(".png")]
    assert pictures
    for picture in pictures:
        content = (ROOT / picture).read_bytes()
        assert content.startswith(b"\x89PNG")
        assert len(content) < 250_000


def test_does_the_changelog_know_this_version() -> None:
    assert re.search(rf"^## {re.escape(__version__)}\b", document("CHANGELOG.md"), re.MULTILINE)


def test_does_the_list_of_suites_know_every_folder_and_mark() -> None:
    text = document("tests/README.md")
    folders = {
        path.name for path in (ROOT / "tests").iterdir() if path.is_dir() and not path.name.startswith(("_", "."))
    }
    told = {row[0].strip("`/") for row in rows(text, "| folder | question |")}
    assert told == folders
    project = tomllib.loads(document("pyproject.toml"))
    marks = {mark.partition(":")[0] for mark in project["tool"]["pytest"]["ini_options"]["markers"]}
    assert {row[0].strip("`") for row in rows(text, "| mark | meaning |")} == marks


def test_does_the_browser_side_know_its_folders() -> None:
    told = {row[0].strip("`/") for row in rows(document("overrides/README.md"), "| folder | what it holds |")}
    here = ROOT / "overrides"
    below = {folder.relative_to(here).as_posix() for folder in source_folders(here / "src", ".ts")}
    assert told == below | {path.name for path in here.iterdir() if path.is_dir()} - {"node_modules", "dist"}


@pytest.mark.parametrize("name", DOCUMENTS)
def test_are_there_no_addresses_of_machines_or_registries(name: str) -> None:
    unwanted = re.compile(r"(?<![\w.])/(?:home|root|tmp|usr|opt|mnt|Users)/|pypi\.org|registry\.npmjs|jsdelivr")
    assert unwanted.findall(document(name)) == []


def test_is_a_table_that_fell_behind_refused() -> None:
    text = document("README.md").replace("| `gpu` |", "| `gpus` |")
    assert parts(text, "settings")[1] != docs_table().strip()


def test_is_a_dead_link_found() -> None:
    text = "See [this](docs/none.md#part), [that](https://example.org) and ![a picture](docs/a.png)."
    assert links(text) == ["docs/none.md", "docs/a.png"]


def test_is_the_first_sentence_of_a_source_found(tmp_path: Path) -> None:
    python, typescript, silent = tmp_path / "a.py", tmp_path / "b.ts", tmp_path / "c.ts"
    python.write_text('"""Reads `a.b` and\nmore. Then rests."""\n', "utf-8")
    typescript.write_text("/**\n * Writes\n * things. Well.\n *\n * More.\n */\n", "utf-8")
    silent.write_text("export const a = 1;\n/** Late. */\n", "utf-8")
    assert [first_sentence(path) for path in (python, typescript, silent)] == [
        "Reads `a.b` and more.",
        "Writes things.",
        "",
    ]


def update() -> None:
    """Write the generated parts of the documentation anew."""
    for name, mark, make in GENERATED:
        before, _, after = parts(document(name), mark)
        (ROOT / name).write_text(f"{before}{make().strip()}{after}", "utf-8")
    (ROOT / SETTINGS_SCHEMA).write_text(schema_text(), "utf-8")


if __name__ == "__main__":
    update()
