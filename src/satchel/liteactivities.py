"""What JupyterLite must know of the course's activities: order, titles, pages, and why some do not run there.

It lies beside JupyterLite's settings and not in the notebooks: a student's saved copy of a notebook would keep for ever
what was true of the course on the day it was made.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from satchel.hosted import launches
from satchel.model import Decision, Host
from satchel.pages import page_url
from satchel.staging import in_lite, runs_in_lite


def table(decisions: Iterable[Decision], hosts: Collection[Host]) -> list[dict[str, Any]]:
    """All activities, in the order of the book.

    `path` is the notebook's inside JupyterLite, `page` an address relative to the site root. `listed` says whether
    JupyterLite offers the notebook, `here` whether its cells run there. Activities that are not listed are in it too:
    a student may have a copy from before.
    """
    return [
        {
            "path": decision.activity.path,
            "id": decision.activity.id,
            "title": decision.activity.title,
            "page": page_url(decision),
            "route": decision.route,
            "listed": in_lite(decision),
            "here": runs_in_lite(decision),
            "why": list(decision.why),
            "meanwhile": decision.meanwhile,
            "launches": [_launch(**launch) for launch in launches(decision, hosts)],
        }
        for decision in decisions
    ]


def _launch(*, url: str, **rest: str) -> dict[str, str]:
    """A link that a student may follow. Settings named `url` are addresses that JupyterLite itself loads from."""
    return {**rest, "href": url}
