"""How fast events are sampled, learned and streamed: a Transformer of 6 layers and 512 features, beside transformers.

    python benchmarks/events_speed.py [--threads 1,2] [--rounds 7] [--tokens 128] [--modeloid DIR] [--out FILE]

(a) Sampling, batches of 1 and 16: what `sample` does once its weights are made ready (tokens drawn under the grammar,
pieces decoded; how long making ready takes stands in c), in float32 and with `precision=bf16`, beside `generate` of
transformers on a GPT-2 of the same layers, width, heads, vocabulary and number of tokens, with its default and its
static cache; and beside what cannot be beaten with these weights: the bare products of the same matrices and rows, as
`torch.nn.Linear` has them and as they are made ready here, and one reading of as many bytes from memory.
(b) Training: one turn of `train` beside a bare loop around the same network, with the same optimiser.
(c) Streaming: seconds from the call to the first note of a loaded modeloid.
(d) With --modeloid, a trained one: nats per token of its test part in float32 and in bf16.

Everything is interleaved in rounds. Wall seconds lie where others work on the machine: CPU seconds of this process
stand beside them, and ratios are taken within a round. transformers is no dependency of the project: it is measured
where it can be imported, best in an environment made for it (pip install transformers torch==2.13.0), and named as
absent where not.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import time
import warnings
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import numpy as np
import torch

from modeloid.cycle.card import Card
from modeloid.cycle.environment import commit, machine
from modeloid.cycle.rng import Rng
from modeloid.cycle.world import Alone
from modeloid.models import events
from modeloid.models.events.modeloid import EventModel
from modeloid.models.events.quick import quick
from modeloid.models.events.sampler import walked
from modeloid.models.events.wishes import understood
from modeloid.music.represent.events import Events, Tokens

ROOT = Path(__file__).resolve().parents[1]
CONTEXT = 1024
SPEC = {**events.presets["full"]["data"]["representation"], "window_tokens": CONTEXT}
SIZES = {"width": 512, "layers": 6, "heads": 8, "dropout": 0.0}
BATCHES = (1, 16)
TARGETS = {
    "fp32 / transformers, batch 1": 1.6,
    "fp32 / bare products, batch 1": 0.9,
    "bf16 / transformers, batch 1": 2.5,
    "bf16 / transformers, batch 16": 3.0,
    "first note, seconds": 0.3,
    "bf16 - fp32, nats per token": 0.01,
}

Work = Callable[[], object]


def modeloid(group: int) -> EventModel:
    """A new one of the size that is measured."""
    model = events.make(SimpleNamespace(representation=Events(SPEC)), {**SIZES, "group": group})
    card = Card(Path(), "bench", "bench", (), "", model, {"representation": SPEC}, {"seed": 0}, events.load_model)
    return events.load_model(card, None, Alone())


# --- (a) sampling


def ours(made: EventModel, tokens: int, precision: str | None) -> Work:
    """Pieces that end with the tokens, as `sample` draws and decodes them."""
    rows = made.model["group"]
    coder = Events(SPEC)
    wish, net = (
        understood({"length_bars": 4096, "most_tokens": tokens}, made.model, coder),
        quick(made.net, rows, precision),
    )

    def work() -> None:
        *_, walks = walked(net, wish, [Rng(0).at(row).generator() for row in range(rows)])
        assert all(len(walk.tokens) == tokens for walk in walks)
        assert all(wish.piece(walk, coder) for walk in walks)

    return work


def generation(vocabulary: int, rows: int, tokens: int, **settings: Any) -> Work:
    """`generate` of transformers, drawing from the whole distribution."""
    import transformers

    transformers.logging.set_verbosity_error()
    sizes = {"n_embd": SIZES["width"], "n_layer": SIZES["layers"], "n_head": SIZES["heads"], "n_positions": CONTEXT}
    # Nothing ends it: every row has all its tokens.
    ends = {"bos_token_id": 0, "eos_token_id": None, "pad_token_id": 0}
    net = transformers.GPT2LMHeadModel(transformers.GPT2Config(vocab_size=vocabulary, **sizes, **ends)).eval()
    begin = torch.ones(rows, 1, dtype=torch.int64)
    wished = {"max_new_tokens": tokens, "do_sample": True, "top_k": 0, "use_cache": True, **settings}

    def work() -> None:
        found = net.generate(begin, attention_mask=torch.ones_like(begin), **wished)
        assert found.shape == (rows, tokens + 1)

    return work


def bare(made: EventModel, tokens: int, kind: str) -> Work:
    """The products of a token's way through the network, and nothing else."""
    rows = made.model["group"]
    net = made.net if kind == "linear" else quick(made.net, rows, "bf16" if kind == "ready bf16" else None)
    blocks = [getattr(block, "block", block) for block in net.blocks]
    layers = [
        layer for one in blocks for layer in (one.attention.into, one.attention.out, one.gated.into, one.gated.out)
    ]
    products = [(getattr(layer, "product", layer), torch.randn(rows, layer.weight.shape[1])) for layer in layers]
    last = net.last or torch.nn.functional.linear
    head = (torch.randn(rows, SIZES["width"]), *(() if net.last else (net.embedding.weight,)))

    def work() -> None:
        with torch.inference_mode():
            for _ in range(tokens):
                for product, items in products:
                    product(items)
                last(*head)

    return work


