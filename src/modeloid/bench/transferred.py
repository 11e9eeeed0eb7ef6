"""What the test phrases of two genres, and a classifier that is trained apart, say of a transfer between them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from modeloid.cycle.contract import Domain
from modeloid.cycle.rng import Rng

from . import content
from .content import Floats, Rolls
from .genres import RUBBISH, Genres, Training, rubbish

_MOST = 300
_SPOILT = 0.02

Transfer = Callable[[np.ndarray[Any, Any], int], np.ndarray[Any, Any]]
"""From rolls (n, steps, pitches), 0 to 1, and the side that they go to, to chances of the same shape."""


def copy(rolls: Any, to: int) -> Any:  # noqa: ARG001  a transfer is told where to
    """The phrase itself."""
    return rolls


def swap(real: Sequence[Rolls]) -> Transfer:
    """Any phrase of the other genre, of the real ones of both."""

    def other(rolls: Any, to: int) -> Any:
        # half the set further on, so that the way back does not lead to the phrase itself
        rows = (np.arange(len(rolls)) + len(real[to]) // 2) % len(real[to])
        return real[to][rows].astype(np.float32)

    return other


class Judge:
    """What a pair's test phrases and classifier say of a transfer.

    Parameters
    ----------
    domain
        With groups; items are (bars, steps, pitches, 1) or (steps, pitches).
    coder
        The domain's representation.
    seed
        Of the classifier.
    how
        How the classifier is trained.
    """

    def __init__(self, domain: Domain, coder: Any, seed: int = 0, how: Training | None = None) -> None:
        self._coder, self._shape = coder, tuple(coder.shape)
        train, test = (_phrases(domain, part) for part in ("train", "test"))
        self.real = [rolls[_spread(len(rolls), _MOST)] for rolls in test]
        self.genres = Genres(train, seed, how)
        self.bar = self._shape[1] if len(self._shape) == 4 else 16
        named = [self.genres.named(rolls) for rolls in self.real]
        rubble = rubbish(self.real, _MOST, np.random.default_rng([seed, 1]))
        self.known = {
            "real": float(np.mean([(names == side).mean() for side, names in enumerate(named)])),
            "rubbish_real": float(np.mean([(names == RUBBISH).mean() for names in named])),
            "unmasked": float((self.genres.named(rubble) == RUBBISH).mean()),
        }

    def __call__(self, transfer: Transfer) -> dict[str, float]:
        """Judge a transfer; the fields of `Score` that it is about."""
        ways = [self._one_way(transfer, side) for side in (0, 1)]
        mean = {name: float(np.mean([way[name] for way in ways])) for name in ways[0]}
        return mean | self.known

    def _one_way(self, transfer: Transfer, source: int) -> dict[str, float]:
        target, given = 1 - source, self.real[source]
        soft = transfer(given.astype(np.float32), target)
        made = _written(soft)
        back = _written(transfer(made.astype(np.float32), source))
        rng = np.random.default_rng(source)
        spoilt = _written(transfer(_spoilt(made, rng).astype(np.float32), source))
        forced = [float((self.genres.forced(rolls) == source).mean()) for rolls in (given, made, back)]
        named = [self.genres.named(rolls) for rolls in (given, made, back)]
        hit = [float((each == target).mean()) for each in named]
        home = [float((each == source).mean()) for each in named]
        return {
            "strength": (forced[0] - forced[1] + forced[2] - forced[1]) / 2,
            "strength_three": (hit[1] - hit[0] + home[2] - home[1]) / 2,
            "target": hit[1],
            "rubbish": float((named[1] == RUBBISH).mean()),
            "pitch": float(content.pitch(given, made, self.bar).mean()),
            "rhythm": float(content.rhythm(given, made).mean()),
            "contour": _mean(content.contour(given, made)),
            **self._distances(given, made, self.real[target]),
            "variety": content.variety(made, rng),
            "variety_real": content.variety(self.real[target], rng),
            "back": float(content.cells(given, _written(transfer(soft, source))).mean()),
            "back_written": float(content.cells(given, back).mean()),
            "back_spoilt": float(content.cells(given, spoilt).mean()),
        }

    def _distances(self, given: Rolls, made: Rolls, real: Rolls) -> dict[str, float]:
        halves = real[::2], real[1::2]
        return {
            "distance": self._apart(made, real),
            "distance_before": self._apart(given, real),
            "distance_floor": self._apart(*halves),
        }

    def _apart(self, made: Rolls, real: Rolls) -> float:
        """Mean over the shown metrics of the Wasserstein distance; infinite where nothing sounds."""
        from modeloid.music.judge import SHOWN
        from modeloid.music.measure.distance import wasserstein
        from modeloid.music.measure.sets import unit

        names = [name for name in SHOWN if not name.startswith("velocity")]
        one, other = self._measured(made, names), self._measured(real, names)
        if one is None or other is None:
            return float("inf")
        columns = {name: (one.defined(name), other.defined(name)) for name in names}
        apart = [wasserstein(*both) / unit(name, both[1]) for name, both in columns.items() if all(map(len, both))]
        return float(np.mean(apart))

    def _measured(self, rolls: Rolls, names: Sequence[str]) -> Any:
        from modeloid.music.columns import from_score
        from modeloid.music.measure.notes import lay
        from modeloid.music.measure.table import measure_notes

        laid = rolls.reshape(len(rolls), *self._shape)
        pieces = [from_score(self._coder.decode(one)) for one in laid if one.any()]
        return measure_notes(lay(pieces), names) if pieces else None


def _phrases(domain: Any, part: str) -> list[Rolls]:
    """The phrases of each group, each once, silent ones left out: (n, steps, pitches)."""
    batch = domain.batch(part, np.arange(domain.size(part)), Rng(0).at("bench"))
    found = []
    for name in domain.groups[:2]:
        items = np.asarray(batch[name] > 0, np.uint8)
        rolls = items.reshape(len(items), -1, domain.shape[-2] if items.ndim == 5 else domain.shape[-1])
        found.append(rolls[rolls.any(axis=(1, 2))])
    return found


def _spread(size: int, most: int) -> Any:
    return np.linspace(0, size - 1, min(size, most)).round().astype(np.int64)


def _written(chances: Any) -> Rolls:
    return np.asarray(chances > 0.5, np.uint8)


def _spoilt(rolls: Rolls, rng: np.random.Generator) -> Rolls:
    """Small noise: 2 % of the cells that sound fall silent, and as many others sound."""
    on = rolls.mean(axis=(1, 2), keepdims=True)
    drawn = rng.random(rolls.shape)
    return np.where(rolls == 1, drawn >= _SPOILT, drawn < _SPOILT * on / np.maximum(1 - on, 1e-9)).astype(np.uint8)


def _mean(values: Floats) -> float:
    """Over those that are defined; 0 where none is."""
    defined = values[~np.isnan(values)]
    return float(defined.mean()) if len(defined) else 0.0
