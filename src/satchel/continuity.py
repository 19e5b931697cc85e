"""Asks whether a new edition goes on with the identities of the last one; students' work hangs on them."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from satchel.errors import Problem
from satchel.manifestread import Manifest
from satchel.model import Course, Notebook
from satchel.pairing import NotebookEntry


def with_last_site(course: Course, last: Manifest | None, *, site: str, ledger_file: str) -> Iterator[Problem]:
    """Refuses to publish a course under another id than its last site (`last`, in the folder `site`)."""
    if last is None or last.course_id == course.id or last.course_title != course.title:
        return
    yield Problem(
        code="ledger-lost",
        message=f'The site in {site} is of the course "{last.course_id}", and this build would make it "{course.id}": '
        "students would not find their work again.",
        file=ledger_file,
        cure="Take the ledger that this site was built with from version control. If it really is to be a new course, "
        "delete that folder first, or build into another one with --out.",
    )


def with_ledger(
    notebooks: Sequence[Notebook], recorded: Sequence[NotebookEntry], known: Collection[str], *, file: str
) -> Iterator[Problem]:
    """Warns of a ledger that knows none of the notebooks (`known` are the sources that it does know)."""
    if recorded and notebooks and not known:
        yield Problem(
            code="ledger-foreign",
            message=f"The ledger knows {len(recorded)} notebooks, and none of those in this course. It seems to belong "
            "to another course: the work of the students of both would be mixed.",
            file=file,
            cure="Put the ledger of this course in its place. A course that has none yet gets one from the build.",
            severity="warning",
        )
