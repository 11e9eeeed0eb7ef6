"""Where a modeloid's files lie, and how far it is."""

from __future__ import annotations

from modeloid.cycle import checkpoint
from modeloid.cycle.state import State
from modeloid.directory.layout import Layout, standing


def test_a_new_one_stands_at_the_beginning(tmp_path):
    assert standing(tmp_path) == {"step": 0, "best": None, "checkpoints": [], "parent": {}}
    assert list(tmp_path.iterdir()) == []


def test_the_newest_checkpoint_tells(tmp_path):
    layout = Layout(tmp_path)
    for step in (3, 12):
        state = State(step=step, best={"step": 3, "value": 0.5, "quantity": "valid/loss", "sign": -1})
        checkpoint.write(layout.state, step, lambda path: None, {"state": state.to_json()}, {})
    told = standing(tmp_path)
    assert (told["step"], told["best"]["value"]) == (12, 0.5)
    assert told["checkpoints"] == ["step-000000003", "step-000000012"]


def test_damage_is_passed_over(tmp_path):
    layout = Layout(tmp_path)
    (layout.state / "step-000000007").mkdir(parents=True)
    for damage in ("", "[]", '{"state": []}', '{"state": {"best": 1}}', "[" * 100_000):
        (layout.state / "step-000000007" / "cycle.json").write_text(damage)
        layout.parent.write_text(damage)
        assert standing(tmp_path)["best"] is None
        assert standing(tmp_path)["step"] == 7
