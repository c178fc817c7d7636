"""What a contact did, in two sizes: the full list (simulation, tests) and a compact one for the profile.

`DailyCounts` must fit beside the traits in one item of 1 KB, so it keeps a count a day for 90 days, the last
time of each event, and the few newest events whole. Its answers are exact for windows that lie within those
newest events; for longer ones the day in which the window begins counts in full; a `where` filter sees the
newest events only.

What the pass derived (`segment_entered`, …) has places of its own among the newest: it would crowd out what the
contact did, and windows over that would become exact to the day too early.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime, timedelta
from itertools import accumulate
from typing import Any

from stepwell.contracts.derived import DERIVED_EVENTS

from .event_list import NO_HISTORY, EventFilter, EventHistory, EventList, RecentEvent, event_of
from .packing import DAY, MAX_DAYS, Track, pack, properties_size, track_size, unpack
from .times import millis_of, millis_up, time_of, window_millis, window_start
from .whole_events import MAX_RECENT, MAX_RECENT_DERIVED, NEVER, WholeEvents

__all__ = [
    "MAX_DAYS",
    "MAX_RECENT",
    "MAX_RECENT_DERIVED",
    "NO_HISTORY",
    "DailyCounts",
    "EventFilter",
    "EventHistory",
    "EventList",
    "RecentEvent",
]


class DailyCounts(WholeEvents):
    """A history of at most a few hundred bytes; see the module's docstring for what it knows exactly.

    Times are whole milliseconds inside: this is the innermost loop of the pass. Not safe to share between
    threads: `add` changes it in place.

    Args:
        tracks: Counts by name.
        recent: Whole events, in order of time; the oldest that are too many are dropped.
        dropped: See `WholeEvents`.
    """

    __slots__ = ("_counted", "_tracks")

    def __init__(
        self,
        tracks: dict[str, Track] | None = None,
        recent: list[tuple[str, int, Mapping[str, Any]]] | None = None,
        dropped: list[int] | None = None,
    ) -> None:
        self._tracks: dict[str, Track] = {} if tracks is None else tracks
        super().__init__([] if recent is None else recent, [NEVER, NEVER] if dropped is None else dropped)
        # Counts that were asked for, by name and beginning of the window: an event adds one, nobody counts anew.
        self._counted: dict[str, dict[datetime, list[int]]] = {}

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, DailyCounts):
            return NotImplemented
        mine, theirs = (
            (self._tracks, self._recent, self._dropped),
            (other._tracks, other._recent, other._dropped),
        )
        return mine == theirs

    __hash__ = None  # type: ignore[assignment]  # it changes in place

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
        track = self._tracks.get(name)
        if track is None:
            self._tracks[name] = Track(1, second, [1])
        elif second >= track.last and second // DAY == track.last // DAY:
            track.total += 1
            track.last = second
            (track.read or track.counts)[0] += 1
        else:
            track.add(second)
        counted = self._counted
        if counted and (asked := counted.get(name)) is not None:
            for window in asked.values():
                if at >= window[0]:
                    window[1] += 1
        self._keep(name, at, properties)

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

    def total(self, name: str) -> int:
        """Return how often an event ever happened."""
        track = self._tracks.get(name)
        return 0 if track is None else track.total

    def at_least(self, name: str, least: int, now: datetime, window: timedelta) -> bool:
        """Tell whether at least so many are counted in a window up to now, without a count where that is enough."""
        track = self._tracks.get(name)
        if track is None or track.total < least:
            return least <= 0
        times = self._times
        if times is None:
            times = self._times = self._by_name()
        found = times.get(name)
        if found is not None and len(found) >= least > 0 and found[-least] >= window_millis(now, window):
            return True
        return self.count(name, window_start(now, window), None) >= least

    def _count(self, name: str, track: Track, after: int) -> int:
        if after > self._dropped[name in DERIVED_EVENTS]:
            times = self._times
            if times is None:
                times = self._times = self._by_name()
            found = times.get(name)
            return 0 if found is None else len(found) - bisect_left(found, after)
        return track.since(after // _DAY_MS)

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
        known = self._dropped[name in DERIVED_EVENTS]
        track = self._tracks[name]
        if now - window <= known:
            # By days, until the window begins after the last event that was dropped.
            newest = track.last // DAY
            back = next((b for b, n in enumerate(accumulate(track.counts)) if n >= least), None)
            if back is None:
                return now
            at = (newest - back + 1) * _DAY_MS + window - 1
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

    def last(self, name: str) -> datetime | None:
        """See EventHistory."""
        track = self._tracks.get(name)
        return None if track is None else time_of(track.last * 1000)

    def keep_only(self, names: Iterable[str]) -> None:
        """Forget events that no condition asks for."""
        wanted = set(names)
        self._tracks = {name: track for name, track in self._tracks.items() if name in wanted}
        super().__init__([event for event in self._recent if event[0] in wanted], self._dropped)

    def to_profile(
        self,
        max_bytes: int = 600,
        asked: Collection[str] = (),
        measure: Callable[[Mapping[str, Any]], int] = properties_size,
    ) -> tuple[dict[str, Any], tuple[RecentEvent, ...]]:
        """Write the two compact parts that a profile keeps, together at most `max_bytes` as JSON.

        What does not fit is dropped, here too, where it is missed least: the oldest whole events first, then
        the events that have not happened for longest. Those that are asked for stay, whatever they take: a
        segment must not lose who did something because there was no room to remember it.

        Args:
            max_bytes: See above.
            asked: Names of events that are asked for.
            measure: Says how many bytes an event's small properties take.

        Returns:
            `history` (counts a day) and `recent` (name, epoch seconds to the millisecond, properties).
        """
        packed = {name: pack(self._tracks[name]) for name in sorted(self._tracks)}
        # Around them: `[{"e":{…},"x":1234567890.123,"y":1234567890.123},[…]]`
        room = max_bytes - (50 if self._kept[1] or self._dropped[1] != NEVER else 31)
        room -= sum([track_size(name, track) for name, track in packed.items()])
        if room < 0:
            idle = sorted((name for name in packed if name not in asked), key=self._last_and_name)
            while room < 0 and idle:
                name = idle.pop(0)
                room += track_size(name, packed.pop(name))
                del self._tracks[name]
        self._keep_newest(room, measure)
        history: dict[str, Any] = {}
        if packed:
            history["e"] = packed
        happened, derived = self._dropped
        if happened != NEVER:
            history["x"] = _seconds(happened)
        if derived != NEVER:
            history["y"] = _seconds(derived)
        return history, tuple(
            [(name, at / 1000 if at % 1000 else at // 1000, told) for name, at, told in self._recent]
        )

    def _last_and_name(self, name: str) -> tuple[int, str]:
        return self._tracks[name].last, name

    @classmethod
    def from_profile(cls, history: Mapping[str, Any], recent: Iterable[RecentEvent] = ()) -> DailyCounts:
        """Read the two compact parts; numbers may be Decimals."""
        packed = history.get("e")
        return cls(
            {name: unpack(*track) for name, track in packed.items()} if packed else {},
            [
                (name, at * 1000 if at.__class__ is int else round(float(at) * 1000), told)
                for name, at, told in recent
            ],
            [_millis(history[kind]) if kind in history else NEVER for kind in "xy"],
        )


_DAY_MS = 86_400_000


def _millis(seconds: Any) -> int:
    return seconds * 1000 if seconds.__class__ is int else round(float(seconds) * 1000)


def _seconds(millis: int) -> float:
    return millis / 1000 if millis % 1000 else millis // 1000
