"""Tokens in another order: nothing is lost, nothing is seen too early, and without a share nothing changes."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeloid.cycle.rng import Rng
from modeloid.music.columns import Columns
from modeloid.music.errors import RepresentationError
from modeloid.music.represent import Augmentation
from modeloid.music.represent.events import Events
from modeloid.music.represent.events.gaps import BarOf, Bars, Gap, arranged, flat, parsed, written
from modeloid.music.represent.events.rearrange import DRAWS, Rearranging

SPEC = {
    "kind": "events",
    "steps_per_beat": 2,
    "window_tokens": 200,
    "durations": [[4, 2]],
    "velocities": 2,
    "tempos": 16,
    "meters": [[4, 4], [3, 4]],
    "tracks": ["Top", "Low", ["rest", 0, 127], "drums"],
    "infill": 0.5,
    "accompany": 0.5,
    "ends": True,
}
NAMES = [["Top", 0, False], ["Low", 0, False], ["Violin", 40, False], ["", 0, True]]


def a_piece(seed=0, bars=9, notes=60, tracks=4):
    rng = np.random.default_rng(seed)
    columns = {
        "onset": rng.integers(0, bars * 8, notes) * 240,
        "duration": rng.integers(1, 9, notes) * 240,
        "pitch": rng.integers(40, 80, notes),
        "velocity": rng.integers(1, 128, notes),
        "track": rng.integers(0, tracks, notes),
    }
    order = np.lexsort([columns[name] for name in ("duration", "pitch", "onset", "track")])
    tempos = [[0, 500_000], [3 * 1920, 700_000], [4 * 1920 + 480, 400_000]]
    about = {"tpq": 480, "tracks": NAMES[:tracks], "tempos": tempos, "meters": [[0, 4, 4], [7680, 3, 4]], "keys": []}
    return Columns({name: values[order] for name, values in columns.items()}, about)


def put_back(row, known):
    """The usual order again, from the new one alone: the bars, each Fill's events among those of its Gap."""
    bar, gap, fill = (known[name].first for name in ("Bar", "Gap", "Fill"))
    assert row[-1] in (bar, 2)
    behind, row = [], row[:-1]
    bare = next(place for place, token in enumerate(row) if token != gap)
    if bare and (row[bare] in (bar, fill) or row[bare] == 2):
        middle = row.index(fill)
        behind, row = [token for token in row[bare:middle] if token != 2], row[middle + 1 :]
        assert row.count(fill) == row.count(gap) and row.count(fill) in (0, bare)
    head, sections = [], []
    for token in row:
        if token in (bar, gap, fill):
            sections.append((token, []))
        elif token != 2:
            (sections[-1][1] if sections else head).append(token)
    fills = iter([tokens for name, tokens in sections if name == fill])
    found = list(head)
    for name, tokens in sections:
        if name == fill:
            continue
        (one,) = parsed([bar, *tokens], known).bars
        events = list(one.events)
        if name == gap:
            (missing,) = parsed([bar, *next(fills)], known).bars
            events += missing.events
        # as the representation sorts them: by position, tempi first, then by program
        events.sort(key=lambda event: (event.position, event.program))
        found += [bar, *one.meter, *written(events)]
    assert not list(fills)
    return found + behind


