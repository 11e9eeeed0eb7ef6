import json

import numpy as np
import pytest

from modeloid.backends.arguments import BatchError
from modeloid.cycle.errors import ModeloidError, StateError
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import rbm

from .small import a_batch, a_card, a_modeloid, all_states, log_p

KINDS = {
    "plain": {},
    "shared": {"kernel": 4, "stride": 2},
    "cd": {"persistent": False, "cd_steps": 2},
    "stack": {"hidden": [6, 4], "layer_turns": [3]},
}


@pytest.fixture(params=list(KINDS))
def parameters(request):
    return KINDS[request.param]


def trained(turns=6, **parameters):
    modeloid = a_modeloid(**parameters)
    for turn in range(turns):
        modeloid.train(a_batch(seed=turn), Rng(0).at("train", turn))
    return modeloid


def saved(modeloid, directory):
    directory.mkdir()
    modeloid.save(directory)
    return {path.name: path.read_bytes() for path in sorted(directory.iterdir())}


def test_save_load_save_is_byte_equal(parameters, tmp_path):
    first = saved(trained(**parameters), tmp_path / "a")
    again = a_modeloid(state=tmp_path / "a", **parameters)
    assert saved(again, tmp_path / "b") == first
    again.train(a_batch(), Rng(0))
    assert saved(again, tmp_path / "c") != first


def test_a_cut_changes_nothing(parameters, tmp_path):
    whole = saved(trained(8, **parameters), tmp_path / "whole")
    saved(trained(5, **parameters), tmp_path / "half")
    rest = a_modeloid(state=tmp_path / "half", **parameters)
    for turn in range(5, 8):
        rest.train(a_batch(seed=turn), Rng(0).at("train", turn))
    assert saved(rest, tmp_path / "rest") == whole


def test_loss_sample_and_likelihood_change_nothing(parameters, tmp_path):
    modeloid = trained(**parameters)
    before = saved(modeloid, tmp_path / "before")
    with modeloid.averaged():
        modeloid.loss(a_batch(), Rng(1))
        modeloid.sample(2, Rng(1))
    modeloid.log_likelihood(a_batch())
    assert saved(modeloid, tmp_path / "after") == before


def test_the_seed_matters(tmp_path):
    states = []
    for seed in (0, 0, 1):
        modeloid = rbm.load_model(a_card(seed=seed), None, Alone())
        states.append(saved(modeloid, tmp_path / str(len(states))))
    assert states[0] == states[1] != states[2]


def test_sums_and_counts_add_up_over_unequal_batches(parameters):
    modeloid, batch = trained(**parameters), a_batch(10)
    parts = [modeloid.loss(part, Rng(0)) for part in (batch[:7], batch[7:])]
    for name, (total, count) in modeloid.loss(batch, Rng(0)).items():
        assert sum(part[name][0] for part in parts) == pytest.approx(total, rel=1e-4)
        assert sum(part[name][1] for part in parts) == count == 80


def test_one_batch_can_be_overfitted():
    modeloid, batch = a_modeloid(hidden=[24], learning_rate=0.3), a_batch(8)
    before = modeloid.loss(batch, Rng(0))["loss"][0]
    for turn in range(400):
        modeloid.train(batch, Rng(0).at(turn))
    with modeloid.averaged():
        after = modeloid.loss(batch, Rng(0))["loss"][0]
    assert after < 0.5 * before


def test_likelihood_rises_and_agrees_with_the_sum_over_all_states():
    modeloid = a_modeloid((2, 4), ais_steps=300, ais_chains=100, learning_rate=0.2)
    batch = a_batch(64, (2, 4))
    start = modeloid.log_likelihood(batch)[0].mean()
    for turn in range(300):
        modeloid.train(batch, Rng(0).at(turn))
    values, steps = modeloid.log_likelihood(batch)
    assert values.dtype == np.float64
    assert steps.tolist() == [2] * 64
    np.testing.assert_allclose(values, log_p(modeloid.machines[0].astype(float), batch.astype(float)), atol=0.05)
    assert values.mean() > start + 1


def test_a_stack_is_bounded_by_its_exact_likelihood():
    modeloid = a_modeloid((2, 3), hidden=[3, 2], layer_turns=[100], ais_steps=300, ais_chains=100)
    for turn in range(200):
        modeloid.train(a_batch(32, (2, 3), turn), Rng(0).at(turn))
    lower, top = (machine.astype(float) for machine in modeloid.machines)
    h = all_states(1, 3)
    log_odds = lower.visible_input(h)
    v = all_states(2, 3)
    given = (v[:, None] * log_odds - np.logaddexp(0, log_odds)).sum((2, 3))
    exact = np.logaddexp.reduce(given + log_p(top, h), axis=1)
    assert np.logaddexp.reduce(exact) == pytest.approx(0)
    values, _ = modeloid.log_likelihood(v)
    assert values.mean() < exact.mean() + 0.02
    assert values.mean() == pytest.approx(exact.mean(), abs=0.2)


