"""The generator: noise, what is given, and what came before to a phrase of all tracks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn

from .bars import BarNet, Before, Given
from .harmony import Harmony, balanced, chroma, over_pitches
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
        sizes = (model["latent"], model["temporal_width"], phrase, norm)
        notes = [place for place, column in enumerate(self.made) if column not in model["drums"]]
        self.following = notes if model["chords"] else []
        self.latents = Latents(model["kind"], len(self.made), *sizes, bool(self.following), model["temporal"])
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
        self.harmony = self._harmony(model, told) if self.following else None
        here = len(self.made) // nets
        self.plays = nn.ModuleList(nn.Linear(size, here) for _ in range(nets)) if model["gates"] else None

    def _harmony(self, model: Mapping[str, Any], told: int) -> Harmony:
        pitched = [column for column in range(self.tracks) if column not in model["drums"]]
        self.heard_before = pitched if told else []
        self.heard_given = self.given_column in pitched
        planes = len(self.heard_before) + int(self.heard_given)
        size, width = 2 * self.latents.each + told, max(16, model["width"] // 2)
        return Harmony(size, width, model["beats"], planes, len(self.following))

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
        made: Roll = self.notes(self._maps(vectors, before, given), self._playing(vectors), past, slope, draws)
        if given is None:
            return made
        order = [*self.made, self.given_column]
        return joined([made, given], 4).tracks([order.index(column) for column in range(self.tracks)])

    def maps(self, held: Tensor, seeds: Tensor, before: Roll | None, given: Roll | None) -> Tensor:
        """What the notes are decided by, (n, bars, steps, pitches, made tracks, maps a track)."""
        return self._maps(self._vectors(held, seeds, before), before, given)

    def see_gates(self, held: Tensor, seeds: Tensor, before: Roll | None, memory: float) -> None:
        """Let the notes remember where gates are cut, see `Notes.remember_gates`."""
        playing = self._playing(self._vectors(held, seeds, before))
        if playing is not None and self.notes.keeps_shares:
            self.notes.remember_gates(playing, memory)

    def _vectors(self, held: Tensor, seeds: Tensor, before: Roll | None) -> list[Tensor]:
        vectors: list[Tensor] = self.latents(held, seeds)
        if self.before is not None:
            told = self.before(self._together(before or self._silence(held)))[:, None]
            vectors = [torch.cat([one, told.expand(-1, one.shape[1], -1)], dim=2) for one in vectors]
        return vectors

    def _playing(self, vectors: list[Tensor]) -> Tensor | None:
        if self.plays is None:
            return None
        return torch.cat([net(vector) for net, vector in zip(self.plays, vectors[: len(self.nets)], strict=True)], 2)

    def _maps(self, vectors: list[Tensor], before: Roll | None, given: Roll | None) -> Tensor:
        joins = None if self.given is None or given is None else self.given(self._together(given))
        maps = [net(vector, joins) for net, vector in zip(self.nets, vectors[: len(self.nets)], strict=True)]
        shape = (*maps[0].shape[:4], len(self.made), len(self.notes.names))
        whole = maps[0].view(shape) if len(maps) == 1 else torch.stack(maps, 4)
        return whole if self.harmony is None else self._in_harmony(self.harmony, whole, vectors[-1], before, given)

    def _in_harmony(
        self, harmony: Harmony, maps: Tensor, chords: Tensor, before: Roll | None, given: Roll | None
    ) -> Tensor:
        """The maps, notes of near pitch classes more likely to begin."""
        near = harmony(chords, self._heard(chords, harmony.beats, before, given))
        raised = maps.new_zeros(*maps.shape[:5])
        raised[..., self.following] = over_pitches(near, *maps.shape[2:4]).to(maps.dtype)
        return torch.cat([maps[..., :1] + raised[..., None], maps[..., 1:]], -1)

    def _heard(self, like: Tensor, beats: int, before: Roll | None, given: Roll | None) -> Tensor | None:
        """Pitch classes of the pitched tracks before, the same for all beats, and of the given track beat by beat."""
        n, bars, _ = like.shape
        parts = []
        if self.heard_before:
            last = (before or self._silence(like)).on[..., self.heard_before]
            parts.append(balanced(chroma(last, beats).sum((1, 2)))[:, None, None].expand(-1, bars, beats, -1, -1))
        if self.heard_given:
            heard = like.new_zeros(n, bars, *self.seen[1:3], 1) if given is None else given.on
            parts.append(balanced(chroma(heard, beats)))
        return torch.cat(parts, 4) if parts else None

    def _silence(self, like: Tensor) -> Roll:
        nothing = like.new_zeros(len(like), *self.seen)
        return Roll(nothing, nothing)

    def _together(self, roll: Roll) -> Tensor:
        return torch.cat([roll.on, roll.loud], 4) if self.planes == 2 else roll.on
