from __future__ import annotations

import os
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symusic import core

from modeloid.music.errors import MusicError
from modeloid.music.render.synthesiser import Synthesiser

from .fonts import RATE_HZ, SINE_HZ, loudest_hz, sine_font

FLUID = Path("/usr/share/sounds/sf3/FluidR3Mono_GM.sf3")


def score(*notes, drum=False, program=0, pedal=(), controls=()):
    """A score in which a quarter is half a second; notes are (onset, length in quarters, pitch, velocity)."""
    made = core.ScoreTick(480)
    track = core.TrackTick("x", program, drum)
    for onset, length, pitch, velocity in notes:
        track.notes.append(core.NoteTick(round(onset * 480), round(length * 480), pitch, velocity))
    for start, length in pedal:
        track.pedals.append(core.PedalTick(round(start * 480), round(length * 480)))
    for number, value in controls:
        track.controls.append(core.ControlChangeTick(0, number, value))
    made.tracks.append(track)
    return made


def played(tmp_path, piece, seconds=1.0, **font):
    return Synthesiser(sine_font(tmp_path / "sine.sf2", **font)).render(piece, round(seconds * RATE_HZ))


def rms(samples):
    return float(np.sqrt(np.mean(np.square(samples, dtype=np.float64))))


@pytest.mark.parametrize("pitch", [45, 57, 69, 70, 81])
def test_keys_are_tempered_around_the_root(tmp_path, pitch):
    audio = played(tmp_path, score((0, 2, pitch, 100)))
    assert loudest_hz(audio[0]) == pytest.approx(SINE_HZ * 2 ** ((pitch - 69) / 12), rel=0.002)


@pytest.mark.parametrize(
    ("generators", "semitones"),
    [
        ({}, 0),
        ({58: 81}, -12),
        ({51: 7}, 7),
        ({52: 50}, 0.5),
        ({56: 50, 58: 57}, 6),
        ({51: -3, 52: -25, 58: 60}, 5.75),
    ],
)
def test_root_keys_and_tuning_are_obeyed(tmp_path, generators, semitones):
    audio = played(tmp_path, score((0, 2, 69, 100)), zones=[{54: 1} | generators])
    assert loudest_hz(audio[0]) == pytest.approx(SINE_HZ * 2 ** (semitones / 12), rel=0.002)


def test_a_preset_adds_to_its_instrument(tmp_path):
    audio = played(tmp_path, score((0, 2, 69, 100)), zones=[{54: 1, 51: 5}], preset={51: 7})
    assert loudest_hz(audio[0]) == pytest.approx(2 * SINE_HZ, rel=0.002)


def test_loudness_is_the_square_of_velocity(tmp_path):
    quiet, loud = (rms(played(tmp_path, score((0, 2, 69, velocity)))[0]) for velocity in (60, 120))
    assert loud / quiet == pytest.approx(4, rel=0.01)


def test_zones_are_chosen_by_key_and_velocity(tmp_path):
    soft_low, hard_high = {43: 0 | 69 << 8, 44: 0 | 64 << 8, 54: 1}, {43: 70 | 127 << 8, 44: 65 | 127 << 8, 54: 1}
    zones = [soft_low, hard_high]
    assert rms(played(tmp_path, score((0, 2, 69, 64)), zones=zones)) > 0.01
    assert rms(played(tmp_path, score((0, 2, 70, 65)), zones=zones)) > 0.01
    assert rms(played(tmp_path, score((0, 2, 69, 65)), zones=zones)) == 0
    assert rms(played(tmp_path, score((0, 2, 70, 64)), zones=zones)) == 0


def test_zones_are_panned_and_attenuated(tmp_path):
    left, right = played(tmp_path, score((0, 2, 69, 100)), zones=[{54: 1, 17: -500}])
    assert rms(left) > 0.01
    assert rms(right) == 0
    plain, soft = (rms(played(tmp_path, score((0, 2, 69, 100)), zones=[{54: 1, 48: cb}])[0]) for cb in (0, 150))
    # 150 centibels, of which makers and fonts take 0.4, are 6 dB
    assert plain / soft == pytest.approx(10 ** (6 / 20), rel=0.01)


def test_a_loop_sounds_on_and_a_sample_without_one_ends(tmp_path):
    piece = score((0, 2, 69, 100))
    late = slice(round(0.5 * RATE_HZ), round(0.9 * RATE_HZ))
    assert rms(played(tmp_path, piece)[0, late]) > 0.01
    assert rms(played(tmp_path, piece, zones=[{}])[0, late]) == 0


