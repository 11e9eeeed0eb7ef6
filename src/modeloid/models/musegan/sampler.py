"""Pieces out of the generator: phrase after phrase, each going on from the end of what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .generator import Generator
from .latents import moved
from .notes import USUAL_VELOCITY, Roll, joined, of_velocities
from .wishes import Wishes


def sampled(
    net: Generator, model: Mapping[str, Any], wish: Wishes, generators: Sequence[np.random.Generator], leads: Tensor
) -> NDArray[np.float32]:
    """One piece a generator, velocities (n, wish.bars, steps, pitches, tracks); a row draws from its own stream alone.

    Parameters
    ----------
    net
        In evaluation mode.
    model
        The modeloid's `model` dict.
    wish
        Length, how wild, what is given.
    generators
        One a row.
    leads
        Shape (any, phrase bars, steps, pitches, 1): given tracks to choose from where none is wished.
    """
    piece = _beginning(net, wish, len(generators))
    held = _noise(net, generators, wish, leads)
    while piece.on.shape[1] < wish.bars + model["context_bars"]:
        first = piece.on.shape[1] - model["context_bars"]
        before = piece.bars(piece.on.shape[1] - model["context_bars"]) if model["context_bars"] else None
        given = _given(wish, first, model, generators, leads)
        phrase = net(held, _noise(net, generators, wish, leads), before, given, 1.0, _draws(net, model, generators))
        piece = joined([piece, _settled(phrase, net, model)], 1)
        held = moved(held, _noise(net, generators, wish, leads), wish.change)
    behind = piece.bars(model["context_bars"], model["context_bars"] + wish.bars)
    return np.asarray(behind.loud.float().cpu().numpy(), np.float32)


def _beginning(net: Generator, wish: Wishes, n: int) -> Roll:
    """Silence as long as what a phrase looks back at, and the prompt."""
    like = next(net.parameters())
    silence = like.new_zeros(n, *net.seen)
    if wish.prompt is None:
        return Roll(silence, silence)
    prompt = torch.from_numpy(wish.prompt).to(like).expand(n, *wish.prompt.shape)
    return joined([Roll(silence, silence), of_velocities(prompt)], 1)


def _noise(net: Generator, generators: Sequence[np.random.Generator], wish: Wishes, like: Tensor) -> Tensor:
    drawn = np.stack([generator.standard_normal(net.latents.shape, np.float32) for generator in generators])
    return torch.from_numpy(drawn).to(like) * wish.spread


def _draws(net: Generator, model: Mapping[str, Any], generators: Sequence[np.random.Generator]) -> Tensor | None:
    if model["neurons"] != "stochastic":
        return None
    shape = draws_shape(net, model)
    return torch.from_numpy(np.stack([generator.random(shape, np.float32) for generator in generators])).to(
        next(net.parameters())
    )


def draws_shape(net: Generator, model: Mapping[str, Any]) -> tuple[int, ...]:
    """Of one item's uniform numbers for stochastic neurons."""
    _, steps, pitches, _ = model["shape"]
    return (model["phrase_bars"], steps, pitches, len(net.made), 2 if model["notes"] == "onsets" else 1)


def _given(
    wish: Wishes, first: int, model: Mapping[str, Any], generators: Sequence[np.random.Generator], leads: Tensor
) -> Roll | None:
    """The given track of the phrase that begins at a bar: of the piece wished, silent behind its end, or a lead."""
    if model["given"] < 0:
        return None
    bars = model["phrase_bars"]
    if wish.given is None:
        chosen = [int(generator.integers(max(1, len(leads)))) for generator in generators]
        if not len(leads):
            return of_velocities(leads.new_zeros(len(generators), bars, *leads.shape[2:]))
        return of_velocities(leads[chosen])
    part = wish.given[first : first + bars]
    part = np.pad(part, [(0, bars - len(part)), (0, 0), (0, 0), (0, 0)])
    return of_velocities(torch.from_numpy(part).to(leads).expand(len(generators), *part.shape))


def _settled(phrase: Roll, net: Generator, model: Mapping[str, Any]) -> Roll:
    """On or off for good, and no note too soft to sound; what was given stays as it is."""
    on = (phrase.on > 0.5).to(phrase.on.dtype)
    loud = phrase.loud / phrase.on.clamp(min=0.5) if model["velocities"] else torch.full_like(on, USUAL_VELOCITY)
    loud = on * loud.clamp(1 / 127, 1)
    if net.given_column >= 0:
        loud = torch.cat(
            [
                (phrase.loud if column == net.given_column else loud)[..., column : column + 1]
                for column in range(net.tracks)
            ],
            4,
        )
    return Roll(on, loud)
