"""Does the list of the published files name exactly what a reader's browser has to keep?"""

from __future__ import annotations

import json

from satchel.offlinelist import list_text

ONE, TWO = "1" * 64, "2" * 64


def test_are_lists_and_files_that_hosts_do_not_serve_left_out() -> None:
    names = ["page.html", "SHA256SUMS", "offline.json", ".nojekyll", ".satchel-site", "a/.hidden/x", "a b/ü.csv"]
    listed = json.loads(list_text((name, 3, ONE) for name in names))
    assert listed["schema"] == 1
    assert listed["files"] == [["a b/ü.csv", 3, ONE], ["page.html", 3, ONE]]


def test_is_an_edition_named_by_its_files_and_nothing_else() -> None:
    def edition(*files: tuple[str, int, str]) -> str:
        return str(json.loads(list_text(files))["edition"])

    first = edition(("a", 1, ONE), ("b", 1, TWO))
    assert first == edition(("b", 1, TWO), ("a", 1, ONE))
    assert len({first, edition(("a", 1, TWO), ("b", 1, ONE)), edition(("a", 1, ONE)), edition(("c", 1, ONE))}) == 4
