"""What a contact did, in two sizes: the full list (simulation, tests) and a compact one for the profile.

`DailyCounts` must fit beside the traits in one item of 1 KB, so it keeps a count a day for 90 days, the last
time of each event, and the few newest events whole. Its answers are exact for windows that lie within those
newest events; for longer ones the day in which the window begins counts in full; a `where` filter sees the
newest events only.
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .event_list import NO_HISTORY, EventFilter, EventHistory, EventList, RecentEvent, event_of
from .packing import Track, length, pack, properties_size, track_size, unpack
from .times import millis_of, millis_up, time_of

__all__ = [
    "MAX_DAYS",
    "MAX_RECENT",
    "NO_HISTORY",
    "DailyCounts",
    "EventFilter",
    "EventHistory",
    "EventList",
    "RecentEvent",
]

MAX_DAYS = 90
MAX_RECENT = 20


@dataclass(slots=True)
class DailyCounts:
    """A history of at most a few hundred bytes; see the module's docstring for what it knows exactly.

    Times are whole milliseconds inside: this is the innermost loop of the pass. Not safe to share between
    threads: `add` changes it in place.
    """

    _tracks: dict[str, Track] = field(default_factory=dict)
    _recent: list[tuple[str, int, Mapping[str, Any]]] = field(default_factory=list)
    _dropped_until: int | None = None
    """The newest event that is no longer among the recent ones: only windows after it are exact."""
    _times: dict[str, list[int]] | None = field(default=None, compare=False, repr=False)
    """Times of the recent events by name, in order; made when first asked for."""
    _counted: dict[str, dict[datetime, list[int]]] = field(default_factory=dict, compare=False, repr=False)
    """Counts that were asked for, by name and beginning of the window: an event adds one, nobody counts anew."""

    def add(self, name: str, at: datetime, properties: Mapping[str, Any] | None = None) -> None:
        """Fold one event in.

        Args:
            name: The event's name.
            at: When it happened (aware).
            properties: Kept while the event is among the newest; pass only those that conditions filter by.
        """
        self.add_at(name, millis_of(at), dict(properties or {}))

    def add_at(self, name: str, at: int, properties: Mapping[str, Any]) -> None:
        """Fold one event in, late ones too; `at` in milliseconds since 1970, properties are kept as given."""
        # Milliseconds, as they are stored: answers are the same before and after, and a wait sees what came
        # right after it began.
        second = at // 1000
        day = second // _DAY
        track = self._tracks.get(name)
        if track is None:
            self._tracks[name] = Track(1, second, {day: 1})
        else:
            track.total += 1
            days = track.days
            if second > track.last:
                track.last = second
            if day in days:
                days[day] += 1
            else:
                days[day] = 1
                newest = track.last // _DAY
                if newest - min(days) > MAX_DAYS:
                    track.days = {d: n for d, n in days.items() if newest - d <= MAX_DAYS}
        counted = self._counted
        if counted and (asked := counted.get(name)) is not None:
            for window in asked.values():
                if at >= window[0]:
                    window[1] += 1
        recent = self._recent
        times = self._times
        if not recent or at >= recent[-1][1]:
            recent.append((name, at, properties))
            if times is not None:
                times.setdefault(name, []).append(at)
        else:
            insort(recent, (name, at, properties), key=_at)
            self._times = None
        if len(recent) > MAX_RECENT:
            self._drop_oldest()

    def _drop_oldest(self) -> None:
        name, at, _ = self._recent.pop(0)
        if self._times is not None:
            # The oldest of all is the oldest of its name.
            del self._times[name][0]
        self._dropped_until = at if self._dropped_until is None else max(at, self._dropped_until)

    def count(self, name: str, since: datetime | None, where: EventFilter | None) -> int:
        """See EventHistory; since None counts the whole life, windows over 90 days what 90 days hold."""
        track = self._tracks.get(name)
        if track is None:
            return 0
        if since is None:
            if where is None:
                return track.total
            return self._filtered(name, None, where)
        if where is not None:
            return self._filtered(name, millis_up(since), where)
        asked = self._counted.get(name)
        if asked is None:
            asked = self._counted[name] = {}
        window = asked.get(since)
        if window is None:
            after = millis_up(since)
            window = asked[since] = [after, self._count(name, track, after)]
        return window[1]

    def _count(self, name: str, track: Track, after: int) -> int:
        if self._dropped_until is None or after > self._dropped_until:
            times = self._times
            if times is None:
                times = self._times = self._by_name()
            found = times.get(name)
            return 0 if found is None else len(found) - bisect_left(found, after)
        first = after // _DAY_MS
        return sum([n for day, n in track.days.items() if day >= first])

    def forget_counts(self) -> None:
        """Count anew from now on, as whoever reads the stored form will."""
        self._counted.clear()

    def falls_below(self, name: str, window: int, least: int, now: int) -> int:
        """Return the last moment at which `least` are counted in a window if nothing happens (ms since 1970).

        Args:
            name: The event's name.
            window: The window's length in milliseconds.
            least: At most what is counted now.
            now: The present moment.
        """
        known = self._dropped_until
        track = self._tracks[name]
        if known is not None and now - window <= known:
            # By days, until the window begins after the last event that was dropped.
            left = least
            for day in sorted(track.days, reverse=True):
                left -= track.days[day]
                if left <= 0:
                    break
            if left > 0:
                return now
            at = (day + 1) * _DAY_MS + window - 1
            if at <= known + window:
                return at
            now = max(now, known + window)
        times = (self._times or self._by_name()).get(name, ())
        return max(times[-least] + window, now) if len(times) >= least else now

    def _filtered(self, name: str, after: int | None, where: EventFilter) -> int:
        found = 0
        for called, at, properties in self._recent:
            recent = called == name and (after is None or at >= after)
            if recent and where(event_of(name, time_of(at), properties)):
                found += 1
        return found

    def _by_name(self) -> dict[str, list[int]]:
        times: dict[str, list[int]] = {}
        for name, at, _ in self._recent:
            times.setdefault(name, []).append(at)
        return times

    def last(self, name: str) -> datetime | None:
        """See EventHistory."""
        track = self._tracks.get(name)
        return None if track is None else time_of(track.last * 1000)

    def newest(self, name: str, k: int) -> datetime | None:
        """When the k-th newest event of a name happened; None when it is not among the recent ones."""
        times = self._times
        if times is None:
            times = self._times = self._by_name()
        found = times.get(name)
        return None if found is None or len(found) < k else time_of(found[-k])

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget events that no condition asks for."""
        wanted = set(names)
        self._tracks = {name: track for name, track in self._tracks.items() if name in wanted}
        self._recent = [event for event in self._recent if event[0] in wanted]
        self._times = None

    def to_profile(
        self, max_bytes: int = 600, asked: Collection[str] = ()
    ) -> tuple[dict[str, Any], tuple[RecentEvent, ...]]:
        """Write the two compact parts that a profile keeps, together at most `max_bytes` as JSON.

        What does not fit is dropped, here too, where it is missed least: the oldest whole events first, then
        the events that have not happened for longest. Those that are asked for stay, whatever they take: a
        segment must not lose who did something because there was no room to remember it.

        Returns:
            `history` (counts a day) and `recent` (name, epoch seconds to the millisecond, properties).
        """
        packed = {name: pack(self._tracks[name]) for name in sorted(self._tracks)}
        # Around them: `[{"e":{…},"x":1234567890.123},[…]]`
        room = max_bytes - 31 - sum([track_size(name, track) for name, track in packed.items()])
        if room < 0:
            idle = sorted((name for name in packed if name not in asked), key=self._last_and_name)
            while room < 0 and idle:
                name = idle.pop(0)
                room += track_size(name, packed.pop(name))
                del self._tracks[name]
        self._keep_newest(room)
        history: dict[str, Any] = {}
        if packed:
            history["e"] = packed
        if self._dropped_until is not None:
            history["x"] = _seconds(self._dropped_until)
        return history, tuple([(name, _seconds(at), properties) for name, at, properties in self._recent])

    def _last_and_name(self, name: str) -> tuple[int, str]:
        return self._tracks[name].last, name

    def _keep_newest(self, room: int) -> None:
        """Keep as many of the newest whole events as there is room for."""
        recent = self._recent
        kept = 0
        for name, at, properties in reversed(recent):
            # `["name",1234567890.123,{…}],`
            room -= (
                length(name) + (21 if at % 1000 else 17) + (properties_size(properties) if properties else 2)
            )
            if room < 0:
                break
            kept += 1
        for _ in range(len(recent) - kept):
            self._drop_oldest()

    @classmethod
    def from_profile(cls, history: Mapping[str, Any], recent: Iterable[RecentEvent] = ()) -> DailyCounts:
        """Read the two compact parts; numbers may be Decimals."""
        dropped = history.get("x")
        packed = history.get("e")
        return cls(
            {name: unpack(*track) for name, track in packed.items()} if packed else {},
            [(name, _millis(at), properties) for name, at, properties in recent],
            None if dropped is None else _millis(dropped),
        )


def _at(event: tuple[str, int, Mapping[str, Any]]) -> int:
    return event[1]


_DAY = 86_400
_DAY_MS = 86_400_000


def _millis(seconds: Any) -> int:
    return seconds * 1000 if seconds.__class__ is int else round(float(seconds) * 1000)


def _seconds(millis: int) -> float:
    return millis / 1000 if millis % 1000 else millis // 1000
