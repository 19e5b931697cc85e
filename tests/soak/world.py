"""Carries the steps out in a real Chromium, and asks after each whether everything is there."""

from __future__ import annotations

import contextlib
import hashlib
import json
import re
from pathlib import Path
from typing import Any

from playwright.sync_api import Error, Page

from ..browser.profiles import Profile
from ..browser.records import record, records
from .model import MOST_VERSIONS, Model, held
from .steps import CELLS, Step

PAGE = "module-2-tables/read-a-csv.html"
_PATIENCE = 30_000
_SETTLED = "() => ['saved', 'empty'].includes(document.getElementById('satchel-status').dataset.storage)"
_TYPE = "([cell, text]) => { window.typing = window.satchel.setSource(cell, text); }"
_PRESS = """([cell, selector]) => {
  const button = document.querySelector(`[data-satchel-cell="${cell}"] ${selector}`);
  if (!button?.checkVisibility() || button.disabled) return false;
  button.click();
  return true;
}"""
_RUN = """async cell => {
  const text = window.satchel.source(cell);
  await window.satchel.run(cell);
  return text;
}"""
_SHOWN = "cells => cells.map(cell => window.satchel.source(cell))"
# A tab that is told to be quiet does not tell the others what it saves, as if the word came late.
_QUIET = """
const tell = BroadcastChannel.prototype.postMessage;
BroadcastChannel.prototype.postMessage = function (word) { if (!window.quiet) tell.call(this, word); };
"""


class Lost(AssertionError):
    """Something that was shown as saved is gone, or a page has failed."""


