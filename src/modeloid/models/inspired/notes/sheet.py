"""What the plans of several items say of each bar, ready to be looked up: bars of all items lie end to end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.represent.parts import BAR_STEPS

from ..plan import Fields

Ints = NDArray[np.int64]

NEXT_NONE, NEXT_UNKNOWN = 2 * BAR_STEPS, 2 * BAR_STEPS + 1
"""In `Sheet.next_onset`: no onset is planned as far as the next bar's end; nothing is known."""
NEXTS = NEXT_UNKNOWN + 1
BIT_UNKNOWN = 2
_BITS = BIT_UNKNOWN + 1
PHRASE = 8
"""Bars after which counting begins again."""
LEAD, UNDER = 0, 1
_BEAT_STEPS = 4


class Sheet(NamedTuple):
    """Of every bar of all items; S bars, F fields, P parts.

    Parameters
    ----------
    begins, bars
        Shape (items,): which bar an item begins with, how many it has.
    owner, bar
        Shape (S,): the item of a bar, and its number there.
    symbols
        Shape (S, 2 F + 2): the fields of this bar (size: unknown), of the next one (size + 1: there is none), the place
        in eight bars, and whether it is one of the first eight of its piece.
    lag
        Shape (S,): how many bars back the bar lies that this one repeats, in the same item; 0: none.
    onset
        Shape (S, 2, 16): whether a note of the lead, of the others is planned at each step; 2: unknown.
    kinds
        Shape (S, 17): 3 times what is planned of the lead plus what is of the others; of the bar line 9.
    next_onset
        Shape (S, 2, 17): the next planned step behind step s - 1, counted on into the next bar.
    chord
        Shape (S, 3): of both halves, and of the next bar's first one; 25 unknown, 26 there is none.
    level, loud
        Shape (S, P): 4 and 8 are unknown.
    """

    begins: Ints
    bars: Ints
    owner: Ints
    bar: Ints
    symbols: Ints
    lag: Ints
    onset: Ints
    kinds: Ints
    next_onset: Ints
    chord: Ints
    level: Ints
    loud: Ints


def symbol_sizes(fields: Fields) -> list[int]:
    """Classes of each column of `Sheet.symbols`."""
    return [*(size + 2 for size in fields.sizes * 2), PHRASE, 2]


def unknown(fields: Fields, bars: int) -> Ints:
    """A plan that says nothing, shape (bars, fields)."""
    return np.tile(np.array(fields.sizes, np.int64), (bars, 1))


def forgotten(plan: Ints, fields: Fields, name: str) -> Ints:
    """A plan that says nothing of one kind of fields, such as "loud"; shape (bars, fields), both ways.

    Parameters
    ----------
    plan, fields
        As in `sheet`.
    name
        A field, or what stands before the dot in the names of several.
    """
    columns = list(fields.places(name))
    found = plan.copy()
    found[:, columns] = np.array(fields.sizes)[columns]
    return found


def sheet(plans: Sequence[Ints], fields: Fields, firsts: Sequence[int] | Ints | None = None) -> Sheet:
    """Look plans up bar by bar.

    Parameters
    ----------
    plans
        Of each item, shape (bars, fields); a field's size says that it is unknown.
    fields
        Of a bar.
    firsts
        Which bar of its piece each item begins with; None: the first.
    """
    bars = np.array([len(plan) for plan in plans], np.int64)
    plan = np.concatenate(list(plans))
    begins = np.cumsum(bars) - bars
    owner = np.repeat(np.arange(len(bars)), bars)
    bar = np.arange(len(plan)) - begins[owner]
    number = bar if firsts is None else bar + np.asarray(firsts)[owner]
    sizes = np.array(fields.sizes)
    after = np.concatenate([plan[1:], (sizes + 1)[None]])
    after[begins + bars - 1] = sizes + 1
    phase = np.stack([number % PHRASE, (number < PHRASE).astype(np.int64)], 1)
    lag = np.append(fields.lags, 0)[plan[:, fields.place("again")]]
    onset = np.stack([_onsets(plan, fields, name) for name in ("lead", "under")], 1)
    chords = list(fields.places("chord"))
    return Sheet(
        begins=begins,
        bars=bars,
        owner=owner,
        bar=bar,
        symbols=np.concatenate([plan, after, phase], 1),
        lag=np.where(lag <= bar, lag, 0),
        onset=onset,
        kinds=np.pad(onset[:, LEAD] * _BITS + onset[:, UNDER], ((0, 0), (0, 1)), constant_values=_BITS**2),
        next_onset=_nexts(onset, begins + bars - 1),
        chord=np.concatenate([plan[:, chords], after[:, chords[:1]]], 1),
        level=plan[:, list(fields.places("level"))],
        loud=plan[:, list(fields.places("loud"))],
    )


def _onsets(plan: Ints, fields: Fields, name: str) -> Ints:
    """Shape (bars, 16): of the lead or of the others; a beat's first step is its lowest bit."""
    beats = plan[:, list(fields.places(name))]
    bits = beats[:, :, None] >> np.arange(_BEAT_STEPS) & 1
    size = fields.sizes[fields.places(name)[0]]
    return np.where((beats == size)[:, :, None], BIT_UNKNOWN, bits).reshape(len(plan), BAR_STEPS)


def _nexts(onset: Ints, last_bars: Ints) -> Ints:
    """Shape (bars, 2, 17): see `Sheet.next_onset`."""
    after = np.concatenate([onset[1:], np.zeros_like(onset[:1])])
    after[last_bars] = 0
    both = np.concatenate([onset, np.where(after == BIT_UNKNOWN, 0, after)], -1) == 1
    steps = np.where(both, np.arange(2 * BAR_STEPS), NEXT_NONE)
    found = np.minimum.accumulate(steps[..., ::-1], axis=-1)[..., ::-1][..., : BAR_STEPS + 1]
    return np.where((onset == BIT_UNKNOWN).any(-1, keepdims=True), NEXT_UNKNOWN, found)
