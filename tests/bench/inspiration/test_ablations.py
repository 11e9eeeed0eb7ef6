"""With a part left out a modeloid is asked otherwise, and is afterwards what it was."""

from types import SimpleNamespace

import numpy as np

from modeloid.bench.inspiration.ablations import ABLATIONS, ablated
from modeloid.bench.inspiration.modeloids import candidate
from modeloid.models.inspired.settings import checked
from modeloid.models.inspired.wishes import known
from modeloid.music.represent.parts import VELOCITY

from .bands import CODER
from .bands import songs as made_up

XS = [song.slice(0) for song in made_up(3)]
FULL = checked({})


def modeloid():
    asked = []

    def sample(n, rng, **wishes):
        asked.append((dict(one.model), wishes))
        return [wishes["inspiration"]] * n

    one = SimpleNamespace(wishes=known(FULL), model=dict(FULL), sample=sample, asked=asked)
    return one


def test_each_part_is_left_out_while_it_is_asked_and_not_afterwards():
    whole = modeloid()
    for name, what in ABLATIONS.items():
        ys = ablated(whole, CODER, name, {"length_bars": 8})(XS, 0)
        assert len({len(np.unique(y[:, VELOCITY])) for y in ys} - {1}) == (0 if what.flat else 1)
        model, wishes = whole.asked[-1]
        assert model == FULL | what.model and whole.model == FULL
        assert {key: wishes[key] for key in what.wishes} == what.wishes
        assert model != FULL or what.wishes or what.flat


def test_every_change_is_of_something_that_can_be_set():
    for what in ABLATIONS.values():
        assert checked({**what.model})
        assert set(what.wishes) <= set(known(FULL))


def test_who_has_no_such_part_is_not_asked():
    rolls, other = modeloid(), modeloid()
    rolls.model["generator"] = "roll"
    other.model = {}
    for one in (rolls, other):
        assert [ablated(one, CODER, name, {}) for name in ABLATIONS if ABLATIONS[name].model] == [None, None]
        assert candidate(one, CODER, ablations=True).without == {}
    assert set(candidate(modeloid(), CODER, ablations=True).without) == set(ABLATIONS)
    assert candidate(modeloid(), CODER).without == {}
