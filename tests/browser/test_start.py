"""Is a restored Python like one that started the usual way, and what happens where none can be restored?"""

from __future__ import annotations

import functools
import gzip
import http.server
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.pages import cell_ids, output, ready

PAGE = "module-1-values/values-and-functions.html"
OBSERVE = Path(__file__).with_name("observe.py").read_text("utf-8")
PLAN = "const SATCHEL_PLAN = "


@dataclass
class Host:
    """A plain file server that has other bytes for some paths (None: it has no such file) and counts what it sent."""

    site: Path
    other: Mapping[str, bytes | None] = field(default_factory=dict)
    sent: dict[str, int] = field(default_factory=dict)
    address: str = ""

    @contextmanager
    def up(self) -> Iterator[Host]:
        host = self

        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self) -> None:
                path = self.path.split("?")[0].lstrip("/")
                if path not in host.other:
                    file = host.site / path
                    host.sent[path] = file.stat().st_size if file.is_file() else 0
                    super().do_GET()
                    return
                content = host.other[path]
                if content is None:
                    self.send_error(404)
                    return
                host.sent[path] = len(content)
                self.send_response(200)
                self.send_header("Content-Type", self.guess_type(path))
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_args: object) -> None:
                pass

        handler = functools.partial(Handler, directory=str(self.site))
        with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            self.address = f"http://127.0.0.1:{server.server_address[1]}/"
            yield self
            server.shutdown()


def plan_of(site: Path) -> dict[str, Any]:
    """What boot.mjs was told by the build."""
    line = (site / "runtime" / "boot.mjs").read_text("utf-8").split("\n", 1)[0]
    assert line.startswith(PLAN)
    plan: dict[str, Any] = json.loads(line[len(PLAN) : -1])
    return plan


def without_memory(site: Path) -> bytes:
    """boot.mjs as it is where no memory could be saved."""
    code = (site / "runtime" / "boot.mjs").read_text("utf-8").split("\n", 1)[1]
    return f"{PLAN}{json.dumps({**plan_of(site), 'snapshot': None})};\n{code}".encode()


def started_as_usual(host: Host) -> bool:
    """Whether Python fetched the packages of its kernel, which a restored one has in memory."""
    return any(path.startswith("runtime/ipython-") for path in host.sent)


@dataclass
class Reader:
    """A page whose first cell can be rewritten and run."""

    page: Page

    def run(self, code: str) -> str:
        """Run code in the first cell; the output's text. The cell must end well."""
        result, text = self.attempt(code)
        assert result["ok"], text
        return text

    def attempt(self, code: str) -> tuple[dict[str, Any], str]:
        """Run code in the first cell; how it ended, and the output's text."""
        first = cell_ids(self.page)[0]
        ask = "async ([id, code]) => { await satchel.setSource(id, code); return satchel.run(id); }"
        result: dict[str, Any] = self.page.evaluate(ask, [first, code])
        return result, output(self.page, first).text_content() or ""


@contextmanager
def reading(browser: Browser, host: Host, **context: Any) -> Iterator[Reader]:
    """A fresh profile on the page."""
    with browser.new_context(**context) as fresh:
        page = fresh.new_page()
        page.goto(host.address + PAGE)
        ready(page)
        yield Reader(page=page)


ZONES = ("America/New_York", "Asia/Tokyo")


@pytest.fixture(scope="module", params=ZONES)
def observed(request: pytest.FixtureRequest, browser: Browser, demo_site: Path) -> Iterator[tuple[Any, Any]]:
    """The same observations in a Python that started the usual way, and in a restored one."""
    seen = []
    place = {"timezone_id": request.param, "locale": "de-DE"}
    for other in ({"runtime/boot.mjs": without_memory(demo_site)}, {}):
        host = Host(site=demo_site, other=other)
        with host.up(), reading(browser, host, **place) as reader:
            seen.append(json.loads(reader.run(OBSERVE)))
            assert started_as_usual(host) is bool(other)
    yield seen[0], seen[1]


def test_a_restored_python_looks_like_a_fresh_one(observed: tuple[Any, Any]) -> None:
    """Paths, variables, time zone, installed packages, tracebacks with their lines: nothing tells them apart."""
    usual, restored = observed
    assert usual.keys() == restored.keys()
    assert {key: restored[key] for key in usual} == usual


@pytest.fixture(scope="module")
def twice(browser: Browser, demo_site: Path) -> list[Any]:
    """What two starts say that must not be the same."""
    code = "import json, random, tempfile, uuid, secrets\n" + (
        "print(json.dumps([random.random(), random.Random().random(), tempfile.mktemp(), str(uuid.uuid4()),"
        " secrets.token_hex()]))"
    )
    seen = []
    with Host(site=demo_site).up() as host:
        for _ in range(2):
            with reading(browser, host) as reader:
                seen.append(json.loads(reader.run(code)))
    return seen


