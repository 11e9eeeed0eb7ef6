from __future__ import annotations

import pytest

from modeloid.music.read.guarded import read_files

pytest.importorskip("verovio")

KERN = "**kern\t**kern\n*M4/4\t*M4/4\n=1\t=1\n4c\t2.ee\n8d\t.\n8e\t.\n4f\t.\n4g\t4dd\n==\t==\n*-\t*-\n"


@pytest.mark.parametrize("name", ["a.krn", "A.KRN", "kern without suffix"])
def test_kern_is_read_on_the_grid(tmp_path, name):
    (tmp_path / name).write_text(KERN)
    [answer] = read_files([tmp_path / name], workers=1)
    onset, duration, pitch = (answer.notes[name].tolist() for name in ("onset", "duration", "pitch"))
    quarters = [(start / 120, length / 120, tone) for start, length, tone in zip(onset, duration, pitch, strict=True)]
    low = [(0, 1, 60), (1, 0.5, 62), (1.5, 0.5, 64), (2, 1, 65), (3, 1, 67)]
    assert sorted(quarters) == sorted([*low, (0, 3, 76), (3, 1, 74)])
    assert answer.about["repeats"] == "written out"
    assert answer.about["meters"] == [[0, 4, 4]]


def test_what_is_no_kern_is_refused(tmp_path):
    (tmp_path / "a.krn").write_text("nothing of the kind\n")
    [answer] = read_files([tmp_path / "a.krn"], workers=1)
    assert answer.reason
