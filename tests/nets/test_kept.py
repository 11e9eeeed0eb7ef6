import numpy as np

from modeloid.nets.kept import Kept


def rolls(velocity, n=3):
    batch = np.zeros((n, 1, 4, 2), np.uint8)
    batch[:, 0, 1:3, 0] = velocity
    return batch


def test_the_first_items_stay():
    kept = Kept(4, (1, 4, 2))
    assert kept.of(0).shape == (0, 1, 4, 2)
    kept.see([rolls(10), rolls(20, 1)])
    kept.see([rolls(30), rolls(40)])
    assert kept.of(0)[:, 0, 1, 0].tolist() == [10, 10, 10, 30]
    assert kept.of(1)[:, 0, 1, 0].tolist() == [20, 40, 40, 40]


def test_velocities_count_where_a_note_is_struck():
    kept = Kept(1, (1, 4, 2))
    kept.see([rolls(10), rolls(20)])
    kept.see([rolls(10), rolls(25)])
    assert kept.loudness()[0, 10] == 6
    assert np.flatnonzero(kept.loudness()[1]).tolist() == [20, 25]


def test_it_comes_back_with_its_module():
    one, other = Kept(4, (1, 4, 2)), Kept(4, (1, 4, 2))
    one.see([rolls(10), rolls(20)])
    other.load_state_dict(one.state_dict())
    assert (other.of(1) == one.of(1)).all()
    assert (other.loudness() == one.loudness()).all()
