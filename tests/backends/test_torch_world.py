"""A world of one process: cheap, seeded from addresses, leaving no trace, and clear about what it cannot have."""

from __future__ import annotations

import subprocess
import sys
import time

import numpy as np
import pytest
import torch
from torch import nn

from modeloid.backends.torch import TorchWorld, WorldError, launch, of, precision, start, world
from modeloid.cycle.contract import World
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone


def net():
    module = nn.Sequential(nn.Linear(4, 4), nn.BatchNorm1d(4), nn.Dropout(0.5))
    module[1].eval()
    return module


def modes(module):
    return [part.training for part in module.modules()]


def test_it_is_a_world_of_one():
    one = world(accelerator="cpu")
    promised = {name for name in dir(World) if not name.startswith("_")} | set(World.__annotations__)
    assert {"rank", "sum", "barrier"} < promised <= set(dir(one))
    assert (one.rank, one.size, one.device, one.precision) == (0, 1, "cpu", "32")
    values = np.array([1.0, 2.0])
    assert one.sum(values) is values
    assert one.agree(5) == 5
    assert one.share({"a": 1}) == {"a": 1}
    one.barrier()
    facts = one.environment()
    assert facts == one.environment()
    assert facts["torch"] == torch.__version__
    assert facts["threads"] == torch.get_num_threads()
    assert set(Alone().environment()) <= set(facts)


def test_modules_stay_bare():
    module = nn.Linear(2, 1)
    assert world(accelerator="cpu").wrap(module) is module
    gradient = torch.ones(1, 2)
    module.weight.grad = gradient
    TorchWorld().average_gradients(module.parameters(), 3)
    assert module.weight.grad is gradient


def test_it_costs_a_turn_of_a_millisecond_next_to_nothing():
    """What a turn asks of the world, beyond the turn: at most 2 % of a millisecond, by the fastest of many."""
    one, loss = TorchWorld(), torch.ones((), requires_grad=True)
    address = Rng(0).at("train", 3, 0)

    def turn():
        with one.seeded(address), one.autocast():
            one.average_gradients((), 4)
        one.agree(0)

    assert min(seconds(turn) for _ in range(2000)) < 20e-6
    ours = min(seconds(lambda: one.backward(loss, 4)) for _ in range(2000))
    bare = min(seconds(lambda: (loss / 4).backward()) for _ in range(2000))
    assert ours < bare + 10e-6


def seconds(work):
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def test_seeds_come_from_the_address_and_the_state_goes_back():
    one = TorchWorld()
    torch.manual_seed(5)
    before = torch.get_rng_state()
    drawn = []
    for address in (Rng(0).at("a"), Rng(0).at("b"), Rng(0).at("a")):
        with one.seeded(address):
            drawn.append(torch.rand(3))
    with pytest.raises(KeyError), one.seeded(Rng(0)):
        raise KeyError
    assert torch.equal(drawn[0], drawn[2])
    assert not torch.equal(drawn[0], drawn[1])
    assert torch.equal(torch.get_rng_state(), before)


def test_a_pure_stage_leaves_no_trace_even_when_it_fails():
    one, module = TorchWorld(), net()
    before, state = modes(module), torch.get_rng_state()
    assert set(before) == {True, False}
    statistics = module[1].running_mean.clone()
    with pytest.raises(KeyError), one.pure(Rng(0), module):
        assert not any(modes(module))
        assert not torch.is_grad_enabled()
        module(torch.rand(3, 4))
        raise KeyError
    assert modes(module) == before
    assert torch.is_grad_enabled()
    assert torch.equal(torch.get_rng_state(), state)
    assert torch.equal(module[1].running_mean, statistics)


@pytest.mark.parametrize(("name", "dtype"), [("32", torch.float32), ("64", torch.float64), ("bf16", torch.float32)])
def test_precisions(name, dtype):
    one = world(accelerator="cpu", precision=name)
    module = one.wrap(nn.Linear(2, 2))
    with one.autocast():
        made = module(one.tensor(np.ones((1, 2))))
    assert module.weight.dtype == dtype
    assert made.dtype == (torch.bfloat16 if name == "bf16" else dtype)
    assert one.tensor(np.arange(3)).dtype == torch.int64
    assert one.environment()["precision"] == name


