"""What is said of an inspired piece."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from modeloid.music.kinship import Ear, Grams, Strangers, receipt
from modeloid.music.kinship.copying import MEASURES
from modeloid.music.kinship.facets import FACETS
from modeloid.music.kinship.grams import TRAINING
from modeloid.music.kinship.words import sentences
from modeloid.music.represent.parts import ONSET, PITCH, cut

from .songs import song, transposed

STRANGERS = Strangers([song(seed) for seed in range(400, 440)])
FEW = Strangers([song(seed) for seed in range(400, 410)])
NONE = Strangers([])


def an_ear(near: float, strangers: Strangers = STRANGERS) -> Ear:
    """One for whom strangers lie from 0 to 1."""
    return Ear(near, np.linspace(0, 1, len(strangers)))


def varied(seed: int, share: float = 0.5) -> np.ndarray:
    """A song of which so many notes of the lead have other pitches."""
    rows, draw = song(seed), np.random.default_rng(seed)
    moved = (draw.random(len(rows)) < share) & (rows[:, 4] == 0)
    rows[moved, PITCH] += draw.choice([-2, 2], int(moved.sum()))
    return rows


def test_a_receipt_is_plain_and_whole(real: dict[str, Any], training: Grams) -> None:
    said = receipt(song(300), song(301, 48), real, training, STRANGERS, an_ear(0.5))
    assert json.loads(json.dumps(said)) == said
    assert (said["bars"], said["inspirer_bars"], said["whole"]["excerpts"]) == (32, 48, 40)
    assert [len(said["taken"][name]["bars"]) for name in FACETS] == [32] * 5
    assert set(said["copied"]) == set(MEASURES)
    assert set(said["training"]["copied"]) == set(TRAINING)
    assert [row["bar"] for row in said["nearest_bars"]] == list(range(1, 33))
    assert said["beside"] == "40 pairs of strangers: 32 bars of a real piece and 32 bars of another"
    assert said["failed"] == []
    assert "Copies no more of the inspirer than real strangers do of one another" in said["verdict"]
    assert "Copies no more of the training pieces than other real pieces do" in said["verdict"]
    # what was wished is said once, by whom the piece was wished from
    assert not {"strength", "refused_before"} & set(said)


def test_every_number_stands_beside_real_pieces(real: dict[str, Any], training: Grams) -> None:
    said = receipt(song(300), song(301), real, training, STRANGERS)
    for each in said["taken"].values():
        assert {"mean", "nearer_than", "excerpts_mean", "strangers_mean", "strangers_p95"} <= set(each)
    for each in (*said["copied"].values(), *said["training"]["copied"].values()):
        assert {"what", "value", "strangers_mean", "strangers_p95", "limit"} == set(each)
    for run in (said["runs"]["lead"], said["runs"]["all"], said["training"]["run"]):
        assert {"notes", "strangers_mean", "strangers_p95"} <= set(run)


def test_a_copy_is_named_with_its_place(real: dict[str, Any], training: Grams) -> None:
    x = song(300)
    planted = transposed(cut(x, 16, 8), 1)
    planted[:, ONSET] += 8 * 16
    y = np.concatenate([cut(song(301), 0, 8), planted])
    said = receipt(y, x, real, training, STRANGERS)
    assert (said["runs"]["all"]["bar"], said["runs"]["all"]["inspirer_bar"]) == (9, 17)
    assert said["runs"]["all"]["notes"] > said["runs"]["all"]["strangers_p95"]
    assert [(row["inspirer_bar"], row["semitones"], row["share"]) for row in said["nearest_bars"][8:]] == [
        (bar, 1, 1.0) for bar in range(17, 25)
    ]
    assert "barcopy" in {gate["name"] for gate in said["failed"]}
    assert "its bars are too like bars of the inspirer" in said["verdict"]
    assert "Copies more of the inspirer than real strangers do" in said["verdict"]
    assert "Copies no more of the inspirer" not in said["verdict"]
    # what it shares with others is told beside
    assert "Copies no more of the training pieces" in said["verdict"]


def test_a_training_piece_is_named(real: dict[str, Any], training: Grams) -> None:
    said = receipt(cut(song(105), 4, 8), song(300), real, training, STRANGERS)
    assert said["training"]["run"]["piece"] == "song 105"
    assert (said["training"]["run"]["piece_bar"], said["training"]["run"]["bar"]) == (5, 1)
    assert "its lead repeats stretches of training pieces" in said["verdict"]


def test_the_longest_runs_are_told_with_their_places(real: dict[str, Any], training: Grams) -> None:
    said = receipt(song(300), song(301), real, training, STRANGERS, name="tune.mid")
    lead, trained = said["runs"]["lead"], said["training"]["run"]
    assert f"share {lead['notes']} notes in a row, from bar {lead['bar']} here" in said["verdict"]
    assert f"bar {lead['inspirer_bar']} of tune.mid" in said["verdict"]
    assert f"bar {trained['piece_bar']} of training piece {trained['piece']}" in said["verdict"]


def test_near_to_itself_in_everything(real: dict[str, Any]) -> None:
    said = receipt(song(300), song(300), real, None, STRANGERS, an_ear(2))
    assert "training" not in said and "training pieces than" not in said["verdict"]
    assert all(said["taken"][name]["nearer_than"] > 0.95 for name in FACETS)
    assert said["verdict"].startswith("Clearly takes after the inspirer: all in all nearer to it than 40 of 40")


@pytest.mark.parametrize("seed", range(300, 312))
def test_strangers_are_not_called_children_and_variations_are(seed: int, real: dict[str, Any]) -> None:
    x = song(seed)
    shares = [receipt(y, x, real, None, STRANGERS)["whole"]["nearer_than"] for y in (song(seed + 50), varied(seed))]
    assert shares[0] < 0.95 < shares[1]


def test_strangers_lie_among_strangers_whatever_the_inspirer(real: dict[str, Any]) -> None:
    """A long inspirer is near to everything, a plain one to nothing; the same excerpts are, too."""
    whole = song(300, 48)
    plain = song(300)[song(300)[:, 4] == 0]
    raw, shares = [], []
    for x in (whole, plain):
        said = [receipt(song(seed), x, real, None, STRANGERS) for seed in range(500, 515)]
        raw.append(np.mean([each["taken"]["together"]["mean"] for each in said]))
        shares.append(np.mean([each["whole"]["nearer_than"] for each in said]))
    assert raw[0] > raw[1] + 0.1
    assert all(0.25 < share < 0.75 for share in shares)


@pytest.mark.parametrize(
    ("ear", "claim"),
    [(0.0, "Takes no more after it than a stranger's piece may"), (0.97, "Clearly"), (2, "Clearly"), (-1, "Takes no")],
)
def test_the_ear_is_heeded_and_nothing_else_is_claimed(ear: float, claim: str, real: dict[str, Any]) -> None:
    said = receipt(song(300), song(301), real, None, STRANGERS, an_ear(ear), name="it")
    assert said["verdict"].startswith(claim)
    assert sum(said["verdict"].count(word) for word in ("akes after", "akes no more after")) == 1
    assert f"by ear {round(40 * said['whole']['heard'])}," in said["verdict"]


def test_ear_and_facets_are_weighed(real: dict[str, Any]) -> None:
    """Each moves the verdict where the other stays, the ear more."""
    near, far = song(300), song(320)

    def share(y: np.ndarray, ear: float) -> float:
        return float(receipt(y, song(300), real, None, STRANGERS, an_ear(ear))["whole"]["nearer_than"])

    assert share(near, 0.5) > share(far, 0.5) + 0.1
    assert share(far, 1.0) > share(far, 0.5) + 0.1
    assert share(far, 1.0) > share(far, 0.0) + 0.5


@pytest.mark.parametrize("strangers", [FEW, NONE])
def test_of_few_excerpts_nothing_is_claimed(strangers: Strangers, real: dict[str, Any]) -> None:
    said = receipt(song(300), song(300), real, None, strangers, an_ear(2, strangers))
    assert said["whole"]["excerpts"] == len(strangers)
    assert "too few training pieces are remembered" in said["verdict"] and "akes after" not in said["verdict"]
    assert ("nearer_than" in said["taken"]["rhythm"]) == (strangers is FEW)


def test_without_inspiration_nothing_is_taken_but_by_chance(real: dict[str, Any]) -> None:
    for y in (song(300), song(301)):
        said = receipt(y, song(301), real, None, STRANGERS, inspires=False)
        assert said["verdict"].startswith("Made without the inspirer, as near to it as chance has it: all in all")
        assert "akes after" not in said["verdict"]


@pytest.mark.parametrize(("y", "x", "whose"), [(0, 300, "the piece"), (300, 0, "x.mid")])
def test_without_notes_there_is_nothing_to_compare(y: int, x: int, whose: str, real: dict[str, Any]) -> None:
    said = receipt(song(300)[:y], song(301)[:x], real, None, STRANGERS, an_ear(0.5), name="x.mid")
    assert said["verdict"] == f"There is nothing to compare: {whose} has no pitched notes."
    assert said["failed"] == []


def test_kin_stand_beside_slices(real: dict[str, Any]) -> None:
    said = receipt(cut(song(300), 0, 8), cut(song(301), 0, 8), real, None, STRANGERS)
    assert said["taken"]["harmony"]["kin_mean"] == real["kin"]["slice of slice"]["harmony"]["mean"]
    assert receipt(song(300), song(301), real, None, STRANGERS)["taken"]["harmony"]["kin_mean"] is None


def test_every_gate_has_its_words() -> None:
    taken = {name: {"nearer_than": 0.5} for name in (*FACETS, "together")}
    whole = {"excerpts": 40, "nearer_than": 0.5, "facets": 0.5}
    run = {
        "notes": 6,
        "bar": 3,
        "inspirer_bar": 9,
        "piece_bar": 5,
        "piece": 16,
        "strangers_mean": 3,
        "strangers_p95": 5,
    }
    plain: dict[str, Any] = {"onsets": 1, "inspirer_onsets": 1, "taken": taken, "whole": whole, "runs": {"lead": run}}
    plain["training"] = {"run": run}
    for name in MEASURES:
        _, inspirer, training = sentences({**plain, "failed": [{"name": name}]})
        assert inspirer.startswith("Copies more of the inspirer than real strangers do of one another: ")
        assert training.startswith("Copies no more of the training pieces")
    for name in TRAINING:
        _, inspirer, training = sentences({**plain, "failed": [{"name": name}]})
        assert inspirer.startswith("Copies no more of the inspirer")
        assert training.startswith("Copies more of the training pieces than other real pieces do: ")
        assert "bar 5 of training piece 16" in training
