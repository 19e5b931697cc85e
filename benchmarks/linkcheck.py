"""Downloads a file through a link from every kind of place that a site fetches from: is it slow there?"""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hosting import Link, hosting
from playwright.sync_api import BrowserContext

SIZE = 2_500_000
_FETCH = """const fetched = async (name) => {
  const started = performance.now();
  await (await fetch(`blob.bin?${name}`, { cache: 'no-store' })).arrayBuffer();
  return (performance.now() - started) / 1000;
};"""
_FILES = {
    "worker.js": f"{_FETCH} onmessage = async () => postMessage(await fetched('worker'));",
    "shared.js": f"""{_FETCH} onconnect = ({{ ports: [port] }}) => {{
  port.onmessage = async () => port.postMessage(await fetched('shared'));
}};""",
    "service.js": f"{_FETCH} onmessage = async ({{ source }}) => source.postMessage(await fetched('service'));",
    "index.html": f"""<!doctype html><title>link</title><link rel="icon" href="data:,"><script>{_FETCH}
const told = (target) => new Promise((resolve) => {{ target.onmessage = (event) => resolve(event.data); }});
window.measured = async () => {{
  const worker = new Worker('worker.js');
  const shared = new SharedWorker('shared.js');
  const registration = await navigator.serviceWorker.register('service.js');
  const {{ active }} = await navigator.serviceWorker.ready;
  const page = await fetched('page');
  shared.port.postMessage('go');
  const sharedSeconds = await told(shared.port);
  worker.postMessage('go');
  const workerSeconds = await told(worker);
  active.postMessage('go');
  return {{ page, worker: workerSeconds, shared: sharedSeconds, service: await told(navigator.serviceWorker) }};
}};</script>""",
}


def rates(context: BrowserContext, link: Link) -> dict[str, float]:
    """Megabits a second that a page and each kind of worker get through `link`."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for file, text in _FILES.items():
            (folder / file).write_text(text, "utf-8")
        (folder / "blob.bin").write_bytes(bytes(SIZE))
        with hosting(folder, link) as host:
            page = context.new_page()
            page.goto(host.home)
            seconds: dict[str, Any] = page.evaluate("() => window.measured()")
            page.close()
    return {place: round(SIZE * 8 / 1e6 / taken, 1) for place, taken in json.loads(json.dumps(seconds)).items()}
