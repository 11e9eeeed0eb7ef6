"""A piece as sound: rendered with a soundfont, with a tail, normalised, to WAV, FLAC, Ogg Vorbis or MP3."""

from __future__ import annotations

import importlib
import wave
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from ..errors import MusicError
from . import ogg
from .soundfont import soundfont
from .synthesiser import Synthesiser

if TYPE_CHECKING:
    from symusic.core import ScoreSecond, ScoreTick

SAMPLE_RATE_HZ = 44_100
TAIL_S = 1.5
LONGEST_S = 7200.0
"""A piece that lasts longer is refused: two hours of stereo fill 2.5 GB of memory."""
_PEAK = 10 ** (-1 / 20)
"""One decibel below full scale."""
_FADE_S = 0.05
_BLOCK = 1 << 16
"""Frames handed to an encoder at once."""


def sound(piece: ScoreTick, font: Path | None = None, channels: int = 2) -> NDArray[np.float32]:
    """Render a piece.

    Parameters
    ----------
    piece
        With at least one note; tracks marked as drums sound as drums.
    font
        The soundfont; `soundfont()` where not given.
    channels
        2, or 1 for the mean of both.

    Returns
    -------
    Shape (channels, samples), float32, highest absolute value one decibel below 1 (0 where the font is silent); as long
    as the piece and `TAIL_S` in which the last notes fade.

    Raises
    ------
    NoSoundfont
        There is none.
    MusicError
        The piece has no notes or is longer than `LONGEST_S`, the soundfont cannot be read, or neither 1 nor 2 channels
        are asked for.
    """
    if channels not in (1, 2):
        raise MusicError(f"{channels} channels cannot be rendered", "sound", "Ask for 1 or 2.")
    if not piece.note_num():
        raise MusicError("a piece without notes makes no sound", "sound")
    end_s = cast("ScoreSecond", piece.to("second")).end()
    if end_s > LONGEST_S:
        raise MusicError(
            f"the piece lasts {end_s / 3600:.1f} hours, more than {LONGEST_S / 3600:g}", "sound", "Cut it."
        )
    bank = font or soundfont().path
    audio = _synthesiser(bank, *_stamp(bank)).render(piece, round((end_s + TAIL_S) * SAMPLE_RATE_HZ))
    return _normalised(audio if channels == 2 else audio.mean(axis=0, keepdims=True))


def write_wav(piece: ScoreTick, path: Path, font: Path | None = None, channels: int = 2) -> Path:
    """Render a piece to a WAV file of 44.1 kHz and 16 bit; raises as `sound` does."""
    audio = sound(piece, font, channels)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.ascontiguousarray(np.rint(audio.T * 32767), "<i2").tobytes())
    return path


def write_flac(piece: ScoreTick, path: Path, font: Path | None = None, channels: int = 2) -> Path:
    """Render a piece to a FLAC file of 44.1 kHz and 16 bit; raises as `sound` does, and where soundfile is absent."""
    soundfile = _soundfile("flac")
    audio = sound(piece, font, channels)
    soundfile.write(path, np.rint(audio.T * 32767).astype(np.int16), SAMPLE_RATE_HZ, format="FLAC", subtype="PCM_16")
    return path


def write_ogg(piece: ScoreTick, path: Path, font: Path | None = None, channels: int = 2) -> Path:
    """Render a piece to an Ogg Vorbis file of 44.1 kHz; raises as `sound` does, and where soundfile is absent."""
    _soundfile("ogg")
    path.write_bytes(ogg.encode(sound(piece, font, channels), SAMPLE_RATE_HZ))
    return path


def write_mp3(piece: ScoreTick, path: Path, font: Path | None = None, channels: int = 2) -> Path:
    """Render a piece to an MP3 file (MPEG-1 layer III, 44.1 kHz, variable bit rate).

    Raises
    ------
    MusicError
        As `sound` does; where soundfile is absent, or its libsndfile is older than 1.1 and writes no MP3.
    """
    soundfile = _soundfile("mp3")
    if "MP3" not in soundfile.available_formats():
        version = soundfile.__libsndfile_version__
        advice = "pip install --upgrade soundfile, or ask for ogg."
        raise MusicError(f"libsndfile {version} writes no MP3, 1.1 does", "mp3", advice)
    audio = sound(piece, font, channels)
    with soundfile.SoundFile(path, "w", SAMPLE_RATE_HZ, channels, "MPEG_LAYER_III", format="MP3") as file:
        for start in range(0, audio.shape[1], _BLOCK):
            file.write(audio[:, start : start + _BLOCK].T)
    return path


def _soundfile(name: str) -> Any:
    try:
        return importlib.import_module("soundfile")
    except (ImportError, OSError) as error:
        raise MusicError(
            f"soundfile is needed ({error})", name, "pip install 'modeloid[audio]', or ask for wav."
        ) from error


@lru_cache(maxsize=1)
def _synthesiser(font: Path, *_stamp: int) -> Synthesiser:
    """The synthesiser of the last font used, with the sounds it has made: what it renders does not depend on them."""
    return Synthesiser(font, SAMPLE_RATE_HZ)


def _stamp(font: Path) -> tuple[int, int]:
    try:
        status = font.stat()
    except OSError as error:
        raise MusicError(f"cannot be used as a soundfont ({error.strerror})", font) from error
    return status.st_size, status.st_mtime_ns


def _normalised(audio: NDArray[np.float32]) -> NDArray[np.float32]:
    fade = min(round(_FADE_S * SAMPLE_RATE_HZ), audio.shape[1])
    audio[:, audio.shape[1] - fade :] *= np.linspace(1, 0, fade, dtype=np.float32)
    peak = float(max(audio.max(initial=0), -audio.min(initial=0)))
    if peak > 0:
        audio *= np.float32(_PEAK / peak)
    return audio
