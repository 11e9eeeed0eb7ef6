import shutil
from pathlib import Path

import numpy as np
import pytest

from modeloid.report.phrases import Interval, counted, lasting, listed, told
from modeloid.report.record import Curve, Piece, Record
from modeloid.report.story import Story, tell
from modeloid.report.words import compared, words
from report import records
from report.contents import comparison, result

LISTEN = "No figure here hears whether the music is good"


def curve(*values, every=10):
    return Curve(np.arange(1, len(values) + 1, dtype=np.int64) * every, np.array(values, dtype=np.float64))


def story(label="one", *, turns=100, best=None, representation="roll", kind="mid", pieces=0, **record):
    card = {"name": label, "step": turns, "cycle": {"seed": 3}, "data": {"representation": representation}}
    if best is not None:
        card["best"] = {"step": best[0], "value": best[1], "quantity": "valid/loss", "sign": -1}
    made = [Piece(None, number, {kind: Path("x")}, 0, (), {}, {}) for number in range(pieces)]
    return Story(Path(label), card, Record(tested=made, **record), label)


def examined(label="one", *, shift=0.0, digest="d" * 64, pieces=4, change=None, **more):
    test = result(40, shift, digest, True, "loss", pieces)
    if change is not None:
        change(test)
    return story(label, test=test, **more)


def said(found, part):
    """The sentences that hold some text."""
    return [sentence for sentence in words(found) if part in sentence]


def test_nothing_trained_and_something():
    assert words(story(turns=0))[0] == "There is no record yet of a training: nothing was trained."
    assert words(story(turns=0, runs=[{"step": 0}]))[0] == "Nothing was trained yet."
    assert words(story(turns=0, problems=["x"]))[0] == "No turn of a training can be read."
    assert said(story(turns=1), "Nothing was trained") == []
    assert words(story(turns=1))[0] == "It was trained for 1 turn."


def test_how_far_and_how_long(tmp_path):
    assert words(records.tell(tmp_path / "a"))[0] == "It was trained for 40 turns, in 2 runs and 40 seconds."


@pytest.mark.parametrize(
    ("end", "sentence"),
    [
        ({"what": "start"}, "The last run has not ended in the record: it is still going on, or was killed."),
        ({"what": "failed", "text": "loss is nan."}, "The last run failed: loss is nan."),
        (
            {"what": "end", "status": "stopped", "reason": "SIGTERM"},
            "It was stopped before its end (SIGTERM) and can go on.",
        ),
    ],
)
def test_how_the_last_run_ended(end, sentence):
    assert said(story(journal=[{"what": "start", "new": True}, end]), sentence) == [sentence]
    done = [{"what": "start"}, end, {"what": "start"}, {"what": "end", "status": "done", "reason": "last turn"}]
    assert said(story(journal=done), sentence) == []


def test_damage_is_said():
    assert said(story(problems=["x"]), "Reading the record met 1 problem;")
    assert said(story(), "Reading the record") == []


def test_the_last_validation_is_the_best():
    last = story(best=(40, 1.0), curves={"valid/loss": curve(4, 3, 2, 1)})
    assert said(last, "is the last of 4 measurements (turn 40): more training may still improve it.")
    alone = story(best=(10, 1.0), curves={"valid/loss": curve(1)})
    assert said(alone, "is the only measurement (turn 10): more training may still improve it.")
    before = story(best=(30, 1.0), curves={"valid/loss": curve(4, 3, 1, 2)})
    assert said(before, "may still improve") == []
    assert said(before, "the one measurement since is not better, the last is 2.")
    assert said(before, "too few to say")


@pytest.mark.parametrize(
    ("best", "every", "settled"), [(20, 20, True), (60, 20, False), (70, 10, True), (95, 1, False), (90, 2, True)]
)
def test_it_has_stopped_after_three_measurements_and_a_tenth_of_the_turns(best, every, settled):
    turns = np.arange(best, 101, every, dtype=np.int64)
    values = np.linspace(1, 2, len(turns))
    found = story(best=(best, 1.0), curves={"valid/loss": Curve(turns, values)})
    assert bool(said(found, "By valid/loss it has stopped improving.")) == settled
    assert bool(said(found, "too few to say that it has stopped learning")) != settled


def test_no_best_is_said():
    assert said(story(), "No checkpoint was chosen as best yet")
    assert said(story(best=(40, 1.0), curves={"valid/loss": curve(4, 3, 2, 1)}), "No checkpoint") == []


