"""What is known of one contact at the moment a condition is evaluated."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import UTC, tzinfo
from typing import Any

from .engagement import NO_ENGAGEMENT, Engagement
from .history import NO_HISTORY, EventHistory
from .values import zone_named

_NOTHING: Mapping[str, Any] = {}


@dataclass(slots=True)
class Facts:
    """The four scopes and what answers for events and segments.

    Not frozen, for a frozen one costs twice as much to make, and the pass makes millions; nobody changes one.

    Attributes:
        profile: Traits by name; `time_zone` (or `timezone`) holds the contact's IANA zone.
        event: The event at hand, `{name, type, timestamp, message_id, context, properties}`, or None.
        enrollment: `{entered_at, event: the triggering event, loop}`.
        engagement: The counters behind `engagement_score`.
        history: Answers `count`, `did` and `last`.
        segments: Names of the segments that the contact belongs to.
        default_zone: The workspace's time zone, for contacts without a known one.
    """

    profile: Mapping[str, Any]
    event: Mapping[str, Any] | None = None
    enrollment: Mapping[str, Any] = field(default_factory=lambda: _NOTHING)
    engagement: Engagement = NO_ENGAGEMENT
    history: EventHistory = NO_HISTORY
    segments: Collection[str] = frozenset()
    default_zone: tzinfo = UTC

    @property
    def zone(self) -> tzinfo:
        """The time zone that the trait `time_zone` or `timezone` names, else the default."""
        name = self.profile.get("time_zone") or self.profile.get("timezone")
        if isinstance(name, str):
            return zone_named(name) or self.default_zone
        return self.default_zone
