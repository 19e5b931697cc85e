"""Does what the build adds to pages, settings and staged folders say exactly what was decided?"""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import nbformat
import pytest
import yaml

from satchel import bookconfig, coursemap, liteactivities, litedefaults, litesettings, pages, staging, toc
from satchel.litesettings import Boot
from satchel.model import Activity, Cell, Course, CourseFile, Decision, Evidence, Host, Needs, Notebook, Route
from satchel.pages import Publisher, root_of
from satchel.pairing import digest
from satchel.readerspage import summary
from satchel.reasons import when_checked

TEMPLATES = {
    path.name: path.read_text("utf-8") for path in (Path(__file__).parents[2] / "overrides" / "templates").iterdir()
}
TRICKY = 'print("</script><!-- & ü")'
HUB = Host(id="hub", kind="jupyterhub", label="GPU <server>", url="https://hub.example.edu", expected_wait="3 minutes")


def activity(name: str = "one/a b", source: str = TRICKY) -> Activity:
    cells = (
        Cell(id="", kind="markdown", source="# Ä & B"),
        Cell(id="c-1", kind="code", source=source, tags=("hide-input",), outputs='[{"output_type": "stream"}]'),
    )
    notebook = Notebook(source=f"{name}.md", title="Ä & B", cells=cells, metadata='{"language_info": {"name": "x"}}')
    return Activity(id="a-b", notebook=notebook, page=f"{name}.html", path=f"{name}.ipynb")


def course(*activities: Activity) -> Course:
    files = (CourseFile(path="one/data ü.csv", size=7),)
    return Course(id="demo", title="Demo", version="abc", author="", activities=activities, files=files)


IN_BOOK = Decision(
    activity=activity(),
    needs=Needs(files=("one/data ü.csv",), packages=("numpy", "torch"), missing=("torch",)),
    route="book",
    also=("lite",),
    why=("Runs here.",),
)
ON_HUB = Decision(
    activity=activity(),
    needs=Needs(gpu=True),
    route="hosted",
    why=("Needs a GPU.",),
    launch={"hub": "https://hub.example.edu/x?a=1&b=2"},
)


def publisher(*activities: Activity) -> Publisher:
    return Publisher(course=course(*activities), hosts=(HUB,), templates=TEMPLATES, assets="satchel/0123/")


def data_of(html: str) -> dict[str, object]:
    found = re.fullmatch(r'<script type="application/json" id="satchel-page">(.*)</script>', html, re.DOTALL)
    assert found
    assert "<" not in found.group(1)
    data = json.loads(found.group(1))
    assert isinstance(data, dict)
    return data


def test_page_data_holds_the_cells_exactly_and_cannot_end_its_element() -> None:
    data = data_of(publisher(IN_BOOK.activity).activity(IN_BOOK).data)
    expected = {"id": "c-1", "source": TRICKY, "hash": digest(TRICKY), "tags": ["hide-input"]}
    assert data["cells"] == [expected]
    assert data["notebook"] == "a-b"
    assert data["root"] == "../"
    assert data["map"] == "satchel-course.json"
    assert data["lite"] == "lite/notebooks/index.html?path=one%2Fa%20b.ipynb"
    assert data["download"] == "lite/files/one/a%20b.ipynb"
    assert data["files"] == [{"path": "one/data ü.csv", "url": "lite/files/one/data%20%C3%BC.csv", "size": 7}]
    assert data["packages"] == ["numpy"]


def test_the_map_names_the_place_of_every_notebook_and_code_cell_with_the_hashes_of_the_pages() -> None:
    text = coursemap.map_text(course(), [IN_BOOK, ON_HUB])
    drawn = json.loads(text)
    [cell] = data_of(publisher().activity(IN_BOOK).data)["cells"]  # type: ignore[misc]
    here = {
        "id": "a-b",
        "title": "Ä & B",
        "page": "one/a%20b.html",
        "download": "lite/files/one/a%20b.ipynb",
        "lite": "lite/notebooks/index.html?path=one%2Fa%20b.ipynb",
        "cells": [{"id": cell["id"], "hash": cell["hash"]}],
    }
    assert drawn == {"schema": 1, "course": "demo", "notebooks": [here, here | {"lite": None}]}
    assert text == coursemap.map_text(course(), [IN_BOOK, ON_HUB])


