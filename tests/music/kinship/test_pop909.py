"""The lines and the gates on real songs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from modeloid.cycle.rng import Rng
from modeloid.music.datasets import data_set
from modeloid.music.errors import RepresentationError
from modeloid.music.kinship import CHEATERS, Cheaters, Grams, Heard, features, gates, lines, voice_distance
from modeloid.music.kinship.lines import SHAPES
from modeloid.music.represent.parts import Parts, Rows, cut
from modeloid.music.store.build import open_corpus

from ..shared_data import archive, folder

pytestmark = pytest.mark.long
PARTS = {"kind": "parts", "parts": ["MELODY", "BRIDGE", ["piano", 0, 127]]}


@pytest.fixture(scope="module")
def songs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[list[Rows]]:
    archive("pop909")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MODELOID_HOME", str(tmp_path_factory.mktemp("home")))
        patch.setenv("MODELOID_DATA", str(folder()))
        corpus, parts = open_corpus(data_set("pop909")), Parts(PARTS)
        found = []
        for number in range(len(corpus)):
            try:
                found.append(parts.encode_columns(corpus.columns(number))[0])
            except RepresentationError:
                continue
        yield [rows for rows in found if Heard(rows).bars >= 24]


@pytest.fixture(scope="module")
def training(songs: list[Rows]) -> Grams:
    return Grams(songs[:400])


@pytest.fixture(scope="module")
def real(songs: list[Rows], training: Grams) -> dict[str, Any]:
    return lines(songs[400:600], Rng(0), grams=training, pairs=200, shapes=SHAPES[:3])


def first_bar(song: Rows, seed: int) -> int:
    """Where 8 bars begin that all sound."""
    known = Heard(song)
    draws = np.random.default_rng(seed).integers(0, known.bars - 8, 50)
    return next(int(bar) for bar in draws if known.cut(int(bar)).counts.min(initial=9) > 0)


def test_the_lines_are_those_of_earlier_trials(real: dict[str, Any]) -> None:
    strangers, kin = real["strangers"]["slice of slice"], real["kin"]["slice of slice"]
    assert strangers["barcopy"]["mean"] == pytest.approx(0.264, abs=0.04)
    assert strangers["overlap"]["mean"] == pytest.approx(0.145, abs=0.02)
    assert kin["barcopy"]["mean"] == pytest.approx(0.338, abs=0.02)
    assert kin["barcopy"]["p95"] == pytest.approx(0.414, abs=0.01)
    assert kin["overlap"]["mean"] == pytest.approx(0.2, abs=0.02)
    assert kin["lead_grams"]["p95"] == 0
    assert real["training"]["slice"]["training_grams"]["mean"] < 0.008


def test_all_cheaters_are_refused_and_strangers_are_not(
    songs: list[Rows], training: Grams, real: dict[str, Any]
) -> None:
    corpus = [cut(song, bar, 8) for song in songs[:400] for bar in range(4, Heard(song).bars - 8, 32)]
    cheats, through, strangers = Cheaters(corpus), dict.fromkeys(CHEATERS, 0), 0
    for number, song in enumerate(songs[600:660]):
        bar = first_bar(song, number)
        for name, made in cheats.of(song, bar, Rng(number)).items():
            through[name] += not gates(made, song, real, training)
        other = songs[661 + number]
        strangers += not gates(cut(other, first_bar(other, number), 8), song, real, training)
    assert through == dict.fromkeys(CHEATERS, 0)
    assert strangers >= 0.9 * 60


def test_the_distance_of_real_songs_is_that_of_earlier_trials(songs: list[Rows]) -> None:
    found = np.array([features(cut(song, first_bar(song, number), 8)) for number, song in enumerate(songs)])
    assert voice_distance(found[:350], found[350:], 137, Rng(0)) == pytest.approx(3.3, abs=0.6)