@pytest.mark.parametrize("kind", range(5), ids=["random", "Random()", "tempfile", "uuid", "secrets"])
def test_two_starts_do_not_share_their_chance(twice: list[Any], kind: int) -> None:
    assert twice[0][kind] != twice[1][kind]


NOT_IN_MEMORY: dict[str, str] = {
    "a module of the standard library": "import colorsys; print(colorsys.rgb_to_hsv(1, 0, 0)[2])",
    "a package that was put off": (
        "import jedi; print('bit_length' in [c.name for c in jedi.Script('(1).bit').complete(1, 7)])"
    ),
    "completion": (
        "from IPython.core.completer import provisionalcompleter\n"
        "text = 'numbers = [1]; numbers[0].bit_l'\n"
        "with provisionalcompleter():\n"
        "    print('bit_length' in ' '.join(c.text for c in get_ipython().Completer.completions(text, len(text))))"
    ),
    "the terminal's part of IPython": (
        "import IPython, IPython.terminal.embed as e; print(callable(IPython.embed), callable(e.embed))"
    ),
    "a package's version": "import importlib.metadata as m; print(m.version('jedi').count('.') > 0)",
    "a source": "import inspect, traitlets; print('class Int' in inspect.getsource(traitlets.Int))",
    "sets and dictionaries": "print(sorted({str(n) for n in range(50)})[0], hash('a') == hash('a'), {'b': 1}['b'])",
    "a subprocess of asyncio": "import asyncio; await asyncio.sleep(0.01); print(True)",
    "piplite, with its settings": "import piplite.piplite as p; print(callable(p.install), p._PIPLITE_DISABLE_PYPI)",
    "micropip": "import micropip; print('ipython' in micropip.list())",
}


@pytest.mark.parametrize("code", NOT_IN_MEMORY.values(), ids=NOT_IN_MEMORY)
def test_the_first_cell_may_use_what_has_not_arrived_yet(browser: Browser, demo_site: Path, code: str) -> None:
    """Files behind the saved memory come later; a cell that is faster waits for them and notices nothing."""
    with Host(site=demo_site).up() as host, reading(browser, host) as reader:
        text = reader.run(code)
        assert "False" not in text
        assert text.strip()


def test_a_start_downloads_little(browser: Browser, demo_site: Path) -> None:
    """From the wish to run a cell to its result, on a host that compresses nothing: 12 MB at most."""
    with Host(site=demo_site).up() as host, reading(browser, host) as reader:
        page = dict(host.sent)
        reader.run("print(6 * 7)")
        sent = {path: size for path, size in host.sent.items() if path not in page}
    assert any("pyodide-memory" in path for path in sent)
    assert not any("pyodide-site" in path or "python_stdlib" in path for path in sent)
    assert sum(sent.values()) < 12_000_000, sorted((size, path) for path, size in sent.items())


def damaged(packed: bytes) -> bytes:
    return packed[: len(packed) // 2] + bytes(1000) + packed[len(packed) // 2 + 1000 :]


BROKEN: dict[str, Callable[[bytes], bytes | None]] = {
    "missing": lambda _: None,
    "cut short": lambda packed: packed[:1_000_000],
    "damaged": damaged,
    "of another make": lambda packed: gzip.compress(bytes(len(gzip.decompress(packed))), 1),
    "longer": lambda packed: gzip.compress(gzip.decompress(packed) + b"!", 1),
    "of another size": lambda _: gzip.compress(b"nothing"),
}


@pytest.mark.parametrize("broken", BROKEN.values(), ids=BROKEN)
def test_without_a_good_memory_python_starts_the_usual_way(
    browser: Browser, demo_site: Path, broken: Callable[[bytes], bytes | None]
) -> None:
    memory = f"runtime/{plan_of(demo_site)['snapshot']['memory']}"
    host = Host(site=demo_site, other={memory: broken((demo_site / memory).read_bytes())})
    with host.up(), reading(browser, host) as reader:
        assert "42" in reader.run("import colorsys, json; print(6 * 7)")
        assert started_as_usual(host)


def test_files_that_never_arrive_are_an_error_and_not_the_end(browser: Browser, demo_site: Path) -> None:
    """An import that needs them fails in words of Python's; what is in memory goes on."""
    plan = plan_of(demo_site)
    host = Host(site=demo_site, other={f"runtime/{plan['packed']['python_stdlib.zip']}": None})
    with host.up(), reading(browser, host) as reader:
        result, text = reader.attempt("import colorsys")
        assert not result["ok"]
        assert result["error"]["name"] in {"OSError", "ZipImportError", "ModuleNotFoundError"}, text
        assert "42" in reader.run("print(6 * 7)")
