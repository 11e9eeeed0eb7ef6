"""Metrics and originality on real data: speed, muspy beside, and the whole table of train against held-out pieces.

    python benchmarks/music_measure.py [FOLDER]

FOLDER holds pop909.zip, folk.zip, jsb.zip and multi.zip (default: $MODELOID_SHARED_DATA, else ../shared/data beside the
repository). Times are CPU seconds of one thread, medians of interleaved runs. muspy is measured where it can be
imported; in another environment: `python benchmarks/music_measure.py --muspy FILES` prints its values as JSON (it needs
muspy and symusic alone). Writes benchmarks/results/music_measure.json.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
SETS = ("jsb", "folk", "pop909", "multi")
RUNS = 3


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("MODELOID_SHARED_DATA") or ROOT.parent / "shared" / "data"
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default))
    parser.add_argument("--muspy", nargs="*", type=Path, help="only print what muspy says of these MIDI files")
    given = parser.parse_args()
    if given.muspy is not None:
        print(json.dumps({path.name: muspy_values(path) for path in given.muspy}, indent=1))
        return
    from music_data import machine, read_set, rounded

    result: dict[str, Any] = {"machine": machine(), "command": "python benchmarks/music_measure.py", "sets": {}}
    for name in SETS:
        names, pieces = read_set(given.folder / f"{name}.zip")
        result["sets"][name] = one_set(name, names, pieces)
    result["muspy"] = beside_muspy(given.folder)
    out = ROOT / "benchmarks" / "results" / "music_measure.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(rounded(result), indent=1) + "\n")
    print(f"wrote {out.relative_to(ROOT)}")


def one_set(name: str, names: list[str], pieces: list[Any]) -> dict[str, Any]:
    """Speed of metrics and of the index, and real train against real held-out pieces."""
    from modeloid.cycle.rng import Rng
    from modeloid.music.measure.sets import compare_sets
    from modeloid.music.measure.table import measure
    from modeloid.music.originality import DRUMS, Index
    from modeloid.music.split import split

    parts = split("groups", pieces)
    train, held = ([pieces[index] for index in rows] for rows in (parts["train"], parts["valid"] + parts["test"]))
    measured = seconds(lambda: measure(pieces)) / len(pieces)
    start = time.process_time()
    index = Index(train, [names[row] for row in parts["train"]])
    built = time.process_time() - start
    asked = seconds(lambda: index.ask(held)) / len(held)
    drums = Index(train, [names[row] for row in parts["train"]], DRUMS)
    comparison = compare_sets(measure(held), measure(train), Rng(0, ("benchmark", name)))
    fitness = seconds(lambda: measure(pieces[::10], ("fitness_structureness_short",)), 1) / len(pieces[::10])
    figures = {
        "pieces": len(pieces),
        "notes": sum(len(piece) for piece in pieces),
        "metrics_of_1000_pieces_s": 1000 * measured,
        "index_s": built,
        "index_steps": len(index),
        "ask_ms_a_piece": 1000 * asked,
        "fitness_of_1000_pieces_s": 1000 * fitness,
        "faces": faces(train, held, index, drums),
        "drum_steps": len(drums),
        "held_out_drums": origins(drums.ask(held)) if len(drums) else None,
        "held_out": origins(index.ask(held)),
        "transposed_copies": origins(index.ask([transposed(piece) for piece in train[:50]])),
        "held_out_against_train": comparison.plain(),
    }
    show(name, figures)
    return figures


def faces(train: list[Any], held: list[Any], index: Any, drums: Any) -> dict[str, Any]:
    """Seconds of `annotate` and of `compare` for 64 held-out pieces, and how often the verdict on these is "apart"."""
    from modeloid.music.annotate import annotate
    from modeloid.music.compare import Comparison
    from modeloid.music.real import Real

    made, unseen = held[:64], held[64:] or held
    compare = Comparison(Real(lambda: train, lambda: index, lambda: unseen, lambda: drums))
    first = seconds(lambda: compare(made), 1)
    verdicts = [row["verdict"] for row in compare(made)["metrics"] if "verdict" in row]
    return {
        "pieces": len(made),
        "annotate_s": seconds(lambda: annotate(made, index, drums)),
        "compare_first_s": first,
        "compare_s": seconds(lambda: compare(made)),
        "apart": [verdicts.count("apart"), len(verdicts)],
    }


def origins(found: list[Any]) -> dict[str, Any]:
    """Percentiles of what pieces share with the training set."""
    columns = {
        "longest_run": [origin.longest_run for origin in found],
        "copied": [origin.copied for origin in found if origin.copied is not None],
        "nearest_share": [origin.nearest_share for origin in found if origin.nearest_share is not None],
    }
    columns = {key: values for key, values in columns.items() if values}
    most = max(found, key=lambda origin: origin.nearest_share or 0)
    return {
        **{key: quantiles(values) for key, values in columns.items()},
        "nearest_of_all": [most.nearest_piece, most.nearest_share, most.run_piece, most.run_bar, most.longest_run],
    }


def quantiles(values: list[float]) -> dict[str, float]:
    """Middle, 90th percentile, most and mean."""
    import numpy as np

    return {f"p{share}": float(np.percentile(values, share)) for share in (50, 90, 100)} | {
        "mean": float(np.mean(values))
    }


def transposed(piece: Any, semitones: int = 3) -> Any:
    """A copy some semitones higher."""
    import numpy as np

    from modeloid.music.columns import Columns

    pitch = np.minimum(piece.notes["pitch"] + semitones, 127).astype("u1")
    return Columns({**piece.notes, "pitch": pitch}, piece.about)


def seconds(act: Callable[[], object], runs: int = RUNS) -> float:
    """Median CPU seconds of some calls."""
    took = []
    for _ in range(runs):
        start = time.process_time()
        act()
        took.append(time.process_time() - start)
    return statistics.median(took)


def show(name: str, figures: dict[str, Any]) -> None:
    """Print the figures of a set."""
    print(
        f"\n{name}: {figures['pieces']} pieces, {figures['notes']} notes; metrics of 1,000 pieces "
        f"{figures['metrics_of_1000_pieces_s']:.2f} s; index {figures['index_s']:.2f} s, "
        f"asked {figures['ask_ms_a_piece']:.2f} ms a piece; fitness {figures['fitness_of_1000_pieces_s']:.0f} s"
    )
    print(f"  faces       {figures['faces']}\n  drums       {figures['held_out_drums']}")
    print(f"  held out    {figures['held_out']}\n  transposed  {figures['transposed_copies']}")
    compared = figures["held_out_against_train"]
    print(f"  frechet {compared['frechet']}")
    print(f"  {'metric':30}{'held out':>10}{'train':>10}{'W1':>10}{'floor':>10}{'overlap':>9}")
    for metric, row in compared["metrics"].items():
        if row["distances"]:
            far, alike = row["distances"]["wasserstein"], row["distances"]["overlap"]
            cells = (row["made_mean"], row["real_mean"], far["value"], far["floor"])
            print(f"  {metric:30}" + "".join(f"{cell:10.3f}" for cell in cells) + f"{alike['value']:9.3f}")


def beside_muspy(folder: Path) -> dict[str, Any]:
    """The time of ten shared metrics on the first POP909 pieces, ours and muspy's in one run."""
    if importlib.util.find_spec("muspy") is None:
        print("muspy is not installed here: its time is not measured")
        return {"measured": False, "why": "muspy is not importable"}
    import tempfile
    import zipfile

    from symusic import Score

    from modeloid.music.columns import from_score
    from modeloid.music.measure.table import measure

    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(folder / "pop909.zip") as archive:
        members = sorted(name for name in archive.namelist() if name.endswith(".mid"))[:10]
        paths = [Path(archive.extract(name, place)) for name in members]
        pieces = [from_score(Score(path)) for path in paths]
        ours = seconds(lambda: measure(pieces, SHARED)) / len(pieces)
        theirs = seconds(lambda: [muspy_values(path) for path in paths]) / len(pieces)
    print(f"ten metrics: ours {1e3 * ours:.2f} ms a piece, muspy {1e3 * theirs:.1f} (reading its objects included)")
    return {"measured": True, "ours_ms": 1e3 * ours, "muspy_ms": 1e3 * theirs}


