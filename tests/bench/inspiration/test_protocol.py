import json
from types import SimpleNamespace

import numpy as np
import pytest

from modeloid.bench.inspiration import protocol, run, stored, table
from modeloid.bench.inspiration.ground import ground
from modeloid.bench.inspiration.protocol import Candidate
from modeloid.bench.inspiration.systems import read
from modeloid.cycle.errors import ModeloidError
from modeloid.music.kinship import CHEATERS

from .bands import CODER, domain, songs


def echo(xs, seed):
    return list(xs)


def alone(xs, seed):
    """A piece of its own for each place and seed, whoever inspires it."""
    return [song.slice(0) for song in songs(len(xs), first=100 + 50 * seed)]


def symbols(slices):
    return np.array([[len(rows) % 4] for rows in slices])


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    folder = tmp_path_factory.mktemp("bench")
    candidates = {
        "echo": Candidate(echo, symbols=symbols, answer=lambda score: read(score, CODER)),
        "alone": Candidate(alone, inspired=False),
        "rising": Candidate(alone, make=lambda strength: echo if strength else alone),
    }
    codes = {"length": lambda slices: np.array([[float(len(rows))] for rows in slices])}
    said = []
    result = run(domain(), folder, candidates, codes, said.append, turns=3, foreign=(), pairs=40)
    return SimpleNamespace(folder=folder, said=said, **result)


def test_the_copyist_is_refused_and_so_counts_as_last(found):
    echo = found.scores["echo"]
    assert echo["refused"] == 1
    assert echo["top1"] == 0
    assert echo["barcopy"] == 1
    assert echo["swap"] == 1
    assert echo["diversity"] == 1
    assert echo["training/refused"] == 1
    assert echo["code_kept"] == 1
    assert found.beside["echo"]["reasons"]["barcopy"] == 6
    assert found.beside["echo"]["odd"]["silence"] == "silent"
    assert echo["pathological"] < 1


def test_cheaters_are_measured_with_the_gates_and_without(found):
    copies = found.scores["identity"]
    assert copies["refused"] == 1
    assert copies["top1"] == 0
    assert copies["top1_open"] == 1
    assert set(CHEATERS) < set(found.scores)


def test_the_human_line_is_heard_without_gates_and_the_floor_copies_nothing(found):
    floor, human = found.scores["floor"], found.scores["human line"]
    assert floor["barcopy"] < human["barcopy"] < 0.42
    assert "refused" in human
    assert "diversity" in human
    assert floor["lead_grams_p95"] == 0


def test_who_does_not_listen_is_not_asked_what_listeners_are(found):
    assert "swap" not in found.scores["alone"]
    assert found.scores["alone"]["diversity"] < 0.6
    assert "strength_rises" in found.scores["rising"]


def test_the_bound_of_a_code_is_there(found):
    assert 0 <= found.scores["nearest by length"]["top1"] <= 1


def test_what_is_kept_is_what_was_found(found):
    kept = json.loads((found.folder / "scores.json").read_text())
    assert kept["scores"] == found.scores
    said = stored({"scores": found.scores}, "modeloid bench inspiration")
    assert said["machine"]
    assert json.loads(json.dumps(said))["command"] == "modeloid bench inspiration"


def test_the_table_shows_systems_and_leaves_cheaters_for_who_asks(found):
    result = {"scores": found.scores}
    assert "identity" not in "\n".join(table(result))
    assert "identity" in "\n".join(table(result, cheaters=True))
    assert "echo" in table(result)[0]


def test_the_judges_are_used_again(found):
    said = []
    protocol.ground(domain(), found.folder, foreign=(), turns=3, pairs=40, say=said.append)
    assert said == []


def test_another_representation_is_refused(tmp_path):
    other = SimpleNamespace(representation=SimpleNamespace(kind="roll"))
    with pytest.raises(ModeloidError, match="roll"):
        protocol.ground(other, tmp_path)


def test_rows_that_were_measured_stay_where_that_is_asked_and_only_there(found, tmp_path):
    path = tmp_path / "scores.json"
    path.write_text((found.folder / "scores.json").read_text())
    for one in found.folder.iterdir():
        if one.name != "scores.json":
            (tmp_path / one.name).write_bytes(one.read_bytes())

    def never(xs, seed):
        raise AssertionError("it is measured again")

    def again(keep, **candidates):
        return run(domain(), tmp_path, candidates, None, lambda _: None, turns=3, foreign=(), pairs=40, keep=keep)

    kept = again(True, echo=Candidate(never), new=Candidate(alone, inspired=False))
    assert kept["scores"]["echo"] == found.scores["echo"] and kept["scores"]["identity"] == found.scores["identity"]
    assert kept["scores"]["new"]["inspirers"] == found.scores["echo"]["inspirers"]
    assert set(json.loads(path.read_text())["scores"]) == {*found.scores, "new"}
    with pytest.raises(AssertionError, match="measured again"):
        again(False, echo=Candidate(never))


def test_few_inspirers_are_compared_with_as_many_real_excerpts(tmp_path, monkeypatch):
    monkeypatch.setattr("modeloid.bench.inspiration.ground.LONG_BARS", 16)
    many, few = (ground(domain(), tmp_path, most, (), 3, 40, lambda _: None) for most in (None, 2))
    assert len(few.xs) == 2 < len(many.xs)
    assert len(few.long) == len(many.long) > 2
