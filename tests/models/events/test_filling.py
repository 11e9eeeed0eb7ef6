"""Bars and tracks that are written anew: what is given stays, what is written fits, and bad wishes are one line."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.backends.arguments import WishError
from modeloid.cycle.errors import ModeloidError
from modeloid.cycle.rng import Rng
from modeloid.models.events.joined import joined
from modeloid.models.events.scales import pitch_classes
from modeloid.models.events.wishes import understood
from modeloid.music.columns import Columns, from_score, to_score

from .small import RICH, a_modeloid, a_score, stirred

SPEC = {
    **RICH,
    "window_tokens": 512,
    "tracks": ["Top", "Low", ["rest", 0, 127], "drums"],
    "infill": 0.5,
    "accompany": 0.5,
}
NAMES = [["top", 0, False], ["Low", 5, False], ["Kit", 0, True], ["Oboe", 68, False]]


def a_piece(seed=0, bars=8, tracks=4, tpq=480):
    """Off the grid, out of the range in places, with a meter that changes."""
    rng = np.random.default_rng(seed)
    count = 12 * bars
    columns = {
        "onset": np.sort(rng.integers(0, bars * 4 * tpq, count)),
        "duration": rng.integers(1, 5 * tpq, count),
        "pitch": rng.integers(44, 80, count),
        "velocity": rng.integers(1, 128, count),
        "track": rng.integers(0, tracks, count),
    }
    columns["pitch"] = np.where(columns["track"] == 2, rng.integers(34, 40, count), columns["pitch"])
    order = np.lexsort([columns[name] for name in ("duration", "pitch", "onset", "track")])
    about = {"tpq": tpq, "tracks": NAMES[:tracks], "tempos": [[0, 500_000], [4 * tpq, 300_000]], "keys": [[0, 1, 0]]}
    about["meters"] = [[0, 4, 4], [5 * 4 * tpq, 3, 4]]
    return to_score(Columns({name: values[order] for name, values in columns.items()}, about))


def rows_of(score):
    """(track's name, onset, duration, pitch, velocity) of each note."""
    found = from_score(score)
    names = [found.about["tracks"][track][0] for track in found.notes["track"]]
    columns = (found.notes[name].tolist() for name in ("onset", "duration", "pitch", "velocity"))
    return list(zip(names, *columns, strict=True))


def on_grid(ticks):
    """Steps of two a quarter, rounded half up."""
    return (2 * ticks + 240) // 480


def taken_away(whole, part):
    """What a list has beyond another, which it must hold as often."""
    rest = list(whole)
    for one in part:
        rest.remove(one)
    return rest


def walked(wish, seed):
    """A walk that draws evenly among what is allowed, and ends a bar where it may in one case of five."""
    walk, generator = wish.begun(), np.random.default_rng(seed)
    for token in wish.prompt.tolist():
        assert walk.allowed()[token]
        walk.take(token)
    while not walk.ended:
        choices = np.flatnonzero(walk.allowed())
        assert len(choices)
        ends = [token for token in choices if walk.grammar.kinds[token] in ("Fill", "Gap", "End")]
        walk.take(int(ends[0] if ends and generator.random() < 0.2 else generator.choice(choices)))
    return walk


def filled(wishes, seed, piece=None, spec=None):
    """By a random walk: what `shared_out` says of a piece and what was made of it."""
    piece = piece or a_piece(seed)
    modeloid = MODELOID if spec is None else a_modeloid(spec)
    wish = understood({"prompt": piece, **wishes}, modeloid.model, modeloid._coder)
    return shared_out(piece, joined(wish.given, walked(wish, seed), modeloid._coder), wishes)


def shared_out(piece, made, wishes):
    """The notes that should be given, those that are new, and (first step, last step, names of given tracks)."""
    first, last = 0, FAR
    if "infill_bars" in wishes:
        bars = np.atleast_1d(wishes["infill_bars"])
        first, last = LINES[bars[0] - 1], LINES[bars[-1]]
    named = str(wishes.get("accompany", "")).lower().replace("drums", "kit")
    kept = [row for row in rows_of(piece) if not first <= on_grid(row[1]) < last or row[0].lower() in named]
    return kept, taken_away(rows_of(made), kept), (first, last, named)


def misplaced(new, first, last, named):
    """New notes that begin or end outside the gap, or are on a given track."""
    return [
        row
        for row in new
        if not 240 * first <= row[1] < row[1] + row[2] <= 240 * last or (named and row[0].lower() in named)
    ]


def doubled(kept, new):
    """Pairs of notes of one track and pitch that overlap, be it by a tick: two new ones, or a new and a given one."""
    found = []
    for index, (name, onset, duration, pitch, _) in enumerate(new):
        for other, begin, length, same, _ in new[index + 1 :] + kept:
            apart = begin + length <= onset or begin >= onset + duration
            if (other, same) == (name, pitch) and not apart:
                found.append((onset, begin, name, pitch))
    return found


def broken(kept, new, wishes):
    """Wishes that the new notes do not keep."""
    pitches = np.array([row[3] for row in new if row[0] != "Kit"], int)
    fine = {
        "key": lambda value: np.isin(pitches % 12, list(pitch_classes(value))).all(),
        "low": lambda value: (pitches >= value).all(),
        "high": lambda value: (pitches < value).all(),
        "instruments": lambda value: {row[0] for row in new} <= {value},
        # where more of the given ones sound than may, nothing is added to them
        "most_voices": lambda value: (
            voices_by_step(kept) + voices_by_step(new, touched) <= np.maximum(voices_by_step(kept), value)
        ).all(),
    }
    return [name for name, value in wishes.items() if name in fine and not fine[name](value)]


def rounded(onset, duration):
    return slice(on_grid(onset), on_grid(onset) + max(1, on_grid(duration)))


def touched(onset, duration):
    """Of a note that may have been cut off the grid."""
    return slice(onset // 240, -(-(onset + duration) // 240))


def voices_by_step(rows, steps=rounded):
    line = np.zeros(300, int)
    for name, onset, duration, _, _ in rows:
        if name != "Kit":
            line[steps(onset, duration)] += 1
    return line


MODELOID = a_modeloid(SPEC)
LINES = [0, 8, 16, 24, 32, 40, 46, 52, 58, 64, 70]
"""Steps of the bar lines of `a_piece`."""
FAR = 10**6
WISHES = (
    {"infill_bars": [3, 4]},
    {"infill_bars": 1, "most_voices": 3},
    {"infill_bars": [6, 7], "key": "C major", "low": 50, "high": 70},
    {"infill_bars": [2, 5], "accompany": "Low", "most_voices": 4},
    {"accompany": "top, drums", "instruments": "Low", "key": "Bb major"},
    {"accompany": ["Low"], "most_voices": 2},
)


@settings(deadline=None, max_examples=60)
@given(st.integers(0, 10_000), st.sampled_from(WISHES))
def test_what_is_given_stays_and_what_is_new_fits(seed, wishes):
    kept, new, (first, last, named) = filled(wishes, seed)
    assert misplaced(new, first, last, named) == []
    assert doubled(kept, new) == []
    assert broken(kept, new, wishes) == []


def test_the_measures_of_the_tests_notice_what_is_wrong():
    """Random notes in the place of the new ones are misplaced, doubled, and break wishes."""
    kept, _, (first, last, named) = filled(WISHES[3], 1)
    wrong = [row for seed in range(9) for row in rows_of(a_piece(seed))]
    assert misplaced(wrong, first, last, named) and doubled(kept, wrong)
    assert broken(kept, wrong, {"key": "C major", "low": 60, "high": 62, "instruments": "Low", "most_voices": 3}) == [
        "key", "low", "high", "instruments", "most_voices",
    ]  # fmt: skip


def test_much_is_written():
    """The properties above are not kept by silence."""
    for wishes in WISHES:
        assert sum(len(filled(wishes, seed)[1]) for seed in range(10)) > 10, wishes


def test_without_tracks_bars_are_filled_in_too():
    spec = {**SPEC, "tracks": [], "accompany": 0.0}
    for programs in (True, False):
        piece = a_piece(3, tracks=1)
        kept, new, _ = filled({"infill_bars": [3, 4]}, 3, piece, {**spec, "programs": programs})
        assert kept and new
        assert programs or {row[0] for row in new} <= {"top", "drums"}


def test_all_but_the_notes_is_as_it_was():
    piece = a_piece(4)
    (made,) = stirred(a_modeloid(SPEC), scale=0.2).sample(1, Rng(0), prompt=piece, infill_bars=[2, 3])
    before, after = from_score(piece).about, from_score(made).about
    assert {**after, "tracks": after["tracks"][:4]} == before


@pytest.mark.long
@pytest.mark.parametrize("network", ["transformer", "lstm"])
def test_a_thousand_pieces_are_filled_in_and_break_no_wish(network):
    modeloid = stirred(a_modeloid(SPEC, network=network, group=60), scale=0.2)
    written = 0
    for seed, wishes in enumerate(WISHES * 3):
        piece = a_piece(seed)
        for made in modeloid.sample(60, Rng(seed), prompt=piece, temperature=1.5, **wishes):
            kept, new, (first, last, named) = shared_out(piece, made, wishes)
            assert misplaced(new, first, last, named) == []
            assert doubled(kept, new) == []
            assert broken(kept, new, wishes) == []
            written += len(new)
    assert written > 5000


@pytest.mark.parametrize("network", ["transformer", "lstm"])
def test_samples_do_not_depend_on_how_many_there_are(network):
    modeloid = stirred(a_modeloid(SPEC, network=network), scale=0.2)
    wishes = {"prompt": a_piece(1), "accompany": "top", "key": "F major"}
    four = modeloid.sample(4, Rng(0), **wishes)
    assert modeloid.sample(2, Rng(0), **wishes) == four[:2]
    assert four[0] != four[1]


def test_a_tune_alone_is_the_track_that_is_named():
    tune = a_score([(2 * step, 2, 60 + step % 4) for step in range(8)], RICH)
    wish = understood({"prompt": tune, "accompany": "Top"}, MODELOID.model, MODELOID._coder)
    made = joined(wish.given, walked(wish, 0), MODELOID._coder)
    assert [track.name for track in made.tracks][:2] == ["", "Low"]
    assert made.tracks[0].notes == tune.tracks[0].notes


def test_a_long_piece_is_accompanied_to_its_end():
    """Longer than the context: the net forgets, what is given and what must hold does not."""
    modeloid = stirred(a_modeloid({**SPEC, "window_tokens": 96}), scale=0.2)
    piece = a_piece(0, bars=30)
    (made,) = modeloid.sample(1, Rng(0), prompt=piece, accompany="Low", key="D major")
    kept = [row for row in rows_of(piece) if row[0] == "Low"]
    new = taken_away(rows_of(made), kept)
    assert {row[3] % 12 for row in new if row[0] != "Kit"} <= pitch_classes("D major")
    assert max(row[1] for row in new) > 25 * 1440


@pytest.mark.parametrize(
    ("wishes", "said"),
    [
        ({"infill_bars": [5, 12]}, "bars 1 to "),
        ({"infill_bars": [0, 2]}, "no bars"),
        ({"infill_bars": [4, 3]}, "no bars"),
        ({"infill_bars": "3"}, "no bars"),
        ({"infill_bars": [1, 2, 3]}, "no bars"),
        ({"accompany": "Toop"}, "'Top'"),
        ({"accompany": []}, "no track is named"),
        ({"accompany": "Top, Low, rest, drums"}, "no track is left"),
        ({"accompany": "Top, Low", "prompt": a_piece(0, tracks=2)}, "no track of the piece is left"),
        ({"accompany": "Top, Low", "instruments": "Low", "prompt": a_piece(0, tracks=2)}, "no track of the piece"),
        ({"infill_bars": 3, "length_bars": 9}, "Leave it out"),
        ({"infill_bars": 3, "prompt_bars": 9}, "Leave it out"),
        ({"accompany": "Top", "most_tokens": 9}, "Leave it out"),
        ({"infill_bars": [5, 6], "meter": "4/4"}, "have 3/4"),
        ({"accompany": "Top", "instruments": "Top"}, "no note is left"),
        ({"infill_bars": [1, 2], "prompt": None}, "no piece is given"),
    ],
)
def test_a_bad_wish_is_one_line(wishes, said):
    with pytest.raises(ModeloidError, match=said) as error:
        MODELOID.sample(1, Rng(0), **{"prompt": a_piece(0), **wishes})
    assert "\n" not in str(error.value) and len(str(error.value)) < 300


def test_a_track_that_the_piece_lacks_is_told_with_those_it_has():
    with pytest.raises(WishError, match=r"no note of rest.*Top, Low, drums"):
        MODELOID.sample(1, Rng(0), prompt=a_piece(0, tracks=3), accompany="rest")


def test_all_tracks_are_accompanied_by_one_that_is_named_to_be_new():
    kept, new, _ = filled({"accompany": "Top, Low", "instruments": "rest"}, 0, a_piece(0, tracks=2))
    assert len(kept) == 96 and {row[0] for row in new} == {"rest"}


def test_a_modeloid_that_did_not_learn_it_says_so():
    for spec, wishes, share in (
        (RICH, {"infill_bars": 2}, "infill"),
        ({**SPEC, "accompany": 0.0}, {"accompany": "Top"}, "accompany"),
    ):
        with pytest.raises(WishError, match=f'"{share}": 0.25'):
            a_modeloid({**spec, "meters": []} if spec is RICH else spec).sample(1, Rng(0), prompt=a_piece(0), **wishes)


def test_a_gap_that_does_not_fit_the_context_is_refused():
    small = a_modeloid({**SPEC, "window_tokens": 128})
    with pytest.raises(WishError, match="fewer bars"):
        small.sample(1, Rng(0), prompt=a_piece(0), infill_bars=[1, 8])


def test_both_sides_of_a_gap_are_seen_as_far_as_the_context_reaches():
    modeloid = a_modeloid({**SPEC, "window_tokens": 300})
    piece = a_piece(0, bars=30)
    wish = understood({"prompt": piece, "infill_bars": [15, 16]}, modeloid.model, modeloid._coder)
    kinds = [wish.grammar.kinds[token] for token in wish.prompt]
    bars = [kind for kind in kinds if kind in ("Bar", "Gap", "Fill")]
    behind = bars.index("Fill") - 2
    before = len(bars) - behind - 4
    assert bars == ["Gap"] * 2 + ["Bar"] * behind + ["Fill"] + ["Bar"] * before + ["Bar"]
    assert len(wish.prompt) < 300 and before >= 1 and behind >= 1 and abs(before - behind) <= 1


def test_the_end_of_the_piece_is_seen_where_the_context_reaches_it():
    for bars, context, seen in ((8, 512, True), (30, 300, False)):
        modeloid = a_modeloid({**SPEC, "window_tokens": context})
        wish = understood({"prompt": a_piece(0, bars), "infill_bars": [3, 4]}, modeloid.model, modeloid._coder)
        assert (2 in wish.prompt) == seen


def test_a_stream_does_not_fill_in():
    with pytest.raises(WishError, match="forward"):
        MODELOID.stream(Rng(0), prompt=a_piece(0), infill_bars=2)
