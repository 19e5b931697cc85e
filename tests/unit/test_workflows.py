"""Are the workflows valid, and do they do what the README and pyproject.toml say?"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from check_jsonschema import main as check_jsonschema
from click.testing import CliRunner, Result

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))


def validated(path: Path) -> Result:
    """The verdict of GitHub's own schema, which comes with check-jsonschema: no network."""
    return CliRunner().invoke(check_jsonschema, ["--builtin-schema", "vendor.github-workflows", str(path)])


def loaded(name: str) -> dict[str, Any]:
    text = (ROOT / ".github" / "workflows" / name).read_text("utf-8")
    # YAML 1.1 reads the key `on` as true.
    workflow: dict[str, Any] = {"on" if key is True else key: value for key, value in yaml.safe_load(text).items()}
    return workflow


def steps(workflow: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for job in workflow["jobs"].values():
        yield from job["steps"]


def commands(workflow: dict[str, Any]) -> str:
    return "\n".join(step["run"] for step in steps(workflow) if "run" in step)


def readme_command(number: int) -> str:
    blocks = re.findall(r"^```sh\n(.*?)\n```$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE | re.DOTALL)
    return str(blocks[number - 1])


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_is_the_workflow_valid(path: Path) -> None:
    result = validated(path)
    assert result.exit_code == 0, result.output


def test_are_both_workflows_looked_at() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "pages.yml"]


@pytest.mark.parametrize(
    ("right", "wrong"),
    [
        ("runs-on: ubuntu-latest", "runs_on: ubuntu-latest"),
        ("timeout-minutes: 60", "timeout-minutes: soon"),
        ("contents: read", "contents: everything"),
    ],
)
def test_is_a_mistake_in_a_workflow_refused(tmp_path: Path, right: str, wrong: str) -> None:
    text = (ROOT / ".github" / "workflows" / "ci.yml").read_text("utf-8")
    assert right in text
    broken = tmp_path / "ci.yml"
    broken.write_text(text.replace(right, wrong), "utf-8")
    assert validated(broken).exit_code == 1


def test_do_the_checks_run_the_script_on_the_oldest_and_the_newest_python() -> None:
    workflow = loaded("ci.yml")
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    oldest, beyond = re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"]).groups()  # type: ignore[union-attr]
    wanted = [f"3.{oldest}", f"3.{int(beyond) - 1}"]
    (job,) = workflow["jobs"].values()
    assert job["strategy"]["matrix"]["python"] == wanted
    assert commands(workflow) == "bash .ci/run"
    assert (ROOT / ".ci" / "run").is_file()
    assert set(workflow["on"]) == {"push", "pull_request"}


def test_is_the_published_site_the_one_that_the_readme_builds() -> None:
    workflow = loaded("pages.yml")
    assert readme_command(1) in commands(workflow)
    assert "build.py --check" in commands(workflow)
    (upload,) = (step for step in steps(workflow) if step.get("uses", "").startswith("actions/upload-pages-artifact@"))
    assert upload["with"]["path"] == "_build/site"


def test_does_publishing_stop_at_identities_that_are_not_committed() -> None:
    workflow = loaded("pages.yml")
    names = [step.get("name", "") for step in workflow["jobs"]["build"]["steps"]]
    uses = [step.get("uses", "") for step in workflow["jobs"]["build"]["steps"]]
    check = names.index("Refuse to publish identities that are not committed")
    assert names.index("Build the site") < check < next(i for i, use in enumerate(uses) if "upload-pages" in use)
    assert all(name in commands(workflow) for name in ("satchel-ledger.json", "runtime.lock.json"))


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
def test_does_a_workflow_get_no_more_rights_than_it_needs(path: Path) -> None:
    workflow = loaded(path.name)
    assert workflow["permissions"] == {"contents": "read"}
    rights = {name: job.get("permissions", {}) for name, job in workflow["jobs"].items()}
    assert {name: right for name, right in rights.items() if right} == (
        {"publish": {"pages": "write", "id-token": "write"}} if path.name == "pages.yml" else {}
    )
    assert "concurrency" in workflow
    assert all("timeout-minutes" in job for job in workflow["jobs"].values())
    assert all(re.fullmatch(r"actions/[\w-]+@v\d+", step["uses"]) for step in steps(workflow) if "uses" in step)
