"""The event representation: pieces as rows of tokens in the manner of REMI."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ...columns import Columns, from_score, to_score
from ...errors import RepresentationError
from ...losses import Losses
from ..augment import Augmentation
from ..ensemble import columns_of
from .arguments import checked
from .decode import decode
from .encode import Encoded, Encoder
from .items import TokenWindows, cut
from .rearrange import Rearranging
from .vocabulary import Vocabulary

if TYPE_CHECKING:
    from symusic.core import ScoreTick

_MOST_NUMBERS = 2**15 - 1
"""Tokens are stored as int16."""


class Events:
    """Tokens in the order of time (REMI: Huang, Yang 2020; with programs and meters: von Rütte et al. 2022).

    For each bar, empty ones too: Bar, Meter. For each step of it at which something starts: Position; the Tempo if it
    changes there; then each note: Program, Pitch (Drum on drum tracks), Velocity, Duration. Notes of a step are sorted
    by program (drums last), pitch, duration and velocity, see ``order``. A type that the arguments leave out is not
    written. A meter that changes inside a bar changes at the next bar line. The last bar is that of the last note,
    tempo or meter.

    Lost: onsets and durations finer than a step (each rounded half up, on its own; a note keeps at least one step);
    durations between the known ones and beyond the longest (the nearest is taken); velocities and tempi between the
    known ones; tempi that repeat the one before; which track of one program a note is on, and its name; keys. Dropped
    and counted: notes out of range, drums where there is no Drum.

    Parameters
    ----------
    spec
        ``kind`` "events"; ``steps_per_beat`` (1 to 96) steps a quarter; ``window_tokens`` (1 to 65536) the length of an
        item; ``low`` (inclusive) and ``high`` (exclusive) pitches; ``drums``: the same of drum tracks, [] for no Drum;
        ``programs``: one stream of all programs with Program before each note, else all pitched tracks become one;
        ``velocities`` and ``tempos``: how many are told apart (0: none; decoded as 80 and 120), tempi evenly over
        ``tempo_range`` in quarters a minute; ``durations``: rows [quarters, parts of a quarter], durations up to so
        many quarters in such parts; ``meters``: those that are told apart, [] for none (bars of 4/4); ``order``
        "pitch" or "duration": what notes of a program and step are sorted by; ``crop`` "bar" or "token": where items
        begin; ``ends``: Begin and End around every piece. ``tracks``: the tracks that Program tells apart instead of
        programs, by name ("MELODY"), by program (["bass", 32, 39]) or "drums" (the last one), each track of a piece
        being of the first that takes it; notes of others are dropped. ``infill`` and ``accompany``: the shares of
        training's items that are put into another order, some bars or some tracks behind the rest, see `gaps`.

    Raises
    ------
    RepresentationError
        Unknown key or a value out of range.
    """

    kind = "events"

    def __init__(self, spec: Mapping[str, Any]) -> None:
        self.spec = checked(spec)
        self.known = Vocabulary(self.spec)
        if self.known.size > _MOST_NUMBERS:
            text = f"the vocabulary would have {self.known.size} numbers"
            raise RepresentationError(text, "representation", f"Take shorter bars or fewer values: {_MOST_NUMBERS}.")
        self.window_tokens: int = self.spec["window_tokens"]
        self._encoder = Encoder(self.known, self.spec["order"], self.spec["ends"])
        shares = (self.spec.get("infill", 0), self.spec.get("accompany", 0))
        self._rearranging = Rearranging(*shares) if any(shares) else None

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one window: (window_tokens,)."""
        return (self.window_tokens,)

    def vocabulary(self) -> list[str]:
        """The name of every number, such as "Pitch_60"; 0 is "Pad"."""
        return list(self.known.names)

    def number_of(self, name: str, program: int, is_drum: bool) -> int:
        """The number of Program of a track's notes; -1 where tracks are not told apart, or none takes this one."""
        known = self.known
        if known.parts:
            return columns_of([[name, program, is_drum]], known.parts)[0]
        return (known.drums if is_drum else program) if known["Program"].size else -1

    def encode(self, piece: ScoreTick) -> NDArray[np.int16]:
        """The whole piece as tokens; `encode_columns` also says what was lost."""
        return self.encode_columns(from_score(piece))[0]

    def encode_columns(self, columns: Columns) -> tuple[NDArray[np.int16], Losses]:
        """The whole piece as tokens, shape (tokens,), and what was lost.

        Raises
        ------
        RepresentationError
            No note is left to encode, or a meter is none of those known.
        """
        encoded = self._encoder([columns])
        if encoded.refused:
            raise RepresentationError(encoded.refused[0][1].removesuffix("."))
        return encoded.tokens, encoded.losses

    def encode_many(self, pieces: Sequence[Columns]) -> Encoded:
        """Many pieces at once, which is faster than one by one; refused ones are listed, not raised."""
        return self._encoder(pieces)

    def decode(self, array: NDArray[np.generic]) -> ScoreTick:
        """The piece that tokens describe, see `decode.decode`.

        Raises
        ------
        RepresentationError
            It is no row of whole numbers below the size of the vocabulary.
        """
        return to_score(self.decode_columns(array))

    def decode_columns(self, array: NDArray[np.generic]) -> Columns:
        """As `decode`, in columns."""
        ids = np.asarray(array)
        if ids.ndim != 1 or not (np.issubdtype(ids.dtype, np.integer) or not len(ids)):
            raise RepresentationError("cannot decode this array", "events", "It must be one row of whole numbers.")
        if len(ids) and not 0 <= ids.min() <= ids.max() < self.known.size:
            text = f"tokens lie in {ids.min()} to {ids.max()}"
            raise RepresentationError(text, "events", f"They must lie in 0 to {self.known.size - 1}.")
        return decode(ids.astype(np.int64), self.known)

    def prepare(self, pieces: Sequence[Columns], augment: Augmentation) -> TokenWindows:
        """Encode pieces and cut them into items.

        Raises
        ------
        RepresentationError
            The representation does not carry what `augment` varies.
        """
        carries = tuple(
            name for name, block in (("velocity", "Velocity"), ("tempo", "Tempo")) if self.known[block].size
        )
        augment.need(self.kind, carries)
        at_bars = self.spec["crop"] == "bar"
        return cut(self._encoder(pieces), self.known, self.window_tokens, at_bars, augment, self._rearranging)
