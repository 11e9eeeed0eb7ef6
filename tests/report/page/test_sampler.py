"""The sampler's instruments, rendered in the browser without a clock: in tune, on time, and at an end."""

import base64
import json

import numpy as np
import pytest

from modeloid.report.page.player import bank
from modeloid.report.page.whole import render
from report.page import staccato

RATE_HZ = 44_100
ONSET_S = 0.5
KEYS = (43, 50, 57, 64, 71, 79)
STRUCK = ("piano", "bells", "guitar", "bass", "organ", "drums")

SOUNDS = """async ([blocks, names, keys]) => {
  document.querySelectorAll("[id^=sound-]").forEach((block) => block.remove());
  document.body.insertAdjacentHTML("beforeend", blocks);
  const found = {}, sounds = new Map();
  for (const name of names) for (const pitch of name === "drums" ? [38, 42] : keys) for (const velocity of [127, 40]) {
    const context = new OfflineAudioContext(1, 66150, 44100);
    const sampler = Object.assign(new modeloidPieces.Sampler(context), { sounds });
    await sampler.load({ tracks: [["", 0, false, name]] });
    const note = { pitch, velocity, start: 0, end: 0.6, drum: name === "drums" };
    sampler.note(sampler.bus(context.destination), note, name, 0.5, 0);
    const floats = (await context.startRendering()).getChannelData(0), wave = new Int16Array(floats.length);
    for (let i = 0; i < wave.length; i++) wave[i] = 16000 * floats[i];
    const bytes = new Uint8Array(wave.buffer);
    let letters = "";
    for (let i = 0; i < bytes.length; i += 4096) letters += String.fromCharCode(...bytes.subarray(i, i + 4096));
    found[`${name} ${pitch} ${velocity}`] = btoa(letters);
  }
  return found;
}"""


@pytest.fixture(scope="module")
def waves(chromium, tmp_path_factory):
    """(instrument, key, velocity) -> what a note sounds like that begins at `ONSET_S` and is held for 0.6 s."""
    folder = tmp_path_factory.mktemp("sampler")
    story = staccato.alone(folder / "one", [staccato.midi([0], [60])])
    (folder / "one.html").write_text(render([story]), encoding="utf-8")
    page = chromium.new_page()
    page.goto((folder / "one.html").as_uri())
    page.wait_for_selector("#pieces[data-ready]")
    names = list(json.loads((bank.FOLDER / "bank.json").read_text()))
    made = page.evaluate(SOUNDS, [bank.blocks(names), names, list(KEYS)])
    page.close()
    keys = {key: tuple(int(part) if part.isdigit() else part for part in key.split()) for key in made}
    return {keys[key]: np.frombuffer(base64.b64decode(data), "<i2") / 16_000 for key, data in made.items()}


def middle(wave):
    return wave[round(0.6 * RATE_HZ) : round(1.05 * RATE_HZ)]


def cents_off(wave, pitch):
    """How far the strongest harmonic series within a semitone and a half lies from a pitch's."""
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave)), 2**18))
    offsets, harmonics = np.arange(-150, 151, 2), np.arange(1, 7)
    bases = 440 * 2 ** ((pitch - 69 + offsets / 100) / 12)
    at = np.rint(np.outer(bases, harmonics) * 2**18 / RATE_HZ).astype(int)
    strength = (spectrum[np.minimum(at, len(spectrum) - 1)] / np.sqrt(harmonics)).sum(axis=1)
    return float(offsets[strength.argmax()])


def test_every_instrument_begins_on_time_and_ends(waves):
    assert len(waves) == 2 * (12 * len(KEYS) + 2)
    for key, wave in waves.items():
        loudest = np.abs(wave).max()
        assert np.abs(wave[: round(ONSET_S * RATE_HZ) - 1]).max() == 0, key
        late_s = (np.abs(wave) > 0.08 * loudest).argmax() / RATE_HZ - ONSET_S
        assert late_s < (0.02 if key[0] in STRUCK else 0.15), key
        assert loudest < 1.2, key
        if key[0] != "drums":
            assert np.abs(wave[-400:]).max() < 0.35 * loudest, key


def test_a_louder_note_is_louder(waves):
    for name, key, velocity in waves:
        if velocity == 127:
            assert np.abs(waves[name, key, 127]).max() > 3 * np.abs(waves[name, key, 40]).max() > 0, (name, key)


def test_every_instrument_is_in_tune(waves):
    for (name, key, velocity), wave in waves.items():
        if name != "drums" and velocity == 127:
            # strings and voices are many, and not quite as one
            assert abs(cents_off(middle(wave), key)) < 30, (name, key)


def test_a_semitone_would_be_found(waves):
    assert abs(cents_off(middle(waves["piano", 57, 127]), 58)) > 60
