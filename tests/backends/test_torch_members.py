"""Networks that learn side by side: the first is what it would be alone, the others differ, and all are kept."""

import math

import pytest

torch = pytest.importorskip("torch")

from modeloid.backends.torch import Average, TorchWorld  # noqa: E402
from modeloid.backends.torch.members import Members, log_mean  # noqa: E402
from modeloid.cycle.errors import StateError  # noqa: E402
from modeloid.cycle.rng import Rng  # noqa: E402
from modeloid.nets.descent import Descent  # noqa: E402

MODEL = {"learning_rate": 0.1, "weight_decay": 0.1, "clip": 1.0, "warm_turns": 2, "planned_turns": 10, "average": 0.9}
WORLD = TorchWorld()


def a_net():
    return torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.Dropout(0.5), torch.nn.Linear(4, 1))


def total(net, rng):
    items = torch.from_numpy(rng.at("items").generator().random((5, 3))).float()
    return (net(items) - 1).square().sum(), 5.0


def some(count=None, turns=0):
    model = MODEL if count is None else {**MODEL, "members": count}
    members = Members(a_net, model, WORLD, Rng(3).at("init"), memory=0.99)
    for turn in range(turns):
        members.learn(total, Rng(3).at("train", turn))
    return members


def weights(net):
    return torch.cat([parameter.detach().flatten() for parameter in net.parameters()]).numpy().tobytes()


def files(members, directory):
    directory.mkdir()
    members.save(directory)
    return {path.name: path.read_bytes() for path in directory.iterdir()}


def test_a_mixture_has_the_mean_of_the_probabilities():
    first, second = torch.tensor([0.5, 0.25, 0.0]).log(), torch.tensor([0.1, 0.25, 0.0]).log()
    found = log_mean([first, second])
    assert found.dtype == torch.float64
    assert found.exp().tolist() == pytest.approx([0.3, 0.25, 0.0])
    assert found[0] != pytest.approx(float((first[0] + second[0]) / 2), abs=0.1), "nor is it the mean of the logs"


def test_of_a_single_one_it_is_what_was_given():
    only = torch.randn(4)
    assert log_mean([only]) is only


def test_an_elements_bits_do_not_depend_on_its_place():
    scores = [-torch.rand(103, generator=torch.Generator().manual_seed(seed)).double() * 9 for seed in range(3)]
    whole = log_mean(scores)
    for first in range(1, 40):
        part = log_mean([one[first : first + 61] for one in scores])
        assert part.numpy().tobytes() == whole[first : first + 61].numpy().tobytes()


@pytest.mark.parametrize("count", [None, 1])
def test_a_single_one_learns_as_a_bare_loop_does(count):
    members = some(count)
    with WORLD.seeded(Rng(3).at("init")):
        net = a_net()
    descent, average = Descent(net, MODEL, memory=0.99), Average(net, 0.9)
    for turn in range(4):
        with WORLD.seeded(Rng(3).at("train", turn)):
            loss, _ = total(net, Rng(3).at("train", turn))
            descent.optimiser.zero_grad()
            (loss / 5).backward()
        told = descent.step(turn)
        average.update()
        assert members.learn(total, Rng(3).at("train", turn)) == {"loss": loss.item() / 5, **told}
    assert weights(members.nets[0]) == weights(net)
    with members.averaged(), average.averaged():
        assert weights(members.nets[0]) == weights(net)


def test_the_first_of_several_is_what_it_would_be_alone_and_the_others_differ():
    for turns in (0, 3):
        alone, three = some(1, turns), some(3, turns)
        found = [weights(net) for net in three.nets]
        assert found[0] == weights(alone.nets[0]) and len(set(found)) == 3


def test_each_draws_its_own():
    seen = []

    def drawing(net, rng):
        seen.append((rng.key(), float(torch.rand(1))))
        return total(net, rng)

    some(3).learn(drawing, Rng(7))
    assert seen[0][0] == Rng(7).key()
    assert len({key for key, _ in seen}) == len({drawn for _, drawn in seen}) == 3


def test_what_a_turn_tells_is_the_mean():
    alone = []

    def noting(net, rng):
        loss, count = total(net, rng)
        alone.append(loss.item() / count)
        return loss, count

    told = some(3).learn(noting, Rng(7))
    assert told["loss"] == pytest.approx(sum(alone) / 3) and len(set(alone)) == 3
    assert told["learning_rate"] == pytest.approx(some(1).learn(total, Rng(7))["learning_rate"])


def test_a_single_one_keeps_the_names_of_its_files_and_others_add_theirs(tmp_path):
    single = files(some(1, 1), tmp_path / "one")
    tensors = {"net.safetensors", "net.average.safetensors", "adamw.optimiser.safetensors"}
    assert set(single) == tensors | {"adamw.optimiser.json", "counters.json"}
    three = files(some(3, 1), tmp_path / "three")
    assert len(three) == 3 * 4 + 1
    assert all(three[name] == content for name, content in single.items())


def test_a_cut_changes_no_byte(tmp_path):
    whole, half = files(some(3, 6), tmp_path / "whole"), files(some(3, 4), tmp_path / "half")
    rest = some(3)
    rest.load(tmp_path / "half")
    for turn in range(4, 6):
        rest.learn(total, Rng(3).at("train", turn))
    assert files(rest, tmp_path / "rest") == whole != half


@pytest.mark.parametrize(("saved", "wanted"), [(3, 1), (1, 3), (2, 3)])
def test_the_state_of_more_or_fewer_is_refused(saved, wanted, tmp_path):
    files(some(saved, 1), tmp_path / "state")
    with pytest.raises(StateError):
        some(wanted).load(tmp_path / "state")


def test_all_are_averaged_and_come_back_whatever_happens():
    members = some(3, 5)
    plain = [weights(net) for net in members.nets]
    with pytest.raises(RuntimeError, match="inside"), members.averaged():
        assert all(weights(net) != own for net, own in zip(members.nets, plain, strict=True))
        raise RuntimeError("inside")
    assert [weights(net) for net in members.nets] == plain


def test_usual_gradients_are_known_once_there_were_some():
    assert some(2).squares() == []
    members = some(2, 3)
    for net, squares in zip(members.nets, members.squares(), strict=True):
        assert [square.shape for square in squares] == [parameter.shape for parameter in net.parameters()]
        assert sum(float(square.sum()) for square in squares) > 0


def test_the_mixture_is_at_least_as_likely_as_the_mean_of_its_members():
    scores = [torch.randn(50, generator=torch.Generator().manual_seed(seed)) for seed in range(3)]
    assert (log_mean(scores) >= torch.stack(scores).double().mean(0) - 1e-12).all()
    assert float(log_mean(scores).max()) <= float(torch.stack(scores).max()) and math.isfinite(log_mean(scores).sum())
