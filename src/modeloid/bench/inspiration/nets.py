"""The networks of the judges: each hears something else of a slice and places it on a sphere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn

from .views import PITCHES, SILENT

Heard = Mapping[str, Tensor]
"""Views of slices as tensors, see `views.slices_of`."""

_MOST_SEMITONES = 6
_LEAD_NOTES = 64
_WIDEST_INTERVAL = 12


class BarReader(nn.Module):
    """Recurrent over bars: chords, bass, lead and rhythm of each bar in C, then a GRU in both directions.

    Parameters
    ----------
    width
        Of the GRU, each way.
    size
        Numbers of the embedding.
    dropout
        Of what goes into each layer.
    """

    def __init__(self, width: int = 96, size: int = 128, dropout: float = 0.4) -> None:
        super().__init__()
        features = 48 + 48 + 96 + 3 * 16 + 3
        self.norm = nn.BatchNorm1d(features, affine=False)
        self.inner = nn.Linear(features, 160)
        self.gru = nn.GRU(160, width, batch_first=True, bidirectional=True)
        self.out = nn.Linear(4 * width, size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, heard: Heard) -> Tensor:
        """Embed slices, (n, size), each of length 1."""
        features = torch.cat([_harmony(heard).flatten(2), _lead(heard), _onsets(heard), _heights(heard)], dim=2)
        normed = self.norm(features.flatten(0, 1)).view(features.shape)
        states, _ = self.gru(self.dropout(torch.relu(self.inner(self.dropout(normed)))))
        return _on_sphere(self.out(self.dropout(_pooled(states))))


class RollReader(nn.Module):
    """Convolutions over onsets, sounding notes and the lead as rolls, at the height they have, moved while it learns.

    Parameters
    ----------
    widths
        Channels of the three layers.
    size, dropout
        As of `BarReader`.
    """

    def __init__(self, widths: Sequence[int] = (24, 48, 96), size: int = 128, dropout: float = 0.3) -> None:
        super().__init__()
        first, second, third = widths
        self.layers = nn.Sequential(
            *_conv(3, first, (4, 12), (2, 3)),
            *_conv(first, second, (4, 6), (2, 2)),
            *_conv(second, third, (4, 4), (2, 2)),
        )
        self.out = nn.Linear(6 * third, size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, heard: Heard) -> Tensor:
        """Embed slices, (n, size), each of length 1; while it learns each is moved by up to six semitones."""
        pitches = torch.arange(PITCHES)
        lead = heard["top"].flatten(1)[:, :, None] == pitches
        rolls = torch.stack([heard["begins"].flatten(1, 2), heard["sounds"].flatten(1, 2), lead], dim=1).float()
        if self.training:
            shift = torch.randint(-_MOST_SEMITONES, _MOST_SEMITONES + 1, (len(rolls), 1))
            where = (pitches + shift).clamp(0, PITCHES - 1)
            rolls = torch.gather(rolls, 3, where[:, None, None].expand(rolls.shape))
        found = self.layers(rolls)
        by_time, by_pitch = found.amax(dim=3), found.amax(dim=2)
        pools = [
            by_time.mean(2),
            by_time.amax(2),
            by_pitch.mean(2),
            found.mean((2, 3)),
            found.std((2, 3)),
            by_time.std(2),
        ]
        return _on_sphere(self.out(self.dropout(torch.cat(pools, dim=1))))


class HarmonyReader(nn.Module):
    """Harmony alone: pitch classes and bass of each beat in C, through a GRU in both directions."""

    def __init__(self, width: int = 64, size: int = 96, dropout: float = 0.3) -> None:
        super().__init__()
        self.inner = nn.Linear(24, 64)
        self.gru = nn.GRU(64, width, batch_first=True, bidirectional=True)
        self.out = nn.Linear(4 * width, size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, heard: Heard) -> Tensor:
        """Embed slices, (n, size), each of length 1."""
        beats = _harmony(heard).flatten(1, 2)
        states, _ = self.gru(torch.relu(self.inner(self.dropout(beats))))
        return _on_sphere(self.out(self.dropout(_pooled(states))))


class RhythmReader(nn.Module):
    """Rhythm alone: where notes, the lead's and the bass's begin, through convolutions in time."""

    def __init__(self, width: int = 64, size: int = 96, dropout: float = 0.3) -> None:
        super().__init__()
        self.layers = nn.Sequential(
            *_conv1(4, width, 16, 4, 6), *_conv1(width, width, 4, 2, 1), *_conv1(width, 2 * width, 4, 2, 1)
        )
        self.out = nn.Linear(4 * width, size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, heard: Heard) -> Tensor:
        """Embed slices, (n, size), each of length 1."""
        count = heard["count"].flatten(1)
        steps = [
            count.clamp(max=5) / 2,
            (count > 0).float(),
            *(heard[name].flatten(1).float() for name in ("lead", "bass")),
        ]
        found = self.layers(torch.stack(steps, dim=1))
        return _on_sphere(self.out(self.dropout(torch.cat([found.mean(2), found.amax(2)], dim=1))))


class ContourReader(nn.Module):
    """The lead's contour alone: its intervals and heights note by note, whatever their rhythm, through a GRU."""

    def __init__(self, width: int = 64, size: int = 96, dropout: float = 0.3) -> None:
        super().__init__()
        self.rest = 2 * _WIDEST_INTERVAL + 1
        self.interval = nn.Embedding(self.rest + 1, 32)
        self.gru = nn.GRU(33, width, batch_first=True, bidirectional=True)
        self.out = nn.Linear(4 * width, size)
        self.dropout = nn.Dropout(dropout)

    def forward(self, heard: Heard) -> Tensor:
        """Embed slices, (n, size), each of length 1."""
        begins, top = heard["lead"].flatten(1), heard["top"].flatten(1).float()
        first = torch.argsort((~begins).int(), dim=1, stable=True)[:, :_LEAD_NOTES]
        there = torch.gather(begins, 1, first)
        height = _about_mean(torch.gather(top, 1, first), there)
        step = height.diff(dim=1, prepend=height[:, :1]).round().clamp(-_WIDEST_INTERVAL, _WIDEST_INTERVAL).long()
        interval = torch.where(there, step + _WIDEST_INTERVAL, self.rest)
        states, _ = self.gru(self.dropout(torch.cat([self.interval(interval), height[:, :, None] / 6], dim=2)))
        return _on_sphere(self.out(self.dropout(_pooled(states, there))))


