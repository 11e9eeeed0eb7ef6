"""The lines of real pairs."""

from __future__ import annotations

import json
from typing import Any

import pytest

from modeloid.cycle.rng import Rng
from modeloid.music.kinship import Grams, Heard, KinshipError, lines
from modeloid.music.kinship.copying import MEASURES
from modeloid.music.kinship.facets import FACETS
from modeloid.music.kinship.lines import SHAPES, shape_of, share_below

from .songs import song


def test_lines_are_plain_and_whole(real: dict[str, Any]) -> None:
    assert json.loads(json.dumps(real)) == real
    assert set(real["strangers"]) == set(SHAPES[:5])
    for table in (*real["strangers"].values(), *real["kin"].values()):
        assert set(table) == {*MEASURES, *FACETS, "together"}
        for line in table.values():
            assert line["quantiles"] == sorted(line["quantiles"])
            assert line["p50"] <= line["p95"] <= line["p99"] <= line["quantiles"][-1]
            assert line["quantiles"][0] <= line["mean"] <= line["quantiles"][-1]
    assert set(real["training"]) == {"slice", "window"}


def test_more_to_copy_from_is_more_copied(real: dict[str, Any]) -> None:
    means = [real["strangers"][f"slice of {given}"]["barcopy"]["mean"] for given in ("slice", "window", "piece")]
    assert means == sorted(means)
    assert means[0] < means[-1]


def test_the_same_address_draws_the_same_lines() -> None:
    pieces = [song(seed) for seed in range(5)]
    made = [lines(pieces, Rng(seed), pairs=6, shapes=SHAPES[:1]) for seed in (0, 0, 1)]
    assert made[0] == made[1] != made[2]


def test_without_grams_nothing_is_said_of_training() -> None:
    assert lines([song(1), song(2)], Rng(0), pairs=2, shapes=SHAPES[:1])["training"] == {}


def test_short_pieces_are_taken_whole() -> None:
    made = lines([song(seed, 8)[:40] for seed in range(4)], Rng(0), grams=Grams([]), pairs=4)
    assert made["kin"] == {}
    assert set(made["strangers"]) == set(SHAPES)


@pytest.mark.parametrize("pieces", [[], [song(1)], [song(1), song(2)[:5]]])
def test_one_piece_draws_no_line(pieces: list[Any]) -> None:
    with pytest.raises(KinshipError, match="Give two at least"):
        lines(pieces, Rng(0))


@pytest.mark.parametrize(
    ("made", "given", "shape"),
    [(8, 8, "slice of slice"), (32, 12, "window of slice"), (6, 32, "slice of window"), (64, 100, "window of piece")],
)
def test_the_shape_goes_by_the_bars(made: int, given: int, shape: str) -> None:
    none = song(1)[:0]
    assert shape_of(Heard(none, bars=made), Heard(none, bars=given)) == shape


def test_share_below_counts_the_pairs_below() -> None:
    line = {"quantiles": [0, 0, 0.5, 1]}
    assert [share_below(line, value) for value in (-1, 0, 0.5, 0.7, 2)] == [0, 0.25, 0.625, 0.75, 1]
