"""A story: one modeloid as a report tells it, whatever the format. Made from plain files; nothing is run."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from .reading import tamed
from .record import Curve, Piece, Record, numbers, read

_TOLD = ("start", "notice", "save", "hang", "end", "failed", "validate", "generate")


@dataclass(frozen=True)
class Event:
    """Something that happened.

    Parameters
    ----------
    time_s
        Seconds since 1970, UTC.
    step
        The turn.
    what
        "start", "save", "notice", "end", "hang", "failed", "validate" or "generate".
    text
        In words.
    """

    time_s: float
    step: int
    what: str
    text: str


@dataclass(frozen=True)
class Speed:
    """How fast it went, and with how much memory.

    Parameters
    ----------
    hours
        Hours of training of the modeloid's life until then; the time between two runs does not count.
    step
        The turn.
    turns_per_s
        Turns a second over the last stretch.
    memory_mb
        The most memory the process had held until then.
    """

    hours: float
    step: int
    turns_per_s: float
    memory_mb: float


@dataclass(frozen=True)
class Tested:
    """One row of the test.

    Parameters
    ----------
    kind
        "likelihood", "loss" or "judge".
    name
        The quantity.
    made
        The modeloid's value.
    error
        Its standard error where it was measured, else None: 1.96 of it to each side are a 95 % interval.
    real
        What real pieces show, where the domain measured it, else None.
    """

    kind: str
    name: str
    made: float
    error: float | None
    real: float | None


@dataclass(frozen=True)
class Story:
    """One modeloid.

    Parameters
    ----------
    directory
        The modeloid's.
    card
        What its mconfig says, read and never run: id, name, authors, doc, model, data, cycle; and where it stands:
        step, best, checkpoints, parent.
    record
        What the cycle wrote down.
    label
        Its name, made different from those of the others in a comparison.
    """

    directory: Path
    card: Mapping[str, Any]
    record: Record
    label: str

    @property
    def name(self) -> str:
        """The modeloid's name, or its directory's."""
        return _named(self.card, self.directory)

    @property
    def turns(self) -> int:
        """The last turn that anything is known of."""
        ends = [int(curve.turns[-1]) for curve in self.record.curves.values() if len(curve)]
        return max([_step(self.card) or 0, *ends])

    @cached_property
    def hours(self) -> float:
        """Hours of training of its life, as the journal knows them; the time between two runs does not count."""
        return max((hours for hours, _ in self._clock()), default=0.0)

    @property
    def best(self) -> Mapping[str, Any]:
        """{"step", "value", "quantity", "sign"} of the best checkpoint, all of them, or {}."""
        found = self.card.get("best")
        if not isinstance(found, Mapping) or not isinstance(found.get("quantity"), str):
            return {}
        if not {"step", "value", "sign"} <= numbers(found).keys() or type(found["step"]) is not int:
            return {}
        return found

    @cached_property
    def quantities(self) -> dict[str, dict[str, Curve]]:
        """Name -> {"train": curve, "valid": curve, "judge": curve}, those there are; "loss" first, then as logged.

        What real pieces show (``judge/data/NAME``) is in `lines`.
        """
        found: dict[str, dict[str, Curve]] = {}
        for key, curve in self.record.curves.items():
            stage, _, name = key.partition("/")
            if not (stage == "judge" and name.startswith("data/")):
                found.setdefault(name, {})[stage] = curve
        first = {name: found[name] for name in ("loss",) if name in found}
        return first | found

    @cached_property
    def lines(self) -> dict[str, float]:
        """Name -> what real pieces show of a judged quantity: where a modeloid's curve should come to."""
        prefix = "judge/data/"
        curves = self.record.curves
        return {
            key.removeprefix(prefix): float(curve.values[-1])
            for key, curve in curves.items()
            if key.startswith(prefix) and len(curve)
        }

    @cached_property
    def events(self) -> list[Event]:
        """What happened, the oldest first."""
        return [
            Event(float(entry.get("time", 0.0)), int(entry.get("step", 0)), entry["what"], _told(entry))
            for entry in self.record.journal
            if entry["what"] in _TOLD
        ]

    @cached_property
    def speeds(self) -> list[Speed]:
        """Speed and memory over time."""
        return [
            Speed(
                hours,
                int(entry.get("step", 0)),
                float(entry.get("turns_per_s", 0.0)),
                float(entry.get("memory_mb", 0.0)),
            )
            for hours, entry in self._clock()
            if entry["what"] == "speed"
        ]

    def _clock(self) -> Iterator[tuple[float, Mapping[str, Any]]]:
        """The journal with the hours of training at each entry; a clock that was put back does not make them fewer."""
        past_s, since, now = 0.0, 0.0, 0.0
        running = False
        for entry in self.record.journal:
            if entry["what"] == "start":
                past_s, since = past_s + (now - since if running else 0.0), float(entry.get("time", now))
                now, running = since, True
            now = max(now, float(entry.get("time", now)))
            if running:
                yield (past_s + now - since) / 3600, entry

    @cached_property
    def tested(self) -> list[Tested]:
        """The rows of the test."""
        return rows(self.record.test)

    @property
    def comparison(self) -> Mapping[str, Any]:
        """The test's pieces against real ones, with intervals and floors, see docs/record.md; {} where not measured."""
        found = self.record.test.get("comparison")
        return found if isinstance(found, Mapping) else {}

    @cached_property
    def recipe(self) -> dict[str, Any]:
        """What it takes to repeat it: seed, command, versions, machine, commit, the digest of the data."""
        last = self.record.runs[-1] if self.record.runs else {}
        cycle = self.card.get("cycle")
        cycle = cycle if isinstance(cycle, Mapping) else {}
        known = {
            "seed": cycle.get("seed", 0),
            "batch": cycle.get("batch"),
            "arguments": shlex.join(last.get("argv", ())),
            "commit": last.get("commit"),
            "model": last.get("model"),
            "machine": last.get("machine"),
            "environment": last.get("environment"),
            "data": last.get("data"),
        }
        return {key: value for key, value in known.items() if value not in (None, "")}

    @property
    def repeat(self) -> list[str]:
        """The commands that repeat it from nothing, in a directory of their own."""
        name = _named({}, self.directory)
        source, again = shlex.quote(name), shlex.quote(f"{name}-again")
        return [f"modeloid fork --new {source} {again}", f"modeloid train {again}"]

    @property
    def newest(self) -> list[Piece]:
        """The pieces to show first: the test's, else those of the last turn that has some."""
        last = self.record.samples[max(self.record.samples)] if self.record.samples else []
        return self.record.tested or last

    @property
    def pieces(self) -> list[Piece]:
        """All pieces: those of the turns, ascending, then those of the test."""
        return [piece for made in self.record.samples.values() for piece in made] + self.record.tested


