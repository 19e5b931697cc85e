"""The course `changing`: one lesson for each thing that an author does to a lesson while students are at work.

Each lesson has one exercise for each thing that a student does to a cell. It is written twice: as a notebook whose
cells carry ids, and as a text without any.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal

import nbformat

from tests.conftest import lend_browser_side, run_build

SITE = Path(__file__).resolve().parents[1] / "sites" / "changing"
Form = Literal["ids", "text"]

# What a student does, and the author's text of the cell that it is done to.
EXERCISES = {
    "untouched": "counts = {}\nfor word in text.split():\n    counts[word] = counts.get(word, 0) + 1",
    "edited": "total = sum(values)\nmean = total / len(values)\nprint('mean', mean)",
    "run": "import csv\nwith open('roof.csv') as file:\n    rows = list(csv.DictReader(file))",
    "reset": "highest = max(temperatures)\nlowest = min(temperatures)\nspread = highest - lowest",
    "foreseen": "figure, axes = plt.subplots()\naxes.plot(days, rain)\naxes.set_title('Rain')",
    "emptied": "names = sorted(students, key=str.lower)\nlongest = max(names, key=len)\nnames.index(longest)",
}
_SHELTER = "shelter"
# Python and JupyterLite's own files, which no edition changes.
_SHARED = ("runtime", "lite/build", "lite/extensions", "lite/static")


@dataclass(frozen=True, kw_only=True)
class Part:
    """One cell of a lesson; `name` tells an exercise by what the student does to it."""

    name: str
    kind: Literal["code", "markdown"]
    text: str
    own_id: str


@dataclass(frozen=True, kw_only=True)
class Lesson:
    """One notebook file; `has_ids` says whether the file tells the ids of its cells."""

    path: str
    form: Form
    title: str
    parts: tuple[Part, ...]
    has_ids: bool = True

    @property
    def page(self) -> str:
        """Where the book has it."""
        return f"{self.path}.html"

    def text(self, name: str) -> str | None:
        """The text of a code cell; `None` if the lesson does not have it."""
        return next((part.text for part in self.parts if part.name == name and part.kind == "code"), None)


Author = Callable[[Lesson], Lesson]


def _first(author: str, form: Form) -> Lesson:
    parts: list[Part] = []
    for student, text in EXERCISES.items():
        mark = f"# {form} {author}"
        parts += [
            Part(name=f"about {student}", kind="markdown", text="Read teh text, then try.", own_id=""),
            Part(name=f"before {student}", kind="code", text=f"{mark}\nprint('next: {student}')", own_id=""),
            Part(name=student, kind="code", text=f"{mark}, {student}\n{text}", own_id=""),
        ]
    named = (replace(part, own_id=f"{author}-{part.name}".replace(" ", "-")) for part in parts)
    # One lesson is the first page of its folder, which goes by two addresses.
    path = f"{form}/start/index" if author == "nothing" else f"{form}/{author}"
    return Lesson(path=path, form=form, title=f"Lesson {author}", parts=tuple(named))


def _each(change: Callable[[Part], Iterable[Part]]) -> Author:
    """A change of every exercise."""

    def changed(lesson: Lesson) -> Lesson:
        parts = (change(part) if part.name in EXERCISES else [part] for part in lesson.parts)
        return replace(lesson, parts=tuple(part for several in parts for part in several))

    return changed


def _texts(change: Callable[[str], str]) -> Author:
    return _each(lambda part: [replace(part, text=change(part.text))])


def _little(text: str) -> str:
    return f"{text}\nprint('done')"


def _wholly(text: str) -> str:
    head, _, _ = text.partition("\n")
    return f"{head}\nfrom statistics import fmean, stdev"


def _another(lesson: Lesson) -> Lesson:
    parts = (replace(p, text=p.text + " + '!'") if p.name.startswith("before") else p for p in lesson.parts)
    return replace(lesson, parts=tuple(parts))


def _in_reverse(lesson: Lesson) -> Lesson:
    blocks = [lesson.parts[start : start + 3] for start in range(0, len(lesson.parts), 3)]
    return replace(lesson, parts=tuple(part for block in reversed(blocks) for part in block))


def _inserted(part: Part) -> Sequence[Part]:
    return [replace(part, name="new", text=f"news = 'for {part.name}'", own_id=f"{part.own_id}-new"), part]


def _split(part: Part) -> Sequence[Part]:
    *first, last = part.text.split("\n")
    return [
        replace(part, text="\n".join(first)),
        replace(part, name="new", text=last, own_id=f"{part.own_id}-rest"),
    ]


def _merged(into: Literal["exercise", "before"]) -> Author:
    def changed(lesson: Lesson) -> Lesson:
        parts: list[Part] = []
        for part in lesson.parts:
            if part.name in EXERCISES:
                before = parts.pop()
                kept = part if into == "exercise" else before
                parts.append(replace(kept, text=f"{before.text}\n{part.text}"))
            else:
                parts.append(part)
        return replace(lesson, parts=tuple(parts))

    return changed


def _typo(lesson: Lesson) -> Lesson:
    parts = (replace(p, text=p.text.replace("teh", "the")) if p.kind == "markdown" else p for p in lesson.parts)
    return replace(lesson, parts=tuple(parts))


def _mixture(lesson: Lesson) -> Lesson:
    """Something of everything in one lesson: rewritten, taken out, put in, moved, and the prose corrected."""
    rewritten = ("untouched", "edited")
    parts: list[Part] = []
    for part in _typo(lesson).parts:
        if part.name in rewritten:
            parts.append(replace(part, text=_little(part.text)))
        elif part.name == "reset":
            parts += _inserted(part)
        elif part.name != "run":
            parts.append(part)
    return replace(lesson, parts=(*parts[-3:], *parts[:-3]))


def _other_ids(lesson: Lesson) -> Lesson:
    return replace(lesson, parts=tuple(replace(part, own_id=f"{part.own_id}-2") for part in lesson.parts))


@dataclass(frozen=True, kw_only=True)
class Change:
    """What an author does to a lesson, and the forms of lessons in which it can be done."""

    act: Author
    forms: tuple[Form, ...] = ("ids", "text")


_IDS: tuple[Form, ...] = ("ids",)
CHANGES = {
    "nothing": Change(act=lambda lesson: lesson),
    "rewritten-a-little": Change(act=_texts(_little)),
    "rewritten-wholly": Change(act=_texts(_wholly)),
    "another-rewritten": Change(act=_another),
    "removed": Change(act=_each(lambda part: [])),
    "moved": Change(act=_in_reverse),
    "inserted-above": Change(act=_each(_inserted)),
    "split": Change(act=_each(_split)),
    "merged": Change(act=_merged("exercise")),
    # Without ids nobody can tell which of the two cells the one with both texts was.
    "merged-into-another": Change(act=_merged("before"), forms=_IDS),
    "renamed": Change(act=lambda lesson: replace(lesson, path=f"{lesson.form}/called-otherwise")),
    "in-another-folder": Change(act=lambda lesson: replace(lesson, path=f"later/{lesson.form}/lesson")),
    "renamed-and-rewritten": Change(
        act=lambda lesson: replace(_texts(_little)(lesson), path=f"{lesson.form}/called-anew")
    ),
    "lesson-removed": Change(act=lambda lesson: replace(lesson, parts=())),
    "to-another-lesson": Change(act=_each(lambda part: [])),
    "title": Change(act=lambda lesson: replace(lesson, title="Another title")),
    "code-to-text": Change(act=_each(lambda part: [replace(part, kind="markdown")])),
    "ids-stripped": Change(act=lambda lesson: replace(lesson, has_ids=False), forms=_IDS),
    "ids-stripped-and-rewritten": Change(
        act=lambda lesson: replace(_texts(_little)(lesson), has_ids=False), forms=_IDS
    ),
    "other-ids": Change(act=_other_ids, forms=_IDS),
    "other-ids-and-rewritten": Change(act=lambda lesson: _other_ids(_texts(_little)(lesson)), forms=_IDS),
    "spaces": Change(act=_texts(lambda text: text.replace("\n", "  \n") + "\n")),
    "line-ends": Change(act=_texts(lambda text: text.replace("\n", "\r\n")), forms=_IDS),
    "typo-in-prose": Change(act=_typo),
    "mixture": Change(act=_mixture),
}


@dataclass(frozen=True, kw_only=True)
class Edition:
    """All lessons of an edition by form and by what the author does; `shelters` take in cells of other lessons."""

    lessons: dict[tuple[Form, str], Lesson]
    shelters: dict[Form, Lesson] = field(default_factory=dict)

    def write(self, course: Path) -> None:
        """Put the edition in the place of the one in `course`; the ledger stays, as it does with an author."""
        content, book = course / "content", course / "book"
        for folder in (path for path in content.glob("*") if path.is_dir()):
            shutil.rmtree(folder)
        shutil.copytree(SITE, course, dirs_exist_ok=True)
        lessons = [lesson for lesson in (*self.lessons.values(), *self.shelters.values()) if lesson.parts]
        for lesson in lessons:
            path = content / (lesson.path + (".ipynb" if lesson.form == "ids" else ".md"))
            path.parent.mkdir(parents=True, exist_ok=True)
            # Line ends are part of what is tested: nothing may turn them into this computer's own.
            path.write_bytes((_notebook(lesson) if lesson.form == "ids" else _myst(lesson)).encode())
        files = "".join(f"  - file: {lesson.path}\n" for lesson in lessons)
        (book / "_toc.yml").write_text(f"format: jb-book\nroot: index\nchapters:\n{files}", "utf-8")


def _editions() -> tuple[Edition, Edition]:
    """The course as it was, and as the author has made it meanwhile."""
    forms: tuple[Form, ...] = ("ids", "text")
    before = {(form, name): _first(name, form) for name, change in CHANGES.items() for form in change.forms}
    after = {(form, name): CHANGES[name].act(lesson) for (form, name), lesson in before.items()}
    empty = {form: replace(_first(_SHELTER, form), parts=_first(_SHELTER, form).parts[:2]) for form in forms}
    full = {
        form: replace(
            empty[form],
            parts=(*empty[form].parts, *(p for p in before[form, "to-another-lesson"].parts if p.name in EXERCISES)),
        )
        for form in forms
    }
    return Edition(lessons=before, shelters=empty), Edition(lessons=after, shelters=full)


BEFORE, AFTER = _editions()


@dataclass(frozen=True, kw_only=True)
class Sites:
    """The sites of both editions, in the order of the author's two builds; `shared` is what they have in common."""

    first: Path
    second: Path
    shared: Path

    def publish(self, site: Path, place: Path) -> None:
        """Put a copy of a site in the place of what is there."""
        if place.exists():
            shutil.rmtree(place)
        # With the time of now: a browser keeps a file the longer, the older it is.
        shutil.copytree(site, place, copy_function=shutil.copyfile)
        for part in _SHARED:
            (place / part).symlink_to(self.shared / part, target_is_directory=True)


