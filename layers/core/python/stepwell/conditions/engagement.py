"""How engaged a contact is, as a number from 0 to 1 that conditions, scores and templates share.

The profile keeps four counters that halve every 30 days (so 100 bytes hold the whole history, and the value
can be computed for any moment): d mails delivered, o human opens, c human clicks, v visits. Then

    evidence = 1·o + 3·c + 0.5·v
    score    = evidence / (evidence + 1 + 0.5·d)

It is smooth, rises with each sign of life, falls with each mail that earns none and with time. The 1 is the
prior that keeps a first open (0.40 after one mail) from counting as proof. A contact that opened and clicked
two recent mails has 0.80; one that opens every mail of many and never clicks 0.67 at most; one that got ten
and did nothing 0. Without data it is 0. Opens and clicks by machines (Apple Mail Privacy, link scanners)
never count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Literal, Protocol

HALF_LIFE_DAYS = 30.0
OPEN_WEIGHT, CLICK_WEIGHT, VISIT_WEIGHT = 1.0, 3.0, 0.5
PRIOR, DELIVERED_WEIGHT = 1.0, 0.5
DEFAULT_THRESHOLD = 0.3
"""What `engagement < threshold` means when a node sets no threshold of its own."""

HALF_LIFE_MS = HALF_LIFE_DAYS * 86_400_000
FIXED_POINT = 10_000
"""Stored counters are integers of this fraction: DynamoDB's client refuses floats."""

EngagementKind = Literal["delivered", "opens", "clicks", "visits"]
KINDS: tuple[EngagementKind, ...] = ("delivered", "opens", "clicks", "visits")


@dataclass(frozen=True, slots=True)
class Engagement:
    """A contact's counters.

    Attributes:
        as_of: The moment to which the decayed counters are decayed; None before the first event.
        decayed: Delivered, opens, clicks, visits, halving every 30 days.
        totals: The same four over the contact's whole life, not decayed.
        last_at: The last human open, click or visit.
    """

    as_of: datetime | None = None
    decayed: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    totals: tuple[int, int, int, int] = (0, 0, 0, 0)
    last_at: datetime | None = None

    def with_event(self, kind: EngagementKind, at: datetime, *, machine: bool = False) -> Engagement:
        """Count one event; order does not matter, a late one counts as decayed as it is old.

        Args:
            kind: What happened.
            at: When (aware).
            machine: Done by a scanner or privacy proxy: opens, clicks and visits of such are ignored.
        """
        human = kind != "delivered"
        if machine and human:
            return self
        as_of = at if self.as_of is None else max(at, self.as_of)
        index = KINDS.index(kind)
        decayed = list(self.decayed_at(as_of))
        decayed[index] += _decay(as_of, at)
        totals = list(self.totals)
        totals[index] += 1
        last_at = max(self.last_at or at, at) if human else self.last_at
        return replace(
            self,
            as_of=as_of,
            decayed=(decayed[0], decayed[1], decayed[2], decayed[3]),
            totals=(totals[0], totals[1], totals[2], totals[3]),
            last_at=last_at,
        )

    def decayed_at(self, now: datetime) -> tuple[float, float, float, float]:
        """The decayed counters as they stand at `now` (aware)."""
        if self.as_of is None:
            return self.decayed
        factor = _decay(now, self.as_of)
        d, o, c, v = self.decayed
        return d * factor, o * factor, c * factor, v * factor

    def to_json(self) -> dict[str, Any]:
        """The compact form kept in the profile item; empty before the first event."""
        if self.as_of is None:
            return {}
        stored: dict[str, Any] = {
            "at": int(self.as_of.timestamp()),
            "d": [round(x * FIXED_POINT) for x in self.decayed],
            "n": list(self.totals),
        }
        if self.last_at is not None:
            last = int(self.last_at.timestamp())
            # Mostly both are one moment, and the hot profile counts bytes.
            stored["l"] = 1 if last == stored["at"] else last
        return stored

    @classmethod
    def from_json(cls, stored: Mapping[str, Any]) -> Engagement:
        """Read the compact form; numbers may be Decimals."""
        if not stored:
            return cls()
        d, o, c, v = [int(x) / FIXED_POINT for x in stored["d"]]
        nd, no, nc, nv = [int(x) for x in stored["n"]]
        last = stored.get("l")
        return cls(
            as_of=datetime.fromtimestamp(int(stored["at"]), UTC),
            decayed=(d, o, c, v),
            totals=(nd, no, nc, nv),
            last_at=None
            if last is None
            else datetime.fromtimestamp(int(stored["at"] if last == 1 else last), UTC),
        )


NO_ENGAGEMENT = Engagement()


class HasEngagement(Protocol):
    """Anything that carries a contact's counters, such as Facts."""

    @property
    def engagement(self) -> Engagement:
        """The counters."""


def engagement_score(facts: HasEngagement, now: datetime) -> float:
    """Compute the engagement score, 0 to 1 (below 1), by the formula in this module's docstring.

    Args:
        facts: The contact's facts.
        now: The moment of evaluation (aware).
    """
    delivered, opens, clicks, visits = facts.engagement.decayed_at(now)
    evidence = OPEN_WEIGHT * opens + CLICK_WEIGHT * clicks + VISIT_WEIGHT * visits
    return evidence / (evidence + PRIOR + DELIVERED_WEIGHT * delivered)


def _decay(now: datetime, then: datetime) -> float:
    days = (now - then).total_seconds() / 86_400
    return float(2.0 ** (-max(days, 0.0) / HALF_LIFE_DAYS))
