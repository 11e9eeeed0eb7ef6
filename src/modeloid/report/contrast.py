"""What the figures of several modeloids say of one another, and which of them must not be compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from .phrases import Interval, counted, lasting, listed, spoken, told
from .story import Story

Measured = list[tuple[str, Interval]]


def compared(stories: Sequence[Story]) -> list[str]:
    """Say which of several modeloids is better, by how much, and where that cannot be said.

    Parameters
    ----------
    stories
        With labels that differ, see `story.apart`.

    Returns
    -------
    Plain sentences; [] for fewer than two. A difference is called one only where 95 % intervals have no point in
    common. Losses are each model's own and are never compared; likelihoods are where data and representation are the
    same, and distances to real pieces where data, length and numbers of pieces are (few pieces lie farther).
    """
    if len(stories) < 2:
        return []
    parts = (_untested, _training, _different, _likelihoods, _distances, _measures, _ground)
    return [sentence for part in parts for sentence in part(stories)]


def _untested(stories: Sequence[Story]) -> Iterator[str]:
    missing = [story.label for story in stories if not story.tested and not story.record.examined]
    if missing:
        verb = "was" if len(missing) == 1 else "were"
        yield f"{listed(missing)} {verb} not tested, so no test figure is compared."
    unread = [story.label for story in stories if not story.tested and story.record.examined]
    if unread:
        yield f"The test of {listed(unread)} cannot be read, so no figure of it is compared."


def _training(stories: Sequence[Story]) -> Iterator[str]:
    if len({story.turns for story in stories}) > 1:
        each = [f"{story.label} {counted(story.turns, 'turn')} ({lasting(story.hours)})" for story in stories]
        yield f"They were not trained alike, which may make part of any difference: {listed(each)}."


def _different(stories: Sequence[Story]) -> Iterator[str]:
    """Why some figures cannot be laid side by side."""
    tested = [story for story in stories if story.tested]
    unknown = [story.label for story in tested if not _digest(story)]
    if unknown:
        yield f"What data {listed(unknown)} met in the test is not known: those test figures are not compared."
    known = [story for story in tested if _digest(story)]
    data = _groups(known, lambda story: _digest(story)[:8])
    if len(data) > 1:
        yield f"They were tested on different data ({_told(data)}): figures of different data are not comparable."
    for alike in _groups(known, _digest).values():
        kinds, steps, ways = (_groups(alike, key) for key in (_kind, _steps, _protocol))
        if len(kinds) > 1:
            each = "; ".join(_labels(group) for group in kinds.values())
            yield f"They represent the data differently ({each}): likelihoods of different steps are not comparable."
        elif len(steps) > 1:
            each = "; ".join(_labels(group) for group in steps.values())
            yield f"Their likelihoods are of different numbers of steps ({each}) and not comparable."
        if len(ways) > 1:
            yield f"Pieces were compared in different ways ({_told(ways)}): such distances are not comparable."


def _groups(stories: Sequence[Story], key: Callable[[Story], str]) -> dict[str, list[Story]]:
    found: dict[str, list[Story]] = {}
    for story in stories:
        found.setdefault(key(story), []).append(story)
    return found


def _told(groups: Mapping[str, Sequence[Story]]) -> str:
    return "; ".join(f"{_labels(group)}: {key}" for key, group in groups.items())


def _labels(stories: Sequence[Story]) -> str:
    return listed([story.label for story in stories])


def _digest(story: Story) -> str:
    return str(story.record.test.get("data", ""))


def _kind(story: Story) -> str:
    data = story.card.get("data")
    return json.dumps(data.get("representation") if isinstance(data, Mapping) else None, sort_keys=True)


def _steps(story: Story) -> str:
    """What a step of the likelihood is, and how many there were."""
    likelihood = story.record.test.get("likelihood", {})
    return json.dumps([_kind(story), likelihood.get("steps"), likelihood.get("items")])


def _protocol(story: Story) -> str:
    """How the pieces were compared."""
    if not story.comparison:
        return "not at all"
    count, length, real = (
        "an unknown number of" if value is None else told(value)
        for value in map(story.comparison.get, ("count", "length_beats", "real_count"))
    )
    return f"{count} pieces of {length} beats beside {real} real ones"


def _alike(stories: Sequence[Story], key: Callable[[Story], str]) -> list[list[Story]]:
    """The stories in groups of the same data and key, each of two or more, in their order."""
    known = [story for story in stories if _digest(story)]
    groups = _groups(known, lambda story: f"{_digest(story)} {key(story)}")
    return [group for group in groups.values() if len(group) > 1]


def _likelihoods(stories: Sequence[Story]) -> Iterator[str]:
    for group in _alike(stories, _steps):
        found = []
        for story in group:
            rows = [row for row in story.tested if row.kind == "likelihood" and row.name == "nll_per_step"]
            found += [(story.label, Interval.around(row.made, row.error)) for row in rows if row.error is not None]
        yield from _ranked("On the test data, nll per step in nats a step", found)


def _distances(stories: Sequence[Story]) -> Iterator[str]:
    for group in _alike(stories, _protocol):
        known = [(story.label, _named(story.comparison.get("distances", ()))) for story in group]
        for name in dict.fromkeys(name for _, distances in known for name in distances):
            each = [(label, Interval.of(distances.get(name, {}), "value", "low", "high")) for label, distances in known]
            yield from _ranked(
                f"By the distance {spoken(name)} to real pieces", [(label, at) for label, at in each if at]
            )


def _named(entries: Sequence[Mapping[str, Any]]) -> dict[str, Mapping[str, Any]]:
    return {entry["name"]: entry for entry in entries}


def _ranked(what: str, found: Measured) -> Iterator[str]:
    """The lowest beside each other one."""
    if len(found) < 2:
        return
    (first, low), *others = sorted(found, key=lambda pair: pair[1].value)
    for label, other in others:
        if low == other and low.low == low.high:
            continue  # a distance that is 0 by design, say, compares nothing
        said = f"{what}: {first} {low}, {label} {other}"
        if low.overlaps(other):
            yield f"{said}; the intervals overlap, so which is better cannot be said."
        else:
            better = told(other.value - low.value)
            yield f"{said}; {first} is better by {better}, and the intervals do not overlap."


def _measures(stories: Sequence[Story]) -> Iterator[str]:
    """By how many measures each is the nearest to real music."""
    for group in _alike(stories, _protocol):
        known = [_named(story.comparison.get("metrics", ())) for story in group]
        nearest: dict[str, list[str]] = {story.label: [] for story in group}
        unclear = 0
        for name in known[0]:
            found = [each.get(name, {}) for each in known]
            ends = [end for each in found if (end := Interval.of(each, *_ENDS))]
            if len(ends) < len(group) or all(each.get("verdict") == "same" for each in found):
                continue
            first = min(range(len(ends)), key=lambda number: ends[number].value)
            if any(ends[first].overlaps(end) for number, end in enumerate(ends) if number != first):
                unclear += 1
            else:
                nearest[group[first].label].append(spoken(name))
        yield from _nearest(nearest, unclear)


def _nearest(nearest: Mapping[str, Sequence[str]], unclear: int) -> Iterator[str]:
    total = unclear + sum(map(len, nearest.values()))
    if not total:
        return
    degree, which = ("nearer", "the intervals") if len(nearest) == 2 else ("nearest", "the nearest intervals")
    said = [
        f"{label} is {degree} to real pieces by {f'{len(names)} ({listed(names)})' if names else 'none'}"
        for label, names in nearest.items()
    ]
    rest = f"by {unclear} {which} overlap" if unclear else f"by none do {which} overlap"
    yield f"Of {counted(total, 'measure')}, {', '.join(said)}; {rest}."


_ENDS = ("wasserstein", "wasserstein_low", "wasserstein_high")


def _ground(stories: Sequence[Story]) -> Iterator[str]:
    if sum(bool(story.tested) for story in stories) > 1:
        yield (
            "Each is one training run: the intervals are those of the test's pieces, and do not show how much another "
            "seed would change. Losses are each model's own quantity and are not compared."
        )
