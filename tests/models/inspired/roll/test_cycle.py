"""Ears learn on real music what the encoder hears, and by them the generator to say it."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from modeloid.models.inspired.idea.levels import symbols_of
from modeloid.models.inspired.plan.net import Ideas
from modeloid.models.inspired.roll.cycle import Ear, Sections, amiss, heard, whole_sections
from modeloid.models.inspired.roll.rolls import LOUD
from modeloid.models.inspired.roll.scenes import excerpted

from .small import DRUMS, PARTS, a_generator, random_maps, some_ideas, studies


def an_ear():
    torch.manual_seed(0)
    return Ear(PARTS, DRUMS, 16, 8, 16).eval()


def test_whole_sections_are_those_that_no_bar_is_missing_of():
    ideas = some_ideas(3, 19)
    maps = torch.arange(3 * 19.0).view(3, 19, 1)
    found = whole_sections(maps, torch.tensor([19, 15, 7]), ideas)
    assert found.maps[:, 0, 0].tolist() == [0, 8, 19]
    assert torch.equal(found.symbols, symbols_of(ideas.bars[[0, 0, 1], [0, 8, 0]]))
    assert found.symbols.min() == 0
    assert found.symbols.max() == 3


def test_an_ear_does_not_hear_how_loud_notes_are_and_hears_which_there_are():
    ear, maps = an_ear(), torch.from_numpy(random_maps(2))
    heard_ = ear(maps)
    assert heard_.shape == (2, 16, 4)
    louder = maps.clone()
    louder[:, :, :, LOUD] *= 0.5
    assert torch.equal(ear(louder), heard_)
    assert not torch.equal(ear(maps.roll(1, -1)), heard_)


def test_pitch_classes_are_those_of_any_octave_and_not_of_drums():
    ear, maps = an_ear(), torch.zeros(1, 8, PARTS, 2, 16, 64)
    maps[0, 2, 1, 0, 5, 16] = 1
    classes = ear._classes(maps).view(8, 2, 4, 12)
    assert torch.nonzero(classes).tolist() == [[2, 0, 1, 4]]
    assert torch.equal(ear._classes(maps.roll(12, -1)), ear._classes(maps))
    assert not torch.equal(ear._classes(maps.roll(1, -1)), ear._classes(maps))
    assert float(ear._classes(maps.roll(-1, 2)).abs().sum()) == 0


def test_who_hears_nothing_lacks_two_bits_a_symbol_and_no_section_lacks_nothing():
    ear, maps = an_ear(), torch.from_numpy(random_maps(2))
    for parameter in ear.last.parameters():
        torch.nn.init.zeros_(parameter)
    symbols = torch.zeros(2, 16, dtype=torch.int64)
    assert amiss(ear, Sections(maps, symbols)).item() == pytest.approx(np.log(4), rel=1e-5)
    none = Sections(maps[:0], symbols[:0])
    assert amiss(ear, none).item() == 0
    assert heard(ear, none) == (0, 0)


def lacked(weight):
    """Nats a symbol that the ear lacks of wanted ideas in what is made, first and after some turns of heeding it."""
    songs, code = studies(3), some_ideas(3, 8)
    ideas = Ideas(code.bars[:, :1].expand(-1, 16, -1), code.piece)
    rates = {"roll_learning_rate": 0.02, "roll_critic": 0.0}
    generator = a_generator(roll_cycle=weight, forget=0.0, planned_turns=202, **rates)
    torch.manual_seed(1)
    for turn in range(15):
        generator.step(songs, ideas, turn)
    generator.net.coder.eval()
    scene = excerpted(songs, ideas, 3, 8, PARTS, DRUMS)
    for turn in range(20):
        generator._lesson(whole_sections(scene.maps, scene.bars, scene.ideas), 115 + turn)
    told = [generator._played_step(scene, 141 + turn)["returned"] for turn in range(20)]
    return np.mean(told[:4]), np.mean(told[-4:])


def test_ideas_come_back_from_what_is_made_where_the_ear_is_heeded():
    before, after = lacked(8.0)
    assert after < before - 0.15
    _, unheeded = lacked(0.0)
    assert after < unheeded - 0.15
