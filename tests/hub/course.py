"""A course whose GPU activity is to open on a hub of this computer: its addresses, its repository, its site."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from ..conftest import ROOT, lend_browser_side, run_build
from .running import free_ports

SOURCE = ROOT / "tests" / "sites" / "hosted"


@dataclass(frozen=True)
class Course:
    """A built course. `hub_ports` and `behind_ports` are three each: public, the hub's own, the proxy's own.

    `behind` is the hub behind the learning platform, whose port is `platform_port`.
    """

    folder: Path
    out: Path
    repository: Path
    site_port: int
    platform_port: int
    hub_ports: tuple[int, ...]
    behind_ports: tuple[int, ...]

    @property
    def site(self) -> Path:
        """The finished site."""
        return self.out / "site"

    @property
    def hosted(self) -> Path:
        """What the build wrote for those who run the server."""
        return self.out / "hosted"

    def publish(self, message: str) -> None:
        """Bring the course as it now is into the repository, as an author does."""
        work = self.folder.with_name("author")
        if not work.exists():
            _git("clone", "--quiet", str(self.repository), str(work), cwd=self.folder)
        shutil.copytree(self.folder, work, dirs_exist_ok=True)
        _git("add", "--all", cwd=work)
        _git("commit", "--quiet", "-m", message, cwd=work)
        _git("push", "--quiet", "origin", "HEAD:main", cwd=work)


def build_course(folder: Path, *, lent: Path, source: Path = SOURCE) -> Course:
    """Copy a course, fill in addresses that are free, put it into a repository and build it."""
    ports = free_ports(8)
    course = Course(
        folder=folder / "course",
        out=folder / "out",
        repository=folder / "stats-course.git",
        site_port=ports[0],
        platform_port=ports[1],
        hub_ports=tuple(ports[2:5]),
        behind_ports=tuple(ports[5:8]),
    )
    shutil.copytree(source, course.folder)
    known = course.folder / "content" / "capabilities.yml"
    text = known.read_text("utf-8")
    for word, value in {
        "HUB": f"http://127.0.0.1:{course.hub_ports[0]}",
        "BEHIND": f"http://127.0.0.1:{course.behind_ports[0]}",
        "PLATFORM": f"http://127.0.0.1:{course.platform_port}",
        "SITE": f"http://127.0.0.1:{course.site_port}/",
        "REPOSITORY": str(course.repository),
    }.items():
        text = text.replace(f": {word}", f": {value}")
    known.write_text(text, "utf-8")
    _git("init", "--quiet", "--bare", "--initial-branch=main", str(course.repository), cwd=folder)
    course.publish("The course")
    lend_browser_side(lent, course.out)
    done = run_build(course.folder, "--out", course.out, "--no-zip")
    assert done.returncode == 0, done.stdout + done.stderr
    return course


def _git(*arguments: str, cwd: Path) -> None:
    author = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.edu"}
    committer = {"GIT_COMMITTER_NAME": "A", "GIT_COMMITTER_EMAIL": "a@example.edu"}
    subprocess.run(["git", *arguments], cwd=cwd, env={**os.environ, **author, **committer}, check=True, timeout=120)
