from __future__ import annotations

import random

import pytest

from modeloid.music.columns import Columns, to_score
from modeloid.music.errors import ReadError
from modeloid.music.read.check import check
from modeloid.music.read.guarded import read_files
from modeloid.music.read.limits import Limits

from ..pieces import SCORE, xml_note
from ..shared_data import midi
from .midi_bytes import read
from .test_kern import KERN

LIMITS = Limits(time_s=20.0)
TUNE = b'X:1\nT:x\nM:6/8\nL:1/8\nK:G\n|:"G"g2d B2g|(3abc {d}e2 c>A|[1 F3 D3:|[2 [Gdg]6|]\n'


def broken(data, chance):
    """The same bytes, damaged in one of the ways in which files are."""
    data = bytearray(data)
    place = chance.randrange(len(data))
    stop = min(len(data), place + chance.randrange(1, 40))
    way = chance.randrange(7)
    if way == 0:
        data[place] ^= 1 << chance.randrange(8)
    elif way == 1:
        data[place:stop] = chance.randbytes(stop - place)
    elif way == 2:
        del data[place:stop]
    elif way == 3:
        data[place:place] = data[place:stop]
    elif way == 4:
        del data[place:]
    elif way == 5:
        data[place:stop] = bytes([chance.choice((0, 0x7F, 0x80, 0xFF))]) * (stop - place)
    else:
        other = chance.randrange(len(data))
        data[place:stop], data[other : other + 4] = data[other : other + 4], data[place:stop]
    return broken(data, chance) if chance.random() < 0.4 and data else bytes(data)


def damage(seeds, count):
    chance = random.Random(20250)
    return [broken(chance.choice(seeds), chance) for _ in range(count)]


def small_files():
    return sorted(midi("groove", every=40) + midi("folk", every=60) + midi("multi", every=50), key=len)[:40]


def test_no_damage_brings_anything_but_a_sound_piece_or_a_read_error():
    """In this process: a crash of the parser would end the test run, and any other error would fail the test."""
    survived = 0
    for data in damage(small_files(), 400):
        try:
            piece = read(data)
        except ReadError as error:
            assert len(str(error)) > 10
            continue
        check(piece, "x", Limits())
        again = read(bytes(to_score(piece).dumps_midi()))
        assert len(again) == len(piece)
        survived += 1
    assert 80 < survived < 400


def write(tmp_path, contents, suffix):
    paths = [tmp_path / f"{number:05}{suffix}" for number in range(len(contents))]
    for path, data in zip(paths, contents, strict=True):
        path.write_bytes(data)
    return paths


def every_file_has_a_verdict(tmp_path, seeds, suffix, count):
    contents = [*damage(seeds, count), seeds[0]]
    answers = read_files(write(tmp_path, contents, suffix), limits=LIMITS, workers=2)
    assert len(answers) == count + 1
    for answer in answers:
        if isinstance(answer, Columns):
            check(answer, "x", LIMITS)
            assert not any("error" in message.lower() for message in answer.about["messages"])
        else:
            assert answer.reason
    assert isinstance(answers[-1], Columns)  # the undamaged one


def scores():
    body = "".join(xml_note(step, 12, "quarter") for step in "CDEF")
    return [SCORE.format(encoding="utf-8", body=body, name="x").encode()]


KINDS = {".mid": small_files, ".musicxml": scores, ".krn": lambda: [KERN.encode()], ".abc": lambda: [TUNE]}


MANY = {".mid": 20_000, ".musicxml": 400, ".krn": 100, ".abc": 1_500}


@pytest.mark.parametrize("suffix", KINDS)
def test_every_damaged_file_has_a_verdict(tmp_path, suffix):
    # verovio dies of damaged kern, and every new child takes its time
    every_file_has_a_verdict(tmp_path, KINDS[suffix](), suffix, 10 if suffix == ".krn" else 30)


@pytest.mark.long
@pytest.mark.parametrize("suffix", KINDS)
def test_every_one_of_many_damaged_files_has_a_verdict(tmp_path, suffix):
    every_file_has_a_verdict(tmp_path, KINDS[suffix](), suffix, MANY[suffix])
