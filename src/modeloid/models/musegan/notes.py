"""From a network's maps to rolls: which cells are on, for how long a note is held, and how loud it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn

from modeloid.nets.binary import straight_through

_LEAST_SHARE, _LEAST_GATE, _BARELY = 1e-4, 0.02, 1e-3
USUAL_VELOCITY = 80 / 127
"""Of notes made without velocities, of 0 to 1."""


class Roll(NamedTuple):
    """Tracks over time, (n, bars, steps, pitches, tracks) each.

    Parameters
    ----------
    on
        1 where a note sounds, else 0; between them where a network's neurons are real.
    loud
        Velocity from 0 to 1 where a note sounds, else 0.
    """

    on: Tensor
    loud: Tensor

    def bars(self, first: int, behind: int | None = None) -> Roll:
        """Some of the bars."""
        return Roll(self.on[:, first:behind], self.loud[:, first:behind])

    def tracks(self, columns: Sequence[int]) -> Roll:
        """Some of the tracks."""
        return Roll(*(columns_of(part, columns) for part in self))

    def where(self, chosen: Tensor, other: Roll) -> Roll:
        """These items where chosen, (n,), else those of the other."""
        mask = chosen.view(-1, 1, 1, 1, 1)
        return Roll(*(torch.where(mask, one, two.to(one.dtype)) for one, two in zip(self, other, strict=True)))


def columns_of(part: Tensor, columns: Sequence[int]) -> Tensor:
    """Some columns of the last axis; the very tensor where these are all of them in order."""
    chosen = list(columns)
    return part if chosen == list(range(part.shape[-1])) else part[..., chosen]


def joined(parts: Sequence[Roll], axis: int) -> Roll:
    """Rolls one behind the other (axis 1: bars) or beside each other (axis 4: tracks)."""
    return Roll(torch.cat([part.on for part in parts], axis), torch.cat([part.loud for part in parts], axis))


def of_velocities(array: Tensor) -> Roll:
    """A roll of velocities; what is above 0 sounds."""
    return Roll((array > 0).to(array.dtype), array)


class Wanted(NamedTuple):
    """How often things happen in the data, for `Notes.calibrate`.

    Parameters
    ----------
    plays
        Shape (tracks,): share of the bars in which a track sounds.
    begins
        Shape (pitches, tracks): share of the cells without a note before them at which one begins ("onsets"), or of
        all cells that are on ("cells").
    holds
        Shape (tracks,): share of the cells that sound of those behind one that does.
    loudness
        Shape (tracks,): mean velocity of what sounds, 0 to 1.
    """

    plays: Tensor
    begins: Tensor
    holds: Tensor
    loudness: Tensor


class Notes(nn.Module):
    """Maps to rolls.

    "cells": each cell is decided alone, as published. "onsets": one map says where notes begin, one where a note that
    sounds goes on: a note is one run from its onset and cannot fall to pieces by a cell that is a little too low; drums
    only begin. A velocity is its onset's, for the whole note. Where there are gates, one neuron a bar silences a track:
    no chance of many cells makes it empty or full. Where calibrated, a track plays in as large a share of the bars as
    in the data: else an adversarial network silences first what is hard, since wrong notes are further from real ones
    than none.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    drums
        Which of the tracks that are made are drums.
    """

    def __init__(self, model: Mapping[str, Any], drums: Sequence[bool]) -> None:
        super().__init__()
        self.neurons, self.onsets, self.velocities = model["neurons"], model["notes"] == "onsets", model["velocities"]
        self.names = ["begin", *(["hold"] if self.onsets else []), *(["loud"] if self.velocities else [])]
        self.pitched: Tensor
        self.register_buffer("pitched", 1.0 - torch.tensor(drums, dtype=torch.float32), persistent=False)
        size = (model["shape"][2], len(drums), len(self.names))
        self.levels = nn.Parameter(torch.zeros(size)) if model["calibrated"] else None
        self.keeps_shares = model["calibrated"] and model["gates"]
        self.gate_middle: Tensor
        self.gate_spread: Tensor
        self.register_buffer("gate_middle", torch.zeros(len(drums)))
        self.register_buffer("gate_spread", torch.ones(len(drums)))
        self.gate_shares: Tensor
        self.register_buffer("gate_shares", torch.full((len(drums),), 0.5))

    def forward(
        self, maps: Tensor, playing: Tensor | None, before: Roll | None, slope: float, draws: Tensor | None
    ) -> Roll:
        """Rolls of the phrase.

        Parameters
        ----------
        maps
            Shape (n, bars, steps, pitches, tracks, len(names)).
        playing
            Logits of the gates, (n, bars, tracks), or None.
        before
            The bars before; what sounds at their end may go on. None: silence.
        slope
            Of the binary neurons' gradients.
        draws
            Uniform numbers, shape (n, bars, steps, pitches, tracks, 1 or 2), for stochastic neurons; else None.
        """
        if self.levels is not None:
            maps = maps + self.levels
        if playing is not None and self.neurons != "stochastic":
            maps = torch.cat([_lifted(maps[..., :1]), maps[..., 1:]], -1)
        neurons = [self._neuron(maps, number, slope, draws) for number in range(2 if self.onsets else 1)]
        if playing is not None:
            gate = self._gates(playing, slope)
            neurons = [one * gate for one in neurons]
        loud = maps[..., -1].sigmoid() if self.velocities else torch.ones_like(neurons[0])
        if not self.onsets:
            return Roll(neurons[0], neurons[0] * loud)
        return self._held(neurons[0], neurons[1], loud, before)

    def _neuron(self, maps: Tensor, number: int, slope: float, draws: Tensor | None) -> Tensor:
        logits = maps[..., number]
        if self.neurons == "real":
            return logits.sigmoid()
        return straight_through(logits, slope, None if draws is None else draws[..., number])

    def _gates(self, playing: Tensor, slope: float) -> Tensor:
        if self.keeps_shares:
            playing = self._kept_to_shares(playing)
        gate = playing.sigmoid() if self.neurons == "real" else straight_through(playing, slope)
        return gate[:, :, None, None]

    def _kept_to_shares(self, playing: Tensor) -> Tensor:
        """Logits above 0 as often as the data's tracks play: which bars is learnt, how many is not."""
        flat = playing.flatten(0, 1)
        if not self.training or len(flat) < 2:
            return (playing - self.gate_middle.to(playing.dtype)) / self.gate_spread.to(playing.dtype)
        standard = nn.functional.batch_norm(flat, None, None, training=True)
        level = torch.special.ndtri(self.gate_shares.clamp(_LEAST_GATE, 1 - _LEAST_GATE)).to(playing.dtype)
        kept: Tensor = standard.view_as(playing) + level
        return kept

    @torch.no_grad()
    def remember_gates(self, playing: Tensor, memory: float) -> None:
        """See logits of the weights that are sampled with: where they must be cut to keep to the shares, how they vary.

        Parameters
        ----------
        playing
            Shape (n, bars, tracks).
        memory
            Weight of what was seen before, 0 to 1.
        """
        ordered = playing.flatten(0, 1).to(self.gate_middle.dtype).sort(0).values
        shares = 1 - self.gate_shares.clamp(_LEAST_GATE, 1 - _LEAST_GATE)
        # where as large a share lies below in the mean, however few they are (Weibull 1939)
        place = ((len(ordered) + 1) * shares - 1).clamp(0, len(ordered) - 1)
        below = place.floor().long()
        lower, upper = (ordered.gather(0, one.clamp(max=len(ordered) - 1)[None])[0] for one in (below, below + 1))
        self.gate_middle.lerp_(torch.lerp(lower, upper, (place - below).to(ordered.dtype)), 1 - memory)
        self.gate_spread.lerp_(ordered.std(0).clamp(min=_LEAST_SHARE), 1 - memory)

    def _held(self, begin: Tensor, hold: Tensor, loud: Tensor, before: Roll | None) -> Roll:
        n, bars, steps, *cells = begin.shape
        begin, hold, loud = (part.reshape(n, bars * steps, *cells) for part in (begin, hold, loud))
        first = begin.new_zeros(2, n, *cells) if before is None else torch.stack([one[:, -1, -1] for one in before])
        on = recurrence((1 - begin) * hold * self.pitched, begin, first[0] * self.pitched)
        still = torch.cat([first[:1].transpose(0, 1), on[:, :-1]], 1) * self.pitched
        held = recurrence(on * still, on * (1 - still) * loud, first[1] * self.pitched)
        return Roll(*(part.view(n, bars, steps, *cells) for part in (on, held)))

    @torch.no_grad()
    def calibrate(self, maps: Tensor, wanted: Wanted) -> None:
        """Set the levels so that what an untrained network makes is about as frequent and as loud as the data."""
        assert self.levels is not None, "only calibrated ones have levels"
        self.gate_shares.copy_(wanted.plays)
        flat = maps.flatten(0, 2).float()
        mean, spread = flat.mean(0), flat.std(0)
        shares = [wanted.begins, *([wanted.holds.expand_as(wanted.begins)] if self.onsets else [])]
        for number, share in enumerate(shares):
            share = share.clamp(_LEAST_SHARE, 1 - _LEAST_SHARE)
            level = share.logit()
            if self.neurons != "stochastic":
                # a threshold, not a probability, decides in the end
                bells = (flat[..., number] - mean[..., number]) / spread[..., number].clamp(min=_LEAST_SHARE)
                level = -_quantiles(bells, 1 - share) * spread[..., number]
            self.levels[..., number] = level - mean[..., number]
        if self.velocities:
            self.levels[..., -1] = wanted.loudness.clamp(0.05, 0.95).logit() - mean[..., -1]


