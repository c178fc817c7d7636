"""Merges of two contacts: what is kept of one, so that it can be shown and undone (ADR 12)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile


class MergeReason(StrEnum):
    """Why two contacts became one.

    Attributes:
        EVENT: An event named identities of both.
        MATCH: Matching was sure enough.
        REVIEW: Somebody looked at the pair and said that it is one person.
        MANUAL: Somebody merged them by hand.
    """

    EVENT = "event"
    MATCH = "match"
    REVIEW = "review"
    MANUAL = "manual"


@dataclass(frozen=True, slots=True)
class Merge:
    """One merge.

    Attributes:
        id: ``<loser>-<when>``, the milliseconds in base 36.
        winner: The profile that stayed.
        loser: The profile that became a pointer to it.
        at: When.
        reason: Why.
        by: Message id of the event, or who did it.
        undone_at: When it was undone; None: it was not.
        undone_by: Who undid it.
    """

    id: str
    winner: str
    loser: str
    at: datetime
    reason: MergeReason
    by: str
    undone_at: datetime | None = None
    undone_by: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One contact of a merge, as it was before.

    Attributes:
        profile: The profile.
        record: Its messaging record.
    """

    profile: Profile
    record: MessagingRecord
