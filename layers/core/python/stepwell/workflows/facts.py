"""What a contact at a node knows, as conditions ask for it, and the cache of compiled conditions.

Shared by splits, waits, triggers and exits, so that the same text means the same everywhere:

- bare names are profile traits, computed attributes and scores (`lead_score`) as they are at the moment; `event.x`
  is the event at hand, and where none is at hand (a split after a wait) the event that started the enrollment;
  `enrollment.event.x` is always the latter;
- event counts and engagement come from `Profile.history` and `Profile.recent` (`conditions.Activity`),
  unpacked only when a condition asks for them;
- segments are those that the pass found (`Profile.segments`), and the names in the trait `segments`.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from functools import lru_cache
from typing import Any

from stepwell.conditions import (
    Activity,
    Condition,
    ConditionFormatError,
    DailyCounts,
    Engagement,
    EventFilter,
    Facts,
    References,
    Test,
    compile_condition,
    from_json,
    referenced,
)
from stepwell.conditions.engagement import NO_ENGAGEMENT
from stepwell.conditions.history import NO_HISTORY
from stepwell.conditions.values import zone_named
from stepwell.contracts.fields import fields
from stepwell.contracts.profiles import Profile
from stepwell.workflows.nodes.base import Member, Moment


class ProfileHistory:
    """Event counts of a profile, unpacked only when a condition asks for them.

    Args:
        profile: The contact.
    """

    __slots__ = ("_counts", "_profile")

    def __init__(self, profile: Profile) -> None:
        self._profile = profile
        self._counts: DailyCounts | None = None

    @property
    def counts(self) -> DailyCounts:
        """The unpacked counts."""
        if self._counts is None:
            self._counts = Activity.from_profile(self._profile.history, self._profile.recent).history
        return self._counts

    def count(self, name: str, since: datetime | None, where: EventFilter | None) -> int:
        """See `conditions.EventHistory`."""
        return self.counts.count(name, since, where)

    def last(self, name: str) -> datetime | None:
        """See `conditions.EventHistory`."""
        return self.counts.last(name)


def event_facts(event: Mapping[str, Any]) -> Mapping[str, Any]:
    """Bring an event's mapping (a token's context, a waking event) to the form that conditions read."""
    return {
        "name": event.get("name", ""),
        "type": event.get("type") or event.get("kind", "track"),
        "timestamp": event.get("timestamp") or event.get("occurred_at"),
        "message_id": event.get("message_id", ""),
        "context": event.get("context") or {},
        "properties": event.get("properties") or {},
    }


def profile_facts(
    profile: Profile,
    default_zone: tzinfo = UTC,
    event: Mapping[str, Any] | None = None,
    *,
    now: datetime | None = None,
) -> Facts:
    """Return the facts of a contact outside any enrollment (triggers, audiences, entry filters).

    Args:
        profile: The contact.
        default_zone: Where it lives, unless it says otherwise.
        event: The event at hand.
        now: The moment for which scores and computed attributes are told; None: they are not.
    """
    return Facts(
        profile=profile.traits if now is None else fields(profile, now),
        event=event_facts(event) if event is not None else None,
        engagement=_engagement(profile),
        history=ProfileHistory(profile),
        segments=_segments(profile),
        default_zone=default_zone,
    )


def member_facts(member: Member, moment: Moment, event: Mapping[str, Any] | None = None) -> Facts:
    """Return the facts of a contact at a node.

    Args:
        member: The contact and its token.
        moment: The step's circumstances; its loop vector is `enrollment.loop`.
        event: The event at hand, if one woke the contact.
    """
    token, profile = member.token, member.profile
    trigger = event_facts(token.context) if token.context else None
    return Facts(
        profile=fields(profile, moment.now),
        event=event_facts(event) if event is not None else trigger,
        enrollment={
            "entered_at": token.entered_at,
            "event": trigger or {},
            "loop": moment.loop,
        },
        engagement=_engagement(profile),
        history=ProfileHistory(profile),
        segments=_segments(profile),
        default_zone=zone_named(moment.workspace.time_zone) or UTC,
    )


def _engagement(profile: Profile) -> Engagement:
    stored = profile.history.get("g")
    return Engagement.from_json(stored) if stored else NO_ENGAGEMENT


def _segments(profile: Profile) -> Collection[str]:
    told = profile.traits.get("segments")
    if not isinstance(told, list | tuple | set | frozenset):
        return profile.segments
    return {*profile.segments, *(name for name in told if isinstance(name, str))}


@dataclass(frozen=True, slots=True)
class Compiled:
    """A condition ready to be asked.

    Attributes:
        condition: Its model.
        test: The closure.
        references: What it depends on.
        reads_event: Whether it reads the event at hand.
        reads_enrollment: Whether it reads the enrollment.
        reads_history: Whether it counts events.
    """

    condition: Condition
    test: Test
    references: References
    reads_event: bool
    reads_enrollment: bool
    reads_history: bool


def read_condition(text: str) -> Condition:
    """Read a condition from text or from JSON (a text that starts with ``{``).

    Raises:
        ConditionError: Neither.
    """
    if not text.lstrip().startswith("{"):
        return from_json(text)
    try:
        stored = json.loads(text)
    except ValueError:
        raise ConditionFormatError("This looks like JSON but is none.") from None
    return from_json(stored)


@lru_cache(maxsize=4096)
def compiled(text: str) -> Compiled:
    """Compile a condition, once a text.

    Raises:
        ConditionError: Not a condition.
    """
    condition = read_condition(text)
    needs = referenced(condition)
    return Compiled(
        condition,
        compile_condition(condition),
        needs,
        reads_event=needs.any_event or any(field.startswith("event.") for field in needs.fields),
        reads_enrollment=any(field.startswith("enrollment.") for field in needs.fields),
        reads_history=bool(needs.events),
    )


def _needed_facts(needs: Compiled, member: Member, moment: Moment, event: Mapping[str, Any] | None) -> Facts:
    """Build only the facts that a condition reads: a split must pass 100,000 contacts a second."""
    if needs.reads_event or needs.reads_enrollment:
        return member_facts(member, moment, event)
    profile = member.profile
    return Facts(
        profile=fields(profile, moment.now),
        engagement=_engagement(profile) if needs.references.engagement else NO_ENGAGEMENT,
        history=ProfileHistory(profile) if needs.reads_history else NO_HISTORY,
        segments=_segments(profile) if needs.references.segments else (),
        default_zone=zone_named(moment.workspace.time_zone) or UTC,
    )


def holds(text: str, member: Member, moment: Moment, event: Mapping[str, Any] | None = None) -> bool:
    """Tell whether a condition holds for a contact at a node; an empty one does."""
    if not text:
        return True
    condition = compiled(text)
    return condition.test(_needed_facts(condition, member, moment, event), moment.now)


def wake_events(text: str) -> frozenset[str]:
    """Return the names of the events after which a condition may hold; ``*`` when any may change it."""
    needs = compiled(text).references
    if needs.any_event or needs.profile_fields or needs.segments or needs.engagement:
        return frozenset({"*"})
    return needs.events or frozenset({"*"})