def test_a_page_without_a_notebook_knows_the_map_too() -> None:
    assert data_of(publisher().plain("x/prose", "Prose").data)["map"] == coursemap.FILE_NAME


def test_a_browser_activity_links_to_the_notebook_and_to_no_server() -> None:
    bar = publisher().activity(IN_BOOK).bar
    assert 'href="../lite/notebooks/index.html?path=one%2Fa%20b.ipynb"' in bar
    assert "satchel-open-hosted" not in bar


def test_a_hosted_activity_says_why_how_long_and_where_and_links_to_no_notebook() -> None:
    parts = publisher().activity(ON_HUB)
    assert "satchel-open-lite" not in parts.bar
    assert 'href="https://hub.example.edu/x?a=1&amp;b=2"' in parts.bar
    assert "Needs a GPU." in parts.bar
    assert "3 minutes" in parts.bar
    assert "GPU &lt;server&gt;" in parts.bar
    assert data_of(parts.data)["lite"] is None
    # The author's notebook can be had all the same, to take along or for a backup.
    assert data_of(parts.data)["download"] == "lite/files/one/a%20b.ipynb"


def test_a_host_behind_a_learning_platform_has_two_steps_and_says_why() -> None:
    host = replace(
        HUB, kind="lti", label="Moodle", url="https://vle.example.edu/mod?id=1", hub="https://hub.example.edu"
    )
    bar = replace(publisher(), hosts=(host,)).activity(ON_HUB).bar
    first, second = bar.split("<li>")[-2:]
    assert 'class="satchel-sign-in"' in first
    assert 'href="https://vle.example.edu/mod?id=1"' in first
    assert "Sign in through Moodle" in first
    assert 'class="satchel-open-hosted"' in second
    assert 'href="https://hub.example.edu/x?a=1&amp;b=2"' in second
    assert 'rel="noopener"' in first
    assert 'rel="noopener"' in second
    assert "The server knows you only after" in second
    # Elsewhere there is one link and nothing about signing in.
    assert "ign in" not in publisher().activity(ON_HUB).bar


def test_the_list_of_activities_has_the_same_ways_and_no_empty_line_inside_its_table() -> None:
    host = replace(HUB, kind="lti", label="Moodle", url="https://vle.example.edu/", hub="https://hub.example.edu")
    page = replace(publisher(), hosts=(host,)).readers_page([IN_BOOK, ON_HUB], {})
    assert 'class="satchel-sign-in"' in page
    table = page[page.index("<table") : page.index("</table>")]
    # Markdown would end the table there.
    assert "\n\n" not in table


def test_results_that_are_stored_with_a_page_are_called_the_authors() -> None:
    assert "Those below are the author's" in publisher().activity(ON_HUB).bar
    cells = tuple(replace(cell, outputs="[]") for cell in ON_HUB.activity.notebook.cells)
    bare = replace(ON_HUB.activity, notebook=replace(ON_HUB.activity.notebook, cells=cells))
    assert "Those below" not in publisher().activity(replace(ON_HUB, activity=bare)).bar


def test_without_a_host_there_is_a_sentence_instead_of_a_dead_link() -> None:
    parts = publisher().activity(Decision(activity=activity(), needs=Needs(gpu=True), route="read", why=("GPU.",)))
    assert "<a " not in parts.bar
    assert "No server is set up" in parts.bar


