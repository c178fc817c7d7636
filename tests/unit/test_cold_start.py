"""The collector is as it was afterwards, whatever happens inside."""

from __future__ import annotations

import gc

import pytest
from stepwell.cold_start import collector_paused


def test_the_collector_pauses_and_goes_on() -> None:
    with collector_paused():
        assert not gc.isenabled()
    assert gc.isenabled()


def test_it_goes_on_after_an_import_that_fails() -> None:
    with pytest.raises(ModuleNotFoundError), collector_paused():
        raise ModuleNotFoundError("no such module")
    assert gc.isenabled()


def test_where_it_was_off_it_stays_off() -> None:
    gc.disable()
    try:
        with collector_paused():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
