"""How a history lies in the profile, and how many bytes its parts take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_DAY = 86_400


@dataclass(slots=True)
class Track:
    """One event name: how often, when last (epoch seconds), how often a day (days since 1970, UTC)."""

    total: int
    last: int
    days: dict[int, int]


def pack(track: Track) -> list[Any]:
    """Write a track: how often, when last, how often a day."""
    # Days run back from the last event, empty for none: "3..1" is 3 that day and 1 two days before.
    days = track.days
    before = track.last // _DAY
    text = ""
    for day in sorted(days, reverse=True):
        text += "." * (before - day) + str(days[day])
        before = day
    return [track.total, track.last, text]


def unpack(total: Any, last: Any, days: str) -> Track:
    """Read a track; numbers may be Decimals."""
    last = int(last)
    newest = last // _DAY
    if "." not in days:
        return Track(int(total), last, {newest: int(days)} if days else {})
    return Track(int(total), last, {newest - i: int(n) for i, n in enumerate(days.split(".")) if n})


def length(text: str) -> int:
    """Return how many bytes a name takes."""
    # Quotation marks and control characters are rare in names: a few bytes that the budget has room for.
    return len(text) if text.isascii() else len(text.encode())


def track_size(name: str, packed: list[Any]) -> int:
    """Return how many bytes a track takes as JSON."""
    # `"name":[12,1234567890,"3..1"],`
    return length(name) + len(str(packed[0])) + len(packed[2]) + 20


def properties_size(properties: Mapping[str, Any]) -> int:
    """Return about how many bytes small properties take as JSON."""
    # `{"name":"value",…}`; anything but short plain values was left out before.
    return 1 + sum([length(name) + 6 + length(str(value)) for name, value in properties.items()])
