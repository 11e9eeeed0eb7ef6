import json
import os
import signal
import subprocess
import sys
import time

import pytest

from cli.conftest import SMALL


def test_models_lists_the_rbm_with_its_parameters(modeloid):
    found = json.loads(modeloid("models", "--json").stdout)
    rbm = next(model for model in found if model["name"] == "rbm")
    assert "hidden" in rbm["parameters"]
    assert "default" in rbm["presets"]


def test_the_whole_way(modeloid, folder, tmp_path):
    modeloid("create", "rbm", "small", f"data.sets=[folder:{folder}]", *SMALL, "cycle.last=2e")
    done = json.loads(modeloid("train", "small", "--json").stdout)
    assert done["status"] == "done"
    assert done["test"]["loss"]["loss"] > 0
    again = json.loads(modeloid("train", "small", "--json").stdout)
    assert (again["turns"], again["step"]) == (0, done["step"])
    tested = json.loads(modeloid("test", "small", "--json").stdout)
    assert tested["loss"] == done["test"]["loss"]
    four = json.loads(modeloid("sample", "small", "-n", "4", "--out", "four", "--json").stdout)["files"]
    two = json.loads(modeloid("sample", "small", "-n", "2", "--out", "two", "--json").stdout)["files"]
    for one, other in zip(four, two, strict=False):
        assert (tmp_path / one).read_bytes() == (tmp_path / other).read_bytes()


def test_wishes_may_be_spelt_as_options_and_unknown_ones_are_refused(modeloid, trained, tmp_path):
    wishes = json.loads(modeloid("sample", "small", "--wishes", "--json").stdout)
    one = modeloid("sample", "small", "-n", "1", "--out", "one", "--temperature", "0.5", "--json").stdout
    assert json.loads(one)["wishes"] == {"temperature": 0.5}
    assert "temperature" in wishes
    refused = modeloid("sample", "small", "-n", "1", "--out", "two", "--temperatur", "0.5", check=2)
    assert "temperature" in refused.stderr


def test_a_copy_elsewhere_shows_samples_and_resumes(modeloid, trained, tmp_path):
    import shutil

    shutil.move(trained, tmp_path / "elsewhere" / "moved")
    assert json.loads(modeloid("show", "elsewhere/moved", "--json").stdout)["step"] > 0
    modeloid("sample", "elsewhere/moved", "-n", "1", "--out", "out")
    assert list((tmp_path / "out").glob("*.mid"))
    path = tmp_path / "elsewhere" / "moved" / "mconfig.py"
    path.write_text(path.read_text().replace('"last": "2e"', '"last": "3e"'))
    assert json.loads(modeloid("train", "elsewhere/moved", "--json").stdout)["turns"] > 0


def test_list_finds_it_and_fork_copies_it(modeloid, trained):
    modeloid("fork", "small", "child")
    found = {card["name"]: card for card in json.loads(modeloid("list", "--json").stdout)}
    assert set(found) == {"small", "child"}
    assert found["child"]["id"] != found["small"]["id"]
    assert found["child"]["parent"]["id"] == found["small"]["id"]
    assert found["child"]["step"] == found["small"]["step"]


def test_a_fork_goes_on_from_its_parents_state(modeloid, trained, tmp_path):
    modeloid("fork", "small", "child")
    path = tmp_path / "child" / "mconfig.py"
    path.write_text(path.read_text().replace('"last": "2e"', '"last": "3e"'))
    assert json.loads(modeloid("train", "child", "--json").stdout)["turns"] > 0


def test_a_relative_folder_is_found_from_anywhere(modeloid, folder, tmp_path):
    (tmp_path / "midi").symlink_to(folder)
    modeloid("create", "rbm", "small", "data.sets=[folder:midi]", *SMALL, "cycle.last=2e")
    assert str(folder) in (tmp_path / "small" / "mconfig.py").read_text()


def test_a_damaged_pointer_is_made_again(modeloid, trained):
    (trained / "state" / "last").write_bytes(bytes([255, 254]))
    modeloid("train", "small")
    assert (trained / "state" / "last").read_text().startswith("step-")


def test_a_target_that_is_a_file_is_one_line(modeloid, trained, tmp_path):
    (tmp_path / "taken").write_text("")
    assert "taken" in modeloid("sample", "small", "-n", "1", "--out", "taken", check=1).stderr


def test_check_passes_for_the_rbm(modeloid, trained):
    results = json.loads(modeloid("check", "small", "--json", check=None).stdout)
    assert [result for result in results if not result["passed"]] == []
    assert len(results) >= 8


def test_dry_and_overfit_leave_no_trace(modeloid, folder, tmp_path):
    modeloid("create", "rbm", "small", f"data.sets=[folder:{folder}]", *SMALL, "cycle.last=2e")
    assert "validate" in modeloid("train", "small", "--dry").stdout
    assert "turn 20" in modeloid("train", "small", "--overfit").stdout
    assert sorted(path.name for path in (tmp_path / "small").iterdir()) == ["mconfig.py"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("create", "rbn", "x"), "'rbm'"),
        (("create", "rbm", "x", "hiden=64"), "'hidden'"),
        (("create", "rbm", "x", "hidden=-1"), "hidden"),
        (("create", "rbm", "x", "cycle.lst=3e"), "'last'"),
        (("create", "rbm", "x", "cycle.last=soon"), "soon"),
        (("create", "rbm", "x", "data.sets=[bach-chorale]"), "'bach-chorales'"),
        (("create", "rbm", "x", "data.set=[a]"), "'sets'"),
        (("create", "rbm", "x", "--preset", "smal"), "'small'"),
        (("create", "rbm", "x", "data.domain=musik"), "'music'"),
        (("create", "rbm", "x", "preset=small"), "--help"),
        (("sample", "nowhere", "n=2"), "--help"),
        (("train", "nowhere"), "nowhere"),
        (("sample", "nowhere"), "nowhere"),
        (("train", "nowhere", "--for", "3t"), "3t"),
    ],
)
def test_a_mistake_is_one_line_with_what_to_do(modeloid, arguments, says, tmp_path):
    done = modeloid(*arguments, check=2)
    lines = done.stderr.strip().splitlines()
    assert len(lines) == 1
    assert says in lines[0]
    assert not (tmp_path / "x").exists()


