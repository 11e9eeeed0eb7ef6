import pytest

from modeloid.bench.inspiration import entered
from modeloid.cycle.errors import ModeloidError


def test_an_unknown_preset_names_the_nearest(tmp_path):
    with pytest.raises(ModeloidError, match="Did you mean 'default'"):
        entered.run(tmp_path, ["defaults"], [0], {})
    assert list(tmp_path.iterdir()) == []


def test_a_beside_that_is_no_modeloid_is_named(tmp_path):
    with pytest.raises(ModeloidError, match="nothing here"):
        entered.run(tmp_path / "root", [], [0], {}, [tmp_path / "nothing here"])