def _lifted(logits: Tensor) -> Tensor:
    """The same, or in bars of a track without a note raised until one begins: who plays has at least a note."""
    highest = logits.detach().amax((2, 3), keepdim=True)
    return logits + (_BARELY - highest).clamp(min=0)


def _quantiles(values: Tensor, shares: Tensor) -> Tensor:
    """Of the values (n, pitches, tracks) of each track, all its pitches as one, those at shares (pitches, tracks)."""
    ordered = values.flatten(0, 1).sort(0).values
    place = (shares * (len(ordered) - 1)).round().long()
    return ordered.gather(0, place)


def recurrence(keep: Tensor, new: Tensor, first: Tensor) -> Tensor:
    """``s[t] = keep[t] s[t - 1] + new[t]`` along axis 1, s[-1] being `first`, in as many steps as the length has bits.

    By doubling the reach (Hillis and Steele 1986); one step after the other where nothing is trained through it and
    each costs little. Exact, and both the same, where keep is 0 or 1 and new is 0 where keep is 1.

    Parameters
    ----------
    keep, new
        Shape (n, steps, ...).
    first
        Shape (n, ...).
    """
    sums = torch.cat([new[:, :1] + keep[:, :1] * first[:, None], new[:, 1:]], 1)
    if not torch.is_grad_enabled() and sums.device.type == "cpu":
        for step in range(1, sums.shape[1]):
            sums[:, step] += keep[:, step] * sums[:, step - 1]
        return sums
    reach = 1
    while reach < sums.shape[1]:
        sums = torch.cat([sums[:, :reach], sums[:, reach:] + keep[:, reach:] * sums[:, :-reach]], 1)
        keep = torch.cat([keep[:, :reach], keep[:, reach:] * keep[:, :-reach]], 1)
        reach *= 2
    return sums
