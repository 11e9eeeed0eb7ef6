"""The shapes of the record's files, version `SCHEMA`; docs/record.md explains them to outsiders."""

from __future__ import annotations

from .shape import Each, Fields, Number

SCHEMA = 1
STAGES = ("train", "valid", "judge")

_number = Number()
_count = Number(low=0, whole=True)
_step = Number(low=0, whole=True)
_pitch = Number(0, 127, whole=True)
_beats = Number(0, 1e6)
_FILE = Fields({"file": str, "reason": str}, needs=("file",))

ENTRY = Fields(
    {
        "time": Number(low=0, high=1e11),
        "step": _step,
        "what": str,
        "new": bool,
        "text": str,
        "name": str,
        "seconds": _number,
        "status": str,
        "reason": str,
        "turns_per_s": _number,
        "memory_mb": _number,
    },
    needs=("what",),
)
"""A line of `journal.jsonl`."""

RUN = Fields(
    {
        "time": Number(low=0, high=1e11),
        "step": _step,
        "argv": [str],
        "commit": str,
        "model": dict,
        "machine": dict,
        "environment": dict,
        "cycle": dict,
        "data": str,
        "licences": [str],
    }
)
"""A line of `runs.jsonl`."""

DATA = Fields(
    {
        "sets": [
            Fields(
                {
                    **dict.fromkeys(("name", "licence", "citation", "url"), str),
                    **dict.fromkeys(("pieces", "notes"), _count),
                    **dict.fromkeys(("seconds", "weight"), _number),
                },
                needs=("name",),
            )
        ],
        **dict.fromkeys(("licence", "split", "digest"), str),
        **dict.fromkeys(("varied", "representation", "losses"), dict),
        "padded": _count,
        "parts": Each(Fields({"pieces": _count, "items": _count})),
        "refused": [_FILE],
        "silent": [_FILE],
        "left_out": [Fields({"piece": str, "reason": str}, needs=("piece",))],
    }
)
"""`data.json`."""

METRIC = Fields(
    {
        **dict.fromkeys(("name", "doc", "unit", "verdict"), str),
        **dict.fromkeys(("made", "made_low", "made_high", "real", "real_low", "real_high"), _number),
        **dict.fromkeys(("wasserstein", "wasserstein_low", "wasserstein_high", "floor", "floor_high"), _number),
        **dict.fromkeys(("scale", "overlap"), _number),
    },
    needs=("name",),
)
"""One measure of a comparison."""

COMPARISON = Fields(
    {
        **dict.fromkeys(("count", "silent", "real_count"), _count),
        "length_beats": _number,
        "metrics": [METRIC],
        "distances": [
            Fields({"name": str, **dict.fromkeys(("value", "low", "high", "floor", "floor_high"), _number)}, ("name",))
        ],
        "originality": Each(Each(_number)),
    }
)
"""The comparison of `test.json`."""

TEST = Fields(
    {
        "checkpoint": str,
        "step": _step,
        "data": str,
        "loss": Each(_number),
        "likelihood": Each(_number),
        "judge": Each(_number),
        "comparison": COMPARISON,
    }
)
"""`test.json`."""

_SIDE = Fields(
    {"piece": str, "bar": Number(whole=True), "beat": _number, "notes": [(_beats, _beats, _pitch)]}, needs=("notes",)
)

_SHARED = {
    **dict.fromkeys(("longest_run", "copied", "nearest_share"), _number),
    "nearest": str,
    "passage": Fields({"length": _count, "made": _SIDE, "trained": _SIDE}, needs=("made", "trained")),
}
_TRACK = Fields({"name": str, "program": Number(0, 127, whole=True), "drum": bool, "notes": _count})

ANNOTATION = Fields(
    {
        "metrics": Each(_number),
        "length_s": Number(low=0),
        "tempo": Number(low=0),
        "tracks": [_TRACK],
        "originality": Fields({**_SHARED, "drums": Fields(_SHARED)}),
    }
)
"""What the domain says of a piece."""

PIECE = Fields(
    {
        "files": [str],
        "seed": Number(whole=True),
        "address": list,
        "wishes": dict,
        "annotation": ANNOTATION,
    }
)
"""An entry of a sample's `index.json`."""
