"""Between the batches and pieces of a domain and rows of tokens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from modeloid.backends.arguments import BatchError, ParameterError

from .grammar import END, Mask

if TYPE_CHECKING:
    from modeloid.music.represent.events import Events, Tokens


def coder(spec: Mapping[str, Any] | None) -> Events:
    """The representation that ``data["representation"]`` says. Raises `ParameterError` where it is none of events."""
    if not spec or spec.get("kind") != "events":
        found = repr((spec or {}).get("kind"))
        do = 'Write "representation": {"kind": "events"}'
        raise ParameterError(f"this family takes tokens, the representation is {found}", "data['representation']", do)
    from modeloid.music.represent.events import Events

    return Events(spec)


def real(batch: Any, vocabulary: int) -> tuple[NDArray[np.int64], Mask]:
    """Tokens (n, longest) and which of them are items', of a domain's `Tokens`; of no items one row of padding.

    Raises
    ------
    BatchError
        They are no such batch, or tokens lie outside the vocabulary.
    """
    given: Tokens = batch
    ids, lengths = (np.asarray(getattr(given, name, [])) for name in ("ids", "lengths"))
    if ids.ndim == 2 and not len(ids):
        # One of several processes may have no share of a batch; a network cannot read nothing.
        return np.zeros((1, 1), np.int64), np.zeros((1, 1), np.bool_)
    if ids.ndim != 2 or lengths.shape != ids.shape[:1] or not ids.size:
        raise BatchError(f"tokens have the shape {ids.shape}", "batch", "Give ids (n, tokens) and lengths (n,)")
    if lengths.min() < 1 or lengths.max() > ids.shape[1]:
        raise BatchError("an item has no token, or more than there are", "batch", "Give lengths that fit the ids")
    ids = ids[:, : int(lengths.max())].astype(np.int64)
    mask = np.arange(ids.shape[1]) < lengths[:, None]
    if ids[mask].min() < 1 or ids[mask].max() >= vocabulary:
        raise BatchError("a token is no number of the vocabulary", "batch", f"They lie in 1 to {vocabulary - 1}")
    return ids, mask


def prompt(given: Any, known: Events, bars: int) -> NDArray[np.int64]:
    """Tokens of a piece, or of the file at a path, that a sample goes on from: without End.

    Parameters
    ----------
    given
        A score, or a path.
    known
        The representation.
    bars
        How many of its first bars are kept; 0: all.

    Raises
    ------
    ReadError
        It cannot be read.
    BatchError
        It has fewer bars.
    RepresentationError
        The representation has no place for it.
    """
    from modeloid.music.read.single import read_piece

    tokens: NDArray[np.int64] = known.encode(read_piece(given)).astype(np.int64)
    tokens = tokens[tokens != END]
    begins = np.flatnonzero(tokens == known.known["Bar"].first)
    if bars > len(begins):
        raise BatchError(f"{bars} bars are asked for", "wish prompt_bars", f"The prompt has {len(begins)}")
    return tokens[: begins[bars]] if 0 < bars < len(begins) else tokens
