"""A score gets the velocities of the notes that play it, and nothing else of it changes."""

import numpy as np

from modeloid.music.align import UNPLAYED, played
from modeloid.music.columns import NOTE_COLUMNS, Columns


def columns(onset, pitch, velocity, **about):
    raw = {
        "onset": onset,
        "duration": [10] * len(onset),
        "pitch": pitch,
        "velocity": velocity,
        "track": [0] * len(onset),
    }
    notes = {name: np.array(raw[name]).astype(kind) for name, kind in NOTE_COLUMNS.items()}
    frame = {"tpq": 480, "tracks": [["", 0, False]], "tempos": [], "meters": [], "keys": []}
    return Columns(notes, frame | about)


def test_velocities_come_from_the_notes_that_play_and_from_around_where_none_does():
    pitches = np.random.default_rng(0).integers(50, 80, 40)
    score = columns(480 * np.arange(40), pitches, np.full(40, 64), keys=[[0, 2, 0]])
    loud = np.arange(40, 80)
    kept = np.arange(40) != 20
    performance = columns((700 * np.arange(40))[kept], pitches[kept], loud[kept])
    found = played(score, performance)
    assert found.score.notes["velocity"][kept].tolist() == loud[kept].tolist()
    assert found.score.notes["velocity"][20] == 60
    assert found.score.about[UNPLAYED] == [20] and found.score.about["keys"] == [[0, 2, 0]]
    for name in ("onset", "duration", "pitch", "track"):
        assert np.array_equal(found.score.notes[name], score.notes[name])
    assert found.share == 39 / 40
    assert (score.notes["velocity"] == 64).all()
