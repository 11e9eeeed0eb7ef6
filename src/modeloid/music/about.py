"""What a modeloid's data is: sets and their terms, parts, representation, and all that was left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Protocol

from .datasets import DataSet
from .datasets.licence import Licence
from .groups import flat
from .losses import Losses
from .read.refusal import Refusal, Silence
from .represent import Representation
from .split import PARTS
from .store.corpus import Corpus
from .weights import weights


class Described(Protocol):
    """What is asked of a domain to describe it."""

    data: dict[str, Any]
    digest: str
    licence: Licence
    representation: Representation
    losses: Losses
    padded: int
    refused: tuple[Refusal, ...]
    silent: tuple[Silence, ...]
    left_out: tuple[Refusal, ...]

    def size(self, part: str) -> int:
        """Items of a part."""
        ...

    def piece_names(self, part: str) -> list[str]:
        """Pieces of a part."""
        ...


def about(domain: Described, sets: Sequence[DataSet], corpora: Sequence[Corpus]) -> dict[str, Any]:
    """Describe the data of a domain.

    Parameters
    ----------
    domain
        The domain.
    sets, corpora
        Its data sets and what they hold.

    Returns
    -------
    What JSON can hold. ``sets``: of each ``name``, ``licence``, ``citation``, ``url``, ``pieces``, ``notes``,
    ``seconds``, ``weight``. ``licence``: the strictest. ``split``. ``digest``. ``varied``: how train is varied.
    ``parts``: part -> ``pieces``, ``items``. ``representation``: all its arguments. ``losses``: see `losses.Losses`.
    ``padded``: pieces shorter than a window. ``refused``: ``file`` and ``reason`` of every file that was not read.
    ``silent``: the same of every file that was read, and in which nothing sounds. ``left_out``: ``piece`` and
    ``reason`` of every piece that cannot be represented.
    """
    weight = list(weights(flat(domain.data["sets"])).values())
    parts = {part: {"pieces": len(domain.piece_names(part)), "items": domain.size(part)} for part in PARTS}
    return {
        "sets": [_set(*each) for each in zip(sets, corpora, weight, strict=True)],
        "licence": str(domain.licence),
        "split": domain.data["split"],
        "digest": domain.digest,
        "varied": {key: list(domain.data[key]) for key in ("transpose", "velocity", "tempo")},
        "parts": parts,
        "representation": _plain(domain.representation.spec),
        "losses": asdict(domain.losses),
        "padded": int(domain.padded),
        "refused": [{"file": file.path, "reason": file.reason} for file in domain.refused],
        "silent": [{"file": file.path, "reason": file.reason} for file in domain.silent],
        "left_out": [{"piece": piece.path, "reason": piece.reason} for piece in domain.left_out],
    }


def _set(known: DataSet, corpus: Corpus, weight: float) -> dict[str, Any]:
    return {
        "name": known.name,
        "licence": str(known.licence),
        "citation": known.citation,
        "url": known.url,
        "pieces": len(corpus),
        "notes": int(corpus.edges[-1]),
        "seconds": round(float(corpus.seconds.sum()), 3),
        "weight": weight,
    }


def _plain(value: Any) -> Any:
    """The same with lists and dicts for tuples and mappings."""
    if isinstance(value, Mapping):
        return {str(key): _plain(each) for key, each in value.items()}
    return [_plain(each) for each in value] if isinstance(value, list | tuple) else value