def overfitted(train, valid=(3, 1, 1.5, 2, 2.5)):
    ticks = Curve(np.arange(1, 101, dtype=np.int64), np.asarray(train, dtype=np.float64))
    return story(best=(40, 1.0), curves={"train/loss": ticks, "valid/loss": curve(*valid, every=20)})


def test_overfitting_is_said_where_training_went_on_improving():
    falling, flat = np.linspace(3, 0.5, 100), np.full(100, 1.0)
    found = overfitted(falling)
    assert said(found, "it overfits")
    assert said(found, "has stopped improving") == []
    assert said(found, "the 3 measurements since are not better, the last is 2.5.")
    for train in (flat, falling[::-1]):
        assert said(overfitted(train), "it overfits") == []
        assert said(overfitted(train), "By valid/loss it has stopped improving.")


def test_noise_is_not_taken_for_overfitting():
    rng = np.random.default_rng(0)
    noisy = 1 + rng.normal(size=100) + np.linspace(0.01, 0, 100)
    assert said(overfitted(noisy), "it overfits") == []


def test_training_and_validation_side_by_side():
    found = overfitted(np.linspace(3, 0.5, 100))
    assert said(found, "train/loss was 0.6136 on average; the last valid/loss is 2.5.")
    assert said(story(curves={"valid/loss": curve(1, 2)}), "on average") == []


def test_the_test_with_its_interval_and_without():
    found = examined()
    likelihood = "0.75 nats a step (negative log-likelihood)"
    assert said(
        found, f"On the test data with the weights of turn 40: {likelihood}, 95 % interval 0.7108 to 0.7892, from"
    )
    assert said(found, "0.7892, from 100 items.")
    bare = examined(change=lambda test: test["likelihood"].pop("nll_per_step_se"))
    assert said(bare, f"{likelihood}; how sure that is was not measured.")
    assert said(bare, "interval 0") == []
    loss = examined(change=lambda test: test.pop("likelihood"))
    assert said(loss, "loss 1.25; how sure that is was not measured.")
    assert said(found, "It was not tested") == []
    assert said(story(), "It was not tested: nothing here was measured on held-out test data.")
    assert said(loss, "nats") == said(loss, "negative log") == []


@pytest.mark.parametrize("content", ["junk", '{"schema": 2}', None])
def test_a_test_that_cannot_be_read_was_one(tmp_path, content):
    directory = records.make(tmp_path / "one")
    path = directory / "record" / "test.json"
    path.unlink()
    assert said(records.tell(directory), "It was not tested")
    path.mkdir() if content is None else path.write_text(content)
    found = records.tell(directory)
    assert said(found, "It was tested, but the result cannot be read.")
    assert said(found, "It was not tested") == []
    other = records.tell(tmp_path / "two")
    assert "The test of one cannot be read, so no figure of it is compared." in compared([found, other])
    assert "not tested" not in between(found, other)
    assert "cannot be read" not in between(other, examined("three"))


def test_a_test_of_measures_alone_is_said():
    bare = examined(change=lambda test: (test.pop("likelihood"), test.pop("loss")), examined=True)
    assert said(bare, "It was tested, but neither likelihood nor loss is told")
    assert said(bare, "cannot be read") == said(bare, "It was not tested") == []


@pytest.mark.parametrize("log", ["", None, '{"schema": 99}\n'])
def test_without_a_curve_there_is_still_a_best(tmp_path, log):
    directory = records.make(tmp_path / "one")
    path = directory / "record" / "log.jsonl"
    assert said(records.tell(directory), "can be read that far") == []
    path.unlink() if log is None else path.write_text(log)
    found = records.tell(directory)
    assert said(
        found, "was measured at turn 40; no curve of it can be read that far, so whether it still learns is not"
    )
    assert said(found, "No checkpoint") == []
    assert said(found, "Reading the record met 1 problem;")


def test_a_curve_that_ends_before_the_best_does_not_make_it_the_last():
    found = story(best=(50, 1.0), curves={"valid/loss": curve(4, 3, 2, 1)})
    assert said(found, "turn 50; no curve of it can be read that far")
    assert said(found, "more training may still") == []


def test_a_lost_record_does_not_say_that_nothing_was_trained(tmp_path):
    directory = records.make(tmp_path / "one", turns=360)
    shutil.rmtree(directory / "record")
    found = tell(directory, records.card(directory))
    assert words(found)[0] == "It was trained for 360 turns."
    assert "nothing was trained" not in " ".join([*words(found), *found.record.problems])


