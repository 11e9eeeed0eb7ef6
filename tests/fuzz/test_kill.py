"""The short kill fuzz; the long one is ``benchmarks/kill_fuzz.py``."""

import signal

import pytest

from fuzz.harness import fuzz


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_struck_down_until_done_the_bytes_are_those_of_an_undisturbed_run(number, tmp_path):
    result = fuzz(tmp_path, number, strikes=6)
    assert result["problems"] == [] and result["strikes"] >= 6, result


@pytest.mark.parametrize("writer", ["old first", "in place"])
def test_a_careless_writer_is_found_out(writer, tmp_path):
    result = fuzz(tmp_path, signal.SIGKILL, strikes=200, writer=writer, give_up=True)
    assert result["problems"], result
