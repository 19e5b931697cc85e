"""The course as an app to install: `manifest.webmanifest`, its icons, and the links to both in every page."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import escape
from pathlib import PurePosixPath

FILE_NAME = "manifest.webmanifest"
# Made once for all courses; they are part of the browser side.
_PLAIN = (("icons/icon-192.png", 192, "any"), ("icons/icon-512.png", 512, "any maskable"))
_TOUCH = "icons/icon-180.png"
_VIEW_BOX = re.compile(
    rb"""<svg[^>]*\sviewBox=["']\s*[-.\d]+[\s,]+[-.\d]+[\s,]+(\d+(?:\.\d+)?)[\s,]+(\d+(?:\.\d+)?)\s*["']"""
)
_PNG = b"\x89PNG\r\n\x1a\n"
# Browsers install an app only if it has an icon of at least this size.
_SMALLEST = 192


@dataclass(frozen=True, kw_only=True)
class Icon:
    """A picture for the app: `source` relative to the site root, `sizes` as manifests write them."""

    source: str
    sizes: str
    kind: str
    purpose: str = "any"


def manifest_text(title: str, *, assets: str, logo: Icon | None) -> str:
    """The manifest. `assets` is the folder of the browser side relative to the site root, with a slash at the end."""
    plain = [
        Icon(source=assets + name, sizes=f"{side}x{side}", kind="image/png", purpose=purpose)
        for name, side, purpose in _PLAIN
    ]
    icons = [logo, *plain] if logo else plain
    whole = {
        "name": title,
        "short_name": title.partition(":")[0].strip() or title,
        "id": "./",
        "start_url": "./",
        "scope": "./",
        "display": "standalone",
        "background_color": "#ffffff",
        "theme_color": "#125fc2",
        "icons": [{"src": one.source, "sizes": one.sizes, "type": one.kind, "purpose": one.purpose} for one in icons],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def links(root: str, *, assets: str) -> str:
    """HTML for the head of a page from which the site root is `root`."""
    base = escape(root, quote=True)
    return (
        f'<link rel="manifest" href="{base}{FILE_NAME}" />\n'
        f'<link rel="apple-touch-icon" href="{base}{escape(assets, quote=True)}{_TOUCH}" />\n'
    )


def logo_icon(source: str, content: bytes) -> Icon | None:
    """The course's logo as an icon, if it can be one: a square PNG that is large enough, or a square drawing (SVG)."""
    suffix = PurePosixPath(source).suffix.lower()
    if suffix == ".png" and content.startswith(_PNG) and len(content) >= 24:
        width, height = int.from_bytes(content[16:20]), int.from_bytes(content[20:24])
        if width == height >= _SMALLEST:
            return Icon(source=source, sizes=f"{width}x{height}", kind="image/png")
    if suffix == ".svg" and (box := _VIEW_BOX.search(content)) and float(box[1]) == float(box[2]):
        return Icon(source=source, sizes="any", kind="image/svg+xml")
    return None
