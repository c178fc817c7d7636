"""What managing segments keeps and needs from outside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from stepwell.contracts.profiles import Profile
from stepwell.contracts.segments import SegmentSizes
from stepwell.publishing.ports import PublishingPorts
from stepwell.publishing.rules import RulesStore
from stepwell.segments.model import Segment
from stepwell.triggers.ports import SegmentMembers


@dataclass(frozen=True, slots=True)
class SegmentRecord:
    """A segment as it is kept.

    Attributes:
        segment: The segment.
        rev: Grows at each write; every write is conditional on it. 0: not stored yet.
        edited: Grows when somebody changes the segment; what an editor's optimistic lock compares.
        created_at: When it was created.
        updated_at: When it last changed.
        ruled: The edition in which the condition last changed: whom that asks, later editions need not ask.
        updated_by: Who changed it.
        quiet_until: Until then entries are marked `backfill`; None: none are.
        settled: Whether everybody who belonged when the condition was saved has been asked.
    """

    segment: Segment
    created_at: datetime
    updated_at: datetime
    rev: int = 0
    edited: int = 1
    ruled: int = 1
    updated_by: str = ""
    quiet_until: datetime | None = None
    settled: bool = True


class SegmentStore(Protocol):
    """Segments as they are worked on."""

    def get(self, tenant: str, segment: str) -> SegmentRecord | None:
        """Read one."""
        ...

    def save(self, tenant: str, record: SegmentRecord) -> bool:
        """Write one if the stored rev still is ``record.rev`` (0: not stored); the stored rev is one more."""
        ...

    def delete(self, tenant: str, segment: str, rev: int) -> bool:
        """Delete one if its rev still is ``rev``."""
        ...

    def all(self, tenant: str) -> list[SegmentRecord]:
        """Read all of a tenant."""
        ...


class Membership(SegmentMembers, SegmentSizes, Protocol):
    """What managing segments asks of the member rows, see `stepwell.adapters.segment_members`."""

    def clear(self, tenant: str, segment: str) -> int:
        """Delete all rows and numbers of a segment; return how many rows there were."""
        ...

    def contains(self, tenant: str, segment: str, profiles: Sequence[str]) -> set[str]:
        """Return which of these are members."""
        ...

    def recount(self, tenant: str, segment: str) -> tuple[int, int]:
        """Count the rows and mend the size; return (size, by how much it was wrong)."""
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """Contacts chosen at random.

    Attributes:
        profiles: The contacts.
        share: Which part of all they are, above 0; 1: these are all.
    """

    profiles: tuple[Profile, ...]
    share: float


class ProfileSample(Protocol):
    """A random sample of a tenant's contacts."""

    def sample(self, tenant: str, limit: int) -> Sample:
        """Return about ``limit`` contacts within a second."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentPorts:
    """Everything that managing segments may reach."""

    store: SegmentStore
    rules: RulesStore
    members: Membership
    sample: ProfileSample
    publishing: PublishingPorts