class World:
    """A site, a browser on a profile, and the model of what must be in it."""

    def __init__(self, profile: Profile, site: Path, home: str, sabotage: str = "") -> None:
        self._profile = profile
        self._file = site / PAGE
        self._original = self._file.read_text("utf-8")
        self._home = home
        self._scripts = [_QUIET, sabotage] if sabotage else [_QUIET]
        self._edition = 0
        self._backup: list[int] | None = None
        self._saved_once = False
        self.model = Model()
        self.tabs: list[Page] = []
        self._crashed: list[Page] = []
        self._learn()
        self._start()

    def close(self) -> None:
        """Ends the browser and puts the site's first edition back."""
        self._profile.close()
        self._file.write_text(self._original, "utf-8")

    def play(self, step: Step) -> None:
        """Carries a step out. Raises `Lost` if anything owed is not there afterwards."""
        if not self.tabs:
            self._open()
        tab = self.tabs[step.tab % len(self.tabs)]
        try:
            tab = getattr(self, f"_{step.kind}")(tab, step) or tab
            self._look(tab)
        except Error as problem:
            raise Lost(f"the page failed: {problem}") from problem

    def versions(self, cell: str, script: str, texts: list[str]) -> list[str]:
        """What a cell's history holds when `script` has put these texts into it, newest first."""
        tab = self._open()
        tab.evaluate(script, [cell, texts])
        self._settle(tab)
        return [version["text"] for version in record(tab, cell)["versions"]]

    # What the student does.

    def _type(self, tab: Page, step: Step) -> None:
        self._put(tab, step.cell, step.text())
        self._settle(tab)

    def _both(self, tab: Page, step: Step) -> None:
        other = next((each for each in self.tabs if each is not tab), None)
        if other is None:
            self._type(tab, step)
            return
        tab.evaluate("() => { window.quiet = true; }")
        self._put(tab, step.cell, step.text(0))
        self._settle(tab)
        self.model.saved(step.text(0))
        self._put(other, step.cell, step.text(1))
        self._settle(other)
        tab.evaluate("() => { window.quiet = false; }")
        self.model.saved(step.text(1))

    def _run(self, tab: Page, step: Step) -> None:
        text = tab.evaluate(_RUN, step.cell)
        self._settle(tab)
        self.model.saved(text)

    def _reset(self, tab: Page, step: Step) -> None:
        if tab.evaluate(_PRESS, [step.cell, ".satchel-reset"]):
            self._settle(tab)

    def _undo(self, tab: Page, step: Step) -> None:
        if tab.evaluate(_PRESS, [step.cell, ".satchel-undo"]):
            self._settle(tab)

    def _choose(self, tab: Page, step: Step) -> None:
        if tab.evaluate(_PRESS, [step.cell, step.mode]):
            self._settle(tab)

    def _leave(self, tab: Page, step: Step) -> Page:
        self._put(tab, step.cell, step.text())
        if step.mode == "reload":
            tab.reload()
        elif step.mode == "elsewhere":
            tab.goto(f"{self._home}index.html")
            tab.goto(self._home + PAGE)
        else:
            tab.close()
            self.tabs.remove(tab)
            tab = self._open()
        # A student who leaves loses nothing, whether or not the page had said that it was saved.
        self.model.saved(step.text())
        return self._ready(tab)

    def _reload(self, tab: Page, _step: Step) -> None:
        tab.reload()
        self._ready(tab)

    def _open(self, *_unused: object) -> Page:
        if len(self.tabs) > 1:
            return self.tabs[1]
        page = self._context.new_page()
        page.set_default_timeout(_PATIENCE)
        page.on("crash", self._died)
        page.goto(self._home + PAGE)
        self.tabs.append(page)
        return self._ready(page)

    def _close(self, tab: Page, _step: Step) -> Page:
        tab.close()
        self.tabs.remove(tab)
        return self.tabs[0] if self.tabs else self._open()

    def _export(self, tab: Page, _step: Step) -> None:
        self._backup = tab.evaluate(
            "async () => Array.from(new Uint8Array(await (await window.satchel.exportWork()).arrayBuffer()))"
        )
        self._settle(tab)

    def _import(self, tab: Page, step: Step) -> None:
        if self._backup is not None:
            script = "([bytes, mode]) => window.satchel.importWork(new Blob([new Uint8Array(bytes)]), mode)"
            tab.evaluate(script, [self._backup, step.mode])
            self._settle(tab)

    # What happens to the student.

    def _crash(self, tab: Page, step: Step) -> Page:
        self._put(tab, step.cell, step.text())
        with tab.expect_event("crash"), contextlib.suppress(Error):
            tab.goto("chrome://crash")
        # Tabs of one site may share a process; those that died with it are in the list as well.
        for each in self._crashed:
            each.close()
            self.tabs.remove(each)
        self._crashed.clear()
        return self._open()

    def _kill(self, tab: Page, step: Step) -> Page:
        self._put(tab, step.cell, step.text())
        self._profile.kill()
        self.tabs.clear()
        self._start()
        return self._open()

    def _publish(self, tab: Page, _step: Step) -> None:
        self._edition += 1
        text = self._original
        found = re.search(r'<script type="application/json" id="satchel-page">(.*?)</script>', text, re.DOTALL)
        assert found
        data = json.loads(found.group(1))
        for entry in data["cells"]:
            entry["source"] = f"# edition {self._edition}\n{entry['source']}"
            entry["hash"] = hashlib.sha256(entry["source"].encode()).hexdigest()[:16]
        self._file.write_text(text.replace(found.group(1), json.dumps(data).replace("<", "\\u003c")), "utf-8")
        self._learn()
        self._reload(tab, _step)

    # How it is done.

    def _start(self) -> None:
        self._context = self._profile.start()
        for script in self._scripts:
            self._context.add_init_script(f"(() => {{ {script} }})();")
        for page in self._context.pages[1:]:
            page.close()

    def _died(self, page: Page) -> None:
        self._crashed.append(page)

    def _learn(self) -> None:
        """The author's texts need no keeping: they are in the book."""
        data = self._file.read_text("utf-8").split('id="satchel-page">', 1)[1].split("</script>", 1)[0]
        self.model.authors.update(entry["source"] for entry in json.loads(data)["cells"])

    def _ready(self, tab: Page) -> Page:
        tab.wait_for_function("() => window.satchel !== undefined")
        tab.evaluate("() => window.satchel.ready")
        self._settle(tab)
        return tab

    def _put(self, tab: Page, cell: str, text: str) -> None:
        tab.evaluate(_TYPE, [cell, text])

    def _settle(self, tab: Page) -> None:
        """Waits until the page says that nothing is left to save."""
        tab.evaluate("() => window.typing")
        tab.wait_for_function(_SETTLED)

    def _look(self, tab: Page) -> None:
        """Notes what the tab shows as saved, and asks whether all that is owed is there."""
        status = tab.evaluate("() => document.getElementById('satchel-status').dataset.storage")
        texts = tab.evaluate(_SHOWN, list(CELLS))
        if status == "saved":
            self._saved_once = True
            for text in texts:
                self.model.saved(text)
        if self._saved_once:
            found: dict[str, Any] = records(tab)
            longest = max(len(record["versions"]) for record in found.values())
            assert longest < MOST_VERSIONS, "the sequence is too long: the oldest versions make room for new ones"
            if missing := self.model.missing(held(found)):
                raise Lost(f"shown as saved, and gone: {', '.join(missing)}")
