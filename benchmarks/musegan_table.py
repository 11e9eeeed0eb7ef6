"""MuseGAN's metrics of what the family generates, against the data it was trained on, beside the published closeness.

    python benchmarks/musegan_table.py [--rows small ...] [--seeds 0 ...] [--turns N] [--full] [--pieces DIR] [--out F]

Each row is trained for its planned turns, at most so many minutes of processor time (one thread: OMP_NUM_THREADS=1),
from each seed on the same grid of 16 steps a bar (``--full``: 96 steps, for a GPU); then 256 pieces are sampled with
the averaged weights (``--count``; the published figures are of 20,000 bars, as 1,250 pieces have) and cut into
phrases, as the data are; beside a given track 256 phrases, each beside that of another phrase of train.
EB, UPC, QN, PP, DP, TD of them and of all phrases of train, rightly computed and as the
paper's code computes them; closeness = mean over tracks of |generated - real| / real, a given one left out but for its
distances; beside a given track real are the phrases in which it sounds, as it does in those that are accompanied.
QN counts notes of at least two steps on the coarse grid (a 32nd on the fine one); DP is of 8ths there, of 16ths on the
fine one. Two more rows say what closeness means: as many phrases of train again, in keys of their own ("real"), and
each of their tracks taken from another phrase ("mixed").
"chords", "matching" and the stream "harmony" are ours and look at what these metrics measure, "matching" at all of them
but empty bars, whose share gates keep: see the rows without them. So does the choice among phrases ("tries"): rows of
"first phrases", and all rows that leave out something else, take each phrase as it comes, and so do those beside a
given track.
Published: Dong and others, MuseGAN, AAAI 2018, table 1 and 2, from scratch, its own closeness to its training data.
"""

from __future__ import annotations

import argparse
import itertools
import json
import platform
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from modeloid.cycle.card import Card
from modeloid.cycle.order import Order
from modeloid.cycle.rng import Rng
from modeloid.models import musegan
from modeloid.models.musegan.measure import closeness, least_steps, long_notes, measures
from modeloid.models.musegan.wishes import usual_bars

ROOT = Path(__file__).resolve().parent.parent
SMALL = musegan.presets["small"]
PLAIN = {
    key: musegan.presets["hybrid-paper"]["parameters"][key]
    for key in (
        "notes",
        "gates",
        "neurons",
        "velocities",
        "calibrated",
        "norm",
        "streams",
        "chords",
        "matching",
        "tries",
    )
}
FIRST = {"tries": 1}
JAMMING = {"kind": "jamming", "critics": "each"}
ROWS: dict[str, dict[str, Any]] = {
    "small": {},
    "composer": {"kind": "composer"},
    "jamming": JAMMING,
    "hybrid": {"kind": "hybrid"},
    "small, first phrases": FIRST,
    "composer, first phrases": {"kind": "composer", **FIRST},
    "jamming, first phrases": {**JAMMING, **FIRST},
    "hybrid, first phrases": {"kind": "hybrid", **FIRST},
    "composer, keys given": {"kind": "composer", "given": "keys"},
    "jamming, keys given": {**JAMMING, "given": "keys"},
    "hybrid, keys given": {"kind": "hybrid", "given": "keys"},
    "no matching": {**FIRST, "matching": 0.0},
    "no chords": {**FIRST, "chords": False},
    "no chords, no matching": {**FIRST, "chords": False, "matching": 0.0},
    "no streams": {**FIRST, "streams": []},
    "no phrase critic": {**FIRST, "phrases": False},
    "no temporal generator": {**FIRST, "temporal": False},
    "cells, not onsets": {**FIRST, "notes": "cells"},
    "cells, real neurons": {**FIRST, "notes": "cells", "neurons": "real"},
    "stochastic neurons": {**FIRST, "neurons": "stochastic"},
    "no gates": {**FIRST, "gates": False},
    "not calibrated": {**FIRST, "calibrated": False},
    "real contexts alone": {**FIRST, "own_context": 0.0},
    "as published": PLAIN,
}
"""Name -> what differs from the small preset; "hybrid" is "small" again, under the name the paper has for it."""
PUBLISHED = {
    "paper: jamming": {"EB": 0.287, "UPC": 0.193, "QN": 0.277, "DP": 0.052, "TD": 0.021},
}
PIECES, ON_THE_WAY, SEED = 256, 64, 0
"""Pieces at the end, and on the way; the seed of what is sampled."""