def build_both(folder: Path, *, lent: Path) -> Sites:
    """Build the second edition over the first in `folder`, as an author does; `lent` has the browser side."""
    course, out = folder / "course", folder / "out"
    lend_browser_side(lent, out)
    sites = Sites(first=folder / "first", second=folder / "second", shared=folder / "shared")
    for site, edition in ((sites.first, BEFORE), (sites.second, AFTER)):
        edition.write(course)
        done = run_build(course, "--out", out, "--no-zip")
        assert done.returncode == 0, done.stdout + done.stderr
        shutil.copytree(out / "site", site, ignore=_shared(out / "site"))
    for part in _SHARED:
        shutil.copytree(out / "site" / part, sites.shared / part)
    return sites


def _shared(site: Path) -> Callable[[str, list[str]], list[str]]:
    """Which names of a folder are the same in both editions, for `copytree`."""
    parts = [site / part for part in _SHARED]
    return lambda folder, names: [name for name in names if Path(folder) / name in parts]


def _notebook(lesson: Lesson) -> str:
    make = {"code": nbformat.v4.new_code_cell, "markdown": nbformat.v4.new_markdown_cell}
    heading = nbformat.v4.new_markdown_cell(f"# {lesson.title}", id="title")
    cells = [heading, *(make[part.kind](part.text, id=part.own_id) for part in lesson.parts)]
    node = nbformat.v4.new_notebook(cells=cells)
    if not lesson.has_ids:
        node.nbformat_minor = 4
        for cell in node.cells:
            del cell["id"]
    return nbformat.writes(node)


def _myst(lesson: Lesson) -> str:
    head = "---\nkernelspec:\n  display_name: Python 3\n  language: python\n  name: python3\n---\n"
    parts = (f"```{{code-cell}}\n{p.text}\n```" if p.kind == "code" else _prose(p.text) for p in lesson.parts)
    return "\n\n".join([f"{head}\n# {lesson.title}", *parts, ""])


def _prose(text: str) -> str:
    # Code as text: as a listing.
    return f"```python\n{text}\n```" if text.startswith("#") else text
