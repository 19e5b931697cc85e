"""Are folders brought to the wanted state, and are unchanged steps recognised?"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from satchel import folders, stamps
from satchel.stamps import Stamps

LONG_AGO = (1_000_000_000, 1_000_000_000)


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_dot_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def test_sync_leaves_exactly_the_wanted_files(tmp_path: Path) -> None:
    target = write(tmp_path / "target", stale__deep__file="x", kept="old", other="y")
    (target / "link").symlink_to(tmp_path)
    source = write(tmp_path / "source", data="copied")
    folders.sync(target, texts={"kept": "new", "new/file": "ü"}, copies={"new/data": source / "data"})
    assert folders.files(target) == ["kept", "new/data", "new/file"]
    assert [path.name for path in sorted(target.iterdir())] == ["kept", "new"]
    assert (target / "new/file").read_bytes() == "ü".encode()
    assert (target / "new/data").read_text() == "copied"
    assert source.is_dir()


def test_sync_does_not_touch_what_is_right_already(tmp_path: Path) -> None:
    target = write(tmp_path / "target", text="same", copy="same", changed="abcd")
    for name in ("text", "copy", "changed"):
        os.utime(target / name, LONG_AGO)
    source = write(tmp_path / "source", copy="same")
    folders.sync(target, texts={"text": "same", "changed": "abce"}, copies={"copy": source / "copy"})
    times = {name: int((target / name).stat().st_mtime) for name in folders.files(target)}
    assert times["text"] == times["copy"] == LONG_AGO[0]
    assert times["changed"] > LONG_AGO[0]


def test_sync_makes_room_for_a_folder_where_a_file_was_and_the_other_way_round(tmp_path: Path) -> None:
    target = write(tmp_path / "target", a="file", b__c="file")
    folders.sync(target, texts={"a/b": "1", "b": "2"}, copies={})
    assert folders.files(target) == ["a/b", "b"]


def test_files_that_others_have_put_beside_ours_stay(tmp_path: Path) -> None:
    target, outside = tmp_path / "hosted", tmp_path / "theirs.txt"
    folders.sync_own(target, texts={"a.yaml": "a", "b.yaml": "b"})
    outside.write_text("x", "utf-8")
    (target / "own.yaml").write_text("mine", "utf-8")
    folders.sync_own(target, texts={"a.yaml": "2"})
    assert (target / "a.yaml").read_text("utf-8") == "2"
    assert sorted(folders.files(target)) == [folders.OWN_LIST, "a.yaml", "own.yaml"]
    # A list that somebody has changed reaches no further than this folder.
    (target / folders.OWN_LIST).write_text("a.yaml\n../theirs.txt\n", "utf-8")
    folders.sync_own(target, texts={})
    assert folders.files(target) == ["own.yaml"]
    assert outside.is_file()
    (target / "own.yaml").unlink()
    folders.sync_own(target, texts={"a.yaml": "a"})
    folders.sync_own(target, texts={})
    assert not target.exists()


def test_a_tree_is_copied_without_what_is_to_be_left_out_at_its_top(tmp_path: Path) -> None:
    source = write(tmp_path / "source", skipped="x", kept="x", deep__skipped="x")
    target = write(tmp_path / "target", before="x")
    folders.copy_tree(source, target, skip=frozenset({"skipped"}))
    assert folders.files(target) == ["before", "deep/skipped", "kept"]


@pytest.mark.parametrize(
    "change", [{"a": "other"}, {"a": "1", "b__c": "2", "d": ""}, {"b": "1", "a__c": "2"}, {"a": "12", "b__c": ""}]
)
def test_the_digest_tells_names_and_contents_apart(change: dict[str, str], tmp_path: Path) -> None:
    one, same = (write(tmp_path / name, a="1", b__c="2") for name in ("one", "same"))
    assert folders.digest(one) == folders.digest(same)
    assert folders.digest(write(tmp_path / "other", **change)) != folders.digest(one)
    assert folders.digest(one, ["a"]) == folders.digest(write(tmp_path / "part", a="1"))


def test_sizes_are_in_bytes(tmp_path: Path) -> None:
    assert folders.size(write(tmp_path, a="12345", b__c="ü")) == 7


def test_a_step_is_fresh_only_after_it_succeeded_with_the_same_key(tmp_path: Path) -> None:
    remembered = Stamps(folder=tmp_path / "stamps")
    key = stamps.key("tool 1.0", b"input")
    assert not remembered.fresh("step", key)
    remembered.succeeded("step", key)
    assert Stamps(folder=tmp_path / "stamps").fresh("step", key)
    assert not remembered.fresh("step", stamps.key("tool 1.1", b"input"))
    assert not remembered.fresh("other step", key)
    remembered.forget("step")
    assert not remembered.fresh("step", key)
    remembered.forget("step")


def test_keys_do_not_run_into_each_other() -> None:
    assert stamps.key("ab", "c") != stamps.key("a", "bc")