def test_a_long_note_stays_in_tune_through_its_loop(tmp_path):
    audio = played(tmp_path, score((0, 40, 76, 100)), seconds=20)[0]
    hertz = SINE_HZ * 2 ** (7 / 12)
    assert loudest_hz(audio[18 * RATE_HZ :]) == pytest.approx(hertz, rel=0.001)


@pytest.mark.parametrize(("timecents", "seconds"), [(-1200, 0.5), (0, 1.0)])
def test_a_release_falls_a_hundred_decibels_in_its_time(tmp_path, timecents, seconds):
    audio = played(tmp_path, score((0, 1, 69, 127)), seconds=2, zones=[{54: 1, 38: timecents}])[0]
    end = RATE_HZ // 2
    before, after = (rms(audio[at - 200 : at + 200]) for at in (end - 2000, end + round(seconds * 0.4 * RATE_HZ)))
    assert 20 * np.log10(before / after) == pytest.approx(40, abs=0.5)


def test_attack_and_decay_shape_a_note(tmp_path):
    slow = played(tmp_path, score((0, 2, 69, 127)), zones=[{54: 1, 34: -1200}])[0]
    assert rms(slow[:4410]) < 0.2 * rms(slow[22050:26460])
    falling = played(tmp_path, score((0, 2, 69, 127)), zones=[{54: 1, 36: 0, 37: 300}])[0]
    first, last = rms(falling[:400]), rms(falling[-2000:])
    assert 20 * np.log10(first / last) == pytest.approx(30, abs=1)


def test_the_filter_darkens(tmp_path):
    open_, closed = (
        rms(played(tmp_path, score((0, 2, 69, 100)), zones=[{54: 1, 8: cents}])[0]) for cents in (13500, 5000)
    )
    # 147 Hz, a second-order filter: 441 Hz is some 19 dB lower
    assert 15 < 20 * np.log10(open_ / closed) < 23


def test_the_pedal_holds_a_note_until_it_is_lifted_or_struck_again(tmp_path):
    quarter = round(0.5 * RATE_HZ)
    held = played(tmp_path, score((0, 1, 69, 100), pedal=[(0.5, 2)]), seconds=3)[0]
    assert rms(held[2 * quarter : round(2.4 * quarter)]) > 0.01
    assert rms(held[3 * quarter :]) == 0
    again = played(tmp_path, score((0, 1, 69, 100), (2, 0.5, 69, 30), pedal=[(0.5, 6)]), seconds=3)[0]
    assert rms(again[3 * quarter : 4 * quarter]) < 0.2 * rms(held[:quarter])


def test_volume_expression_and_pan_of_the_channel_count(tmp_path):
    note = (0, 2, 69, 100)
    plain = rms(played(tmp_path, score(note))[0])
    assert rms(played(tmp_path, score(note, controls=[(7, 50)]))[0]) == pytest.approx(plain / 4, rel=0.01)
    left, right = played(tmp_path, score(note, controls=[(10, 0)]))
    assert rms(left) > 10 * rms(right)


def test_drums_take_the_drum_kit_and_exclusive_classes_cut(tmp_path):
    zones = [{43: 42 | 42 << 8, 54: 1, 57: 1, 38: 2400}, {43: 46 | 46 << 8, 54: 1, 57: 1, 38: 2400}]
    font = {"zones": zones, "presets": ((0, 0), (128, 0))}
    ringing = played(tmp_path, score((0, 0.1, 46, 127), drum=True), seconds=2, **font)[0]
    assert rms(ringing[RATE_HZ : RATE_HZ + 4410]) > 0.005
    cut = played(tmp_path, score((0, 0.1, 46, 127), (1, 0.1, 42, 1), drum=True), seconds=2, **font)[0]
    assert rms(cut[RATE_HZ : RATE_HZ + 4410]) < 0.1 * rms(ringing[RATE_HZ : RATE_HZ + 4410])
    only_melodic = {"zones": zones, "presets": ((0, 0),)}
    assert rms(played(tmp_path, score((0, 1, 46, 127), drum=True), **only_melodic)) == 0


STEEPEST = 2 * np.pi * SINE_HZ / RATE_HZ
"""How far a sine of height 1 goes in a frame."""


def steepest(samples):
    return float(np.abs(np.diff(samples.astype(np.float64))).max())


