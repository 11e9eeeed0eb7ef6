"""Small nets, songs by rule as the generator reads them, and random maps."""

from __future__ import annotations

import numpy as np
import torch

from modeloid.models.inspired.idea.encoder import CODE_SIZE, PIECE_SIZE, Encoder, tensors
from modeloid.models.inspired.idea.views import views
from modeloid.models.inspired.items import Items
from modeloid.models.inspired.learner import Studies
from modeloid.models.inspired.plan import layout
from modeloid.models.inspired.plan.net import Ideas
from modeloid.models.inspired.roll.coder import SYMBOLS
from modeloid.models.inspired.roll.maker import RollGenerator
from modeloid.models.inspired.roll.net import RollNet
from modeloid.music.represent.parts import cut

from ..small import SPEC, TINY, a_batch

PARTS, DRUMS = 3, (0,)
DIMS = (CODE_SIZE, PIECE_SIZE)
MODEL = {
    **TINY,
    "planned_turns": 100,
    "roll_width": 8,
    "roll_features": 24,
    "roll_learning_rate": 0.004,
    "roll_excerpts": 3,
    "roll_critic_from": 0.7,
    "roll_critic": 1.0,
    "roll_cycle": 2.0,
    "forget": 0.2,
    "weight_decay": 0.01,
    "clip": 1.0,
}


def generators(n, seed=0):
    return [np.random.default_rng([seed, row]) for row in range(n)]


def levels(*shape, seed=0):
    """Codes as an encoder would tell them."""
    symbols = np.random.default_rng(seed).integers(0, 4, shape)
    return torch.from_numpy(((2 * symbols - 3) / np.sqrt(5)).astype(np.float32))


def some_ideas(n, bars, seed=0):
    sections = levels(n, -(-bars // 8), CODE_SIZE, seed=seed)
    return Ideas(sections[:, torch.arange(bars) // 8], levels(n, PIECE_SIZE, seed=seed + 1))


def some_symbols(n, bars, seed=0):
    return torch.from_numpy(np.random.default_rng(seed).integers(0, 4, (n, bars, 4, SYMBOLS)))


def a_net(seed=0):
    """An untrained net that has read some bars: its symbols are all in use, its notes about as many as a song's."""
    torch.manual_seed(seed)
    net = RollNet(PARTS, DIMS, width=8, features=24).train()
    real = torch.from_numpy(random_maps(4)).flatten(0, 1)
    net.coder.calibrate(real)
    for _ in range(30):
        logits = net.coder(net.coder.codes(real))
        net.coder.remember(logits.detach(), real)
    return net.eval()


def random_maps(n=2, bars=8, share=0.03, seed=0):
    """Valid maps: some notes begin, a half of what sounds goes on."""
    draw = np.random.default_rng(seed)
    begin = draw.random((n, bars * 16, PARTS, 64)) < share
    goes_on, held = draw.random(begin.shape) < 0.5, np.zeros_like(begin)
    for step in range(1, begin.shape[1]):
        held[:, step] = (begin[:, step - 1] | held[:, step - 1]) & goes_on[:, step] & ~begin[:, step]
    loud = begin * draw.integers(1, 128, begin.shape) / 127
    maps = np.stack([begin, held, loud], 3).astype(np.float32)
    return maps.reshape(n, bars, 16, PARTS, 3, 64).transpose(0, 1, 3, 4, 2, 5)


def studies(n=4, seed=0):
    items = Items(SPEC)
    return Studies(a_batch(n, seed), items, layout(items.parts))


def an_encoder(songs, seed=0):
    """An untrained encoder that has heard songs: its symbols are all in use."""
    torch.manual_seed(seed)
    encoder = Encoder(8)
    slices = [cut(rows, first, 8) for rows, bars in zip(songs.rows, songs.bars, strict=True) for first in (0, bars - 8)]
    for _ in range(30):
        encoder(tensors(views(slices, DRUMS), encoder.piece_narrow.weight))
        encoder.piece_levels(encoder.piece_narrow(torch.randn(8, CODE_SIZE)))
    return encoder.eval()


def a_generator(seed=0, **parameters):
    torch.manual_seed(seed)
    return RollGenerator({**MODEL, **parameters}, PARTS, DRUMS, DIMS)
