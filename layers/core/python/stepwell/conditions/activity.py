"""A contact's history and engagement as one: an event feeds both and one profile item stores both."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from .engagement import NO_ENGAGEMENT, Engagement, EngagementKind
from .history import DailyCounts, RecentEvent
from .times import millis_of

ENGAGEMENT_EVENTS: Mapping[str, EngagementKind] = {
    "email_delivered": "delivered",
    "email_opened": "opens",
    "email_clicked": "clicks",
    "page_view": "visits",
    "screen_view": "visits",
}
"""Events that move the engagement score, and the counter that each moves."""


class Activity:
    """What a contact did, as it is folded and stored.

    Args:
        history: Answers `count`, `did` and `last`.
        engagement: The counters behind `engagement_score`.
    """

    __slots__ = ("_engagement", "_new", "history")

    def __init__(self, history: DailyCounts | None = None, engagement: Engagement = NO_ENGAGEMENT) -> None:
        self.history = DailyCounts() if history is None else history
        self._engagement = engagement
        # Counted together when somebody asks: few batches are asked after every event.
        self._new: list[tuple[EngagementKind, int]] = []

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Activity):
            return NotImplemented
        return self.history == other.history and self.engagement == other.engagement

    __hash__ = None  # type: ignore[assignment]  # it changes in place

    @property
    def engagement(self) -> Engagement:
        """The counters behind `engagement_score`."""
        if self._new:
            self._engagement = self._engagement.with_events(self._new)
            self._new.clear()
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

    def add_at(self, name: str, at: int, properties: Mapping[str, Any], *, machine: bool = False) -> None:
        """Fold one event in; `at` in milliseconds since 1970, properties are kept as given."""
        kind = ENGAGEMENT_EVENTS.get(name)
        if machine and kind != "delivered":
            return
        self.history.add_at(name, at, properties)
        if kind is not None:
            self._new.append((kind, at))

    def to_profile(
        self, max_bytes: int = 600, asked: Collection[str] = ()
    ) -> tuple[dict[str, Any], tuple[RecentEvent, ...]]:
        """Write what `Profile.history` and `Profile.recent` hold; see DailyCounts.to_profile."""
        engagement = self.engagement.to_json()
        # `"g":{"at":1234567890,"d":[…],"n":[…],"l":1234567890},`
        room = max_bytes - (len(str(engagement)) - 10 if engagement else 0)
        history, recent = self.history.to_profile(room, asked)
        if engagement:
            history["g"] = engagement
        return history, recent

    @classmethod
    def from_profile(cls, history: Mapping[str, Any], recent: Iterable[RecentEvent] = ()) -> Activity:
        """Read what a profile holds; an empty history is a contact without events."""
        stored = history.get("g")
        engagement = Engagement.from_json(stored) if stored else NO_ENGAGEMENT
        return cls(DailyCounts.from_profile(history, recent), engagement)
