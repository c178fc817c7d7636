"""Facts of a contact whose events are being folded: made once a pass, and true after each event.

What no condition asks for is never made: few events meet a rule that reads engagement or the event itself.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime, tzinfo
from typing import Any

from stepwell.conditions import Activity, Facts
from stepwell.contracts.events import Event

_NOTHING: Mapping[str, Any] = {}


class LiveFacts(Facts):
    """See `Facts`; `at` moves it to another event.

    Args:
        profile: The contact's fields.
        activity: Its history, as it grows.
        segments: Names of its segments.
        zone: The workspace's time zone.
    """

    __slots__ = ("_activity",)

    def __init__(
        self, profile: Mapping[str, Any], activity: Activity, segments: Collection[str], zone: tzinfo
    ) -> None:
        self.profile = profile
        self.enrollment = _NOTHING
        self.history = activity.history
        self.segments = segments
        self.default_zone = zone
        self.engagement = activity.live  # type: ignore[assignment]  # reads the same
        self._activity = activity
        self.event = None

    def at(self, event: Event, when: datetime) -> None:
        """Make an event the one at hand; `when` it happened."""
        self.event = {
            "name": event.name,
            "type": event.kind,
            "timestamp": when,
            "message_id": event.message_id,
            "context": event.context,
            "properties": event.properties,
        }

    def settled(self) -> Facts:
        """Return what is known after all events, as facts of their own."""
        self._activity.history.forget_counts()
        return Facts(
            profile=self.profile,
            engagement=self.engagement,
            history=self.history,
            segments=self.segments,
            default_zone=self.default_zone,
        )


def document(event: Event) -> dict[str, Any]:
    """Return an event as conditions read it."""
    return {
        "name": event.name,
        "type": event.kind,
        "timestamp": event.when,
        "message_id": event.message_id,
        "context": event.context,
        "properties": event.properties,
    }


def segments_of(traits: Mapping[str, Any], members: Mapping[str, int]) -> Collection[str]:
    """Return the segments of a contact: those that the platform keeps, and names in the trait `segments`."""
    told = traits.get("segments")
    if not isinstance(told, list | tuple):
        return members.keys()
    return members.keys() | {name for name in told if isinstance(name, str)}
