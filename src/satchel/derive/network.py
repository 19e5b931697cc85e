"""Finds the addresses that Python fetches from while a notebook runs."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from satchel.derive.findings import Address, Place
from satchel.derive.live import Seen
from satchel.derive.scope import UNKNOWN, Scope

_MODULES = (
    "requests.",
    "httpx.",
    "urllib.request.",
    "urllib3.",
    "aiohttp.",
    "pooch.",
    "pyodide.http.",
    "wget.",
    "gdown.",
)
_READERS = re.compile(
    r"^(pandas|polars|geopandas|xarray|dask\.dataframe|astropy\.table\.Table|numpy|skimage\.io|imageio(\.v[23])?"
    r"|matplotlib\.pyplot|matplotlib\.image|networkx|pyvista|trimesh|folium|rasterio|fsspec|smart_open|cv2)\."
    r"(read\w*|open\w*|load\w*|genfromtxt|imread|GeoJson)$"
)
# Unmistakable whatever they are called on: a session, a client, a module under another name.
_ATTRIBUTES = frozenset(
    {"urlopen", "urlretrieve", "read_csv", "read_json", "read_html", "read_excel", "open_url", "pyfetch"}
)
# Calls that fetch from an address of their own.
_BUILT_IN = {
    "seaborn.load_dataset": "https://raw.githubusercontent.com",
    "sklearn.datasets.fetch_openml": "https://api.openml.org",
    "nltk.download": "https://raw.githubusercontent.com",
    "datasets.load_dataset": "https://huggingface.co",
    "yfinance.download": "https://query1.finance.yahoo.com",
    "statsmodels.api.datasets.get_rdataset": "https://raw.githubusercontent.com",
    "vega_datasets.data": "https://cdn.jsdelivr.net",
}
_SKLEARN = "sklearn.datasets.fetch_"
_URL = re.compile(r"^(https?|wss?|ftp)://(?P<host>\[[^\]]*\]|[^/:?#\0]*)")
_LOCAL = re.compile(r"^(localhost|127\.\d+\.\d+\.\d+|0\.0\.0\.0|\[?::1\]?|.*\.localhost)$", re.IGNORECASE)


def addresses(seen: Seen, place: Place, scope: Scope) -> Iterator[Address]:
    """The addresses one call in live code fetches from. What only a run can tell is cut off (`…/{year}.csv`)."""
    node = seen.node
    if not isinstance(node, ast.Call):
        return
    names = scope.names(node.func)
    for name in names:
        if name in _BUILT_IN:
            yield Address(url=_BUILT_IN[name], by=name, place=place)
        elif name.startswith(_SKLEARN):
            yield Address(url="https://ndownloader.figshare.com", by=name, place=place)
    if not _fetches(node, names, scope):
        return
    by = names[0] if names else getattr(node.func, "attr", "")
    arguments = [*node.args, *(keyword.value for keyword in node.keywords)]
    for argument in arguments:
        for text in scope.texts(argument):
            url = public_url(text)
            if url:
                yield Address(url=url, by=by, place=place)


def public_url(text: str) -> str | None:
    """The address up to the part that is not known, or None if it is no address or points to this machine."""
    found = _URL.match(text.strip())
    if not found or not found.group("host") or _LOCAL.match(found.group("host")):
        return None
    return text.strip().split(UNKNOWN)[0]


def _fetches(node: ast.Call, names: tuple[str, ...], scope: Scope) -> bool:
    if any(name.startswith(_MODULES) or _READERS.match(name) for name in names):
        return True
    if isinstance(node.func, ast.Attribute):
        return node.func.attr in _ATTRIBUTES
    # A function of the notebook's own that is handed an address, in a notebook that can fetch, most likely does.
    own = isinstance(node.func, ast.Name) and node.func.id in scope.functions
    return own and scope.is_imported("requests", "urllib", "httpx", "aiohttp", "pandas", "urllib3", "pyodide")
