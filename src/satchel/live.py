"""What an open page should know of the builds of `--serve`: values, and a way to wait for the next one."""

from __future__ import annotations

import threading
from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class News:
    """`edition` names the site on show (empty: there is none yet), `problem` is why the last build gave none, in words.

    `count` grows with every piece of news.
    """

    edition: str = ""
    building: bool = False
    problem: str = ""
    count: int = 0


class Live:
    """The latest news. One thread builds and tells; the others each serve an open page and wait."""

    def __init__(self, edition: str = "") -> None:
        self._news = News(edition=edition)
        self._changed = threading.Condition()
        self._over = False

    @property
    def news(self) -> News:
        """The news of this moment."""
        return self._news

    @property
    def over(self) -> bool:
        """Whether no more news will come."""
        return self._over

    def building(self) -> None:
        """A build begins."""
        self._tell(replace(self._news, building=True))

    def built(self, edition: str) -> None:
        """A new site is on show."""
        self._tell(replace(self._news, building=False, problem="", edition=edition))

    def failed(self, problem: str) -> None:
        """The build gave no site; the one on show stays."""
        self._tell(replace(self._news, building=False, problem=problem))

    def end(self) -> None:
        """Let everyone go who waits."""
        with self._changed:
            self._over = True
            self._changed.notify_all()

    def after(self, count: int, patience: float) -> News:
        """The news that follow number `count`, as soon as there are any; the present ones after `patience` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._over or self._news.count > count, patience)
            return self._news

    def _tell(self, news: News) -> None:
        with self._changed:
            self._news = replace(news, count=self._news.count + 1)
            self._changed.notify_all()
