"""The critic: what each bar is like, by several streams, and one score for the phrase, which sees all its bars."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn.functional import leaky_relu, pad

from modeloid.nets.volumes import Merge

from .notes import Roll, columns_of
from .sizes import OCTAVE, left_over, octaves, shrinking
from .streams import Chroma, Shares, Together
from .tallies import begun


class BarFeatures(nn.Module):
    """Each bar as one vector (Dong and others: MuseGAN, AAAI 2018, code v1, its bar discriminator without the score).

    Parameters
    ----------
    planes
        Channels.
    steps, pitches
        Of a bar.
    width, hidden
        Channels of the widest layer, 512 in the paper; features of a bar, 1,024 there.
    """

    def __init__(self, planes: int, steps: int, pitches: int, width: int, hidden: int) -> None:
        super().__init__()
        first = max(1, width // 4)
        layers = [Merge(planes, first, (1, 1, OCTAVE)), Merge(first, first, (1, 1, octaves(pitches)))]
        inputs = first
        for kernel, stride, share in shrinking(steps):
            outputs = max(1, width // share)
            layers.append(Merge(inputs, outputs, (1, kernel, 1), (1, stride, 1)))
            inputs = outputs
        self.layers = nn.ModuleList(layers)
        self.last = nn.Linear(left_over(steps) * inputs, hidden)

    def forward(self, volume: Tensor) -> Tensor:
        """From (n, bars, steps, pitches, planes), the pitches whole octaves, to (n, bars, hidden)."""
        for layer in self.layers:
            volume = leaky_relu(layer(volume), 0.2)
        return leaky_relu(self.last(volume.flatten(2)), 0.2)


class PhraseScore(nn.Module):
    """One score from the features of all bars: a layer over neighbours, one over all of those (code v1, as meant).

    Parameters
    ----------
    features
        Of a bar.
    bars
        How many.
    width
        Channels of the first layer, 512 in the paper.
    """

    def __init__(self, features: int, bars: int, width: int) -> None:
        super().__init__()
        near = min(2, bars)
        self.near = Merge(features, width, (near, 1, 1), (1, 1, 1))
        self.all = Merge(width, max(1, width // 4), (bars - near + 1, 1, 1))
        self.hidden = nn.Linear(max(1, width // 4), 2 * width)
        self.score = nn.Linear(2 * width, 1)

    def forward(self, features: Tensor) -> Tensor:
        """From (n, bars, features) to a score an item, (n,)."""
        volume = leaky_relu(self.near(features[:, :, None, None]), 0.2)
        volume = leaky_relu(self.all(volume), 0.2)
        score: Tensor = self.score(leaky_relu(self.hidden(volume.flatten(1)), 0.2))
        return score[:, 0]


class BarScore(nn.Module):
    """The mean of the bars' scores, each seen alone: the published bar discriminator, and nothing above it.

    Parameters
    ----------
    features
        Of a bar.
    """

    def __init__(self, features: int) -> None:
        super().__init__()
        self.score = nn.Linear(features, 1)

    def forward(self, features: Tensor) -> Tensor:
        """From (n, bars, features) to a score an item, (n,)."""
        scores: Tensor = self.score(features).mean((1, 2))
        return scores


class Critic(nn.Module):
    """Scores a phrase, with what came before it, by some of its tracks.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    columns
        The tracks that it looks at.
    """

    def __init__(self, model: Mapping[str, Any], columns: Sequence[int]) -> None:
        super().__init__()
        bars, steps, pitches, _ = model["shape"]
        self.columns, self.streams = list(columns), list(model["streams"])
        drums = torch.tensor([column in model["drums"] for column in self.columns], dtype=torch.float32)
        self.pitched: Tensor
        self.register_buffer("pitched", 1.0 - drums, persistent=False)
        self.silent_pitches = octaves(pitches) * OCTAVE - pitches
        width, hidden, tracks = model["critic_width"], 2 * model["critic_width"], len(self.columns)
        planes = tracks * (1 + int(model["velocities"]) + int("onsets" in self.streams))
        self.cells = BarFeatures(planes, steps, pitches, width, hidden)
        few = max(1, width // 4)
        self.chroma = Chroma(tracks, model["beats"], few) if "chroma" in self.streams else None
        self.shares = Shares(tracks, few) if "shares" in self.streams else None
        self.notes = [place for place, column in enumerate(self.columns) if column not in model["drums"]]
        wanted = "harmony" in self.streams and self.notes
        self.together = Together(len(self.notes), model["beats"], few) if wanted else None
        features = hidden + few * sum(one is not None for one in (self.chroma, self.shares, self.together))
        self.phrase = PhraseScore(features, bars, width) if model["phrases"] else BarScore(features)

    def forward(self, on: Tensor, loud: Tensor | None = None) -> Tensor:
        """A score an item, (n,); see `seen` for what it takes: the bars before and the phrase, all tracks."""
        planes = [self._cut(part) for part in (on, loud) if part is not None]
        on, features = planes[0], []
        if self.shares is not None or "onsets" in self.streams:
            begins, following = begun(on, self.pitched)
            planes += [begins] if "onsets" in self.streams else []
            if self.shares is not None:
                features.append(self.shares(on, begins, following))
        if self.chroma is not None:
            features.append(self.chroma(on))
        if self.together is not None:
            features.append(self.together(on[..., self.notes]))
        score: Tensor = self.phrase(torch.cat([self.cells(torch.cat(planes, 4)), *features], 2))
        return score

    def _cut(self, part: Tensor) -> Tensor:
        return pad(columns_of(part, self.columns), (0, 0, 0, self.silent_pitches))


def seen(roll: Roll, model: Mapping[str, Any]) -> tuple[Tensor, ...]:
    """What critics take of a roll: what is on, and how loud, where velocities are made."""
    return tuple(roll) if model["velocities"] else (roll.on,)


def critics(model: Mapping[str, Any]) -> nn.ModuleList:
    """One critic of all tracks, or ("each") one for each track that is made, which sees a given track beside it."""
    tracks, given = model["shape"][3], model["given"]
    if model["critics"] == "one":
        return nn.ModuleList([Critic(model, range(tracks))])
    beside = [given] if given >= 0 else []
    return nn.ModuleList(Critic(model, [column, *beside]) for column in range(tracks) if column != given)
