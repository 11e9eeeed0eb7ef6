"""A soundfont's instruments, read from SoundFont 2 or 3 files into flat zones.

Source: E-mu Systems, SoundFont Technical Specification 2.04 (2006), sections 4 to 8. Version 3 differs in that samples
are Ogg Vorbis streams, and positions inside them count frames of the decoded sample.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..errors import MusicError

_GENERATOR = np.dtype([("kind", "<u2"), ("amount", "<i2")])
_BAG = np.dtype([("generator", "<u2"), ("modulator", "<u2")])
_RECORDS = {
    b"phdr": np.dtype([("name", "S20"), ("program", "<u2"), ("bank", "<u2"), ("bag", "<u2"), ("_", "V12")]),
    b"pbag": _BAG,
    b"pgen": _GENERATOR,
    b"inst": np.dtype([("name", "S20"), ("bag", "<u2")]),
    b"ibag": _BAG,
    b"igen": _GENERATOR,
    b"shdr": np.dtype(
        [
            ("name", "S20"),
            *((name, "<u4") for name in ("start", "end", "loop_start", "loop_end", "rate")),
            ("root", "u1"),
            ("correction", "i1"),
            ("link", "<u2"),
            ("type", "<u2"),
        ]
    ),
}
_INSTRUMENT, _KEYS, _VELOCITIES, _SAMPLE = 41, 43, 44, 53
_REPLACED = (46, 47, 54, 56, 57, 58)
"""Generators that stand in instruments only: a preset's would not be added (section 8.1.2)."""
_OFFSETS = {"start": (0, 4), "end": (1, 12), "loop_start": (2, 45), "loop_end": (3, 50)}
_COARSE_FRAMES = 32768
_LOOPED = (1, 3)
_COMPRESSED = 0x10
_WHOLE_RANGE = (0, 127)
_UNCOMPRESSED = "use a .sf2 file, whose samples are not compressed."


@dataclass(frozen=True, eq=False)
class Zone:
    """One sample as one instrument uses it for a range of keys and velocities; equal to itself alone.

    Parameters
    ----------
    keys, velocities
        Lowest and highest, both included.
    root
        The key at which the sample sounds at its own rate; a fraction where the sample is tuned.
    key_cents
        How far a key is from the next, 100 where it is tempered as usual.
    sample
        Row of `Bank.sample`.
    start_offset, end_offset
        Frames to leave out at the sample's start and (negative) at its end.
    loop
        First frame and end of the loop, from the sample's first frame; None where it plays once.
    pan
        -0.5 left to 0.5 right.
    attenuation_db
        Of the whole zone, not negative.
    cutoff_cents, sweep_cents
        Of the low-pass filter, above 8.176 Hz, and what its envelope adds to that at its height.
    delay_s, attack_s, hold_s, decay_s, release_s
        Of the volume; decay and release are the time for 100 dB.
    sustain_db
        How far the decay goes, not negative.
    exclusive
        Notes of one class end each other, such as hi-hats; 0 is none.
    """

    keys: tuple[int, int]
    velocities: tuple[int, int]
    root: float
    key_cents: int
    sample: int
    start_offset: int
    end_offset: int
    loop: tuple[int, int] | None
    pan: float
    attenuation_db: float
    cutoff_cents: int
    sweep_cents: int
    delay_s: float
    attack_s: float
    hold_s: float
    decay_s: float
    sustain_db: float
    release_s: float
    exclusive: int


class _Bags:
    """The zones of all presets, or of all instruments, as the file has them.

    Parameters
    ----------
    heads, bags, generators
        Records of the file.
    last
        The generator that names what a zone plays; a zone without it is global, or void.
    """

    def __init__(self, heads: NDArray[Any], bags: NDArray[Any], generators: NDArray[Any], last: int) -> None:
        self._edges, self._bounds = heads["bag"].tolist(), bags["generator"].tolist()
        self._generators = generators
        self._last = last

    def zones(self, row: int) -> Iterator[dict[int, Any]]:
        """Generator -> value for each zone of a preset or instrument, its global zone's values taken in."""
        first, stop = self._edges[row], self._edges[row + 1]
        common: dict[int, Any] = {}
        for bag in range(first, stop):
            rows = self._generators[self._bounds[bag] : self._bounds[bag + 1]].tolist()
            values = {kind: _value(kind, amount) for kind, amount in rows}
            if self._last in values:
                yield common | values
            elif bag == first:
                common = values


