"""Memory goes back to the system where the C library can do that, and nothing happens where it cannot."""

from __future__ import annotations

import ctypes
import subprocess
import sys
from types import SimpleNamespace

import pytest

from modeloid.backends.torch.heap import give_back

_HOLES = """
import resource

from modeloid.backends.torch.heap import give_back

def resident():
    return int(open("/proc/self/statm").read().split()[1])

kept = [bytearray(60_000) for _ in range(4000)]
last = kept.pop()
del kept
before = resident()
assert give_back()
print((before - resident()) * resource.getpagesize())
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="asks /proc")
def test_what_is_free_goes_back():
    if not hasattr(ctypes.CDLL(None), "malloc_trim"):
        pytest.skip("another C library")
    found = subprocess.run([sys.executable, "-c", _HOLES], capture_output=True, text=True, check=True)
    # 240 MB lie below a block that is still in use
    assert int(found.stdout) > 100e6


@pytest.mark.parametrize("library", [SimpleNamespace(), OSError("none"), TypeError("None is no name here")])
def test_where_the_library_cannot_nothing_happens(monkeypatch, library):
    def opened(_):
        if isinstance(library, Exception):
            raise library
        return library

    monkeypatch.setattr(ctypes, "CDLL", opened)
    assert give_back() is False
