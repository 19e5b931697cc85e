"""Does a build leave what the server's keepers need beside the site, and can the server have the book's packages?"""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

pytestmark = pytest.mark.build


def test_the_demonstration_course_brings_files_for_its_server_and_publishes_none(demo_out: Path) -> None:
    names = {path.name for path in (demo_out / "hosted").iterdir() if not path.name.startswith(".")}
    assert names >= {"README.md", "environment.yml", "jupyterhub-values.yaml", "lti-values.yaml"}
    published = {path.name for path in (demo_out / "site").rglob("*") if path.is_file()}
    assert not published & {"environment.yml", "jupyterhub-values.yaml", "lti-values.yaml"}


def test_a_server_can_have_the_packages_of_the_book_together(demo_out: Path, tmp_path: Path) -> None:
    # As far as pip can tell: wheels for Linux that go together. What only the server has is pinned by its keepers.
    python, _, listed = yaml.safe_load((demo_out / "hosted" / "environment.yml").read_text("utf-8"))["dependencies"]
    pinned = [line for line in listed["pip"] if re.search("[=<>]", line)]
    assert any(line.startswith("numpy==") for line in pinned)
    done = subprocess.run(
        [
            *(sys.executable, "-m", "pip", "install", "--dry-run", "--quiet", "--ignore-installed"),
            *("--only-binary=:all:", "--python-version", python.removeprefix("python=")),
            *("--target", str(tmp_path), *pinned),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert done.returncode == 0, done.stderr[-2000:]
