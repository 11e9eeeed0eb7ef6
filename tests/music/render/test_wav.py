from __future__ import annotations

import time
import wave

import numpy as np
import pytest
from symusic import core

from modeloid.music.columns import to_score
from modeloid.music.errors import MusicError, NoSoundfont
from modeloid.music.render import wav
from modeloid.music.render.soundfont import soundfont
from modeloid.music.render.wav import SAMPLE_RATE_HZ, TAIL_S, sound, write_flac, write_mp3, write_ogg, write_wav

from ..pieces import piece
from .fonts import loudest_hz, sine_font

A4 = to_score(piece([(0, 4, 69)]))


@pytest.fixture
def bank():
    """A real soundfont."""
    try:
        return soundfont().path
    except NoSoundfont as missing:
        pytest.skip(str(missing))


@pytest.fixture
def sine(tmp_path):
    return sine_font(tmp_path / "sine.sf2", zones=[{54: 1, 17: -250}])


@pytest.mark.parametrize("program", [0, 12, 16, 19, 24, 33, 40, 48, 56, 73])
def test_common_instruments_are_in_tune(bank, program):
    for pitch in (52, 57, 64, 69, 74):
        note = piece([(0, 4, pitch)])
        note.about["tracks"] = [["x", program, False]]
        hertz = 440 * 2 ** ((pitch - 69) / 12)
        heard = loudest_hz(sound(to_score(note), bank)[0], hertz * 0.75, hertz * 1.33)
        assert heard == pytest.approx(hertz, rel=0.015), pitch


def test_why_the_synthesiser_of_symusic_is_not_used(bank):
    """The day this fails, it may be: until then it plays TimGM6mb's piano out of tune, and all velocities alike."""
    if bank.name != "TimGM6mb.sf2":
        pytest.skip("shown with TimGM6mb")
    theirs = core.Synthesizer(str(bank), SAMPLE_RATE_HZ, 0)
    heard = np.asarray(theirs.render(A4, True))
    assert abs(loudest_hz(heard[0], 330, 585) - 440) > 10
    soft = to_score(piece([(0, 4, 69)]))
    soft.tracks[0].notes[0].velocity = 20
    assert np.array_equal(np.asarray(theirs.render(soft, True)), heard)


def test_a_wav_is_as_long_as_the_piece_and_its_tail_and_peaks_a_decibel_below_full(sine, tmp_path):
    with wave.open(str(write_wav(A4, tmp_path / "a.wav", sine))) as file:
        assert (file.getframerate(), file.getsampwidth(), file.getnchannels()) == (44_100, 2, 2)
        frames = np.frombuffer(file.readframes(file.getnframes()), "<i2").reshape(-1, 2)
    assert len(frames) == round((2.0 + TAIL_S) * SAMPLE_RATE_HZ)
    assert np.abs(frames.astype(int)).max() / 32767 == pytest.approx(10 ** (-1 / 20), abs=1e-4)


def test_the_last_note_fades_into_silence(bank):
    audio = sound(A4, bank)
    last = np.abs(audio[:, round(2.0 * SAMPLE_RATE_HZ) :])
    assert last[:, :2000].max() > 0.001
    assert last[:, -1].max() == 0.0
    assert last[:, -4410:].max() < 0.01


def test_mono_is_the_mean_of_both_sides(sine, tmp_path):
    both, mono = sound(A4, sine), sound(A4, sine, channels=1)
    mean = both.mean(axis=0)
    assert np.allclose(mono[0] * np.abs(mean).max() / np.abs(mono).max(), mean, atol=1e-5)
    assert np.abs(both[0]).max() > 1.5 * np.abs(both[1]).max()
    with wave.open(str(write_wav(A4, tmp_path / "m.wav", sine, channels=1))) as file:
        assert file.getnchannels() == 1
    with pytest.raises(MusicError, match="3 channels"):
        sound(A4, sine, channels=3)


def test_the_same_piece_is_the_same_sound_and_the_piece_is_left_alone(sine):
    before = A4.dumps_midi()
    assert np.array_equal(sound(A4, sine), sound(A4, sine))
    assert A4.dumps_midi() == before


def test_flac_is_the_wav_and_ogg_is_near_it(sine, tmp_path):
    soundfile = pytest.importorskip("soundfile")
    exact, _ = soundfile.read(write_wav(A4, tmp_path / "a.wav", sine))
    flac, rate = soundfile.read(write_flac(A4, tmp_path / "a.flac", sine))
    assert rate == SAMPLE_RATE_HZ
    assert np.array_equal(flac, exact)
    ogg, rate = soundfile.read(write_ogg(A4, tmp_path / "a.ogg", sine))
    assert rate == SAMPLE_RATE_HZ
    assert ogg.shape == exact.shape
    assert np.abs(ogg - exact).max() < 0.1
    again = write_ogg(A4, tmp_path / "b.ogg", sine, channels=1)
    assert soundfile.info(again).channels == 1


