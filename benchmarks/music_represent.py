"""Representations on POP909 and on multi-instrument pieces: speed, batches, losses, and equality with MidiTok's REMI.

python benchmarks/music_represent.py [--data FOLDER] [--fixture]

FOLDER holds pop909.zip, multi.zip and jsb.zip. MidiTok is used where it is importable; --fixture makes the stored
tokens of tests/music/represent/events/remi.json anew with it. Speeds are processor seconds of one thread, medians of
interleaved rounds, parsing left out: the pieces lie in columns as in the store.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import importlib.util
import json
import os
import platform
import statistics
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from modeloid.cycle.rng import Rng
from modeloid.music.columns import Columns, from_score, to_score
from modeloid.music.datasets import data_set
from modeloid.music.represent import Augmentation, representation

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))
from music.represent.events import remi  # noqa: E402 - what both tokenisers are told lies with the tests
from music.represent.strategies import columns  # noqa: E402

ROUNDS, BATCHES, BATCH = 7, 60, 64
VARIED = Augmentation((-5, 6), (0.8, 1.25), (0.9, 1.1))
SHIFTED = Augmentation((-5, 6))
KINDS: dict[str, tuple[dict[str, Any], Augmentation]] = {
    "roll 64 steps x 88": ({"kind": "roll"}, SHIFTED),
    "roll with onsets": ({"kind": "roll", "onset": True}, SHIFTED),
    "multitrack binary 4 x 16 x 84 x 5": ({"kind": "multitrack", "values": "binary", "other_meters": "cut"}, SHIFTED),
    "multitrack velocity": ({"kind": "multitrack", "other_meters": "cut"}, Augmentation((-5, 6), (0.8, 1.25))),
    "voices": ({"kind": "voices"}, SHIFTED),
    "events 512": ({"kind": "events"}, VARIED),
    "events 512, any start": ({"kind": "events", "crop": "token"}, VARIED),
}


def read(data: Path, name: str, most: int | None = None) -> list[Any]:
    """The scores of an archive."""
    from symusic import Score

    with tempfile.TemporaryDirectory() as place, zipfile.ZipFile(data / f"{name}.zip") as archive:
        archive.extractall(place)
        return [Score(path) for path in sorted(Path(place).rglob("*.mid"))[:most]]


def chorales(data: Path) -> list[np.ndarray]:
    """The chorales as arrays (steps, voices) of pitches, -1 for silence."""
    with zipfile.ZipFile(data / "jsb.zip") as archive:
        name = next(name for name in archive.namelist() if name.endswith("Jsb16thSeparated.json"))
        parts = json.loads(archive.read(name))
    return [np.array(piece) for part in parts.values() for piece in part]


def seconds(call: Callable[[], Any]) -> float:
    """Processor seconds of one call."""
    begun = time.process_time()
    call()
    return time.process_time() - begun


def rates(calls: dict[str, Callable[[], Any]], files: int, rounds: int = ROUNDS) -> dict[str, float]:
    """Files a second, medians of interleaved rounds."""
    taken: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            taken[name].append(seconds(call))
    return {name: round(files / statistics.median(times), 1) for name, times in taken.items()}


def encoding(scores: list[Any], pieces: list[Columns]) -> dict[str, float]:
    """Files a second of each way to encode and decode."""
    events, plain = representation({"kind": "events"}), representation(remi.SPEC)
    bare = representation({"kind": "events", "programs": False, "tempos": 0})
    roll = representation({"kind": "roll"})
    voices = representation({"kind": "voices", "voices": 3})
    track = representation({"kind": "multitrack", "other_meters": "cut"})
    tokens = [events.encode_columns(piece)[0] for piece in pieces]
    rolls = [roll.encode_columns(piece)[0] for piece in pieces]
    one, many = scores[: len(pieces) // 4], len(pieces) / (len(pieces) // 4)
    calls: dict[str, Callable[[], Any]] = {
        "events, all types": lambda: events.encode_many(pieces),
        "events, order of MidiTok": lambda: plain.encode_many(pieces),
        "events, bar position pitch velocity duration": lambda: bare.encode_many(pieces),
        "events one by one": lambda: [events.encode_columns(piece) for piece in pieces],
        "events decoded": lambda: [events.decode_columns(array) for array in tokens],
        "roll": lambda: [roll.encode_columns(piece) for piece in pieces],
        "roll decoded to scores": lambda: [roll.decode(array) for array in rolls],
        "voices": lambda: [voices.encode_columns(piece) for piece in pieces],
        "multitrack, notes cut at bars": lambda: [cut(track, piece) for piece in pieces],
        "peer: symusic's frame roll of each track": lambda: [frames(score) for score in scores],
    }
    found = rates(calls, len(pieces))
    if importlib.util.find_spec("miditok"):
        tokeniser = miditok()
        found |= rates({"peer: MidiTok's REMI": lambda: [tokeniser(s) for s in one]}, round(len(pieces) / many), 1)
    return found


def cut(track: Any, piece: Columns) -> Any:
    """The notes of a piece on the grid, where it is represented at all."""
    from modeloid.music.errors import RepresentationError

    try:
        return track.segments(piece)
    except RepresentationError:
        return None


def frames(score: Any) -> Any:
    """Piano rolls of symusic on a grid of 16ths."""
    return [track.pianoroll(modes=["frame"]) for track in score.resample(4, 1).tracks]


def batches(pieces: dict[str, list[Columns]]) -> dict[str, dict[str, float]]:
    """Milliseconds a batch of 64 takes, cropped and varied: median and the slowest of twenty; interleaved."""
    draw, rng = np.random.default_rng(0), Rng(0)
    items, taken = {}, {}
    for name, (spec, augment) in KINDS.items():
        of = pieces["multi" if spec["kind"] == "multitrack" else "pop909"]
        items[name], taken[name] = representation(spec).prepare(of, augment), []
    for number in range(BATCHES):
        for name, windows in items.items():
            indices = draw.integers(0, len(windows), BATCH)
            begun = time.perf_counter()
            windows.moved(indices, rng.at("item", number))
            taken[name].append(1e3 * (time.perf_counter() - begun))
    return {
        name: {"median_ms": round(statistics.median(times), 3), "p95_ms": round(float(np.quantile(times, 0.95)), 3)}
        for name, times in taken.items()
    }


def losses(pieces: dict[str, list[Columns]]) -> dict[str, Any]:
    """What each representation leaves out, in shares of all notes, and how far onsets and lengths move."""
    found = {}
    for name, spec in (
        ("roll", {"kind": "roll"}),
        ("roll with onsets", {"kind": "roll", "onset": True}),
        ("multitrack", {"kind": "multitrack", "other_meters": "cut"}),
        ("multitrack, 24 steps a quarter", {"kind": "multitrack", "other_meters": "cut", "steps_per_beat": 24}),
        ("voices", {"kind": "voices"}),
        ("events", {"kind": "events"}),
        ("events, 24 steps a quarter", {"kind": "events", "steps_per_beat": 24, "durations": [[4, 24], [12, 8]]}),
    ):
        for data in pieces:
            items = representation(spec).prepare(pieces[data][:200], Augmentation())
            lost, refused = vars(items.losses), len(items.refused)
            shares = {key: round(value / lost["notes"], 5) for key, value in lost.items() if value and key != "notes"}
            found[f"{name}, {data}"] = {"notes": lost["notes"], "pieces refused": refused, **shares}
    return found


def barred(data: Path, raw: list[Columns]) -> dict[str, dict[str, int]]:
    """How many songs of POP909 the multi-track roll in 4/4 takes: the files as they are, and as the data set has them.

    "refuse" takes songs that are in 4/4 throughout, "cut" leaves other bars out.
    """
    from symusic import Score

    os.environ["MODELOID_DATA"] = str(data)
    with data_set("pop909").entries() as entries:
        pieces = [from_score(Score(entry.source)) for entry in entries]
    found: dict[str, dict[str, int]] = {}
    for name, songs in (("files", raw), ("data set", pieces)):
        found[name] = {"songs": len(songs)}
        for other in ("refuse", "cut"):
            track = representation({"kind": "multitrack", "other_meters": other})
            found[name][other] = sum(cut(track, song) is not None for song in songs)
    return found


def moved(pieces: list[Columns]) -> dict[str, Any]:
    """How far events move onsets and durations (quarters) and velocities, of pieces whose notes all come back."""
    coder = representation(remi.SPEC | {"programs": True, "meters": []})
    apart: dict[str, list[np.ndarray]] = {"onset": [], "velocity": []}
    for piece in pieces[:100]:
        back = coder.decode_columns(coder.encode_columns(piece)[0])
        for name, bins in apart.items():
            scales = [one.about["tpq"] if name == "onset" else 1 for one in (piece, back)]
            both = [np.sort(one.notes[name] / scale) for one, scale in zip((piece, back), scales, strict=True)]
            bins.append(np.abs(both[0] - both[1]))
    joined = {name: np.concatenate(bins) for name, bins in apart.items()}
    return {name: {"mean": float(every.mean()), "max": float(every.max())} for name, every in joined.items()}


def skyline(data: Path) -> dict[str, float]:
    """The chorales with all notes on one track: the share of steps of each voice that come back as they were."""
    right, every = np.zeros(4), 0
    coder = representation({"kind": "voices", "assign": "skyline", "low": 30, "high": 90})
    for pitches in chorales(data):
        begins = (pitches >= 0) & np.append(np.ones((1, 4), bool), pitches[1:] != pitches[:-1], axis=0)
        tokens = np.where(pitches < 0, 0, np.where(begins, pitches - 28, 1)).astype(np.uint8)
        piece = from_score(coder.decode(tokens))
        piece.notes["track"][:] = 0
        order = np.lexsort([piece.notes["duration"], piece.notes["pitch"], piece.notes["onset"]])
        merged = Columns({name: part[order] for name, part in piece.notes.items()}, piece.about)
        array = coder.encode_columns(merged)[0]
        right += (array == tokens[: len(array)]).sum(axis=0)
        every += len(array)
    return {f"voice {v + 1}": round(float(right[v]) / every, 4) for v in range(4)}


def miditok() -> Any:
    """MidiTok's REMI, told the same as ours."""
    from miditok import REMI, TokenizerConfig

    return REMI(TokenizerConfig(**remi.CONFIG))


