"""What the build tells the author: the plan, a line per step, warnings once, problems with cures, a summary."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, Progress, TaskID, TextColumn
from rich.table import Table

from satchel.errors import Problem
from satchel.model import Decision

# A thousand complaints of one kind are one fault; who corrects the first few sees what is left.
_OF_A_KIND = 20
# A plan that fits on a few screens.
_LONG = 100
Detail = Literal["quiet", "normal", "verbose"]
_ROUTES = {
    "book": "[green]in the page[/]",
    "lite": "[green]as a notebook[/]",
    "hosted": "[yellow]on a server[/]",
    "read": "[dim]to read[/]",
}


@dataclass
class Step:
    """One running step; call it with done and total units to move its bar."""

    name: str
    _progress: Progress | None
    _task: TaskID | None
    note: str = ""

    def __call__(self, done: float, total: float, label: str = "") -> None:
        """Move the bar: `done` of `total` (any unit), with a few words on what is going on."""
        if self._progress is not None and self._task is not None:
            self._progress.update(self._task, completed=done, total=total or None, detail=label)


@dataclass
class Report:
    """Prints to the console. Everything the author reads goes through here.

    `published` says that the build has put its new site in place of the last one.
    """

    console: Console
    detail: Detail = "normal"
    clock: Callable[[], float] = time.monotonic
    published: bool = False
    _progress: Progress | None = field(default=None, init=False)

    @property
    def state(self) -> str:
        """What became of the site, for the end of a message of failure."""
        return "The new site is in place." if self.published else "The last good site was not touched."

    def echo(self, line: str) -> None:
        """A command that was started; shown in verbose mode, ready to be pasted."""
        if self.detail == "verbose":
            self.console.print(f"[dim]$ {escape(line)}[/]", soft_wrap=True)

    def heard(self, line: str) -> None:
        """A line that a tool printed; shown in verbose mode."""
        if self.detail == "verbose" and line.strip():
            self.console.print(f"  {line}", style="dim", markup=False, highlight=False, soft_wrap=True)

    def say(self, text: str) -> None:
        """A plain line; may carry rich's marks, so escape what comes from elsewhere."""
        if self.detail != "quiet":
            self.console.print(text, highlight=False, soft_wrap=True)

    def failure(self, message: str, *, detail: str = "", cure: str = "") -> None:
        """What went wrong, in plain text; shown even when quiet. `detail` is the end of a tool's own output."""
        if detail:
            self.console.print(escape(detail), style="dim", highlight=False, soft_wrap=True)
        self.console.print(f"[red]✗[/] {escape(message)}", highlight=False, soft_wrap=True)
        if cure:
            self.console.print(f"  [dim]→[/] {escape(cure)}", highlight=False, soft_wrap=True)

    @contextmanager
    def steps(self) -> Iterator[None]:
        """Show the bars of the steps that run inside."""
        if self.detail == "quiet" or not self.console.is_terminal:
            yield
            return
        with Progress(
            TextColumn("  {task.description:<22}"),
            BarColumn(bar_width=24),
            # No marks in here: it is what the tools print.
            TextColumn("{task.fields[detail]}", style="dim", markup=False),
            console=self.console,
            transient=True,
        ) as progress:
            self._progress = progress
            try:
                yield
            finally:
                self._progress = None

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """One step of the build; its line is printed when it is done, with the seconds it took and its `note`."""
        started = self.clock()
        progress = self._progress
        task = progress.add_task(name, total=None, detail="") if progress is not None else None
        step = Step(name, progress, task)
        try:
            yield step
        finally:
            if progress is not None and task is not None:
                progress.remove_task(task)
        self.say(f"  [green]✓[/] {name:<22} [dim]{self.clock() - started:5.1f} s   {escape(step.note)}[/]")

    def plan(self, decisions: Sequence[Decision], *, whole: bool = True) -> None:
        """The table activity → route → why. Unless it is to be `whole`, of a long course only what needs a look."""
        if self.detail == "quiet":
            return
        shown = decisions
        if not whole and self.detail != "verbose" and len(decisions) > _LONG:
            shown = [decision for decision in decisions if decision.route != "book"][:_LONG]
        if shown:
            self.console.print(plan_table(shown))
        if len(shown) < len(decisions):
            inside = sum(decision.route == "book" for decision in decisions)
            words = f"{inside} of {len(decisions)} activities run {_ROUTES['book']}; --plan lists all of them."
            self.console.print(words, soft_wrap=True, highlight=False)

    def changes(self, heading: str, changes: Sequence[str]) -> None:
        """What is different from the last build, one line each, below a heading."""
        self.say("")
        self.say(escape(heading))
        for change in changes:
            self.say(f"  [cyan]•[/] {escape(change)}")

    def problems(self, problems: Iterable[Problem]) -> None:
        """Problems with place, message and cure; errors are shown even when quiet."""
        told: Counter[tuple[str, str]] = Counter()
        for problem in dict.fromkeys(problems):
            if problem.severity == "warning" and self.detail == "quiet":
                continue
            told[problem.code, problem.severity] += 1
            if told[problem.code, problem.severity] > _OF_A_KIND and self.detail != "verbose":
                continue
            mark = "[red]✗[/]" if problem.severity == "error" else "[yellow]![/]"
            place = f"[bold]{escape(problem.place)}[/]: " if problem.place else ""
            # Some messages of other libraries have several lines; scripts that read ours count on one.
            message = escape(" ".join(problem.message.split()))
            self.console.print(f"{mark} {place}{message} [dim]({problem.code})[/]", soft_wrap=True)
            self.console.print(f"  [dim]→[/] {escape(problem.cure)}", soft_wrap=True, highlight=False)
        for (code, severity), count in told.items():
            if count > _OF_A_KIND and self.detail != "verbose":
                mark = "[red]✗[/]" if severity == "error" else "[yellow]![/]"
                words = f"{mark} and {count - _OF_A_KIND} more of this kind, which --verbose shows [dim]({code})[/]"
                self.console.print(words, soft_wrap=True, highlight=False)


def plan_table(decisions: Sequence[Decision]) -> Table:
    """The plan as a table that also reads well without colours."""
    table = Table(box=None, pad_edge=False, header_style="bold", show_edge=False)
    table.add_column("Activity", overflow="fold")
    table.add_column("Runs")
    table.add_column("Why", overflow="fold")
    for decision in decisions:
        table.add_row(
            f"{escape(decision.activity.title)}\n[dim]{escape(decision.activity.source)}[/]",
            _ROUTES[decision.route],
            escape(" ".join(decision.why)),
        )
    return table


def megabytes(count: float) -> str:
    """Bytes as decimal megabytes with one digit."""
    return f"{count / 1e6:.1f} MB"
