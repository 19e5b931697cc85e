"""Can the course be installed as an app, and does it take the course's logo only where a browser would?"""

from __future__ import annotations

import json
import struct

import pytest

from satchel.frontend import SOURCE
from satchel.webapp import Icon, links, logo_icon, manifest_text


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sII", 13, b"IHDR", width, height)


def test_does_the_manifest_stay_below_its_own_folder() -> None:
    manifest = json.loads(manifest_text("Bees: a course", assets="satchel/01/", logo=None))
    assert (manifest["name"], manifest["short_name"], manifest["display"]) == ("Bees: a course", "Bees", "standalone")
    assert {manifest["start_url"], manifest["scope"], manifest["id"]} == {"./"}
    assert [icon["sizes"] for icon in manifest["icons"]] == ["192x192", "512x512"]


def test_are_the_plain_icons_what_the_manifest_says() -> None:
    manifest = json.loads(manifest_text("Bees", assets="", logo=None))
    for icon in manifest["icons"]:
        drawn = logo_icon(icon["src"], (SOURCE / icon["src"]).read_bytes())
        assert drawn
        assert drawn.sizes == icon["sizes"]
    assert (SOURCE / "icons" / "icon-180.png").is_file()


@pytest.mark.parametrize(
    ("name", "content", "sizes"),
    [
        ("logo.png", png(256, 256), "256x256"),
        ("logo.png", png(256, 200), None),
        ("logo.png", png(64, 64), None),
        ("logo.png", b"GIF89a", None),
        ("logo.svg", b'<svg xmlns="x" viewBox="0 0 64 64">', "any"),
        ("logo.svg", b'<svg viewBox="0 0 300 64">', None),
        ("logo.svg", b"<svg>", None),
        ("logo.jpg", png(256, 256), None),
    ],
)
def test_is_a_logo_an_icon_only_if_it_can_be_one(name: str, content: bytes, sizes: str | None) -> None:
    icon = logo_icon(name, content)
    assert (icon and icon.sizes) == sizes


def test_does_the_logo_come_first() -> None:
    logo = Icon(source="_static/logo.svg", sizes="any", kind="image/svg+xml")
    assert json.loads(manifest_text("Bees", assets="", logo=logo))["icons"][0]["src"] == "_static/logo.svg"


def test_do_pages_in_folders_link_to_the_top() -> None:
    assert 'href="../manifest.webmanifest"' in links("../", assets="satchel/01/")
    assert 'href="../satchel/01/icons/icon-180.png"' in links("../", assets="satchel/01/")
