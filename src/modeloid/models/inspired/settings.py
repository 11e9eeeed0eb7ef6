"""What can be set of the family: parameters with their ranges, and the checks that guard them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from modeloid.backends.arguments import ParameterError, Rule, above, least, parameters, share, whole

SECTION_BARS = 8
"""Bars that one idea speaks of."""

PARAMETERS: dict[str, tuple[Any, str, str]] = {
    "generator": (
        "events",
        "events, notes or roll",
        "plans and notes that follow them, notes without a plan, or rolls by a DCGAN over an LSTM",
    ),
    "idea_turns": (300, "whole number >= 1", "turns at the beginning, in which the idea encoders learn alone"),
    "idea_width": (48, "whole number >= 8", "channels of the first encoder's first layers; the others' are near it"),
    "members": (4, "3 or 4", "encoders that hear alike: the first gives ideas, all but the last choose"),
    "idea_learning_rate": (0.002, "> 0", "longest step of AdamW for the encoders"),
    "plan_width": (256, "whole number >= 8", "features of the recurrent net over bars"),
    "plan_learning_rate": (0.002, "> 0", "longest step of AdamW for the plan"),
    "plan_weight_decay": (0.1, ">= 0", "of the plan's weights"),
    "plan_excerpts": (32, "whole number >= 1", "items of a batch that the plan is learned from in a turn"),
    "note_width": (384, "whole number >= 8", "features of the recurrent net over notes"),
    "note_excerpts": (8, "whole number >= 1", "items of a batch that the notes are learned from in a turn"),
    "touch_excerpts": (
        0,
        "whole number >= 0",
        "items of a batch that a net learns to perform scores from in a turn, at the notes' rate and decay; 0: no net",
    ),
    "touch_width": (96, "whole number >= 8", "features of the recurrent nets over notes that are performed"),
    "note_learning_rate": (0.003, "> 0", "longest step of AdamW for the notes, and for what performs scores"),
    "note_weight_decay": (0.01, ">= 0", "of the weights of the notes, and of what performs scores"),
    "roll_width": (16, "whole number >= 8", "channels of the widest maps of a bar's roll"),
    "roll_features": (160, "whole number >= 8", "features of the recurrent nets over bars and beats of rolls"),
    "roll_excerpts": (6, "whole number >= 1", "items of a batch that rolls are learned from in a turn"),
    "roll_learning_rate": (0.003, "> 0", "longest step of AdamW for rolls; the critic's is a quarter"),
    "roll_critic_from": (0.8, ">= 0 and <= 1", "share of the turns after which critic and listeners are heeded"),
    "roll_critic": (0.3, ">= 0", "weight of the critic's say; 0: none"),
    "roll_cycle": (2.0, ">= 0", "weight of the ideas that must return; 0: none"),
    "forget": (0.15, ">= 0 and < 1", "share of the items whose idea is left out, so that pieces come without one, too"),
    "clip": (1.0, "> 0", "longest gradient"),
    "warm_turns": (50, "whole number >= 1", "turns in which steps grow"),
    "planned_turns": (1200, "whole number >= 1", "turns at the end of which steps have fallen"),
    "average": (0.99, ">= 0 and < 1", "decay of the averaged weights per turn"),
    "dose": (3.0, "> 0", "how many times what an idea adds to a plan is weighed at strength 1"),
    "note_dose": (2.0, "> 0", "the same of what it adds to the notes"),
    "voice_cost": (
        1.5,
        ">= 0",
        "nats of nearness that a unit of strangeness to the training pieces costs a candidate; 0: none is heeded",
    ),
    "copy_cost": (18.0, ">= 0", "the same of onsets shared with an inspirer beyond what strangers share; 0: none"),
    "form_cost": (2.5, ">= 0", "of a unit of strangeness of the form of a whole piece; 0: none"),
    "again_gain": (0.8, ">= 0", "nats for repeating a bar: what is planned as a repeat does not always become one"),
    "again_warmth": (0.7, "> 0", "how many times as warm bars are drawn that repeat another"),
    "top_p": (0.97, "> 0 and <= 1", "the notes are drawn from the likeliest choices that reach this share"),
    "kept_bars": (60_000, "whole number >= 64", "bars of the training pieces that are remembered, to tell copies by"),
    "line_pairs": (200, "whole number >= 10", "pairs of real pieces of each length that show what strangers share"),
    "usual_bars": (32, "whole number >= 1", "bars of a piece when no other length is wished"),
    "group": (1, "1", "pieces sampled together: the candidates of each are"),
}

_RULES: dict[str, Rule] = {
    "idea_width": lambda value: whole(value, 8),
    "members": lambda value: value in (3, 4),
    "idea_learning_rate": lambda value: above(value, 0),
    "plan_width": lambda value: whole(value, 8),
    "plan_learning_rate": lambda value: above(value, 0),
    "note_width": lambda value: whole(value, 8),
    "touch_excerpts": lambda value: whole(value, 0),
    "touch_width": lambda value: whole(value, 8),
    "note_learning_rate": lambda value: above(value, 0),
    "generator": lambda value: value in ("events", "notes", "roll"),
    "roll_width": lambda value: whole(value, 8),
    "roll_features": lambda value: whole(value, 8),
    "roll_learning_rate": lambda value: above(value, 0),
    "roll_critic_from": lambda value: least(value, 0) and value <= 1,
    "roll_critic": lambda value: least(value, 0),
    "roll_cycle": lambda value: least(value, 0),
    "forget": share,
    "plan_weight_decay": lambda value: least(value, 0),
    "note_weight_decay": lambda value: least(value, 0),
    "clip": lambda value: above(value, 0),
    "average": share,
    "dose": lambda value: above(value, 0),
    "note_dose": lambda value: above(value, 0),
    "voice_cost": lambda value: least(value, 0),
    "copy_cost": lambda value: least(value, 0),
    "form_cost": lambda value: least(value, 0),
    "again_gain": lambda value: least(value, 0),
    "again_warmth": lambda value: above(value, 0),
    "top_p": lambda value: above(value, 0) and value <= 1,
    "kept_bars": lambda value: whole(value, 64),
    "line_pairs": lambda value: whole(value, 10),
    "group": lambda value: value == 1,
}


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """All parameters: those given, checked, over the defaults. Raises `ParameterError`."""
    chosen = parameters(given, PARAMETERS, _RULES, "inspired")
    if chosen["idea_turns"] >= chosen["planned_turns"]:
        do = "Give more planned_turns: those behind idea_turns are the generator's"
        raise ParameterError("no turn is left for the generator", "parameter idea_turns", do)
    return chosen


def fitted(chosen: dict[str, Any], representation: Any) -> dict[str, Any]:
    """The `model` dict for a representation.

    Returns
    -------
    All parameters, and ``framework``, ``parts`` (names) and ``drums`` (numbers of parts).

    Raises
    ------
    ParameterError
        The representation is not of kind "parts", or its items are too short for a pair of slices.
    """
    if getattr(representation, "kind", None) != "parts":
        raise ParameterError("ideas are heard in notes", "data representation", 'Use {"kind": "parts"}')
    if representation.spec["window_bars"] < 2 * SECTION_BARS:
        do = f"Use window_bars={2 * SECTION_BARS} or more"
        raise ParameterError("an item has no two slices of eight bars", "data representation", do)
    parts = [part.name for part in representation.parts]
    return {"framework": "torch", "parts": parts, "drums": list(representation.drum_parts), **chosen}