class Bank:
    """A soundfont, read as far as needed: zones at once, samples when they are asked for.

    Parameters
    ----------
    path
        Of a .sf2 or .sf3 file.

    Raises
    ------
    MusicError
        The file is no soundfont.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: NDArray[np.uint8] = np.memmap(path, np.uint8, "r") if path.stat().st_size else np.zeros(0, np.uint8)
        try:
            chunks = dict(_chunks(self._file, 12, len(self._file)))
            self._smpl = chunks[b"smpl"]
            records = {name: self._records(chunks[name], kind) for name, kind in _RECORDS.items()}
            self._samples, self._presets = records[b"shdr"], records[b"phdr"]
            self._outer = _Bags(self._presets, records[b"pbag"], records[b"pgen"], _INSTRUMENT)
            self._inner = _Bags(records[b"inst"], records[b"ibag"], records[b"igen"], _SAMPLE)
            numbers = zip(self._presets["bank"][:-1].tolist(), self._presets["program"][:-1].tolist(), strict=True)
            self._rows = {key: row for row, key in enumerate(numbers)}
            self._zones: dict[int, tuple[Zone, ...]] = {}
        except (KeyError, ValueError, IndexError) as error:
            raise MusicError(f"cannot be used as a soundfont ({error})", path) from error

    def zones(self, program: int, drums: bool) -> tuple[Zone, ...]:
        """Of a General MIDI program, or of a drum kit; where the font has not got it, of its first one.

        Raises
        ------
        MusicError
            The font contradicts itself.
        """
        wanted = [(128, program), (128, 0)] if drums else [(0, program), (0, 0)]
        row = next((self._rows[key] for key in wanted if key in self._rows), None)
        if row is None:
            return ()
        if row not in self._zones:
            try:
                self._zones[row] = tuple(self._preset(row))
            except (IndexError, KeyError) as error:
                raise MusicError(f"cannot be used as a soundfont ({error})", self.path) from error
        return self._zones[row]

    def sample(self, row: int) -> tuple[NDArray[np.float32], int]:
        """The frames of a sample in -1 to 1, and how many there are a second.

        Raises
        ------
        MusicError
            The sample is compressed, and damaged, or soundfile is not installed or cannot read it.
        """
        head = self._samples[row]
        start, end, rate = int(head["start"]), int(head["end"]), max(1, int(head["rate"]))
        if not head["type"] & _COMPRESSED:
            pcm = self._file[self._smpl.start + 2 * start : self._smpl.start + 2 * end]
            return pcm.view("<i2").astype(np.float32) / np.float32(32768), rate
        return self._decoded(start, end)

    def _decoded(self, start: int, end: int) -> tuple[NDArray[np.float32], int]:
        try:
            import soundfile
        except (ImportError, OSError) as error:
            advice = f"pip install 'modeloid[audio]', or {_UNCOMPRESSED}"
            raise MusicError(f"needs soundfile for its compressed samples ({error})", self.path, advice) from error
        stream = io.BytesIO(self._file[self._smpl.start + start : self._smpl.start + end].tobytes())
        try:
            frames, rate = soundfile.read(stream, dtype="float32", always_2d=True)
        except RuntimeError as error:
            why = str(getattr(error, "error_string", error)).rstrip(".")
            what = f"cannot be used as a soundfont: soundfile cannot read its compressed samples ({why})"
            raise MusicError(what, self.path, _UNCOMPRESSED.capitalize()) from error
        return frames[:, 0], max(1, rate)

    def _records(self, place: slice, kind: np.dtype[Any]) -> NDArray[Any]:
        whole = (place.stop - place.start) // kind.itemsize * kind.itemsize
        return np.frombuffer(self._file[place.start : place.start + whole].tobytes(), kind)

    def _preset(self, row: int) -> Iterator[Zone]:
        for layer in self._outer.zones(row):
            for inner in self._inner.zones(layer[_INSTRUMENT]):
                merged = _merged(layer, inner)
                if merged is not None:
                    yield self._zone(merged)

    def _zone(self, values: dict[int, Any]) -> Zone:
        head = self._samples[values[_SAMPLE]]
        compressed = bool(head["type"] & _COMPRESSED)
        offsets = {
            name: values.get(fine, 0) + _COARSE_FRAMES * values.get(coarse, 0)
            for name, (fine, coarse) in _OFFSETS.items()
        }
        base = 0 if compressed else int(head["start"])
        loop = tuple(int(head[name]) + offsets[name] - base for name in ("loop_start", "loop_end"))
        root = values.get(58, -1)
        tune = values.get(51, 0) + (values.get(52, 0) + int(head["correction"])) / 100
        return Zone(
            keys=values[_KEYS],
            velocities=values[_VELOCITIES],
            root=(root if 0 <= root <= 127 else min(int(head["root"]), 127)) - tune,
            key_cents=values.get(56, 100),
            sample=values[_SAMPLE],
            start_offset=max(0, offsets["start"]),
            end_offset=min(0, offsets["end"]),
            loop=(loop[0], loop[1]) if values.get(54, 0) & 3 in _LOOPED and loop[1] - loop[0] > 1 else None,
            pan=min(0.5, max(-0.5, values.get(17, 0) / 1000)),
            # the sound chips of the format's makers took 0.4 of what is written, and fonts are made for them
            attenuation_db=max(0.0, 0.4 * values.get(48, 0) / 10),
            cutoff_cents=values.get(8, 13_500),
            sweep_cents=values.get(11, 0),
            delay_s=_seconds(values.get(33, -12_000)),
            attack_s=_seconds(values.get(34, -12_000)),
            hold_s=_seconds(values.get(35, -12_000)),
            decay_s=_seconds(values.get(36, -12_000)),
            sustain_db=max(0.0, values.get(37, 0) / 10),
            release_s=_seconds(values.get(38, -12_000)),
            exclusive=values.get(57, 0),
        )


def _chunks(file: NDArray[np.uint8], at: int, end: int) -> Iterator[tuple[bytes, slice]]:
    if at == 12 and (file[:4].tobytes(), file[8:12].tobytes()) != (b"RIFF", b"sfbk"):
        raise ValueError("it does not begin as one")
    while at + 8 <= end:
        name, size = file[at : at + 4].tobytes(), int.from_bytes(file[at + 4 : at + 8].tobytes(), "little")
        if at + 8 + size > end:
            raise ValueError(f"chunk {name!r} is cut short")
        if name == b"LIST":
            yield from _chunks(file, at + 12, at + 8 + size)
        else:
            yield name, slice(at + 8, at + 8 + size)
        at += 8 + size
        # the pad byte behind an odd length is missing in some published files: there the next name follows at once
        if size % 2 and not file[at : at + 4].tobytes().isalnum():
            at += 1


def _value(kind: int, amount: int) -> Any:
    if kind in (_KEYS, _VELOCITIES):
        return (amount & 0xFF, amount >> 8 & 0xFF)
    return amount


def _merged(preset: dict[int, Any], instrument: dict[int, Any]) -> dict[int, Any] | None:
    """An instrument's values and a preset's: ranges meet, amounts add; None where the ranges do not meet."""
    merged = dict(instrument)
    for kind, amount in preset.items():
        if kind not in (_KEYS, _VELOCITIES, _INSTRUMENT, *_REPLACED):
            merged[kind] = instrument.get(kind, _default(kind)) + amount
    for kind in (_KEYS, _VELOCITIES):
        mine, yours = preset.get(kind, _WHOLE_RANGE), instrument.get(kind, _WHOLE_RANGE)
        merged[kind] = (max(mine[0], yours[0]), min(mine[1], yours[1]))
        if merged[kind][0] > merged[kind][1]:
            return None
    return merged


def _default(kind: int) -> int:
    if kind == 8:
        return 13_500
    return -12_000 if 33 <= kind <= 36 or kind == 38 else 0


def _seconds(timecents: int) -> float:
    return float(2 ** (min(8_000, timecents) / 1200)) if timecents > -12_000 else 0.0
