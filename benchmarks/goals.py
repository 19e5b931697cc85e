"""The goals for the time to a first result, and whether measured medians meet them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Goal:
    """`value` is to be at most `factor` times `base`; without a base, at most `factor` in its own unit."""

    text: str
    value: str
    factor: float
    base: str = ""
    unit: str = "×"

    def reached(self, medians: Mapping[str, float]) -> float | None:
        """The factor that was measured; None if a value is missing."""
        value = medians.get(self.value)
        base = medians.get(self.base) if self.base else 1.0
        return None if value is None or not base else value / base


GOALS = (
    Goal(
        text="book, cold, to bare Pyodide",
        value="book/loopback/plain/cold",
        factor=0.5,
        base="bare/loopback/plain/cold",
    ),
    Goal(
        text="book, cold, to stock JupyterLite",
        value="book/loopback/plain/cold",
        factor=1 / 6,
        base="stock-lite/loopback/plain/cold",
    ),
    Goal(text="book, next page", value="book/loopback/plain/next", factor=0.3, unit=" s"),
    Goal(
        text="book, cold, slow link, to bare Pyodide",
        value="book/throttled/plain/cold",
        factor=0.8,
        base="bare/throttled/plain/cold",
    ),
    Goal(
        text="our JupyterLite, cold, to stock JupyterLite",
        value="lite/loopback/plain/cold",
        factor=0.4,
        base="stock-lite/loopback/plain/cold",
    ),
    Goal(
        text="first figure, book, cold, to stock JupyterLite",
        value="book/loopback/figure/cold",
        factor=0.6,
        base="stock-lite/loopback/figure/cold",
    ),
    Goal(
        text="bytes to the first plain result, book, cold",
        value="book/loopback/plain/cold bytes",
        factor=12.0,
        unit=" MB",
    ),
)


def table(medians: Mapping[str, float]) -> str:
    """The goals as Markdown."""
    rows = ["| goal | at most | measured | met |", "| --- | --- | --- | --- |"]
    for goal in GOALS:
        reached = goal.reached(medians)
        measured = "not measured" if reached is None else f"{reached:.2f}{goal.unit}"
        met = "" if reached is None else "yes" if reached <= goal.factor else "**no**"
        rows.append(f"| {goal.text} | {goal.factor:.2f}{goal.unit} | {measured} | {met} |")
    return "\n".join(rows)
