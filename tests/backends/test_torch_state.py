"""What a torch modeloid saves comes back as it was, or is refused in one line."""

from __future__ import annotations

import copy
import errno
import json
import resource
import signal

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import nn

from modeloid.backends.torch import Average, State
from modeloid.backends.torch.names import plain_state
from modeloid.cycle.errors import StateError

OPTIMISERS = {
    "adam": lambda p: torch.optim.Adam(p, 0.01, betas=(0.8, 0.99)),
    "amsgrad": lambda p: torch.optim.AdamW(p, 0.01, amsgrad=True),
    "sgd": lambda p: torch.optim.SGD(p, 0.01, momentum=0.9),
    "plain sgd": lambda p: torch.optim.SGD(p, 0.01),
    "rmsprop": lambda p: torch.optim.RMSprop(p, 0.01, centered=True),
    "groups": lambda p: torch.optim.Adam([{"params": p[:1], "lr": 0.1}, {"params": p[1:]}], 0.01),
}
SCHEDULES = {
    "cosine": lambda o: torch.optim.lr_scheduler.CosineAnnealingLR(o, 10),
    "multi step": lambda o: torch.optim.lr_scheduler.MultiStepLR(o, [2, 4]),
    "one cycle": lambda o: torch.optim.lr_scheduler.OneCycleLR(o, 0.1, total_steps=20),
    "sequence": lambda o: torch.optim.lr_scheduler.SequentialLR(
        o, [torch.optim.lr_scheduler.LinearLR(o), torch.optim.lr_scheduler.ExponentialLR(o, 0.9)], [3]
    ),
}


def net(width=3, dtype=torch.float32):
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(2, width), nn.BatchNorm1d(width), nn.Linear(width, 1)).to(dtype)


def trained(optimiser="adam", schedule="cosine", turns=3, width=3):
    module = net(width)
    steps = OPTIMISERS[optimiser](list(module.parameters()))
    rates = SCHEDULES[schedule](steps)
    state = State({"net": module}, {"steps": steps}, {"rates": rates}, {"net": Average(module, 0.9)}, {"turns": 0})
    for _ in range(turns):
        turn(state)
    return state


def turn(state):
    generator = torch.Generator().manual_seed(state.counters["turns"])
    items = torch.rand(5, 2, generator=generator)
    state.optimisers["steps"].zero_grad()
    state.modules["net"](items).square().mean().backward()
    state.optimisers["steps"].step()
    state.schedulers["rates"].step()
    state.averages["net"].update()
    state.counters["turns"] += 1


def saved(state, directory):
    directory.mkdir()
    state.save(directory)
    return {path.name: path.read_bytes() for path in directory.iterdir()}


@pytest.mark.parametrize("optimiser", OPTIMISERS)
def test_every_optimiser_goes_on_as_if_nothing_had_happened(tmp_path, optimiser):
    there_and_on(tmp_path, optimiser, "cosine")


@pytest.mark.filterwarnings("ignore:.*lr_scheduler.step.*")
@pytest.mark.parametrize("schedule", SCHEDULES)
def test_every_schedule_goes_on_as_if_nothing_had_happened(tmp_path, schedule):
    there_and_on(tmp_path, "sgd", schedule)


def there_and_on(tmp_path, optimiser, schedule):
    state = trained(optimiser, schedule)
    first = saved(state, tmp_path / "first")
    back = trained(optimiser, schedule, turns=0)
    assert saved(back, tmp_path / "fresh") != first
    back.load(tmp_path / "first")
    assert saved(back, tmp_path / "second") == first
    for _ in range(4):
        turn(state)
        turn(back)
    assert saved(back, tmp_path / "back") == saved(state, tmp_path / "on")


def test_names_are_free_of_what_wraps_the_module(tmp_path):
    bare = net()
    compiled = torch.compile(net())
    half = net()
    half[0] = torch.compile(half[0])
    parallel = nn.DataParallel(net())
    named = nn.ModuleDict({"module": nn.Linear(1, 1)})
    for wrapped in (compiled, half, parallel):
        assert set(wrapped.state_dict()) != set(bare.state_dict())
        assert list(plain_state(wrapped)) == list(bare.state_dict())
        saved(State({"net": wrapped}), tmp_path / type(wrapped).__name__)
        back = net()
        nn.init.zeros_(back[0].weight)
        State({"net": back}).load(tmp_path / type(wrapped).__name__)
        assert torch.equal(back[0].weight, bare[0].weight)
    assert list(plain_state(named)) == ["module.weight", "module.bias"]


def test_what_one_saved_bare_loads_into_a_compiled_one(tmp_path):
    saved(State({"net": net()}), tmp_path / "bare")
    inner = net()
    nn.init.zeros_(inner[0].weight)
    State({"net": torch.compile(inner)}).load(tmp_path / "bare")
    assert torch.equal(inner[0].weight, net()[0].weight)


def test_a_rate_that_is_a_tensor_comes_back(tmp_path):
    weights = [nn.Parameter(torch.ones(1))]
    first, second = (torch.optim.Adam(weights, torch.tensor(rate), foreach=False) for rate in (0.25, 1.0))
    saved(State(optimisers={"steps": first}), tmp_path / "one")
    State(optimisers={"steps": second}).load(tmp_path / "one")
    assert second.param_groups[0]["lr"].item() == 0.25
    assert isinstance(second.param_groups[0]["betas"], tuple)


