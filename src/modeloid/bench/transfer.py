"""`modeloid bench transfer`: pieces of two genres brought into one another, judged on both sides.

The protocol: modeloids learn from the training part; phrases of four bars of the test part, as they lie, go there and
back. A classifier, trained on the training part apart from them, says which genre a phrase is of, or that it is none:
it has seen rubbish. Beside it stands what is kept of the phrase, how near the result is to the other genre by our
metrics, and whether the way back leans on what a written piece could not carry.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from modeloid import app
from modeloid.app.wiring import open_card, open_domain
from modeloid.cycle.contract import Domain
from modeloid.cycle.environment import machine
from modeloid.cycle.errors import ModeloidError, nearest
from modeloid.cycle.rng import Rng
from modeloid.cycle.stages import averaged

from . import content
from .content import Floats, Rolls
from .genres import RUBBISH, Genres, Training
from .made import ensure
from .poly import minutes

MODELS = ("copy", "swap", "cyclegan", "discogan")
"""Copying the phrase and taking any phrase of the other genre: the two ends of what a transfer can do; and ours."""
PAIRS: Mapping[str, str] = {"classical-pop": "default", "jazz-pop": "jazz-pop"}
"""Pair -> the preset that trains on it."""
PUBLISHED = (
    ("CycleGAN base, jazz-classic (Brunner 2018)", 0.697),
    ("CycleGAN partial, jazz-classic (Brunner 2018)", 0.716),
    ("CycleGAN full, jazz-classic (Brunner 2018)", 0.690),
)
"""Model -> the published total strength: on other data, by another classifier, one that knows no rubbish."""
_SHOWN = (
    *("strength", "strength_three", "target", "rubbish", "pitch", "rhythm", "contour", "distance", "variety"),
    *("back", "back_written", "back_spoilt"),
)
_MOST = 300
_SPOILT = 0.02

Transfer = Callable[[np.ndarray[Any, Any], int], np.ndarray[Any, Any]]
"""From rolls (n, steps, pitches), 0 to 1, and the side that they go to, to chances of the same shape."""


@dataclass(frozen=True)
class Score:
    """One modeloid on one pair; each value is the mean of both directions.

    Parameters
    ----------
    pair, model, seed
        Which.
    strength
        The published total strength: half of how much rarer the source is named after the transfer than before and
        after the way back; by the likelier of the two genres.
    strength_three
        The same, but a transfer counts only where the target is named, not rubbish: half of how much oftener the target
        is named after the transfer than before, and the source after the way back than after the transfer.
    target, rubbish
        Share of transferred phrases that are named the target, and none.
    real, unmasked
        Share of real phrases that are named rightly, and of rubbish that is.
    pitch, rhythm, contour
        What is kept, see `content`; of phrases for which the contour is defined.
    distance, distance_before, distance_floor
        Of the transferred phrases, of the source's, and of halves of the target's to the target's real ones: mean over
        the shown metrics of the Wasserstein distance in `measure.sets.unit`.
    variety, variety_real
        How unlike the transferred phrases are, and the target's real ones.
    back, back_written, back_spoilt
        F1 of the cells after there and back: as the networks compute it, where what lies between is written as notes,
        and where 2 % of those cells are wrong as well.
    turns, minutes
        Of training.
    detail
        What else it takes to know which it was.
    """

    pair: str
    model: str
    seed: int
    strength: float
    strength_three: float
    target: float
    rubbish: float
    real: float
    unmasked: float
    pitch: float
    rhythm: float
    contour: float
    distance: float
    distance_before: float
    distance_floor: float
    variety: float
    variety_real: float
    back: float
    back_written: float
    back_spoilt: float
    turns: int
    minutes: float
    detail: str


def run(
    root: Path,
    pairs: Sequence[str] = ("classical-pop",),
    models: Sequence[str] = MODELS,
    seeds: Sequence[int] = (0,),
    settings: Mapping[str, Any] | None = None,
    say: Callable[[str], None] = print,
) -> list[Score]:
    """Train what is not trained yet below `root`, judge it, and say each score as it comes.

    Parameters
    ----------
    root
        Holds the modeloids; run again, it goes on where it stood.
    settings
        Changes to the preset's parameters, ``cycle`` among them, for all networks alike.

    Raises
    ------
    ModeloidError
        An unknown pair or model, or a modeloid below `root` that was made with other settings.
    """
    for kind, names, known in (("pair", pairs, tuple(PAIRS)), ("model", models, MODELS)):
        for name in names:
            if name not in known:
                raise ModeloidError(f"unknown {kind} {name!r}", "bench transfer", nearest(name, known))
    scores: list[Score] = []
    for pair in pairs:
        judges: dict[str, Judge] = {}
        for model in models:
            for seed in seeds if model not in ("copy", "swap") else (0,):
                score = _scored(root, pair, model, seed, settings or {}, judges)
                say(f"{pair:14} {model:9} seed {seed}  strength {score.strength:.3f}  target {score.target:.3f}")
                scores.append(score)
    return scores


def table(scores: Sequence[Score]) -> list[str]:
    """The published strengths and our scores, one line each."""
    lines = [f"{'of test phrases, both directions':46}" + "".join(f"{name:>15}" for name in _SHOWN)]
    lines += [f"{name:46.46}{value:15.3f}" + f"{'–':>15}" * (len(_SHOWN) - 1) for name, value in PUBLISHED]
    for score in scores:
        values = "".join(f"{getattr(score, name):15.3f}" for name in _SHOWN)
        lines.append(f"{f'{score.model}, {score.pair}, seed {score.seed}':46.46}{values}")
    return lines


def stored(scores: Sequence[Score], command: str) -> dict[str, Any]:
    """What is kept of a bench: the scores, and where and how they were had."""
    return {"command": command, "machine": machine(), "scores": [asdict(score) for score in scores]}


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
        found = [float((self.genres.named(rolls) == side).mean()) for side, rolls in enumerate(self.real)]
        rubble = _rubble(self.real, seed)
        self.known = float(np.mean(found)), float((self.genres.named(rubble) == RUBBISH).mean())

    def __call__(self, transfer: Transfer) -> dict[str, float]:
        """Judge a transfer; the fields of `Score` that it is about."""
        ways = [self._one_way(transfer, side) for side in (0, 1)]
        mean = {name: float(np.mean([way[name] for way in ways])) for name in ways[0]}
        return {**mean, "real": self.known[0], "unmasked": self.known[1]}

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


def _scored(
    root: Path, pair: str, model: str, seed: int, settings: Mapping[str, Any], judges: dict[str, Judge]
) -> Score:
    family = model if model not in ("copy", "swap") else "cyclegan"
    target = root / f"{family}-{pair}-{seed}"
    cycle = {**settings.get("cycle", {}), "seed": seed}
    ensure(target, family, PAIRS[pair], {**settings, "cycle": cycle})
    turns, took, detail = 0, 0.0, "the phrase itself" if model == "copy" else "any phrase of the other genre"
    card = open_card(target)
    spec = card.data["representation"]
    pitches = f"{spec['low']}-{spec['high']}"
    if pitches not in judges:
        domain = open_domain(card.data, card.directory)
        judges[pitches] = Judge(domain, domain.representation)  # type: ignore[attr-defined]
    judge = judges[pitches]
    if model in ("copy", "swap"):
        found = judge(_copy if model == "copy" else _swap(judge.real))
    else:
        outcome = app.train(target)
        if outcome.status != "done":
            raise ModeloidError(f"stopped at turn {outcome.step} ({outcome.reason})", target, "Run the bench again")
        turns, took = outcome.step, round(minutes(target), 2)
        best = f"turn {outcome.best['step']}, best by {outcome.best['quantity']}" if outcome.best else "the last turn"
        modeloid: Any = app.load(target)
        detail = f"averaged weights of {best}"
        with averaged(modeloid):
            found = judge(_of(modeloid))
    rounded = {name: round(value, 4) for name, value in found.items()}
    return Score(pair, model, seed, **rounded, turns=turns, minutes=took, detail=detail)


def _of(modeloid: Any) -> Transfer:
    return lambda rolls, to: modeloid.chances(rolls[:, None], to)[:, 0]


def _copy(rolls: Any, to: int) -> Any:  # noqa: ARG001  a transfer is told where to
    return rolls


def _swap(real: Sequence[Rolls]) -> Transfer:
    def other(rolls: Any, to: int) -> Any:
        # half the set further on, so that the way back does not lead to the phrase itself
        rows = (np.arange(len(rolls)) + len(real[to]) // 2) % len(real[to])
        return real[to][rows].astype(np.float32)

    return other


def _phrases(domain: Any, part: str) -> list[Rolls]:
    """The phrases of each group, each once, silent ones left out: (n, steps, pitches)."""
    batch = domain.batch(part, np.arange(domain.size(part)), Rng(0).at("bench"))
    found = []
    for name in domain.groups[:2]:
        items = np.asarray(batch[name] > 0, np.uint8)
        rolls = items.reshape(len(items), -1, domain.shape[-2] if items.ndim == 5 else domain.shape[-1])
        found.append(rolls[rolls.any(axis=(1, 2))])
    return found


def _rubble(real: Sequence[Rolls], seed: int) -> Rolls:
    from .genres import rubbish

    return rubbish(real, _MOST, np.random.default_rng([seed, 1]))


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