def test_the_check_of_the_browser_knows_what_the_course_needs_there() -> None:
    def made(name: str, *packages: str, route: Route = "book", memory: int | None = None) -> Decision:
        needs = Needs(packages=packages, missing=("torch",), memory_mb=memory)
        return Decision(activity=activity(name), needs=needs, route=route)

    decisions = [
        made("one", "pandas", "torch"),
        made("two", "numpy", memory=900),
        made("three", "numpy", "pandas", "numpy"),
        made("four", "numpy"),
        made("far", "scipy", route="hosted", memory=64_000),
    ]
    text = publisher().check_page(decisions)
    [script] = re.findall(r'<script type="application/json".*</script>', text)
    data = data_of(script)
    assert data["packages"] == ["numpy", "pandas"]
    assert data["memory_mb"] == 900 + 400
    assert data["root"] == "./"
    assert re.search(r'<script type="module" src="[^"]+/ready\.js">', text)
    assert (
        data_of(re.findall(r"<script type=.application/json.*</script>", publisher().check_page([]))[0])["packages"]
        == []
    )


def test_the_readers_page_has_a_row_for_every_activity_and_no_blank_line_inside_the_table() -> None:
    text = publisher().readers_page([IN_BOOK, ON_HUB], {})
    table = text[text.index("<table") : text.index("</table>")]
    assert len(re.findall(r"<tr[ >]", table)) == 3
    # A blank line would end the HTML block, and Markdown would show the rest as text.
    assert "\n\n" not in table
    assert "## " not in text
    assert "1 of 2 runs in your browser, 1 needs a server." in text


def test_the_readers_page_follows_the_parts_of_the_book_whatever_their_captions_hold() -> None:
    parts = {IN_BOOK.activity.page.removesuffix(".html"): "1. *Sets* & <maps> {ref}`x`"}
    elsewhere = replace(ON_HUB, activity=replace(ON_HUB.activity, page="z.html"))
    text = publisher().readers_page([IN_BOOK, elsewhere], parts)
    assert r"## 1\. \*Sets\* \& \<maps\> \{ref\}\`x\`" in text
    assert 'aria-label="1. *Sets* &amp; &lt;maps&gt; {ref}`x`"' in text
    assert text.count("<table") == 2
    assert all("\n\n" not in table for table in re.findall("<table.*?</table>", text, re.DOTALL))


def test_each_row_has_one_way_in_first_and_what_a_check_has_seen_once() -> None:
    evidence = Evidence(kind="ran", ok=True, seconds=3.2, peak_mb=180.4)
    seen = replace(IN_BOOK, evidence=evidence, why=(*IN_BOOK.why, when_checked(evidence)))
    for decision, button in ((seen, "satchel-start"), (ON_HUB, "satchel-open-hosted")):
        text = publisher().readers_page([decision], {})
        main = re.findall('<div class="satchel-main">(.*?)</div>', text, re.DOTALL)
        assert [re.findall('class="(satchel-[a-z-]+)"', one) for one in main] == [[button]]
    text = publisher().readers_page([seen], {})
    assert "ran in 3 seconds, with 180 MB of memory." in text
    assert "When the course was checked" not in text


@pytest.mark.parametrize(
    ("routes", "words"),
    [
        (("book", "lite"), "All of them run in your browser."),
        (("book", "hosted", "hosted"), "1 of 3 runs in your browser, 2 need a server."),
        (("read",), "0 of 1 run in your browser, 1 is only to be read."),
        ((), ""),
    ],
)
def test_the_readers_page_sums_up(routes: tuple[Route, ...], words: str) -> None:
    assert summary([replace(IN_BOOK, route=route) for route in routes]) == words


@pytest.mark.parametrize(("page", "root"), [("a.html", "./"), ("x/a.html", "../"), ("x/y/a.html", "../../")])
def test_the_root_is_found_from_every_depth(page: str, root: str) -> None:
    assert root_of(page) == root


def test_a_staged_notebook_is_valid_and_carries_identities() -> None:
    text = staging.notebook_json(course(), activity(source="x = 1"), kernel="python")
    document = nbformat.reads(text, as_version=4)
    prose, code = document["cells"]
    assert (prose["id"], code["id"]) == (f"text-{digest(prose['source'])}", "c-1")
    assert code["metadata"]["satchel"] == {"cell": "c-1"}
    known = [[prose["id"], digest(prose["source"])], ["c-1", digest("x = 1")]]
    assert document["metadata"]["satchel"] == {"course": "demo", "notebook": "a-b", "known": known}
    assert document["metadata"]["kernelspec"]["name"] == "python"