def reading(made: EventModel, tokens: int) -> Work:
    """As many bytes as the matrices have, summed up once a token."""
    size = sum(one.numel() for one in made.net.parameters() if one.ndim == 2)
    values = torch.zeros(size)

    def work() -> None:
        for _ in range(tokens):
            values.sum()

    return work


def contenders(rows: int, tokens: int) -> dict[str, Work]:
    """Name -> the making of so many tokens in each row."""
    made = modeloid(rows)
    found = {
        "fp32": ours(made, tokens, None),
        "bf16": ours(made, tokens, "bf16"),
        "products, linear": bare(made, tokens, "linear"),
        "products, fp32": bare(made, tokens, "ready fp32"),
        "products, bf16": bare(made, tokens, "ready bf16"),
        "reading, fp32": reading(made, tokens),
    }
    if importlib.util.find_spec("transformers"):
        vocabulary = made.model["vocabulary"]
        found["transformers"] = generation(vocabulary, rows, tokens)
        found["transformers, static"] = generation(vocabulary, rows, tokens, cache_implementation="static")
    return found


def sampling(rows: int, tokens: int, rounds: int) -> dict[str, Any]:
    """Tokens per second over the batch, and ratios within rounds."""
    took = interleaved(contenders(rows, tokens), rounds)
    told: dict[str, Any] = {"rows": rows, "tokens": tokens, "rounds": rounds}
    told["tokens_per_s"] = {
        name: {
            clock: round(rows * tokens / statistics.median(one[clock] for one in seconds), 1)
            for clock in ("wall", "cpu")
        }
        | {f"best_{clock}": round(rows * tokens / min(one[clock] for one in seconds), 1) for clock in ("wall", "cpu")}
        for name, seconds in took.items()
    }
    for kind in ("fp32", "bf16"):
        names = [name for name in (f"products, {kind}", "products, linear", "transformers") if name in took]
        names += [name for name in ("transformers, static",) if name in took]
        told[f"{kind} / "] = {name: ratios(took, name, kind) for name in names}
    return told


# --- (b) training


def training(rounds: int) -> dict[str, Any]:
    """Seconds of a turn, ours and in a bare loop: forward, backward, clipping, AdamW."""
    made, other = modeloid(1), modeloid(1)
    ids = np.random.default_rng(0).integers(1, made.model["vocabulary"], (2, 256))
    batch = Tokens(ids, np.full(2, 256))
    optimiser = torch.optim.AdamW(other.net.parameters(), lr=1e-4, fused=True)
    tokens, mask = torch.from_numpy(ids), torch.ones(ids.shape, dtype=torch.bool)

    def by_hand() -> float:
        loss = -other.net(tokens, mask) / ids.size
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(other.net.parameters(), 1.0)
        optimiser.step()
        return loss.item()

    took = interleaved({"ours": lambda: made.train(batch, Rng(0)), "by hand": by_hand}, rounds)
    return {
        "tokens_per_turn": ids.size,
        "rounds": rounds,
        "seconds_a_turn": {name: spread([one["cpu"] for one in seconds]) for name, seconds in took.items()},
        "ours / by hand": ratios(took, "ours", "by hand"),
    }


# --- (c) streaming