def test_tied_weights_and_views_come_back(tmp_path):
    tied = nn.Sequential(nn.Linear(2, 2, bias=False), nn.Linear(2, 2, bias=False))
    tied[1].weight = tied[0].weight
    tied.register_buffer("view", tied[0].weight.detach()[:, 0])
    first = saved(State({"net": tied}), tmp_path / "one")
    back = copy.deepcopy(tied)
    nn.init.zeros_(back[0].weight)
    State({"net": back}).load(tmp_path / "one")
    assert torch.equal(back[0].weight, tied[0].weight)
    assert saved(State({"net": back}), tmp_path / "two") == first


def test_averaged_weights_are_swapped_back_whatever_happens():
    state = trained()
    average, module = state.averages["net"], state.modules["net"]
    weights = module[0].weight.detach().clone()
    with pytest.raises(KeyError), average.averaged():
        assert not torch.equal(module[0].weight, weights)
        raise KeyError
    assert torch.equal(module[0].weight, weights)
    with average.averaged():
        inside = module[0].weight.detach().clone()
        with average.averaged():
            assert torch.equal(module[0].weight, inside)
        assert torch.equal(module[0].weight, inside)
        with pytest.raises(RuntimeError, match="swapped in"):
            average.update()


def test_averages_are_not_saved_swapped(tmp_path):
    state = trained()
    first = saved(state, tmp_path / "one")
    with state.averages["net"].averaged():
        assert saved(state, tmp_path / "two") == first
        assert state.averages["net"].swapped
    assert first["net.safetensors"] != first["net.average.safetensors"]


def test_average_follows_its_formula():
    module = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(module.weight)
    average = Average(module, 0.5)
    expected = 0.0
    for number in range(8):
        with torch.no_grad():
            module.weight.fill_(number + 1)
        average.update()
        decay = min(0.5, (1 + number) / (10 + number))
        expected += (1 - decay) * (number + 1 - expected)
    with average.averaged():
        assert module.weight.item() == pytest.approx(expected, rel=1e-6)
    with pytest.raises(ValueError, match="decay"):
        Average(module, 1.0)


def spoil_missing(directory):
    (directory / "net.safetensors").unlink()


def spoil_truncated(directory):
    path = directory / "net.safetensors"
    path.write_bytes(path.read_bytes()[:-7])


def spoil_foreign(directory):
    (directory / "critc.safetensors").write_bytes((directory / "net.safetensors").read_bytes())


def spoil_json(directory):
    (directory / "counters.json").write_text("{")


def spoil_groups(directory):
    path = directory / "steps.optimiser.json"
    plain = json.loads(path.read_text())
    plain["groups"][0]["params"].pop()
    path.write_text(json.dumps(plain))


def spoil_optimiser(directory):
    (directory / "steps.optimiser.json").write_text("[]")


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (spoil_missing, "net.safetensors: is missing"),
        (spoil_truncated, "net.safetensors: cannot be read"),
        (spoil_foreign, "critc.safetensors: belongs to no part"),
        (spoil_json, "counters.json: cannot be read"),
        (spoil_groups, r"groups of \[5\] parameters, this modeloid has \[6\]"),
        (spoil_optimiser, "is no optimiser's state"),
    ],
)
def test_spoilt_files_are_refused(tmp_path, spoil, says):
    saved(trained(), tmp_path / "one")
    trained().load(tmp_path / "one")
    spoil(tmp_path / "one")
    with pytest.raises(StateError, match=says) as raised:
        trained().load(tmp_path / "one")
    assert "\n" not in str(raised.value)


def test_another_architecture_is_refused(tmp_path):
    saved(trained(), tmp_path / "one")
    with pytest.raises(StateError, match=r"'0.weight' is float32 \[3, 2\], here float32 \[4, 2\]"):
        trained(width=4).load(tmp_path / "one")
    saved(State({"net": net()}), tmp_path / "net")
    with pytest.raises(StateError, match=r"float32.*here float64"):
        State({"net": net(dtype=torch.float64)}).load(tmp_path / "net")
    renamed = nn.Sequential(*net(), nn.Linear(1, 1))
    with pytest.raises(StateError, match=r"'3.weight' is missing.*Did you mean '2.weight'"):
        State({"net": renamed}).load(tmp_path / "net")
    with pytest.raises(StateError, match=r"'2.bias' belongs to nothing here"):
        State({"net": net()[:2]}).load(tmp_path / "net")


@pytest.mark.parametrize("value", [object(), {1, 2}, {"a": (1, 2)}.keys()])
def test_what_json_would_change_is_refused(tmp_path, value):
    with pytest.raises(StateError, match="JSON"):
        saved(State(counters={"it": value}), tmp_path / "one")


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(st.text(), JSON))
def test_counters_come_back(tmp_path_factory, values):
    directory = tmp_path_factory.mktemp("counters")
    State(counters=values).save(directory)
    back = State(counters={"before": 1})
    back.load(directory)
    assert back.counters == values


def test_a_full_disk_has_its_error_number(tmp_path):
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)
    ignored = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    state = State(modules={"net": torch.nn.Linear(500, 500)})
    try:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limit[1]))
        with pytest.raises(OSError, match="too large") as caught:
            state.save(tmp_path)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limit)
        signal.signal(signal.SIGXFSZ, ignored)
    assert caught.value.errno == errno.EFBIG
