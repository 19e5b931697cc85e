"""When Firefox does not store: does the page say so, keep the text, and store it as soon as that works again?"""

from __future__ import annotations

import pytest

from .firefox import Firefox
from .student import Student, again, rewrite, says, source

pytestmark = pytest.mark.browser
MINE = "print('mine')"
NO_ROOM = """() => {
  window.broken = true;
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...words) {
    if (window.broken) throw new DOMException('There is no room.', 'QuotaExceededError');
    return put.apply(this, words);
  };
}"""
ABORTED = """() => {
  window.broken = true;
  const put = IDBObjectStore.prototype.put;
  IDBObjectStore.prototype.put = function (...words) {
    const request = put.apply(this, words);
    if (window.broken) this.transaction.abort();
    return request;
  };
}"""
CLOSED = """() => {
  window.broken = true;
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function (...words) {
    if (window.broken) throw new DOMException('The backing store is damaged.', 'UnknownError');
    return open.apply(this, words);
  };
}"""
SILENT = """() => {
  const open = IDBFactory.prototype.open;
  IDBFactory.prototype.open = function () {
    const request = open.call(this, 'never answers');
    request.addEventListener = () => undefined;
    return request;
  };
}"""


@pytest.mark.parametrize(
    ("fault", "said"),
    [(NO_ROOM, "failed"), (ABORTED, "failed"), (CLOSED, "unavailable")],
    ids=["no room", "aborted", "closed"],
)
def test_a_failed_save_is_said_and_made_good(student: Student, firefox: Firefox, fault: str, said: str) -> None:
    script = firefox.before_pages(student.container, fault)
    tab = student.open()
    rewrite(tab, MINE)
    says(tab, said)
    assert source(tab) == MINE
    tab.until("() => document.querySelector('.satchel-alarm .satchel-download-work')?.checkVisibility()")
    tab.evaluate("() => { window.broken = false; }")
    says(tab, "saved")
    firefox.no_longer(script)
    assert source(student.open()) == MINE


def test_a_storage_that_never_answers_is_said_and_a_reload_brings_the_text(student: Student, firefox: Firefox) -> None:
    fault = firefox.before_pages(student.container, SILENT)
    tab = student.open()
    rewrite(tab, MINE)
    says(tab, "unavailable")
    assert source(tab) == MINE
    firefox.no_longer(fault)
    again(tab)
    assert source(tab) == MINE
    says(tab, "saved")