def first_note(rounds: int) -> dict[str, Any]:
    """Seconds from the call of `stream` to its first note."""
    made = modeloid(1)
    works: dict[str, Work] = {}
    for name, kind in (("fp32", None), ("bf16", "bf16")):
        works[name] = lambda kind=kind: next(made.stream(Rng(0), precision=kind))
        works[f"making ready alone, {name}"] = lambda kind=kind: quick(made.net, 1, kind)
    took = interleaved(works, rounds)
    return {
        name: {clock: spread([one[clock] for one in seconds]) for clock in ("wall", "cpu")}
        for name, seconds in took.items()
    }


# --- (d) what half the bytes cost


def likelihoods(directory: Path, items: int) -> dict[str, Any]:
    """Nats per token of a trained modeloid on windows of its test part, in float32 and in bf16."""
    from modeloid.app.running import loaded
    from modeloid.app.wiring import open_card, open_domain

    card = open_card(directory)
    made: Any = loaded(card)
    domain = open_domain(card.data, card.directory)
    count = min(items, domain.size("test"))
    batch = domain.batch("test", np.arange(count), Rng(0))
    with made.averaged():
        nets = {"fp32": made.net.eval(), "bf16": quick(made.net, 1, "bf16")}
        found = {name: float(_nats(net, batch).mean()) for name, net in nets.items()}
    sizes = {name: card.model[name] for name in ("network", "width", "layers", "heads", "vocabulary")}
    return {**sizes, "items": count, "nats_per_token": found, "bf16 - fp32": found["bf16"] - found["fp32"]}


def _nats(net: Any, batch: Any) -> Any:
    items = zip(np.asarray(batch.ids, np.int64), batch.lengths, strict=True)
    with torch.no_grad():
        found = [net.log_likelihoods(torch.from_numpy(row[None, :length]))[0].numpy() for row, length in items]
    return -np.concatenate(found)


# --- all of it


def interleaved(works: Mapping[str, Work], rounds: int) -> dict[str, list[dict[str, float]]]:
    """Wall and CPU seconds of each, round by round, each round beginning with another one."""
    names = list(works)
    took: dict[str, list[dict[str, float]]] = {name: [] for name in names}
    for work in works.values():
        work()
    for number in range(rounds):
        first = number % len(names)
        for name in names[first:] + names[:first]:
            wall, cpu = time.perf_counter(), time.process_time()
            works[name]()
            took[name].append({"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu})
    return took


def ratios(took: Mapping[str, list[dict[str, float]]], of: str, to: str) -> dict[str, Any]:
    """Seconds of one by those of the other, within rounds."""
    return {
        clock: spread([a[clock] / b[clock] for a, b in zip(took[of], took[to], strict=True)])
        for clock in ("wall", "cpu")
    } | {"best_cpu": round(min(one["cpu"] for one in took[of]) / min(one["cpu"] for one in took[to]), 3)}


def spread(values: list[float]) -> dict[str, float]:
    """Median, quartiles and extremes."""
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75]).round(4).tolist()
    return {"median": middle, "q25": low, "q75": high, "min": round(min(values), 4), "max": round(max(values), 4)}


def main() -> None:
    """Measure, print, store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--tokens", type=int, default=128)
    parser.add_argument("--modeloid", type=Path)
    parser.add_argument("--items", type=int, default=64)
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "events_speed.json")
    arguments = parser.parse_args()
    warnings.simplefilter("ignore")
    report: dict[str, Any] = {"machine": machine(), "commit": commit(ROOT), "torch": torch.__version__}
    if importlib.util.find_spec("transformers"):
        import transformers

        report["transformers"] = transformers.__version__
    else:
        report["transformers"] = "absent: nothing of it was measured"
        print("transformers cannot be imported here: its figures are absent")
    report |= {"targets": TARGETS, "parameters": sum(one.numel() for one in modeloid(1).net.parameters())}
    for threads in (int(one) for one in arguments.threads.split(",")):
        torch.set_num_threads(threads)
        load = os.getloadavg()[0]
        part: dict[str, Any] = {"load": round(load, 1)}
        part["sampling"] = [sampling(rows, arguments.tokens, arguments.rounds) for rows in BATCHES]
        part["training"] = training(arguments.rounds)
        part["first_note_s"] = first_note(arguments.rounds)
        report[f"threads {threads}"] = part
        print(json.dumps(part, indent=1))
        arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if arguments.modeloid:
        report["likelihood"] = likelihoods(arguments.modeloid, arguments.items)
        print(json.dumps(report["likelihood"]))
    arguments.out.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