def test_prose_is_the_same_cell_wherever_it_stands_and_a_new_one_when_it_changes() -> None:
    def ids(*texts: str) -> list[str]:
        # As in a file whose tool gives every cell an id.
        cells = tuple(Cell(id=f"own-{n}", kind="markdown", source=text) for n, text in enumerate(texts))
        whole = Activity(
            id="a", notebook=Notebook(source="a.md", title="A", cells=cells), page="a.html", path="a.ipynb"
        )
        return [cell["id"] for cell in json.loads(staging.notebook_json(course(), whole, kernel="python"))["cells"]]

    one, two = ids("one", "two")
    assert ids("new", "two", "one")[1:] == [two, one]
    assert len({one, two, *ids("one.", "two.")}) == 4
    assert ids("one", "one") == [one, f"{one}-2"]


def test_what_the_author_set_on_a_cell_stays_on_it() -> None:
    alt, picture = {"mystnb": {"image": {"alt": "A curve"}}, "tags": ["x"]}, {"a.png": {"image/png": "AAAA"}}
    cells = (
        Cell(id="", kind="markdown", source="![](attachment:a.png)", attachments=json.dumps(picture)),
        Cell(id="c-1", kind="code", source="1", metadata=json.dumps(alt)),
    )
    notebook = Notebook(source="a.ipynb", title="A", cells=cells)
    whole = Activity(id="a", notebook=notebook, page="a.html", path="a.ipynb")
    prose, code = json.loads(staging.notebook_json(course(), whole, kernel="python3"))["cells"]
    assert prose["attachments"] == picture
    assert code["metadata"] == {**alt, "satchel": {"cell": "c-1"}}


def test_the_book_is_staged_without_the_sources_it_replaces() -> None:
    staged = staging.for_book(
        course(activity("one/a")),
        config="c",
        toc="t",
        pages={"activities.md": "x"},
        texts={"one/a.md": "", "one/a.txt": "", "index.md": ""},
        files=["one/a.md", "one/a.txt", "index.md", "one/data.csv"],
    )
    assert sorted(staged.texts) == ["_config.yml", "_toc.yml", "activities.md", "one/a.ipynb"]
    assert staged.copies == ("index.md", "one/data.csv")


def test_jupyterlite_gets_every_notebook_that_the_author_lets_in_and_every_course_file() -> None:
    def made(name: str, route: Route, *, forbid: tuple[Route, ...] = ()) -> Decision:
        return Decision(activity=activity(name), needs=Needs(), route=route, forbid=forbid)

    hosted, read = made("one/gpu", "hosted"), made("one/read", "read")
    routes: tuple[Route, ...] = ("book", "hosted", "read")
    kept_out = [made(f"one/{route}-only", route, forbid=("lite",)) for route in routes]
    decisions = [IN_BOOK, hosted, read, *kept_out]
    staged = staging.for_lite(course(*(d.activity for d in decisions)), decisions)
    assert list(staged.texts) == ["one/a b.ipynb", "one/gpu.ipynb", "one/read.ipynb"]
    assert staged.copies == ("one/data ü.csv",)
    # With the stored outputs, and with the kernel it has where it runs.
    shown = json.loads(staged.texts["one/gpu.ipynb"])
    assert [cell["outputs"] for cell in shown["cells"] if cell["cell_type"] == "code"] == [[{"output_type": "stream"}]]
    assert shown["metadata"]["kernelspec"]["name"] == "python3"
    assert all(pages.download_url(decision) is None for decision in kept_out)
    assert [pages.lite_url(decision) is None for decision in (IN_BOOK, hosted, read)] == [False, True, True]


