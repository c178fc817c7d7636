"""How a history lies in the profile, and how many bytes its parts take."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

DAY = 86_400
MAX_DAYS = 90


class Track:
    """One event name: how often it happened, and when.

    Counts are read when they are first asked for: in a pass most names are neither counted nor asked for.

    Attributes:
        total: How often, ever.
        last: When last (epoch seconds).
        read: Counts a day as `counts` has them, once they are read.

    Args:
        total: See above.
        last: See above.
        counts: Counts a day, as they are or as they are written.
    """

    __slots__ = ("last", "read", "total", "written")

    def __init__(self, total: int, last: int, counts: list[int] | str) -> None:
        self.total = total
        self.last = last
        self.read: list[int] | None = None
        self.written = ""
        if counts.__class__ is str:
            self.written = counts
        else:
            self.read = counts  # type: ignore[assignment]  # it is no text

    @property
    def counts(self) -> list[int]:
        """How often a day (UTC), back from the day of the last one."""
        found = self.read
        if found is None:
            days = self.written
            found = [int(n) if n else 0 for n in days.split(".")] if "." in days else [int(days or 0)]
            self.read = found
        return found

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Track):
            return NotImplemented
        return (self.total, self.last, self.counts) == (other.total, other.last, other.counts)

    __hash__ = None  # type: ignore[assignment]  # it changes in place

    def add(self, second: int) -> None:
        """Count one event (epoch seconds), a late one too."""
        self.total += 1
        newest = self.last // DAY
        if second > self.last:
            self.last = second
        back = newest - second // DAY
        counts = self.counts
        if back == 0:
            counts[0] += 1
        elif back < 0:
            counts[0:0] = [1, *[0] * min(-back - 1, MAX_DAYS)]
            del counts[MAX_DAYS + 1 :]
            while not counts[-1]:
                counts.pop()
        elif back <= MAX_DAYS:
            if back >= len(counts):
                counts += [0] * (back - len(counts) + 1)
            counts[back] += 1

    def since(self, day: int) -> int:
        """Return how many are counted on a day (since 1970, UTC) and after."""
        return sum(self.counts[: max(self.last // DAY - day + 1, 0)])

    def days(self) -> dict[int, int]:
        """Return how many a day (since 1970, UTC)."""
        newest = self.last // DAY
        return {newest - back: n for back, n in enumerate(self.counts) if n}


def track_of(total: int, last: int, days: Mapping[int, int]) -> Track:
    """Return a track of counts a day (since 1970, UTC); a day after the last event's moves that."""
    newest = max(days, default=0)
    last = max(last, newest * DAY)
    newest = last // DAY
    oldest = min((day for day in days if newest - day <= MAX_DAYS), default=newest)
    return Track(total, last, [days.get(day, 0) for day in range(newest, oldest - 1, -1)])


def pack(track: Track) -> list[Any]:
    """Write a track: how often, when last, how often a day."""
    # Days run back from the last event, empty for none: "3..1" is 3 that day and 1 two days before.
    counts = track.read
    if counts is None:
        return [track.total, track.last, track.written]
    if len(counts) == 1:
        return [track.total, track.last, str(counts[0] or "")]
    return [track.total, track.last, ".".join([str(n) if n else "" for n in counts])]


def unpack(total: Any, last: Any, days: str) -> Track:
    """Read a track; numbers may be Decimals."""
    return Track(int(total), int(last), days)


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
    size = 1
    for name, value in properties.items():
        text = value if value.__class__ is str else str(value)
        size += (
            len(name) + len(text) + 6
            if name.isascii() and text.isascii()
            else length(name) + length(text) + 6
        )
    return size
