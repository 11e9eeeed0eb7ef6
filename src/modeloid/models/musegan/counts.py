"""What is counted of phrases and can be trained through: the sums whose ratios are measured, and a few more."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from .harmony import chroma
from .measure import pattern
from .notes import Roll
from .sizes import OCTAVE, octaves
from .tallies import Distances, begun

_LITTLE = 1e-6
Ratio = tuple[Tensor, Tensor]
"""What is counted and what it is a share of, (n, bars, any) each."""


class Counts(nn.Module):
    """Sums of a phrase whose ratios are QN, UPC, PP, TD, notes and cells a bar, registers, DP, velocities.

    Pitch classes and tonal distances rightly and as the paper's code has them, whose classes are registers.

    Parameters
    ----------
    drums
        Which of the tracks are.
    beats
        Of a bar.
    velocities
        Whether they are counted: their mean, and how far they lie from it.
    """

    def __init__(self, drums: Sequence[bool], beats: int, velocities: bool) -> None:
        super().__init__()
        self.beats, self.velocities, self.tracks = beats, velocities, len(drums)
        self.columns = [column for column, drum in enumerate(drums) if not drum]
        self.drums = [column for column, drum in enumerate(drums) if drum]
        self.pitched: Tensor
        self.register_buffer("pitched", 1.0 - torch.tensor(drums, dtype=torch.float32), persistent=False)
        self.distances = Distances(len(self.columns))

    @property
    def sizes(self) -> list[tuple[str, int]]:
        """What is counted, in order, and how many of it: tracks or pairs of them."""
        pitched, pairs, drums = len(self.columns), len(self.distances.first), len(self.drums)
        loud = self.tracks * int(self.velocities)
        return [
            ("long", pitched),
            ("classes", pitched),
            ("chords", pitched),
            ("apart", pairs),
            ("cells", pitched),
            ("registers", pitched),
            ("registers apart", pairs),
            ("notes", self.tracks),
            ("even", drums),
            ("loud", loud),
            ("loudness varies", loud),
        ]

    @property
    def count(self) -> int:
        """How many are counted."""
        return sum(many for _, many in self.sizes)

    def forward(self, phrase: Roll) -> Ratio:
        """Sums, and the sums that they are shares of, (n, count) each; values of cells on or off, slopes of about that.

        Parameters
        ----------
        phrase
            All tracks.
        """
        begins, following = begun(phrase.on, self.pitched)
        plays = phrase.on.amax((2, 3)).detach()
        notes, long = begins.sum((2, 3)), (begins * following).sum((2, 3))
        counted = [
            (long[..., self.columns], notes[..., self.columns]),
            *self._pitches(phrase.on[..., self.columns], plays[..., self.columns]),
            (notes, plays),
            (_even(begins[..., self.drums], phrase.on.shape[2] // self.beats), plays[..., self.drums]),
        ]
        if self.velocities:
            counted += _loudness(phrase)
        some, of = (torch.cat(parts, 2).sum(1) for parts in zip(*counted, strict=True))
        return some, of

    def _pitches(self, cells: Tensor, plays: Tensor) -> list[Ratio]:
        """UPC, PP, TD, cells a bar, registers and their distances."""
        classes, wide = chroma(cells, self.beats), registers(cells, self.beats)
        pitches = cells.sum(-2)
        chords = _valued(pitches.log1p(), (pitches > 1.5).to(cells.dtype)).sum(2) / cells.shape[2]
        return [
            (_sounding(classes.sum(2)) * plays, plays),
            (chords * plays, plays),
            self._apart(classes),
            (cells.sum((2, 3)), plays),
            (_sounding(wide.sum(2)) * plays, plays),
            self._apart(wide, whole_bars=True),
        ]

    def _apart(self, classes: Tensor, whole_bars: bool = False) -> Ratio:
        """Distances in the beats, or the bars all of whose beats, both tracks sound in."""
        far, _ = self.distances(classes, _LITTLE)
        sounds = (classes.sum(-2) > 0).to(classes.dtype)
        both = sounds[..., self.distances.first] * sounds[..., self.distances.second]
        if whole_bars:
            both = both.amin(2, keepdim=True) / both.shape[2] * torch.ones_like(both)
        return (far * both).sum(2), both.sum(2)


def registers(on: Tensor, beats: int) -> Tensor:
    """How long each of 12 bands of neighbouring semitones sounds in each beat, in cells: (n, bars, beats, 12, tracks).

    The paper's code takes these for pitch classes, see `measure.used_classes`; they tell how wide notes lie.
    """
    n, bars, steps, pitches, tracks = on.shape
    high = octaves(pitches)
    time = on.reshape(n, bars, beats, steps // beats, pitches, tracks).sum(3)
    time = nn.functional.pad(time, (0, 0, 0, high * OCTAVE - pitches))
    return time.view(n, bars, beats, OCTAVE, high, tracks).sum(4)


def _loudness(phrase: Roll) -> list[Ratio]:
    """Velocities, and the squares of how far they lie from their mean in the bar; which cells are on is not learnt."""
    on = phrase.on.detach()
    cells = on.sum((2, 3))
    mean = (phrase.loud * on).sum((2, 3)) / cells.clamp(min=1)
    beyond = (phrase.loud - mean[:, :, None, None]).square() * on
    return [(mean * cells, cells), (beyond.sum((2, 3)), cells)]


def _even(begins: Tensor, steps_per_beat: int) -> Tensor:
    """Share of the hits that lie on an even pattern, (n, bars, drums), see `measure.drum_pattern`; 0 without hits."""
    hits, weights = begins.sum(3), torch.from_numpy(pattern(steps_per_beat)).to(begins)
    period, steps = len(weights), hits.shape[2]
    long = weights.repeat(steps // period + 2)
    shifted = torch.stack([long[period - shift :][:steps] for shift in range(period)])
    held = torch.einsum("nbst,ps->nbpt", hits, shifted).amax(2)
    return held / hits.sum(2).clamp(min=1)


def _sounding(sums: Tensor) -> Tensor:
    """How many of the classes (..., classes, tracks) sound."""
    return _valued(sums.log1p().sum(-2), (sums > 0).to(sums.dtype).sum(-2))


def _valued(smooth: Tensor, value: Tensor) -> Tensor:
    """The value forward, the slopes of the smooth one backward."""
    return smooth + (value - smooth).detach()
