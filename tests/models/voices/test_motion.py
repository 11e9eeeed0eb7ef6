"""Motion: a pair of voices is told by its intervals and ways alone."""

from dataclasses import replace

import torch

from modeloid.cycle.world import Alone
from modeloid.models import voices
from modeloid.models.voices.motion import Motion

from .small import a_batch, a_card, trained


def scored(table_entry, anchor, last, chosen, pitches=30):
    motion = Motion(2, pitches)
    with torch.no_grad():
        motion.table[0, table_entry] = 1.0
    rows = [torch.tensor([one]) for one in (anchor, last, chosen)]
    return motion(*rows)[0].nonzero()[:, 0].tolist()


def test_parallel_octaves_upwards_are_one_number():
    entry = ((0 * 3 + 2) * 3 + 2) * 12 + 0
    # the first voice goes from 20 to 22, the second from 8: octaves are 10, and 22 with it
    assert scored(entry, 8, [20, 8], [22, -2]) == [10, 22]
    assert scored(entry, 9, [21, 9], [23, -2]) == [11, 23], "the same in another key"
    assert scored(entry, 8, [20, 8], [18, -2]) == [], "the other way"
    assert scored(entry, 8, [20, 8], [20, -2]) == [], "oblique"
    assert scored(entry, 7, [20, 7], [22, -2]) == [], "not from an octave"


def test_voices_not_chosen_and_rests_say_nothing():
    motion = Motion(2, 30)
    torch.nn.init.ones_(motion.table)
    last = torch.tensor([[20, 8], [20, 8]])
    found = motion(torch.tensor([8, 8]), last, torch.tensor([[-1, -2], [22, -2]]))
    assert not found[0].any() and (found[1] == 1).all()


def test_a_scale_moves_the_scores_so_much_further():
    plain, far = Motion(2, 30), Motion(2, 30, scale=8.0)
    rows = torch.tensor([8]), torch.tensor([[20, 8]]), torch.tensor([[22, -2]])
    for motion in (plain, far):
        torch.nn.init.normal_(motion.table, generator=torch.Generator().manual_seed(0))
    assert torch.equal(far(*rows), 8 * plain(*rows)) and plain(*rows).any()


def test_a_modeloid_made_before_there_was_a_scale_is_what_it_was(tmp_path):
    trained(2).save(tmp_path)
    card = a_card()
    older = replace(card, model={name: value for name, value in card.model.items() if name != "motion"})
    found = [
        voices.load_model(one, tmp_path, Alone()).log_likelihood(a_batch())[0]
        for one in (card, older, a_card(motion=8.0))
    ]
    assert found[0].tobytes() == found[1].tobytes() != found[2].tobytes()
