"""Pieces out of the generator: phrase after phrase, each going on from the end of what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from .choosing import Choice
from .generator import Generator
from .latents import moved
from .notes import USUAL_VELOCITY, Roll, joined, of_velocities
from .wishes import Wishes


class Heard(NamedTuple):
    """A phrase that was taken.

    Parameters
    ----------
    phrase
        All tracks, on or off for good.
    held
        What held for it, see `Latents`.
    told
        What all tries were chosen by, (n, tries, strengths); None where the first was taken.
    """

    phrase: Roll
    held: Tensor
    told: Tensor | None


def sampled(
    net: Generator,
    model: Mapping[str, Any],
    wish: Wishes,
    generators: Sequence[np.random.Generator],
    leads: Tensor,
    choice: Choice | None = None,
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
    choice
        Which of several phrases is taken; None: the first.
    """
    piece, change = _beginning(net, wish, len(generators)), 1.0
    held = leads.new_zeros(len(generators), *net.latents.shape)
    while piece.on.shape[1] < wish.bars + model["context_bars"]:
        first = piece.on.shape[1] - model["context_bars"]
        before = piece.bars(piece.on.shape[1] - model["context_bars"]) if model["context_bars"] else None
        given = _given(wish, first, model, generators, leads)
        heard = gone_on(net, model, generators, before, given, (held, change, wish.spread), choice)
        piece, held, change = joined([piece, heard.phrase], 1), heard.held, wish.change
    behind = piece.bars(model["context_bars"], model["context_bars"] + wish.bars)
    return np.asarray(behind.loud.float().cpu().numpy(), np.float32)


def gone_on(
    net: Generator,
    model: Mapping[str, Any],
    generators: Sequence[np.random.Generator],
    before: Roll | None,
    given: Roll | None,
    walk: tuple[Tensor, float | Tensor, float],
    choice: Choice | None,
) -> Heard:
    """The next phrase of each row.

    Parameters
    ----------
    net, model, generators, choice
        See `sampled`.
    before, given
        See `Generator.forward`.
    walk
        What held for the last phrase, how far it moves (1: all anew; for all rows or for each), what noise is
        multiplied by.
    """
    tries = 1 if choice is None else choice.tries
    last, change, spread = walk
    here = [None if one is None else Roll(*(_repeated(part, tries) for part in one)) for one in (before, given)]
    far = _repeated(change, tries) if isinstance(change, Tensor) else change
    held = moved(_repeated(last, tries), _noise(net, generators, spread, tries), far)
    seeds = _noise(net, generators, spread, tries)
    phrase = _settled(net(held, seeds, *here, 1.0, _draws(net, model, generators, tries)), net, model)
    if choice is None:
        return Heard(phrase, held, None)
    told = choice.told(phrase).view(len(generators), tries, -1)
    draws = torch.from_numpy(np.stack([generator.random(tries, np.float32) for generator in generators])).to(told)
    rows = torch.arange(len(generators), device=told.device) * tries + choice.picked(told, draws)
    return Heard(Roll(phrase.on[rows], phrase.loud[rows]), held[rows], told)


def _repeated(rows: Tensor, tries: int) -> Tensor:
    """Each row as often as there are tries; the very tensor where that is once."""
    return rows if tries == 1 else rows.repeat_interleave(tries, 0)


def _beginning(net: Generator, wish: Wishes, n: int) -> Roll:
    """Silence as long as what a phrase looks back at, and the prompt."""
    like = next(net.parameters())
    silence = like.new_zeros(n, *net.seen)
    if wish.prompt is None:
        return Roll(silence, silence)
    prompt = torch.from_numpy(wish.prompt).to(like).expand(n, *wish.prompt.shape)
    return joined([Roll(silence, silence), of_velocities(prompt)], 1)


def _noise(net: Generator, generators: Sequence[np.random.Generator], spread: float, tries: int) -> Tensor:
    drawn = [generator.standard_normal((tries, *net.latents.shape), np.float32) for generator in generators]
    return torch.from_numpy(np.concatenate(drawn)).to(next(net.parameters())) * spread


def _draws(
    net: Generator, model: Mapping[str, Any], generators: Sequence[np.random.Generator], tries: int
) -> Tensor | None:
    if model["neurons"] != "stochastic":
        return None
    shape = (tries, *draws_shape(net, model))
    drawn = np.concatenate([generator.random(shape, np.float32) for generator in generators])
    return torch.from_numpy(drawn).to(next(net.parameters()))


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
