"""What can be set of the family: parameters with their ranges, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from modeloid.backends.arguments import ParameterError, Rule, above, least, parameters, share, whole
from modeloid.cycle.errors import nearest

from .kinds import KINDS, STREAMS

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "kind": ("hybrid", "composer, jamming or hybrid", "noise shared by all tracks, one for each, or both"),
    "given": (-1, "-1, the number or the name of a track", "a track that is given and accompanied; -1: from scratch"),
    "context_bars": (1, "whole number >= 0", "of each item the first bars, which a phrase goes on from; 0: from none"),
    "notes": ("onsets", "onsets or cells", "a note begins and is held, or each cell is decided alone, as published"),
    "gates": (True, "true or false", "whether a neuron decides for each bar if a track plays at all"),
    "neurons": ("deterministic", "deterministic, stochastic or real", "on or off, trained through; or threshold later"),
    "velocities": (True, "true or false", "whether velocities are made and judged, or notes alone"),
    "chords": (True, "true or false", "whether pitched tracks follow chords that all of them share"),
    "calibrated": (True, "true or false", "whether the first turn sets how often notes begin and end, how loud"),
    "latent": (128, "whole number >= 4", "numbers of noise for each generator"),
    "width": (512, "whole number >= 1", "widest layer of a bar's generator"),
    "temporal_width": (1024, "whole number >= 1", "widest layer of the generators over bars"),
    "given_width": (16, "whole number >= 1", "channels of each map of a given track"),
    "context_width": (64, "whole number >= 1", "numbers that the bars before are told by"),
    "temporal": (True, "true or false", "whether a net leads from bar to bar, or each bar has noise of its own"),
    "norm": ("layer", "layer or batch", "of the generators' layers"),
    "critic_width": (512, "whole number >= 1", "widest layer of the critic"),
    "critics": ("one", "one or each", "one critic of all tracks, or one for each track"),
    "phrases": (True, "true or false", "whether a critic sees the bars of a phrase together, or each bar alone"),
    "streams": (list(STREAMS), f"some of {', '.join(STREAMS)}", "what the critic sees beside cells"),
    "critic_steps": (5, "whole number >= 1", "turns, a step of the critic each, for one step of the generator"),
    "first_critic_steps": (0, "whole number >= 0", "the same for the first 25 and each 500th; 0: as always"),
    "penalty": (10.0, ">= 0", "weight of the gradient penalty"),
    "matching": (10.0, ">= 0", "weight of what draws means of long notes, pitch classes, chords ... to the data's"),
    "beginnings": (0.2, ">= 0 and <= 1", "share of the items that learn to begin a piece, where there is a context"),
    "own_context": (0.5, ">= 0 and <= 1", "share of the items that go on from bars made before, not from real ones"),
    "learning_rate": (0.0002, "> 0", "step of Adam for the generator"),
    "level_steps": (20.0, "> 0", "how many times further levels of notes and strengths of chords step"),
    "critic_learning_rate": (0.0002, "> 0", "step of Adam for the critic"),
    "first_moment": (0.5, ">= 0 and < 1", "Adam's first decay; the second is 0.9"),
    "planned_turns": (50_000, "whole number >= 1", "turns at the end of which the steps have fallen to a hundredth"),
    "falling": (0.2, ">= 0 and <= 1", "share of the turns in which they fall"),
    "last_slope": (5.0, ">= 1", "slope of the binary neurons' gradients at the end; 1 in the beginning"),
    "average": (0.995, ">= 0 and < 1", "decay of the generator's averaged weights per step of it"),
    "tries": (
        4,
        "whole number >= 1",
        "of how many phrases pieces take one, so that their means are the data's; 1: none",
    ),
    "group": (8, "whole number >= 1", "pieces sampled together; no effect on how many, only on speed"),
}


def _part(value: Any) -> bool:
    return least(value, 0) and value <= 1


_RULES: dict[str, Rule] = {
    "kind": lambda value: value in KINDS,
    "given": lambda value: whole(value, -1) or isinstance(value, str),
    "context_bars": lambda value: whole(value, 0),
    "notes": lambda value: value in ("onsets", "cells"),
    "neurons": lambda value: value in ("deterministic", "stochastic", "real"),
    "velocities": lambda value: isinstance(value, bool),
    "phrases": lambda value: isinstance(value, bool),
    "temporal": lambda value: isinstance(value, bool),
    "first_critic_steps": lambda value: whole(value, 0),
    "chords": lambda value: isinstance(value, bool),
    "matching": lambda value: least(value, 0),
    "calibrated": lambda value: isinstance(value, bool),
    "gates": lambda value: isinstance(value, bool),
    "latent": lambda value: whole(value, 4),
    "norm": lambda value: value in ("layer", "batch"),
    "critics": lambda value: value in ("one", "each"),
    "streams": lambda value: isinstance(value, (list, tuple)) and all(one in STREAMS for one in value),
    "penalty": lambda value: least(value, 0),
    "tries": lambda value: whole(value, 1),
    "beginnings": _part,
    "own_context": _part,
    "level_steps": lambda value: above(value, 0),
    "learning_rate": lambda value: above(value, 0),
    "critic_learning_rate": lambda value: above(value, 0),
    "first_moment": share,
    "falling": _part,
    "last_slope": lambda value: least(value, 1),
    "average": share,
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    chosen = parameters(given, PARAMETERS, _RULES, "musegan")
    if chosen["notes"] == "onsets" and chosen["neurons"] == "real":
        do = 'Take notes="cells", or neurons="deterministic"'
        raise ParameterError("notes that are held need neurons that are on or off", "parameter neurons", do)
    return {**chosen, "streams": list(chosen["streams"])}


def fitted(chosen: dict[str, Any], shape: Sequence[int], representation: Any = None) -> dict[str, Any]:
    """The `model` dict for items of a shape.

    Parameters
    ----------
    chosen
        All parameters, checked.
    shape
        Of one item: (bars, steps, pitches, tracks).
    representation
        The domain's, where it has one: it knows which tracks are drums, what they are called, and the beats.

    Returns
    -------
    All parameters, and ``framework``, ``shape``, ``phrase_bars`` (without the bars before), ``drums`` (columns),
    ``beats`` (of a bar) and ``given`` as a number.

    Raises
    ------
    ParameterError
        Items are no multi-track rolls, have no bar for a phrase, or no track to be made.
    """
    if len(shape) != 4 or not all(int(size) >= 1 for size in shape):
        do = 'This family takes rolls of several tracks: {"kind": "multitrack", "window_bars": 5, ...}'
        raise ParameterError(f"items have the shape {tuple(shape)}", "data['representation']", do)
    bars, steps, _, tracks = (int(size) for size in shape)
    if bars <= chosen["context_bars"]:
        do = f"Take window_bars={4 + chosen['context_bars']}, or fewer context_bars"
        raise ParameterError(f"no bar is left of {bars}", "parameter context_bars", do)
    parts = getattr(representation, "parts", ())
    given = _column(chosen["given"], tracks, [part.name for part in parts])
    return {
        "framework": "torch",
        "shape": [int(size) for size in shape],
        **chosen,
        "given": given,
        "phrase_bars": bars - chosen["context_bars"],
        "drums": [column for column, part in enumerate(parts) if part.is_drum],
        "beats": _beats(steps, representation),
    }


def _column(given: int | str, tracks: int, names: Sequence[str]) -> int:
    """The number of the given track, -1 for none."""
    if isinstance(given, str):
        if given not in names:
            raise ParameterError(f"there is no track {given!r}", "parameter given", nearest(given, names))
        given = names.index(given)
    if given >= tracks:
        raise ParameterError(f"there is no track {given}", "parameter given", f"Tracks are 0 to {tracks - 1}")
    if given >= 0 and tracks == 1:
        raise ParameterError("no track is left to be made", "parameter given", "Give the roll more tracks")
    return given


def _beats(steps: int, representation: Any) -> int:
    """Beats of a bar; where nobody knows, four, or as many as divide the steps."""
    spec = getattr(representation, "spec", {})
    each = spec.get("steps_per_beat", 0)
    if each and steps % each == 0:
        return int(steps // each)
    return next(beats for beats in (4, 3, 2, 1) if steps % beats == 0)
