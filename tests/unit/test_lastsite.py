"""Is a site left alone only if it would come out the same and nobody touched it?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from satchel.errors import Problem
from satchel.lastsite import LastSite

WARNING = Problem(code="outside-request", message="A picture.", cure="Put it in.", file="a.html", severity="warning")


@pytest.fixture
def site(tmp_path: Path) -> Path:
    place = tmp_path / "site"
    (place / "deep").mkdir(parents=True)
    (place / "index.html").write_text("<p>", "utf-8")
    (place / "deep" / "data.csv").write_text("a", "utf-8")
    return place


@pytest.fixture
def last(tmp_path: Path, site: Path) -> LastSite:
    record = LastSite(record=tmp_path / "work" / "site.json")
    record.remember("key", site, [WARNING])
    return record


def test_the_same_is_left_alone_with_what_was_found_in_it(last: LastSite, site: Path) -> None:
    assert last.unchanged("key", site) == (WARNING,)


def test_other_parts_make_another_site(last: LastSite, site: Path) -> None:
    assert last.unchanged("other", site) is None


@pytest.mark.parametrize("touch", ["edited", "added", "gone", "renamed", "site gone", "forgotten", "damaged"])
def test_what_somebody_touched_is_made_again(last: LastSite, site: Path, touch: str) -> None:
    page = site / "index.html"
    match touch:
        case "edited":
            page.write_text("<b>", "utf-8")
            os.utime(page, (1, 1))
        case "added":
            (site / "more.html").touch()
        case "gone":
            page.unlink()
        case "renamed":
            page.rename(site / "start.html")
        case "site gone":
            site.rename(site.with_name("elsewhere"))
        case "forgotten":
            last.forget()
        case "damaged":
            last.record.write_text("{", "utf-8")
    assert last.unchanged("key", site) is None


def test_a_file_alone_is_known_as_well(tmp_path: Path) -> None:
    packed = tmp_path / "course.zip"
    packed.write_bytes(b"PK")
    last = LastSite(record=tmp_path / "zip.json")
    last.remember("key", packed)
    assert last.unchanged("key", packed) == ()
    packed.write_bytes(b"PK2")
    assert last.unchanged("key", packed) is None
