"""A contact's history and engagement as one: an event feeds both and one profile item stores both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .engagement import NO_ENGAGEMENT, Engagement, EngagementKind
from .history import DailyCounts, RecentEvent

ENGAGEMENT_EVENTS: Mapping[str, EngagementKind] = {
    "email_delivered": "delivered",
    "email_opened": "opens",
    "email_clicked": "clicks",
    "page_view": "visits",
    "screen_view": "visits",
}
"""Events that move the engagement score, and the counter that each moves."""


@dataclass(slots=True)
class Activity:
    """What a contact did, as it is folded and stored.

    Attributes:
        history: Answers `count`, `did` and `last`.
        engagement: The counters behind `engagement_score`.
    """

    history: DailyCounts = field(default_factory=DailyCounts)
    engagement: Engagement = NO_ENGAGEMENT

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
        kind = ENGAGEMENT_EVENTS.get(name)
        if machine and kind != "delivered":
            return
        self.history.add(name, at, properties)
        if kind is not None:
            self.engagement = self.engagement.with_event(kind, at)

    def to_profile(self, max_bytes: int = 600) -> tuple[dict[str, Any], tuple[RecentEvent, ...]]:
        """Write what `Profile.history` and `Profile.recent` hold; see DailyCounts.to_profile."""
        engagement = self.engagement.to_json()
        history, recent = self.history.to_profile(max_bytes - (100 if engagement else 0))
        if engagement:
            history["g"] = engagement
        return history, recent

    @classmethod
    def from_profile(cls, history: Mapping[str, Any], recent: Iterable[RecentEvent] = ()) -> Activity:
        """Read what a profile holds; an empty history is a contact without events."""
        return cls(DailyCounts.from_profile(history, recent), Engagement.from_json(history.get("g", {})))
