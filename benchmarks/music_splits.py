"""What a plain random split leaks on real sets, what the split by groups of near-duplicates leaves of it, and how fast.

    python benchmarks/music_splits.py [FOLDER]

FOLDER holds the archives (default: $MODELOID_SHARED_DATA, else ../shared/data beside the repository). Where it is known
which files are the same music (piano.zip: the piece performed; multi.zip: the group of its manifest), the groups are
held against that: of the held-out files that have a true sibling, how many have one in train. Writes
benchmarks/results/music_splits.json.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import os
import re
import sys
import time
import zipfile
from collections import Counter
from itertools import combinations
from pathlib import Path
from typing import Any

os.environ.setdefault("OMP_NUM_THREADS", "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))
SETS = ("jsb", "folk", "pop909", "jazz", "groove", "multi", "piano")


def main() -> None:
    """Measure, print and store."""
    from music_data import machine, read_set, rounded

    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    default = os.environ.get("MODELOID_SHARED_DATA") or ROOT.parent / "shared" / "data"
    parser.add_argument("folder", nargs="?", type=Path, default=Path(default))
    folder = parser.parse_args().folder
    result: dict[str, Any] = {"machine": machine(), "command": "python benchmarks/music_splits.py", "sets": {}}
    heads = ("near-dup. in train", "n-grams known", "nearest", "true sibling in train")
    print(f"{'set':8}{'split':>11}{heads[0]:>20}{heads[1]:>15}{heads[2]:>9}{heads[3]:>23}")
    for name in SETS:
        archive = folder / f"{name}.zip"
        names, pieces = read_set(archive)
        result["sets"][name] = one_set(name, names, pieces, siblings(archive, names))
    out = ROOT / "benchmarks" / "results" / "music_splits.json"
    out.parent.mkdir(exist_ok=True)
    out.write_text(json.dumps(rounded(result), indent=1) + "\n")
    print(f"wrote {out.relative_to(ROOT)}")


def one_set(name: str, names: list[str], pieces: list[Any], same: list[str]) -> dict[str, Any]:
    """Leakage of every way to split a set."""
    from modeloid.music.split import SPLITS, leakage
    from modeloid.music.split.groups import groups
    from modeloid.music.split.shingles import shingle_sets

    start = time.process_time()
    sets = shingle_sets(pieces)
    found = groups(sets)
    took = time.process_time() - start
    published = [piece.partition("/")[0] for piece in names] if name == "jsb" else []
    splits = {}
    for kind in ("random", "groups", *(["published"] if published else [])):
        parts = SPLITS[kind](pieces, sets, published)
        splits[kind] = leakage(parts, sets) | known_siblings(parts, same)
        row = splits[kind]
        known = row.get("true_sibling_in_train")
        print(
            f"{name:8}{kind:>11}{row['near_duplicates']:20.3f}{row['shared_ngrams']:15.3f}"
            f"{row['nearest_similarity']:9.3f}{'-' if known is None else f'{known:.3f}':>23}"
        )
    figures: dict[str, Any] = {
        "pieces": len(pieces),
        "groups": len(found),
        "largest_groups": sorted((len(members) for members in found), reverse=True)[:5],
        "seconds": took,
        "splits": splits,
    }
    if any(same):
        figures["pairs"] = pairs(found, same)
        print(f"{'':8}pairs of the same music: {figures['pairs']}")
    return figures


def siblings(archive: Path, names: list[str]) -> list[str]:
    """Which music each file is, "" where nobody says."""
    if archive.stem not in ("piano", "multi"):
        return [""] * len(names)
    with zipfile.ZipFile(archive) as packed:
        rows = csv.DictReader(io.StringIO(packed.read(f"{archive.stem}/manifest.csv").decode()))
        by_path = {row["path"]: row for row in rows}
    if archive.stem == "multi":
        return [by_path[name]["group"] for name in names]
    return [music(by_path[name]) for name in names]


def music(row: dict[str, str]) -> str:
    """The work that a file of piano.zip plays, whichever repeats are played and whichever pianist's number it has."""
    if row["subset"] == "vienna4x22":
        return row["piece"].rpartition("_p")[0].partition("_1st")[0]
    return re.sub(r"_(no_)?(\d_)?repeat$", "", row["piece"]) if row["subset"].startswith("asap") else row["path"]


def known_siblings(parts: dict[str, list[int]], same: list[str]) -> dict[str, float]:
    """Of the held-out files that are the same music as any other, how many have such a one in train."""
    if not any(same):
        return {}
    count, train = Counter(same), {same[index] for index in parts["train"]}
    held = [index for part in ("valid", "test") for index in parts[part] if count[same[index]] > 1]
    return {"true_sibling_in_train": sum(same[index] in train for index in held) / max(1, len(held))}


def pairs(found: list[list[int]], same: list[str]) -> dict[str, float]:
    """Recall and precision of the pairs of files that stand in one group."""
    made = {pair for members in found for pair in combinations(members, 2)}
    members: dict[str, list[int]] = {}
    for index, name in enumerate(same):
        members.setdefault(name, []).append(index)
    true = {pair for group in members.values() for pair in combinations(group, 2)}
    both = len(made & true)
    return {"true": len(true), "found": len(made), "recall": both / len(true), "precision": both / max(1, len(made))}


if __name__ == "__main__":
    main()
