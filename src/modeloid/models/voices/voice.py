"""One voice's choice: a pitch or a rest, from what was, what is given, and the voices of the frame chosen before."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from modeloid.nets.pitch import PitchLayer

from .ahead import GROUPS, Ahead
from .intervals import Intervals
from .motion import Motion
from .past import CLASSES, KEYS, LENGTHS, NONE, Past, Rows, places
from .repeats import REPEATS

_FIRST_BEATS = 9
_UNTOLD = 0.3
"""Share of rows that are not told, in training, where in its range a voice is: keys and ranges are few."""


class Known(NamedTuple):
    """What is known of some frames before their first choice.

    Parameters
    ----------
    rows
        Which frames.
    past, ahead
        What was, and what is given from there on (None: nothing).
    near
        Shape (rows, channels, pitches): what both say around each pitch; no activation yet.
    """

    rows: Rows
    past: Past
    ahead: Ahead | None
    near: Tensor


class Voice(nn.Module):
    """Scores of every pitch and of a rest.

    A hidden layer sees everything as intervals from the pitch that the voice sang last, and scores the steps from it.
    It also asks features at each pitch, which know the intervals to all that is around. Only two small terms know
    pitches as such: where in its range a voice is, and how often it sings a pitch.

    Parameters
    ----------
    model
        The modeloid's `model` dict.
    voice
        Its number.
    """

    def __init__(self, model: Mapping[str, Any], voice: int) -> None:
        super().__init__()
        width, channels, pitches, voices = (model[name] for name in ("width", "channels", "pitches", "voices"))
        kinds = REPEATS if model["repeats"] else 0
        _, self.seen = places(model)
        self.pitches, self.metre, self.beat = pitches, tuple(model["metre"]), model["beat"]
        self.noise = float(model["noise"])
        # of the other voices the last frame and what is chosen count as intervals, of what was before the class
        own = [place for place in range(len(self.seen)) if place % voices == voice or place < voices]
        own += range(len(self.seen), len(self.seen) + voices)
        self.before = Intervals(len(self.seen) + voices, own, width, pitches, model["noise"])
        self.lengths = _table((1 + model["notes"]) * voices * LENGTHS, width)
        self.cycles = _table(sum(self.metre) + _FIRST_BEATS, width)
        self.range = nn.Parameter(torch.zeros(pitches, width))
        self.key = nn.Linear(KEYS * CLASSES, width)
        self.returns = nn.Linear(2 * kinds, width) if kinds else None
        if model["given_share"]:
            # of what is given the same frame and the next notes count as intervals
            near = [*range(voices), *range((GROUPS - 1) * voices, GROUPS * voices)]
            self.after = Intervals(GROUPS * voices, near, width, pitches, model["noise"])
            self.lasts = _table(voices * LENGTHS, width)
        self.further = nn.ModuleList([nn.Linear(width, width) for _ in range(model["depth"])])
        self.steps, self.step_classes = _silent(width, 2 * pitches), _silent(width, CLASSES)
        # those made before it could be set have 1
        self.motion = Motion(voices, pitches, float(model.get("motion", 1.0)))
        self.share = nn.Parameter(torch.zeros(pitches))
        self.near = PitchLayer(voices + 1, channels, pitches, scale=0.05)
        self.returned = nn.Parameter(torch.randn(kinds, channels) * 0.05)
        self.register = nn.Parameter(torch.zeros(channels, pitches))
        self.modulate, self.ask = nn.Linear(width, 2 * channels), nn.Linear(width, channels)
        self.dropout = nn.Dropout(model["dropout"])
        self.near_dropout = nn.Dropout1d(model["near_dropout"])

    def forward(self, known: Known, voice: int, chosen: Tensor, layers: nn.ModuleList) -> Tensor:
        """Log-probabilities (rows, pitches + 1), float32, of every pitch and, last, of a rest.

        Parameters
        ----------
        known
            Of the frames.
        voice
            Its number.
        chosen
            Shape (rows, voices): the values of the voices chosen before, `NONE` of the others.
        layers
            Further layers of the features around each pitch, which all voices share.
        """
        anchor = known.past.anchor[:, voice]
        again = known.past.again[:, :, voice]
        hidden = self._hidden(known, anchor, again, chosen)
        near = self.near_dropout(self._near(known, hidden, again, chosen, layers))
        asked = (self.ask(hidden).float()[:, None] @ near)[:, 0]
        interval = torch.arange(self.pitches, device=anchor.device) - anchor[:, None]
        steps, classes = self.steps(hidden).float(), self.step_classes(hidden).float()
        pitched = asked + self.share + steps.gather(1, interval + self.pitches - 1)
        pitched = pitched + classes.gather(1, interval % CLASSES)
        pitched = pitched + self.motion(anchor, known.past.anchor, chosen)
        return functional.log_softmax(torch.cat([pitched, steps[:, -1:]], dim=1), dim=1)

    def _hidden(self, known: Known, anchor: Tensor, again: Tensor, chosen: Tensor) -> Tensor:
        past, count = known.past, len(anchor)
        total = self.before(torch.cat([past.places[:, self.seen], chosen], dim=1), anchor)
        total = total + _looked_up(self.lengths, past.lengths, self._seen(past.lengths > 0))
        total = total + functional.embedding_bag(self._times(known.rows.number), self.cycles, mode="sum")
        told = torch.rand(count, 1, device=anchor.device) >= _UNTOLD if self.training else 1.0
        total = total + self.range[anchor] * told
        turned = (torch.arange(CLASSES, device=anchor.device) + anchor[:, None]) % CLASSES
        total = total + self.key(past.classes.gather(2, turned[:, None].expand(-1, KEYS, -1)).flatten(1))
        if self.returns is not None:
            stays = again.gather(2, anchor[:, None, None].expand(-1, again.shape[1], 1))[:, :, 0]
            total = total + self.returns(torch.cat([past.marks, stays], dim=1))
        if known.ahead is not None:
            given = known.ahead.places
            total = total + self.after(given, anchor, given != NONE)
            total = total + _looked_up(self.lasts, known.ahead.lasts, known.ahead.lasts > 0)
        hidden: Tensor = self.dropout(functional.relu(total))
        for layer in self.further:
            hidden = hidden + self.dropout(functional.relu(layer(hidden)))
        return hidden

    def _near(self, known: Known, hidden: Tensor, again: Tensor, chosen: Tensor, layers: nn.ModuleList) -> Tensor:
        """Features of every pitch (rows, channels, pitches)."""
        planes = torch.cat([on(chosen, self.pitches), chords(chosen[:, None], self.pitches)], dim=1)
        scale, shift = self.modulate(hidden).float().unflatten(1, (2, -1)).unbind(1)
        features = known.near + self.near(planes).float() + same_pitch(again, self.returned) + self.register
        features = features * (1 + scale[..., None]) + shift[..., None]
        for layer in layers:
            features = features + layer(functional.relu(features)).float()
        return functional.relu(features)

    def _seen(self, counts: Tensor) -> Tensor:
        """In training some do not count."""
        if not self.training or not self.noise:
            return counts
        return counts & (torch.rand(counts.shape, device=counts.device) >= self.noise)

    def _times(self, number: Tensor) -> Tensor:
        """Rows of `cycles`: where in each cycle a frame is, and in which of the first beats."""
        found, behind = [], 0
        for size in self.metre:
            found.append(behind + number % size)
            behind += size
        return torch.stack([*found, behind + (number // self.beat).clamp(max=_FIRST_BEATS - 1)], dim=1)


def on(values: Tensor, pitches: int) -> Tensor:
    """Planes (rows, places, pitches) of 0 and 1 from values (rows, places); silence and nothing have no 1."""
    return functional.one_hot(values.clamp(min=0), pitches).float() * (values >= 0)[..., None]


def chords(values: Tensor, pitches: int) -> Tensor:
    """Planes (rows, frames, pitches) from values (rows, frames, voices): 1 where some voice sings that pitch class."""
    sung = (functional.one_hot(values % CLASSES, CLASSES) * (values >= 0)[..., None]).amax(2).float()
    return tiled(sung, pitches)


def tiled(classes: Tensor, pitches: int) -> Tensor:
    """A value for each pitch from one for each class, (..., 12); the lowest pitch is of class 0."""
    return classes.repeat(1, 1, -(-pitches // CLASSES))[..., :pitches]


def same_pitch(again: Tensor, weight: Tensor) -> Tensor:
    """Channels (rows, channels, pitches) from shares (rows, planes, pitches + 1), each pitch by itself."""
    return (again[..., :-1].float().transpose(1, 2) @ weight.float()).transpose(1, 2)


def _table(rows: int, width: int) -> nn.Parameter:
    return nn.Parameter(torch.randn(rows, width) * 0.02)


def _silent(width: int, out: int) -> nn.Linear:
    """A layer that says nothing at first."""
    layer = nn.Linear(width, out)
    nn.init.zeros_(layer.weight)
    nn.init.zeros_(layer.bias)
    return layer


def _looked_up(table: Tensor, codes: Tensor, counts: Tensor) -> Tensor:
    """The sum over the columns that count; each column has `LENGTHS` rows of the table."""
    column = torch.arange(codes.shape[1], device=codes.device)
    weight = counts.to(table.dtype)
    return functional.embedding_bag(codes + LENGTHS * column, table, mode="sum", per_sample_weights=weight)