def test_an_ogg_file_has_the_same_bytes_each_time(sine, tmp_path):
    soundfile = pytest.importorskip("soundfile")
    first, second = (write_ogg(A4, tmp_path / f"{name}.ogg", sine).read_bytes() for name in "ab")
    assert first == second
    for name in "cd":
        soundfile.write(tmp_path / f"{name}.ogg", sound(A4, sine).T, SAMPLE_RATE_HZ, format="OGG", subtype="VORBIS")
    assert (tmp_path / "c.ogg").read_bytes() != (tmp_path / "d.ogg").read_bytes()


def test_mp3_is_heard_as_it_was_rendered(sine, tmp_path):
    soundfile = pytest.importorskip("soundfile")
    if "MP3" not in soundfile.available_formats():
        pytest.skip(f"libsndfile {soundfile.__libsndfile_version__} writes no MP3")
    exact = sound(A4, sine).T
    path = write_mp3(A4, tmp_path / "a.mp3", sine)
    assert soundfile.info(path).subtype == "MPEG_LAYER_III"
    heard, rate = soundfile.read(path)
    assert rate == SAMPLE_RATE_HZ
    # the encoder writes down how much silence it puts around: the reader takes it off
    assert heard.shape == exact.shape
    assert np.abs(heard - exact).max() < 0.1
    assert loudest_hz(heard[:, 0]) == pytest.approx(441, rel=0.002)
    assert path.read_bytes() == write_mp3(A4, tmp_path / "b.mp3", sine).read_bytes()
    assert soundfile.info(write_mp3(A4, tmp_path / "m.mp3", sine, channels=1)).channels == 1


def test_a_libsndfile_without_mp3_says_so(sine, tmp_path, monkeypatch):
    soundfile = pytest.importorskip("soundfile")
    monkeypatch.setattr(soundfile, "available_formats", lambda: {"OGG": "Vorbis"})
    with pytest.raises(MusicError, match=r"mp3: libsndfile .* writes no MP3.*ask for ogg"):
        write_mp3(A4, tmp_path / "a.mp3", sine)
    assert not list(tmp_path.glob("*.mp3"))


def test_without_soundfile_the_error_says_what_to_install(sine, tmp_path, monkeypatch):
    def absent(name):
        raise ImportError(name)

    monkeypatch.setattr(wav.importlib, "import_module", absent)
    with pytest.raises(MusicError, match=r"soundfile is needed.*modeloid\[audio\]"):
        write_flac(A4, tmp_path / "a.flac", sine)


def test_drums_sound_as_drums(bank):
    notes = [(beat / 2, 0.1, pitch) for beat, pitch in enumerate((36, 42, 38, 42))]
    drums, keys = (sound(to_score(piece(notes, drum=drum)), bank)[0] for drum in (True, False))
    bright, dark = (np.abs(np.fft.rfft(part[: 2 * SAMPLE_RATE_HZ])) for part in (drums, keys))
    high = slice(2 * 4000, 2 * 12_000)
    assert (bright[high] ** 2).sum() / (bright**2).sum() > 5 * (dark[high] ** 2).sum() / (dark**2).sum()


def test_a_silent_piece_a_long_one_and_a_bad_bank_are_errors(tmp_path, sine):
    with pytest.raises(MusicError, match="makes no sound"):
        sound(to_score(piece([])), sine)
    with pytest.raises(MusicError, match=r"lasts 2\.8 hours"):
        sound(to_score(piece([(0, 20_000, 60)])), sine)
    (tmp_path / "bad.sf2").write_bytes(b"junk")
    with pytest.raises(MusicError, match=r"bad\.sf2.*cannot be used"):
        sound(A4, tmp_path / "bad.sf2")
    with pytest.raises(MusicError, match=r"none\.sf2.*cannot be used"):
        sound(A4, tmp_path / "none.sf2")


def test_rendering_is_much_faster_than_playing(bank):
    pitches = np.random.default_rng(0).integers(48, 84, 600)
    song = to_score(piece([(beat / 4, 0.5, int(pitch)) for beat, pitch in enumerate(pitches)]))
    sound(song, bank)
    times = []
    for _ in range(3):
        start = time.process_time()
        sound(song, bank)
        times.append(time.process_time() - start)
    # 75 s of music; 500 times as fast would be 0.15 s: the bound leaves room for a busy machine
    assert min(times) < 0.75
