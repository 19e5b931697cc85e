"""Does a build that fails leave the last good site exactly as it was, and say why?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import run_build

from .sites import Built, snapshot
from .test_again import changed

pytestmark = [pytest.mark.build, pytest.mark.timeout(900)]


def refused(built: Built, *arguments: str) -> tuple[int, str]:
    """Exit code and output of a build that must fail and leave everything as it was."""
    site, zips = snapshot(built.site), {path: path.read_bytes() for path in built.zips}
    course = snapshot(built.course)
    done = run_build(built.course, "--out", built.out, *arguments)
    assert snapshot(built.site) == site
    assert {path: path.read_bytes() for path in built.zips} == zips
    assert snapshot(built.course) == course
    return done.returncode, done.stdout + done.stderr


def test_a_notebook_that_broke(elsewhere: Built) -> None:
    with changed(elsewhere.course / "content/lessons/numbers.ipynb", '"nbformat": 4,', '"nbformat": 4,,'):
        code, printed = refused(elsewhere)
    assert code == 3
    assert "content/lessons/numbers.ipynb, line" in printed
    assert "The last good site was not touched." in printed
    assert "Traceback" not in printed


def test_a_sphinx_extension_that_fails(elsewhere: Built) -> None:
    extension = elsewhere.course / "book" / "_ext" / "broken_on_purpose.py"
    extension.parent.mkdir()
    extension.write_text("def setup(app):\n    raise RuntimeError('this extension is broken on purpose')\n")
    config = elsewhere.course / "book" / "_config.yml"
    try:
        with changed(config, "execute:", "sphinx:\n  local_extensions:\n    broken_on_purpose: ./_ext\nexecute:"):
            code, printed = refused(elsewhere)
    finally:
        extension.unlink()
        extension.parent.rmdir()
    assert code == 5
    assert "this extension is broken on purpose" in printed
    assert "Jupyter Book failed. The last good site was not touched." in printed


def test_a_script_from_elsewhere_and_a_warning_with_strict(elsewhere: Built) -> None:
    """One build for both: a page that would load a script from elsewhere, and has a link to nowhere."""
    page = elsewhere.course / "content" / "index.md"
    script = '<script src="https://example.org/x.js"></script>\n\n[nowhere](no-such-page.md)\n\nThis course'
    with changed(page, "This course", script):
        code, printed = refused(elsewhere, "--strict", "--quiet")
    assert code == 4
    assert "index.html: A reader's browser would load https://example.org/x.js (script). (outside-request)" in printed
    assert re.search(r"✗ content/index.md, line \d+: .*no-such-page.md", printed)
    assert "The finished site has 2 problems. The last good site was not touched." in printed


def test_a_folder_that_somebody_else_filled(tiny: Built, tmp_path: Path) -> None:
    own = tmp_path / "site" / "thesis.docx"
    own.parent.mkdir()
    own.write_text("years of work")
    done = run_build(tiny.course, "--out", tmp_path)
    assert done.returncode == 5
    assert f"{own.parent} exists and was not made by satchel" in done.stdout
    assert "--out" in done.stdout
    assert list(own.parent.iterdir()) == [own]
    assert own.read_text() == "years of work"
