import json

import numpy as np
import pytest

from modeloid.bench.inspiration.refusal import gate

from .bands import DRUMS, songs

TRAIN, UNSEEN, TEST = songs(4), songs(8, first=10), songs(6, first=20)
XS = [song.slice(0) for song in TEST]


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    return gate(TRAIN, UNSEEN, DRUMS, tmp_path_factory.mktemp("gate"), pairs=60)


def test_copies_are_refused_and_strangers_pass(ask):
    whole = [song.rows for song in TEST]
    same = ask(XS, XS, whole)
    assert same.share == 1
    assert "barcopy" in same.reasons
    others = ask([*XS[1:], XS[0]], XS, whole)
    assert others.share < 0.4
    assert sum(others.reasons.values()) >= others.failed.sum()


def test_what_is_of_the_inspirers_song_is_refused_only_where_the_song_is_asked(ask):
    passing = next(n for n in range(1, 6) if not ask([XS[n]], XS[:1], [None]).failed[0])
    found = ask([XS[passing]], XS[:1], [TEST[passing].rows])
    assert found.failed.tolist() == [True]


def test_a_training_piece_is_refused(ask):
    found = ask([TRAIN[0].slice(4)], XS[:1], [None])
    assert found.failed.tolist() == [True]
    assert "training_grams" in found.reasons


def test_several_outputs_are_held_against_the_inspirer_of_their_place(ask):
    strange = [*XS[1:], XS[0]]
    found = ask([*strange, *XS], XS, [None] * len(XS))
    assert found.failed[len(XS) :].all()
    assert not found.failed[: len(XS)].all()


def test_the_lines_are_kept_and_drawn_anew_for_other_pieces(tmp_path):
    first = gate(TRAIN, UNSEEN, DRUMS, tmp_path, pairs=20).lines
    path = tmp_path / "lines.json"
    before = path.read_bytes()
    assert gate(TRAIN, UNSEEN, DRUMS, tmp_path, pairs=20).lines == json.loads(before)["lines"] == first
    gate(TRAIN, UNSEEN[:6], DRUMS, tmp_path, pairs=20)
    assert path.read_bytes() != before


def test_nothing_refused_of_nothing(ask):
    found = ask([], XS, [None] * len(XS))
    assert found.share == 0
    assert np.array_equal(found.failed, np.zeros(0, bool))