def equality(scores: list[Any], again: bool) -> dict[str, int]:
    """On how many files both write the same tokens; `again`: of the pieces that our tokens decode to.

    MidiTok leaves the tracks of different programs, and notes that move to one step, in the order of the file; where
    they are already in ours (all of one program, or decoded by us) nothing is left to differ.
    """
    coder, tokeniser, said = representation(remi.SPEC), miditok(), {"equal": 0, "different": 0, "other meters": 0}
    every = coder.vocabulary()
    for score in scores:
        if any(meter.denominator != 4 or meter.numerator > 7 for meter in score.time_signatures):
            said["other meters"] += 1
            continue
        if again:
            score = coder.decode(coder.encode(score))
            for track in score.tracks:
                track.notes.sort()
        theirs = [remi.ours(token) for token in tokeniser(score).tokens]
        same = theirs == [every[token] for token in coder.encode(score)]
        said["equal" if same else "different"] += 1
    return said


def fixture() -> None:
    """Write small made pieces and MidiTok's tokens of them."""
    pieces = []
    for number, made in enumerate(made_pieces()):
        score = to_score(columns(**made))
        for track in score.tracks:
            track.notes.sort()
        pieces.append({**made, "tokens": " ".join(miditok()(score).tokens)})
        print(f"piece {number}: {len(pieces[-1]['tokens'].split())} tokens")
    remi.FIXTURE.write_text(json.dumps({"miditok": importlib.metadata.version("miditok"), "pieces": pieces}) + "\n")


