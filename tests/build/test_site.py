"""Is everything that others rely on in the finished site, and nothing too much?"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

import jupytext
import nbformat
import pytest
from jsonschema import Draft202012Validator

from satchel.pairing import digest
from satchel.scan import scan

from .sites import Built, dead_links, pages, read_page, snapshot

pytestmark = [pytest.mark.build, pytest.mark.timeout(900)]
HEAVY = {"numpy", "pandas", "matplotlib", "scipy", "scikit-learn", "ipywidgets"}


@pytest.mark.parametrize(
    "path",
    [
        "index.html",
        "activities.html",
        "check.html",
        "lessons/words.html",
        "lessons/numbers.html",
        "lessons/questions.html",
        "gpu/train.html",
        "lite/notebooks/index.html",
        "lite/lab/index.html",
        "lite/jupyter-lite.json",
        "lite/files/lessons/words.ipynb",
        "lite/files/lessons/numbers.ipynb",
        "lite/files/lessons/questions.ipynb",
        "lite/files/lessons/helper.py",
        "lite/files/lessons/data/points.csv",
        "lite/files/lessons/images/square.png",
        "runtime/pyodide.mjs",
        "runtime/pyodide.asm.wasm",
        "runtime/python_stdlib.zip",
        "runtime/pyodide-lock.json",
        "runtime/boot.mjs",
        "runtime/runtime.json",
        "capabilities.json",
        "capabilities.schema.json",
        "satchel-course.json",
        "SHA256SUMS",
        "offline.json",
        "service-worker.js",
        "manifest.webmanifest",
        ".nojekyll",
        "_images/square.png",
    ],
)
def test_what_others_rely_on_is_there(path: str, tiny: Built) -> None:
    assert (tiny.site / path).is_file()


def test_there_is_one_browser_side_in_a_folder_named_by_its_content(tiny: Built) -> None:
    [folder] = (tiny.site / "satchel").iterdir()
    assert re.fullmatch(r"[0-9a-f]{10}", folder.name)
    assert {"page.js", "page.css"} <= {path.name for path in folder.iterdir()}
    assert list(folder.glob("*.worker.js"))
    assert list(folder.glob("mathjax/**/*.woff*"))
    assert not (folder / "boot.mjs").exists()


def test_the_manifest_fits_the_schema_beside_it(tiny: Built) -> None:
    schema = json.loads((tiny.site / "capabilities.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(schema)
    Draft202012Validator(schema).validate(tiny.manifest)
    settings = json.loads((tiny.site / "capabilities.yml.schema.json").read_text("utf-8"))
    Draft202012Validator.check_schema(settings)
    assert "hosted" in settings["properties"]
    assert [(a["source"], a["route"], a["page"]) for a in tiny.manifest["activities"]] == [
        ("content/lessons/words.md", "book", "lessons/words.html"),
        ("content/lessons/numbers.ipynb", "book", "lessons/numbers.html"),
        ("content/lessons/questions.py", "book", "lessons/questions.html"),
        ("content/gpu/train.ipynb", "hosted", "gpu/train.html"),
    ]
    for activity in tiny.manifest["activities"]:
        assert (tiny.site / activity["page"]).is_file()
        assert (tiny.course / activity["source"]).is_file()


def test_the_map_leads_to_every_page_with_cells_and_tells_their_texts(tiny: Built) -> None:
    drawn = json.loads((tiny.site / "satchel-course.json").read_text("utf-8"))
    assert (drawn["schema"], drawn["course"]) == (1, tiny.manifest["course"]["id"])
    assert [unquote(notebook["page"]) for notebook in drawn["notebooks"]] == [
        a["page"] for a in tiny.manifest["activities"]
    ]
    for notebook in drawn["notebooks"]:
        data = read_page(tiny.site / unquote(notebook["page"])).data
        assert (data["map"], data["notebook"], data["title"]) == (
            "satchel-course.json",
            notebook["id"],
            notebook["title"],
        )
        assert [{"id": cell["id"], "hash": cell["hash"]} for cell in data["cells"]] == notebook["cells"]
        assert {name: data[name] for name in ("lite", "download")} == {
            name: notebook[name] for name in ("lite", "download")
        }


def test_the_list_of_hashes_is_right_and_complete(tiny: Built) -> None:
    lines = (tiny.site / "SHA256SUMS").read_text("utf-8").splitlines()
    assert all(re.fullmatch(r"[0-9a-f]{64}  \S.*", line) for line in lines)
    listed = {line[66:]: line[:64] for line in lines}
    assert listed == {name: value for name, value in tiny.files.items() if name != "SHA256SUMS"}


def test_the_list_of_what_a_reader_can_keep_is_right_and_complete(tiny: Built) -> None:
    listed = json.loads((tiny.site / "offline.json").read_text("utf-8"))["files"]
    served = {name for name in tiny.files if not name.startswith(".")} - {"SHA256SUMS", "offline.json"}
    assert {name: value for name, _, value in listed} == {name: tiny.files[name] for name in served}
    assert {name: size for name, size, _ in listed} == {name: (tiny.site / name).stat().st_size for name in served}


def test_every_page_of_the_book_links_to_the_app_and_the_app_to_its_icons(tiny: Built) -> None:
    manifest = json.loads((tiny.site / "manifest.webmanifest").read_text("utf-8"))
    assert all((tiny.site / icon["src"]).is_file() for icon in manifest["icons"])
    for name in ("index.html", "lessons/numbers.html", "gpu/train.html", "activities.html", "search.html"):
        text = (tiny.site / name).read_text("utf-8")
        for link in ("manifest", "apple-touch-icon"):
            [address] = re.findall(rf'<link rel="{link}" href="([^"]+)"', text)
            assert (tiny.site / name).parent.joinpath(address).is_file()


@pytest.mark.parametrize("name", ["pyodide.asm.wasm", "python_stdlib.zip", "*.whl"])
def test_a_file_of_the_runtime_that_was_tampered_with_is_noticed(name: str, tiny: Built) -> None:
    path = next((tiny.site / "runtime").glob(name))
    tampered = bytearray(path.read_bytes())
    tampered[len(tampered) // 2] ^= 1
    listed = (tiny.site / "SHA256SUMS").read_text("utf-8")
    assert f"{hashlib.sha256(path.read_bytes()).hexdigest()}  runtime/{path.name}\n" in listed
    assert hashlib.sha256(tampered).hexdigest() not in listed


def test_python_is_there_once(tiny: Built) -> None:
    assert [str(p.relative_to(tiny.site)) for p in tiny.site.rglob("*.asm.wasm")] == ["runtime/pyodide.asm.wasm"]
    assert not list((tiny.site / "lite").rglob("pyodide*.js"))
    big = Counter(v for name, v in tiny.files.items() if (tiny.site / name).stat().st_size > 500_000)
    assert max(big.values()) == 1


def test_the_runtime_holds_what_the_course_uses_and_no_more(tiny: Built) -> None:
    lock = json.loads((tiny.site / "runtime" / "pyodide-lock.json").read_text("utf-8"))
    assert not HEAVY & set(lock["packages"])
    assert set(tiny.manifest["runtime"]["packages"]) == set(lock["packages"])
    for package in lock["packages"].values():
        content = (tiny.site / "runtime" / package["file_name"]).read_bytes()
        assert hashlib.sha256(content).hexdigest() == package["sha256"]


def test_the_runtime_describes_itself(tiny: Built) -> None:
    described = json.loads((tiny.site / "runtime" / "runtime.json").read_text("utf-8"))
    there = {p.name: p.stat().st_size for p in (tiny.site / "runtime").iterdir() if p.name != "runtime.json"}
    assert described["sizes"] == there
    assert {"boot.mjs", "pyodide.mjs"} <= set(described["boot_files"]) <= set(there)
    begins = {name.split("-")[0] for name in described["boot_files"] if name.endswith(".bin")}
    assert begins == {"pyodide", "pyodide.asm.js", "pyodide.asm.wasm"}
    assert not [name for name in described["boot_files"] if name.endswith(".whl")]
    assert described["pyodide"] == tiny.manifest["runtime"]["pyodide"]


@pytest.mark.parametrize(
    "name", ["lessons/words.md", "lessons/numbers.ipynb", "lessons/questions.py", "gpu/train.ipynb"]
)
def test_a_page_has_every_code_cell_in_order_with_the_text_of_its_author(name: str, tiny: Built) -> None:
    source = tiny.course / "content" / name
    author = nbformat.read(source, 4) if source.suffix == ".ipynb" else jupytext.read(source)
    texts = [cell["source"] for cell in author["cells"] if cell["cell_type"] == "code"]
    page = read_page(tiny.site / Path(name).with_suffix(".html"))
    assert [cell["source"] for cell in page.data["cells"]] == texts
    assert [cell["id"] for cell in page.data["cells"]] == page.cells
    assert len(set(page.cells)) == len(texts) > 0
    for cell in page.data["cells"]:
        assert cell["hash"] == hashlib.sha256(cell["source"].encode()).hexdigest()[:16]


def test_a_cell_that_has_an_id_keeps_it(tiny: Built) -> None:
    assert read_page(tiny.site / "lessons/numbers.html").cells == ["read-points", "sum-products", "hidden-check"]


@pytest.mark.parametrize("name", ["lessons/words", "lessons/numbers", "lessons/questions"])
def test_the_notebook_is_the_page(name: str, tiny: Built) -> None:
    page = read_page(tiny.site / f"{name}.html")
    notebook = nbformat.read(tiny.site / "lite" / "files" / f"{name}.ipynb", 4)
    nbformat.validate(notebook)
    code = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert [cell["metadata"]["satchel"]["cell"] for cell in code] == page.cells
    assert [cell["source"] for cell in code] == [cell["source"] for cell in page.data["cells"]]
    known = [[cell["id"], digest(cell["source"])] for cell in notebook["cells"]]
    mark = {"course": page.data["course"]["id"], "notebook": page.data["notebook"], "known": known}
    assert notebook["metadata"]["satchel"] == mark
    assert notebook["metadata"]["kernelspec"]["name"] == "python"


def test_what_a_page_tells_its_script_leads_to_files(tiny: Built) -> None:
    for activity in tiny.manifest["activities"]:
        page = read_page(tiny.site / activity["page"])
        # Without the edition: a change of one page must not change all others.
        assert page.data["course"] == {name: tiny.manifest["course"][name] for name in ("id", "title")}
        assert (page.data["notebook"], page.data["route"]) == (activity["id"], activity["route"])
        root = (page.path.parent / page.data["root"]).resolve()
        assert root == tiny.site.resolve()
        assert (root / page.data["assets"] / "page.js").is_file()
        for file in page.data["files"]:
            assert (root / unquote(file["url"])).stat().st_size == file["size"]
        for address in filter(None, (page.data["lite"], page.data["download"])):
            parts = urlsplit(address)
            assert (root / unquote(parts.path)).is_file()
            assert all((root / "lite/files" / path).is_file() for path in parse_qs(parts.query).get("path", []))


def test_the_files_that_a_page_opens_are_known_to_it(tiny: Built) -> None:
    numbers, questions = (read_page(tiny.site / f"lessons/{name}.html") for name in ("numbers", "questions"))
    assert [file["path"] for file in numbers.data["files"]] == ["lessons/data/points.csv"]
    assert [file["path"] for file in questions.data["files"]] == ["lessons/helper.py"]
    assert numbers.data["cwd"] == "lessons"


def test_an_activity_in_the_browser_can_be_opened_as_a_notebook(tiny: Built) -> None:
    page = read_page(tiny.site / "lessons/words.html")
    [bar] = page.with_class("satchel-routes")
    [link] = page.with_class("satchel-open-lite")
    assert bar["data-route"] == "book"
    assert link["href"] == "../lite/notebooks/index.html?path=lessons%2Fwords.ipynb"
    assert not page.with_class("satchel-open-hosted")


def test_a_hosted_activity_is_explained_and_only_read_in_jupyterlite(tiny: Built) -> None:
    page = read_page(tiny.site / "gpu/train.html")
    [notice] = page.with_class("satchel-notice")
    [link] = page.with_class("satchel-open-hosted")
    assert (notice["data-route"], notice["role"]) == ("hosted", "note")
    assert link["href"] == tiny.manifest["activities"][3]["launch"]["hub"]
    assert link["href"].startswith("https://hub.example.edu/hub/spawn?profile=gpu")
    assert not page.with_class("satchel-open-lite")
    assert (page.data["lite"], page.data["download"]) == (None, "lite/files/gpu/train.ipynb")
    listed = json.loads((tiny.site / "lite" / "api" / "contents" / "gpu" / "all.json").read_text("utf-8"))
    assert [entry["name"] for entry in listed["content"]] == ["train.ipynb"]
    settings = json.loads((tiny.site / "lite" / "jupyter-lite.json").read_text("utf-8"))["jupyter-config-data"]
    [told] = [each for each in settings["satchelActivities"] if each["path"] == "gpu/train.ipynb"]
    assert (told["listed"], told["here"], told["why"]) == (True, False, tiny.manifest["activities"][3]["why"])
    assert [launch["href"] for launch in told["launches"]] == [link["href"]]


def test_the_readers_page_lists_every_activity(tiny: Built) -> None:
    page = read_page(tiny.site / "activities.html")
    assert len(page.with_class("satchel-activities")) == 1
    assert [mark["data-route"] for mark in page.with_class("satchel-route")] == ["book", "book", "book", "hosted"]


def test_nothing_is_fetched_from_elsewhere(tiny: Built) -> None:
    assert scan(tiny.site) == ()


def test_no_link_is_dead(tiny: Built) -> None:
    assert [(name, link) for name, link in dead_links(tiny.site) if not _is_download(link.label)] == []


def test_no_download_is_dead(tiny: Built) -> None:
    assert [(name, link) for name, link in dead_links(tiny.site) if _is_download(link.label)] == []


def _is_download(label: str) -> bool:
    return "btn-download-source-button" in label


def test_what_the_author_configured_is_kept(tiny: Built) -> None:
    for name, page in pages(tiny.site).items():
        text = page.path.read_text("utf-8")
        if "satchel-page" in page.scripts:
            assert "Printed on recycled electrons." in text, name
            assert "Nobody in particular" in text, name
    assert "<title>Words &#8212; Tiny: a course for tests</title>" in (tiny.site / "lessons/words.html").read_text()
    lite = json.loads((tiny.site / "lite/jupyter-lite.json").read_text())["jupyter-config-data"]
    assert lite["appName"] == "The tiny course as notebooks"
    assert lite["contentsStorageName"] == f"satchel/{tiny.manifest['course']['id']}/lite/contents"


def test_a_page_can_be_read_without_javascript(tiny: Built) -> None:
    text = (tiny.site / "lessons/numbers.html").read_text("utf-8")
    assert "28" in text
    assert "csv" in text
    home = (tiny.site / "index.html").read_text("utf-8")
    assert re.search(r'class="math[^"]*">\s*\\\(e\^\{i\\pi\}', home)
    assert 'alt="A blue square"' in home


def test_the_author_is_told_what_happened(tiny: Built) -> None:
    printed = tiny.done.stdout
    for step in ("browser side", "Python runtime", "book", "JupyterLite", "assemble", "offline zip"):
        assert re.search(rf"✓ {step} +\d+\.\d s", printed), step
    assert "3 of 4 activities run in the browser" in printed
    for path in (tiny.site, tiny.zips[0], tiny.course / "content" / "satchel-ledger.json"):
        assert str(path) in printed
    assert "! " not in printed


def test_only_the_ledger_is_written_into_the_course(tiny: Built) -> None:
    after = snapshot(tiny.course)
    assert set(after) - set(tiny.given) == {"content/satchel-ledger.json"}
    assert {name: after[name] for name in tiny.given} == tiny.given


def test_nothing_tells_where_the_site_was_built(tiny: Built) -> None:
    inside = str(tiny.out.parent).encode()
    assert [name for name in tiny.files if inside in (tiny.site / name).read_bytes()] == []
