"""What a raw trait or property means as number, text, day or instant; only this knows the data's oddities.

Facts come from tracking clients, CSV files and DynamoDB, so a number may be a Decimal and a date an ISO text
or an epoch. Nothing here raises: a value that cannot be read as asked is None.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from decimal import Decimal
from functools import lru_cache
from zoneinfo import ZoneInfo

from .models import FIRST_YEAR, LAST_YEAR

_SECONDS = (1e8, 5e9)
_MILLISECONDS = (1e11, 5e12)
_MONTH_DAY = re.compile(r"(?:--)?([0-9]{2})-([0-9]{2})")


def as_number(value: object) -> float | None:
    """Read a number; a boolean is none, nor is a text of digits."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return None if value != value else value
    # Decimal is what DynamoDB returns; as a float it equals the literal that a person wrote (0.7).
    return float(value) if isinstance(value, Decimal) and value.is_finite() else None


def as_text(value: object) -> str | None:
    """Read a text, folded so that upper and lower case compare equal."""
    return value.casefold() if isinstance(value, str) else None


def as_time(value: object) -> date | datetime | None:
    """Read a calendar day or an instant; an instant may be naive.

    Accepts dates, datetimes, ISO 8601 texts and epochs in seconds or milliseconds (1973 to 2128). Years
    outside 1900 to 2200 are not dates.
    """
    if isinstance(value, str):
        # Measured before the cache, so that it never holds long texts.
        return _from_text(value) if 8 <= len(value) <= 40 else None
    if isinstance(value, date):
        return value if FIRST_YEAR <= value.year <= LAST_YEAR else None
    number = as_number(value)
    if number is None:
        return None
    if _SECONDS[0] <= number < _SECONDS[1]:
        return datetime.fromtimestamp(number, UTC)
    if _MILLISECONDS[0] <= number < _MILLISECONDS[1]:
        return datetime.fromtimestamp(number / 1000, UTC)
    return None


@lru_cache(maxsize=4096)
def _from_text(text: str) -> date | datetime | None:
    text = text.strip()
    try:
        found = date.fromisoformat(text) if len(text) <= 10 else datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if FIRST_YEAR <= found.year <= LAST_YEAR else None


def as_instant(value: object, zone: tzinfo) -> datetime | None:
    """Read an instant; a calendar day is its local midnight, a time without offset is local."""
    found = as_time(value)
    if found is None:
        return None
    if not isinstance(found, datetime):
        return datetime.combine(found, time(), zone)
    return found if found.tzinfo is not None else found.replace(tzinfo=zone)


def as_day(value: object, zone: tzinfo) -> date | None:
    """Read a calendar day; an instant falls on its day in `zone`."""
    found = as_time(value)
    if not isinstance(found, datetime):
        return found
    return found.date() if found.tzinfo is None else found.astimezone(zone).date()


def is_day(value: object) -> bool:
    """Tell whether the value is a calendar day without a time."""
    found = as_time(value)
    return found is not None and not isinstance(found, datetime)


def as_month_day(value: object, zone: tzinfo) -> tuple[int, int] | None:
    """Read month and day of an anniversary.

    `12-31` and `--12-31` need no year. An instant at midnight of its own offset is taken as the day it names:
    that is how many clients send a birthday, and shifting it into the contact's zone would move it.
    """
    if isinstance(value, str) and (match := _MONTH_DAY.fullmatch(value.strip())):
        return int(match[1]), int(match[2])
    found = as_time(value)
    if found is None:
        return None
    if isinstance(found, datetime):
        at_midnight = found.time() == time()
        found = found.date() if at_midnight or found.tzinfo is None else found.astimezone(zone).date()
    return found.month, found.day


def falls_on(month_day: tuple[int, int], day: date) -> bool:
    """Tell whether an anniversary falls on a day; 29 February falls on the 28th in common years."""
    if month_day == (2, 29) and (day + timedelta(days=1)).day == 1 and day.month == 2:
        return True
    return month_day == (day.month, day.day)


@lru_cache(maxsize=1024)
def zone_named(name: str) -> tzinfo | None:
    """Find an IANA time zone; None when there is no such zone."""
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        # An unknown name is a KeyError, a folder ("America") an OSError, a path a ValueError.
        return None


def glob(pattern: str) -> Callable[[str], bool]:
    """Compile a pattern of `*` (any run of characters) and `?` (one), matched whole and whatever the case.

    The pieces between the stars are searched left to right, each at its first place. That is right for globs
    and needs no backtracking, so no pattern can stall a worker as a regular expression can.
    """
    pieces = [
        re.compile("".join("." if c == "?" else re.escape(c) for c in piece), re.DOTALL)
        for piece in pattern.casefold().split("*")
    ]
    first, last = pieces[0], pieces[-1]
    tail = len(pattern.casefold().split("*")[-1])

    def matches(text: str) -> bool:
        if len(pieces) == 1:
            return first.fullmatch(text) is not None
        found = first.match(text)
        if found is None:
            return False
        at = found.end()
        for piece in pieces[1:-1]:
            found = piece.search(text, at)
            if found is None:
                return False
            at = found.end()
        start = len(text) - tail
        return start >= at and last.fullmatch(text, start) is not None

    return matches
