"""WebDriver BiDi, as much of it as the questions here need: a line to a browser, and the tabs behind it.

Playwright drives Firefox in builds of its own, or by commands that the Firefox of Debian does not know yet. What every
Firefox speaks is the standard itself, over a web socket.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from websockets.sync.client import ClientConnection, connect

PATIENCE = 30.0
# The standard's code points for keys without a character.
KEYS = {"Control": "\ue009", "Shift": "\ue008", "Enter": "\ue007", "Backspace": "\ue003", "Tab": "\ue004"}


class Refused(Exception):
    """The browser answered a command with an error, or a script on the page threw."""


class Line:
    """The connection to one browser: commands and their answers, one at a time."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket = socket
        self._number = 0

    def send(self, method: str, *, patience: float = PATIENCE, **params: object) -> dict[str, Any]:
        """Sends a command; returns its result. Raises `Refused` or `TimeoutError`."""
        self._number += 1
        self._socket.send(json.dumps({"id": self._number, "method": method, "params": params}))
        ends = time.monotonic() + patience
        while True:
            message = json.loads(self._socket.recv(timeout=max(0.01, ends - time.monotonic())))
            if message.get("id") != self._number:
                continue
            if message["type"] == "error":
                raise Refused(f"{method}: {message['error']}: {message['message']}")
            result: dict[str, Any] = message["result"]
            return result


@contextmanager
def line_to(address: str) -> Iterator[Line]:
    """A line to the browser that listens at this address."""
    with connect(f"{address}/session", max_size=None, open_timeout=PATIENCE) as socket:
        line = Line(socket)
        line.send("session.new", capabilities={})
        yield line


class Tab:
    """One tab. Scripts are functions written in JavaScript; their arguments and results travel as JSON."""

    def __init__(self, line: Line, context: str) -> None:
        self._line = line
        self.context = context

    def goto(self, url: str) -> None:
        """Goes to an address; waits for the page's scripts, not for what they fetch afterwards."""
        self._line.send("browsingContext.navigate", context=self.context, url=url, wait="interactive")

    def reload(self) -> None:
        """Loads the page again."""
        self._line.send("browsingContext.reload", context=self.context, wait="interactive")

    def back(self) -> None:
        """Goes back to the page before."""
        self._line.send("browsingContext.traverseHistory", context=self.context, delta=-1)

    def close(self) -> None:
        """Closes the tab as its cross does: the page hears `pagehide`."""
        self._line.send("browsingContext.close", context=self.context)

    def activate(self) -> None:
        """Brings the tab to the front."""
        self._line.send("browsingContext.activate", context=self.context)

    def evaluate(self, function: str, *arguments: object, patience: float = PATIENCE) -> Any:
        """What `function` returns or resolves with. Raises `Refused` with the page's own words if it throws."""
        answer = self._line.send(
            "script.callFunction",
            functionDeclaration=f"async (text) => JSON.stringify((await ({function})(...JSON.parse(text))) ?? null)",
            arguments=[{"type": "string", "value": json.dumps(arguments)}],
            target={"context": self.context},
            awaitPromise=True,
            patience=patience,
        )
        if answer["type"] == "exception":
            raise Refused(answer["exceptionDetails"]["text"])
        return json.loads(answer["result"]["value"])

    def until(self, function: str, *arguments: object, patience: float = PATIENCE) -> Any:
        """Waits until `function` returns something true; returns that."""
        ends = time.monotonic() + patience
        while True:
            try:
                found = self.evaluate(function, *arguments)
            except Refused as problem:
                # A page that is just being replaced has no place to run a script in.
                found, last = None, str(problem)
            else:
                last = str(found)
            if found:
                return found
            if time.monotonic() > ends:
                raise TimeoutError(f"{function} with {arguments} stayed {last}")
            time.sleep(0.02)

    def press(self, *keys: str) -> None:
        """Presses keys together, as in `press("Control", "a")`."""
        down = [{"type": "keyDown", "value": KEYS.get(key, key)} for key in keys]
        up = [{"type": "keyUp", "value": KEYS.get(key, key)} for key in reversed(keys)]
        self._act([*down, *up])

    def type(self, text: str) -> None:
        """Types a text, key after key."""
        self._act([{"type": kind, "value": key} for key in text for kind in ("keyDown", "keyUp")])

    def _act(self, actions: Sequence[dict[str, str]]) -> None:
        source = {"type": "key", "id": "keyboard", "actions": actions}
        self._line.send("input.performActions", context=self.context, actions=[source])