def test_an_older_test_is_said():
    curves = {"valid/loss": curve(4, 3, 2, 1)}
    assert said(
        examined(best=(30, 1.0), curves=curves), "The best checkpoint is now that of turn 30: the test is older."
    )
    assert said(examined(best=(40, 1.0), curves=curves), "the test is older") == []


def test_measures_like_real_ones_and_far_ones():
    near, far = examined(), examined(shift=1.0)
    assert said(near, "By 3 of 3 measures the pieces cannot be told from real ones, as far as so few pieces can show")
    assert said(near, "differ from real ones by more") == []
    assert said(far, "cannot be told from real ones") == []
    (sentence,) = said(far, "By 3 of 3 measures they differ from real ones by more than real ones do from one another")
    assert "most by groove consistency (31 times their distance, mean 1.81 against 0.81), polyphony (21" in sentence


def test_what_is_unclear_or_the_same_everywhere_is_not_counted_as_like_real():
    def some(test):
        first, second, _ = test["comparison"]["metrics"]
        first["verdict"], second["verdict"] = "same", "unclear"

    found = examined(change=some)
    assert said(found, "By 1 of 2 measures the pieces cannot be told from real ones")
    assert said(found, "By 1 of 2 measures they may differ, but only more pieces would tell.")
    assert said(found, "1 more measure says nothing: all pieces, made and real, have one value of it.")
    assert said(examined(), "may differ") == said(examined(), "says nothing") == []


def test_far_is_only_what_lies_beyond_the_floor_with_its_whole_interval():
    def some(test):
        for metric in test["comparison"]["metrics"]:
            metric |= {"wasserstein": 0.9, "wasserstein_low": 0.15, "floor_high": 0.2, "verdict": "unclear"}
        test["comparison"]["metrics"][0]["wasserstein_low"] = 0.25

    found = examined(change=some)
    assert said(found, "By 1 of 3 measures they differ from real ones")
    assert said(found, "By 2 of 3 measures they may differ")


def test_a_floor_of_nothing_is_not_divided_by():
    def still(test):
        test["comparison"]["metrics"] = [
            {"name": "x", "wasserstein": 1, "wasserstein_low": 1, "floor": 0, "floor_high": 0}
        ]

    assert said(examined(change=still), "most by x (in which real ones do not differ at all).")


def test_measures_without_intervals_are_not_judged():
    old = examined(change=lambda test: test.pop("comparison"))
    assert said(old, "The measures of the pieces have no intervals here")
    assert said(old, "cannot be told from real ones") == []
    assert said(examined(), "have no intervals here") == []


def test_silent_pieces_are_said():
    found = examined(change=lambda test: test["comparison"].update(silent=2))
    assert said(found, "2 pieces without a note: no measure counts what is not there.")
    assert said(examined(), "without a note") == []


@pytest.mark.parametrize(
    ("made", "most", "sentence"),
    [
        (5, 9, None),
        (5, 21, None),
        (9, 20, "That is more than real pieces share: it may copy."),
        (5, 22, "At least one piece shares more than any unseen real piece does: hear it beside its source."),
    ],
)
def test_originality_beside_unseen_real_pieces(made, most, sentence):
    def change(test):
        test["comparison"]["originality"]["longest_run"] |= {"made": made, "made_max": most}

    found = examined(change=change)
    assert said(found, f"is {made} notes on average ({most} at most); unseen real pieces share 8 (21 at most).")
    passages = "On average 2.0 % of the short passages of a piece stand in a training piece too, whatever the key;"
    assert said(found, f"{passages} of an unseen real piece 11.0 %.")
    for warning in ("it may copy", "hear it beside its source"):
        assert bool(said(found, warning)) == (sentence is not None and warning in sentence)


def test_data_that_repeat_themselves_are_said():
    def change(test, most):
        test["comparison"]["originality"]["copied"]["real_max"] = most

    sentence = "these data repeat themselves, so sharing alone does not show copying."
    assert said(examined(change=lambda test: change(test, 1.0)), sentence)
    assert said(examined(change=lambda test: change(test, 0.99)), sentence) == []


def test_originality_of_an_older_record():
    old = examined(change=lambda test: test.pop("comparison"))
    assert said(old, "is 5 notes on average; unseen real pieces share 8.")
    without = examined(change=lambda test: (test.pop("comparison"), test["judge"].pop("data/longest_run")))
    assert said(without, "longest run") == []


