import json

import numpy as np
import pytest

from modeloid.bench import strengths, transfer, transferred
from modeloid.bench.genres import Training
from modeloid.cycle.errors import ModeloidError
from modeloid.models import cyclegan, discogan
from modeloid.music.represent import representation

SPEC = {"kind": "multitrack", "tracks": "one", "low": 48, "high": 72, "values": "binary"}


def phrases(n, low, length, seed):
    generator, rolls = np.random.default_rng(seed), np.zeros((n, 64, 24), np.uint8)
    for roll in rolls:
        first = int(generator.integers(0, 3))
        for number, step in enumerate(range(0, 64, length)):
            roll[step : step + length, low + (first + 2 * number) % 9] = 1
    return rolls


def groups(seed):
    """Quarters below, the same tunes as quarters 13 semitones above."""
    return {"low": phrases(40, 0, 4, seed), "high": phrases(50, 13, 4, seed + 1)}


class Domain:
    groups, shape, representation = ("low", "high"), (4, 16, 24, 1), representation(SPEC)

    def size(self, part):
        return 50

    def batch(self, part, indices, rng):
        laid = {name: rolls.reshape(-1, 4, 16, 24, 1) for name, rolls in groups(0 if part == "train" else 10).items()}
        return {name: items[indices[indices < len(items)]] for name, items in laid.items()}


@pytest.fixture(scope="module")
def judge():
    return transferred.Judge(Domain(), Domain.representation, how=Training(width=4, turns=80, batch=8, rate=0.01))


def moved(rolls, to):
    return np.roll(rolls, 13 if to == 1 else -13, axis=2)


def test_a_copy_keeps_all_and_transfers_nothing(judge):
    found = judge(transferred.copy)
    assert found["strength"] == pytest.approx(0.0, abs=1e-9)
    assert found["strength_three"] == pytest.approx(0.0, abs=1e-9)
    assert found["target"] < 0.1
    assert [found[name] for name in ("pitch", "rhythm", "contour", "back", "back_written")] == pytest.approx([1.0] * 5)
    assert found["distance"] == pytest.approx(found["distance_before"])


def test_the_true_map_transfers_and_keeps_the_rhythm(judge):
    found = judge(moved)
    assert found["strength"] > 0.9
    assert found["strength_three"] > 0.9
    assert found["target"] > 0.9
    assert found["rubbish"] < 0.1
    assert found["rhythm"] == pytest.approx(1.0)
    assert found["contour"] == pytest.approx(1.0)
    assert found["pitch"] < 0.6
    assert found["back_written"] == pytest.approx(1.0)
    assert 0.9 < found["back_spoilt"] < 1.0
    assert found["distance"] == pytest.approx(0.0, abs=0.2)
    assert found["real"] > 0.9
    assert found["rubbish_real"] < 0.1
    assert found["unmasked"] > 0.6


def test_any_phrase_of_the_other_genre_transfers_and_does_not_come_back(judge):
    found = judge(transferred.swap(judge.real))
    assert found["target"] > 0.9
    assert found["distance"] == pytest.approx(0.0, abs=0.2)
    assert found["back_written"] < 0.7


def test_distance_hears_other_lengths(judge):
    near = judge._apart(phrases(30, 0, 4, 3), phrases(30, 0, 4, 4))
    assert judge._apart(phrases(30, 0, 2, 3), phrases(30, 0, 4, 4)) > near + 0.3


def test_noise_is_strong_by_the_published_measure_and_not_by_ours(judge):
    """The published classifier must name one of two genres, whatever it is shown."""

    def noise(rolls, to):
        return (np.random.default_rng(to).random(rolls.shape) < rolls.mean()).astype(np.float32)

    found = judge(noise)
    assert found["rubbish"] > 0.8
    assert found["strength_three"] < 0.2
    assert found["rhythm"] < 0.7


def test_hidden_coding_is_seen(judge):
    """A transfer that writes what it was given into the last digits of its chances comes back by them alone."""

    def hiding(rolls, to):
        hidden = (rolls * 1000 % 1).round(3)
        if hidden.any():
            return (hidden > 0.3).astype(np.float32)
        return 0.1 + 0.0005 * rolls

    found = judge(hiding)
    assert found["back"] > 0.9
    assert found["back_written"] < 0.1


def test_silence_is_infinitely_far(judge):
    found = judge(lambda rolls, to: np.zeros_like(rolls))
    assert found["distance"] == float("inf")


def test_small_noise_is_small():
    rolls = phrases(50, 0, 4, 0)
    spoilt = transferred._spoilt(rolls, np.random.default_rng(0))
    wrong = (rolls != spoilt).sum() / rolls.sum()
    assert wrong == pytest.approx(0.04, abs=0.01)


def test_unknown_names_are_refused(tmp_path):
    with pytest.raises(ModeloidError, match="Did you mean 'cyclegan'"):
        transfer.run(tmp_path, models=["cycelgan"])
    with pytest.raises(ModeloidError, match="unknown pair"):
        transfer.run(tmp_path, pairs=["jazz-classic"])


@pytest.mark.parametrize("family", [cyclegan, discogan], ids=["cyclegan", "discogan"])
def test_every_pair_has_a_preset_that_learns_between_its_genres(family):
    for pair, preset in transfer.PAIRS.items():
        assert "-".join(family.presets[preset]["data"]["sets"]) == pair


def test_the_published_strength_by_its_own_formula():
    """Brunner et al. 2018, partial: 88.09, 9.87, 87.73 and 92.53, 25.87, 89.51 per cent give 71.6."""
    rows = ((0.8809, 0.0987, 0.8773), (0.9253, 0.2587, 0.8951))
    found = [(before - there + back - there) / 2 for before, there, back in rows]
    assert np.mean(found) == pytest.approx(strengths.PUBLISHED[1][1], abs=0.0005)


def test_the_table_and_what_is_stored(judge):
    found = {name: round(value, 4) for name, value in judge(moved).items()}
    score = strengths.Score("classical-pop", "cyclegan", 0, **found, turns=3, minutes=0.1, detail="x")
    lines = transfer.table([score])
    assert len(lines) == 5
    assert "0.716" in lines[2]
    assert lines[4].startswith("cyclegan, classical-pop, seed 0")
    plain = json.loads(json.dumps(transfer.stored([score], "modeloid bench transfer")))
    assert plain["scores"][0]["strength"] == found["strength"]
