"""MuseGAN's metrics of what the family generates, against the data it was trained on, beside the published closeness.

    python benchmarks/musegan_table.py [--rows small hybrid ...] [--minutes 10] [--turns N] [--full] [--out FILE]

Each row is trained for its planned turns, at most so many minutes of processor time (one thread: OMP_NUM_THREADS=1),
from the same seed on the same grid of 16 steps a bar (``--full``: 96 steps, for a GPU); then 64 pieces are sampled with
the averaged weights. EB, UPC, QN, PP, DP, TD of their bars and of the real bars of train, rightly computed and as
the paper's code computes them; closeness = mean over tracks of |generated - real| / real. QN counts notes of at least
two steps on the coarse grid (a 32nd on the fine one); DP is of 8ths there, of 16ths on the fine one.
Published: Dong and others, MuseGAN, AAAI 2018, table 1 and 2, from scratch, its own closeness to its training data.
"""

from __future__ import annotations

import argparse
import json
import platform
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.order import Order
from modeloid.cycle.rng import Rng
from modeloid.models import musegan
from modeloid.models.musegan.measure import closeness, least_steps, measures
from modeloid.models.musegan.wishes import usual_bars

ROOT = Path(__file__).resolve().parent.parent
SMALL = musegan.presets["small"]
PLAIN = {
    key: musegan.presets["hybrid-paper"]["parameters"][key]
    for key in ("notes", "gates", "neurons", "velocities", "calibrated", "norm", "streams")
}
ROWS: dict[str, dict[str, Any]] = {
    "small": {},
    "composer": {"kind": "composer"},
    "jamming": {"kind": "jamming", "critics": "each"},
    "hybrid": {"kind": "hybrid"},
    "composer, keys given": {"kind": "composer", "given": "keys"},
    "jamming, keys given": {"kind": "jamming", "critics": "each", "given": "keys"},
    "hybrid, keys given": {"kind": "hybrid", "given": "keys"},
    "cells, not onsets": {"notes": "cells"},
    "no gates": {"gates": False},
    "stochastic neurons": {"neurons": "stochastic"},
    "no streams": {"streams": []},
    "not calibrated": {"calibrated": False},
    "real contexts alone": {"own_context": 0.0},
    "as published": PLAIN,
}
"""Name -> what differs from the small preset; "hybrid" is "small" again, under the name the paper has for it."""
PUBLISHED = {
    "paper: jamming": {"EB": 0.287, "UPC": 0.193, "QN": 0.277, "DP": 0.052, "TD": 0.021},
}
PIECES, SEED = 64, 0


