"""How a contact's loose values become typed columns, so that a query means what the closures mean.

A trait may be a number for one contact and a text for another, and a date may be an ISO text or an epoch. What each
value means is decided once, in the snapshot, by the functions that the closures use (`conditions.values`), with the
contact's own time zone. A field has a column a kind:

| kind | holds | null |
|---|---|---|
| `x` | true: there is a value | there is none |
| `n` | number | it is none |
| `s` | text, case folded | it is none |
| `b` | boolean | it is none |
| `i` | instant, microseconds since 1970 (a day: its local midnight) | it is no time |
| `d` | calendar day in the contact's zone, days since 1970 | it is no time |
| `w` | true: a calendar day without a time | an instant, or no time |
| `m` | month and day of an anniversary, `month * 100 + day` | it is no date |
| `ls`, `ln`, `lb` | texts (folded), numbers and booleans of a list | it is no list |
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, tzinfo
from typing import Any, Literal

from stepwell.conditions.values import as_day, as_instant, as_month_day, as_number, is_day
from stepwell.contracts.ids import short_hash

Kind = Literal["x", "n", "s", "b", "i", "d", "w", "m", "ls", "ln", "lb"]
FIELD, PROPERTY = "f", "p"
_PLAIN = re.compile(r"[a-z][a-z0-9_]{0,60}")
_EPOCH = date(1970, 1, 1).toordinal()
_DEPTH = 10


def column(prefix: str, path: tuple[str, ...], kind: Kind) -> str:
    """Return the column of a field (or event property); names that a table cannot have are hashed."""
    plain = len(path) == 1 and _PLAIN.fullmatch(path[0]) is not None
    name = path[0] if plain else f"_{short_hash(*path, length=16)}"
    return f"{prefix}_{name}__{kind}"


def micros(at: datetime) -> int:
    """Return an aware time in microseconds since 1970."""
    whole = at.astimezone(UTC)
    return int((whole.toordinal() - _EPOCH) * 86_400_000_000) + (
        (whole.hour * 3600 + whole.minute * 60 + whole.second) * 1_000_000 + whole.microsecond
    )


def day_number(day: date) -> int:
    """Return a calendar day in days since 1970."""
    return day.toordinal() - _EPOCH


def values(prefix: str, fields: Mapping[str, Any], zone: tzinfo) -> dict[str, Any]:
    """Return all columns of a contact's fields or an event's properties."""
    found: dict[str, Any] = {}
    for path, value in _paths((), fields):
        for kind, part in kinds(value, zone):
            found[column(prefix, path, kind)] = part
    return found


def _paths(above: tuple[str, ...], fields: Mapping[str, Any]) -> Iterator[tuple[tuple[str, ...], Any]]:
    for name, value in fields.items():
        path = (*above, name)
        yield path, value
        if isinstance(value, Mapping) and len(path) < _DEPTH:
            yield from _paths(path, value)


def kinds(value: Any, zone: tzinfo) -> Iterator[tuple[Kind, Any]]:
    """Yield what a value is."""
    if value is None:
        return
    yield "x", True
    if isinstance(value, list | tuple | set | frozenset):
        yield "ls", [item.casefold() for item in value if isinstance(item, str)]
        yield "lb", [item for item in value if isinstance(item, bool)]
        yield "ln", [float(number) for item in value if (number := as_number(item)) is not None]
        return
    if isinstance(value, bool):
        yield "b", value
        return
    if isinstance(value, str):
        yield "s", value.casefold()
    number = as_number(value)
    if number is not None:
        yield "n", float(number)
    yield from times(value, zone)


def times(value: Any, zone: tzinfo) -> Iterator[tuple[Kind, Any]]:
    """Yield what a value is as a time."""
    instant, day = as_instant(value, zone), as_day(value, zone)
    if instant is not None and day is not None:
        yield "i", micros(instant)
        yield "d", day_number(day)
        if is_day(value):
            yield "w", True
    anniversary = as_month_day(value, zone)
    if anniversary is not None:
        yield "m", anniversary[0] * 100 + anniversary[1]
