"""The net to be compared with: its positions are absolute, counted from each row's own beginning."""

import pytest
import torch

from modeloid.backends.arguments import ParameterError
from modeloid.models import events
from modeloid.models.events.gpt2 import LearnedPositions
from modeloid.nets.cache import KeyValues

from .small import SPEC, a_modeloid, stirred
from .test_settings import domain


def test_positions_go_on_behind_the_memory_and_count_from_each_rows_beginning():
    positions = LearnedPositions({"context": 8, "width": 4})
    tokens = torch.zeros((2, 3), dtype=torch.int64)
    assert torch.equal(positions(tokens, None)[0], positions.table.weight[:3])
    memory = KeyValues(torch.zeros(1), (2, 1, 8, 4), torch.tensor([0, 2]))
    memory.add(torch.zeros(2, 1, 3, 4), torch.zeros(2, 1, 3, 4))
    found = positions(tokens, memory)
    assert torch.equal(found[0], positions.table.weight[3:6])
    assert torch.equal(found[1], positions.table.weight[1:4])


def test_it_cannot_read_beyond_its_context():
    net = a_modeloid(network="gpt2").net
    with pytest.raises(IndexError):
        net.read(torch.zeros((1, 65), dtype=torch.int64))


def test_the_same_tokens_at_another_place_are_read_otherwise_and_by_rotary_attention_alike():
    """A row of one token again and again: relative positions cannot tell where in it they are, absolute ones can."""
    tokens = torch.full((1, 20), 5)
    for network in ("gpt2", "transformer"):
        net = stirred(a_modeloid(network=network, layers=1)).net.eval()
        with torch.no_grad():
            found = net.read(tokens)[0]
        assert torch.allclose(found[3], found[17], atol=1e-4) == (network == "transformer")


@pytest.mark.parametrize("network", ["gpt2", "transformer"])
def test_padding_before_a_row_changes_nothing(network):
    tokens = torch.randint(4, 8, (1, 20), generator=torch.Generator().manual_seed(0))
    net = stirred(a_modeloid(network=network)).net.eval()
    with torch.no_grad():
        memory = net.memory(1, torch.tensor([7]))
        padded = net.read(torch.cat([torch.zeros((1, 7), dtype=torch.int64), tokens], 1), memory)[:, 7:]
        assert torch.allclose(padded, net.read(tokens), atol=1e-4)


def test_its_heads_divide_the_width():
    assert events.make(domain(SPEC), {"network": "gpt2", "width": 12, "heads": 4})["width"] == 12
    with pytest.raises(ParameterError, match="3 heads"):
        events.make(domain(SPEC), {"network": "gpt2", "width": 20, "heads": 3})
