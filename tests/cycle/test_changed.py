"""What may change between two runs, what may not, and what is said about it."""

import dataclasses

import pytest

from modeloid.cycle.checkpoint import find
from modeloid.cycle.errors import StateError
from modeloid.cycle.loop import run
from modeloid.cycle.state import differences
from modeloid.cycle.world import Alone
from toys import Points, card, end, journal


@pytest.fixture
def trained(tmp_path):
    run(card(tmp_path, last="1e"), Points())
    return tmp_path


def test_another_model_is_refused_with_the_difference(trained):
    before = end(trained)
    with pytest.raises(
        StateError, match=r"mconfig\.py: changed .* model\.learning_rate: 0\.1 -> 0\.2; model\.extra: new"
    ):
        run(card(trained, {"learning_rate": 0.2, "extra": [1]}), Points())
    assert end(trained) == before


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"data": {"domain": "other"}}, r"data\.domain: 'points' -> 'other'"),
        ({"data": {}}, r"data\.domain: gone, was 'points'"),
        ({"model": {"learning_rate": 1}}, r"model\.learning_rate: 0\.1 -> 1"),
    ],
)
def test_other_fixed_things_are_refused(changes, told, trained):
    with pytest.raises(StateError, match=told):
        run(dataclasses.replace(card(trained), **changes), Points())


@pytest.mark.parametrize(("key", "value"), [("seed", 1), ("batch", 9)])
def test_seed_and_batch_are_refused(key, value, trained):
    with pytest.raises(StateError, match=rf"cycle\.{key}: \d -> {value}"):
        run(card(trained, **{key: value}), Points())


def test_limits_cadences_and_people_may_change(trained):
    other = card(
        trained, last="3e", validate="3t", generate="never", save="2t", log="2t", best="max valid/loss", ahead=1
    )
    other = dataclasses.replace(other, name="renamed", doc="other", authors=("me",))
    assert run(other, Points()).turns == 10


def test_tuples_and_whole_keys_are_what_json_makes_of_them(tmp_path):
    for _ in range(2):
        run(card(tmp_path, {"sizes": ((1, 2), [3]), "steps": {1: "a"}}), Points())
    with pytest.raises(StateError, match=r"model\.sizes"):
        run(card(tmp_path, {"sizes": ((1, 2), [4]), "steps": {1: "a"}}), Points())


class Elsewhere(Alone):
    def environment(self):
        return {**super().environment(), "threads": "99"}


def test_a_resume_elsewhere_says_so(trained):
    run(card(trained), Points(), world=Elsewhere())
    (notice,) = journal(trained, "notice")
    assert "not byte-equal" in notice["text"] and "environment.threads" in notice["text"] and "99" in notice["text"]


def test_a_resume_with_changed_data_says_so(trained):
    run(card(trained), Points(seed=5))
    assert "digest: 'points-40-20-20-0' -> 'points-40-20-20-5'" in journal(trained, "notice")[0]["text"]


def test_a_resume_at_the_same_place_says_nothing(trained):
    run(card(trained), Points())
    assert journal(trained, "notice") == []


def test_differences_name_every_place():
    old, new = {"a": {"b": 1, "c": [1, 2]}, "d": None}, {"a": {"b": True, "c": [1, 3]}, "e": 0}
    assert list(differences(old, new)) == ["a.b: 1 -> True", "a.c: [1, 2] -> [1, 3]", "d: gone, was None", "e: new, 0"]
    assert list(differences(old, old)) == []


def test_a_checkpoint_says_what_made_it(trained):
    saved = find(trained / "state", "last").cycle()
    assert saved["model"] == {"module": "toys", "distribution": "tests", "version": "0", "state_format": 1}
    assert saved["digest"] == Points().digest and "numpy" in saved["environment"] and saved["format"] == 1
    assert saved["fixed"]["cycle"] == {"seed": 0, "batch": 8} and saved["state"]["step"] == 5
