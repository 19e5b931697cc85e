"""Does a student's notebook go to the own server and come back, and is nothing that was there written over?"""

from __future__ import annotations

import json
import re

import pytest
from playwright.sync_api import Locator, Page, expect

from .conftest import Newcomer
from .hosted_python import LONG, connect, open_page, start_server, write
from .running import Hub
from .students import SERVER_STARTS, opened, press, sign_in

pytestmark = [pytest.mark.browser, pytest.mark.hub, pytest.mark.timeout(900)]
TRAIN = "gpu/train.html"
MINE = "print('trained by me')"
THERE = "print('trained on the server')"


@pytest.fixture(scope="module")
def token(hub: Hub) -> str:
    """A token of a student whose server runs."""
    return start_server(hub, "grace")


def said(page: Page) -> Locator:
    return page.locator(".satchel-along .satchel-message")


def test_the_notebook_goes_beside_what_is_there_and_comes_back(
    newcomer: Newcomer, home: str, hub: Hub, token: str
) -> None:
    page, heard = open_page(newcomer(), home + TRAIN)
    cell = write(page, MINE)
    expect(page.locator(".satchel-along")).to_be_visible()
    expect(page.locator(".satchel-put-there")).to_have_count(0)
    connect(page, token)
    page.locator(".satchel-put-there").click()
    expect(said(page)).to_contain_text("(my work).ipynb. What was there is untouched", timeout=LONG)
    [first] = hub.home("grace").rglob("train (my work).ipynb")
    assert MINE in ["".join(each["source"]) for each in json.loads(first.read_text("utf-8"))["cells"]]
    before = first.read_bytes()
    page.locator(".satchel-put-there").click()
    expect(said(page)).to_contain_text("(my work) (2).ipynb", timeout=LONG)
    assert first.read_bytes() == before

    # On the server the work goes on, in the notebook that was put there last.
    [second] = hub.home("grace").rglob("train (my work) (2).ipynb")
    book = json.loads(second.read_text("utf-8"))
    for each in book["cells"]:
        if "".join(each["source"]) == MINE:
            each["source"] = THERE
    second.write_text(json.dumps(book), "utf-8")
    page.locator(".satchel-fetch-back").click()
    preview = page.locator("#satchel-workspace .satchel-preview")
    expect(preview).to_contain_text("takes the place of what is here", timeout=LONG)
    preview.locator(".satchel-merge").click()
    expect(page.locator("#satchel-workspace .satchel-message")).to_contain_text("Brought in: 1 text")
    identity = cell.get_attribute("data-satchel-cell")
    assert page.evaluate("id => window.satchel.source(id)", identity) == THERE
    assert not [url for url in heard.addresses if token in url]


def test_the_button_saves_first_and_the_page_tells_that_the_server_answers(
    newcomer: Newcomer, home: str, hub: Hub
) -> None:
    context = newcomer()
    tab = press(context, home + TRAIN, "gpu")
    sign_in(tab, "hopper")
    opened(tab, "train.ipynb")
    book = next(page for page in context.pages if page.url.startswith(home))
    # Its answer stays; that this student's start took longer than the site promises is told as well.
    answered = re.compile("^(open|late)$")
    expect(book.locator(".satchel-launching")).to_have_attribute("data-launch", answered, timeout=SERVER_STARTS)
