"""Looks at segments: how big, who, how they grow and overlap, what could be better. Reads only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from stepwell.conditions import Condition, Facts, compile_condition, engagement_score
from stepwell.conditions.values import zone_named
from stepwell.contracts.profiles import Profile
from stepwell.contracts.segments import SizeOfDay
from stepwell.publishing.segment_ports import Sample, SegmentPorts, SegmentRecord
from stepwell.publishing.segments import read
from stepwell.runtime.ports import ProfileStore
from stepwell.segments.estimate import Estimate, Overlap, estimate, overlap
from stepwell.segments.suggestions import Look, Suggestion, suggestions
from stepwell.workflows.facts import profile_facts

SAMPLE = 2_000
PREVIEW = 20
_OTHERS = 40


@dataclass(frozen=True, slots=True)
class Asked:
    """Sampled contacts with what is known of them.

    Attributes:
        sample: The contacts.
        facts: Theirs, in the same order.
        now: The moment.
    """

    sample: Sample
    facts: Sequence[Facts]
    now: datetime

    def answers(self, segment: str, condition: Condition | None) -> list[bool]:
        """Return who belongs; to a list (no condition) by what the profiles say."""
        if condition is None:
            return [segment in profile.segments for profile in self.sample.profiles]
        test = compile_condition(condition)
        return [test(facts, self.now) for facts in self.facts]


def ask(ports: SegmentPorts, tenant: str, limit: int = SAMPLE) -> Asked:
    """Draw a sample."""
    sample = ports.sample.sample(tenant, limit)
    zone = zone_named(ports.publishing.inventory.workspace(tenant).time_zone) or UTC
    now = ports.publishing.now()
    return Asked(sample, [profile_facts(p, zone, now=now) for p in sample.profiles], now)


def shown(profile: Profile, **more: Any) -> dict[str, Any]:
    """Return a contact as previews and member lists show it."""
    name = profile.traits.get("first_name") or profile.traits.get("name") or ""
    return {"profile": profile.id, "email": profile.email, "name": name, **more}


def preview(
    ports: SegmentPorts, tenant: str, segment: str, condition: Condition | None
) -> tuple[Estimate, list[dict[str, Any]]]:
    """Estimate a segment and show some who belong; nothing of it needs to be saved."""
    asked = ask(ports, tenant)
    answers = asked.answers(segment, condition)
    members = [p for p, belongs in zip(asked.sample.profiles, answers, strict=True) if belongs]
    return estimate(answers, asked.sample.share), [shown(profile) for profile in members[:PREVIEW]]


def members(
    ports: SegmentPorts,
    profiles: ProfileStore,
    tenant: str,
    segment: str,
    *,
    limit: int,
    cursor: str | None,
) -> tuple[list[dict[str, Any]], str | None]:
    """Return a page of members and where the next page starts; their fields are for exports (`stepwell.transfers`).

    Raises:
        NotFound: There is no such segment.
        InvalidInput: The cursor is none of ours.
    """
    read(ports, tenant, segment)
    page, after = ports.members.page(tenant, segment, cursor, limit)
    stored = profiles.get(tenant, [member.profile for member in page])
    found = []
    for member in page:
        profile = stored.get(member.profile)
        if profile is not None:
            found.append(shown(profile, since=datetime.fromtimestamp(member.since, UTC)))
    return found, after


def analytics(ports: SegmentPorts, tenant: str, segment: str, days: int = 30) -> dict[str, Any]:
    """Return a segment's size, its growth, and how its members differ from all contacts.

    Raises:
        NotFound: There is no such segment.
    """
    record = read(ports, tenant, segment)
    history = ports.members.history(tenant, segment, days)
    asked = ask(ports, tenant)
    answers = asked.answers(segment, record.segment.condition)
    inside = [facts for facts, belongs in zip(asked.facts, answers, strict=True) if belongs]
    return {
        "segment": segment,
        "size": ports.members.sizes(tenant, [segment])[segment],
        "settled": record.settled,
        "estimate": asdict(estimate(answers, asked.sample.share)),
        "growth": growth(history, days, asked.now),
        "history": [asdict(day) for day in history],
        "members": _engaged(inside, asked.now),
        "everybody": _engaged(asked.facts, asked.now),
    }


def growth(history: Sequence[SizeOfDay], days: int, now: datetime) -> dict[str, Any]:
    """Return entries, exits and net growth a day over the last days."""
    since = (now - timedelta(days=days)).date()
    within = [day for day in history if day.day >= since]
    entered, left = sum(day.entered for day in within), sum(day.left for day in within)
    return {"days": days, "entered": entered, "left": left, "net_a_day": round((entered - left) / days, 3)}


def _engaged(facts: Sequence[Facts], now: datetime) -> dict[str, Any]:
    """Return mean engagement and rates of opens and clicks among mails delivered, over the contacts' whole lives."""
    delivered, opens, clicks, _ = (sum(f.engagement.totals[i] for f in facts) for i in range(4))
    return {
        "sampled": len(facts),
        "engagement_score": round(sum(engagement_score(f, now) for f in facts) / len(facts), 4)
        if facts
        else None,
        "delivered": delivered,
        "open_rate": round(opens / delivered, 4) if delivered else None,
        "click_rate": round(clicks / delivered, 4) if delivered else None,
    }


def overlapping(ports: SegmentPorts, tenant: str, first: str, second: str) -> dict[str, Any]:
    """Return how two segments overlap, in a sample.

    Raises:
        NotFound: There is no such segment.
    """
    records = [read(ports, tenant, segment) for segment in (first, second)]
    asked = ask(ports, tenant)
    answers = [asked.answers(r.segment.id, r.segment.condition) for r in records]
    return told(overlap(*answers), len(asked.facts))


def told(found: Overlap, sampled: int) -> dict[str, Any]:
    """Return an overlap as plain numbers."""
    return {
        "sampled": sampled,
        **asdict(found),
        "of_first": round(found.of_first, 4),
        "of_second": round(found.of_second, 4),
        "jaccard": round(found.jaccard, 4),
    }


def improvements(ports: SegmentPorts, tenant: str, segment: str) -> list[Suggestion]:
    """Return what could be better about a segment.

    Raises:
        NotFound: There is no such segment.
    """
    record = read(ports, tenant, segment)
    asked = ask(ports, tenant)
    answers = asked.answers(segment, record.segment.condition)
    others = [r for r in ports.store.all(tenant) if r.segment.id != segment][:_OTHERS]
    return suggestions(
        Look(
            segment=record.segment,
            sample=asked.facts,
            answers=answers,
            history=ports.members.history(tenant, segment, 90),
            overlaps=_overlaps(asked, answers, others),
            now=asked.now,
            created_at=record.created_at,
        )
    )


def _overlaps(asked: Asked, answers: list[bool], others: Sequence[SegmentRecord]) -> Mapping[str, Overlap]:
    return {
        other.segment.id: overlap(answers, asked.answers(other.segment.id, other.segment.condition))
        for other in others
    }
