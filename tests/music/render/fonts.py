"""A soundfont of one sine, made for tests: every generator's effect can be heard."""

from __future__ import annotations

import io
import struct
from pathlib import Path

import numpy as np

RATE_HZ = 44_100
SINE_HZ = 441
FRAMES = 4_400
ROOT = 69


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _list(name: bytes, *chunks: bytes) -> bytes:
    return _chunk(b"LIST", name + b"".join(chunks))


def _generators(pairs: dict[int, int]) -> bytes:
    return b"".join(struct.pack("<Hh", kind, amount) for kind, amount in pairs.items())


def sine_font(
    path: Path,
    zones: list[dict[int, int]] | None = None,
    preset: dict[int, int] | None = None,
    presets: tuple[tuple[int, int], ...] = ((0, 0),),
    compressed: bool = False,
    odd: bytes | None = None,
) -> Path:
    """Write it: generators of each instrument zone, of the preset's zone, and (bank, program) of the presets.

    `compressed` is version 3: the sample is an Ogg Vorbis stream. With `odd` the samples fill an odd number of bytes,
    and behind them stands this and no other pad byte.
    """
    zones = [{54: 1}] if zones is None else zones
    sine = np.rint(16_384 * np.sin(2 * np.pi * SINE_HZ * np.arange(FRAMES) / RATE_HZ)).astype("<i2")
    body = _vorbis(sine) if compressed else sine.tobytes()
    end, kind = (len(body), 0x11) if compressed else (FRAMES, 1)
    head = struct.pack("<20sIIIIIBbHH", b"sine", 0, end, 0, FRAMES, RATE_HZ, ROOT, 0, 0, kind)
    last = struct.pack("<20sIIIIIBbHH", b"EOS", 0, 0, 0, 0, 0, 0, 0, 0, 0)
    bodies = [_generators({**zone, 53: 0}) for zone in zones]
    starts = np.cumsum([0] + [len(body) // 4 for body in bodies]).tolist()
    outer = _generators({**(preset or {}), 41: 0})
    width = len(outer) // 4
    rows = [
        struct.pack("<20sHHHIII", b"sine", program, bank, number, 0, 0, 0)
        for number, (bank, program) in enumerate(presets)
    ]
    pdta = _list(
        b"pdta",
        _chunk(b"phdr", b"".join(rows) + struct.pack("<20sHHHIII", b"EOP", 0, 0, len(presets), 0, 0, 0)),
        _chunk(b"pbag", b"".join(struct.pack("<HH", width * number, 0) for number in range(len(presets) + 1))),
        _chunk(b"pmod", b"\0" * 10),
        _chunk(b"pgen", outer * len(presets) + b"\0" * 4),
        _chunk(b"inst", struct.pack("<20sH", b"sine", 0) + struct.pack("<20sH", b"EOI", len(zones))),
        _chunk(b"ibag", b"".join(struct.pack("<HH", start, 0) for start in starts)),
        _chunk(b"imod", b"\0" * 10),
        _chunk(b"igen", b"".join(bodies) + b"\0" * 4),
        _chunk(b"shdr", head + last),
    )
    info = _list(b"INFO", _chunk(b"ifil", struct.pack("<HH", 3 if compressed else 2, 1)))
    sdta = _list(b"sdta", _chunk(b"smpl", body))
    if odd is not None:
        body += b"\0" * (1 - len(body) % 2)
        inner = b"sdta" + b"smpl" + struct.pack("<I", len(body)) + body
        sdta = b"LIST" + struct.pack("<I", len(inner)) + inner + odd
    path.write_bytes(_chunk(b"RIFF", b"sfbk" + info + sdta + pdta))
    return path


def _vorbis(sine: np.ndarray) -> bytes:
    import soundfile

    stream = io.BytesIO()
    soundfile.write(stream, sine, RATE_HZ, format="OGG", subtype="VORBIS")
    return stream.getvalue()


def loudest_hz(samples: np.ndarray, low_hz: float = 20, high_hz: float = 20_000) -> float:
    """The loudest frequency between two, from up to a second of sound."""
    part = samples[:RATE_HZ]
    spectrum = np.abs(np.fft.rfft(part * np.hanning(len(part)), 1 << 18))
    hertz = np.fft.rfftfreq(1 << 18, 1 / RATE_HZ)
    spectrum[(hertz < low_hz) | (hertz > high_hz)] = 0
    return float(hertz[spectrum.argmax()])
