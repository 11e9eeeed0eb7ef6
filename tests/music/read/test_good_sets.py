from __future__ import annotations

import zipfile

import pytest

from modeloid.music.columns import Columns
from modeloid.music.read.guarded import read_files

from ..shared_data import archive

MENDED = ("notes of no length were given one tick", "notes that never end were ended")
"""What is truly wrong with some of these files."""


def answers(name, tmp_path, every):
    with zipfile.ZipFile(archive(name)) as packed:
        members = sorted(member for member in packed.namelist() if member.lower().endswith(".mid"))[::every]
        packed.extractall(tmp_path, members)
    return members, read_files([tmp_path / member for member in members], workers=2)


def check(name, tmp_path, every):
    members, read = answers(name, tmp_path, every)
    refused = [
        (member, answer.reason) for member, answer in zip(members, read, strict=True) if not isinstance(answer, Columns)
    ]
    assert not refused
    repairs = {repair for answer in read for repair in answer.about["repairs"]}
    assert all(any(known in repair for known in MENDED) for repair in repairs), repairs
    return len(members)


SIZES = {"folk": 922, "jazz": 395, "groove": 1150, "pop909": 803, "multi": 497, "piano": 979}


@pytest.mark.parametrize("name", SIZES)
def test_a_sample_of_good_files_is_read(name, tmp_path):
    check(name, tmp_path, every=25)


@pytest.mark.long
@pytest.mark.parametrize("name", SIZES)
def test_every_good_file_is_read(name, tmp_path):
    assert check(name, tmp_path, every=1) == SIZES[name]
