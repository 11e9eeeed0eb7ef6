"""Measuring: exact means whatever the batches; the same whatever the step; averaged weights for the time of a stage."""

import json
from contextlib import contextmanager

import numpy as np
import pytest

from modeloid.cycle import stages
from modeloid.cycle.contract import HasAverage, HasLikelihood, Modeloid
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from toys import Points, Softmax, card

WORLD = Alone()


@pytest.fixture
def toy(tmp_path):
    return Softmax(card(tmp_path), None, WORLD)


@pytest.mark.parametrize("batch", [1, 3, 7, 19, 20, 64])
def test_the_mean_is_exact_whatever_the_batches(batch, toy):
    domain = Points(valid=20)
    exact = toy._losses(domain.batch("valid", np.arange(20), Rng(0))).mean()
    measured = stages.evaluate(toy, domain, "valid", batch, WORLD, Rng(0))["loss"]
    assert measured == pytest.approx(exact, rel=1e-14)


def test_a_mean_of_means_would_fail_it(toy):
    domain = Points(valid=20)
    losses = toy._losses(domain.batch("valid", np.arange(20), Rng(0)))
    naive = np.mean([losses[first : first + 19].mean() for first in (0, 19)])
    assert naive != pytest.approx(losses.mean(), rel=1e-3)


def test_quantities_may_have_their_own_counts(toy):
    class Two(Softmax):
        def loss(self, batch, rng):
            return {"notes": (6.0, 3), "never": (0.0, 0), "seldom": (float(len(batch[1]) == 2), 1)}

    toy.__class__ = Two
    assert stages.evaluate(toy, Points(valid=20), "valid", 6, WORLD, Rng(0)) == {"notes": 2.0, "seldom": 0.25}


def test_likelihood_gives_both_conventions(toy):
    class Uneven(Softmax):
        def log_likelihood(self, batch):
            return np.array([-1.0, -9.0]), np.array([1, 3])

    toy.__class__ = Uneven
    found = stages.likelihood(toy, Points(test=4), "test", 2, WORLD, Rng(0))
    known = {"nll_per_step": 2.5, "nll_per_step_mean_of_items": 2.0, "steps": 8.0, "items": 4.0}
    assert {name: value for name, value in found.items() if not name.endswith("_se")} == known


def test_the_standard_errors_of_a_likelihood_are_those_of_resampled_items(toy):
    generator = np.random.default_rng(0)
    steps = generator.integers(1, 30, 400)
    values = -(steps * 2.0 + generator.normal(size=400) * 3)
    shown = []

    class Known(Softmax):
        def log_likelihood(self, batch):
            first = sum(shown)
            shown.append(len(batch[1]))
            return values[first : first + len(batch[1])], steps[first : first + len(batch[1])]

    toy.__class__ = Known
    found = stages.likelihood(toy, Points(test=400), "test", 64, WORLD, Rng(0))
    drawn = generator.integers(0, 400, (4000, 400))
    ratios = -values[drawn].sum(1) / steps[drawn].sum(1)
    assert found["nll_per_step_se"] == pytest.approx(ratios.std(), rel=0.05)
    means = -values / steps
    assert found["nll_per_step_mean_of_items_se"] == pytest.approx(means.std(ddof=1) / 20, rel=1e-9)
    assert found["nll_per_step_se"] < 0.9 * found["nll_per_step_mean_of_items_se"]


def test_what_the_domain_says_of_each_piece_lies_beside_it(toy, tmp_path):
    class Annotating(Points):
        def annotate(self, pieces, part):
            return [{"part": part, "sum": sum(piece)} for piece in pieces]

    pieces = stages.generate(toy, Annotating(), Rng(0), 3, {}, tmp_path / "out", part="test")
    entries = json.loads((tmp_path / "out" / "index.json").read_text())["pieces"]
    assert [entry["annotation"] for entry in entries] == [{"part": "test", "sum": sum(piece)} for piece in pieces]
    stages.generate(toy, Points(), Rng(0), 3, {}, tmp_path / "out")
    assert "annotation" not in (tmp_path / "out" / "index.json").read_text()


def test_averaged_weights_are_in_for_a_stage_and_out_after_it_even_when_broken_off(toy, tmp_path):
    seen = []

    class Averaged(Softmax):
        @contextmanager
        def averaged(self):
            seen.append("in")
            try:
                yield
            finally:
                seen.append("out")

    toy.__class__ = Averaged
    assert isinstance(toy, HasAverage) and isinstance(toy, HasLikelihood) and isinstance(toy, Modeloid)
    stages.evaluate(toy, Points(), "valid", 8, WORLD, Rng(0))
    assert seen == ["in", "out"]
    for stage in (
        lambda asked: stages.evaluate(toy, Points(), "valid", 8, WORLD, Rng(0), asked),
        lambda asked: stages.generate(toy, Points(), Rng(0), 3, {}, tmp_path / "out", asked),
        lambda asked: stages.likelihood(toy, Points(), "test", 8, WORLD, Rng(0), asked),
    ):
        seen.clear()
        with pytest.raises(stages.BrokenOffError):
            stage(lambda: True)
        assert seen == ["in", "out"] and not (tmp_path / "out").exists()


def test_a_modeloid_without_averages_or_likelihood_needs_none():
    class Bare:
        pass

    assert not isinstance(Bare(), HasAverage) and not isinstance(Bare(), HasLikelihood)
    with stages.averaged(Bare()):
        pass


def test_generate_breaks_off_between_two_groups_and_takes_up_again(toy, tmp_path):
    calls = iter([False, False, True])
    with pytest.raises(stages.BrokenOffError):
        stages.generate(toy, Points(), Rng(0), 3, {}, tmp_path / "out", lambda: next(calls))
    assert next(calls, "none left") == "none left"
    (tmp_path / "tmp-out").mkdir(exist_ok=True)
    pieces = stages.generate(toy, Points(), Rng(0), 3, {}, tmp_path / "out")
    again = stages.generate(toy, Points(), Rng(0), 3, {}, tmp_path / "out")
    assert pieces == again and len(list((tmp_path / "out").iterdir())) == 4 and not list(tmp_path.glob("tmp-*"))


def test_more_than_a_hundred_pieces_sort_by_name(toy, tmp_path):
    stages.generate(toy, Points(), Rng(0), 101, {}, tmp_path / "out")
    names = sorted(path.name for path in (tmp_path / "out").glob("*.json"))
    assert names[0] == "000.json" and names[100] == "100.json"


def test_valid_addresses_carry_no_step(toy):
    """Curves compare like with like: the same weights measure the same at any time."""
    addresses = []

    class Noting(Softmax):
        def loss(self, batch, rng):
            addresses.append(rng.where)
            return super().loss(batch, rng)

    toy.__class__ = Noting
    for _ in range(2):
        toy.turns += 7
        stages.evaluate(toy, Points(), "valid", 8, WORLD, Rng(0))
    assert addresses == [("valid", 0), ("valid", 1), ("valid", 2)] * 2
