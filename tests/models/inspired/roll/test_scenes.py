"""Scenes are bars of real pieces with the ideas of those bars."""

from __future__ import annotations

import numpy as np
import torch

from modeloid.models.inspired.roll.rolls import BEGIN, HOLD, rolls_of
from modeloid.models.inspired.roll.scenes import Scene, excerpted, whole

from .small import DRUMS, PARTS, random_maps, some_ideas, studies


def test_an_excerpt_begins_with_a_section_and_has_its_ideas():
    songs = studies(4)
    bars = int(songs.bars.max())
    ideas = some_ideas(4, bars)
    torch.manual_seed(0)
    scene = excerpted(songs, ideas, 3, 8, PARTS, DRUMS)
    maps = torch.from_numpy(rolls_of(songs.rows, bars, PARTS, DRUMS))
    firsts = []
    for row in range(3):
        same = [first for first in range(0, bars, 8) if torch.equal(scene.ideas.bars[row, 0], ideas.bars[row, first])]
        firsts += same
        # notes that began before the excerpt are left out, so only what begins is compared
        assert torch.equal(scene.maps[row, :, :, BEGIN], maps[row, same[0] : same[0] + 8, :, BEGIN])
    assert scene.maps.shape[:2] == (3, 8)
    assert scene.bars.tolist() == [8, 8, 8]
    assert len(firsts) == 3


def test_whole_pieces_are_as_long_as_they_are():
    songs = studies(3)
    scene = whole(songs, None, range(1, 3), PARTS, DRUMS)
    assert scene.ideas is None
    assert scene.bars.tolist() == songs.bars[1:3].tolist()
    assert torch.equal(scene.maps, torch.from_numpy(rolls_of(songs.rows[1:3], int(songs.bars.max()), PARTS, DRUMS)))


def test_what_sounded_a_step_before_goes_over_bar_lines():
    maps = torch.from_numpy(random_maps(1, 3))
    before = Scene(maps, torch.tensor([3]), None).before
    sounds = (maps[:, :, :, BEGIN] + maps[:, :, :, HOLD]).numpy()
    line = np.moveaxis(sounds[0], 1, 0).reshape(PARTS, 48, 64)
    found = np.moveaxis(before[0].numpy(), 1, 0).reshape(PARTS, 48, 64)
    assert np.array_equal(found[:, 1:], line[:, :-1])
    assert found[:, 0].sum() == 0


def test_bars_and_notes_are_counted():
    scene = Scene(torch.from_numpy(random_maps(2, 4)), torch.tensor([4, 1]), None)
    assert scene.counts.tolist() == [[1, 1, 1, 1], [1, 0, 0, 0]]
    assert scene.notes == float(scene.maps[:, :, :, BEGIN].sum())
    assert Scene(0 * scene.maps, scene.bars, None).notes == 1
