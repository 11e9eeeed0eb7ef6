"""What is said of an inspired piece."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from modeloid.music.kinship import Grams, receipt
from modeloid.music.kinship.copying import MEASURES
from modeloid.music.kinship.facets import FACETS
from modeloid.music.kinship.grams import TRAINING
from modeloid.music.kinship.words import verdict
from modeloid.music.represent.parts import ONSET, cut

from .songs import song, transposed


def test_a_receipt_is_plain_and_whole(real: dict[str, Any], training: Grams) -> None:
    said = receipt(song(300), song(301, 48), real, training, 0.7, refused=3)
    assert json.loads(json.dumps(said)) == said
    assert (said["strength"], said["refused_before"], said["bars"], said["inspirer_bars"]) == (0.7, 3, 32, 48)
    assert [len(said["taken"][name]["bars"]) for name in FACETS] == [32] * 5
    assert set(said["copied"]) == set(MEASURES)
    assert set(said["training"]["copied"]) == set(TRAINING)
    assert [row["bar"] for row in said["nearest_bars"]] == list(range(1, 33))
    assert said["failed"] == []
    assert "Copies no more of it, nor of the training set, than real strangers do" in said["verdict"]


def test_a_copy_is_named_with_its_place(real: dict[str, Any], training: Grams) -> None:
    x = song(300)
    planted = transposed(cut(x, 16, 8), 1)
    planted[:, ONSET] += 8 * 16
    y = np.concatenate([cut(song(301), 0, 8), planted])
    said = receipt(y, x, real, training, 1.0)
    assert (said["runs"]["all"]["bar"], said["runs"]["all"]["inspirer_bar"]) == (9, 17)
    assert said["runs"]["all"]["notes"] > said["runs"]["all"]["strangers_p95"]
    assert [(row["inspirer_bar"], row["semitones"], row["share"]) for row in said["nearest_bars"][8:]] == [
        (bar, 1, 1.0) for bar in range(17, 25)
    ]
    assert "barcopy" in {gate["name"] for gate in said["failed"]}
    assert "its bars are too like bars of the inspirer" in said["verdict"]
    assert "Copies no more" not in said["verdict"]


def test_a_training_piece_is_named(real: dict[str, Any], training: Grams) -> None:
    said = receipt(cut(song(105), 4, 8), song(300), real, training, 0.5)
    assert said["training"]["run"]["piece"] == "song 105"
    assert (said["training"]["run"]["piece_bar"], said["training"]["run"]["bar"]) == (5, 1)
    assert "its lead repeats stretches of training pieces" in said["verdict"]


def test_near_to_itself_in_everything(real: dict[str, Any]) -> None:
    said = receipt(song(300), song(300), real, None, 1.0)
    assert "training" not in said
    assert all(said["taken"][name]["nearer_than"] > 0.95 for name in FACETS)
    assert said["verdict"].startswith("Takes after the inspirer, clearly in harmony, rhythm and contour")


def test_strength_nought_takes_nothing(real: dict[str, Any]) -> None:
    assert receipt(song(300), song(301), real, None, 0)["verdict"].startswith("Made without the inspirer; on the whole")


@pytest.mark.parametrize(("y", "x", "whose"), [(0, 300, "The piece"), (300, 0, "The inspirer")])
def test_without_notes_there_is_nothing_to_compare(y: int, x: int, whose: str, real: dict[str, Any]) -> None:
    said = receipt(song(300)[:y], song(301)[:x], real, None, 1.0)
    assert said["verdict"] == f"{whose} has no pitched notes: there is nothing to compare."
    assert said["failed"] == []


def test_kin_stand_beside_slices(real: dict[str, Any]) -> None:
    said = receipt(cut(song(300), 0, 8), cut(song(301), 0, 8), real, None, 1.0)
    assert said["taken"]["harmony"]["kin_mean"] == real["kin"]["slice of slice"]["harmony"]["mean"]
    assert receipt(song(300), song(301), real, None, 1.0)["taken"]["harmony"]["kin_mean"] is None


def test_every_gate_has_its_words() -> None:
    near = {name: {"nearer_than": 0.5} for name in (*FACETS, "together")}
    for name in (*MEASURES, *TRAINING):
        said = {"onsets": 1, "inspirer_onsets": 1, "taken": near, "strength": 1, "failed": [{"name": name}]}
        assert "Copies more than real strangers do: " in verdict(said)
