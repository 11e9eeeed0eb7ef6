"""A turn of CycleGAN's and DiscoGAN's training beside bare PyTorch loops around the same networks: processor time.

    python benchmarks/pairs_throughput.py [--rounds 9] [--turns 12] [--out FILE]

The bare loops take the same batches and make the same losses and steps, and do nothing else: no addressed seeds, no
averages, no schedules, no pool, nothing told or remembered. All are run in turns, round after round, in one process on
one thread; the median of the rounds' ratios and their quartiles are told. The same ratio of two bare loops says how
much of it is noise.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.environment import machine
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import cyclegan, discogan
from modeloid.music.represent import representation

ROOT = Path(__file__).resolve().parent.parent
Turn = Callable[[Mapping[str, np.ndarray], int], Any]


def opened(family: ModuleType) -> Any:
    """Open a new modeloid of the default preset."""
    preset = family.presets["default"]
    shape = representation(preset["data"]["representation"]).shape
    model = family.make(SimpleNamespace(shape=shape, groups=tuple(preset["data"]["sets"])), preset["parameters"])
    card = Card(Path(), "benchmark", "pairs", (), "", model, {"domain": "toy"}, {"seed": 0}, family.load_model)
    return family.load_model(card, None, Alone())


def batches(family: ModuleType, shape: list[int], groups: list[str], count: int) -> list[dict[str, np.ndarray]]:
    """Rolls as sparse as music."""
    generator = np.random.default_rng(0)
    size = (family.presets["default"]["cycle"]["batch"], *shape)
    return [{name: (generator.random(size) > 0.95).astype(np.float32) for name in groups} for _ in range(count)]


def images(batch: Mapping[str, np.ndarray]) -> list[Any]:
    """The two groups' items as tensors."""
    import torch

    shown = (items.reshape(len(items), 1, -1, items.shape[-2]) for items in batch.values())
    return [torch.from_numpy(one) for one in shown]


def adams(modeloid: Any, *parts: Any) -> list[Any]:
    """An optimiser for each of the parts."""
    import torch

    model = modeloid.model
    betas, decay = (model["momentum"], 0.999), model.get("weight_decay", 0.0)
    listed = [[one for net in nets for one in net.parameters()] for nets in parts]
    return [torch.optim.Adam(each, model["learning_rate"], betas, weight_decay=decay) for each in listed]


