"""The judges: embeddings of slices that were learned on other songs, kept beside the bench's output and used again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.errors import DataError
from modeloid.music.kinship import SLICE_BARS
from modeloid.music.represent.parts import Rows

from .slices import Song, songs
from .views import bars_of, slices_of, views

if TYPE_CHECKING:
    from .contrast import Lesson, Shelf

Floats = NDArray[np.float64]

WHOLE = ("bars", "roll")
"""The judges that hear all of a slice."""
FACETS = ("harmony", "rhythm", "contour")
"""The judges that hear one side of it."""
_VERSION = 1
"""Raised when judges hear or learn otherwise: those made before are then made anew."""
_FEWEST = 8
_AT_ONCE = 128
_TURNS = {"bars": 900, "roll": 480, "harmony": 450, "rhythm": 900, "contour": 300}


class Judge(NamedTuple):
    """An embedding of eight-bar slices.

    Parameters
    ----------
    name
        Of `WHOLE` or `FACETS`.
    net
        The network, in evaluation mode.
    drum_parts
        Parts that it does not hear.
    """

    name: str
    net: Any
    drum_parts: tuple[int, ...]

    @property
    def is_facet(self) -> bool:
        """Whether it hears one side of music alone."""
        return self.name in FACETS

    def embed(self, slices: Sequence[Rows]) -> Floats:
        """Place slices on the sphere, shape (n, size)."""
        import torch

        from .contrast import tensors

        found = []
        for first in range(0, len(slices), _AT_ONCE):
            some = slices[first : first + _AT_ONCE]
            of_bars = views(*bars_of(some, self.drum_parts))
            heard = slices_of(of_bars, np.arange(len(some)) * SLICE_BARS)
            with torch.no_grad():
                found.append(self.net(tensors(heard)).double().numpy())
        return np.concatenate(found)

    def likeness(self, ys: Sequence[Rows], xs: Sequence[Rows]) -> Floats:
        """Cosine of each of some slices with each of others, shape (ys, xs)."""
        return np.asarray(self.embed(ys) @ self.embed(xs).T)


class Jury(NamedTuple):
    """Judges that decide together: by the mean of what those that hear all of a slice say.

    Judges of different architecture err otherwise, so that a jury finds more than each of them.

    Parameters
    ----------
    judges
        Facets among them have no say.
    """

    judges: tuple[Judge, ...]

    @property
    def hearing(self) -> list[Judge]:
        """Those that hear all."""
        return [judge for judge in self.judges if not judge.is_facet]

    @property
    def drum_parts(self) -> tuple[int, ...]:
        """Parts that they do not hear."""
        return self.judges[0].drum_parts

    def likeness(self, ys: Sequence[Rows], xs: Sequence[Rows]) -> Floats:
        """As `Judge.likeness`."""
        return np.asarray(np.mean([judge.likeness(ys, xs) for judge in self.hearing], axis=0))


def judges(
    domain: Any,
    folder: Path,
    names: Sequence[str] = (*WHOLE, *FACETS),
    say: Callable[[str], None] = lambda _: None,
    seed: int = 0,
    turns: int | None = None,
) -> list[Judge]:
    """Train the judges on the part "valid", or read those that were trained on the same songs before.

    A modeloid learns from "train" alone and inspirers are of "test": the judges know the songs of neither.

    Parameters
    ----------
    domain
        Of music, its representation of the kind "parts".
    folder
        Where they are kept: ``NAME.safetensors`` and ``NAME.json``, which says what they learned from.
    names
        Which ones.
    say
        Told of each that is trained.
    seed
        Of their weights and lessons.
    turns
        Shortens every lesson.

    Raises
    ------
    DataError
        Fewer than eight pieces of "valid" have two slices that do not copy one another.
    """
    return judges_of(songs(domain, "valid"), domain.representation.drum_parts, folder, names, say, seed, turns)


def judges_of(
    pieces: Sequence[Song],
    drum_parts: tuple[int, ...],
    folder: Path,
    names: Sequence[str] = (*WHOLE, *FACETS),
    say: Callable[[str], None] = lambda _: None,
    seed: int = 0,
    turns: int | None = None,
) -> list[Judge]:
    """As `judges`, from pieces that are at hand."""
    folder.mkdir(parents=True, exist_ok=True)
    shelf: list[Shelf] = []
    found = []
    for name in names:
        lesson = _lesson(name, turns)
        about = {"judge": name, "seed": seed, "lesson": asdict(lesson), "digest": _digest(pieces), "version": _VERSION}
        net = _read(folder / name, about)
        if net is None:
            if not shelf:
                shelf.append(_shelf(pieces, drum_parts))
            say(f"training the judge {name} on {len(shelf[0].pairs)} pieces")
            net = _trained(name, shelf[0], seed, lesson)
            _write(folder / name, net, about)
        found.append(Judge(name, net, drum_parts))
    return found


def _lesson(name: str, turns: int | None) -> Lesson:
    from .contrast import Lesson

    return Lesson(turns=turns or _TURNS[name], half=name == "roll")


def _shelf(pieces: Sequence[Song], drum_parts: tuple[int, ...]) -> Shelf:
    from .contrast import Shelf

    shelf = Shelf(pieces, drum_parts)
    if len(shelf.pairs) >= _FEWEST:
        return shelf
    what = f"{len(shelf.pairs)} pieces with two slices that do not copy one another are too few to train judges"
    raise DataError(what, "part 'valid'", "Use a larger set.")


def _trained(name: str, shelf: Shelf, seed: int, lesson: Lesson) -> Any:
    from .contrast import learn
    from .nets import READERS

    return learn(READERS[name], shelf, seed, lesson)


def _read(stem: Path, about: dict[str, Any]) -> Any:
    """The network, or None where there is none that learned this."""
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    from .nets import READERS

    try:
        if json.loads(stem.with_suffix(".json").read_text(encoding="utf-8")) != about:
            return None
        weights = load_file(stem.with_suffix(".safetensors"))
    except (OSError, ValueError, SafetensorError):
        return None
    net = READERS[about["judge"]]()
    net.load_state_dict(weights)
    return net.eval()


def _write(stem: Path, net: Any, about: dict[str, Any]) -> None:
    from safetensors.torch import save_file

    # without its description a network counts as absent, so the description comes last
    stem.with_suffix(".json").unlink(missing_ok=True)
    save_file({name: value.contiguous() for name, value in net.state_dict().items()}, stem.with_suffix(".safetensors"))
    stem.with_suffix(".json").write_text(json.dumps(about, indent=1) + "\n", encoding="utf-8")


def _digest(pieces: Sequence[Song]) -> str:
    """Of the notes: what else a domain says does not change what is learned."""
    digest = hashlib.blake2b(digest_size=16)
    for song in pieces:
        digest.update(np.ascontiguousarray(song.rows).tobytes())
        digest.update(b"%d:" % song.bars)
    return digest.hexdigest()
