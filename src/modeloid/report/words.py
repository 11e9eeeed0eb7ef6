"""What the figures of one modeloid say and what they do not, in a few sentences that claim no more than they can."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from .contrast import compared
from .logged import Curve
from .phrases import Interval, counted, lasting, listed, spoken, told
from .record import Record, numbers, plain
from .story import Story, Tested

__all__ = ["compared", "words"]

_TAIL = 0.1
"""The share of the turns over which a training curve is averaged."""
_SETTLED = 3
"""So many measurements without a better one, and a tenth of the turns, before "stopped improving" is said."""


def words(story: Story) -> list[str]:
    """Say what the figures of a story say.

    Returns
    -------
    Plain sentences: how far training went, whether it still learned, the test with its interval, which measures are
    like real music, what is copied, what all this rests on, and what no figure shows.
    """
    parts = (_progress, _best, _fit, _test, _measures, _originality, _ground, _unheard)
    return [sentence for part in parts for sentence in part(story)]


def _progress(story: Story) -> Iterator[str]:
    if not story.turns:
        yield _untrained(story.record)
    else:
        runs = sum(entry["what"] == "start" for entry in story.record.journal)
        spent = f", in {counted(runs, 'run')} and {lasting(story.hours)}" if runs else ""
        yield f"It was trained for {counted(story.turns, 'turn')}{spent}."
        yield from _ended([entry for entry in story.record.journal if entry["what"] in ("start", "end", "failed")])
    if story.record.problems:
        missing = counted(len(story.record.problems), "problem")
        yield f"Reading the record met {missing}; what is said here rests on what could be read."


def _untrained(record: Record) -> str:
    if record.problems:
        return "No turn of a training can be read."
    known = record.journal or record.runs
    return "Nothing was trained yet." if known else "There is no record yet of a training: nothing was trained."


def _ended(entries: list[dict[str, Any]]) -> Iterator[str]:
    """How the last run ended, where it was not at its end."""
    last = entries[-1] if entries else {"what": "end"}
    why = last.get("text") or last.get("reason") or "no reason given"
    if last["what"] == "start":
        yield "The last run has not ended in the record: it is still going on, or was killed."
    elif last["what"] == "failed" or last.get("status") == "failed":
        yield f"The last run failed: {why.rstrip('.')}."
    elif last.get("status") == "stopped":
        yield f"It was stopped before its end ({why.rstrip('.')}) and can go on."


def _best(story: Story) -> Iterator[str]:
    """Where the best measurement lies: the last one may have been on its way down."""
    best = story.best
    curve = story.record.curves.get(best.get("quantity", ""))
    if not best:
        if story.turns:
            yield "No checkpoint was chosen as best yet, so whether it still learns is not known."
        return
    name, at = f"The best {best['quantity']}, {told(best['value'])}", f"turn {best['step']:,}"
    if curve is None or curve.turns[-1] < best["step"]:
        unknown = "no curve of it can be read that far, so whether it still learns is not known"
        yield f"{name}, was measured at {at}; {unknown}."
        return
    since = int((curve.turns > best["step"]).sum())
    if since == 0:
        which = f"the last of {len(curve):,} measurements" if len(curve) > 1 else "the only measurement"
        yield f"{name}, is {which} ({at}): more training may still improve it."
        return
    last = float(curve.values[-1])
    yield f"{name}, was measured at {at}; {_after(since)} not better, the last is {told(last)}."
    settled = since >= _SETTLED and story.turns - best["step"] >= _TAIL * story.turns
    yield from _stopped(story, last) if settled else ["That is too few to say that it has stopped learning."]


def _after(since: int) -> str:
    return "the one measurement since is" if since == 1 else f"the {since:,} measurements since are"


def _stopped(story: Story, last: float) -> Iterator[str]:
    """Overfitting is said where training went on improving while validation went the other way, beyond their noise."""
    best = story.best
    quantity = best["quantity"].partition("/")[2]
    train = story.record.curves.get(f"train/{quantity}") if best["quantity"].startswith("valid/") else None
    then = _window(train, best["step"], story.turns) if train is not None else None
    now = _window(train, story.turns, story.turns) if train is not None else None
    if then and now:
        gain = best["sign"] * (now[0] - then[0])
        if gain > 2 * float(np.hypot(then[1], now[1])) and best["sign"] * (best["value"] - last) > 0:
            yield (
                f"Meanwhile train/{quantity} went on improving, from {told(then[0])} to {told(now[0])}: it overfits, "
                "and the best checkpoint is the one to use."
            )
            return
    yield f"By {best['quantity']} it has stopped improving."


def _window(curve: Curve, until: int, turns: int) -> tuple[float, float] | None:
    """Mean and standard error over the tenth of all turns that ends with a turn."""
    values = curve.values[(curve.turns > until - max(1.0, _TAIL * turns)) & (curve.turns <= until)]
    return (float(values.mean()), float(values.std() / np.sqrt(len(values)))) if len(values) > 1 else None


def _fit(story: Story) -> Iterator[str]:
    """Training and validation side by side."""
    name = str(story.best.get("quantity", "valid/loss")).partition("/")[2]
    curves = story.quantities.get(name, {})
    if "train" not in curves or "valid" not in curves:
        return
    last = _window(curves["train"], story.turns, story.turns)
    if last is not None:
        yield (
            f"Over the last tenth of its turns train/{name} was {told(last[0])} on average; "
            f"the last valid/{name} is {told(float(curves['valid'].values[-1]))}."
        )


def _test(story: Story) -> Iterator[str]:
    test = story.record.test
    main = _main(story)
    if main is None:
        yield _untold(story)
        return
    step = test.get("step")
    weights = f" with the weights of turn {step:,}" if step is not None else ""
    likely = main.kind == "likelihood"
    name, unit = ("", " nats a step (negative log-likelihood)") if likely else (f"{spoken(main.name)} ", "")
    if main.error is None:
        yield f"On the test data{weights}: {name}{told(main.made)}{unit}; how sure that is was not measured."
    else:
        found = Interval.around(main.made, main.error)
        items = test.get("likelihood", {}).get("items") if likely else None
        over = f", from {told(items)} items" if items is not None else ""
        yield (
            f"On the test data{weights}: {name}{told(found.value)}{unit}, "
            f"95 % interval {told(found.low)} to {told(found.high)}{over}."
        )
    if story.best and step is not None and step != story.best["step"]:
        yield f"The best checkpoint is now that of turn {story.best['step']:,}: the test is older."


def _untold(story: Story) -> str:
    """Why there is no figure of the test."""
    if not story.record.examined:
        return "It was not tested: nothing here was measured on held-out test data."
    if story.tested:
        return "It was tested, but neither likelihood nor loss is told: how well it models the test data is not known."
    return "It was tested, but the result cannot be read."


def _main(story: Story) -> Tested | None:
    """The row of the test that says most of how well the data are modelled."""
    likely = [row for row in story.tested if row.kind == "likelihood" and row.name == "nll_per_step"]
    losses = [row for row in story.tested if row.kind == "loss"]
    chosen = [row for row in losses if row.name == str(story.best.get("quantity", "")).partition("/")[2]]
    return next(iter(likely + chosen + losses), None)


def _measures(story: Story) -> Iterator[str]:
    """Which measures are like real music, and which furthest from it, in units of what real pieces show."""
    silent = story.comparison.get("silent", 0)
    if silent:
        yield f"{counted(silent, 'piece')} without a note: no measure counts what is not there."
    found = [metric for metric in story.comparison.get("metrics", ()) if _judged(metric)]
    if not found:
        if any(row.kind == "judge" and row.real is not None for row in story.tested):
            yield "The measures of the pieces have no intervals here: which differences are chance cannot be told."
        return
    same = [metric for metric in found if metric.get("verdict") == "same"]
    found = [metric for metric in found if metric not in same]
    far = [metric for metric in found if metric["wasserstein_low"] > metric["floor_high"]]
    unclear = [metric for metric in found if metric not in far and metric.get("verdict") == "unclear"]
    near = [metric for metric in found if metric not in far and metric not in unclear]
    total = counted(len(found), "measure")
    if near:
        yield (
            f"By {len(near)} of {total} the pieces cannot be told from real ones, as far as so few pieces can show: "
            f"{listed([spoken(metric['name']) for metric in near])}."
        )
    if far:
        far.sort(key=lambda metric: (-_floors(metric), metric["name"]))
        yield (
            f"By {len(far)} of {total} they differ from real ones by more than real ones do from one another, most by "
            f"{listed([_apart(metric) for metric in far], most=4)}."
        )
    if unclear:
        yield f"By {len(unclear)} of {total} they may differ, but only more pieces would tell."
    if same:
        says, each = ("says", "it") if len(same) == 1 else ("say", "each")
        told_apart = f"all pieces, made and real, have one value of {each}"
        yield f"{counted(len(same), 'more measure')} {says} nothing: {told_apart}."


def _judged(metric: Mapping[str, Any]) -> bool:
    return {"wasserstein", "wasserstein_low", "floor", "floor_high"} <= numbers(metric).keys()


def _floors(metric: Mapping[str, Any]) -> float:
    """The distance to real pieces in units of the distance between real pieces."""
    return float(metric["wasserstein"] / metric["floor"]) if metric["floor"] > 0 else float("inf")


def _apart(metric: Mapping[str, Any]) -> str:
    floors = _floors(metric)
    known = numbers(metric)
    means = f", mean {told(known['made'])} against {told(known['real'])}" if {"made", "real"} <= known.keys() else ""
    far = f"{floors:.3g} times their distance" if np.isfinite(floors) else "in which real ones do not differ at all"
    return f"{spoken(metric['name'])} ({far}{means})"


def _originality(story: Story) -> Iterator[str]:
    found = story.comparison.get("originality", {})
    runs = numbers(found.get("longest_run"))
    if not {"made", "real"} <= runs.keys():
        judged = {row.name: row for row in story.tested if row.kind == "judge"}
        row = judged.get("longest_run")
        if row is None or row.real is None:
            return
        runs = {"made": row.made, "real": row.real}
    most = f" ({told(runs['made_max'])} at most)" if "made_max" in runs else ""
    also = f" ({told(runs['real_max'])} at most)" if "real_max" in runs else ""
    yield (
        f"The longest run of notes that a piece shares with the training pieces is {told(runs['made'])} notes on "
        f"average{most}; unseen real pieces share {told(runs['real'])}{also}."
    )
    if "made_max" in runs and "real_max" in runs and runs["made_max"] > runs["real_max"]:
        yield "At least one piece shares more than any unseen real piece does: hear it beside its source."
    elif runs["made"] > runs["real"]:
        yield "That is more than real pieces share: it may copy."
    copied = numbers(found.get("copied"))
    if {"made", "real"} <= copied.keys():
        yield (
            f"On average {100 * copied['made']:.1f} % of the short passages of a piece stand in a training piece too, "
            f"whatever the key; of an unseen real piece {100 * copied['real']:.1f} %."
        )
    if copied.get("real_max", 0.0) >= 1:
        yield (
            "Of at least one unseen real excerpt all short passages stand in training pieces: "
            "these data repeat themselves, so sharing alone does not show copying."
        )


def _ground(story: Story) -> Iterator[str]:
    """How little it rests on."""
    if not story.turns:
        return
    count = story.comparison.get("count") or len(story.record.tested)
    pieces = f"{counted(int(count), 'generated piece')} and " if count and _main(story) is not None else ""
    yield (
        f"All this rests on {pieces}one training run with the seed {plain(story.recipe.get('seed', 0))}: "
        "how much another seed would change is not known."
    )


def _unheard(story: Story) -> Iterator[str]:
    if not story.pieces:
        return
    if any("mid" in piece.files for piece in story.pieces):
        yield "No figure here hears whether the music is good: the measures count notes, so listen to the pieces."
    else:
        yield "No figure here says whether a piece is good: look at the pieces."
