"""The newest events of a contact, whole: what it did, and apart from that what the pass derived (`DERIVED_EVENTS`)."""

from __future__ import annotations

from bisect import insort
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from stepwell.contracts.derived import DERIVED_EVENTS

from .packing import length
from .times import time_of

MAX_RECENT = 20
MAX_RECENT_DERIVED = 8
_MOST = (MAX_RECENT, MAX_RECENT_DERIVED)
_DERIVED_SHARE = 4
"""What the pass derived takes at most one part in four of the room for whole events."""
NEVER = -(1 << 62)
"""Before everything."""

Whole = tuple[str, int, Mapping[str, Any]]
"""Name, milliseconds since 1970, small properties."""


class WholeEvents:
    """The newest events, at most `MAX_RECENT` that happened and `MAX_RECENT_DERIVED` that were derived.

    Args:
        recent: In order of time; the oldest that are too many are dropped.
        dropped: The newest event that is no longer among them, of those that happened and of derived ones: only
            windows after it are known exactly.
    """

    __slots__ = ("_dropped", "_kept", "_recent", "_times")

    def __init__(self, recent: list[Whole], dropped: list[int]) -> None:
        self._recent = recent
        self._dropped = dropped
        # By name, in order; made when first asked for.
        self._times: dict[str, list[int]] | None = None
        derived = sum([event[0] in DERIVED_EVENTS for event in recent])
        self._kept = [len(recent) - derived, derived]
        for kind in (0, 1):
            while self._kept[kind] > _MOST[kind]:
                self._drop_oldest(kind)

    def _keep(self, name: str, at: int, properties: Mapping[str, Any]) -> None:
        recent = self._recent
        times = self._times
        if not recent or at >= recent[-1][1]:
            recent.append((name, at, properties))
            if times is not None:
                if name in times:
                    times[name].append(at)
                else:
                    times[name] = [at]
        else:
            insort(recent, (name, at, properties), key=_at)
            self._times = None
        kind = name in DERIVED_EVENTS
        kept = self._kept
        kept[kind] += 1
        if kept[kind] > _MOST[kind]:
            self._drop_oldest(kind)

    def _drop_oldest(self, kind: int) -> None:
        """Drop the oldest whole event of a kind (1: derived)."""
        recent = self._recent
        place = 0
        if self._kept[1 - kind]:
            while (recent[place][0] in DERIVED_EVENTS) != kind:
                place += 1
        name, at, _ = recent.pop(place)
        self._kept[kind] -= 1
        if self._times is not None:
            # The oldest of its kind is the oldest of its name.
            del self._times[name][0]
        if at > self._dropped[kind]:
            self._dropped[kind] = at

    def _by_name(self) -> dict[str, list[int]]:
        times: dict[str, list[int]] = {}
        for name, at, _ in self._recent:
            times.setdefault(name, []).append(at)
        return times

    def whole(self, name: str) -> int:
        """Return how many events of a name are kept whole."""
        times = self._times
        if times is None:
            times = self._times = self._by_name()
        return len(times.get(name, ()))

    def newest(self, name: str, k: int) -> datetime | None:
        """When the k-th newest event of a name happened; None when it is not among the recent ones."""
        times = self._times
        if times is None:
            times = self._times = self._by_name()
        found = times.get(name)
        return None if found is None or len(found) < k else time_of(found[-k])

    def _keep_newest(self, room: int, measure: Callable[[Mapping[str, Any]], int]) -> None:
        """Keep as many of the newest whole events as there is room for."""
        for kind in (1, 0):
            if self._kept[kind]:
                share = room // _DERIVED_SHARE if kind and self._kept[0] else room
                room -= self._keep_of(kind, share, measure)

    def _keep_of(self, kind: int, room: int, measure: Callable[[Mapping[str, Any]], int]) -> int:
        """Keep as many of the newest of a kind as there is room for; return how much of it they take."""
        used = kept = 0
        alone = not self._kept[1 - kind]
        for name, at, properties in reversed(self._recent):
            if alone or (name in DERIVED_EVENTS) == kind:
                # `["name",1234567890.123,{…}],`
                needed = length(name) + (21 if at % 1000 else 17)
                needed += measure(properties) if properties else 2
                if used + needed > room:
                    break
                used += needed
                kept += 1
        for _ in range(self._kept[kind] - kept):
            self._drop_oldest(kind)
        return used


def _at(event: tuple[str, int, Mapping[str, Any]]) -> int:
    return event[1]
