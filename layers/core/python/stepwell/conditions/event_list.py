"""How conditions ask for a contact's events, and the history that simply keeps all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

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


def event_of(name: str, at: datetime, properties: Mapping[str, Any]) -> dict[str, Any]:
    """Return a past event as filters read it."""
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
            and (where is None or where(event_of(n, at, properties)))
        )

    def last(self, name: str) -> datetime | None:
        """See EventHistory."""
        return max((at for n, at, _ in self.events if n == name), default=None)


NO_HISTORY = EventList()
