"""Cuts the player's instruments from FluidR3Mono; run by hand when they are to change, see docs/vendored.md.

python -m modeloid.report.page.vendor.cut FluidR3Mono_GM.sf3
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator, Sequence
from itertools import pairwise
from math import gcd
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from modeloid.music.render import ogg
from modeloid.music.render.bank import Bank, Zone

FOLDER = Path(__file__).parent / "fluidr3mono"
RATE_HZ = 32_000
_QUALITY = 0.12
_SILENCE_S = 0.05
_MARGIN_S = 0.02
_SHORT_LOOP_S = 0.5
_VELOCITY = 127


class Recipe(NamedTuple):
    """What to take of a program: the keys to sample, for how long; `looped` where a held note goes on."""

    program: int
    keys: Sequence[int]
    length_s: float
    looped: bool = False
    drums: bool = False


RECIPES = {
    "piano": Recipe(0, (26, 34, 42, 50, 58, 66, 74, 84, 94, 104), 3.6),
    "bells": Recipe(11, (57, 66, 78, 88), 1.6),
    "organ": Recipe(16, (60,), 1.6, looped=True),
    "guitar": Recipe(24, (40, 50, 59, 69, 76), 2.2),
    "bass": Recipe(33, (28, 35, 43, 50), 1.6),
    "strings": Recipe(48, (40, 52, 64, 76), 3.0, looped=True),
    "voices": Recipe(52, (48, 60, 72), 3.0, looped=True),
    "brass": Recipe(56, (64, 79), 2.0, looped=True),
    "reed": Recipe(71, (52, 64, 76), 2.0, looped=True),
    "pipe": Recipe(73, (62, 74, 86), 2.0, looped=True),
    "lead": Recipe(81, (48, 60, 72), 1.0, looped=True),
    "pad": Recipe(89, (66,), 3.0, looped=True),
    "drums": Recipe(0, (*range(35, 60), *range(60, 71), 75, 76, 77, 80, 81, 82), 0.6, drums=True),
}
_RINGING_S = {46: 0.9, 49: 1.5, 57: 1.5, 52: 1.3, 55: 1.1, 51: 1.0, 59: 1.0, 53: 1.0, 80: 0.5, 81: 1.2}


class Cut(NamedTuple):
    """One sample: its wave, the key it sounds at by itself, its loop in frames, and how a held note is released."""

    wave: NDArray[np.float32]
    root: float
    loop: tuple[int, int] | None
    release_s: float


def main() -> None:
    """Write one Ogg Vorbis file an instrument, its samples behind one another, and `bank.json` about them."""
    bank = Bank(Path(sys.argv[1]))
    cuts_of = {name: list(_cuts(bank, recipe)) for name, recipe in RECIPES.items()}
    about = {}
    for name, recipe in RECIPES.items():
        cuts = cuts_of[name]
        zones, audio = _laid(cuts, recipe)
        data = ogg.encode(audio, RATE_HZ, _QUALITY)
        (FOLDER / f"{name}.ogg").write_bytes(data)
        about[name] = {"program": recipe.program, "zones": zones}
    lines = ",\n".join(f"{json.dumps(name)}: {json.dumps(entry)}" for name, entry in about.items())
    (FOLDER / "bank.json").write_text("{\n" + lines + "\n}\n", encoding="utf-8")


def _cuts(bank: Bank, recipe: Recipe) -> Iterator[Cut]:
    for key in recipe.keys:
        zone = next(zone for zone in bank.zones(recipe.program, recipe.drums) if _covers(zone, key))
        if recipe.looped and zone.loop:
            yield _looped(bank, zone, recipe.length_s)
        else:
            length_s = _RINGING_S.get(key, recipe.length_s) if recipe.drums else recipe.length_s
            yield _struck(bank, zone, length_s, key if recipe.drums else zone.root)


def _covers(zone: Zone, key: int) -> bool:
    return zone.keys[0] <= key <= zone.keys[1] and zone.velocities[0] <= _VELOCITY <= zone.velocities[1]


def _gain(zone: Zone) -> float:
    return float(10 ** (-zone.attenuation_db / 20))


def _looped(bank: Bank, zone: Zone, most_s: float) -> Cut:
    """The sample up to the end of its loop; a loop that is too long ends earlier, faded over into its beginning."""
    raw, rate_hz = bank.sample(zone.sample)
    first, last = zone.loop or (0, len(raw))
    # a loop of a few periods is laid out several times: rounding its frames then moves the pitch less
    times = max(1, round(_SHORT_LOOP_S * rate_hz / (last - first)))
    raw = np.concatenate([raw[:last], *[raw[first:last]] * (times - 1)])
    last = len(raw)
    wave = _resampled(raw, rate_hz)
    start, end = round(first * RATE_HZ / rate_hz), len(wave)
    if end > most_s * RATE_HZ:
        start, end = min(start, end // 3), round(most_s * RATE_HZ)
    wave, blend = wave[:end] * np.float32(_gain(zone)), min(round(0.15 * RATE_HZ), start, (end - start) // 2)
    if blend > RATE_HZ // 20:
        # what comes before the loop's start is faded into its end, so that nothing jumps
        ramp = np.linspace(0, 1, blend, dtype=np.float32)
        wave[end - blend :] = wave[end - blend :] * np.sqrt(1 - ramp) + wave[start - blend : start] * np.sqrt(ramp)
    again = wave[start : start + round(_MARGIN_S * RATE_HZ)]
    return Cut(np.concatenate([wave, again]), zone.root, (start, end), min(0.4, max(0.05, zone.release_s)))


def _struck(bank: Bank, zone: Zone, length_s: float, root: float) -> Cut:
    """A sound that dies away: its loop laid out, its decay (SoundFont 2.04, section 8.1.3, generator 36) put on."""
    raw, rate_hz = bank.sample(zone.sample)
    if zone.loop:
        first, last = zone.loop
        times = max(1, -(-round(length_s * rate_hz) // (last - first)))
        raw = np.concatenate([raw[:last], *[raw[first:last]] * times])
    wave = _resampled(raw[: round(length_s * rate_hz)], rate_hz)
    fallen_db = np.minimum(zone.sustain_db, 100 * np.arange(len(wave)) / RATE_HZ / max(0.01, zone.decay_s))
    wave = wave * np.float32(_gain(zone)) * (10 ** (-fallen_db / 20)).astype(np.float32)
    return Cut(_faded(wave), root, None, min(0.35, zone.release_s))


def _resampled(raw: NDArray[np.float32], rate_hz: int) -> NDArray[np.float32]:
    from scipy.signal import resample_poly

    common = gcd(rate_hz, RATE_HZ)
    found: NDArray[np.float32] = resample_poly(raw, RATE_HZ // common, rate_hz // common).astype(np.float32)
    return found


def _faded(wave: NDArray[np.float32]) -> NDArray[np.float32]:
    faded = wave.copy()
    end = len(faded) // 3
    faded[len(faded) - end :] *= np.cos(np.linspace(0, np.pi / 2, end, dtype=np.float32)) ** 2
    return faded


def _laid(cuts: Sequence[Cut], recipe: Recipe) -> tuple[list[list[Any]], NDArray[np.float32]]:
    """Zones ([lowest key, highest key, root, start s, length s, loop start s, loop end s, release s]) and the sound."""
    gap = np.zeros(round(_SILENCE_S * RATE_HZ), np.float32)
    roots = [cut.root for cut in cuts]
    # a key belongs to the sample next to it
    middles = [int((low + high) // 2) for low, high in pairwise(roots)]
    lows, highs = [0, *(middle + 1 for middle in middles)], [*middles, 127]
    if recipe.drums:
        lows = highs = [int(root) for root in roots]
    zones, parts, at = [], [gap], len(gap)
    for cut, low, high in zip(cuts, lows, highs, strict=True):
        loop = [round((at + frame) / RATE_HZ, 6) for frame in cut.loop] if cut.loop else [0, 0]
        length_s = len(cut.wave) / RATE_HZ
        zones.append(
            [low, high, round(cut.root, 3), round(at / RATE_HZ, 6), round(length_s, 4), *loop, round(cut.release_s, 3)]
        )
        parts += [cut.wave, gap]
        at += len(cut.wave) + len(gap)
    return zones, np.clip(np.concatenate(parts), -1, 1)


if __name__ == "__main__":
    main()
