from types import SimpleNamespace

import numpy as np
import pytest

from modeloid.bench.inspiration.proofs import (
    answered,
    blended,
    by_strength,
    hidden_message,
    odd_inspirers,
    pathological,
    swap,
)
from modeloid.bench.inspiration.systems import read
from modeloid.cycle.errors import ModeloidError
from modeloid.music.represent import representation
from modeloid.music.represent.parts import PART, PITCH, VELOCITY, in_order

from .bands import CODER, DRUMS, SPEC, songs

XS = [song.slice(0) for song in songs(8)]


def _embed(slices):
    """By the pitches that sound: near for slices of one key and height."""
    table = np.array([np.bincount(rows[:, PITCH], minlength=128) for rows in slices], float)
    return table / np.linalg.norm(table, axis=1, keepdims=True)


def judge(is_facet=False):
    return SimpleNamespace(
        is_facet=is_facet,
        drum_parts=DRUMS,
        embed=_embed,
        likeness=lambda ys, xs: _embed(ys) @ _embed(xs).T,
    )


def echo(xs, seed):
    return list(xs)


def deaf(xs, seed):
    """The same piece for everybody, another one for each seed."""
    return [XS[seed]] * len(xs)


def test_outputs_of_who_listens_group_by_inspirer_and_of_who_does_not_by_seed():
    assert swap(echo, [judge()], XS, CODER) == 1
    assert swap(deaf, [judge()], XS, CODER) == 0


def test_both_inspirers_are_heard_in_a_blend_of_both_and_one_in_a_copy_of_one():
    def both(pairs, seed):
        return [in_order(np.concatenate(pair)) for pair in pairs]

    found = blended(both, [judge()], XS, CODER)
    assert found["blend/mrr"] > 0.9 and found["blend/weaker"] > 0.8 > 2 * found["blend/strangers"]
    one = blended(lambda pairs, seed: [pair[0] for pair in pairs], [judge()], XS, CODER)
    assert one["blend/weaker"] < 0.5 < one["blend/mrr"] < found["blend/mrr"]
    none = blended(lambda pairs, seed: [XS[0]] * len(pairs), [judge()], XS, CODER)
    assert none["blend/weaker"] < 0.5


def test_influence_rises_with_strength_or_does_not():
    rising = by_strength(lambda strength: echo if strength > 0.5 else deaf, [judge()], XS, CODER, (0.0, 1.0), 4)
    assert rising["strength_0/top1"] < 0.5 < rising["strength_1/top1"] == 1
    assert rising["strength_rises"] == 1
    falling = by_strength(lambda strength: deaf if strength > 0.5 else echo, [judge()], XS, CODER, (0.0, 1.0), 4)
    assert falling["strength_rises"] == -1


def test_facets_have_no_say_in_strength():
    found = by_strength(lambda strength: echo, [judge(), judge(is_facet=True)], XS, CODER, (1.0,), 4)
    assert found == {"strength_1/top1": 1, "strength_rises": 0}


def test_a_message_hidden_in_velocities_does_not_survive_and_one_in_the_music_does():
    def in_velocity(slices):
        return np.array([[int(rows[:, VELOCITY].mean() * 100) % 7] for rows in slices])

    def in_parts(slices):
        return np.array([[len(np.unique(rows[:, PART]))] for rows in slices])

    for symbols, survives in ((in_velocity, False), (in_parts, True)):
        found = hidden_message(symbols, XS, XS, DRUMS)
        assert found["code_kept"] == 1
        assert (found["code_kept_hurt"] > 0.9) == survives


def test_the_message_of_strangers_is_read_at_chance():
    def symbols(slices):
        return np.array([[rows[0, VELOCITY] % 4, rows[1, VELOCITY] % 4] for rows in slices])

    found = hidden_message(symbols, [*XS[1:], XS[0]], XS, DRUMS)
    assert found["code_kept"] < 0.7


def test_odd_inspirers_are_what_they_are_called():
    odd = odd_inspirers(CODER)
    assert set(odd) == {"one note", "silence", "3/4", "two bars", "ten minutes", "drums only"}
    assert "drums only" not in odd_inspirers(representation({**SPEC, "parts": "one"}))
    bars = {name: len(read(score, CODER)) for name, score in odd.items()}
    assert bars == {"one note": 1, "silence": 0, "3/4": 0, "two bars": 16, "ten minutes": 2400, "drums only": 16}
    assert odd["ten minutes"].end() / odd["ten minutes"].tpq / 114 > 10


def test_a_piece_a_silence_or_a_clear_error():
    def answer(score):
        rows = read(score, CODER)
        if not len(rows):
            raise ModeloidError("no notes", "inspiration", "Give some")
        return rows[:0] if len(rows) == 1 else rows

    found = pathological(answer, odd_inspirers(CODER))
    assert found["silence"].startswith("error: ")
    assert found["one note"] == "silent"
    assert found["two bars"] == "piece"
    assert answered(found) == pytest.approx(5 / 6)


def test_any_other_error_is_a_fault_of_the_system():
    def broken(score):
        raise IndexError

    with pytest.raises(IndexError):
        pathological(broken, odd_inspirers(CODER))
