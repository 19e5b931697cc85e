"""Lists of words, written as the words they are."""

from __future__ import annotations


def word_set(text: str) -> frozenset[str]:
    """The words of a text as a set: tables of names stay readable as lines of names."""
    return frozenset(text.split())
