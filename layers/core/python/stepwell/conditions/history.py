"""What a contact did, in two sizes: the full list (simulation, tests) and a compact one for the profile.

`DailyCounts` must fit beside the traits in one item of 1 KB, so it keeps a count a day for 90 days, the last
time of each event, and the few newest events whole. Its answers are exact for windows that lie within those
newest events; for longer ones the day in which the window begins counts in full; a `where` filter sees the
newest events only.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

MAX_DAYS = 90
MAX_RECENT = 20

EventFilter = Callable[[Mapping[str, Any]], bool]
"""Says whether an event, `{name, timestamp, properties}`, passes."""


RecentEvent = tuple[str, float, Mapping[str, Any]]
"""A whole event as a profile keeps it: name, epoch seconds to the millisecond, small properties."""


class EventHistory(Protocol):
    """The events of one contact, as conditions ask for them."""

    def count(self, name: str, since: datetime | None, where: EventFilter | None) -> int:
        """Count events of a name from `since` (aware; None: ever) that pass the filter."""

    def last(self, name: str) -> datetime | None:
        """When an event of this name happened last (aware), or None."""


def _event(name: str, at: datetime, properties: Mapping[str, Any]) -> dict[str, Any]:
    return {"name": name, "timestamp": at, "properties": properties}


@dataclass(frozen=True, slots=True)
class EventList:
    """A history that holds every event as (name, time, properties).

    Attributes:
        events: In any order; times are aware.
    """

    events: tuple[tuple[str, datetime, Mapping[str, Any]], ...] = ()

    @classmethod
    def of(cls, events: Iterable[tuple[str, datetime, Mapping[str, Any]]]) -> EventList:
        """Build one from any iterable."""
        return cls(tuple(events))

    def count(self, name: str, since: datetime | None, where: EventFilter | None) -> int:
        """See EventHistory."""
        return sum(
            1
            for n, at, properties in self.events
            if n == name
            and (since is None or at >= since)
            and (where is None or where(_event(n, at, properties)))
        )

    def last(self, name: str) -> datetime | None:
        """See EventHistory."""
        return max((at for n, at, _ in self.events if n == name), default=None)


NO_HISTORY = EventList()


@dataclass(slots=True)
class _Track:
    total: int
    last: datetime
    days: dict[int, int]


@dataclass(slots=True)
class DailyCounts:
    """A history of at most a few hundred bytes; see the module's docstring for what it knows exactly.

    Not safe to share between threads: `add` changes it in place.
    """

    _tracks: dict[str, _Track] = field(default_factory=dict)
    _recent: list[tuple[str, datetime, Mapping[str, Any]]] = field(default_factory=list)
    _dropped_until: datetime | None = None
    """The newest event that is no longer among the recent ones: only windows after it are exact."""

    def add(self, name: str, at: datetime, properties: Mapping[str, Any] | None = None) -> None:
        """Fold one event in, late ones included.

        Args:
            name: The event's name.
            at: When it happened (aware).
            properties: Kept while the event is among the newest; pass only those that conditions filter by.
        """
        # Cut to what is stored, so that answers are the same before and after storing. Recent events keep
        # milliseconds: a wait must see what came right after it began.
        at = at.replace(microsecond=at.microsecond // 1000 * 1000)
        second = at.replace(microsecond=0)
        day = _day(at)
        track = self._tracks.get(name)
        if track is None:
            self._tracks[name] = _Track(1, second, {day: 1})
        else:
            track.total += 1
            track.last = max(track.last, second)
            track.days[day] = track.days.get(day, 0) + 1
            newest = _day(track.last)
            if newest - min(track.days) > MAX_DAYS:
                track.days = {d: n for d, n in track.days.items() if newest - d <= MAX_DAYS}
        self._recent.append((name, at, dict(properties or {})))
        self._recent.sort(key=lambda event: event[1])
        while len(self._recent) > MAX_RECENT:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        at = self._recent.pop(0)[1]
        self._dropped_until = at if self._dropped_until is None else max(at, self._dropped_until)

    def count(self, name: str, since: datetime | None, where: EventFilter | None) -> int:
        """See EventHistory; since None counts the whole life, windows over 90 days what 90 days hold."""
        track = self._tracks.get(name)
        if track is None:
            return 0
        if since is None and where is None:
            return track.total
        exact = self._dropped_until is None or (since is not None and since > self._dropped_until)
        if where is not None or exact:
            return EventList(tuple(self._recent)).count(name, since, where)
        first = _day(since) if since is not None else 0
        return sum(n for day, n in track.days.items() if day >= first)

    def last(self, name: str) -> datetime | None:
        """See EventHistory."""
        track = self._tracks.get(name)
        return None if track is None else track.last

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget events that no condition asks for."""
        wanted = set(names)
        self._tracks = {name: track for name, track in self._tracks.items() if name in wanted}
        self._recent = [event for event in self._recent if event[0] in wanted]

    def to_profile(self, max_bytes: int = 600) -> tuple[dict[str, Any], tuple[RecentEvent, ...]]:
        """Write the two compact parts that a profile keeps, together at most `max_bytes` as JSON.

        What does not fit is dropped, here too, where it is missed least: the oldest whole events first, then
        the events that have not happened for longest.

        Returns:
            `history` (counts a day) and `recent` (name, epoch seconds to the millisecond, properties).
        """
        stored = self._stored()
        while _size(stored) > max_bytes and (self._recent or self._tracks):
            if self._recent:
                self._drop_oldest()
            else:
                del self._tracks[min(self._tracks, key=lambda name: (self._tracks[name].last, name))]
            stored = self._stored()
        return stored

    def _stored(self) -> tuple[dict[str, Any], tuple[RecentEvent, ...]]:
        history: dict[str, Any] = {}
        if self._tracks:
            history["e"] = {name: _pack(self._tracks[name]) for name in sorted(self._tracks)}
        if self._dropped_until is not None:
            history["x"] = _seconds(self._dropped_until)
        return history, tuple((name, _seconds(at), properties) for name, at, properties in self._recent)

    @classmethod
    def from_profile(cls, history: Mapping[str, Any], recent: Iterable[RecentEvent] = ()) -> DailyCounts:
        """Read the two compact parts; numbers may be Decimals."""
        dropped = history.get("x")
        return cls(
            _tracks={name: _unpack(packed) for name, packed in history.get("e", {}).items()},
            _recent=[(name, _time(at), dict(properties)) for name, at, properties in recent],
            _dropped_until=None if dropped is None else _time(dropped),
        )


def _pack(track: _Track) -> list[Any]:
    # Days run back from the last event, empty for none: "3..1" is 3 that day and 1 two days before.
    newest = _day(track.last)
    span = range(newest, min(track.days) - 1, -1)
    return [track.total, int(track.last.timestamp()), ".".join(str(track.days.get(day, "")) for day in span)]


def _unpack(packed: Any) -> _Track:
    total, last, days = packed
    at = _time(last)
    newest = _day(at)
    return _Track(int(total), at, {newest - i: int(n) for i, n in enumerate(days.split(".")) if n})


def _size(stored: tuple[dict[str, Any], tuple[RecentEvent, ...]]) -> int:
    return len(json.dumps(stored, separators=(",", ":"), ensure_ascii=False, default=str).encode())


def _day(at: datetime) -> int:
    return at.astimezone(UTC).toordinal()


def _time(seconds: Any) -> datetime:
    return datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=round(float(seconds) * 1000))


def _seconds(at: datetime) -> float:
    millis = round(at.timestamp() * 1000)
    return millis / 1000 if millis % 1000 else millis // 1000
