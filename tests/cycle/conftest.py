"""Most tests of the cycle are about bytes, not about power cuts: they need not wait for the disk."""

import os

import pytest


@pytest.fixture(scope="package", autouse=True)
def no_waiting_for_the_disk():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "fsync", lambda descriptor: None)
        yield
