"""Can a text that was shown as saved be had back, whatever the student, the browser and the author do?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import pytest

from .model import MOST_HISTORY, MOST_VERSIONS, Model
from .soaking import Failure, Soak, shrunk
from .steps import CELLS, Step, sequence

LENGTH = 45
# What a store must not do. Each has to be found, or the soak is worth nothing.
BROKEN = {
    "drops every fifth write": "puts % 5 === 0 ? this.get(key) : put.call(this, value, key)",
    "forgets earlier versions": "put.call(this, { ...value, versions: [] }, key)",
    "forgets the other tab's text": "put.call(this, { ...value, rival: null }, key)",
}
SABOTAGE = """
const put = IDBObjectStore.prototype.put;
let puts = 0;
IDBObjectStore.prototype.put = function (value, key) {
  puts += 1;
  return @WRITE@;
};
"""


@pytest.mark.browser
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nothing_that_was_shown_as_saved_is_lost(soak: Callable[..., Soak], seed: int) -> None:
    soaking = soak()
    failure = soaking.play(sequence(seed, LENGTH))
    if failure is not None:
        pytest.fail(soaking.shortest(failure, 60).story(seed))


@pytest.mark.browser
@pytest.mark.parametrize("fault", BROKEN)
def test_a_store_that_loses_texts_is_found_out(soak: Callable[..., Soak], fault: str) -> None:
    soaking = soak(SABOTAGE.replace("@WRITE@", BROKEN[fault]))
    found = next((failure for seed in range(1, 4) if (failure := soaking.play(sequence(seed, LENGTH)))), None)
    assert found is not None
    assert "shown as saved, and gone" in found.problem


@pytest.mark.browser
def test_a_history_is_as_long_as_the_model_believes(soak: Callable[..., Soak]) -> None:
    write = """async ([cell, texts]) => {
      for (const text of texts) {
        await window.satchel.setSource(cell, text);
        document.querySelector(`[data-satchel-cell="${cell}"] .satchel-reset`).click();
        await window.satchel.setSource(cell, 'print(0)');
      }
    }"""
    with soak().world() as world:
        many = [f"# {number}" for number in range(MOST_VERSIONS + 10)]
        large = [letter * (MOST_HISTORY // 2 + 1) for letter in "abc"]
        versions = [world.versions(cell, write, texts) for cell, texts in zip(CELLS, (many, large), strict=False)]
    assert len(versions[0]) == MOST_VERSIONS
    assert versions[0][0] == many[-1]
    assert many[0] not in versions[0]
    assert [text[0] for text in versions[1]] == ["c"]


def test_the_shortest_sequence_that_fails_is_found() -> None:
    def play(steps: Sequence[Step]) -> Failure | None:
        kinds = [step.kind for step in steps]
        return Failure(tuple(steps), "gone") if "kill" in kinds and "reset" in kinds[kinds.index("kill") :] else None

    steps = next(found for seed in range(100) if (found := play(sequence(seed, 200))))
    assert [step.kind for step in shrunk(steps, play, lambda: True).steps] == ["kill", "reset"]


def test_the_same_seed_makes_the_same_steps() -> None:
    assert sequence(7, 50) == sequence(7, 50) != sequence(8, 50)


def test_what_was_shown_as_saved_is_owed_for_good() -> None:
    model = Model(authors={"author"})
    for text in ("author", "one", "two"):
        model.saved(text)
    assert model.missing([]) == ["one", "two"]
    assert model.missing(["two"]) == ["one"]
    assert model.missing(["one", "two", "three"]) == []
