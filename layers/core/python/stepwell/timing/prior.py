"""What a workspace's contacts do as a whole: the prior of send times, estimated from a sample of hot profiles.

The document (config, kind ``TIMING``) holds everybody's shares of the hours, the quarters within each hour and the
weekdays, the strength of shrinkage, and the shares of segments that differ; one to three kilobytes. It is estimated
anew when somebody asks for it a day later, so a workspace that optimises nothing pays nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from typing import Any, Self

from stepwell.conditions.values import zone_named
from stepwell.contracts.profiles import Profile
from stepwell.timing.hours import ENGAGED, HOURS, totals
from stepwell.timing.shrinking import USUAL, group_shares, shares_of, shrunk, strength_of

KIND, ID = "TIMING", "prior"
FRESH = timedelta(days=1)
SAMPLE = 2_000
"""Contacts that an estimate looks at: their hours' shares are then known to about half a percent."""
QUARTERS, WEEKDAYS = 4, 7
MAX_SEGMENTS = 40
_LEAST_CONTACTS = 20
_VIEWS = frozenset({"page_view", "screen_view"})
_EVEN = (1 / HOURS,) * HOURS


@dataclass(frozen=True, slots=True)
class Prior:
    """See the module's docstring.

    Attributes:
        at: When it was estimated; None: never.
        contacts: From how many contacts with any activity.
        counts: From how many counted hours.
        strength: How many counts of its own outweigh the group for a contact.
        hours: Everybody's shares of the hours of the day, local time.
        quarters: Shares of the quarters within an hour, four an hour of the day.
        weekdays: Shares of the weekdays, Monday first.
        segments: Shares of the hours by segment.
    """

    at: datetime | None = None
    contacts: int = 0
    counts: float = 0.0
    strength: float = USUAL
    hours: Sequence[float] = _EVEN
    quarters: Sequence[float] = (1 / QUARTERS,) * (HOURS * QUARTERS)
    weekdays: Sequence[float] = (1 / WEEKDAYS,) * WEEKDAYS
    segments: Mapping[str, Sequence[float]] = field(default_factory=dict)

    def known(self, now: datetime) -> bool:
        """Tell whether it is fresh enough to go by without asking for another one."""
        return self.at is not None and now - self.at < FRESH

    def group(self, segments: Iterable[str]) -> Sequence[float]:
        """Return the shares of the hours of those who are in some segments: the mean of these, else everybody's."""
        found = [self.segments[one] for one in segments if one in self.segments]
        if not found:
            return self.hours
        return [sum(shares) / len(found) for shares in zip(*found, strict=True)]

    def of(self, profile: Profile, now: datetime) -> list[float]:
        """Return a contact's shares of the hours of its day (sum 1)."""
        counts = totals(profile.hours, int(now.timestamp() * 1000))
        return shrunk(counts, self.group(profile.segments), self.strength)

    def document(self) -> dict[str, Any]:
        """Return it as plain JSON, shares in hundredths of a percent."""
        return {
            "v": 1,
            "at": self.at.isoformat() if self.at else "",
            "contacts": self.contacts,
            "counts": round(self.counts),
            "strength": round(self.strength, 2),
            "hours": _short(self.hours),
            "quarters": _short(self.quarters),
            "weekdays": _short(self.weekdays),
            "segments": {name: _short(shares) for name, shares in self.segments.items()},
        }

    @classmethod
    def parse(cls, document: Mapping[str, Any] | None) -> Self:
        """Read what `document` wrote; None: of a workspace without history all times are alike."""
        if not document:
            return cls()
        return cls(
            at=datetime.fromisoformat(document["at"]) if document["at"] else None,
            contacts=document["contacts"],
            counts=document["counts"],
            strength=document["strength"],
            hours=_whole(document["hours"]),
            quarters=[part for four in _fours(document["quarters"]) for part in _whole(four)],
            weekdays=_whole(document["weekdays"]),
            segments={name: _whole(shares) for name, shares in document["segments"].items()},
        )


def estimate(profiles: Sequence[Profile], now: datetime, zone: tzinfo = UTC) -> Prior:
    """Estimate a prior from a random sample of contacts.

    Args:
        profiles: The sample.
        now: The moment.
        zone: The workspace's, for contacts without one: only their quarters and weekdays are read in it.
    """
    at = int(now.timestamp() * 1000)
    counted = [(profile, totals(profile.hours, at)) for profile in profiles if profile.hours]
    everybody = [sum(column) for column in zip(*[counts for _, counts in counted], strict=True)] or [
        0.0
    ] * HOURS
    hours = shares_of(everybody)
    members: dict[str, list[Sequence[float]]] = defaultdict(list)
    for profile, counts in counted:
        for segment in profile.segments:
            members[segment].append(counts)
    # Once around everybody for a first idea of the strength, then with segments, which explain part of what differs.
    first = strength_of([(counts, hours) for _, counts in counted])
    biggest = sorted(members, key=lambda name: (-len(members[name]), name))[:MAX_SEGMENTS]
    segments = {
        name: group_shares(
            [sum(column) for column in zip(*members[name], strict=True)], len(members[name]), hours, first
        )
        for name in biggest
        if len(members[name]) >= _LEAST_CONTACTS
    }
    prior = Prior(now, len(counted), sum(everybody), first, hours, *_finer(profiles, zone), segments)
    strength = strength_of([(counts, prior.group(profile.segments)) for profile, counts in counted])
    return Prior(now, prior.contacts, prior.counts, strength, hours, prior.quarters, prior.weekdays, segments)


def _finer(profiles: Iterable[Profile], zone: tzinfo) -> tuple[Sequence[float], Sequence[float]]:
    """Return shares of quarters within hours and of weekdays, from the latest events of each contact."""
    quarters, weekdays = [2.0] * (HOURS * QUARTERS), [2.0] * WEEKDAYS
    for profile in profiles:
        own = zone_named(str(profile.traits.get("time_zone") or "")) or zone
        seen: set[tuple[int, int]] = set()
        for name, seconds, _ in profile.recent:
            if name not in _VIEWS and name not in ENGAGED:
                continue
            local = datetime.fromtimestamp(float(seconds), UTC).astimezone(own)
            quarter = local.hour * QUARTERS + local.minute // 15
            if (local.toordinal(), quarter) not in seen:
                seen.add((local.toordinal(), quarter))
                quarters[quarter] += 1
                weekdays[local.weekday()] += 1
    return [share for four in _fours(quarters) for share in _whole(four)], _whole(weekdays)


def _fours(values: Sequence[float]) -> list[Sequence[float]]:
    return [values[start : start + QUARTERS] for start in range(0, len(values), QUARTERS)]


def _short(shares: Sequence[float]) -> list[int]:
    return [max(1, round(share * 10_000)) for share in shares]


def _whole(values: Sequence[float]) -> list[float]:
    total = sum(values)
    return [value / total for value in values]