def opened(domain: Any, data: Mapping[str, Any], cycle: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    """Open a new modeloid, on the best device there is."""
    from modeloid.backends.torch import world

    model = musegan.make(domain, parameters)
    card = Card(Path(), "benchmark", "musegan", (), "", model, dict(data), {**cycle, "seed": SEED}, musegan.load_model)
    return musegan.load_model(card, None, world())


def learn(modeloid: Any, domain: Any, batch: int, limit_s: float, looks: list[int], look: Any) -> dict[str, float]:
    """Train all planned turns, or so many seconds of the processor; call `look` after some; returns what it took."""
    order, spent, turn = Order(Rng(SEED), domain.size("train"), batch), 0.0, 0
    while turn < modeloid.model["planned_turns"] and spent < limit_s:
        begun = time.process_time()
        items = domain.batch("train", order.indices(turn), Rng(SEED).at("item", turn))
        modeloid.train(items, Rng(SEED).at("train", turn, 0))
        turn, spent = turn + 1, spent + time.process_time() - begun
        if turn in looks:
            look(turn, spent)
    return {"turns": turn, "processor_seconds": round(spent, 1)}


def generated(modeloid: Any, domain: Any) -> np.ndarray:
    """The generated pieces as rolls of velocities, (pieces, bars, steps, pitches, tracks): what a listener gets."""
    with modeloid.averaged():
        pieces = modeloid.sample(PIECES, Rng(SEED).at("sample"))
    bars = usual_bars(modeloid.model)
    rolls = np.zeros((PIECES, bars, *domain.shape[1:]), np.float32)
    for roll, piece in zip(rolls, pieces, strict=True):
        if piece.note_num():
            found = domain.representation.encode(piece)[:bars]
            roll[: len(found)] = found
    return rolls


def real_bars(domain: Any, first: int) -> np.ndarray:
    """Phrases of train, without the bars before; at most 2,000."""
    indices = np.linspace(0, domain.size("train") - 1, min(2000, domain.size("train"))).astype(np.int64)
    return domain.batch("train", indices, Rng(SEED).at("real"))[:, first:] > 0


def told(on: np.ndarray, model: Mapping[str, Any]) -> dict[str, dict[str, list[float]]]:
    """All metrics, right and legacy."""
    kinds = {"right": False, "legacy": True}
    steps = model["shape"][1]
    return {
        name: {
            metric: [round(float(value), 4) for value in values]
            for metric, values in measures(on, model["drums"], model["beats"], least_steps(steps, old), old).items()
        }
        for name, old in kinds.items()
    }


def close(made: Mapping[str, Any], real: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Closeness of each metric, right and legacy; tracks that the generator was given are part of both."""
    return {
        kind: {
            metric: round(closeness(np.array(made[kind][metric]), np.array(values)), 4) for metric, values in of.items()
        }
        for kind, of in real.items()
    }


def halfway(made: list[float], new: list[float], real: list[float]) -> list[float]:
    """How far each track has come from the untrained generator to the data: 0 not at all, 1 all the way."""
    return [
        round(1 - abs(a - r) / max(abs(n - r), 1e-9), 3) if np.isfinite([a, n, r]).all() else float("nan")
        for a, n, r in zip(made, new, real, strict=True)
    ]


def row(name: str, settings: argparse.Namespace, domain: Any) -> dict[str, Any]:
    """Train and measure one row."""
    preset = musegan.presets[ROWS[name].get("kind", "hybrid")] if settings.full else SMALL
    chosen = {**preset["parameters"], **ROWS[name]}
    chosen["planned_turns"] = turns = settings.turns or chosen["planned_turns"]
    modeloid = opened(domain, preset["data"], preset["cycle"], chosen)
    model = modeloid.model
    real = told(real_bars(domain, model["context_bars"]), model)
    curve = [measured(modeloid, domain, real, 0)]

    def look(turn: int, seconds: float) -> None:
        curve.append({**measured(modeloid, domain, real, turn), "processor_seconds": round(seconds, 1)})
        shown = ("turn", "processor_seconds", "closeness", "empty_bars_apart_points")
        print({key: curve[-1][key] for key in shown}, curve[-1]["made"]["right"]["QN"], flush=True)

    looks = [round(turns * place / settings.looks) for place in range(1, settings.looks)]
    took = learn(modeloid, domain, preset["cycle"]["batch"], 60 * settings.minutes, looks, look)
    found = measured(modeloid, domain, real, int(took["turns"]))
    new = curve[0]["made"]["right"]["QN"]
    came = halfway(found["made"]["right"]["QN"], new, real["right"]["QN"])
    return {"row": name, **took, **found, "data": real, "long_notes_come_far": came, "curve": curve}


def measured(modeloid: Any, domain: Any, real: Mapping[str, Any], turn: int) -> dict[str, Any]:
    """What the modeloid generates now, beside the data."""
    rolls = generated(modeloid, domain)
    made = told(rolls > 0, modeloid.model)
    flat = np.packbits((rolls[:8] > 0).reshape(8, -1), axis=1)
    loud = rolls[rolls > 0]
    errors = np.array(made["right"]["EB"]) - np.array(real["right"]["EB"])
    return {
        "turn": turn,
        "made": made,
        "closeness": close(made, real),
        "empty_bars_apart_points": [round(100 * float(value), 1) for value in errors],
        "eight_differ": len(np.unique(flat, axis=0)) == 8,
        "velocities": [round(float(np.quantile(loud, share)), 3) for share in (0.1, 0.5, 0.9)] if len(loud) else [],
    }


def table(results: list[dict[str, Any]]) -> str:
    """Closeness of all rows as a table in Markdown."""
    names = ["EB", "UPC", "QN", "PP", "DP", "TD"]
    lines = ["| row | turns | " + " | ".join(names) + " |", "|" + "---|" * (len(names) + 2)]
    for published, values in PUBLISHED.items():
        lines.append(f"| {published} (legacy code, its own data) | | " + _cells(values, names) + " |")
    for result in results:
        for kind in ("right", "legacy"):
            values = result["closeness"][kind]
            lines.append(f"| {result['row']} ({kind}) | {result['turns']} | " + _cells(values, names) + " |")
    return "\n".join(lines) + "\n"


def _cells(values: Mapping[str, float], names: list[str]) -> str:
    return " | ".join(f"{values[name]:.3f}" if name in values else "" for name in names)


def main() -> None:
    """Run the rows asked for; those that a file holds already are kept."""
    from modeloid.music import domain as music

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="*", default=["small"], choices=list(ROWS))
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--turns", type=int, default=0, help="0: as the preset plans")
    parser.add_argument("--looks", type=int, default=5, help="how often on the way what is generated is measured")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "musegan.json")
    settings = parser.parse_args()
    data = (musegan.presets["hybrid"] if settings.full else SMALL)["data"]
    domain = music.open(data)
    known = json.loads(settings.out.read_text()) if settings.out.exists() else {"rows": []}
    for name in settings.rows:
        found = row(name, settings, domain)
        machine = {"machine": platform.machine(), "most_minutes": settings.minutes}
        known["rows"] = [one for one in known["rows"] if one["row"] != name] + [{**found, **machine}]
        settings.out.write_text(json.dumps(known, indent=1) + "\n")
        settings.out.with_suffix(".md").write_text(table(known["rows"]))
        print(json.dumps({key: found[key] for key in found if key not in ("made", "data", "curve")}), flush=True)


if __name__ == "__main__":
    main()