READERS: Mapping[str, Callable[[], Any]] = {
    "bars": BarReader,
    "roll": RollReader,
    "harmony": HarmonyReader,
    "rhythm": RhythmReader,
    "contour": ContourReader,
}
"""Judge -> its network; the first two hear the whole slice, the others one facet."""


def _harmony(heard: Heard) -> Tensor:
    """Pitch classes and bass of each beat in C, (n, bars, 4, 24)."""
    chroma, bass = (_in_c(heard[name], heard["shift"]) for name in ("chroma", "bass_chroma"))
    return torch.cat([chroma / chroma.amax(dim=3, keepdim=True).clamp(min=1), bass / 4], dim=3)


def _lead(heard: Heard) -> Tensor:
    return _in_c(heard["lead_chroma"], heard["shift"]).flatten(2)


def _onsets(heard: Heard) -> Tensor:
    return torch.cat([torch.log1p(heard["count"]), heard["lead"].float(), heard["bass"].float()], dim=2)


def _heights(heard: Heard) -> Tensor:
    """Mean height of the outer lines in each bar about the lead's mean, in half octaves, and whether there are any."""
    there = heard["top"] != SILENT
    sounds = there.any(dim=2).float()
    top, low = (_mean(heard[name].float(), there, 2) for name in ("top", "low"))
    middle = _mean(top, sounds.bool(), 1)[:, None]
    return torch.stack([(top - middle) * sounds / 6, (low - middle + 24) * sounds / 6, sounds], dim=2)


def _in_c(chroma: Tensor, shift: Tensor) -> Tensor:
    classes = (torch.arange(12) + shift[:, None]) % 12
    between = [1] * (chroma.dim() - 2)
    return torch.gather(chroma, -1, classes.view(len(chroma), *between, 12).expand(chroma.shape))


def _about_mean(values: Tensor, there: Tensor) -> Tensor:
    return (values - _mean(values, there, 1)[:, None]) * there


def _mean(values: Tensor, there: Tensor, dim: int) -> Tensor:
    return (values * there).sum(dim) / there.sum(dim).clamp(min=1)


def _pooled(states: Tensor, there: Tensor | None = None) -> Tensor:
    """Mean and highest over time, (n, time, width) -> (n, 2 width)."""
    if there is None:
        return torch.cat([states.mean(1), states.amax(1)], dim=1)
    kept = there[:, :, None]
    # the states lie between -1 and 1
    return torch.cat([(states * kept).sum(1) / kept.sum(1).clamp(min=1), (states - 2.0 * ~kept).amax(1)], dim=1)


def _on_sphere(found: Tensor) -> Tensor:
    return nn.functional.normalize(found, dim=1)


def _conv(before: int, behind: int, size: tuple[int, int], stride: tuple[int, int]) -> list[nn.Module]:
    return [nn.Conv2d(before, behind, size, stride), nn.BatchNorm2d(behind), nn.ReLU()]


def _conv1(before: int, behind: int, size: int, stride: int, padding: int) -> list[nn.Module]:
    return [nn.Conv1d(before, behind, size, stride, padding), nn.BatchNorm1d(behind), nn.ReLU()]