def made_pieces() -> list[dict[str, Any]]:
    """Off the grid on tracks of one program (as POP909), on the grid with programs and drums, and of odd resolution."""
    draw = np.random.default_rng(7)

    def rows(tracks: int, count: int, grid: int, span: int, longest: int) -> list[list[int]]:
        onset, length = draw.integers(0, span, count) * grid, draw.integers(1, longest, count) * grid
        rest = zip(onset, draw.integers(20, 110, count), length, draw.integers(1, 128, count), strict=True)
        return sorted(
            [int(track), *map(int, row)] for track, row in zip(draw.integers(0, tracks, count), rest, strict=True)
        )

    one, programs = [["a", 4, False], ["b", 4, False]], [["", 0, False], ["", 33, False], ["drums", 0, True]]
    meters = [[0, 4, 4], [1920, 3, 4], [5000, 5, 4], [11111, 2, 4]]
    tempos = [[0, 500_000], [960, 500_000], [1000, 430_000], [7001, 1_200_000]]
    return [
        {"rows": rows(2, 60, 1, 14_000, 7000), "tracks": one, "tpq": 480, "meters": meters, "tempos": tempos},
        {"rows": rows(3, 60, 60, 200, 40), "tracks": programs, "tpq": 480, "meters": meters[:2], "tempos": tempos[2:]},
        {"rows": rows(2, 40, 1, 900, 300), "tracks": one, "tpq": 31, "meters": [[40, 7, 4]], "tempos": []},
    ]


