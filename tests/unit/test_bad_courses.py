"""Is everything that an author can get wrong told in words, with the file and the cure, and never as a traceback?"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from courses import TOC, notebook, run, write_course

Capture = pytest.CaptureFixture[str]
Files = Mapping[str, str | bytes | None]

NOTEBOOK = notebook("x = 1")
MERGED = f"<<<<<<< HEAD\n{NOTEBOOK}\n=======\n{NOTEBOOK}\n>>>>>>> theirs\n"
HOST = "hosted:\n- {id: hub, kind: jupyterhub, url: 'https://hub.example.edu'}\n"
LATIN = "# Caf\xe9\n".encode("latin-1")


def cell(**changes: object) -> dict[str, Any]:
    whole = {"cell_type": "code", "metadata": {}, "source": "x", "outputs": [], "execution_count": None, "id": "a"}
    return {**whole, **changes}


def cells(*given: object) -> str:
    return json.dumps({"cells": given, "metadata": {}, "nbformat": 4, "nbformat_minor": 5})


def listed(name: str) -> str:
    return f"{TOC}- file: {name}\n"


NOTEBOOKS: dict[str, tuple[Files, str, str]] = {
    "cut short": ({"content/one.ipynb": NOTEBOOK[:-5]}, "notebook-json", "content/one.ipynb, line 1"),
    "empty": ({"content/one.ipynb": ""}, "notebook-json", "content/one.ipynb, line 1"),
    "merge marks": ({"content/one.ipynb": MERGED}, "notebook-json", "content/one.ipynb, line 1, column 1"),
    "a list": ({"content/one.ipynb": "[]"}, "notebook-unreadable", "content/one.ipynb"),
    "a number": ({"content/one.ipynb": "3"}, "notebook-unreadable", "content/one.ipynb"),
    "null": ({"content/one.ipynb": "null"}, "notebook-unreadable", "content/one.ipynb"),
    "no metadata": ({"content/one.ipynb": '{"nbformat": 4, "cells": []}'}, "notebook-unreadable", "content/one.ipynb"),
    "no cells": ({"content/one.ipynb": '{"nbformat": 4, "cells": null}'}, "notebook-unreadable", "content/one.ipynb"),
    "cells without source": (
        {"content/one.ipynb": cells({"cell_type": "code", "metadata": {}})},
        "notebook-unreadable",
        "content/one.ipynb",
    ),
    "sources of numbers": (
        {"content/one.ipynb": cells(cell(source=[1, 2]))},
        "notebook-unreadable",
        "content/one.ipynb",
    ),
    "old and broken": ({"content/one.ipynb": '{"nbformat": 3}'}, "notebook-unreadable", "content/one.ipynb"),
    "the same id twice": (
        {"content/one.ipynb": cells(cell(), cell())},
        "cell-id-duplicate",
        "content/one.ipynb, cell 2",
    ),
    "a very long id": (
        {"content/one.ipynb": cells(cell(id="x" * 5000))},
        "cell-id-invalid",
        "content/one.ipynb, cell 1",
    ),
    "an id that is no text": ({"content/one.ipynb": cells(cell(id=3))}, "cell-id-invalid", "content/one.ipynb, cell 1"),
    "not UTF-8": ({"content/one.ipynb": b"\xff\xfe{"}, "not-utf8", "content/one.ipynb"),
    "UTF-16": ({"content/one.ipynb": NOTEBOOK.encode("utf-16")}, "not-utf8", "content/one.ipynb"),
    "a folder": (
        {"content/one.ipynb": None, "content/one.ipynb/x": ""},
        "toc-missing-file",
        "book/_toc.yml, entry one",
    ),
    "an unknown declaration": (
        {"content/one.ipynb": notebook("x", satchel={"gpuu": True})},
        "capabilities-unknown-key",
        "content/one.ipynb, its declaration",
    ),
    "a script without cells": (
        {"content/two.py": "x = 1\n", "book/_toc.yml": listed("two")},
        "script-without-cells",
        "content/two.py",
    ),
    "a text notebook that cannot be read": (
        {"content/two.md": "---\nkernelspec: 3\n---\n# Two\n", "book/_toc.yml": listed("two")},
        "notebook-unreadable",
        "content/two.md",
    ),
}
TABLES: dict[str, tuple[Files, str, str]] = {
    "no YAML": ({"book/_toc.yml": "root: [\n"}, "toc-yaml", "book/_toc.yml, line 2"),
    "a tab": ({"book/_toc.yml": "root: index\n\tchapters: x\n"}, "toc-yaml", "book/_toc.yml, line 2"),
    "a control character": ({"book/_toc.yml": "root: \x00"}, "toc-yaml", "book/_toc.yml"),
    "empty": ({"book/_toc.yml": ""}, "toc-root", "book/_toc.yml"),
    "a list of words": ({"book/_toc.yml": "- index\n- one\n"}, "toc-malformed", "book/_toc.yml"),
    "an old one with parts and pages at once": (
        {"book/_toc.yml": "- file: index\n- part: First\n- file: one\n- file: two\n  chapters: 3\n"},
        "toc-malformed",
        "book/_toc.yml",
    ),
    "an entry that names nothing": ({"book/_toc.yml": f"{TOC}- title: Nothing\n"}, "toc-malformed", "book/_toc.yml"),
    "an entry that is a number": ({"book/_toc.yml": f"{TOC}- 3\n"}, "toc-malformed", "book/_toc.yml"),
    "an entry that is two things": (
        {"book/_toc.yml": f"{TOC}- file: two\n  url: https://example.org\n"},
        "toc-malformed",
        "book/_toc.yml",
    ),
    "parts and chapters at once": ({"book/_toc.yml": f"{TOC}parts: []\n"}, "toc-malformed", "book/_toc.yml"),
    "options that are a word": ({"book/_toc.yml": f"{TOC}defaults: numbered\n"}, "toc-malformed", "book/_toc.yml"),
    "a root that is a number": ({"book/_toc.yml": "format: jb-book\nroot: 3\n"}, "toc-root", "book/_toc.yml"),
    "merge marks": ({"book/_toc.yml": f"<<<<<<< HEAD\n{TOC}"}, "toc-yaml", "book/_toc.yml, line 2"),
    "an unknown alias": ({"book/_toc.yml": "root: *index\n"}, "toc-yaml", "book/_toc.yml, line 1"),
    "no chapters": ({"book/_toc.yml": "format: jb-book\nroot: index\nchapters:\n"}, "toc-malformed", "book/_toc.yml"),
    "an unknown format": ({"book/_toc.yml": "format: book\nroot: index\n"}, "toc-malformed", "book/_toc.yml"),
    "an unknown key": ({"book/_toc.yml": f"{TOC}  flie: two\n"}, "toc-malformed", "book/_toc.yml"),
    "a missing page": (
        {"book/_toc.yml": TOC.replace("one", "onne")},
        "toc-missing-file",
        "book/_toc.yml, entry onne",
    ),
    "a page above the course": (
        {"book/_toc.yml": listed("../secret"), "secret.md": "# Secret\n"},
        "toc-missing-file",
        "book/_toc.yml, entry ../secret",
    ),
    "a page twice": ({"book/_toc.yml": listed("one")}, "toc-malformed", "book/_toc.yml"),
    "a page twice, once with suffix": (
        {"book/_toc.yml": listed("one.ipynb")},
        "toc-page-twice",
        "book/_toc.yml, entry one",
    ),
    "not UTF-8": ({"book/_toc.yml": LATIN}, "not-utf8", "book/_toc.yml"),
    "a folder": ({"book/_toc.yml": None, "book/_toc.yml/x": ""}, "file-unreadable", "book/_toc.yml"),
    "a page with the name of ours": (
        {"content/activities.md": "# Mine\n", "book/_toc.yml": listed("activities")},
        "page-name-taken",
        "content/activities.md",
    ),
    "a folder with the name of ours": (
        {"content/lite/index.md": "# Mine\n", "book/_toc.yml": listed("lite/index")},
        "page-name-taken",
        "content/lite/index.md",
    ),
    "a page that is not UTF-8": ({"content/index.md": LATIN}, "not-utf8", "content/index.md"),
    "a text page that is not UTF-8": (
        {"content/two.txt": LATIN, "book/_toc.yml": listed("two")},
        "not-utf8",
        "content/two.txt",
    ),
}
CONFIGURATIONS: dict[str, tuple[Files, str, str]] = {
    "no YAML": ({"book/_config.yml": "title: [\n"}, "config-yaml", "book/_config.yml, line 2"),
    "merge marks": ({"book/_config.yml": "<<<<<<< HEAD\ntitle: x\n"}, "config-yaml", "book/_config.yml, line 2"),
    "a date that does not exist": ({"book/_config.yml": "date: 2026-13-45\n"}, "config-yaml", "book/_config.yml"),
    "a tag that runs code": (
        {"book/_config.yml": "title: !!python/object/apply:os.getcwd []\n"},
        "config-yaml",
        "book/_config.yml, line 1",
    ),
    "brackets without end": ({"book/_config.yml": "[" * 5000}, "config-yaml", "book/_config.yml"),
    "only a word": ({"book/_config.yml": "hello\n"}, "config-shape", "book/_config.yml"),
    "a section that is a list": ({"book/_config.yml": "sphinx: [a]\n"}, "config-shape", "book/_config.yml, sphinx"),
    "extensions that are no list": (
        {"book/_config.yml": "sphinx: {extra_extensions: 3}\n"},
        "config-shape",
        "book/_config.yml, sphinx",
    ),
    "local extensions that are a list": (
        {"book/_config.yml": "sphinx: {local_extensions: [shout]}\n"},
        "config-shape",
        "book/_config.yml, sphinx",
    ),
    "a repository that is a word": (
        {"book/_config.yml": "repository: here\n"},
        "config-shape",
        "book/_config.yml, rep",
    ),
    "ways of writing that are a word": (
        {"book/_config.yml": "parse: {myst_enable_extensions: dollarmath}\n"},
        "config-shape",
        "book/_config.yml, parse",
    ),
    "counters that are a list": (
        {"book/_config.yml": "html: {analytics: [x]}\n"},
        "config-shape",
        "book/_config.yml, html",
    ),
    "a bibliography that is a word": (
        {"book/_config.yml": "bibtex_bibfiles: references.bib\n"},
        "config-shape",
        "book/_config.yml, bibtex_bibfiles",
    ),
    "a pattern that is a word": (
        {"book/_config.yml": "exclude_patterns: drafts/*\n"},
        "config-shape",
        "book/_config.yml, exclude_patterns",
    ),
    "a pattern that is a number": (
        {"book/_config.yml": "execute: {exclude_patterns: [3]}\n"},
        "config-shape",
        "book/_config.yml, execute",
    ),
    "an unknown way to run notebooks": (
        {"book/_config.yml": "execute: {execute_notebooks: forced}\n"},
        "config-value",
        "book/_config.yml, execute",
    ),
    "a button without a repository": (
        {"book/_config.yml": "html: {use_repository_button: true}\n"},
        "config-value",
        "book/_config.yml, html",
    ),
    "not UTF-8": ({"book/_config.yml": LATIN}, "not-utf8", "book/_config.yml"),
}
CAPABILITIES: dict[str, tuple[Files, str, str]] = {
    "no YAML": ({"content/capabilities.yml": "hosted: [\n"}, "capabilities-yaml", "content/capabilities.yml, line 2"),
    "an unknown key": (
        {"content/capabilities.yml": "hosts: []\n"},
        "capabilities-unknown-key",
        "content/capabilities.yml, line 1",
    ),
    "a key twice": (
        {"content/capabilities.yml": "packages: []\npackages: []\n"},
        "capabilities-duplicate-key",
        "content/capabilities.yml, line 2",
    ),
    "a host that does not exist": (
        {"content/capabilities.yml": f"{HOST}activities:\n  one: {{host: hubb}}\n"},
        "capabilities-unknown-host",
        "content/capabilities.yml, line 4",
    ),
    "an unknown kind of host": (
        {"content/capabilities.yml": HOST.replace("jupyterhub,", "jupyterhb,")},
        "capabilities-wrong-value",
        "content/capabilities.yml, line 2",
    ),
    "an activity that does not exist": (
        {"content/capabilities.yml": "activities:\n  onne: {gpu: true}\n"},
        "capabilities-no-activity",
        "content/capabilities.yml, line 2",
    ),
    "a file that does not exist": (
        {"content/capabilities.yml": "activities:\n  one: {files: [data.csv]}\n"},
        "capabilities-no-file",
        "content/one.ipynb, its declaration",
    ),
    "a package that is no package": (
        {"content/capabilities.yml": "packages: ['no name!']\n"},
        "runtime-extra",
        "content/capabilities.yml, packages",
    ),
    "a package from an address": (
        {"content/capabilities.yml": "packages: ['numpy @ https://example.org/numpy.whl']\n"},
        "runtime-extra",
        "content/capabilities.yml, packages",
    ),
    "a version that the runtime does not have": (
        {"content/capabilities.yml": "packages: ['numpy>=99']\n"},
        "runtime-extra",
        "content/capabilities.yml, packages",
    ),
    "not UTF-8": ({"content/capabilities.yml": LATIN}, "not-utf8", "content/capabilities.yml"),
    "a folder": ({"content/capabilities.yml/x": ""}, "file-unreadable", "content/capabilities.yml"),
}
OTHERS: dict[str, tuple[Files, str, str]] = {
    "JupyterLite's settings are no JSON": (
        {"lite/jupyter-lite.json": "{'a': 1}"},
        "lite-json",
        "lite/jupyter-lite.json, line 1, column 2",
    ),
    "JupyterLite's settings are a list": ({"lite/overrides.json": "[]"}, "lite-json", "lite/overrides.json"),
    "JupyterLite's settings have another shape": (
        {"lite/jupyter-lite.json": '{"jupyter-config-data": {"litePluginSettings": []}}'},
        "lite-json",
        "lite/jupyter-lite.json, jupyter-config-data",
    ),
    "JupyterLite's build has another shape": (
        {"lite/jupyter_lite_config.json": '{"LiteBuildConfig": {"apps": "lab"}}'},
        "lite-json",
        "lite/jupyter_lite_config.json, LiteBuildConfig",
    ),
    "JupyterLite's settings are not UTF-8": ({"lite/overrides.json": LATIN}, "not-utf8", "lite/overrides.json"),
    "the ledger is no JSON": ({"content/satchel-ledger.json": "{"}, "ledger-damaged", "content/satchel-ledger.json"),
    "the ledger is a list": ({"content/satchel-ledger.json": "[]"}, "ledger-damaged", "content/satchel-ledger.json"),
    "the ledger is from another time": (
        {"content/satchel-ledger.json": '{"schema": 2}'},
        "ledger-damaged",
        "content/satchel-ledger.json",
    ),
    "the ledger is not UTF-8": ({"content/satchel-ledger.json": LATIN}, "not-utf8", "content/satchel-ledger.json"),
    "the record of packages is damaged": (
        {"content/runtime.lock.json": "{"},
        "runtime-lock",
        "content/runtime.lock.json",
    ),
}
ALL = {
    f"{kind}: {name}": row
    for kind, rows in (
        ("notebook", NOTEBOOKS),
        ("_toc.yml", TABLES),
        ("_config.yml", CONFIGURATIONS),
        ("capabilities.yml", CAPABILITIES),
        ("other", OTHERS),
    )
    for name, row in rows.items()
}


@pytest.fixture(autouse=True)
def _wide_and_plain(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.mark.parametrize("name", ALL)
def test_a_bad_course_is_refused_in_words(name: str, tmp_path: Path, capsys: Capture) -> None:
    files, code, place = ALL[name]
    ran = run(capsys, write_course(tmp_path, files), "--plan", "--quiet")
    assert ran.code == 3
    # One fault, one problem: nothing that only follows from it.
    assert [told.code for told in ran.told] == [code]
    assert ran.told[0].place.startswith(place)
    assert len(ran.told[0].cure) > 10


@pytest.mark.parametrize(
    ("files", "guess"),
    [
        ({"book/_toc.yml": TOC.replace("one", "onne")}, "one"),
        ({"content/capabilities.yml": "activity: {}\n"}, "activities"),
        ({"content/capabilities.yml": f"{HOST}activities:\n  one: {{host: hup}}\n"}, "hub"),
        ({"content/capabilities.yml": HOST.replace("jupyterhub,", "jupyterhb,")}, "jupyterhub"),
        ({"content/capabilities.yml": "activities:\n  onne: {gpu: true}\n"}, "one"),
        ({"content/capabilities.yml": "activities:\n  one: {gup: true}\n"}, "gpu"),
    ],
)
def test_a_slip_of_the_keyboard_gets_a_guess(files: Files, guess: str, tmp_path: Path, capsys: Capture) -> None:
    ran = run(capsys, write_course(tmp_path, files), "--plan", "--quiet")
    assert ran.code == 3
    assert f'Did you mean "{guess}"?' in ran.text


@pytest.mark.parametrize(
    "files",
    [
        {"book/_config.yml": None},
        {"book/_config.yml": ""},
        {"book/_config.yml": "1: a\nb: c\ndate: 2026-12-24\nsphinx:\nexecute:\nhtml:\n"},
        {"book/_config.yml": "title: A course [/b] for [red]\n"},
        {"content/capabilities.yml": "# nothing yet\n"},
        {"content/one.ipynb": b"\xef\xbb\xbf" + NOTEBOOK.encode()},
        {"lite/overrides.json": b"\xef\xbb\xbf{}"},
        {"content/data.txt": LATIN},
        {"content/.hidden.md": LATIN, "content/_build/old.ipynb": "{"},
    ],
)
def test_what_is_allowed_is_planned(files: Files, tmp_path: Path, capsys: Capture) -> None:
    ran = run(capsys, write_course(tmp_path, files), "--plan", "--strict")
    assert (ran.code, ran.told) == (0, ())


@pytest.mark.parametrize(
    ("files", "code", "place"),
    [
        ({"content/one.md": "# Another one\n"}, "page-ambiguous", "content/one.md"),
        ({"content/one.py": "# %%\nx = 1\n"}, "notebook-not-listed", "content/one.py"),
        ({"content/two.ipynb": NOTEBOOK}, "notebook-not-listed", "content/two.ipynb"),
    ],
)
def test_what_is_left_out_is_told(files: Files, code: str, place: str, tmp_path: Path, capsys: Capture) -> None:
    ran = run(capsys, write_course(tmp_path, files), "--plan")
    assert (ran.code, [(told.mark, told.code, told.place) for told in ran.told]) == (0, [("!", code, place)])


def test_a_folder_without_a_course_is_refused(tmp_path: Path, capsys: Capture) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    file = tmp_path / "file"
    file.touch()
    empty = tmp_path / "empty"
    empty.mkdir()
    for folder in (loop, file, empty, tmp_path / "nowhere", empty / ".." / "nowhere"):
        ran = run(capsys, folder, "--plan")
        assert (ran.code, [told.code for told in ran.told]) == (3, ["course-not-found"]), folder


def _loop(path: Path) -> None:
    path.symlink_to(path)


def _nowhere(path: Path) -> None:
    path.symlink_to("gone.md")


def _locked(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("root may read everything")
    path.touch(mode=0o000)


@pytest.mark.parametrize("make", [_loop, _nowhere, os.mkfifo, _locked])
@pytest.mark.parametrize("name", ["content/page.md", "content/data.csv", "lite/overrides.json"])
def test_a_file_that_cannot_be_read_is_named(
    make: Callable[[Path], None], name: str, tmp_path: Path, capsys: Capture
) -> None:
    course = write_course(tmp_path, {"lite/jupyter-lite.json": "{}"})
    make(course / name)
    ran = run(capsys, course, "--plan", "--quiet")
    assert (ran.code, [(told.code, told.place) for told in ran.told]) == (3, [("file-unreadable", name)])


def test_a_folder_that_leads_back_to_itself_is_not_entered(tmp_path: Path, capsys: Capture) -> None:
    course = write_course(tmp_path)
    (course / "content" / "again").symlink_to(course / "content")
    assert run(capsys, course, "--plan", "--strict").code == 0