def test_jupyterlite_knows_the_activities_in_the_order_of_the_book_and_why_some_run_elsewhere() -> None:
    declared = replace(ON_HUB, also=("lite",), launch={}, meanwhile="Read on.")
    kept_out = replace(ON_HUB, forbid=("lite",))
    here, hosted, both, out = liteactivities.table([IN_BOOK, ON_HUB, declared, kept_out], [HUB])
    assert here | {"path": "one/a b.ipynb", "page": "one/a%20b.html", "here": True, "listed": True} == here
    assert (hosted["here"], hosted["listed"], hosted["route"], hosted["why"]) == (
        False,
        True,
        "hosted",
        ["Needs a GPU."],
    )
    # The name matters: `scan` takes settings that end in url for addresses that JupyterLite loads from.
    launch = {
        **{"id": "hub", "kind": "jupyterhub", "label": "GPU <server>", "wait": "3 minutes"},
        **{"href": "https://hub.example.edu/x?a=1&b=2", "sign_in": "", "hub": "https://hub.example.edu"},
    }
    assert hosted["launches"] == [launch]
    assert (both["here"], both["meanwhile"]) == (True, "Read on.")
    assert (out["here"], out["listed"]) == (False, False)


def test_jupyterlite_is_quiet_unless_the_author_says_otherwise() -> None:
    manager, sanitizer = "@jupyterlab/docmanager-extension:plugin", "@jupyterlab/apputils-extension:sanitizer"
    quiet = json.loads(litesettings.overrides({}))
    assert quiet[manager] == {"autosave": True, "autosaveInterval": 3}
    assert quiet["@jupyterlab/apputils-extension:notification"] == {"fetchNews": "false", "checkForUpdates": False}
    assert quiet[sanitizer] == {"allowCommandLinker": False}
    own = json.dumps({manager: {"autosaveInterval": 60}, sanitizer: 3, "theirs": {"a": 1}})
    theirs = json.loads(litesettings.overrides({"overrides.json": own}))
    assert theirs[manager] == {"autosave": True, "autosaveInterval": 60}
    assert (theirs[sanitizer], theirs["theirs"]) == (3, {"a": 1})
    assert json.loads(litesettings.overrides({})) == quiet


def test_without_settings_of_its_own_a_course_gets_all_views() -> None:
    apps = json.loads(litesettings.build_config({}, extensions=[]))["LiteBuildConfig"]["apps"]
    assert apps == ["lab", "notebooks", "tree", "edit"]


def test_jupyterlite_leaves_out_what_the_author_says_and_nothing_by_itself() -> None:
    files = ["lib/a.csv", "build/b.csv", "site/c.csv", "a/untitled.txt", "a/answers.ipynb"]
    assert litesettings.left_out(litesettings.build_config({}, extensions=[]), files) == set()
    own = json.dumps({"LiteBuildConfig": {"ignore_contents": ["^/lib$"], "extra_ignore_contents": ["/answers\\."]}})
    config = litesettings.build_config({"jupyter_lite_config.json": own}, extensions=[])
    assert litesettings.left_out(config, files) == {"lib/a.csv", "a/answers.ipynb"}


def test_lite_stores_are_named_after_the_course_and_the_authors_settings_stay() -> None:
    texts = {"jupyter-lite.json": json.dumps({"jupyter-config-data": {"appName": "Mine", "contentsStorageName": "x"}})}
    boot = Boot(url="./../runtime/boot.mjs", packages=("ipykernel",))
    activities = [{"path": "z"}, {"path": "a"}]
    written = litesettings.jupyter_lite(texts, course(), [IN_BOOK], activities=activities, boot=boot)
    data = json.loads(written)["jupyter-config-data"]
    assert data["appName"] == "Mine"
    assert data["contentsStorageName"] == "satchel/demo/lite/contents"
    assert data["settingsStorageName"] == "satchel/demo/lite/settings"
    assert data["workspacesStorageName"] == "satchel/demo/lite/workspaces"
    kernel = data["litePluginSettings"]["@jupyterlite/pyodide-kernel-extension:kernel"]
    assert kernel["pyodideUrl"] == "./../runtime/boot.mjs"
    assert kernel["disablePyPIFallback"] is True
    assert data["satchelActivities"] == activities