SHARED = (
    "pitch_range",
    "pitches_used",
    "pitch_classes_used",
    "pitch_entropy",
    "pitch_class_entropy",
    "scale_consistency",
    "polyphony",
    "polyphony_rate",
    "empty_bar_rate",
    "groove_consistency",
)


def muspy_values(path: Path) -> dict[str, float]:
    """What muspy says of a file in 4/4 on a grid of 16ths or finer."""
    import muspy
    from symusic import Score

    score = Score(path)
    music = muspy.Music(resolution=score.tpq)
    for track in score.tracks:
        notes = [muspy.Note(note.time, note.pitch, note.duration, note.velocity) for note in track.notes]
        music.tracks.append(muspy.Track(track.program, track.is_drum, notes=notes))
    bar = 4 * score.tpq
    return {
        "pitch_range": muspy.pitch_range(music),
        "pitches_used": muspy.n_pitches_used(music),
        "pitch_classes_used": muspy.n_pitch_classes_used(music),
        "pitch_entropy": muspy.pitch_entropy(music),
        "pitch_class_entropy": muspy.pitch_class_entropy(music),
        "scale_consistency": muspy.scale_consistency(music),
        "polyphony": muspy.polyphony(music),
        "polyphony_rate": muspy.polyphony_rate(music),
        "empty_bar_rate": muspy.empty_measure_rate(music, bar),
        "groove_consistency": muspy.groove_consistency(music, bar),
    }


if __name__ == "__main__":
    main()
