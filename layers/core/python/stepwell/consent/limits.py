"""Frequency caps: those of the workflow, of the workspace and the contact's own, and the places that are kept.

A message that is held over (quiet hours) keeps a place for itself, so that one of lower priority does not take the
last one meanwhile. Nothing else is known to come for sure, so nothing else keeps a place.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from stepwell.consent.calendar import Period, count_in_period
from stepwell.contracts.messages import MessagingRecord, SkipReason
from stepwell.contracts.preferences import ALL, LIMIT, read_limit

KEPT = 16


@dataclass(frozen=True, slots=True)
class Cap:
    """At most `limit` messages of a channel, and tag if given, a calendar day, week or month of the contact.

    Attributes:
        channel: ``email``, ``sms``, ``push``; ``all``: all of them together.
        limit: How many; the record keeps the last 16 sends, higher ones are as 16.
        per: Of which period.
        tag: Only messages with this tag; empty: all.
        own: The contact's own wish, which no message may ignore.
    """

    channel: str
    limit: int
    per: Period = "day"
    tag: str = ""
    own: bool = False

    def meets(self, channel: str, tag: str) -> bool:
        """Tell whether a message of this channel and tag counts."""
        return self.channel in (ALL, channel) and self.tag in ("", tag)


def caps_of(told: Sequence[Mapping[str, Any]]) -> tuple[Cap, ...]:
    """Read caps as settings of workflows and workspaces hold them."""
    return tuple(
        Cap(cap.get("channel", "email"), int(cap["limit"]), cap.get("per", "day"), cap.get("tag", ""))
        for cap in told
    )


def wishes(record: MessagingRecord, channel: str) -> list[Cap]:
    """Return how often the contact wants messages at most."""
    found = []
    for name in (channel, ALL):
        limit = read_limit(record.consent.get(f"{LIMIT}{name}", ""))
        if limit is not None:
            found.append(Cap(name, limit[0], limit[1], own=True))
    return found


def capped(
    channel: str,
    tag: str,
    visit: str,
    priority: int,
    record: MessagingRecord,
    caps: Sequence[Cap],
    zones: Sequence[ZoneInfo],
    now: datetime,
) -> SkipReason | None:
    """Return why a message has no room: the cap is reached, or what is left is kept for a more important one."""
    for cap in caps:
        if not cap.meets(channel, tag):
            continue
        sent = [
            claim.at
            for claim in record.claims
            if claim.counted and claim.visit != visit and cap.meets(claim.channel, claim.tag)
        ]
        limit = min(cap.limit, KEPT)
        used = count_in_period(sent, now, cap.per, zones)
        if used >= limit:
            return SkipReason.FREQUENCY_CAPPED
        kept = [
            place.until
            for place in record.places
            if place.visit != visit
            and place.priority > priority
            and place.until >= now
            and cap.meets(place.channel, place.tag)
        ]
        if kept and used + count_in_period(kept, now, cap.per, zones) >= limit:
            return SkipReason.OUTRANKED
    return None