def test_lites_own_kernel_makes_way_and_the_authors_wishes_stay() -> None:
    texts = {"jupyter-lite.json": json.dumps({"jupyter-config-data": {"disabledExtensions": ["theirs"]}})}
    opening = replace(IN_BOOK, needs=Needs(files=("one/z.csv", "one/a.csv")))
    again = replace(opening, activity=activity("one/c"), needs=Needs(files=("one/a.csv",)))
    boot = Boot(url="./../runtime/boot.mjs", packages=())
    written = litesettings.jupyter_lite(texts, course(), [opening, again], activities=[], boot=boot)
    data = json.loads(written)["jupyter-config-data"]
    replaced = {
        "@jupyterlab/notebook-extension:cell-executor",
        "@jupyterlite/pyodide-kernel-extension:kernel",
        "@jupyterlite/services-extension:kernel-client",
    }
    assert data["disabledExtensions"] == sorted({"theirs", *replaced, *litedefaults.LEFT_OUT})
    assert data["satchelFiles"] == {"one": ["one/a.csv", "one/z.csv"]}


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1,}', "// no"])
def test_broken_lite_settings_are_refused(text: str) -> None:
    [problem] = litesettings.check({"jupyter-lite.json": text, "overrides.json": "{}"}, folder="lite")
    assert (problem.code, problem.file) == ("lite-json", "lite/jupyter-lite.json")


def test_the_build_configuration_keeps_the_authors_and_adds_ours() -> None:
    text = "title: T\nsphinx:\n  extra_extensions: [sphinx_proof]\n  config:\n    html_show_copyright: false\n"
    config, problems = bookconfig.parse(text, file="_config.yml")
    assert problems == ()
    staged = yaml.safe_load(bookconfig.staged(config, assets="satchel/0123/"))
    assert staged["sphinx"]["extra_extensions"] == ["satchel.sphinx_ext", "satchel.absent", "sphinx_proof"]
    assert staged["sphinx"]["config"]["html_show_copyright"] is False
    assert staged["sphinx"]["config"]["satchel_assets"] == "satchel/0123/"
    assert staged["launch_buttons"]["thebe"] is False


@pytest.mark.parametrize(
    ("text", "code"),
    [("a: [", "config-yaml"), ("- a", "config-shape"), ("sphinx: 3", "config-shape"), ("execute: x", "config-shape")],
)
def test_a_bad_configuration_is_refused(text: str, code: str) -> None:
    _, problems = bookconfig.parse(text, file="_config.yml")
    assert [problem.code for problem in problems] == [code]


@pytest.mark.parametrize(
    "text",
    [
        "format: jb-book\nroot: index\nparts:\n- chapters:\n  - file: a\n",
        "format: jb-book\nroot: index\nchapters:\n- file: a\n",
        "format: jb-book\nroot: index\n",
        "format: jb-article\nroot: index\nsections:\n- file: a\n",
    ],
)
def test_pages_of_ours_are_added_to_any_table_of_contents(text: str) -> None:
    pages = ["index.md", "a.md", "activities.md", "check.md"]
    table = toc.parse(toc.with_pages(text, ["activities", "check"]), available=pages, file="_toc.yml")
    assert table.problems == ()
    assert [page.docname for page in table.pages[-2:]] == ["activities", "check"]


def test_pages_know_the_part_of_the_book_that_they_are_in() -> None:
    text = (
        "format: jb-book\nroot: index\nparts:\n- caption: One\n  chapters:\n  - file: a\n    sections:\n    - file: b\n"
        "- chapters:\n  - file: c\n"
    )
    table = toc.parse(text, available=["index.md", "a.md", "b.md", "c.md"], file="_toc.yml")
    assert table.parts == {"a": "One", "b": "One"}
    flat = toc.parse("format: jb-book\nroot: index\nchapters:\n- file: a\n", available=["index.md", "a.md"], file="t")
    assert flat.parts == {}
