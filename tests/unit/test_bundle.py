"""Which packages of install lines does the browser get, which are refused, and what is asked how often?"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

import pytest
from runtime_fakes import World

from satchel.runtime import Bundle, bundle, kernel_wheels

pytestmark = pytest.mark.effects


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> World:
    made = World(tmp_path, monkeypatch)
    made.registries.add("emoji", "1.0")
    made.registries.add("emoji", "2.0", ("faces>=1",))
    made.registries.add("faces", "1.5", emoticons__init=b"", emoticons__faces=b"")
    made.registries.add("heavy", "1.0", ("machine-code",))
    made.registries.add("older", "1.0", ("numpy>=99",))
    return made


def asked(world: World, wanted: Iterable[str], declared: Iterable[str] = (), known: Bundle | None = None) -> Bundle:
    kernel = [package for package, _ in kernel_wheels(python=world.catalogue.python)]
    wheels = known.wheels if known else ()
    return bundle(wanted, declared, catalogue=world.catalogue, kernel=kernel, wheels=wheels, cache=world.cache)


def test_a_pure_package_comes_with_what_it_needs(world: World) -> None:
    found = asked(world, ["emoji>=2"])
    assert found.requirements == ("emoji>=2",)
    versions = {wheel.name: wheel.version for wheel in found.wheels}
    assert (versions["emoji"], versions["faces"]) == ("2.0", "1.5")
    assert not found.refused
    assert not found.unasked


def test_the_asked_version_is_taken(world: World) -> None:
    found = asked(world, ["emoji==1.0"])
    assert [wheel.version for wheel in found.wheels if wheel.name == "emoji"] == ["1.0"]


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        ("heavy", "machine-code"),
        ("nowhere", "nowhere"),
        ("emoji==7", "emoji==7"),
        ("older", "numpy"),
    ],
)
def test_what_the_browser_cannot_have_is_refused_with_the_reason(world: World, wanted: str, reason: str) -> None:
    found = asked(world, ["emoji", wanted])
    assert found.requirements == ("emoji",)
    assert reason in found.refused[wanted]


def test_two_versions_of_one_package_do_not_go_together(world: World) -> None:
    found = asked(world, ["emoji==1.0", "emoji==2.0"])
    assert found.requirements == ("emoji==1.0",)
    assert list(found.refused) == ["emoji==2.0"]


def test_what_the_author_declares_counts_more(world: World) -> None:
    found = asked(world, ["emoji==1.0"], declared=["emoji>=2"])
    assert found.requirements == ()
    assert list(found.refused) == ["emoji==1.0"]


def test_what_is_recorded_is_not_asked_again(world: World) -> None:
    before = asked(world, ["emoji", "faces"])
    world.registries.calls.clear()
    after = asked(world, ["emoji", "faces"], known=before)
    assert after.requirements == before.requirements
    assert world.registries.calls == []


def test_a_no_is_remembered_for_a_day(world: World) -> None:
    asked(world, ["nowhere"])
    world.registries.calls.clear()
    assert "nowhere" in asked(world, ["nowhere"]).refused
    assert world.registries.calls == []
    for memory in (world.cache / "refused").iterdir():
        os.utime(memory, (0, 0))
    world.registries.add("nowhere", "1.0")
    assert asked(world, ["nowhere"]).requirements == ("nowhere",)


def test_a_damaged_memory_is_asked_again(world: World) -> None:
    asked(world, ["nowhere"])
    for memory in (world.cache / "refused").iterdir():
        memory.write_text("{", "utf-8")
    world.registries.add("nowhere", "1.0")
    assert asked(world, ["nowhere"]).requirements == ("nowhere",)


def test_no_answer_is_no_refusal(world: World) -> None:
    world.registries.online = False
    found = asked(world, ["emoji"])
    assert list(found.unasked) == ["emoji"]
    assert not found.refused
    world.registries.online = True
    assert asked(world, ["emoji"]).requirements == ("emoji",)
