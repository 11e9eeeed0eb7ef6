"""The pianists of Vienna 4x22 differ as much as is published: a check of the alignment."""

import numpy as np

from modeloid.bench.dynamics.vienna import against_one_another
from music.shared_data import archive, folder

# of all 22 pianists, from the set's own matches: mean absolute error and correlation
PUBLISHED = {
    "Chopin_op10_no3": (7.83, 0.842),
    "Chopin_op38": (7.97, 0.759),
    "Mozart_K331_1st-mov": (8.34, 0.737),
    "Schubert_D783_no15": (9.57, 0.619),
}


def test_pairs_of_pianists_are_as_far_apart_as_published(monkeypatch):
    archive("piano")
    monkeypatch.setenv("MODELOID_DATA", str(folder()))
    found = against_one_another(6)
    assert len(found) == 4 * 15
    for name, (mae, r) in PUBLISHED.items():
        own = [one for one in found if one.piece == name]
        # a few pianists differ more or less than all of them
        assert abs(np.mean([one.mae for one in own]) - mae) < 2
        assert abs(np.mean([one.r for one in own]) - r) < 0.1
