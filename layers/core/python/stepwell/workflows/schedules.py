"""Schedules of time-based triggers in the language of EventBridge Scheduler: `at(…)`, `rate(…)`, `cron(…)`.

Checked here, so that a typing error shows in the builder and not at publishing.
Source of the grammar: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

_RATE = re.compile(r"^(?:rate\()?\s*(\d{1,6})\s*(minute|hour|day)s?\s*\)?$")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_DAYS = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")
_FIELDS: tuple[tuple[str, int, int, tuple[str, ...]], ...] = (
    ("minutes", 0, 59, ()),
    ("hours", 0, 23, ()),
    ("day of month", 1, 31, ()),
    ("month", 1, 12, _MONTHS),
    ("day of week", 1, 7, _DAYS),
    ("year", 1970, 2199, ()),
)


def rate_expression(text: str) -> str:
    """Return `rate(n unit)` for `1 day`, `rate(12 hours)` and the like.

    Raises:
        ValueError: Not a rate.
    """
    match = _RATE.match(text.strip().lower().replace("_", " "))
    if match is None or int(match[1]) < 1:
        raise ValueError(f"`{text}` is no rate; write e.g. `1 day`, `12 hours` or `30 minutes`")
    count, unit = int(match[1]), match[2]
    return f"rate({count} {unit if count == 1 else unit + 's'})"


def cron_expression(text: str) -> str:
    """Return `cron(…)` after checking its six fields: minutes hours day-of-month month day-of-week year.

    Raises:
        ValueError: Not a cron expression that EventBridge Scheduler takes.
    """
    inner = text.strip()
    if inner.startswith("cron(") and inner.endswith(")"):
        inner = inner[5:-1]
    parts = inner.split()
    if len(parts) != 6:
        raise ValueError(
            f"`{text}` has {len(parts)} fields; cron needs six: minutes hours day-of-month month day-of-week "
            "year, e.g. `0 9 ? * MON *` for Mondays at 9:00"
        )
    for part, (name, low, high, names) in zip(parts, _FIELDS, strict=True):
        _check_field(part, name, low, high, names)
    if (parts[2] == "?") == (parts[4] == "?"):
        raise ValueError(f"`{text}`: exactly one of day of month and day of week must be `?`")
    return f"cron({' '.join(parts)})"


def _check_field(part: str, name: str, low: int, high: int, names: tuple[str, ...]) -> None:
    if part == "?":
        if name not in ("day of month", "day of week"):
            raise ValueError(f"cron: `?` cannot stand for {name}")
        return
    for item in part.split(","):
        base, slash, step = item.partition("/")
        if slash and not (step.isdigit() and int(step) > 0):
            raise ValueError(f"cron: `{item}` is no valid step for {name}")
        if base == "*" or _is_special(base, name):
            continue
        ends = [_number(end, names) for end in base.split("-")]
        if len(ends) > 2 or any(end is None or not low <= end <= high for end in ends):
            raise ValueError(f"cron: `{item}` is no valid {name} ({low} to {high})")


def _is_special(base: str, name: str) -> bool:
    if name == "day of month":
        return base == "L" or re.fullmatch(r"(LW|([1-9]|[12]\d|3[01])W)", base) is not None
    if name == "day of week":
        return base == "L" or re.fullmatch(r"([1-7]|[A-Za-z]{3})(L|#[1-5])", base) is not None
    return False


def _number(text: str, names: tuple[str, ...]) -> int | None:
    if text.isdigit():
        return int(text)
    if text.lower() in names:
        # Months count from January = 1, days of the week from Sunday = 1.
        return names.index(text.lower()) + 1
    return None


def at_expression(text: str, lead: timedelta = timedelta()) -> str:
    """Return `at(yyyy-mm-ddThh:mm:ss)` for a local date and time, ``lead`` earlier.

    Raises:
        ValueError: Not a date and time without offset.
    """
    inner = text.strip()
    if inner.startswith("at(") and inner.endswith(")"):
        inner = inner[3:-1]
    try:
        at = datetime.fromisoformat(inner)
    except ValueError:
        raise ValueError(f"`{text}` is no date and time; write e.g. `2027-09-01T09:00`") from None
    if at.tzinfo is not None:
        raise ValueError(f"`{text}` has an offset; leave it out and set `time_zone`")
    try:
        return f"at({(at - lead).strftime('%Y-%m-%dT%H:%M:%S')})"
    except OverflowError:
        raise ValueError(f"`{text}` is out of range") from None


def schedule_expression(schedule: Mapping[str, str], lead: timedelta = timedelta()) -> str:
    """Return the Scheduler expression of a schedule with exactly one of `at`, `rate`, `cron`.

    Raises:
        ValueError: None or several are given, or the one is malformed.
    """
    given = {kind: text for kind, text in schedule.items() if kind in ("at", "rate", "cron") and text}
    if len(given) != 1:
        raise ValueError("a schedule needs exactly one of `at`, `rate` and `cron`")
    ((kind, text),) = given.items()
    if kind == "at":
        return at_expression(text, lead)
    return rate_expression(text) if kind == "rate" else cron_expression(text)
