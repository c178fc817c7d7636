"""Whole milliseconds since 1970: what the pass compares and counts by, where aware times cost ten times as much."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import lru_cache

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MILLISECOND = timedelta(milliseconds=1)


def millis_of(at: datetime) -> int:
    """Return an aware time as whole milliseconds since 1970, what is beyond cut off."""
    return (at - _EPOCH) // _MILLISECOND


@lru_cache(maxsize=256)
def millis_up(at: datetime) -> int:
    """Return the first whole millisecond since 1970 that is not before an aware time.

    Kept for the last few: a pass asks for the same windows contact by contact.
    """
    return -((_EPOCH - at) // _MILLISECOND)


def time_of(millis: int) -> datetime:
    """Return the aware time of whole milliseconds since 1970."""
    # A product, for `timedelta(milliseconds=…)` takes four times as long.
    return _EPOCH + millis * _MILLISECOND


@lru_cache(maxsize=256)
def window_start(now: datetime, delta: timedelta) -> datetime:
    """Return where a window up to now begins; a pass asks for the same ones contact by contact, at one moment."""
    return now - delta


@lru_cache(maxsize=256)
def window_millis(now: datetime, delta: timedelta) -> int:
    """Return the first whole millisecond since 1970 in a window up to now."""
    return millis_up(now - delta)
