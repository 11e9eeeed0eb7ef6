import pytest

from modeloid.cli.values import ArgumentError, read, spelt


@pytest.mark.parametrize(
    ("argument", "expected"),
    [
        ("hidden=[256,128]", {"hidden": [256, 128]}),
        ("learning_rate=1e-3", {"learning_rate": 0.001}),
        ("persistent=true", {"persistent": True}),
        ("persistent=True", {"persistent": True}),
        ("cycle.last=30e", {"cycle": {"last": "30e"}}),
        ("data.sets=[bach-chorales, folder:/a b]", {"data": {"sets": ["bach-chorales", "folder:/a b"]}}),
        ("data.representation.low=30", {"data": {"representation": {"low": 30}}}),
        ("doc=a=b", {"doc": "a=b"}),
        ("x=__import__('os')", {"x": "__import__('os')"}),
    ],
)
def test_values_are_read_as_meant(argument, expected):
    assert read([argument]) == expected


def test_nested_keys_meet():
    assert read(["cycle.last=1e", "cycle.batch=4"]) == {"cycle": {"last": "1e", "batch": 4}}


@pytest.mark.parametrize("arguments", [["hidden"], ["=3"], ["a=1", "a=2"], ["a=1", "a.b=2"]])
def test_what_cannot_be_read_is_refused(arguments):
    with pytest.raises(ArgumentError):
        read(arguments)


def test_options_are_wishes_too():
    arguments = ["bars=8", "--inspiration", "tune.mid", "--strength=0.7", "--length-bars", "-3"]
    assert spelt(arguments) == ["bars=8", "inspiration=tune.mid", "strength=0.7", "length_bars=-3"]
    assert spelt([]) == []


@pytest.mark.parametrize("arguments", [["--strength"], ["--inspiration", "--strength", "1"]])
def test_an_option_without_a_value_is_refused(arguments):
    with pytest.raises(ArgumentError, match="has no value"):
        spelt(arguments)


def test_an_option_that_is_given_several_times_is_a_list():
    arguments = ["--inspiration", "a b.mid", "n=2", "--inspiration=c.mid", "--strength", "1"]
    assert read(spelt(arguments)) == {"n": 2, "inspiration": ["a b.mid", "c.mid"], "strength": 1}
    assert read(spelt(["--x", "{1}", "--x", "(1, 2)"])) == {"x": ["{1}", [1, 2]]}