def test_pieces_are_written_over_only_when_asked(modeloid, trained, tmp_path):
    modeloid("sample", "small", "-n", "1", "--out", "kept")
    before = (tmp_path / "kept" / "00.mid").read_bytes()
    assert "--replace" in modeloid("sample", "small", "-n", "1", "--out", "kept", "--seed", "5", check=2).stderr
    assert (tmp_path / "kept" / "00.mid").read_bytes() == before
    modeloid("sample", "small", "-n", "1", "--out", "kept", "--seed", "5", "--replace")
    assert (tmp_path / "kept" / "00.mid").read_bytes() != before


def test_an_unknown_format_is_told_before_anything_is_drawn(modeloid, trained, tmp_path):
    assert "'wav'" in modeloid("sample", "small", "--to", "mid,wave", "--out", "none", check=2).stderr
    assert not (tmp_path / "none").exists()


def test_the_wishes_are_listed(modeloid, trained):
    assert "temperature = " in modeloid("sample", "small", "--wishes").stdout
    assert "temperature" in json.loads(modeloid("sample", "small", "--wishes", "--json").stdout)


def test_a_folder_without_modeloids_says_so(modeloid, tmp_path):
    (tmp_path / "bare").mkdir()
    assert "no modeloids below bare" in modeloid("list", "bare").stderr
    assert "no such directory" in modeloid("list", "absent", check=2).stderr


def test_an_unknown_wish_names_the_nearest(modeloid, trained):
    done = modeloid("sample", "small", "temprature=1", check=2)
    assert "'temperature'" in done.stderr


def test_data_that_is_too_small_says_so(modeloid, tmp_path):
    (tmp_path / "empty").mkdir()
    done = modeloid("create", "rbm", "x", f"data.sets=[folder:{tmp_path / 'empty'}]", check=2)
    assert "empty" in done.stderr


def test_a_changed_architecture_is_refused_with_the_difference(modeloid, trained):
    path = trained / "mconfig.py"
    path.write_text(path.read_text().replace('"hidden": [64]', '"hidden": [65]'))
    done = modeloid("train", "small", check=2)
    assert "64" in done.stderr
    assert "65" in done.stderr


def test_a_time_limit_stops_resumably(modeloid, folder):
    modeloid("create", "rbm", "small", f"data.sets=[folder:{folder}]", *SMALL, "cycle.last=100000e")
    done = modeloid("train", "small", "--for", "2s", check=75)
    assert "go on with" in done.stdout


def test_sigterm_stops_resumably_and_a_second_run_goes_on(modeloid, folder, home, tmp_path):
    modeloid("create", "rbm", "small", f"data.sets=[folder:{folder}]", *SMALL, "cycle.last=100000e")
    environment = {**os.environ, "MODELOID_HOME": str(home), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "modeloid", "train", "small"]
    running = subprocess.Popen(command, cwd=tmp_path, env=environment, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 60
    log = tmp_path / "small" / "record" / "log.jsonl"
    while time.monotonic() < deadline and not (log.exists() and log.stat().st_size > 500):
        time.sleep(0.05)
    running.send_signal(signal.SIGTERM)
    _, errors = running.communicate(timeout=60)
    assert running.returncode == 75
    assert "Traceback" not in errors
    step = json.loads(modeloid("show", "small", "--json").stdout)["step"]
    assert step > 0
    again = json.loads(modeloid("train", "small", "--for", "1s", "--json", check=75).stdout)
    assert again["step"] - again["turns"] == step


def test_a_report_is_written_and_several_are_compared(modeloid, trained, tmp_path):
    assert modeloid("report", "small", "--to", "HTML, csv").stdout.splitlines()[0] == "small/report/index.html"
    modeloid("fork", "small", "other")
    files = json.loads(modeloid("report", "small", "other", "--to", "markdown", "--json").stdout)["files"]
    assert files == ["comparison/report.md"] and "other" in (tmp_path / "comparison" / "report.md").read_text()
    listed = json.loads(modeloid("report", "--formats", "--json").stdout)
    assert {"html", "csv", "pdf", "mlflow", "sparks"} <= {one["name"] for one in listed}


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "no directory is named"),
        (("small", "small"), "named twice"),
        (("small", "--to", ","), "no format is named"),
        (("small", "--to", "htlm"), "'html'"),
        (("small", "--into", "small/mconfig.py"), "--into"),
        (("nowhere",), "nowhere"),
    ],
)
def test_a_report_that_cannot_be_is_one_line(modeloid, trained, arguments, says):
    lines = modeloid("report", *arguments, check=2).stderr.strip().splitlines()
    assert len(lines) == 1 and says in lines[0]
