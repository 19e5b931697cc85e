"""A Firefox as a student has it, with a profile on disk; it can be closed, and killed."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .bidi import PATIENCE, Line, Tab, line_to

# Nothing is to be asked of anyone but this computer, and nothing is to open by itself.
PREFERENCES: dict[str, bool | int | str] = {
    "app.normandy.enabled": False,
    "app.update.enabled": False,
    "browser.aboutConfig.showWarning": False,
    "browser.safebrowsing.malware.enabled": False,
    "browser.safebrowsing.phishing.enabled": False,
    "browser.search.update": False,
    "browser.shell.checkDefaultBrowser": False,
    "browser.startup.homepage_override.mstone": "ignore",
    "browser.startup.page": 0,
    "browser.newtabpage.enabled": False,
    "captivedetect.canonicalURL": "",
    "datareporting.policy.dataSubmissionEnabled": False,
    "extensions.update.enabled": False,
    "network.captive-portal-service.enabled": False,
    "network.connectivity-service.enabled": False,
    "network.proxy.type": 1,
    "network.proxy.http": "127.0.0.1",
    "network.proxy.http_port": 9,
    "network.proxy.ssl": "127.0.0.1",
    "network.proxy.ssl_port": 9,
    "network.proxy.no_proxies_on": "127.0.0.1",
    "services.settings.server": "data:,#remote-settings-dummy/v1",
    "toolkit.telemetry.reportingpolicy.firstRun": False,
    "trailhead.firstrun.didSeeAboutWelcome": True,
}


def executable() -> str:
    """The Firefox of this machine; a missing one is a failure."""
    found = shutil.which("firefox-esr") or shutil.which("firefox")
    assert found, "Firefox is needed: apt-get install firefox-esr"
    return found


class Firefox:
    """A running Firefox."""

    def __init__(self, process: subprocess.Popen[str], line: Line) -> None:
        self._process = process
        self._line = line

    def tab(self, container: str = "default") -> Tab:
        """A new tab, in a container if one is given: containers share no storage."""
        made = self._line.send("browsingContext.create", type="tab", userContext=container)
        return Tab(self._line, made["context"])

    def container(self) -> str:
        """A container of its own: as clean as a new profile."""
        return str(self._line.send("browser.createUserContext")["userContext"])

    def forget(self, container: str) -> None:
        """Closes a container's tabs and removes what they stored."""
        self._line.send("browser.removeUserContext", userContext=container)

    def before_pages(self, container: str, function: str) -> str:
        """Runs `function` in a container's new pages before their own scripts; returns a name to stop it by."""
        sent = self._line.send("script.addPreloadScript", functionDeclaration=function, userContexts=[container])
        return str(sent["script"])

    def no_longer(self, script: str) -> None:
        """New pages are without this script from now on."""
        self._line.send("script.removePreloadScript", script=script)

    def kill(self) -> None:
        """Ends the browser's main process at once; its others end with it."""
        self._process.send_signal(signal.SIGKILL)
        self._process.wait(PATIENCE)

    def close(self) -> None:
        """Closes the browser as a student does."""
        if self._process.poll() is None:
            self._line.send("browser.close")
            self._process.wait(PATIENCE)


@contextmanager
def running(profile: Path, *, private: bool = False) -> Iterator[Firefox]:
    """A Firefox on this profile. The profile stays when it is over."""
    profile.mkdir(exist_ok=True)
    wishes = {**PREFERENCES, "browser.privatebrowsing.autostart": private}
    lines = [f"user_pref({_js(name)}, {_js(value)});\n" for name, value in wishes.items()]
    (profile / "user.js").write_text("".join(lines), "utf-8")
    process = subprocess.Popen(
        [executable(), "--headless", "--no-remote", "--profile", str(profile), "--remote-debugging-port", "0"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        with line_to(_address(process)) as line:
            browser = Firefox(process, line)
            yield browser
            browser.close()
    finally:
        process.kill()
        process.wait()
        if process.stderr:
            process.stderr.close()


def _js(value: bool | int | str) -> str:
    return str(value).lower() if isinstance(value, bool) else repr(value)


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stderr
    said = []
    for line in process.stderr:
        said.append(line)
        if found := re.search(r"WebDriver BiDi listening on (ws://\S+)", line):
            return found.group(1)
    raise AssertionError(f"Firefox ended before it listened: {''.join(said)}")
