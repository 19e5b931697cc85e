"""May a page of the book, and no other site, use the hub and the student's server with the student's token?"""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from ..browser.conftest import serving
from .conftest import Newcomer
from .course import Course
from .running import Hub, ready, started

pytestmark = pytest.mark.hub

ASK = """async ([address, token, method]) => {
  try {
    const answer = await fetch(address, { method, headers: { Authorization: `token ${token}` } });
    return answer.status;
  } catch (error) {
    return String(error);
  }
}"""
# Sends one question to a kernel and waits for the answer.
TALK = """([address]) => new Promise((done) => {
  const socket = new WebSocket(address);
  socket.onerror = () => done('refused');
  socket.onopen = () => socket.send(JSON.stringify({
    header: { msg_id: '1', msg_type: 'kernel_info_request', session: 's', username: '', version: '5.3', date: '' },
    parent_header: {}, metadata: {}, content: {}, channel: 'shell', buffers: [],
  }));
  socket.onmessage = ({ data }) => {
    if (JSON.parse(data).header.msg_type === 'kernel_info_reply') { socket.close(); done('answered'); }
  };
})"""


def ask(page: Page, address: str, token: str, method: str = "GET") -> object:
    return page.evaluate(ASK, [address, token, method])


def test_the_book_may_and_other_sites_may_not(newcomer: Newcomer, home: str, course: Course, hub: Hub) -> None:
    token = hub.token_of("ines")
    started(hub, "ines", "gpu")
    server = f"{hub.address}/user/ines"
    page = newcomer().new_page()
    page.goto(home + "index.html")
    assert ask(page, f"{hub.address}/hub/api/user", token) == 200
    assert ask(page, f"{server}/api/status", token) == 200
    assert ask(page, f"{server}/api/kernels", token, "POST") == 201
    kernel = page.evaluate(
        "async ([a, t]) => (await (await fetch(a, { headers: { Authorization: `token ${t}` } })).json())[0].id",
        [f"{server}/api/kernels", token],
    )
    channels = f"{server.replace('http:', 'ws:')}/api/kernels/{kernel}/channels?token={token}"
    assert page.evaluate(TALK, [channels]) == "answered"

    with serving(course.site) as elsewhere:
        other = newcomer().new_page()
        other.goto(elsewhere + "index.html")
        for address in (f"{hub.address}/hub/api/user", f"{server}/api/status"):
            assert "Failed to fetch" in str(ask(other, address, token)), address


def test_the_book_may_start_a_server(newcomer: Newcomer, home: str, hub: Hub) -> None:
    token = hub.token_of("jon")
    page = newcomer().new_page()
    page.goto(home + "index.html")
    address = f"{hub.address}/hub/api/users/jon"
    assert ask(page, address, token) == 200
    assert ask(page, f"{address}/server", token, "POST") in (201, 202)
    ready(hub, "jon")