@settings(deadline=None, max_examples=60)
@given(
    st.integers(0, 99),
    st.integers(0, 8),
    st.integers(1, 9),
    st.sets(st.integers(0, 3)),
    st.sampled_from([None, 0, 1, 2]),
)
def test_nothing_is_lost_and_each_fill_finds_its_gap(seed, begin, size, given_tracks, ahead):
    coder = Events(SPEC)
    tokens = coder.encode_columns(a_piece(seed))[0].tolist()
    piece = parsed(tokens, coder.known)
    end = min(len(piece.bars), begin % len(piece.bars) + size) if ahead is None else len(piece.bars)
    gap = Gap(begin % len(piece.bars), end, frozenset(given_tracks))
    parts = arranged(piece, gap, coder.known, ahead)
    row = flat(parts)
    is_tempo = coder.known["Tempo"].holds
    if not given_tracks:
        # the tempi of bars that are wholly missing are not told
        bars = [*piece.bars]
        bars[gap.begin : gap.end] = [
            BarOf(bar.meter, tuple(event for event in bar.events if not is_tempo(np.array(event.tokens[0]))))
            for bar in bars[gap.begin : gap.end]
        ]
        piece = Bars(piece.head, tuple(bars), True)
        first = coder.known["Bar"].first
        tokens = [*piece.head, *(token for bar in bars for token in (first, *bar.meter, *written(bar.events)))]
    assert put_back(row, coder.known) == [token for token in tokens if token != 2]
    assert [bar for bar, _ in parts if bar >= 0] == list(range(gap.begin, gap.end))
    filled = [before[1][-1] == coder.known["Fill"].first for before, (bar, _) in pairwise(parts) if bar >= 0]
    assert all(filled) == bool(given_tracks)
    assert (row[-1] == 2) == (gap.end == len(piece.bars)) and row.count(2) == 1 + (row[-1] == 2)


def test_an_unbroken_piece_comes_apart_and_together():
    coder = Events(SPEC)
    tokens = coder.encode_columns(a_piece(3))[0].tolist()
    piece = parsed(tokens, coder.known)
    assert piece.ends and len(piece.bars) > 6
    bars = [token for bar in piece.bars for token in (coder.known["Bar"].first, *bar.meter, *written(bar.events))]
    assert [*piece.head, *bars, 2] == tokens


def test_what_lies_behind_and_before_stands_before_what_is_missing():
    coder = Events(SPEC)
    known, names = coder.known, coder.known.names
    piece = parsed(coder.encode_columns(a_piece(1))[0].tolist(), known)
    row = [names[token] for token in flat(arranged(piece, Gap(2, 4), known))]
    bars = [name for name in row if name in ("Begin", "Bar", "Gap", "Fill", "End")]
    behind = ["Gap", "Gap", *["Bar"] * (len(piece.bars) - 4), "End", "Fill"]
    assert bars == [*behind, "Begin", *["Bar"] * 5]
    plain = [names[token] for token in coder.encode_columns(a_piece(1))[0]]
    lines = [place for place, name in enumerate(plain) if name == "Bar"]
    assert row[2 : row.index("Fill") - 1] == plain[lines[4] : -1]
    begun = row[row.index("Begin") :]
    assert begun[: lines[2]] == plain[: lines[2]]
    assert any(name.startswith("Tempo") for name in plain[lines[2] : lines[4]])
    assert not any(name.startswith("Tempo") for name in begun[lines[2] :])


def test_given_tracks_stand_one_bar_ahead_of_what_is_written_beside_them():
    coder = Events(SPEC)
    known, names = coder.known, coder.known.names
    piece = parsed(coder.encode_columns(a_piece(1))[0].tolist(), known)
    for gap, ahead in ((Gap(0, len(piece.bars), frozenset([0])), 1), (Gap(2, 6, frozenset([0])), None)):
        row = [names[token] for token in flat(arranged(piece, gap, known, ahead))]
        row = row[row.index("Begin") :]
        order = [name for name in row if name in ("Gap", "Fill")]
        assert order == ["Gap", *["Gap", "Fill"] * (gap.end - gap.begin - 1), "Fill"]
        part = ""
        for name in row:
            part = name if name in ("Bar", "Gap", "Fill") else part
            if name.startswith("Program") and part != "Bar":
                assert (name == "Program_Top") == (part == "Gap")


