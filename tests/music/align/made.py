"""Scores made by rule, and performances of them of which every note is known."""

from __future__ import annotations

import numpy as np

from modeloid.music.align import Notes


def a_score(seed=0, bars=40):
    """Chords of two or three notes under a melody in eighths, in quarters."""
    draw = np.random.default_rng(seed)
    onset, pitch = [], []
    for bar in range(bars):
        root = int(draw.integers(40, 52))
        for beat in (0, 2):
            for step in (0, 4, 7)[: int(draw.integers(2, 4))]:
                onset.append(4 * bar + beat)
                pitch.append(root + step)
        for eighth in range(8):
            if draw.random() < 0.8:
                onset.append(4 * bar + eighth / 2)
                pitch.append(int(draw.integers(64, 84)))
    return Notes(np.array(onset, float), np.array(pitch, np.int64))


def a_performance(score, seed=0, wrong=0.05, spread_s=0.015):
    """The notes in any order, and of each the note of the score it plays, -1: none.

    The tempo wanders, chords are spread, and a third of `wrong` of the notes each are missing, false and added.
    """
    draw = np.random.default_rng(seed)
    beats = np.arange(score.onset.max() + 2)
    beat_s = 0.5 * np.exp(np.cumsum(draw.normal(0, 0.05, len(beats))).clip(-0.7, 0.7))
    when = np.interp(score.onset, beats, np.append(0, np.cumsum(beat_s)[:-1]))
    when = when + draw.normal(0, spread_s, len(when))
    draws = draw.random((2, len(when)))
    gone, false = draws[0] < wrong / 3, draws[1] < wrong / 3
    pitch = score.pitch + false * draw.choice([-2, -1, 1, 2], len(when))
    beside = draw.integers(0, len(when), round(wrong / 3 * len(when)))
    onset = np.concatenate([when[~gone], when[beside] + draw.normal(0, 0.2, len(beside))])
    played = np.concatenate([pitch[~gone], score.pitch[beside] + draw.integers(1, 6, len(beside))])
    truth = np.concatenate([np.where(false, -1, np.arange(len(when)))[~gone], np.full(len(beside), -1)])
    order = draw.permutation(len(onset))
    return Notes(onset[order], played[order]), truth[order]


def wanted(truth, count):
    """Of each note of the score the note that plays it; -1: none."""
    found = np.full(count, -1)
    found[truth[truth >= 0]] = np.flatnonzero(truth >= 0)
    return found
