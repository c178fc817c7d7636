"""A contact's history and engagement as one: an event feeds both and one profile item stores both."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from .engagement import FIXED_POINT, HALF_LIFE_MS, KINDS, NO_ENGAGEMENT, Engagement, EngagementKind
from .history import DailyCounts, RecentEvent
from .packing import properties_size
from .times import millis_of, millis_up, time_of

ENGAGEMENT_EVENTS: Mapping[str, EngagementKind] = {
    "email_delivered": "delivered",
    "email_opened": "opens",
    "email_clicked": "clicks",
    "page_view": "visits",
    "screen_view": "visits",
}
"""Events that move the engagement score, and the counter that each moves."""


_PLACES = {name: KINDS.index(kind) for name, kind in ENGAGEMENT_EVENTS.items()}


_ENGAGEMENT_BYTES = 75
"""`"g":{"at":1234567890,"d":[…],"n":[…],"l":1234567890},` of a contact who does this and that."""


class LiveEngagement:
    """Counters of engagement while events are folded in; reads like `Engagement`, whose formulas these are.

    Times are milliseconds since 1970 inside.

    Args:
        as_of: The moment to which the decayed counters are decayed; None before the first event.
        decayed: See `Engagement`.
        totals: See `Engagement`.
        last: The last human open, click or visit; 0: none.
    """

    __slots__ = ("_as_of", "_last", "decayed", "totals")

    def __init__(self, as_of: int | None, decayed: list[float], totals: list[int], last: int) -> None:
        self._as_of = as_of
        self._last = last
        self.decayed = decayed
        self.totals = totals

    @classmethod
    def of(cls, engagement: Engagement) -> LiveEngagement:
        """Begin where counters stand."""
        as_of, last = engagement.as_of, engagement.last_at
        return cls(
            None if as_of is None else millis_of(as_of),
            [*engagement.decayed],
            [*engagement.totals],
            0 if last is None else millis_of(last),
        )

    @classmethod
    def from_json(cls, stored: Mapping[str, Any] | None) -> LiveEngagement:
        """Read what `to_json` wrote; numbers may be Decimals."""
        if not stored:
            return cls(None, [0.0, 0.0, 0.0, 0.0], [0, 0, 0, 0], 0)
        at, last = int(stored["at"]), int(stored.get("l", 0))
        return cls(
            at * 1000,
            [int(x) / FIXED_POINT for x in stored["d"]],
            [int(x) for x in stored["n"]],
            (at if last == 1 else last) * 1000,
        )

    def to_json(self) -> dict[str, Any]:
        """See `Engagement.to_json`."""
        if self._as_of is None:
            return {}
        at, last = self._as_of // 1000, self._last // 1000
        stored = {"at": at, "d": [round(x * FIXED_POINT) for x in self.decayed], "n": [*self.totals]}
        if self._last:
            stored["l"] = 1 if last == at else last
        return stored

    def count(self, kind: int, at: int) -> None:
        """Count an event of a kind (place in `KINDS`) at a time (milliseconds since 1970)."""
        as_of = self._as_of
        if as_of is None:
            self._as_of = at
            self.decayed[kind] += 1.0
        elif at >= as_of:
            left = 2.0 ** ((as_of - at) / HALF_LIFE_MS)
            d, o, c, v = self.decayed
            self.decayed = [d * left, o * left, c * left, v * left]
            self.decayed[kind] += 1.0
            self._as_of = at
        else:
            self.decayed[kind] += 2.0 ** ((at - as_of) / HALF_LIFE_MS)
        self.totals[kind] += 1
        if kind and at > self._last:
            self._last = at

    def decayed_at(self, now: datetime) -> tuple[float, float, float, float]:
        """See `Engagement.decayed_at`."""
        d, o, c, v = self.decayed
        if self._as_of is None:
            return d, o, c, v
        left = 2.0 ** (min(self._as_of - millis_up(now), 0) / HALF_LIFE_MS)
        return d * left, o * left, c * left, v * left

    @property
    def as_of(self) -> datetime | None:
        """See `Engagement`."""
        return None if self._as_of is None else time_of(self._as_of)

    @property
    def last_at(self) -> datetime | None:
        """See `Engagement`."""
        return time_of(self._last) if self._last else None

    def frozen(self) -> Engagement:
        """Return the counters as they stand."""
        (d, o, c, v), (nd, no, nc, nv) = self.decayed, self.totals
        return Engagement(self.as_of, (d, o, c, v), (nd, no, nc, nv), self.last_at)


class Activity:
    """What a contact did, as it is folded and stored.

    Attributes:
        live: The counters behind `engagement_score`, as they move.

    Args:
        history: Answers `count`, `did` and `last`.
        engagement: The counters to begin with.
    """

    __slots__ = ("_engagement", "history", "live")

    def __init__(self, history: DailyCounts | None = None, engagement: Engagement = NO_ENGAGEMENT) -> None:
        self.history = DailyCounts() if history is None else history
        self.live = LiveEngagement.of(engagement)
        self._engagement: Engagement | None = engagement

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Activity):
            return NotImplemented
        return self.history == other.history and self.engagement == other.engagement

    __hash__ = None  # type: ignore[assignment]  # it changes in place

    @property
    def engagement(self) -> Engagement:
        """The counters behind `engagement_score`."""
        if self._engagement is None:
            self._engagement = self.live.frozen()
        return self._engagement

    def add(
        self,
        name: str,
        at: datetime,
        properties: Mapping[str, Any] | None = None,
        *,
        machine: bool = False,
    ) -> None:
        """Fold one event in.

        Args:
            name: The event's name.
            at: When it happened (aware).
            properties: The properties that filters may ask for.
            machine: An open, click or visit by a machine: it satisfies no condition, so it is not kept.
        """
        self.add_at(name, millis_of(at), dict(properties or {}), machine=machine)

    def add_at(self, name: str, at: int, properties: Mapping[str, Any], machine: bool = False) -> None:
        """Fold one event in; `at` in milliseconds since 1970, properties are kept as given."""
        kind = _PLACES.get(name)
        if machine and kind != 0:
            return
        self.history.add_at(name, at, properties)
        if kind is not None:
            self._engagement = None
            self.live.count(kind, at)

    def to_profile(
        self,
        max_bytes: int = 600,
        asked: Collection[str] = (),
        measure: Callable[[Mapping[str, Any]], int] = properties_size,
    ) -> tuple[dict[str, Any], tuple[RecentEvent, ...]]:
        """Write what `Profile.history` and `Profile.recent` hold; see DailyCounts.to_profile."""
        engagement = self.live.to_json()
        history, recent = self.history.to_profile(
            max_bytes - (_ENGAGEMENT_BYTES if engagement else 0), asked, measure
        )
        if engagement:
            history["g"] = engagement
        return history, recent

    @classmethod
    def from_profile(cls, history: Mapping[str, Any], recent: Iterable[RecentEvent] = ()) -> Activity:
        """Read what a profile holds; an empty history is a contact without events."""
        activity = cls.__new__(cls)
        activity.history = DailyCounts.from_profile(history, recent)
        activity.live = LiveEngagement.from_json(history.get("g"))
        activity._engagement = None
        return activity