def bare_cyclegan(modeloid: Any) -> Turn:
    """CycleGAN's networks and steps without anything around them."""
    import torch
    from torch.nn.functional import binary_cross_entropy as entropy
    from torch.nn.functional import cross_entropy

    game, model = modeloid.game, modeloid.model
    made, critics, extras, guides = game.generators, game.critics, game.extras, game.guides
    first, second = adams(modeloid, [made], [critics, extras, guides])
    ones, zeros = torch.zeros(10_000, dtype=torch.int64) + 1, torch.zeros(10_000, dtype=torch.int64)

    def named(guide: Any, sides: list[Any]) -> Any:
        wanted = (zeros, ones)
        return sum(cross_entropy(guide(one), wanted[side][: len(one)]) for side, one in enumerate(sides))

    def turn(batch: Mapping[str, np.ndarray], number: int) -> None:  # noqa: ARG001 - both kinds of turns take one
        real = images(batch)
        noise = torch.randn_like(real[0]).abs() * model["noise"]
        fake = [made[0](real[1]), made[1](real[0])]
        judges = [*critics.parameters(), *extras.parameters(), *guides.parameters()]
        for one in judges:
            one.requires_grad_(False)
        veiled = [one + torch.randn_like(one).abs() * model["veil"] for one in fake]
        lost = sum(model["round_trip"] * entropy(made[side](veiled[1 - side]), real[side]) for side in (0, 1))
        for side in (0, 1):
            lost = lost + (critics[side](fake[side] + noise) - 1).square().mean()
            if len(extras):
                lost = lost + model["extra_weight"] * (extras[side](fake[side] + noise) - 1).square().mean()
        lost = lost + sum(model["guide"] * named(guide, fake) for guide in guides)
        first.zero_grad()
        lost.backward()
        first.step()
        for one in judges:
            one.requires_grad_(True)
        judged = sum((named(guide, real) for guide in guides), torch.zeros(()))
        for nets, shown in ((critics, real), (extras, [torch.cat(real)] * 2)):
            for side, net in enumerate(nets):
                right = shown[side] + noise.repeat(len(shown[side]) // len(noise), 1, 1, 1)
                wrong = net(fake[side].detach() + noise).square().mean()
                judged = judged + ((net(right) - 1).square().mean() + wrong) / 2
        second.zero_grad()
        judged.backward()
        second.step()

    return turn


def bare_discogan(modeloid: Any) -> Turn:
    """DiscoGAN's networks and steps without anything around them."""
    import torch
    from torch.nn.functional import binary_cross_entropy as entropy
    from torch.nn.functional import binary_cross_entropy_with_logits as odds
    from torch.nn.functional import cross_entropy

    game, model = modeloid.game, modeloid.model
    made, critics, guides = game.generators, game.critics, game.guides
    first, second = adams(modeloid, [made], [critics, guides])

    def taken(scores: Any, wanted: float) -> Any:
        return odds(scores, torch.full_like(scores, wanted))

    def named(guide: Any, sides: list[Any]) -> Any:
        return sum(cross_entropy(guide(one), torch.full((len(one),), side)) for side, one in enumerate(sides))

    def judges(real: list[Any]) -> Any:
        lost = sum((named(guide, real) for guide in guides), torch.zeros(()))
        for side in (0, 1):
            with torch.no_grad():
                fake = made[side](real[1 - side])
            lost = lost + (taken(critics[side](real[side])[0], 1.0) + taken(critics[side](fake)[0], 0.0)) / 2
        return lost

    def generators(real: list[Any], share: float) -> Any:
        game, back, fakes = torch.zeros(()), torch.zeros(()), [made[0](real[1]), made[1](real[0])]
        for side, fake in enumerate(fakes):
            scores, features = critics[side](fake)
            _, wanted = critics[side](real[side])
            apart = sum((a.detach().mean(0) - b.mean(0)).square().mean() for a, b in zip(wanted, features, strict=True))
            game = game + (1 - model["matching"]) * taken(scores, 1.0) + model["matching"] * apart
            back = back + entropy(made[1 - side](fake), real[1 - side])
        game = game + sum(model["guide"] * named(guide, fakes) for guide in guides)
        return (1 - share) * game + share * back

    def turn(batch: Mapping[str, np.ndarray], number: int) -> None:
        real = images(batch)
        moves_critics = number % model["update_interval"] == 0
        share = model["return_first" if number < model["curriculum_turns"] else "return_then"]
        lost = judges(real) if moves_critics else generators(real, share)
        for optimiser in (first, second):
            optimiser.zero_grad()
        lost.backward()
        (second if moves_critics else first).step()

    return turn


def seconds(turn: Turn, given: list[dict[str, np.ndarray]]) -> float:
    """Processor seconds of some turns."""
    begun = time.process_time()
    for number, batch in enumerate(given):
        turn(batch, number)
    return time.process_time() - begun


def compared(family: ModuleType, bare: Callable[[Any], Turn], rounds: int, turns: int) -> dict[str, Any]:
    """The ratios of one family's turns to those of a bare loop: quartiles over rounds."""
    one = opened(family)
    given = batches(family, one.model["shape"], one.model["groups"], turns)
    kinds = {
        "modeloid": lambda batch, number: one.train(batch, Rng(0).at("train", number)),
        "bare": bare(opened(family)),
        "bare again": bare(opened(family)),
    }
    for turn in kinds.values():
        seconds(turn, given[:3])
    spent = [{name: seconds(turn, given) for name, turn in kinds.items()} for _ in range(rounds)]
    found: dict[str, Any] = {}
    for name in ("modeloid", "bare again"):
        ratios = [each[name] / each["bare"] for each in spent]
        found[name] = {f"{share}": round(float(np.quantile(ratios, share)), 3) for share in (0.25, 0.5, 0.75)}
    found["ms_per_turn_bare"] = round(1000 * float(np.median([each["bare"] for each in spent])) / turns, 1)
    return found


def main() -> None:
    """Compare, print, store."""
    import torch

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--turns", type=int, default=12)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "pairs_throughput.json")
    settings = parser.parse_args()
    torch.set_num_threads(1)
    bares = {"cyclegan": (cyclegan, bare_cyclegan), "discogan": (discogan, bare_discogan)}
    found = {name: compared(*pair, settings.rounds, settings.turns) for name, pair in bares.items()}
    stored = {"ratio_to_bare": found, "rounds": settings.rounds, "turns": settings.turns, "machine": machine()}
    settings.out.write_text(json.dumps(stored, indent=1) + "\n")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
