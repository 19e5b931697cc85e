"""Does `--check` run every browser activity, publish what it saw, and refuse a course that does not run?"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import ROOT, run_build

pytestmark = pytest.mark.browser


def test_a_course_that_runs_gets_evidence_and_one_that_does_not_is_refused(demo_out: Path, tmp_path: Path) -> None:
    course = Path(shutil.copytree(ROOT / "tests" / "sites" / "tiny", tmp_path / "course"))
    out = tmp_path / "out"
    # The browser side is the same for every course, and slow to build.
    shutil.copytree(demo_out / ".work" / "frontend", out / ".work" / "frontend")
    (out / ".work" / "stamps").mkdir()
    shutil.copy(demo_out / ".work" / "stamps" / "frontend", out / ".work" / "stamps" / "frontend")

    good = run_build(course, "--out", out, "--check", "--no-zip")
    assert good.returncode == 0, good.stdout + good.stderr
    published = out / "site" / "capabilities.json"
    activities = json.loads(published.read_text("utf-8"))["activities"]
    assert {a["route"] for a in activities} == {"book", "hosted"}
    for activity in activities:
        ran = activity["route"] == "book"
        assert activity["evidence"]["ok"] is (True if ran else None), activity["id"]
        assert (activity["evidence"]["kind"] == "ran") is ran
    before = published.read_bytes()

    notebook = course / "content" / "lessons" / "numbers.ipynb"
    document = json.loads(notebook.read_text("utf-8"))
    first = next(cell for cell in document["cells"] if cell["cell_type"] == "code")
    first["source"] = "1 / 0"
    notebook.write_text(json.dumps(document), "utf-8")
    bad = run_build(course, "--out", out, "--check", "--no-zip")
    assert bad.returncode == 4, bad.stdout + bad.stderr
    assert "ZeroDivisionError" in bad.stdout
    assert "numbers.ipynb" in bad.stdout
    assert "check-failed" in bad.stdout
    assert published.read_bytes() == before