@pytest.mark.parametrize("share", [{"infill": 1.0, "accompany": 0.0}, {"infill": 0.0, "accompany": 1.0}])
def test_a_share_of_training_is_rearranged_and_nothing_else(share):
    pieces = [a_piece(seed, bars=20, notes=150) for seed in range(4)]
    spec = {**SPEC, "tempos": 0, **share}
    coder, plain = Events(spec), Events({**spec, "infill": 0.0, "accompany": 0.0})
    items, usual = (one.prepare(pieces, Augmentation(transpose=(-2, 2))) for one in (coder, plain))
    indices = np.arange(len(items))
    still = items.still(indices)
    assert np.array_equal(still.ids, usual.still(indices).ids)
    moved, same = items.moved(indices, Rng(0)), usual.moved(indices, Rng(0))
    fill, gap = coder.known["Fill"].first, coder.known["Gap"].first
    changed = [(row[:length], before) for row, length, before in zip(*moved, same.ids, strict=True) if fill in row]
    assert len(changed) > len(items) // 2
    for row, before in changed:
        assert not (row == 0).any()
        if share["infill"]:
            whole = put_back(row.tolist(), coder.known)
            assert whole == before[: len(whole)].tolist()
            assert (row == gap).sum() >= (row == fill).sum() - 1
    assert (moved.lengths <= 200).all() and not (moved.ids[np.arange(200) >= moved.lengths[:, None]]).any()
    assert np.array_equal(items.moved(indices[3:], Rng(0)).ids, moved.ids[3:])
    assert not (usual.moved(indices, Rng(0)).ids >= plain.known.size).any()


def test_half_of_the_items_keep_their_first_track_alone():
    coder = Events({**SPEC, "infill": 0.0, "accompany": 1.0})
    piece = coder.encode_columns(a_piece(2))[0].astype(np.int64)
    rearrange = Rearranging(0.0, 1.0)
    given_tracks = []
    for draws in np.random.default_rng(0).random((400, DRAWS)):
        row, tracks = rearrange(piece, 4000, True, coder.known, draws), set()
        part = None
        for token in row:
            part = token if token in (coder.known["Gap"].first, coder.known["Fill"].first) else part
            if coder.known["Program"].holds(np.array(token)) and part == coder.known["Gap"].first:
                tracks.add(token - coder.known["Program"].first)
        given_tracks.append(frozenset(tracks))
    counts = {tracks: given_tracks.count(tracks) for tracks in set(given_tracks)}
    assert len(counts) == 14
    assert abs(counts[frozenset([0])] / 400 - (1 / 2 + 1 / 28)) < 0.08


def test_the_vocabulary_without_gaps_is_what_it_was():
    """Modeloids made before there were gaps or tracks have the same numbers, and their data the same digest."""
    old = {key: value for key, value in SPEC.items() if key not in ("tracks", "infill", "accompany")}
    before, now = Events(old), Events({**old, "infill": 0.2})
    assert set(before.spec).isdisjoint({"tracks", "infill", "accompany"})
    assert now.known.names[: before.known.size] == before.known.names
    assert now.known.names[before.known.size :] == ["Gap", "Fill"]
    assert before.known["Program"].size == 129


def test_tracks_are_told_apart_by_name_and_what_is_none_of_them_is_counted():
    coder = Events({**SPEC, "tracks": ["low", "Top", "drums"]})
    piece = a_piece(5)
    tokens, losses = coder.encode_columns(piece)
    assert losses.dropped == (piece.notes["track"] == 2).sum() > 0
    back = coder.decode_columns(tokens)
    assert [track[0] for track in back.about["tracks"]] == ["low", "Top", "drums"]
    assert [bool(track[2]) for track in back.about["tracks"]] == [False, False, True]
    for ours, theirs in ((0, 1), (1, 0), (2, 3)):
        mine = back.notes["track"] == ours
        its = piece.notes["track"] == theirs
        assert sorted(back.notes["pitch"][mine]) == sorted(piece.notes["pitch"][its])
    assert np.array_equal(coder.encode_columns(back)[0], tokens)
    assert coder.number_of("TOP", 3, False) == 1 and coder.number_of("x", 3, False) == -1


@pytest.mark.parametrize(
    "changes",
    [
        {"tracks": ["drums"]},
        {"tracks": ["drums", "Top"]},
        {"tracks": ["Top", "top"]},
        {"programs": False},
        {"drums": []},
        {"infill": 1.1},
        {"infill": 0.6},
        {"infill": "much"},
        {"accompany": True},
        {"tracks": [], "programs": False},
    ],
)
def test_what_makes_no_sense_is_refused(changes):
    with pytest.raises(RepresentationError):
        Events({**SPEC, **changes})
