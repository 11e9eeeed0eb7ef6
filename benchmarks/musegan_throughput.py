"""A turn of MuseGAN's training beside a bare PyTorch loop around the same networks: ratio of processor time.

    python benchmarks/musegan_throughput.py [--rounds 9] [--turns 12] [--out FILE]

The bare loop takes the same batches, the same number of steps of critic and generator, the same penalty, matched means
and share of contexts made before, and does nothing else: no addressed seeds, no averages, no gates seen, no schedules,
nothing told or rehearsed. Both are run in turns, round after round, in one process on one thread; the median of the
rounds' ratios and their quartiles are told. The same ratio of two bare loops says how much of it is noise.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import musegan
from modeloid.music.represent import representation

ROOT = Path(__file__).resolve().parent.parent
SMALL = musegan.presets["small"]


def opened() -> Any:
    """Open a new modeloid of the small preset."""
    known = representation(SMALL["data"]["representation"])
    model = musegan.make(SimpleNamespace(shape=known.shape, representation=known), SMALL["parameters"])
    card = Card(Path(), "benchmark", "musegan", (), "", model, {"domain": "toy"}, {"seed": 0}, musegan.load_model)
    return musegan.load_model(card, None, Alone())


def batches(shape: tuple[int, ...], count: int) -> list[np.ndarray]:
    """Rolls as sparse as music."""
    generator = np.random.default_rng(0)
    size = (SMALL["cycle"]["batch"], *shape)
    return [((generator.random(size) > 0.98) * generator.random(size)).astype(np.float32) for _ in range(count)]


def bare(modeloid: Any) -> Callable[[np.ndarray, int], None]:
    """The same networks and steps without anything around them."""
    import torch

    from modeloid.backends.torch import TorchWorld
    from modeloid.models.musegan.matching import Matching
    from modeloid.models.musegan.notes import Roll
    from modeloid.nets.penalty import gradient_penalty

    generator, (critic,) = modeloid.generator, modeloid.critics
    model, world = modeloid.model, TorchWorld()
    matching = Matching(model)
    betas = (model["first_moment"], 0.9)
    adams = [
        torch.optim.Adam(net.parameters(), rate, betas)
        for net, rate in ((critic, model["critic_learning_rate"]), (generator, model["learning_rate"]))
    ]

    def made(real: Any, before: Any) -> Any:
        noise = torch.randn(2, len(real), *generator.latents.shape)
        return generator(noise[0], noise[1], before)

    @torch.no_grad()
    def gone_on_from(real: Any, before: Any) -> Any:
        own = torch.rand(len(real)) < model["own_context"]
        last = made(real, before).bars(model["phrase_bars"] - model["context_bars"])
        return last.where(own, before)

    def turn(batch: np.ndarray, number: int) -> None:
        loud = torch.from_numpy(batch)
        on, seen = (loud > 0).float(), model["context_bars"]
        before = Roll(on[:, :seen], loud[:, :seen])
        matching.see(Roll(on[:, seen:], loud[:, seen:]), world)
        with torch.no_grad():
            shown = gone_on_from(loud, before)
            false = made(loud, shown)
        fake = [torch.cat(pair, 1) for pair in zip(shown, false, strict=True)]
        gap = critic(*fake).mean() - critic(on, loud).mean()
        penalty = gradient_penalty(critic, (on, loud), fake, torch.rand(len(on)))
        adams[0].zero_grad()
        (gap + model["penalty"] * penalty).backward(inputs=list(critic.parameters()))
        adams[0].step()
        if (number + 1) % model["critic_steps"] == 0:
            shown = gone_on_from(loud, before)
            phrase = made(loud, shown)
            whole = [torch.cat(pair, 1) for pair in zip(shown, phrase, strict=True)]
            matching.hear(phrase, world)
            adams[1].zero_grad()
            (model["matching"] * matching.pull(phrase) - critic(*whole).mean()).backward(
                inputs=list(generator.parameters())
            )
            adams[1].step()

    return turn


def seconds(turn: Callable[[np.ndarray, int], Any], given: list[np.ndarray]) -> float:
    """Processor seconds of some turns."""
    begun = time.process_time()
    for number, batch in enumerate(given):
        turn(batch, number)
    return time.process_time() - begun


def main() -> None:
    """Compare, print, store."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "musegan_throughput.json")
    settings = parser.parse_args()
    torch.set_num_threads(1)
    one, other = opened(), opened()
    given = batches(tuple(one.model["shape"]), settings.turns)
    turns = {
        "modeloid": lambda batch, number: one.train(batch, Rng(0).at("train", number)),
        "bare": bare(other),
        "bare again": bare(opened()),
    }
    for turn in turns.values():
        seconds(turn, given[:3])
    rounds = [{name: seconds(turn, given) for name, turn in turns.items()} for _ in range(settings.rounds)]
    ratios = {name: [spent[name] / spent["bare"] for spent in rounds] for name in ("modeloid", "bare again")}
    found = {
        name: {f"{share}": round(float(np.quantile(values, share)), 3) for share in (0.25, 0.5, 0.75)}
        for name, values in ratios.items()
    }
    found["ms_per_turn_bare"] = round(1000 * float(np.median([one["bare"] for one in rounds])) / settings.turns, 1)
    settings.out.write_text(json.dumps({"ratio_to_bare": found, "rounds": settings.rounds}, indent=1) + "\n")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
