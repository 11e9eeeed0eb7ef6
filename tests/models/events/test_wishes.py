import numpy as np
import pytest

from modeloid.backends.arguments import WishError
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.rng import Rng
from modeloid.models.events.instruments import FAMILIES, PROGRAMS, programs
from modeloid.models.events.scales import SCALES, TONICS, pitch_classes
from modeloid.music.errors import MusicError

from .small import RICH, a_modeloid, a_score, stirred

WIDE = {**RICH, "low": 40, "high": 80}


@pytest.mark.parametrize(
    ("key", "classes"),
    [
        ("C major", {0, 2, 4, 5, 7, 9, 11}),
        ("C", {0, 2, 4, 5, 7, 9, 11}),
        ("a minor", {0, 2, 4, 5, 7, 9, 11}),
        ("F# dorian", {6, 8, 9, 11, 1, 3, 4}),
        ("bb  Minor Pentatonic", {10, 1, 3, 5, 8}),
        ("Eb harmonic minor", {3, 5, 6, 8, 10, 11, 2}),
    ],
)
def test_keys(key, classes):
    assert pitch_classes(key) == classes


def test_every_key_has_its_tonic():
    assert all(TONICS[tonic] in pitch_classes(f"{tonic} {scale}") for tonic in TONICS for scale in SCALES)


@pytest.mark.parametrize(
    ("wished", "numbers"),
    [
        ("violin", {40}),
        ("Strings", set(range(40, 48))),
        ("violin, drums", {40, 128}),
        (["flute", 0], {73, 0}),
        (7, {7}),
        ("12, cello", {12, 42}),
    ],
)
def test_instruments(wished, numbers):
    assert programs(wished) == numbers


def test_there_are_as_many_names_as_programs():
    assert len(set(PROGRAMS)) == 128
    assert len(FAMILIES) == 16
    assert PROGRAMS[56] == "trumpet"
    assert PROGRAMS[127] == "gunshot"


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"temprature": 1}, "temperature"),
        ({"instruments": "violine"}, "violin"),
        ({"instruments": "string"}, "strings"),
        ({"instruments": 129}, "0 to 127"),
        ({"instruments": []}, "no instrument"),
        ({"key": "H major"}, "tonic"),
        ({"key": "C majr"}, "major"),
        ({"key": "C locrain"}, "locrian"),
        ({"key": 3}, "no key"),
        ({"meter": "5/4"}, "4/4"),
        ({"low": 90}, "no pitch"),
        ({"low": 129}, "0 to 128"),
        ({"low": 61, "high": 62, "key": "C major"}, "no pitch of C major"),
        ({"most_voices": 0}, "most_voices"),
        ({"temperature": 0}, "temperature"),
        ({"temperature": 1e-310}, "at least 0.000001"),
        ({"temperature": 9e-7}, "at least 0.000001"),
        ({"temperature": float("nan")}, "temperature"),
        ({"top_p": 0}, "top_p"),
        ({"top_k": -1}, "top_k"),
        ({"min_p": 1}, "min_p"),
        ({"length_bars": -1}, "length_bars"),
        ({"length_bars": 2.5}, "length_bars"),
        ({"most_tokens": 0}, "most_tokens"),
        ({"prompt": "nowhere.mid"}, "no such file"),
        ({"prompt": a_score([(0, 1, 60)]), "prompt_bars": 2}, "The prompt has 1"),
    ],
)
def test_a_bad_wish_is_one_line(wishes, said):
    with pytest.raises((ModeloidError, MusicError), match=said) as error:
        a_modeloid(WIDE).sample(1, Rng(0), **wishes)
    assert "\n" not in str(error.value)
    assert len(str(error.value)) < 400


def test_wishes_that_the_representation_cannot_keep():
    with pytest.raises(WishError, match="tells no instruments apart"):
        a_modeloid().sample(1, Rng(0), instruments="violin")
    with pytest.raises(WishError, match="knows no drums"):
        a_modeloid({"programs": True}).sample(1, Rng(0), instruments="drums")
    with pytest.raises(WishError, match="unknown meter"):
        a_modeloid().sample(1, Rng(0), meter="3/4")
    assert a_modeloid().sample(1, Rng(0), meter="4/4", length_bars=1)


def test_a_prompt_must_fit_and_keep_the_wishes():
    modeloid = a_modeloid()
    tune = a_score([(2 * step, 2, 60 + step % 4) for step in range(8)])
    chord = a_score([(0, 2, 60), (0, 2, 63)])
    long = a_score([(step, 1, 60 + step % 4) for step in range(40)])
    for prompt, wishes, said in (
        (long, {}, "context 64"),
        (tune, {"key": "C major"}, "Pitch_61"),
        (tune, {"low": 61}, "Pitch_60"),
        (chord, {"most_voices": 1}, "more voices"),
        (tune, {"length_bars": 1}, "longer than the whole"),
        (tune, {"most_tokens": 10}, "most_tokens"),
    ):
        with pytest.raises(WishError, match=said):
            modeloid.sample(1, Rng(0), prompt=prompt, **wishes)
    assert modeloid.sample(1, Rng(0), prompt=long, prompt_bars=2, length_bars=3)
    assert modeloid.sample(1, Rng(0), prompt=tune, low=60, key="C chromatic", most_voices=1, length_bars=2)


def test_a_long_prompt_is_nothing_to_a_recurrent_net():
    long = a_score([(step, 1, 60 + step % 4) for step in range(40)])
    assert a_modeloid(network="lstm").sample(1, Rng(0), prompt=long, length_bars=6)


def test_a_prompt_may_be_a_file(tmp_path):
    tune = a_score([(2 * step, 2, 60 + step % 4) for step in range(8)])
    tune.dump_midi(str(tmp_path / "tune.mid"))
    modeloid = a_modeloid()
    from_file = modeloid.sample(2, Rng(0), prompt=str(tmp_path / "tune.mid"), length_bars=3)
    assert from_file == modeloid.sample(2, Rng(0), prompt=tune, length_bars=3)
    starts = [note.start for note in from_file[0].tracks[0].notes][:8]
    assert np.diff(starts).tolist() == [480] * 7


def test_the_lowest_temperature_takes_the_likeliest():
    modeloid = stirred(a_modeloid())
    cold = modeloid.sample(2, Rng(0), temperature=1e-6, length_bars=2)
    assert cold == modeloid.sample(2, Rng(0), top_k=1, length_bars=2)
