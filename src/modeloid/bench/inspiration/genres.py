"""Whose music is it: slices of other sets, and a classifier that says of a slice which set it could be from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeloid.cycle.rng import Rng
from modeloid.music.datasets import data_set
from modeloid.music.errors import MusicError
from modeloid.music.kinship import SLICE_BARS
from modeloid.music.represent import representation
from modeloid.music.represent.parts import PART, Rows
from modeloid.music.store.build import open_corpus

from .slices import Song, encoded

FOREIGN = ("nottingham", "weimar", "asap-scores", "multi-free")
"""Folk tunes with chords, jazz solos, classical piano music, and pieces of many instruments."""
OWN = 0
"""The number of the own genre; the foreign ones follow."""

_SPEC = {"kind": "parts", "parts": "one", "other_meters": "cut"}
_SLICES_A_SONG = 4
_TURNS, _BATCH, _RATE = 400, 24, 0.002
_WIDTH = 48


def foreign_songs(name: str, drum_parts: Sequence[int], most: int = 400) -> list[Song]:
    """The pieces of another set, their pitched notes all in one part that is no drum part; at most so many.

    Returns
    -------
    None where the set is not on this machine.
    """
    coder = representation(_SPEC)
    try:
        corpus = open_corpus(data_set(name))
    except MusicError:
        return []
    names = [f"{corpus.name}/{each}" for each in corpus.names]
    chosen = range(0, len(corpus), max(1, -(-len(corpus) // most)))
    pieces = encoded(coder, [(names[number], corpus.columns(number)) for number in chosen])
    free = next(number for number in range(len(drum_parts) + 1) if number not in drum_parts)
    return [song._replace(rows=_in_part(song.rows, free)) for song in pieces]


def cuttings(pieces: Sequence[Song], seed: int = 0, each: int = _SLICES_A_SONG) -> list[Rows]:
    """Some slices of each piece, from bars drawn at random; those with fewer than eight notes are left out."""
    found = []
    for song in pieces:
        draw = Rng(seed).at("cutting", song.name).generator()
        firsts = draw.permutation(song.bars - SLICE_BARS + 1)[:each]
        found += [rows for first in firsts if len(rows := song.slice(int(first))) >= SLICE_BARS]
    return found


class Genres:
    """Says how likely slices are of each genre.

    It hears what `nets.BarReader` hears: no velocity, no instrument, no tempo, any key.

    Parameters
    ----------
    groups
        Slices of the own genre, and of each other one; two groups or more.
    drum_parts
        Parts that are not heard.
    seed
        Of its weights and of what it is shown.
    turns
        Steps of AdamW; 24 slices of each group in one.
    """

    def __init__(
        self, groups: Sequence[Sequence[Rows]], drum_parts: tuple[int, ...], seed: int = 0, turns: int = _TURNS
    ) -> None:
        import torch

        from .nets import BarReader

        self._drum_parts = drum_parts
        shown = [self._heard(slices) for slices in groups]
        generator = np.random.default_rng(seed)
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            reader = BarReader(_WIDTH, 64)
            self._net = torch.nn.ModuleList([reader, torch.nn.Linear(64, len(groups))])
            adam = torch.optim.AdamW(self._net.parameters(), _RATE, weight_decay=0.01)
            wanted = torch.arange(len(groups)).repeat_interleave(_BATCH)
            for turn in range(turns):
                for group in adam.param_groups:
                    group["lr"] = _RATE * (1 - turn / turns)
                rows = [generator.integers(0, len(slices), _BATCH) for slices in groups]
                drawn = list(zip(shown, rows, strict=True))
                heard = {name: torch.cat([of[name][at] for of, at in drawn]) for name in shown[0]}
                loss = torch.nn.functional.cross_entropy(self._odds(heard), wanted)
                adam.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                adam.step()
        self._net.eval()

    def named(self, slices: Sequence[Rows]) -> NDArray[np.int64]:
        """The likeliest genre of each slice."""
        import torch

        with torch.no_grad():
            return np.asarray(self._odds(self._heard(slices)).argmax(dim=1).numpy(), np.int64)

    def own(self, slices: Sequence[Rows]) -> float:
        """Which share of slices it takes for the own genre, 0 to 1."""
        return float((self.named(slices) == OWN).mean())

    def _odds(self, heard: Mapping[str, Any]) -> Any:
        reader, out = self._net
        # what lies on a sphere must be able to be certain
        return out(reader(heard)) * 8

    def _heard(self, slices: Sequence[Rows]) -> dict[str, Any]:
        from .contrast import tensors
        from .views import bars_of, slices_of, views

        found = views(*bars_of(slices, self._drum_parts))
        kept = {name: view for name, view in found.items() if name not in ("begins", "sounds")}
        return tensors(slices_of(kept, np.arange(len(slices)) * SLICE_BARS))


def _in_part(rows: Rows, part: int) -> Rows:
    moved = rows.copy()
    moved[:, PART] = part
    return moved
