"""A package that we know nothing of is found by its entry points, and its modeloid trains like ours."""

from __future__ import annotations

import json
from importlib.metadata import entry_points, packages_distributions
from pathlib import Path

import pytest

from modeloid import app
from modeloid.cycle.errors import ModeloidError

SOURCE = Path(__file__).with_name("modeloid_walks")


@pytest.fixture(scope="module", autouse=True)
def installed():
    if "modeloid_walks" not in packages_distributions():
        pytest.fail(
            "modeloid-walks is not installed: run `make test`, or `pip install --no-deps tests/outside/modeloid_walks`"
        )


@pytest.fixture(scope="module")
def trained(tmp_path_factory):
    directory = app.create("bigram", tmp_path_factory.mktemp("outside") / "walker", authors=["a stranger"])
    outcome = app.train(directory)
    assert outcome.status == "done"
    return directory


def test_what_is_installed_is_what_lies_here():
    """An older copy in the environment would let all of this pass or fail for nothing."""
    import modeloid_walks

    for path in (SOURCE / "src" / "modeloid_walks").glob("*.py"):
        assert (Path(modeloid_walks.__file__).parent / path.name).read_text() == path.read_text(), "install it again"


def test_the_entry_points_are_found():
    assert entry_points(group="modeloid.domains")["walks"].value == "modeloid_walks.walks"
    found = {model["name"]: model for model in app.models()}
    assert found["bigram"]["distribution"] == "modeloid-walks"
    assert found["bigram"]["presets"] == {"default": "Random walks over six places."}


def test_it_is_created_plain(trained):
    text = (trained / "mconfig.py").read_text()
    assert "from modeloid_walks.bigram import load_model" in text
    shown = app.show(trained)
    assert shown["data"]["domain"] == "walks"
    assert shown["model"]["places"] == 6


def test_it_learns_what_can_be_learned(trained):
    from modeloid_walks import walks

    best_possible = walks.open({}).entropy_nats()
    lines = [json.loads(line) for line in (trained / "record" / "log.jsonl").read_text().splitlines()]
    first = next(line["train"] for line in lines if "train" in line)
    result = json.loads((trained / "record" / "test.json").read_text())
    assert first["loss"] == pytest.approx(16 * 1.791759, rel=1e-5)
    assert result["loss"]["loss"] == pytest.approx(best_possible, abs=0.3)
    assert result["judge"]["leaps"] < 0.05


def test_its_pieces_and_wishes(trained):
    pieces = app.sample(trained, 8, start=2)
    assert [piece[0] for piece in pieces] == [2] * 8
    assert app.sample(trained, 4, start=2) == pieces[:4]
    assert app.sample(trained, 8, seed=1, start=2) != pieces
    with pytest.raises(ModeloidError, match="Did you mean 'start'"):
        app.sample(trained, 1, strat=2)


def test_its_pieces_are_written_by_its_domain(trained, tmp_path):
    written = app.write(app.sample(trained, 2), tmp_path / "pieces", domain="walks")
    assert [path.suffix for path in written] == [".txt", ".txt"]
    assert len(written[0].read_text().split()) == 16
    assert sorted((trained / "record" / "samples" / "test").glob("*.txt"))


def test_wrong_parameters_are_named(tmp_path):
    with pytest.raises(ModeloidError, match="Did you mean 'momentum'"):
        app.create("bigram", tmp_path / "one", momentun=0.5)
    with pytest.raises(ModeloidError, match="momentum: 2 is out of range"):
        app.create("bigram", tmp_path / "one", momentum=2)
    with pytest.raises(ValueError, match="Did you mean 'places'") as raised:
        app.create("bigram", tmp_path / "one", data={"placs": 5})
    assert raised.value.exit_code == 2
    with pytest.raises(ModeloidError, match="Did you mean 'bigram'"):
        app.create("bigran", tmp_path / "one")
