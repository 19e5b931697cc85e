"""Is what Jupyter Book gets and says in the author's words?"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from satchel import book, bookconfig
from satchel.errors import ToolFailed
from satchel.lacking import lacking, pip_name

SOURCE = Path("/home/x/_build/.work/book-source")
FAILED = """\
Running Jupyter-Book v1.0.4
Source Folder: {source}

Exception occurred:
  File "{source}/_ext/broken.py", line 2, in setup
    raise RuntimeError('broken on purpose')
RuntimeError: broken on purpose
Traceback (most recent call last):
  File "/python/jupyter_book/sphinx.py", line 114, in build_sphinx
    app = Sphinx(
RuntimeError: broken on purpose

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "<string>", line 1, in <module>
RuntimeError:
""".replace("{source}", str(SOURCE))
WARNED = f"""\
[IPKernelApp] WARNING | Kernel is running over TCP without encryption.
{SOURCE}/index.md:12: WARNING: undefined label: 'there' [ref.ref]
{SOURCE}/index.md:12: WARNING: undefined label: 'there' [ref.ref]
{SOURCE}/lessons/words.ipynb:50007: WARNING: 'myst' cross-reference target not found: 'x.md' [myst.xref_missing]
{SOURCE}/lessons/words.ipynb:20000: ERROR: Unknown directive
WARNING: html_logo is not there
reading sources... [ 50%] index
"""


def test_a_warning_has_its_place_and_is_told_once() -> None:
    found = [(problem.place, problem.message) for problem in book._warnings(WARNED, SOURCE)]
    assert found == [
        ("index.md, line 12", "undefined label: 'there' [ref.ref]"),
        ("lessons/words.ipynb, cell 5, line 7", "'myst' cross-reference target not found: 'x.md' [myst.xref_missing]"),
        ("lessons/words.ipynb, cell 2", "Unknown directive"),
        ("", "html_logo is not there"),
    ]
    assert {problem.severity for problem in book._warnings(WARNED, SOURCE)} == {"warning"}


def test_an_error_is_told_in_sphinx_own_words() -> None:
    assert book._gist(FAILED.splitlines(), SOURCE).splitlines()[-4:] == [
        "Exception occurred:",
        '  File "_ext/broken.py", line 2, in setup',
        "    raise RuntimeError('broken on purpose')",
        "RuntimeError: broken on purpose",
    ]


def test_an_error_before_sphinx_started_is_told_too() -> None:
    lines = [
        "Traceback (most recent call last):",
        '  File "x.py", line 1',
        "ValueError: specify the repository URL",
        "",
    ]
    assert book._gist(lines, SOURCE) == "ValueError: specify the repository URL"


def test_a_failure_keeps_its_cure_and_every_line_is_passed_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def call(*_arguments: object, on_line: object, what: str, cure: str, **_options: object) -> None:
        assert callable(on_line)
        for line in ("\x1b[31mSphinx error:\x1b[0m", "Theme not found"):
            on_line(line)
        raise ToolFailed(what, detail="a long tail", cure=cure)

    monkeypatch.setattr(book, "call", call)
    heard: list[str] = []
    with pytest.raises(ToolFailed) as caught:
        book._jupyter_book([], SOURCE, SOURCE, on_line=heard.append, echo=None)
    assert caught.value.detail == "Sphinx error:\nTheme not found"
    assert caught.value.cure
    assert heard == ["Sphinx error:", "Theme not found"]


def settings(text: str, *unexecuted: str) -> dict[str, object]:
    config, problems = bookconfig.parse(text, file="_config.yml")
    assert problems == ()
    staged = yaml.safe_load(bookconfig.staged(config, assets="satchel/0123/", unexecuted=unexecuted))
    assert isinstance(staged, dict)
    return staged


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"exclude_patterns": ["a.ipynb", "b.ipynb"]}),
        ("execute:\n", {"exclude_patterns": ["a.ipynb", "b.ipynb"]}),
        (
            "execute: {execute_notebooks: force, exclude_patterns: [slow/*]}\n",
            {"execute_notebooks": "force", "exclude_patterns": ["slow/*", "a.ipynb", "b.ipynb"]},
        ),
    ],
)
def test_what_needs_a_server_is_not_run_while_building(text: str, expected: object) -> None:
    assert settings(text, "b.ipynb", "a.ipynb")["execute"] == expected


def test_every_kind_of_yaml_gets_through_as_the_author_wrote_it() -> None:
    text = (
        "date: 2026-12-24\nlatex: {latex_documents: {1: one, two: 2}}\nx: &x [a]\ny: *x\ntitle: Größe\nz: !!set {q}\n"
    )
    given, staged = yaml.safe_load(text), settings(text)
    assert {key: staged[key] for key in given} == given


@pytest.mark.parametrize("where", ["execute: {exclude_patterns: slow}", "sphinx: {extra_extensions: {a: b}}"])
def test_a_list_that_is_none_is_refused(where: str) -> None:
    _, [problem] = bookconfig.parse(where, file="_config.yml")
    assert problem.code == "config-shape"
    assert "must be a list" in problem.message


def configured(text: str) -> bookconfig.BookConfig:
    config, problems = bookconfig.parse(text, file="_config.yml")
    assert problems == ()
    return config


@pytest.mark.parametrize(
    "text",
    [
        "html: {analytics: {google_analytics_id: G-1}}",
        "html: {google_analytics_id: G-1}",
        "html: {comments: {hypothesis: true}}",
        "html: {comments: {utterances: {repo: a/b}}}",
        "sphinx: {config: {html_theme_options: {analytics: {plausible_analytics_domain: example.org}}}}",
    ],
)
def test_what_would_ask_another_site_is_left_out_and_told(text: str) -> None:
    config, [told] = bookconfig.parse(f"title: Kept\n{text}\n", file="_config.yml")
    assert (told.code, told.severity, told.file) == ("config-elsewhere", "warning", "_config.yml")
    staged = bookconfig.staged(config, assets="satchel/0123/")
    assert "Kept" in staged
    for word in ("G-1", "hypothesis", "utterances", "example.org"):
        assert word not in staged


def test_what_is_switched_off_is_nothing_to_tell() -> None:
    text = "html: {comments: {hypothesis: false, utterances: false}, analytics: {plausible_analytics_url: https://x.y}}"
    assert bookconfig.parse(text, file="_config.yml")[1] == ()


def test_what_is_not_installed_is_told_and_left_out(tmp_path: Path) -> None:
    (tmp_path / "here.py").touch()
    config = configured(
        "sphinx:\n  extra_extensions: [sphinx_design, sphinx.ext.todo, sphinxext.surely_not]\n"
        "  local_extensions: {here: ., gone: ./nowhere}\n"
        "  config: {html_theme: surely_none, html_theme_options: {a: b}, language: de}\n"
    )
    found = lacking(config, folder=tmp_path, file="_config.yml")
    assert (found.extensions, found.theme) == (("sphinxext.surely_not", "gone"), "surely_none")
    assert [(problem.code, problem.severity) for problem in found.problems] == [
        ("extension-missing", "warning"),
        ("extension-missing", "warning"),
        ("theme-missing", "warning"),
    ]
    staged = yaml.safe_load(
        bookconfig.staged(config, assets="satchel/0123/", absent=found.extensions, theme_absent=True)
    )
    assert staged["sphinx"]["extra_extensions"][-2:] == ["sphinx_design", "sphinx.ext.todo"]
    assert staged["sphinx"]["local_extensions"] == {"here": "."}
    assert staged["sphinx"]["config"]["language"] == "de"
    assert "html_theme" not in staged["sphinx"]["config"]


@pytest.mark.parametrize("theme", ["sphinx_book_theme", "alabaster"])
def test_a_theme_that_is_installed_is_kept(theme: str, tmp_path: Path) -> None:
    found = lacking(configured(f"sphinx: {{config: {{html_theme: {theme}}}}}"), folder=tmp_path, file="_config.yml")
    assert found.problems == ()


@pytest.mark.parametrize(
    ("module", "name"),
    [
        ("sphinx_exercise", "sphinx-exercise"),
        ("sphinxcontrib.mermaid", "sphinxcontrib-mermaid"),
        ("sphinxext.rediraffe", "sphinxext-rediraffe"),
        ("hoverxref.extension", "hoverxref"),
    ],
)
def test_pip_is_asked_for_the_name_that_it_knows(module: str, name: str) -> None:
    assert pip_name(module) == name
