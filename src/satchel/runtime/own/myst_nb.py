"""Stands in for MyST-NB in the browser, where a page is built already: shows what `glue` is told to show.

The real package is a Sphinx extension with dozens of others behind it; the book itself is built with that one.
"""

from __future__ import annotations

__version__ = "0"


def glue(name: str, variable: object, display: bool = True) -> None:
    """Show `variable` unless told not to; there is no page left to paste it into."""
    if display:
        from IPython.display import display as show  # noqa: PLC0415 - only who glues needs it

        show(variable)  # type: ignore[no-untyped-call]
