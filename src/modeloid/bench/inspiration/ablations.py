"""What parts of an inspired modeloid are good for: the same trained state, asked with one of them left out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from modeloid.music.represent.parts import VELOCITY, Rows

from .systems import System, of_modeloid

_FLAT = 80


class Ablation(NamedTuple):
    """What is changed.

    Parameters
    ----------
    model
        Parameters of the family, while the modeloid is asked.
    wishes
        Asked beside the others.
    flat
        Whether all velocities are made the same.
    """

    model: Mapping[str, Any]
    wishes: Mapping[str, Any]
    flat: bool = False


ABLATIONS: Mapping[str, Ablation] = {
    "no cycle": Ablation({}, {"candidates": 1}),
    "no plan": Ablation({"generator": "notes"}, {}),
    "no voice": Ablation({"voice_cost": 0.0}, {}),
    "no velocities": Ablation({}, {}, flat=True),
}
"""Without listening whether the idea returns: one candidate is written, at the whole dose, and given unless it fails a
gate, so that no cost is heeded either; without the LSTM over bars that plans, in a modeloid that learned one excerpt in
twenty without; without a cost for what is strange to the own music; with one velocity for all notes."""


def ablated(modeloid: Any, coder: Any, name: str, wishes: Mapping[str, Any]) -> System | None:
    """A modeloid with one part left out, as a system; None where it has no such part."""
    what = ABLATIONS[name]
    if any(key not in modeloid.model for key in what.model) or modeloid.model.get("generator") != "events":
        return None
    system = of_modeloid(modeloid, coder, {**wishes, **what.wishes})

    def changed(xs: Sequence[Rows], seed: int) -> list[Rows]:
        with _changed(modeloid.model, what.model):
            made = system(xs, seed)
        return [_flat(rows) for rows in made] if what.flat else made

    return changed


def _flat(rows: Rows) -> Rows:
    found = rows.copy()
    found[:, VELOCITY] = _FLAT
    return found


@contextmanager
def _changed(model: dict[str, Any], changes: Mapping[str, Any]) -> Iterator[None]:
    kept = {name: model[name] for name in changes}
    model.update(changes)
    try:
        yield
    finally:
        model.update(kept)
