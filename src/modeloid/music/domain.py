"""Music as a domain: what the cycle asks of data and pieces, answered from the other rooms of this house."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from .about import about
from .annotate import annotate
from .columns import Columns, from_score
from .compare import Comparison
from .datasets import DataSet, data_set, strictest
from .errors import DataError, RepresentationError, nearest
from .groups import Passes, Walk, flat, groups, members
from .judge import Judge
from .losses import Losses
from .measure.notes import lay
from .options import DEFAULTS, options
from .originality import DRUMS, Index, Origin
from .read.refusal import Refusal, Silence
from .real import Real
from .render.write import WRITERS, write
from .represent import Augmentation, Items, Representation, representation
from .split import PARTS, leakage, split
from .split.shingles import shingle_sets
from .store.build import open_corpus
from .store.corpus import Corpus
from .weights import Visits, draws, is_even, weights
from .windows import Address

if TYPE_CHECKING:
    from symusic.core import ScoreTick

    from .read.guarded import Progress

doc = "symbolic music: sets of scores and MIDI files, as windows of piano rolls, voices or tokens"
defaults: Mapping[str, Any] = DEFAULTS
formats: Sequence[str] = tuple(WRITERS)
"""What `write` can write, the usual one first."""


class MusicDomain:
    """Sets of pieces, split, represented and measured.

    Items are windows of the representation, see `windows.Cuts` and `represent.events.items.TokenWindows`. In train they
    start at random and are varied at random (``transpose``, ``velocity``, ``tempo``), all from the item's own address;
    in valid and test they lie still. An epoch of train brings the items of a set as often as its weight says, see
    `weights.draws`; valid and test know no weights.

    Parameters
    ----------
    data
        Complete and checked, see `options.options`.
    sets, corpora
        The data sets and what they hold.
    """

    def __init__(self, data: Mapping[str, Any], sets: Sequence[DataSet], corpora: Sequence[Corpus]) -> None:
        self.data = dict(data)
        self.licence = strictest(known.licence for known in sets)
        """Of what is made from all the sets: the strictest of theirs."""
        self.licences = tuple(f"{known.name}: {known.licence}" for known in sets)
        if len(sets) > 1:
            self.licences += (f"all together: {self.licence}",)
        self.citations = tuple(known.citation for known in sets if known.citation)
        self.refused: tuple[Refusal, ...] = tuple(file for corpus in corpora for file in corpus.refused)
        self.silent: tuple[Silence, ...] = tuple(file for corpus in corpora for file in corpus.silent)
        self.representation: Representation = representation(data["representation"])
        self._pieces = [corpus.columns(index) for corpus in corpora for index in range(len(corpus))]
        self._names = [f"{corpus.name}/{name}" for corpus in corpora for name in corpus.names]
        self._parts = split(data["split"], self._pieces, [part for corpus in corpora for part in corpus.parts])
        self.digest = _digest(data, self.representation, corpora, self._parts)
        self._faces: dict[str, tuple[Judge, Comparison]] = {}
        self.losses: Losses
        """What the representation left out of all pieces, untransposed."""
        self.padded: int
        """How many pieces are shorter than a window; what they lack is silence."""
        self.left_out: tuple[Refusal, ...]
        """The pieces that cannot be represented and have no item, and why."""
        self._windows = self._cut()
        self._sets, self._corpora = tuple(sets), tuple(corpora)
        sizes = [len(corpus) for corpus in corpora]
        self._visits = self._weighted(list(weights(flat(data["sets"])).values()), sizes)
        self.groups = tuple(groups(data["sets"]))
        """The names of the groups; () where the sets are not grouped."""
        self._walks = self._grouped(sizes)

    @property
    def shape(self) -> tuple[int, ...]:
        """Of one item of a batch, see `batch`."""
        return self.representation.shape

    def size(self, part: str) -> int:
        """How many items an epoch over a part has; with groups, how many the largest one has."""
        if self.groups:
            return max(map(len, self._walks[_known(part)]))
        return len(self._windows[_known(part)]) if part != "train" or self._visits is None else len(self._visits)

    def names(self, part: str) -> list[str]:
        """One name an item: data set, piece, and where the item lies when it is not moved; with groups, of all."""
        windows, names = self._windows[_known(part)], self.piece_names(part)
        every = [f"{names[owner]}@{start}" for owner, start in zip(windows.owner, windows.offset, strict=True)]
        return every if part != "train" or self._visits is None else [every[item] for item in self._visits]

    def piece_names(self, part: str) -> list[str]:
        """The names of the pieces of a part, in the order of `pieces`."""
        return [self._names[index] for index in self._parts[_known(part)]]

    def pieces(self, part: str) -> list[Columns]:
        """The real pieces of a part, whole; `columns.to_score` makes scores of them."""
        return [self._pieces[index] for index in self._parts[_known(part)]]

    def leakage(self) -> dict[str, float]:
        """What valid and test share with train, see `split.leakage`."""
        return leakage(self._parts, shingle_sets(self._pieces))

    def batch(self, part: str, indices: NDArray[np.int64], rng: Address) -> Any:
        """Items as the representation has them.

        Parameters
        ----------
        part
            "train", "valid" or "test".
        indices
            Shape (n,), 0 to ``size(part) - 1``.
        rng
            The address that train's starts and variations come from.

        Returns
        -------
        The caller owns it. roll: uint8 of 0 and 1, shape (n, window_steps, pitches), and (…, 2) with onsets; `Rolls`
        where it is ``whole``, see `represent.whole_rolls`.
        multitrack: float32 from 0 to 1 or uint8 of 0 and 1, (n, window_bars, steps, pitches, tracks). voices: uint8,
        (n, window_steps, voices). events: `Tokens`, ``ids`` int64 (n, window_tokens) and ``lengths`` int64 (n,).
        With groups, group -> such a batch: in train n items of each, see `groups.Walk`; in valid and test those of the
        group's items that have these numbers, each item once, so that the smaller groups run out.
        """
        windows = self._windows[_known(part)]
        if self.groups:
            walks = zip(self.groups, self._walks[part], strict=True)
            return {name: self._of_group(walk, windows, part, indices, rng) for name, walk in walks}
        if part != "train":
            return windows.still(indices)
        if self._visits is None:
            return windows.moved(indices, rng)
        return windows.moved(self._visits[indices], Visits(rng, indices))

    def write(
        self, piece: ScoreTick, stem: Path, formats: Sequence[str] = (), recipe: Mapping[str, Any] | None = None
    ) -> list[Path]:
        """See `render.write.write`, which this module offers by that name too."""
        return write(piece, stem, formats, recipe)

    def judge(self, pieces: Sequence[ScoreTick], part: str) -> dict[str, float]:
        """Measure a set of pieces, the real pieces of a part beside it, see `judge.Judge`."""
        judge, _ = self._beside(part)
        return judge([from_score(piece) for piece in pieces])

    def annotate(self, pieces: Sequence[ScoreTick], part: str) -> list[dict[str, Any]]:
        """Say of each piece what there is to say, as data that JSON can hold, see `annotate.annotate`.

        The same for every part: what pieces share with others is always asked of train.
        """
        _known(part)
        return annotate([from_score(piece) for piece in pieces], *self._indices)

    def compare(self, pieces: Sequence[ScoreTick], part: str) -> dict[str, Any]:
        """All metrics of a set of pieces beside the real pieces of a part, with intervals, see `compare.Comparison`."""
        _, comparison = self._beside(part)
        return comparison([from_score(piece) for piece in pieces])

    def about(self) -> dict[str, Any]:
        """What this data is, as data that JSON can hold, see `about.about`."""
        return about(self, self._sets, self._corpora)

    def _beside(self, part: str) -> tuple[Judge, Comparison]:
        if _known(part) not in self._faces:
            unseen = "test" if part == "test" else "valid"
            pieces, others = (partial(self._represented, name) for name in (part, unseen))
            real = Real(pieces, lambda: self._indices[0], others, lambda: self._indices[1])
            sides = {name: Real(partial(self._represented, part, which)) for which, name in enumerate(self.groups)}
            self._faces[part] = Judge(real, sides), Comparison(real)
        return self._faces[part]

    def origins(self, pieces: Sequence[ScoreTick]) -> list[Origin]:
        """What each piece shares with the pieces of train, the nearest one by name, see `originality.Origin`."""
        return self._indices[0].ask([from_score(piece) for piece in pieces])

    @cached_property
    def _indices(self) -> tuple[Index, Index]:
        """Of the melodies and of the drums of train."""
        notes, names = lay(self._represented("train")), self.piece_names("train")
        return Index(notes, names), Index(notes, names, DRUMS)

    def _represented(self, part: str, group: int | None = None) -> list[Columns]:
        """The pieces of a part, or of one group in it, as a modeloid sees them: losses of the representation apart."""
        ours = [index for index in self._parts[part] if group is None or self._group[index] == group]
        return [self._seen(self._pieces[index]) for index in ours]

    def _seen(self, piece: Columns) -> Columns:
        try:
            array, _ = self.representation.encode_columns(piece)
        except RepresentationError:
            return piece
        return from_score(self.representation.decode(array))

    def _weighted(self, weight: Sequence[float], sizes: Sequence[int]) -> NDArray[np.int64] | None:
        """The item of every visit of an epoch; None where each item is visited once."""
        if is_even(weight):
            return None
        of_piece = np.repeat(weight, sizes)[self._parts["train"]]
        visits = draws(of_piece[self._windows["train"].owner])
        if not len(visits):
            raise DataError("the weights leave no item of train", "data", "Raise them.")
        return visits

    def _grouped(self, sizes: Sequence[int]) -> dict[str, list[Walk]]:
        found = groups(self.data["sets"])
        if not found:
            return {}
        self._group = group = members(found, flat(self.data["sets"]), sizes)
        walks: dict[str, list[Walk]] = {}
        for part in PARTS:
            of_piece, windows = group[np.asarray(self._parts[part], np.int64)], self._windows[part]
            of_item = of_piece[windows.owner]
            walks[part] = [Walk(np.flatnonzero(of_item == which), which) for which in range(len(found))]
            for which, (name, walk) in enumerate(zip(found, walks[part], strict=True)):
                if not len(walk):
                    reasons = (f" ({reason})" for piece, reason in windows.refused if of_piece[piece] == which)
                    text = f"the group {name!r} has no item in {part}{next(reasons, '')}"
                    raise DataError(text, "data['sets']", "Give it more pieces.")
        return walks

    @staticmethod
    def _of_group(walk: Walk, windows: Items, part: str, indices: NDArray[np.int64], rng: Address) -> Any:
        if part != "train":
            return windows.still(walk.still(indices))
        items, passes = walk.moved(indices, rng)
        return windows.moved(items, Passes(rng, passes))

    def _cut(self) -> dict[str, Items]:
        varied = {"train": Augmentation.of(self.data)}
        still = Augmentation(moves=False)
        cut = {part: self.representation.prepare(self.pieces(part), varied.get(part, still)) for part in PARTS}
        self.losses = sum((items.losses for items in cut.values()), Losses())
        self.padded = sum(items.padded for items in cut.values())
        self.left_out = tuple(
            Refusal(self.piece_names(part)[number], reason) for part in PARTS for number, reason in cut[part].refused
        )
        empty = [part for part in PARTS if not len(cut[part])]
        if empty:
            first = self.left_out[0].reason.rstrip(".") if self.left_out else "there is none"
            raise DataError(f"no piece of {empty[0]} can be represented; the first: {first}", "data")
        if self.losses.notes == self.losses.left_out:
            low, high = self.representation.spec.get("low", 0), self.representation.spec.get("high", 128)
            raise DataError(f"no note lies in the pitches {low} to {high - 1}", "data", "Widen the range.")
        return cut


def open(data: Mapping[str, Any], progress: Progress | None = None) -> MusicDomain:
    """Open the data sets, parsing their files when this machine has not yet done so.

    Parameters
    ----------
    data
        See `defaults`; what is left out takes its default.
    progress
        Called with (files done, files in all) while parsing.

    Raises
    ------
    MusicError
        An unknown key, set, split or representation, absent files, or data that is empty or too small.
    """
    full = options(data)
    representation(full["representation"])
    sets = [data_set(name) for name in flat(full["sets"])]
    return MusicDomain(full, sets, [open_corpus(known, progress=progress) for known in sets])


def _known(part: str) -> str:
    if part not in PARTS:
        raise DataError(f"unknown part {part!r}", "data", nearest(part, PARTS))
    return part


def _digest(
    data: Mapping[str, Any],
    represented: Representation,
    corpora: Sequence[Corpus],
    parts: Mapping[str, Sequence[int]],
) -> str:
    """Names what the modeloid learns from: the notes, their representation, and which piece is in which part."""
    digests = [corpus.digest for corpus in corpora]
    dealt = {part: [int(number) for number in parts[part]] for part in PARTS}
    meant = {**data, "representation": represented.spec, "sets": digests, "parts": dealt}
    if not is_even(list(weights(flat(data["sets"])).values())):
        meant["weights"] = list(weights(data["sets"]).values())
    if groups(data["sets"]):
        meant["groups"] = {name: len(ones) for name, ones in groups(data["sets"]).items()}
    return hashlib.sha256(json.dumps(meant, sort_keys=True).encode()).hexdigest()