def test_tensors_of_read_only_arrays_are_copies():
    array = np.ones(3)
    array.flags.writeable = False
    TorchWorld().tensor(array)[0] = 7
    assert array[0] == 1


@pytest.mark.parametrize("faster", [True, False])
def test_auto_takes_bf16_where_it_was_measured_to_be_faster(monkeypatch, faster):
    monkeypatch.setattr(start, "bf16_is_faster", lambda _: faster)
    one = world(accelerator="cpu", precision="auto")
    assert one.precision == ("bf16" if faster else "32")
    assert one.environment()["bf16_is_faster"] is faster


def test_the_probe_follows_the_clock(monkeypatch):
    """Slow down one of the two sides by hand: the answer must follow. The random state stays."""
    state = torch.get_rng_state()
    real = precision._seconds
    for slow in (True, False):
        monkeypatch.setattr(precision, "_seconds", lambda turn, on, slow=slow: real(turn, on) + (on == slow))
        assert precision.bf16_is_faster(torch.device("cpu")) is not slow
    assert torch.equal(torch.get_rng_state(), state)


def test_deterministic_means_no_other_algorithms():
    code = (
        "import torch; from modeloid.backends.torch import world\n"
        "w = world(accelerator='cpu', deterministic=True)\n"
        "assert torch.are_deterministic_algorithms_enabled() and w.environment()['deterministic']\n"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
    assert not torch.are_deterministic_algorithms_enabled()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ({"accelerator": "gpu0"}, "no accelerator 'gpu0'"),
        ({"precision": "bf61"}, "Did you mean 'bf16'"),
        ({"devices": 0}, "Take 1 to"),
        ({"devices": "two"}, "'two' devices"),
        ({"devices": 1000}, "1000 devices"),
    ],
)
def test_what_cannot_be_had_is_named(arguments, says):
    with pytest.raises(WorldError, match=says):
        world(**{"accelerator": "cpu", **arguments})


@pytest.mark.skipif(torch.cuda.is_available(), reason="there is a GPU")
def test_no_gpu_is_named():
    with pytest.raises(WorldError, match="no GPU"):
        world(accelerator="cuda")


def test_of_takes_any_world():
    one = TorchWorld(precision="64")
    assert of(one) is one
    assert isinstance(of(Alone()), TorchWorld)


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        ({}, None),
        ({"LOCAL_RANK": "1", "WORLD_SIZE": "8", "LOCAL_WORLD_SIZE": "4"}, (4, 2)),
        ({"LOCAL_RANK": "0", "WORLD_SIZE": "1", "LOCAL_WORLD_SIZE": "1"}, (1, 1)),
        ({"SLURM_NTASKS": "8", "SLURM_NNODES": "2", "SLURM_JOB_NAME": "train"}, (4, 2)),
        ({"SLURM_NTASKS": "8", "SLURM_NNODES": "2", "SLURM_JOB_NAME": "bash"}, None),
        ({"SLURM_NTASKS": "1", "SLURM_JOB_NAME": "train"}, None),
    ],
)
def test_who_started_the_processes(environ, expected):
    assert launch.from_outside(environ) == expected


def sleeper(seconds_, code):
    return subprocess.Popen([sys.executable, "-c", f"import time, sys; time.sleep({seconds_}); sys.exit({code})"])


@pytest.mark.parametrize(("code", "crashed"), [(0, None), (3, None), (75, None), (1, 1), (9, 1)])
def test_what_counts_as_a_crash(code, crashed):
    process = sleeper(0, code)
    others = launch.Others([process], grace_s=1000)
    process.wait()
    assert others.crashed() == crashed
    others.leave()


def test_the_ones_that_do_not_end_are_killed():
    process = sleeper(1000, 0)
    launch.Others([process]).leave(wait_s=0.1)
    assert process.returncode == -9


def test_a_process_that_hangs_after_a_crash_ends():
    """In a process of its own: another one crashes, this one hangs; it ends with 1 and says why."""
    code = (
        "import subprocess, sys, time\n"
        "from modeloid.backends.torch import launch\n"
        "child = subprocess.Popen([sys.executable, '-c', 'import sys; sys.exit(9)'])\n"
        "others = launch.Others([child], grace_s=0.2)\n"
        "time.sleep(60)\n"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=30, check=False)
    assert ended.returncode == 1
    assert "process 1 ended unexpectedly" in ended.stderr
