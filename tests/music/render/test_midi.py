from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from symusic import core

from modeloid.music.columns import from_score, to_score
from modeloid.music.errors import MusicError, ReadError
from modeloid.music.render.midi import recipe_of, with_recipe, write_midi

from ..pieces import piece

SONG = to_score(piece([(0, 1, 60), (1, 2, 64)]))
PLAIN = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


@given(recipe=st.dictionaries(st.text(), PLAIN, max_size=6))
@settings(max_examples=60, deadline=None)
def test_a_recipe_survives_reading_and_writing_again(recipe):
    once = core.ScoreTick.from_midi(with_recipe(SONG, recipe).dumps_midi())
    twice = core.ScoreTick.from_midi(once.dumps_midi())
    assert recipe_of(once) == recipe_of(twice) == recipe


def test_a_file_carries_its_recipe_and_its_notes(tmp_path):
    recipe = {"modeloid": "bach-rbm", "seed": 3, "address": ["sample", 0], "wishes": {"temperature": 0.9}, "ü": "♯"}
    path = write_midi(SONG, tmp_path / "a.mid", recipe)
    assert recipe_of(path) == recipe
    assert b"modeloid recipe" in path.read_bytes()
    read = from_score(core.ScoreTick.from_midi(path.read_bytes()))
    assert read.notes["pitch"].tolist() == [60, 64]
    assert len(SONG.markers) == 0


def test_other_programs_read_it_too(tmp_path):
    mido = pytest.importorskip("mido")
    path = write_midi(SONG, tmp_path / "a.mid", {"seed": 3})
    texts = [event.text for track in mido.MidiFile(path).tracks for event in track if event.type == "marker"]
    assert texts == ['modeloid recipe {"seed": 3}']


def test_a_new_recipe_takes_the_old_one_s_place_and_other_markers_stay(tmp_path):
    song = SONG.copy()
    song.markers.append(core.TextMetaTick(480, "Verse"))
    again = with_recipe(with_recipe(song, {"seed": 1}), {"seed": 2})
    assert recipe_of(again) == {"seed": 2}
    assert sum(marker.text.startswith("modeloid") for marker in again.markers) == 1
    assert [marker.text for marker in again.markers if marker.time] == ["Verse"]
    assert recipe_of(write_midi(again, tmp_path / "a.mid")) == {"seed": 2}


def test_no_recipe_is_none_and_bad_ones_are_errors(tmp_path):
    assert recipe_of(SONG) is None
    assert recipe_of(write_midi(to_score(piece([])), tmp_path / "empty.mid", {"seed": 1})) == {"seed": 1}
    with pytest.raises(MusicError, match="recipe: cannot be written as JSON"):
        with_recipe(SONG, {"model": object()})
    with pytest.raises(MusicError, match="JSON"):
        with_recipe(SONG, {"loss": float("nan")})
    (tmp_path / "junk.mid").write_bytes(b"junk")
    with pytest.raises(ReadError, match=r"junk\.mid.*not MIDI"):
        recipe_of(tmp_path / "junk.mid")
    broken = SONG.copy()
    broken.markers.append(core.TextMetaTick(0, "modeloid recipe {"))
    with pytest.raises(ReadError, match="damaged"):
        recipe_of(broken)