def opened(domain: Any, data: Mapping[str, Any], cycle: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
    """Open a new modeloid of the cycle's seed, on the best device there is."""
    from modeloid.backends.torch import world

    model = musegan.make(domain, parameters)
    card = Card(Path(), "benchmark", "musegan", (), "", model, dict(data), dict(cycle), musegan.load_model)
    return musegan.load_model(card, None, world())


def learn(
    modeloid: Any, domain: Any, cycle: Mapping[str, Any], limit_s: float, looks: list[int], look: Any
) -> dict[str, float]:
    """Train all planned turns, or so many seconds of the processor; call `look` after some; returns what it took."""
    rng, spent, turn = Rng(cycle["seed"]), 0.0, 0
    order = Order(rng, domain.size("train"), cycle["batch"])
    while turn < modeloid.model["planned_turns"] and spent < limit_s:
        begun = time.process_time()
        items = domain.batch("train", order.indices(turn), rng.at("item", turn))
        modeloid.train(items, rng.at("train", turn, 0))
        turn, spent = turn + 1, spent + time.process_time() - begun
        if turn in looks:
            look(turn, spent)
    return {"turns": turn, "processor_seconds": round(spent, 1)}


def generated(modeloid: Any, domain: Any, pieces: int) -> np.ndarray:
    """The generated pieces as rolls of velocities, (pieces, bars, steps, pitches, tracks): what a listener gets."""
    with modeloid.averaged():
        made = list(sampled(modeloid, domain, pieces))
    bars = usual_bars(modeloid.model)
    rolls = np.zeros((len(made), bars, *domain.shape[1:]), np.float32)
    for roll, piece in zip(rolls, made, strict=True):
        if piece.note_num():
            found = domain.representation.encode(piece)[:bars]
            roll[: len(found)] = found
    return rolls


def sampled(modeloid: Any, domain: Any, count: int) -> Iterator[Any]:
    """Pieces from scratch, or each beside the given track of a phrase of train."""
    rng, first = Rng(SEED).at("sample"), modeloid.model["context_bars"]
    if modeloid.model["given"] < 0:
        yield from modeloid.sample(count, rng)
        return
    column, most = modeloid.model["given"], domain.size("train") - 1
    for number, index in enumerate(np.linspace(0, most, 2 * count).astype(np.int64)):
        lead = domain.batch("train", np.array([index]), Rng(SEED).at("lead"))[0, first:]
        if count and lead[..., column].any():
            count -= 1
            yield from modeloid.sample(1, rng.at(number), given=lead)


def real_phrases(domain: Any, first: int, indices: np.ndarray, key: str) -> np.ndarray:
    """What is on in phrases of train, without the bars before; each in a key drawn by the name."""
    parts = np.array_split(indices, max(1, len(indices) // 256))
    return np.concatenate([domain.batch("train", part, Rng(SEED).at(key))[:, first:] > 0 for part in parts])


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


def close(made: Mapping[str, Any], real: Mapping[str, Any], model: Mapping[str, Any]) -> dict[str, dict[str, float]]:
    """Closeness of each metric, right and legacy."""
    return {
        kind: {
            metric: round(closeness(_without_given(made[kind][metric], metric, model), np.array(values)), 4)
            for metric, values in of.items()
        }
        for kind, of in real.items()
    }


def _without_given(values: list[float], metric: str, model: Mapping[str, Any]) -> np.ndarray:
    """One number a track, unknown for a given one; those of drum tracks and of pairs as they are."""
    found = np.array(values)
    tracks = [track for track in range(model["shape"][3]) if metric == "EB" or track not in model["drums"]]
    if metric not in ("DP", "TD") and model["given"] in tracks:
        found[tracks.index(model["given"])] = np.nan
    return found


def half_way(made: list[float], new: list[float], real: list[float], noise: list[float]) -> list[str]:
    """Whether each track has come half way from the untrained generator to the data.

    "yes": its distance from the data is at most half of the untrained one's. "undefined": the untrained one lies no
    further off than sets of real phrases do. "in noise": what is made does not. Else "no".
    """
    said = []
    for a, n, r, o in zip(made, new, real, noise, strict=True):
        nearer = abs(a - r) <= abs(n - r) / 2
        near = "undefined" if abs(n - r) <= o else "in noise" if abs(a - r) <= o else "no"
        said.append("yes" if nearer else near)
    return said


def noise_of_long_notes(on: np.ndarray, model: Mapping[str, Any], real: list[float]) -> list[float]:
    """How far QN of sets of 256 real phrases lies from the data's, 95 % of 20 sets, one number a track."""
    notes = on[..., [column for column in range(on.shape[4]) if column not in model["drums"]]]
    rng, least = np.random.default_rng(SEED), least_steps(on.shape[2])
    sets = [long_notes(notes[rng.choice(len(notes), PIECES)], least) for _ in range(20)]
    return [round(float(one), 4) for one in np.quantile(np.abs(np.stack(sets) - np.array(real)), 0.95, axis=0)]


def of_data(domain: Any, model: Mapping[str, Any]) -> dict[str, Any]:
    """What all phrases of train measure, and the two rows of real phrases."""
    whole = np.arange(domain.size("train"))
    data = told(real_phrases(domain, model["context_bars"], whole, "real"), model)
    loud = velocities(domain.batch("train", whole[:: len(whole) // 256 + 1], Rng(SEED)))
    return {
        "digest": domain.digest,
        "data": data,
        "data_velocities": loud,
        "floors": floors(domain, model, data),
    }


def beside(domain: Any, model: Mapping[str, Any], known: Mapping[str, Any]) -> Mapping[str, Any]:
    """What made phrases are held against: those of train in which the given track sounds; all, where none is given."""
    if model["given"] < 0:
        everything: Mapping[str, Any] = known["data"]
        return everything
    on = real_phrases(domain, model["context_bars"], np.arange(domain.size("train")), "real")
    return told(on[on[..., model["given"]].any((1, 2, 3))], model)


def floors(domain: Any, model: Mapping[str, Any], real: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Rows of real phrases: others of the data, and some whose tracks know nothing of one another."""
    count = PIECES * 4
    chosen = np.random.default_rng(SEED).choice(domain.size("train"), count, replace=count > domain.size("train"))
    on = real_phrases(domain, model["context_bars"], chosen, "again")
    mixed = np.stack([np.roll(on[..., track], track, 0) for track in range(on.shape[4])], -1)
    rows = []
    for name, rolls in (("real", on), ("mixed", mixed)):
        made = told(rolls, model)
        rows.append({"row": name, "turns": "", "made": made, "closeness": close(made, real, model)})
    rows[0]["noise_of_long_notes"] = noise_of_long_notes(on, model, real["right"]["QN"])
    return rows


def row(name: str, seed: int, settings: argparse.Namespace, domain: Any, known: Mapping[str, Any]) -> dict[str, Any]:
    """Train and measure one row, from one seed."""
    preset = musegan.presets[ROWS[name].get("kind", "hybrid")] if settings.full else SMALL
    chosen = {**preset["parameters"], **ROWS[name]}
    chosen["planned_turns"] = turns = settings.turns or chosen["planned_turns"]
    cycle = {**preset["cycle"], "seed": seed}
    modeloid = opened(domain, preset["data"], cycle, chosen)
    real = beside(domain, modeloid.model, known)
    curve = [measured(modeloid, domain, real, 0, ON_THE_WAY)]

    def look(turn: int, seconds: float) -> None:
        found = measured(modeloid, domain, real, turn, ON_THE_WAY)
        curve.append({**found, "processor_seconds": round(seconds, 1)})
        shown = ("turn", "processor_seconds", "closeness", "empty_bars_apart_points")
        print({key: curve[-1][key] for key in shown}, curve[-1]["made"]["right"]["QN"], flush=True)

    looks = [round(turns * place / settings.looks) for place in range(1, settings.looks)]
    took = learn(modeloid, domain, cycle, 60 * settings.minutes, looks, look)
    found = measured(modeloid, domain, real, int(took["turns"]), settings.count)
    if settings.pieces:
        written(modeloid, domain, settings.pieces / f"{name.replace(' ', '-').replace(',', '')}-{seed}")
    notes = (one["made"]["right"]["QN"] for one in (found, curve[0]))
    half = half_way(*notes, real["right"]["QN"], known["floors"][0]["noise_of_long_notes"])
    of = {"row": name, "seed": seed, "given": modeloid.model["given"], "pieces": settings.count, **took}
    return {**of, **found, "long_notes_half_way": half, "curve": curve}


def written(modeloid: Any, domain: Any, folder: Path) -> None:
    """The first eight of the pieces, to be heard and looked at."""
    folder.mkdir(parents=True, exist_ok=True)
    with modeloid.averaged():
        for number, piece in enumerate(sampled(modeloid, domain, 8)):
            domain.write(piece, folder / f"{number:02}")


def measured(modeloid: Any, domain: Any, real: Mapping[str, Any], turn: int, pieces: int) -> dict[str, Any]:
    """What the modeloid generates now, beside the data."""
    rolls = generated(modeloid, domain, pieces)
    phrases = rolls.reshape(-1, modeloid.model["phrase_bars"], *rolls.shape[2:])
    made = told(phrases > 0, modeloid.model)
    flat = np.packbits((rolls[:8] > 0).reshape(8, -1), axis=1)
    errors = np.array(made["right"]["EB"]) - np.array(real["right"]["EB"])
    return {
        "turn": turn,
        "made": made,
        "closeness": close(made, real, modeloid.model),
        "empty_bars_apart_points": [round(100 * float(value), 1) for value in errors],
        "eight_differ": len(np.unique(flat, axis=0)) == 8,
        "velocities": velocities(rolls),
        "borders": borders(rolls > 0, modeloid.model["phrase_bars"]),
    }


def velocities(rolls: np.ndarray) -> list[float]:
    """Their 10th, 50th and 90th hundredth, 0 to 1."""
    loud = rolls[rolls > 0]
    return [round(float(np.quantile(loud, share)), 3) for share in (0.1, 0.5, 0.9)] if len(loud) else []


def borders(on: np.ndarray, phrase: int) -> dict[str, float]:
    """Of phrases within pieces: how often all is silent at their first beat, and at that of their other bars."""
    first = on[:, :, : max(1, on.shape[2] // 4)].any((2, 3, 4))
    begins = np.arange(on.shape[1]) % phrase == 0
    begins[0] = False
    if not begins.any():
        return {}
    inside = np.arange(on.shape[1]) % phrase != 0
    return {
        "silent_first_beats_of_phrases": round(float(1 - first[:, begins].mean()), 4),
        "silent_first_beats_of_other_bars": round(float(1 - first[:, inside].mean()), 4),
    }


def table(known: Mapping[str, Any]) -> str:
    """Closeness of all rows as a table in Markdown, and what of it is nearer to the data than the paper's."""
    names = ["EB", "UPC", "QN", "PP", "DP", "TD"]
    lines = ["| row | turns | seed | " + " | ".join(names) + " |", "|" + "---|" * (len(names) + 3)]
    for published, values in PUBLISHED.items():
        lines.append(f"| {published} (legacy code, its own data) | | | " + _cells(values, names) + " |")
    for result in [*known["floors"], *known["rows"], *means(known["rows"])]:
        for kind in ("right", "legacy"):
            first = f"| {result['row']} ({kind}) | {result['turns']} | {result.get('seed', '')} | "
            lines.append(first + _cells(result["closeness"][kind], names) + " |")
    return "\n".join([*lines, "", *map(words, known["rows"])]) + "\n"


def means(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Mean closeness of the rows of more than one seed."""
    found = []
    for name in dict.fromkeys(one["row"] for one in rows):
        same = [one for one in rows if one["row"] == name]
        if len(same) > 1:
            closeness = {
                kind: {metric: float(np.mean([one["closeness"][kind][metric] for one in same])) for metric in of}
                for kind, of in same[0]["closeness"].items()
            }
            seeds = f"mean of {len(same)}"
            found.append({"row": name, "seed": seeds, "turns": same[0]["turns"], "closeness": closeness})
    return found


def words(result: Mapping[str, Any]) -> str:
    """What of a row is nearer to its data than the paper's jamming row to its own, and what else is promised."""
    (paper,) = PUBLISHED.values()
    said = []
    for kind, values in result["closeness"].items():
        above = [name for name, value in paper.items() if values[name] >= value]
        said.append(f"{kind}: {'all below the paper' if not above else 'not below the paper in ' + ', '.join(above)}")
    apart = ", ".join(f"{points:+.1f}" for points in result["empty_bars_apart_points"])
    half = ", ".join(result["long_notes_half_way"])
    differ = "all differ" if result["eight_differ"] else "do not all differ"
    took = f"seed {result['seed']}, {result['turns']} turns, {result['processor_seconds']:.0f} s of processor time"
    took += f", {result.get('pieces', PIECES)} pieces"
    return (
        f"* {result['row']} ({took}): {'; '.join(said)}. Empty bars beyond the data's, points a track: {apart}; QN "
        f"half way from untrained to data: {half}; eight pieces {differ}."
    )


def _cells(values: Mapping[str, float], names: list[str]) -> str:
    return " | ".join(f"{values[name]:.3f}" if name in values else "" for name in names)


def main() -> None:
    """Run the rows asked for; those that a file holds already are kept."""
    from modeloid.music import domain as music

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", nargs="*", default=["small"], choices=list(ROWS))
    parser.add_argument("--seeds", type=int, nargs="*", default=[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--turns", type=int, default=0, help="0: as the preset plans")
    parser.add_argument("--looks", type=int, default=5, help="how often on the way what is generated is measured")
    parser.add_argument("--count", type=int, default=PIECES, help="pieces measured at the end; 1250: the paper's bars")
    parser.add_argument("--pieces", type=Path, help="a folder for eight pieces of each row")
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "musegan.json")
    settings = parser.parse_args()
    data = (musegan.presets["hybrid"] if settings.full else SMALL)["data"]
    domain = music.open(data)
    known = json.loads(settings.out.read_text()) if settings.out.exists() else {"rows": []}
    if known.get("digest") != domain.digest:
        preset = musegan.presets["hybrid"] if settings.full else SMALL
        known |= of_data(domain, musegan.make(domain, preset["parameters"]))
    machine = {"machine": platform.machine(), "most_minutes": settings.minutes}
    for name, seed in itertools.product(settings.rows, settings.seeds):
        found = {**row(name, seed, settings, domain, known), **machine}
        others = [one for one in known["rows"] if (one["row"], one["seed"]) != (name, seed)]
        known["rows"] = sorted([*others, found], key=lambda one: (list(ROWS).index(one["row"]), one["seed"]))
        settings.out.write_text(json.dumps(known, indent=1) + "\n")
        settings.out.with_suffix(".md").write_text(table(known))
        print(json.dumps({key: found[key] for key in found if key not in ("made", "curve")}), flush=True)


if __name__ == "__main__":
    main()
