from __future__ import annotations

import io

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.music.render import ogg

soundfile = pytest.importorskip("soundfile", reason="soundfile is not installed")
RATE_HZ = 22_050
WAVE = np.sin(np.arange(20_000) * 2 * np.pi * 440 / RATE_HZ).astype(np.float32) / 2


def plain(wave=WAVE):
    """As libsndfile writes it, under a serial number of its own choice."""
    stream = io.BytesIO()
    soundfile.write(stream, wave, RATE_HZ, format="OGG", subtype="VORBIS")
    return stream.getvalue()


def test_sound_can_be_read_and_repeats():
    first, second = (ogg.encode(WAVE, RATE_HZ, 0.1) for _ in range(2))
    assert first == second
    assert plain() != plain()
    back, rate = soundfile.read(io.BytesIO(first))
    assert rate == RATE_HZ and len(back) == len(WAVE)
    assert np.abs(back - WAVE)[1000:-1000].max() < 0.05


def test_two_channels_stay_apart_and_long_sound_is_whole():
    long = np.stack([np.tile(WAVE, 10), np.zeros(10 * len(WAVE), np.float32)])
    back, _ = soundfile.read(io.BytesIO(ogg.encode(long, RATE_HZ)))
    assert back.shape == long.T.shape
    assert np.abs(back[:, 1]).max() < 0.01 < np.abs(back[:, 0]).max()


def test_the_usual_quality_is_libsndfiles():
    assert ogg.encode(WAVE, RATE_HZ) == ogg.numbered(plain())
    assert len(ogg.encode(WAVE, RATE_HZ, 0.9)) > len(ogg.encode(WAVE, RATE_HZ))


def test_checksums_are_those_that_the_encoder_sets():
    written = plain(np.random.default_rng(0).normal(0, 0.1, 40_000))
    serial = int.from_bytes(written[14:18], "little")
    assert written.count(b"OggS") > 2
    assert ogg.numbered(written, serial) == written
    assert ogg.numbered(written, serial ^ 1) != written


@settings(deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_number_is_set_and_set_back(serial):
    once = ogg.numbered(plain())
    assert ogg.numbered(ogg.numbered(once, serial)) == once
    assert soundfile.info(io.BytesIO(ogg.numbered(once, serial))).frames == len(WAVE)


def test_a_wrong_checksum_makes_a_stream_unreadable():
    broken = bytearray(ogg.encode(WAVE, RATE_HZ))
    broken[22] ^= 1
    with pytest.raises(soundfile.LibsndfileError):
        soundfile.read(io.BytesIO(broken))