def test_what_it_rests_on():
    assert said(examined(pieces=4), "All this rests on 4 generated pieces and one training run with the seed 3:")
    assert said(story(), "All this rests on one training run with the seed 3:")
    assert said(story(turns=0), "rests on") == []


def test_what_no_figure_hears():
    assert said(story(pieces=1), LISTEN)
    assert said(story(pieces=1, kind="txt"), "No figure here says whether a piece is good")
    assert said(story(pieces=1, kind="txt"), LISTEN) == []
    assert said(story(), "No figure here") == []


def between(*stories):
    return " ".join(compared(stories))


def test_one_alone_is_not_compared():
    assert compared([examined()]) == []


def test_better_is_said_only_where_intervals_are_apart():
    apart = between(examined("a"), examined("b", shift=1.0))
    assert (
        "nll per step in nats a step: a 0.75 (0.7108 to 0.7892), b 1.75 (1.711 to 1.789); a is better by 1, and the"
        in apart
    )
    assert "By the distance frechet to real pieces: a 1 (0.8 to 1.2), b 2 (1.8 to 2.2); a is better by 1" in apart
    assert "overlap, so" not in apart
    same = between(examined("a"), examined("b", shift=0.01))
    assert same.count("the intervals overlap, so which is better cannot be said.") == 2
    assert "is better by" not in same


def test_the_better_one_may_be_named_second():
    assert "a is better by 1" in between(examined("b", shift=1.0), examined("a"))


def test_without_an_error_nothing_is_better():
    bare = examined("b", shift=1.0, change=lambda test: test["likelihood"].pop("nll_per_step_se"))
    assert "nll per step" not in between(examined("a"), bare)


def test_what_is_the_same_for_both_compares_nothing():
    def still(test):
        test["comparison"]["metrics"][0]["verdict"] = "same"
        test["comparison"]["distances"] = [{"name": "velocity_distance", "value": 0.0, "low": 0.0, "high": 0.0}]

    both = between(examined("a", change=still), examined("b", change=still))
    assert "Of 2 measures" in both
    assert "velocity distance" not in both


def test_measures_are_counted_apart_and_overlapping():
    apart = between(examined("a"), examined("b", shift=1.0))
    assert "Of 3 measures, a is nearer to real pieces by 3 (pitch range, polyphony and groove consistency), b" in apart
    assert "b is nearer to real pieces by none; by none do the intervals overlap." in apart
    same = between(examined("a"), examined("b", shift=0.01))
    assert "a is nearer to real pieces by none, b is nearer to real pieces by none; by 3 the intervals overlap." in same
    assert "by 0" not in apart + same


def test_of_three_each_measure_has_one_nearest():
    def second(test):
        for number, metric in enumerate(test["comparison"]["metrics"]):
            metric |= {
                "wasserstein": 9 - 4 * number,
                "wasserstein_low": 9 - 4 * number,
                "wasserstein_high": 9 - 4 * number,
            }

    def third(test):
        second(test)
        test["comparison"]["metrics"][0] |= {"wasserstein": 0.5, "wasserstein_low": 0.4, "wasserstein_high": 0.6}

    found = between(examined("a", shift=1.0), examined("b", change=second), examined("c", change=third))
    said_of = "Of 3 measures, a is nearest to real pieces by 1 (polyphony), b is nearest to real pieces by none, "
    assert f"{said_of}c is nearest to real pieces by 1 (pitch range); by 1 the nearest intervals overlap." in found
    assert found.count("nearest to real pieces") == 3
    assert "nearer" not in found


def test_quantities_are_written_as_the_tables_write_them():
    found = [examined("a", shift=shift) for shift in (0.0, 1.0)]
    told_all = " ".join([*words(found[0]), *words(found[1]), *compared(found)])
    for name in ("pitch range", "groove consistency", "nll per step"):
        assert name in told_all
        assert name.replace(" ", "_") not in told_all


def test_other_data_are_not_compared():
    found = between(examined("a"), examined("b", shift=1.0, digest="e" * 64))
    assert "They were tested on different data (a: dddddddd; b: eeeeeeee): figures of different data are not" in found
    assert "better" not in found
    assert "nearer" not in found
    assert "different data" not in between(examined("a"), examined("b"))


