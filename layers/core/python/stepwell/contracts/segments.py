"""What is told and kept about the membership of segments, for slices and adapters alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple, Protocol


class SegmentMove(NamedTuple):
    """A contact begins or ceases to belong to a segment.

    Attributes:
        segment: Segment id.
        profile: Profile id.
        entered: Whether it begins to belong.
        since: When (epoch seconds).
    """

    segment: str
    profile: str
    entered: bool
    since: int


class Member(NamedTuple):
    """A member of a segment.

    Attributes:
        profile: Profile id.
        since: Since when (epoch seconds).
    """

    profile: str
    since: int


@dataclass(frozen=True, slots=True)
class SizeOfDay:
    """A segment's numbers on one day (UTC).

    Attributes:
        day: The day.
        entered: How many entered.
        left: How many left.
        corrected: By how much a recount corrected the size.
        size: Members at the end of the day (of today: now).
    """

    day: date
    entered: int
    left: int
    corrected: int
    size: int


class SegmentSizes(Protocol):
    """How many members segments have and had."""

    def sizes(self, tenant: str, segments: list[str]) -> dict[str, int]:
        """Return the present sizes; 0 for a segment that never had a member."""
        ...

    def history(self, tenant: str, segment: str, days: int) -> list[SizeOfDay]:
        """Return the last days on which something moved, oldest first."""
        ...
