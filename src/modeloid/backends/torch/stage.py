"""The stages of a modeloid as torch sees them: seeded from an address, and leaving no trace."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import torch

from modeloid.cycle.rng import Rng


@contextmanager
def seeded(rng: Rng, device: torch.device) -> Iterator[None]:
    """Torch's default generators start at an address for a while, then go on where they were.

    Through the generator objects: ``torch.manual_seed`` costs a hundred times as much.

    Parameters
    ----------
    rng
        The address.
    device
        Its generator is seeded beside the processor's.
    """
    generators = _generators(device)
    before = [generator.get_state() for generator in generators]
    seed = rng.integer()
    try:
        for generator in generators:
            generator.manual_seed(seed)
        yield
    finally:
        for generator, state in zip(generators, before, strict=True):
            generator.set_state(state)


@contextmanager
def pure(rng: Rng, device: torch.device, *modules: torch.nn.Module) -> Iterator[None]:
    """Evaluation without gradients and without a trace: random states and every module's mode are put back.

    A submodule that stands in another mode than its parent (a frozen batch norm, say) keeps that after the stage.
    """
    modes = [(part, part.training) for module in modules for part in module.modules()]
    try:
        for module in modules:
            module.eval()
        with seeded(rng, device), torch.no_grad():
            yield
    finally:
        for part, training in modes:
            part.training = training


def _generators(device: torch.device) -> list[torch.Generator]:
    if device.type != "cuda":
        return [torch.default_generator]
    torch.cuda.init()  # type: ignore[no-untyped-call]
    index = torch.cuda.current_device() if device.index is None else device.index
    return [torch.default_generator, torch.cuda.default_generators[index]]
