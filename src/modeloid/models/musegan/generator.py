"""The generator: noise, what is given, and what came before to a phrase of all tracks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .bars import BarNet, Before, Given
from .latents import Latents
from .notes import Notes, Roll, joined


class Generator(nn.Module):
    """Composer: one bar net for all tracks; jamming and hybrid: one for each track.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    """

    def __init__(self, model: Mapping[str, Any]) -> None:
        super().__init__()
        phrase, (steps, pitches, tracks) = model["phrase_bars"], model["shape"][1:]
        self.given_column, self.tracks = model["given"], tracks
        self.made = [column for column in range(tracks) if column != model["given"]]
        norm, width = model["norm"], model["width"]
        self.notes = Notes(model, [column in model["drums"] for column in self.made])
        self.latents = Latents(model["kind"], len(self.made), model["latent"], model["temporal_width"], phrase, norm)
        planes = 2 if model["velocities"] else 1
        self.planes = planes
        joins = model["given_width"] if self.given_column >= 0 else 0
        self.given = Given(planes, steps, pitches, joins, norm) if joins else None
        seen = model["context_bars"]
        told = model["context_width"] if seen else 0
        self.seen = (seen, steps, pitches, tracks)
        self.before = Before(planes * tracks, seen, steps, pitches, told) if told else None
        nets = 1 if model["kind"] == "composer" else len(self.made)
        maps = len(self.notes.names) * (len(self.made) // nets)
        size = (model["latent"] // 4 * 4 if model["kind"] == "hybrid" else model["latent"] // 2 * 2) + told
        self.nets = nn.ModuleList(BarNet(size, steps, pitches, maps, width, joins, norm) for _ in range(nets))
        here = len(self.made) // nets
        self.plays = nn.ModuleList(nn.Linear(size, here) for _ in range(nets)) if model["gates"] else None

    def forward(
        self,
        held: Tensor,
        seeds: Tensor,
        before: Roll | None = None,
        given: Roll | None = None,
        slope: float = 1.0,
        draws: Tensor | None = None,
    ) -> Roll:
        """A phrase of all tracks.

        Parameters
        ----------
        held, seeds
            See `Latents`.
        before
            The bars before the phrase, all tracks; None: it begins a piece.
        given
            The given track of the phrase, (n, bars, steps, pitches, 1); passed on as it is.
        slope, draws
            See `Notes`.
        """
        vectors = self._vectors(held, seeds, before)
        past = None if before is None else before.tracks(self.made)
        made: Roll = self.notes(self._maps(vectors, given), self._playing(vectors), past, slope, draws)
        if given is None:
            return made
        order = [*self.made, self.given_column]
        return joined([made, given], 4).tracks([order.index(column) for column in range(self.tracks)])

    def maps(self, held: Tensor, seeds: Tensor, before: Roll | None, given: Roll | None) -> Tensor:
        """What the notes are decided by, (n, bars, steps, pitches, made tracks, maps a track)."""
        return self._maps(self._vectors(held, seeds, before), given)

    def _vectors(self, held: Tensor, seeds: Tensor, before: Roll | None) -> list[Tensor]:
        vectors: list[Tensor] = self.latents(held, seeds)
        if self.before is not None:
            told = self.before(self._together(before or self._silence(held)))[:, None]
            vectors = [torch.cat([one, told.expand(-1, one.shape[1], -1)], dim=2) for one in vectors]
        return vectors

    def _playing(self, vectors: list[Tensor]) -> Tensor | None:
        if self.plays is None:
            return None
        return torch.cat([net(vector) for net, vector in zip(self.plays, vectors, strict=True)], 2)

    def _maps(self, vectors: list[Tensor], given: Roll | None) -> Tensor:
        joins = None if self.given is None or given is None else self.given(self._together(given))
        maps = [net(vector, joins) for net, vector in zip(self.nets, vectors, strict=True)]
        shape = (*maps[0].shape[:4], len(self.made), len(self.notes.names))
        return torch.cat(maps, 4).view(shape) if len(maps) == 1 else torch.stack(maps, 4)

    def _silence(self, like: Tensor) -> Roll:
        nothing = like.new_zeros(len(like), *self.seen)
        return Roll(nothing, nothing)

    def _together(self, roll: Roll) -> Tensor:
        return torch.cat([roll.on, roll.loud], 4) if self.planes == 2 else roll.on
