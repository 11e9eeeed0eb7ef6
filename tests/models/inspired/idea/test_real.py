import numpy as np
import torch
from symusic import Score

from modeloid.models.inspired.idea.encoder import Encoder
from modeloid.models.inspired.idea.views import views
from modeloid.music.represent import representation
from modeloid.music.represent.parts import PART, cut
from music.shared_data import midi

from .made import changed, transposed

SPEC = {"kind": "parts", "window_bars": 32, "parts": ["drums", "MELODY", "BRIDGE", ["piano", 0, 127]]}
DRUMS = (0,)


def songs():
    coder = representation(SPEC)
    for data in midi("pop909", every=150):
        score = Score.from_midi(data)
        # the files' meters are no bars, see the data set
        score.time_signatures = score.time_signatures[:0]
        yield coder.encode(score)


def test_real_songs_keep_their_code_in_any_key_by_any_players_at_any_loudness():
    torch.manual_seed(0)
    encoder = Encoder(16, 8)
    slices = [cut(rows, bar, 8) for rows in songs() for bar in (8, 24)]
    mine = views(slices, DRUMS)
    # statistics of music, so that the code tells slices apart
    for _ in range(40):
        encoder([torch.from_numpy(view) for view in mine])
    codes = encoder.codes(mine)
    assert len(torch.unique(codes, dim=0)) > len(codes) / 2
    draw = np.random.default_rng(0)
    others = {
        "key": [transposed(rows, int(draw.integers(-6, 7))) for rows in slices],
        "players": [changed(rows, part=1 + rows[:, PART] % 3) for rows in slices],
        "one player": [changed(rows, part=3) for rows in slices],
        "loudness": [changed(rows, velocity=draw.integers(1, 128, len(rows))) for rows in slices],
    }
    share = {name: float((encoder.codes(views(rows, DRUMS)) != codes).float().mean()) for name, rows in others.items()}
    assert max(share.values()) <= 0.02, share
    # what is another idea has another code
    backwards = [changed(rows, pitch=127 - rows[:, 2]) for rows in slices]
    assert float((encoder.codes(views(backwards, DRUMS)) != codes).float().mean()) > 0.2
