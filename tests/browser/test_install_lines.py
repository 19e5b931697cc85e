"""Does a notebook that installs a package for itself find it in the browser, with no index asked by the reader?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.conftest import ROOT, lend_browser_side, run_build

from .conftest import serving
from .pages import cell_ids, output, ready, run

pytestmark = [pytest.mark.browser, pytest.mark.timeout(900)]
# pip finds nothing there, as on a machine without a network.
NOWHERE = {"PIP_INDEX_URL": "http://127.0.0.1:9/simple", "PIP_RETRIES": "0"}


def course_with(folder: Path, *cells: str) -> Path:
    """The tiny course, whose notebook of numbers ends in these cells."""
    course = Path(shutil.copytree(ROOT / "tests" / "sites" / "tiny", folder / "course"))
    notebook = course / "content" / "lessons" / "numbers.ipynb"
    document = json.loads(notebook.read_text("utf-8"))
    for number, text in enumerate(cells):
        cell = {"cell_type": "code", "id": f"install-{number}", "metadata": {}, "source": text}
        document["cells"].append({**cell, "outputs": [], "execution_count": None})
    notebook.write_text(json.dumps(document), "utf-8")
    return course


def planned(course: Path, out: Path, **env: str) -> tuple[dict[str, Any], str]:
    """The activity in the plan, and what the author is told."""
    done = run_build(course, "--out", out, "--plan", "--json", **env)
    assert done.returncode == 0, done.stdout + done.stderr
    activities = json.loads(done.stdout)["activities"]
    return next(one for one in activities if one["source"].endswith("numbers.ipynb")), done.stderr


def test_an_installed_package_comes_with_the_course(demo_out: Path, tmp_path: Path, browser: Browser) -> None:
    course = course_with(
        tmp_path,
        "!pip install -q emoji==2.8.0",
        "%pip install 'humanize>4'\nimport emoji, humanize\nprint(emoji.__version__, humanize.intcomma(12345))",
    )
    out = tmp_path / "out"
    lend_browser_side(demo_out, out)
    first = run_build(course, "--out", out, "--no-zip")
    assert first.returncode == 0, first.stdout + first.stderr
    recorded = json.loads((course / "content" / "runtime.lock.json").read_text("utf-8"))["packages"]
    assert recorded["emoji"]["version"] == "2.8.0"

    asked: list[str] = []
    with serving(out / "site") as home, browser.new_context() as context:
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.goto(f"{home}lessons/numbers.html")
        ready(page)
        *_, quiet, loud = cell_ids(page)
        run(page, quiet)
        assert output(page, quiet).inner_text().strip() == ""
        run(page, loud)
        assert output(page, loud).inner_text().strip() == "2.8.0 12,345"
        assert [url for url in asked if not url.startswith((home, "blob:", "data:"))] == []

    # What is recorded needs no index.
    activity, said = planned(course, out, **NOWHERE)
    assert (activity["route"], activity["needs"]["missing"]) == ("book", [])
    assert {"emoji", "humanize"} <= set(activity["needs"]["packages"])
    assert "bundle-unasked" not in said


@pytest.mark.parametrize(
    ("env", "code"), [({}, "route-missing-package"), (NOWHERE, "bundle-unasked")], ids=["machine-code", "no-index"]
)
def test_what_cannot_be_bundled_decides_the_route(tmp_path: Path, env: dict[str, str], code: str) -> None:
    course = course_with(tmp_path, "%pip install grpcio\nimport grpcio")
    cache = tmp_path / "cache"
    activity, said = planned(course, tmp_path / "out", SATCHEL_CACHE=str(cache), **env)
    assert activity["route"] != "book"
    assert activity["needs"]["missing"] == ["grpcio"]
    assert code in said