def rows(test: Mapping[str, Any]) -> list[Tested]:
    """The rows of a test's result: the content of `test.json`."""
    found: list[Tested] = []
    for kind in ("likelihood", "loss", "judge"):
        values = numbers(test.get(kind))
        found += [
            Tested(kind, name, value, values.get(f"{name}_se"), values.get(f"data/{name}"))
            for name, value in values.items()
            if not name.startswith("data/") and not name.endswith("_se")
        ]
    return found


def tell(directory: Path, card: Mapping[str, Any]) -> Story:
    """The story of one modeloid, with what is there so far.

    Parameters
    ----------
    directory
        The modeloid's.
    card
        What is known of it, e.g. by `modeloid.app.show`. Where on this machine it lies is not part of the story.
    """
    known = {key: value for key, value in tamed(card).items() if key != "directory"}
    if isinstance(known.get("fault"), str):
        known["fault"] = known["fault"].replace(str(directory), _named({}, directory))
    return Story(directory, known, read(directory, _step(known)), _named(known, directory))


def apart(stories: Sequence[Story]) -> list[Story]:
    """The same stories with labels that differ: by directory where names are equal, then by number."""
    labels = [story.label for story in stories]
    if len(set(labels)) < len(labels):
        labels = [f"{story.name} ({_named({}, story.directory)})" for story in stories]
    if len(set(labels)) < len(labels):
        labels = [f"{story.name} ({number})" for number, story in enumerate(stories, 1)]
    return [replace(story, label=label) for story, label in zip(stories, labels, strict=True)]


def _step(card: Mapping[str, Any]) -> int | None:
    """The turn at which a modeloid stands, as its card says; None where it does not."""
    found = numbers(card)
    return max(0, int(found["step"])) if "step" in found else None


def _named(card: Mapping[str, Any], directory: Path) -> str:
    """A name on one line; the directory's where the card has none."""
    name = card.get("name")
    text = name if isinstance(name, str) and name.strip() else tamed(directory.resolve().name)
    return " ".join(text.split())


def _told(entry: Mapping[str, Any]) -> str:
    what = entry["what"]
    if what == "start":
        return "training began" if entry.get("new") else "training went on"
    if what == "save":
        return f"saved {entry.get('name', '')} in {entry.get('seconds', 0):.3g} s"
    if what == "end":
        return ": ".join(filter(None, (entry.get("status", "ended"), entry.get("reason"))))
    if what in ("validate", "generate"):
        return f"{what}d in {entry.get('seconds', 0):.3g} s"
    return str(entry.get("text", ""))