def test_other_representations_have_other_likelihoods():
    found = between(examined("a"), examined("b", shift=1.0, representation="events"))
    assert "They represent the data differently (a; b): likelihoods of different steps are not comparable." in found
    assert "nll per step" not in found
    assert "By the distance frechet" in found
    assert "represent the data differently" not in between(examined("a"), examined("b"))


def test_other_numbers_of_steps_have_other_likelihoods():
    found = between(examined("a"), examined("b", change=lambda test: test["likelihood"].update(steps=1)))
    assert "Their likelihoods are of different numbers of steps (a; b) and not comparable." in found
    assert "nll per step" not in found


def test_other_lengths_have_other_distances():
    found = between(examined("a"), examined("b", change=lambda test: test["comparison"].update(length_beats=64)))
    each = "a: 4 pieces of 16 beats beside 50 real ones; b: 4 pieces of 64 beats beside 50 real ones"
    assert f"Pieces were compared in different ways ({each}): such distances are not comparable." in found
    assert "By the distance" not in found
    assert "in different ways" not in between(examined("a"), examined("b"))


def test_other_numbers_of_pieces_have_other_distances():
    found = between(examined("a", pieces=4), examined("b", pieces=8))
    assert "such distances are not comparable" in found
    assert "By the distance" not in found
    assert "nll per step" in found


def test_what_was_not_tested_is_said():
    found = between(examined("a"), story("b"), story("c"))
    assert "b and c were not tested" in found
    assert "not tested" not in between(examined("a"), examined("b"))
    assert "Each is one training run" not in found


def test_different_training_is_said():
    found = between(examined("a"), examined("b", turns=200))
    assert "They were not trained alike, which may make part of any difference: a 100 turns" in found
    assert "not trained alike" not in between(examined("a"), examined("b"))


def test_those_that_are_alike_among_several_are_compared():
    found = between(
        examined("a"), examined("b", shift=1.0), examined("c", digest="e" * 64), examined("d", digest="e" * 64)
    )
    assert "(a and b: dddddddd; c and d: eeeeeeee)" in found
    assert found.count("nll per step in nats a step: a 0.75") == 1
    assert found.count("nll per step in nats a step: c 0.75") == 1
    assert "a 0.75 (0.7108 to 0.7892), c" not in found


def test_a_test_of_unknown_data_is_not_compared():
    found = between(examined("a"), examined("b", change=lambda test: test.pop("data")))
    assert "What data b met in the test is not known" in found
    assert "nll per step" not in found


def test_losses_are_never_compared():
    found = between(examined("a"), examined("b", shift=1.0))
    assert "Losses are each model's own quantity and are not compared." in found
    assert "1.25" not in found


def test_the_comparison_of_nothing():
    assert (
        between(story("a", turns=0), story("b", turns=0)) == "a and b were not tested, so no test figure is compared."
    )


def test_parts_of_sentences():
    assert [told(value) for value in (3.0, 2670, 0.123456, 12345.6, -0.5, 1e300)] == [
        *("3", "2,670", "0.1235", "12,346", "-0.5", "1e+300")
    ]
    assert (counted(1, "turn"), counted(2000, "turn")) == ("1 turn", "2,000 turns")
    assert [listed(["a", "b", "c", "d"][:count], 3) for count in (1, 2, 3, 4)] == [
        "a",
        "a and b",
        "a, b and c",
        "a, b and 2 more",
    ]
    assert [lasting(hours) for hours in (1 / 3600, 0.5, 30)] == ["1 seconds", "30.0 minutes", "30.0 hours"]
    assert Interval(1, 0, 2).overlaps(Interval(3, 2, 4))
    assert not Interval(1, 0, 2).overlaps(Interval(3, 2.1, 4))
    assert Interval.of({"a": 1, "b": 0, "c": 2}, "a", "b", "c") == Interval(1, 0, 2)
    assert Interval.of({"a": 0.3, "b": 0.1 + 0.2, "c": 0.1 + 0.2}, "a", "b", "c") is not None
    for values in ({"a": 1, "b": 2, "c": 0}, {"a": 3, "b": 0, "c": 2}, {"a": -1, "b": 0, "c": 2}, {"a": 1, "b": 0}):
        assert Interval.of(values, "a", "b", "c") is None


def test_a_comparison_of_the_helper_is_as_documented():
    assert {"count", "silent", "real_count", "length_beats", "metrics", "distances", "originality"} == comparison(
        0.0, 4
    ).keys()
