"""What goes with an inspired piece: what it took, what it shares and where, beside what real pieces share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..represent.parts import Rows
from .bars import nearest_bars
from .copying import MEASURES, copying
from .facets import Profile, means_of, nearness
from .gates import gates, limit, table_of
from .grams import TRAINING, Grams
from .heard import Floats, Heard, heard
from .lines import shape_of
from .runs import Run, longest_run
from .strangers import Ear, Strangers, share_under, weighed
from .words import sentences

_DIGITS = 3
_LENGTHS = {"slice": "8 bars", "window": "32 bars", "piece": "the whole"}


def receipt(
    y: Rows | Heard,
    x: Rows | Heard,
    lines: Mapping[str, Any],
    grams: Grams | None,
    strangers: Strangers,
    ear: Ear | None = None,
    *,
    drum_parts: Sequence[int] = (),
    name: str = "the inspirer",
    inspires: bool = True,
) -> dict[str, Any]:
    """Say what a piece took from its inspirer and what it copies, each beside what real pieces show.

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
    strangers
        Excerpts of real pieces, as long as y.
    ear
        What a listener says of y, and of the same excerpts; None where there is none.
    drum_parts
        The parts that are left out.
    name
        What the inspirer is called.
    inspires
        Whether y was made to take after it at all.

    Returns
    -------
    Plain data; bars count from 1, shares go from 0 to 1.

    ``verdict``: what all of it comes to, see `words.sentences`. ``whole``: how many ``excerpts`` y is held against, and
    which share of them is less near to the inspirer than y: ``heard`` as a whole by the ear, by the ``facets`` harmony,
    rhythm and contour, and ``nearer_than`` by both together; of nothing where there are no excerpts. ``taken``: facet
    -> how near y is, of each bar and in the ``mean``; the share of the excerpts that is less near; the means of the
    excerpts, of pairs of strangers among real pieces, and, for 8 bars of 8, of pairs of one real piece that do not copy
    one another ("kin"); "together" is the mean of harmony, rhythm and contour. ``copied``: measure -> ``value`` in the
    8 bars that copy most, beside the mean and the 95th percentile of pairs of strangers, and the ``limit`` above which
    a piece is refused. ``nearest_bars``: for each bar which bar of the inspirer is most like it, and how much.
    ``runs``: the longest stretches shared, how many notes and where. ``training``: the same against the training set.
    ``failed``: the gates that y fails. ``beside``: what the pairs of strangers are.

    Raises
    ------
    KinshipError
        The lines lack pairs of these lengths.
    """
    one, other = heard(y, drum_parts), heard(x, drum_parts)
    shape = shape_of(one, other)
    pairs, kin = table_of(lines, "strangers", shape), lines["kin"].get(shape, {})
    training = None if grams is None else table_of(lines, "training", shape.split(" of ")[0])
    profile = Profile(other)
    found = strangers.to(profile)
    bars = nearness(one, profile)
    means = means_of(bars, one)
    said: dict[str, Any] = {
        "whole": _whole(means["together"], found, ear),
        "bars": one.bars,
        "onsets": len(one),
        "inspirer_bars": other.bars,
        "inspirer_onsets": len(other),
        "beside": _beside(lines["pairs"], shape),
        "taken": {facet: _taken(mean, bars.get(facet), found.get(facet), pairs[facet], kin.get(facet))
                  for facet, mean in means.items()},
        "copied": _copied(copying(one, other), pairs, MEASURES),
        "nearest_bars": _nearest(one, other),
        "runs": _runs(one, other, pairs),
    }  # fmt: skip
    if grams is not None and training is not None:
        said["training"] = _training(one, grams, training)
    failed = gates(one, other, lines, grams)
    said["failed"] = [gate._asdict() | {"value": _plain(gate.value), "limit": _plain(gate.limit)} for gate in failed]
    return {"verdict": " ".join(sentences(said, name, inspires)), **said}


def _whole(together: float, strangers: Mapping[str, Floats], ear: Ear | None) -> dict[str, Any]:
    if not strangers:
        return {"excerpts": 0}
    of_facets = strangers["together"]
    said: dict[str, Any] = {"nearer_than": _plain(weighed(together, of_facets, ear)), "excerpts": len(of_facets)}
    if ear is not None:
        said["heard"] = _plain(share_under(ear.near, ear.strangers))
    return said | {"facets": _plain(share_under(together, of_facets))}


def _beside(pairs: int, shape: str) -> str:
    made, given = (_LENGTHS[word] for word in shape.split(" of "))
    return f"{pairs} pairs of strangers: {made} of a real piece and {given} of another"


def _taken(
    mean: float, bars: Floats | None, strangers: Floats | None, pairs: Mapping[str, Any], kin: Mapping[str, Any] | None
) -> dict[str, Any]:
    said: dict[str, Any] = {"mean": _plain(mean)}
    if strangers is not None:
        said |= {"nearer_than": _plain(share_under(mean, strangers)), "excerpts_mean": _plain(strangers.mean())}
    said |= {"strangers_mean": pairs["mean"], "strangers_p95": pairs["p95"], "kin_mean": kin["mean"] if kin else None}
    return said if bars is None else said | {"bars": [_plain(value) for value in bars]}


def _copied(found: Mapping[str, float], table: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
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
        {"bar": number, "share": _plain(share)} | ({"inspirer_bar": bar + 1, "semitones": shift} if share else {})
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
    place = {"bar": source.made_bar + 1, "piece": grams.names[source.piece], "piece_bar": source.bar + 1}
    run = {"notes": source.notes, **(place if source.notes else {})}
    line = table["run"]
    return {
        "copied": _copied(grams.copying(y), table, TRAINING),
        "run": run | {"strangers_mean": line["mean"], "strangers_p95": line["p95"]},
    }


def _plain(value: float) -> float:
    return round(float(value), _DIGITS)
