"""What goes with an inspired piece: what it took, what it shares and where, beside what real pieces share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..represent.parts import Rows
from .bars import nearest_bars
from .copying import MEASURES, copying
from .facets import mean_nearness, nearness
from .gates import gates, limit, table_of
from .grams import TRAINING, Grams
from .heard import Heard, heard
from .lines import shape_of, share_below
from .runs import Run, longest_run
from .words import verdict

_DIGITS = 3


def receipt(
    y: Rows | Heard,
    x: Rows | Heard,
    lines: Mapping[str, Any],
    grams: Grams | None,
    strength: float,
    drum_parts: Sequence[int] = (),
    refused: int = 0,
) -> dict[str, Any]:
    """Say what a piece took from its inspirer and what it copies, each beside the line of real pairs of pieces.

    Parameters
    ----------
    y
        What was made.
    x
        The inspirer, all of it.
    lines
        From `lines`, of pieces that are not trained on.
    grams
        The training set; None where it is not at hand, then the receipt says nothing of it.
    strength
        How strongly y was to be inspired, 0 not at all.
    drum_parts
        The parts that are left out.
    refused
        How many pieces were drawn before this one and failed a gate.

    Returns
    -------
    Plain data. "taken": facet -> nearness of each bar and in the mean, 0 to 1, beside the mean of strangers, of slices
    of one piece that do not copy one another ("kin", for 8 bars of 8), and which share of strangers is less near;
    "together" is the mean of harmony, rhythm and contour.
    "copied": measure -> value, beside the mean and the 95th percentile of strangers, and the limit. "nearest_bars":
    for each bar which bar of x is most like it, and how much. "runs": the longest stretches shared, how many notes and
    where. "training": the same against the training set. "failed": the gates that y fails. Bars count from 1.

    Raises
    ------
    KinshipError
        The lines lack pairs of these lengths.
    """
    one, other = heard(y, drum_parts), heard(x, drum_parts)
    shape = shape_of(one, other)
    strangers, kin = table_of(lines, "strangers", shape), lines["kin"].get(shape, {})
    said: dict[str, Any] = {
        "strength": strength,
        "bars": one.bars,
        "onsets": len(one),
        "inspirer_bars": other.bars,
        "inspirer_onsets": len(other),
        "refused_before": refused,
        "beside": f"{lines['pairs']} pairs of real pieces, a {shape}",
        "taken": _taken(one, other, strangers, kin),
        "copied": _beside(copying(one, other), strangers, MEASURES),
        "nearest_bars": _nearest(one, other),
        "runs": _runs(one, other, strangers),
    }
    if grams is not None:
        said["training"] = _training(one, grams, table_of(lines, "training", shape.split(" of ")[0]))
    failed = gates(one, other, lines, grams)
    said["failed"] = [gate._asdict() | {"value": _plain(gate.value), "limit": _plain(gate.limit)} for gate in failed]
    said["verdict"] = verdict(said)
    return said


def _taken(y: Heard, x: Heard, strangers: Mapping[str, Any], kin: Mapping[str, Any]) -> dict[str, Any]:
    bars = nearness(y, x)
    found = {}
    for facet, mean in mean_nearness(y, x).items():
        each = {"bars": [_plain(value) for value in bars[facet]]} if facet in bars else {}
        found[facet] = {
            "mean": _plain(mean),
            "strangers_mean": strangers[facet]["mean"],
            "strangers_p95": strangers[facet]["p95"],
            "kin_mean": kin[facet]["mean"] if kin else None,
            "nearer_than": _plain(share_below(strangers[facet], mean)),
            **each,
        }
    return found


def _beside(found: Mapping[str, float], table: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    return {
        name: {
            "what": what,
            "value": _plain(found[name]),
            "strangers_mean": table[name]["mean"],
            "strangers_p95": table[name]["p95"],
            "limit": _plain(limit(name, table[name])),
        }
        for name, what in names.items()
    }


def _nearest(y: Heard, x: Heard) -> list[dict[str, Any]]:
    near = nearest_bars(y, x)
    rows = zip(near.share.tolist(), near.bar.tolist(), near.shift.tolist(), strict=True)
    return [
        {"bar": number, "inspirer_bar": bar + 1 if share else None, "semitones": shift, "share": _plain(share)}
        for number, (share, bar, shift) in enumerate(rows, start=1)
    ]


def _runs(y: Heard, x: Heard, strangers: Mapping[str, Any]) -> dict[str, Any]:
    in_lead, in_all = longest_run(y, x)
    return {"lead": _run(in_lead, strangers["lead_run"]), "all": _run(in_all, strangers["all_run"])}


def _run(run: Run, line: Mapping[str, Any]) -> dict[str, Any]:
    where = {"bar": run.bar + 1, "inspirer_bar": run.other_bar + 1} if run.notes else {}
    return {"notes": run.notes, **where, "strangers_mean": line["mean"], "strangers_p95": line["p95"]}


def _training(y: Heard, grams: Grams, table: Mapping[str, Any]) -> dict[str, Any]:
    source = grams.longest(y)
    place = {"piece": grams.names[source.piece], "piece_bar": source.bar + 1, "bar": source.made_bar + 1}
    run = {"notes": source.notes, **(place if source.notes else {})}
    line = table["run"]
    return {
        "copied": _beside(grams.copying(y), table, TRAINING),
        "run": run | {"real_mean": line["mean"], "real_p95": line["p95"]},
    }


def _plain(value: float) -> float:
    return round(float(value), _DIGITS)
