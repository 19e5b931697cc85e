"""The Pyodide releases that a course can choose from, each with a catalogue of its own, and the one it gets unasked."""

from __future__ import annotations

# The newest whose scientific packages can be had from the package registries alone. To move on, change this line.
DEFAULT = "0.28.3"
SUPPORTED = ("0.28.3", "314.0.6")