@pytest.mark.parametrize("release", [-12_000, -6_000, -1_200, 1_200])
@pytest.mark.parametrize("velocity", [127, 40, 8])
def test_a_note_ends_without_a_click(tmp_path, release, velocity):
    """A loud note sets how far the quiet one behind it is followed; neither may break off."""
    piece = score((0, 0.93, 69, 127), (10, 1.017, 69, velocity))
    audio = played(tmp_path, piece, seconds=9, zones=[{54: 1, 38: release}])[0]
    quiet = audio[5 * RATE_HZ + 500 :]
    height = float(np.abs(quiet).max())
    assert height == pytest.approx((velocity / 127) ** 2 * 0.5 * np.sqrt(0.5), rel=0.02)
    assert steepest(quiet) < 1.1 * height * STEEPEST
    ends = np.flatnonzero(quiet)[-1]
    # what is cut off lies 60 dB below the loudest, and is faded
    assert np.abs(quiet[ends - 2 : ends + 1]).max() < 1e-4 * np.abs(audio).max()


def test_what_breaks_off_is_a_click():
    """The negative control of the test above."""
    sine = np.sin(STEEPEST * np.arange(RATE_HZ))
    assert steepest(sine) < 1.1 * STEEPEST
    sine[RATE_HZ // 2 + 25 :] = 0
    assert steepest(sine) > 10 * STEEPEST


def test_equal_notes_are_equal_wherever_they_begin(tmp_path):
    alone = played(tmp_path, score((0, 0.5, 69, 90)), seconds=3)
    both = played(tmp_path, score((0, 0.5, 69, 90), (4, 0.5, 69, 90)), seconds=3)
    again = 2 * RATE_HZ
    assert rms(alone) > 0.01
    assert np.array_equal(both[:, : again // 2], alone[:, : again // 2])
    assert np.array_equal(both[:, again:], alone[:, :RATE_HZ])


def test_a_quiet_note_rings_as_long_as_the_loudest_lets_it_be_heard(tmp_path):
    """60 dB below the loudest: a note that is 20 dB quieter is followed for 40 dB of its release."""
    font = {"zones": [{54: 1, 38: 0}]}
    for velocity, seconds in ((127, 0.6), (40, 0.4)):
        piece = score((0, 1, 69, 127), (8, 1, 69, velocity))
        audio = played(tmp_path, piece, seconds=6, **font)[0]
        assert np.flatnonzero(audio)[-1] / RATE_HZ - 4.5 == pytest.approx(seconds, abs=0.01)
    alone = played(tmp_path, score((8, 1, 69, 40)), seconds=6, **font)[0]
    assert np.flatnonzero(alone)[-1] / RATE_HZ - 4.5 == pytest.approx(0.6, abs=0.01)


@pytest.mark.parametrize("pitch", [57, 62, 69, 74, 81])
def test_a_short_loop_stays_within_a_fifth_of_a_cent(tmp_path, pitch):
    """Loops are laid end to end in whole frames; a loop of one period is the hardest."""
    zones = [{54: 1, 2: 300, 3: 400 - 4400}]
    audio = played(tmp_path, score((0, 40, pitch, 100)), seconds=18, zones=zones)[0].astype(np.float64)
    assert rms(audio[-RATE_HZ:]) > 0.01
    wanted = SINE_HZ * 2 ** ((pitch - 69) / 12) / RATE_HZ
    size = 2**18
    window = audio[RATE_HZ : RATE_HZ + 2 * size].reshape(2, size) * np.hanning(size)
    place = round(wanted * size)
    phase = np.angle(np.fft.rfft(window)[:, place])
    turned = (phase[1] - phase[0]) / (2 * np.pi) - wanted * size
    cycles = (turned - round(turned)) / size
    assert abs(1200 * np.log2(1 + cycles / wanted)) < 0.2


def test_version_3_with_compressed_samples_sounds_alike(tmp_path):
    pytest.importorskip("soundfile")
    piece = score((0, 2, 69, 100))
    packed, plain = (played(tmp_path, piece, compressed=compressed) for compressed in (True, False))
    assert loudest_hz(packed[0]) == pytest.approx(SINE_HZ, rel=0.002)
    assert rms(packed) == pytest.approx(rms(plain), rel=0.05)


def test_a_damaged_compressed_sample_is_an_error(tmp_path):
    pytest.importorskip("soundfile")
    path = sine_font(tmp_path / "sine.sf3", compressed=True)
    path.write_bytes(path.read_bytes().replace(b"OggS", b"Oops"))
    said = r"sine\.sf3: cannot be used .*: soundfile cannot read its compressed samples \([\w .]+\)\. Use a \.sf2"
    with pytest.raises(MusicError, match=said):
        Synthesiser(path).render(score((0, 1, 69, 100)), 100)


def test_without_soundfile_compressed_samples_are_an_error_and_others_are_not(tmp_path, monkeypatch):
    pytest.importorskip("soundfile")
    packed, plain = (sine_font(tmp_path / f"{kind}.sf3", compressed=kind == "packed") for kind in ("packed", "plain"))
    monkeypatch.setitem(sys.modules, "soundfile", None)
    with pytest.raises(MusicError, match=r"packed\.sf3: needs soundfile .*modeloid\[audio\].*use a \.sf2 file"):
        Synthesiser(packed).render(score((0, 1, 69, 100)), 100)
    assert rms(Synthesiser(plain).render(score((0, 1, 69, 100)), RATE_HZ)) > 0.01


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("pad", [b"", b"\0", b"\xff"])
def test_an_odd_chunk_is_read_with_and_without_its_pad_byte(tmp_path, pad, compressed):
    pytest.importorskip("soundfile")
    piece = score((0, 2, 69, 100))
    odd = played(tmp_path, piece, odd=pad, compressed=compressed)
    assert np.array_equal(odd, played(tmp_path, piece, compressed=compressed))
    assert rms(odd) > 0.01


def test_more_than_a_pad_byte_too_much_or_bytes_too_few_are_errors(tmp_path):
    with pytest.raises(MusicError, match="cannot be used as a soundfont"):
        Synthesiser(sine_font(tmp_path / "a.sf2", odd=b"\0\0"))
    path = sine_font(tmp_path / "b.sf2", odd=b"")
    path.write_bytes(path.read_bytes()[:-50])
    with pytest.raises(MusicError, match="cut short"):
        Synthesiser(path)


def test_a_published_font_without_its_pad_byte_is_played():
    """FluidR3Mono of Debian: named by $MODELOID_SOUNDFONT, or installed."""
    named = Path(os.environ.get("MODELOID_SOUNDFONT", ""))
    font = named if named.name == FLUID.name else FLUID
    if not font.is_file():
        pytest.skip(f"no {font} (apt install fluidr3mono-gm-soundfont)")
    pytest.importorskip("soundfile")
    for program in (0, 19, 40, 73):
        audio = Synthesiser(font).render(score((0, 2, 69, 100), program=program), RATE_HZ)
        assert loudest_hz(audio[0], 330, 585) == pytest.approx(440, rel=0.01)


def test_a_missing_program_falls_back_to_the_first(tmp_path):
    assert rms(played(tmp_path, score((0, 2, 69, 100), program=77))) > 0.01


def test_what_was_rendered_before_changes_nothing(tmp_path):
    font = sine_font(tmp_path / "sine.sf2")
    long, short = score((0, 9, 69, 100), (1, 1, 60, 50)), score((0, 1, 69, 100))
    used = Synthesiser(font)
    used.render(short, RATE_HZ)
    first = used.render(long, 5 * RATE_HZ)
    assert np.array_equal(first, Synthesiser(font).render(long, 5 * RATE_HZ))
    assert np.array_equal(used.render(short, RATE_HZ), Synthesiser(font).render(short, RATE_HZ))


@pytest.mark.parametrize("kept", [0, 4, 11, 60, 8_900, 9_000, 9_200])
def test_a_damaged_font_is_an_error_of_one_line(tmp_path, kept):
    whole = sine_font(tmp_path / "sine.sf2").read_bytes()
    assert kept < len(whole)
    broken = tmp_path / "broken.sf2"
    broken.write_bytes(whole[:kept])
    with pytest.raises(MusicError, match=r"broken\.sf2.*cannot be used as a soundfont") as caught:
        Synthesiser(broken).render(score((0, 1, 69, 100)), 100)
    assert "\n" not in str(caught.value)


@given(changes=st.lists(st.tuples(st.integers(1, 350), st.integers(0, 255)), min_size=1, max_size=12))
@settings(max_examples=150, deadline=None)
def test_a_mutated_font_renders_or_is_an_error(tmp_path_factory, changes):
    """The end of the file is where presets, instruments and sample headers stand."""
    path = sine_font(tmp_path_factory.mktemp("font") / "sine.sf2")
    content = bytearray(path.read_bytes())
    for place, value in changes:
        content[-place] = value
    path.write_bytes(content)
    piece = score((0, 1, 69, 100), (0, 0.5, 40, 1), (1, 1, 100, 127))
    try:
        audio = Synthesiser(path).render(piece, RATE_HZ)
    except MusicError as error:
        assert "cannot be used" in str(error)
    else:
        assert np.isfinite(audio).all()
