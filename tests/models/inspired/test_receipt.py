"""A receipt says what inspired once, beside excerpts of training pieces that an ear has heard, too."""

import numpy as np
import pytest
import torch

from modeloid.cycle.rng import Rng
from modeloid.models.inspired.chosen import Choice, Chooser
from modeloid.models.inspired.inspirer import Inspirer
from modeloid.models.inspired.receipt import receipt
from modeloid.models.inspired.wishes import Wishes
from modeloid.models.inspired.witness import Witness
from modeloid.music.represent.parts import ONSET, cut

from .small import a_score, a_song, trained

DRUMS = (0,)


@pytest.fixture(scope="module")
def taught():
    return trained()


@pytest.fixture(scope="module")
def witness(taught):
    return Witness(taught.ensemble.watched, [a_song(seed, 24) for seed in range(40)], DRUMS)


def an_inspirer(rows, weight=1.0, name="x.mid"):
    sections = tuple(cut(rows, first, 8) for first in range(0, 16, 8))
    return Inspirer(name, rows, 16, 100.0, weight, sections)


def lenient(table):
    """Lines under which nothing is a copy."""
    return {key: lenient(one) if isinstance(one, dict) else 1e3 if key == "p99" else one for key, one in table.items()}


def told(taught, inspirers, strength=0.7, refused=()):
    chooser = Chooser(taught.ensemble, taught._memory, lenient(taught._counters["lines"]), DRUMS)
    wish = Wishes(tuple(inspirers), strength, 16, 1.0, None, 2)
    with torch.no_grad():
        return receipt(cut(a_song(51), 0, 16), wish, chooser, refused, Choice(0, [[]]))


def test_the_excerpts_are_as_long_as_the_piece_and_one_a_training_piece(witness):
    found = witness.excerpts(16)
    assert len(found.strangers) == 40 and len(found.sections) == 2 * 40
    assert witness.excerpts(16) is found is not witness.excerpts(8)
    # of pieces that are all shorter, all are taken, each with the sections that it has: no silence is heard
    long = witness.excerpts(64)
    assert long.counts == (3,) * 40 and torch.equal(long.sections, witness.excerpts(24).sections)


def test_the_ear_hears_a_piece_beside_the_very_excerpts(taught):
    pieces = [a_song(seed, 8) for seed in range(30)]
    witness = Witness(taught.ensemble.watched, [cut(rows, 0, 8) for rows in pieces], DRUMS)
    x = an_inspirer(a_song(50, 16))
    for number in (3, 17):
        heard = witness.says(cut(pieces[number], 0, 8), 8, x)
        assert heard.strangers.shape == (30,)
        assert heard.near == pytest.approx(heard.strangers[number], abs=1e-5)


def test_a_piece_is_heard_nearest_to_itself_and_a_stranger_is_not(witness):
    x = a_song(50, 16)
    itself, other = (witness.says(cut(rows, 0, 16), 16, an_inspirer(x)) for rows in (x, a_song(51, 16)))
    assert itself.near == pytest.approx(1, abs=1e-4) and (itself.strangers < itself.near).all()
    assert not (other.strangers < other.near).all()


def test_without_training_pieces_nothing_is_claimed(taught):
    witness = Witness(taught.ensemble.watched, [np.zeros((0, 5), np.int64)], DRUMS)
    assert len(witness.excerpts(8).strangers) == 0
    assert witness.says(cut(a_song(50), 0, 8), 8, an_inspirer(a_song(51, 16))).strangers.shape == (0,)


def test_a_piece_that_is_given_twice_is_one_with_all_its_weight(taught):
    x, other = a_song(50, 16), a_song(52, 16)
    once = told(taught, [an_inspirer(x, 0.75), an_inspirer(other, 0.25, "y.mid")])
    twice = told(taught, [an_inspirer(x, 0.5), an_inspirer(other, 0.25, "y.mid"), an_inspirer(x.copy(), 0.25)])
    assert once == twice
    assert [(each["name"], each["weight"]) for each in once["inspirers"]] == [("x.mid", 0.75), ("y.mid", 0.25)]
    assert once["verdict"].count("x.mid;") == once["verdict"].count("y.mid;") == 1
    assert once["verdict"].count("Copies no more of the training pieces") == 1
    # other music of the same name is another piece
    alike = told(taught, [an_inspirer(x, 0.5), an_inspirer(other, 0.5)])
    assert [each["name"] for each in alike["inspirers"]] == ["x.mid (1)", "x.mid (2)"]


def test_strength_and_refusals_are_said_once(taught):
    said = told(taught, [an_inspirer(a_song(50, 16))], refused=[["barcopy"], ["barcopy", "overlap"]])
    assert next(iter(said)) == "verdict" and said["strength"] == 0.7
    assert "strength" not in said["inspirers"][0] and "refused_before" not in said["inspirers"][0]
    assert said["refused"] == {"candidates": 2, "gates": {"barcopy": 2, "overlap": 1}}
    assert "Candidates refused for copying: 2." in said["verdict"]
    assert "refused" not in told(taught, [an_inspirer(a_song(50, 16))])["verdict"]
    silent = told(taught, [an_inspirer(a_song(50, 16))], refused=[["silence"], ["barcopy"]])["verdict"]
    assert "Candidates refused for copying: 1. Silent candidates: 1." in silent
    assert "refused" not in told(taught, [an_inspirer(a_song(50, 16))], refused=[["silence"]])["verdict"]


def test_what_was_made_without_says_so_whatever_it_is_near_to(taught):
    for x in (a_song(51, 16), a_song(50, 16)):
        assert "Made without x.mid" in told(taught, [an_inspirer(x)], strength=0.0)["verdict"]
    assert "Made without" not in told(taught, [an_inspirer(a_song(50, 16))])["verdict"]


def test_before_real_pairs_are_known_that_is_said(taught):
    chooser = Chooser(taught.ensemble, taught._memory, {}, DRUMS)
    wish = Wishes((an_inspirer(a_song(50, 16)),), 0.7, 16, 1.0, None, 2)
    said = receipt(cut(a_song(51), 0, 16), wish, chooser, [], Choice(0, [[]]))
    assert "not known yet" in said["verdict"] and set(said["inspirers"][0]) == {"name", "weight"}


def test_the_same_file_twice_is_one_inspirer_of_a_modeloid(taught):
    ((piece, said),) = taught.told(1, Rng(5), inspiration=[a_score(), a_score()], length_bars=8, candidates=2)
    assert [each["weight"] for each in said["inspirers"]] == [1]
    assert said["inspirers"][0]["bars"] * 16 > taught._items.coder.encode(piece)[:, ONSET].max()
