"""The modeloids of a bench: made once, never taken for others, and trained to their end or told why not."""

from types import SimpleNamespace

import pytest

from modeloid import app
from modeloid.bench import events, made, trained, transfer, voices
from modeloid.cycle.errors import ModeloidError
from music.shared_data import archive

SMALL = {"width": 4, "channels": 2, "notes": 1, "beats": 1, "repeats": False}
SHORT = {"last": "2t", "validate": "2t", "save": "2t", "generate": "never", "pieces": 0}


@pytest.fixture
def there(monkeypatch):
    """Nothing is made or trained: what would be made is kept, and shown again as an mconfig holds it."""
    cards = {}

    def create(family, target, preset, data=None, cycle=None, **parameters):
        target.mkdir(parents=True)
        (target / "mconfig.py").touch()
        whole = {key: list(value) if isinstance(value, tuple) else value for key, value in parameters.items()}
        cards[target] = {"model": {"framework": "x", **whole}, "data": data or {}, "cycle": cycle}

    monkeypatch.setattr(made, "app", SimpleNamespace(create=create, show=cards.__getitem__))
    return cards


def test_what_is_there_is_taken_where_all_that_is_said_agrees(there, tmp_path):
    given = {"width": 32, "pair": (1, 2), "cycle": {"last": "2t", "seed": 0}, "data": {"representation": {"low": 1}}}
    made.ensure(tmp_path / "a", "voices", "jsb", given)
    for same in (given, {}, {"pair": [1, 2]}, {"cycle": {"seed": 0}}):
        made.ensure(tmp_path / "a", "voices", "jsb", same)
    assert list(there) == [tmp_path / "a"]


@pytest.mark.parametrize(
    ("other", "told"),
    [
        ({"width": 64}, r"width: 32, not 64"),
        ({"cycle": {"seed": 1}}, r"cycle\.seed: 0, not 1"),
        ({"data": {"representation": {"low": 2}}}, r"data\.representation\.low: 1, not 2"),
        ({"widht": 32}, r"widht: None, not 32"),
        ({"pair": [2, 1]}, r"pair: \[1, 2\], not \[2, 1\]"),
    ],
)
def test_other_settings_are_refused_in_one_line(there, tmp_path, other, told):
    given = {"width": 32, "pair": (1, 2), "cycle": {"last": "2t", "seed": 0}, "data": {"representation": {"low": 1}}}
    made.ensure(tmp_path / "a", "voices", "jsb", given)
    with pytest.raises(ModeloidError, match=rf"a: was made with other settings \({told}\)\. Use another --root"):
        made.ensure(tmp_path / "a", "voices", "jsb", other)


def test_the_preset_is_not_a_setting(there, tmp_path):
    with pytest.raises(ModeloidError, match="the bench chooses the preset"):
        made.ensure(tmp_path / "a", "events", "pop909", {"preset": "asap"})


BENCHES = {
    "frames": lambda root, said: trained.frames(root, "jsb", 0, said),
    "lstm": lambda root, said: trained.lstm(root, "jsb", {**said, "lstm": said}),
    "rbm": lambda root, said: trained.rbm(root, "jsb", {**said, "rbm": {"hidden": [said.get("width", 9)]}}),
    "voices": lambda root, said: voices._trained(root, 0, said),
    "events": lambda root, said: events._trained(root, "pop909", "lstm", 0, said),
    "transfer": lambda root, said: transfer._scored(root, "jazz-pop", "cyclegan", 0, said, {}),
}


class _AgreedError(Exception):
    """The modeloid that is there was taken, or a new one made."""


@pytest.mark.parametrize("bench", BENCHES)
def test_every_bench_refuses_changed_settings_and_takes_the_same_again(there, tmp_path, monkeypatch, bench):
    def agreed(*_, **__):
        raise _AgreedError

    made.app.train = agreed
    monkeypatch.setattr(transfer, "open_card", agreed)
    settings = {"width": 32, "cycle": {"validate": "5t"}}
    for same in (settings, settings, {"width": 32}):
        with pytest.raises(_AgreedError):
            BENCHES[bench](tmp_path, same)
    with pytest.raises(ModeloidError, match="made with other settings"):
        BENCHES[bench](tmp_path, {**settings, "width": 64})


@pytest.mark.parametrize("bench", ["lstm", "rbm"])
def test_turns_are_compared_only_where_they_are_said(there, tmp_path, bench):
    def agreed(target):
        raise _AgreedError

    made.app.train = agreed
    make = getattr(trained, bench)
    for said in ({"cycle": {"last": "40t"}}, {}):
        with pytest.raises(_AgreedError):
            make(tmp_path, "jsb", said)
    with pytest.raises(ModeloidError, match=r"cycle\.last: 40t, not 50t"):
        make(tmp_path, "jsb", {"cycle": {"last": "50t"}})


def test_a_named_preset_is_compared_with_all_that_it_says(there, tmp_path):
    made.app.train = lambda target: SimpleNamespace(status="stopped", step=0, reason="x", best=None, test=None)
    for said in ({"planned_turns": 650}, {}):
        with pytest.raises(ModeloidError, match="stopped"):
            voices._trained(tmp_path, 0, said)
    with pytest.raises(ModeloidError, match=r"planned_turns: 650, not 20"):
        voices._trained(tmp_path, 0, {"preset": "small"})
    with pytest.raises(ModeloidError, match="Did you mean 'small'"):
        voices._trained(tmp_path, 0, {"preset": "smal"})


def test_what_is_started_from_is_no_matter_of_what_is_there(there, tmp_path):
    made.ensure(tmp_path / "a", "events", "asap", {"width": 100, "cycle": {"seed": 0}}, {"width": 9, "layers": 3})
    assert there[tmp_path / "a"]["model"] == {"framework": "x", "width": 100, "layers": 3}
    made.ensure(tmp_path / "a", "events", "asap", {"cycle": {"seed": 0}}, {"width": 9, "cycle": {"generate": "never"}})


@pytest.mark.parametrize("bench", ["frames", "lstm", "rbm", "voices", "events"])
def test_one_that_was_never_validated_is_told_so_not_to_run_again(there, tmp_path, bench):
    ended = SimpleNamespace(status="done", step=2, reason="last turn", best=None, test={"likelihood": {}})
    made.app.train = lambda target: ended
    with pytest.raises(ModeloidError, match=r"never validated in its 2 turns.*cycle.validate"):
        BENCHES[bench](tmp_path, {})
    ended.status = "stopped"
    with pytest.raises(ModeloidError, match=r"stopped at turn 2 .*Run the bench again"):
        BENCHES[bench](tmp_path, {})


def test_a_real_mconfig_agrees_with_what_made_it(tmp_path, monkeypatch):
    monkeypatch.setenv("MODELOID_DATA", str(archive("jsb").parent))
    made.ensure(tmp_path / "a", "voices", "small", {**SMALL, "cycle": {**SHORT, "seed": 0}})
    before = app.show(tmp_path / "a")
    made.ensure(tmp_path / "a", "voices", "small", {**SMALL, "cycle": {**SHORT, "seed": 0}})
    assert app.show(tmp_path / "a") == before
    start = voices.presets["small"]
    given = {**start["parameters"], **SMALL, "data": start["data"], "cycle": {**start["cycle"], **SHORT}}
    made.ensure(tmp_path / "a", "voices", "small", given)
    with pytest.raises(ModeloidError, match=r"width: 4, not 8"):
        made.ensure(tmp_path / "a", "voices", "small", {**SMALL, "width": 8})