def test_the_partition_function_is_estimated_once_for_each_state(monkeypatch):
    import modeloid.models.rbm.modeloid as module

    calls = []
    monkeypatch.setattr(module, "log_partition", lambda *_: calls.append(1) or 0.0)
    modeloid = trained()
    for _ in range(2):
        modeloid.log_likelihood(a_batch())
    assert len(calls) == 1
    with modeloid.averaged():
        modeloid.log_likelihood(a_batch())
    modeloid.train(a_batch(), Rng(0))
    modeloid.log_likelihood(a_batch())
    assert len(calls) == 3


def test_averaged_weights_are_swapped_in_and_out():
    modeloid = trained(20)
    own = modeloid.machines[0].W
    with modeloid.averaged():
        assert not np.array_equal(modeloid.machines[0].W, own)
    assert modeloid.machines[0].W is own
    with pytest.raises(ZeroDivisionError), modeloid.averaged():
        raise ZeroDivisionError
    assert modeloid.machines[0].W is own


def test_layers_learn_one_after_the_other():
    modeloid = a_modeloid(hidden=[6, 4, 3], layer_turns=[2, 1])
    layers = [modeloid.train(a_batch(), Rng(0).at(turn))["layer"] for turn in range(5)]
    assert layers == [0, 0, 1, 2, 2]


@pytest.mark.parametrize(
    ("batch", "said"),
    [
        (np.zeros((2, 8, 4)), "it has the shape"),
        (np.zeros((0, 8, 5)), "it has the shape"),
        (np.full((2, 8, 5), 2), "visible units are on or off"),
        (np.full((2, 8, 5), -0.5), "visible units are on or off"),
        (np.full((2, 8, 5), np.nan), "visible units are on or off"),
    ],
)
def test_a_batch_that_does_not_fit_is_refused(batch, said):
    with pytest.raises(BatchError, match=said):
        a_modeloid().train(batch, Rng(0))


def test_rows_of_values_are_taken_too():
    modeloid = a_modeloid((64,))
    modeloid.train(np.random.default_rng(0).random((4, 64)), Rng(0))
    assert modeloid.sample(2, Rng(0))[0].shape == (64,)
    assert set(modeloid.wishes) == {"temperature", "steps"}


def test_a_channel_of_onsets_is_taken_too():
    modeloid = a_modeloid((8, 5, 2))
    modeloid.train(np.ones((4, 8, 5, 2), np.uint8), Rng(0))
    assert modeloid.sample(1, Rng(0), length=12, start=np.ones((4, 5, 2)))[0].shape == (12, 5, 2)


def test_several_processes_are_refused():
    world = Alone()
    world.size = 2
    with pytest.raises(ModeloidError, match="one process"):
        rbm.load_model(a_card(), None, world)


def test_a_damaged_or_foreign_state_is_refused(tmp_path):
    saved(trained(), tmp_path / "s")
    counters, layer = tmp_path / "s" / "rbm.json", tmp_path / "s" / "layer-0.npz"
    with pytest.raises(StateError, match=r"arrays do not fit: average\.W"):
        a_modeloid(state=tmp_path / "s", hidden=[7])
    with pytest.raises(StateError, match="1 layers, not 2"):
        a_modeloid(state=tmp_path / "s", hidden=[6, 2])
    whole, text = layer.read_bytes(), counters.read_text()
    for damage in (whole[: len(whole) // 2], b"", whole[:200] + bytes(200) + whole[400:]):
        layer.write_bytes(damage)
        with pytest.raises(StateError, match="unreadable state"):
            a_modeloid(state=tmp_path / "s")
    layer.write_bytes(whole)
    counters.write_text(json.dumps(json.loads(text) | {"format": 99}))
    with pytest.raises(StateError, match="This version reads format 1"):
        a_modeloid(state=tmp_path / "s")
    for damage in ("{", "[]", "{}"):
        counters.write_text(damage)
        with pytest.raises(StateError, match="unreadable state"):
            a_modeloid(state=tmp_path / "s")
    counters.write_text(text)
    assert a_modeloid(state=tmp_path / "s").turn == 6


def test_it_fulfils_the_contract():
    from modeloid.cycle.contract import HasAverage, HasLikelihood, Modeloid

    modeloid = a_modeloid()
    assert isinstance(modeloid, Modeloid)
    assert isinstance(modeloid, HasLikelihood)
    assert isinstance(modeloid, HasAverage)