def machine() -> dict[str, Any]:
    """Say what it ran on."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text().splitlines() if info.exists() else []
    cpu = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    python = {"python": platform.python_version(), "numpy": np.__version__}
    return {"cpu": cpu[0] if cpu else platform.processor(), "cores": os.cpu_count(), **python}


def main() -> None:
    """Measure, print and store."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("MODELOID_SHARED_DATA") or ROOT.parent / "shared" / "data"
    parser.add_argument("--data", type=Path, default=Path(default))
    parser.add_argument("--out", type=Path, default=ROOT / "benchmarks" / "results" / "music_represent.json")
    parser.add_argument("--fixture", action="store_true", help="only make the stored tokens of the tests anew")
    asked = parser.parse_args()
    if asked.fixture:
        fixture()
        return
    pop, multi = read(asked.data, "pop909"), read(asked.data, "multi")
    pieces = {"pop909": [from_score(score) for score in pop], "multi": [from_score(score) for score in multi]}
    has = importlib.util.find_spec("miditok") is not None
    results = {
        "command": "python benchmarks/music_represent.py",
        "machine": machine(),
        "files a second, POP909, one thread, from columns": encoding(pop, pieces["pop909"]),
        f"milliseconds a batch of {BATCH}": batches(pieces),
        "losses, share of notes": losses(pieces),
        "songs of POP909 in bars of 4/4": barred(asked.data, pieces["pop909"]),
        "events at 8 steps a quarter, 32 velocities: difference to POP909": moved(pieces["pop909"]),
        "chorales on one track, dealt out to voices: share of right steps": skyline(asked.data),
        "equal to MidiTok's REMI, POP909 as it is": equality(pop, False) if has else "MidiTok is not importable",
        "equal to MidiTok's REMI, multi decoded by us": equality(multi, True) if has else "MidiTok is not importable",
    }
    asked.out.parent.mkdir(parents=True, exist_ok=True)
    asked.out.write_text(json.dumps(results, indent=1) + "\n")
    print(json.dumps(results, indent=1))


if __name__ == "__main__":
    main()
