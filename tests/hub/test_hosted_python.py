"""Can a student let the cells of a page run on the own server, and does the token stay where it was pasted?"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from ..conftest import ROOT
from .conftest import Newcomer
from .course import Course
from .hosted_python import DUMP, LONG, Overheard, begin, connect, offer, open_page, run, start_server, write
from .running import Hub

pytestmark = [pytest.mark.browser, pytest.mark.hub, pytest.mark.timeout(900)]
TRAIN = "gpu/train.html"
AXE = ROOT / "overrides" / "node_modules" / "axe-core" / "axe.min.js"


@pytest.fixture(scope="module")
def token(hub: Hub) -> str:
    """A token of a student whose server runs."""
    return start_server(hub, "ada")


@pytest.fixture
def train(newcomer: Newcomer, home: str) -> tuple[Page, Overheard]:
    """The page of an activity that runs on a server."""
    return open_page(newcomer(), home + TRAIN)


def test_does_a_page_without_a_connection_pretend_no_python(train: tuple[Page, Overheard]) -> None:
    page, heard = train
    expect(page.locator(".satchel-use-hosted").first).to_be_visible()
    expect(page.locator(".satchel-run, .satchel-run-all, .satchel-kernel:visible")).to_have_count(0)
    assert not [url for url in heard.addresses if re.search(r"/(hosted|kernel)-\w+\.js|hosted\.css|/hub/", url)]


def test_does_a_cell_run_on_the_students_server(
    train: tuple[Page, Overheard], token: str, hub: Hub, course: Course
) -> None:
    page, _ = train
    # Where nbgitpuller would have put it.
    folder = hub.home("ada") / course.repository.name / "content" / "gpu"
    folder.mkdir(parents=True, exist_ok=True)
    connect(page, token)
    expect(page.locator(".satchel-toast")).to_contain_text("Connected to GPU server as ada")
    said = run(
        page,
        "import os\nprint(*(os.environ[name] for name in ('JUPYTERHUB_USER', 'SATCHEL_PROFILE')), os.getcwd())",
    )
    expect(said).to_contain_text(f"ada gpu {folder}")
    # The next cell knows what the last one defined, and the count goes on.
    run(page, "answer = 6 * 7")
    expect(run(page, "answer", 1)).to_contain_text("42")
    expect(page.locator("[data-satchel-cell] .satchel-ran").nth(1)).to_contain_text("[3]")


def test_do_figures_errors_and_questions_come_as_from_the_browsers_python(
    train: tuple[Page, Overheard], token: str
) -> None:
    page, _ = train
    connect(page, token)
    figure = run(page, "%matplotlib inline\nimport matplotlib.pyplot as plt\nplt.plot([1, 3, 2])\nplt.show()").locator(
        "img"
    )
    expect(figure).to_have_attribute("alt", re.compile("."))
    # A picture may be in its place before it is read.
    figure.evaluate("image => image.decode()")
    assert figure.evaluate("image => image.naturalWidth") > 100
    expect(run(page, "1 / 0", state="error")).to_contain_text("ZeroDivisionError: division by zero")
    asking = begin(page, "name = input('Your name? ')\nprint('Hello', name)")
    expect(asking.locator(".satchel-stdin")).to_contain_text("Your name?", timeout=LONG)
    expect(asking.locator(".satchel-stdin-field")).to_be_focused()
    page.keyboard.insert_text("Ada")
    page.keyboard.press("Enter")
    expect(asking).to_have_attribute("data-run", "ok", timeout=LONG)
    expect(asking.locator(".satchel-output")).to_contain_text("Hello Ada")


def test_does_stop_end_a_loop_and_a_question_and_keep_the_variables(train: tuple[Page, Overheard], token: str) -> None:
    page, _ = train
    connect(page, token)
    run(page, "kept = 'still here'")
    looping = begin(page, "print('begun', flush=True)\nwhile True:\n    pass")
    expect(looping.locator(".satchel-output")).to_contain_text("begun", timeout=LONG)
    page.locator(".satchel-stop").click()
    expect(looping).to_have_attribute("data-run", "error", timeout=LONG)
    expect(looping.locator(".satchel-ran")).to_contain_text("Stopped after")
    asking = begin(page, "input('Wait? ')")
    expect(asking.locator(".satchel-stdin")).to_be_visible(timeout=LONG)
    page.locator(".satchel-stop").click()
    expect(asking).to_have_attribute("data-run", "error", timeout=LONG)
    expect(asking.locator(".satchel-stdin")).to_have_count(0)
    expect(run(page, "kept")).to_contain_text("still here")
    page.locator(".satchel-restart").click()
    expect(page.locator(".satchel-toast")).to_contain_text("Python has been restarted", timeout=LONG)
    expect(run(page, "kept", state="error")).to_contain_text("NameError")


def test_is_the_token_nowhere_but_in_headers(train: tuple[Page, Overheard], token: str, hub: Hub) -> None:
    page, heard = train
    connect(page, token)
    run(page, "1 + 1")
    assert heard.sockets
    everywhere = "\n".join([*heard.addresses, *heard.sockets, *heard.console, page.evaluate(DUMP)])
    assert token not in everywhere
    assert page.locator("#satchel-hosted .satchel-token").input_value() == ""
    # What is in a socket's address opens this server only, and has been taken back.
    passes = {found.group(1) for url in heard.sockets for found in re.finditer(r"[?&]token=([^&]+)", url)}
    assert len(passes) == len(heard.sockets)
    headers = {"Authorization": f"token {passes.pop()}"}
    page.wait_for_function(
        """async ([url, headers]) => (await fetch(url, {headers})).status === 403""",
        arg=[f"{hub.address}/hub/api/user", headers],
    )
    # And this check would find it.
    page.evaluate("token => localStorage.setItem('slip', token)", token)
    assert token in page.evaluate(DUMP)


def test_is_it_over_when_the_page_is_left_and_is_the_text_kept(
    train: tuple[Page, Overheard], token: str, hub: Hub
) -> None:
    page, _ = train
    connect(page, token)
    run(page, "mine = 'my own text'")
    page.reload()
    page.evaluate("window.satchel.ready")
    expect(page.locator("[data-satchel-cell]").first).to_have_attribute("data-state", "edited")
    expect(page.locator("[data-satchel-cell]").first).to_contain_text("my own text")
    expect(page.locator(".satchel-run")).to_have_count(0)


@pytest.mark.parametrize("wrong", ["0123456789abcdef0123456789abcdef", "not a token ümläut"])
def test_is_a_wrong_token_refused_in_words(train: tuple[Page, Overheard], token: str, wrong: str) -> None:
    page, _ = train
    dialog = offer(page, wrong)
    expect(dialog.locator(".satchel-message")).to_contain_text("does not know this token", timeout=LONG)
    expect(dialog.locator(".satchel-token")).to_be_focused()
    expect(dialog.locator(".satchel-token")).to_have_value("")


def test_does_the_page_say_that_no_server_runs_and_start_it(train: tuple[Page, Overheard], hub: Hub) -> None:
    page, _ = train
    dialog = offer(page, hub.token_of("grace"))
    expect(dialog.locator(".satchel-message")).to_contain_text("Your server on GPU server is not running", timeout=LONG)
    expect(dialog.locator(".satchel-start-hosted")).to_be_focused()
    page.keyboard.press("Enter")
    expect(dialog).to_be_hidden(timeout=240_000)
    # It is the profile of the activity, and the course is not there yet.
    expect(page.locator(".satchel-toast")).to_contain_text("is not on your server yet")
    expect(run(page, "import os\nprint(os.environ['SATCHEL_PROFILE'])")).to_contain_text("gpu")


def test_does_a_cell_end_when_the_server_is_stopped(train: tuple[Page, Overheard], hub: Hub) -> None:
    page, _ = train
    connect(page, start_server(hub, "alan"))
    cell = begin(page, "print('begun', flush=True)\nimport time\nwhile True:\n    time.sleep(0.1)")
    expect(cell.locator(".satchel-output")).to_contain_text("begun", timeout=LONG)
    hub.api("DELETE", "/users/alan/server")
    expect(cell).to_have_attribute("data-run", "error", timeout=LONG)
    expect(cell.locator(".satchel-output")).to_contain_text("Your server on GPU server is not running")
    expect(page.locator("#satchel-status")).to_have_attribute("data-kernel", "dead")
    expect(cell).to_have_attribute("data-state", "edited")
    # Another try says the same and hangs no more than the first.
    cell.locator(".satchel-run").click()
    expect(cell.locator(".satchel-output")).to_contain_text("Start it, then connect again", timeout=LONG)


def test_does_a_cell_end_when_the_token_is_taken_back(train: tuple[Page, Overheard], hub: Hub, token: str) -> None:
    page, _ = train
    known = hub.api("POST", "/users/ada/tokens", json={"note": "short"}).json()
    connect(page, known["token"])
    run(page, "1 + 1")
    hub.api("DELETE", f"/users/ada/tokens/{known['id']}")
    page.locator(".satchel-restart").click()
    expect(page.locator(".satchel-toast")).to_contain_text("no longer accepts the token", timeout=LONG)


def test_does_a_cell_end_when_the_network_is_gone(train: tuple[Page, Overheard], token: str) -> None:
    page, _ = train
    connect(page, token)
    cell = begin(page, "print('begun', flush=True)\nimport time\nwhile True:\n    time.sleep(0.1)")
    expect(cell.locator(".satchel-output")).to_contain_text("begun", timeout=LONG)
    page.context.set_offline(True)
    page.locator(".satchel-stop").click()
    expect(cell).to_have_attribute("data-run", "error", timeout=LONG)
    expect(cell).to_have_attribute("data-state", "edited")
    page.context.set_offline(False)
    expect(run(page, "2 + 2")).to_contain_text("4")


def test_is_there_a_way_back(train: tuple[Page, Overheard], token: str) -> None:
    page, _ = train
    connect(page, token)
    run(page, "print('from the server')")
    leave = page.locator(".satchel-leave-hosted")
    expect(leave).to_contain_text("Disconnect")
    leave.focus()
    page.keyboard.press("Enter")
    expect(page.locator(".satchel-run, .satchel-run-all, .satchel-kernel:visible")).to_have_count(0)
    expect(page.locator(".satchel-toast")).to_contain_text("Your texts and results stay")
    expect(page.locator("[data-satchel-cell]").first).to_contain_text("from the server")
    expect(page.locator("[data-satchel-cell]").first).to_have_attribute("data-state", "edited")


def test_does_the_browsers_python_go_on_where_it_was(newcomer: Newcomer, home: str, token: str) -> None:
    page, _ = open_page(newcomer(), home + "both/here.html")
    expect(run(page, "import sys\nhere = sys.platform\nprint(here)")).to_contain_text("emscripten")
    connect(page, token)
    # The server knows nothing of what was defined here.
    expect(run(page, "here", 1, state="error")).to_contain_text("NameError")
    expect(run(page, "import sys\nprint(sys.platform)", 1)).to_contain_text("linux")
    leave = page.locator(".satchel-leave-hosted")
    expect(leave).to_have_accessible_name("Use the browser’s Python")
    # Nothing of the bar is outside of it.
    toolbar = page.locator(".satchel-toolbar")
    assert toolbar.evaluate("bar => bar.scrollWidth <= bar.clientWidth")
    leave.click()
    expect(page.locator("#satchel-status")).to_have_attribute("data-python", "browser")
    expect(page.locator(".satchel-leave-hosted")).to_have_count(0)
    expect(run(page, "print('still', here)", 1)).to_contain_text("still emscripten")


def test_does_vs_code_get_addresses_without_a_token(train: tuple[Page, Overheard], token: str, hub: Hub) -> None:
    page, _ = train
    connect(page, token)
    page.locator(".satchel-use-hosted").first.click()
    page.locator(".satchel-vscode summary").click()
    expect(page.locator("#satchel-hub-address")).to_have_value(f"{hub.address}/")
    expect(page.locator("#satchel-server-address")).to_have_value(f"{hub.address}/user/ada/")
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Copy: Address of your server").click()
    expect(page.locator(".satchel-copied").last).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == f"{hub.address}/user/ada/"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_is_the_dialog_usable_by_everyone(
    newcomer: Newcomer, home: str, token: str, theme: str, tmp_path: Path
) -> None:
    page, _ = open_page(newcomer(), home + TRAIN)
    page.evaluate(
        "theme => { document.documentElement.dataset.theme = document.documentElement.dataset.mode = theme; }", theme
    )
    page.add_script_tag(content=AXE.read_text("utf-8"))

    def faults() -> list[str]:
        found = page.evaluate("() => axe.run('#satchel-hosted, .satchel-toolbar')")
        return [f"{fault['id']}: {node['html']}" for fault in found["violations"] for node in fault["nodes"]]

    dialog = offer(page, "wrong")
    expect(dialog.locator(".satchel-message")).to_contain_text("does not know", timeout=LONG)
    page.locator(".satchel-vscode summary").click()
    assert faults() == []
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(page.locator(".satchel-use-hosted").first).to_be_focused()
    connect(page, token)
    assert faults() == []
    page.locator(".satchel-use-hosted").first.click()
    expect(dialog).to_contain_text("Connected to GPU server as ada")
    assert faults() == []
    write(page, "1")
