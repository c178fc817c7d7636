"""Events: what happened, in past tense, as the stream carries them.

Structs of msgspec: a batch is parsed and checked in C, some 1 µs an event, where the pass spends 20 µs on all of
an event. Making one by hand checks nothing: whoever takes in what strangers sent (`triggers.tracking`) checks it;
what comes off the stream is checked as it is decoded.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import replace

EventKind = Literal[
    "track", "identify", "page", "screen", "group", "alias", "engagement", "timer", "webhook", "derived"
]

# Engagement events that the platform itself emits; names as `semantics.md` and SES have them.
EMAIL_EVENTS = (
    "email_sent",
    "email_delivered",
    "email_bounced",
    "email_complained",
    "email_opened",
    "email_clicked",
    "email_rejected",
    "email_unsubscribed",
    "email_replied",
)
PUSH_EVENTS = ("push_clicked", "push_delivered", "push_dismissed", "push_failed", "push_opened")


# Told by the provider and by signed links alone. A tracking client may not use the names: its write key is public,
# and conditions, waits, lists and the settling of lost answers go by them.
PLATFORM_EVENTS = frozenset(
    {
        *EMAIL_EVENTS,
        "email_delayed",
        *PUSH_EVENTS,
        "email_resubscribed",
        "sms_clicked",
        "sms_delivered",
        "sms_failed",
        "sms_replied",
        "sms_resubscribed",
        "sms_sent",
        "sms_subscribed",
        "sms_unsubscribed",
        "segment_entered",
        "segment_left",
        "segment_list_added",
        "segment_list_removed",
        "consent_told",
        "score_threshold_crossed",
        "lifecycle_stage_changed",
        "enrichment_wanted",
        "verification_wanted",
        "attributes_purged",
        "profile_enriched",
        "new_content",
        "price_dropped",
        "price_raised",
        "back_in_stock",
        "low_stock",
        "out_of_stock",
    }
)

PROFILE_DUE = "profile_due"
"""Timer event of a contact for whom something may change by time alone (ADR 9)."""

EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2300, 1, 1, tzinfo=UTC)
"""Between these lies what an event may tell of: time is added to and taken from, and must stay a time."""

_Moment = Annotated[datetime, Meta(tz=True)]


class Event(Struct, frozen=True, kw_only=True, omit_defaults=True, gc=False):
    """One event of one person.

    Its parts never refer back to it, so the garbage collector need not follow it.

    Attributes:
        message_id: Key to drop duplicates by.
        kind: The call of the tracking API, or `engagement`, `timer`, `webhook`; `derived` in the pass (ADR 9).
        name: Event name; `page` and `screen` calls are `page_view` and `screen_view`.
        user_id: The customer's own id, if known.
        anonymous_id: The device's id, if known.
        profile: Profile id, when the sender knows it (engagement, timer).
        email: Address, when the event is known by it alone.
        properties: Event properties (`traits` of identify calls are in `traits`).
        traits: Profile traits to fold in.
        context: Page, campaign, ip, user agent, library, locale, time zone.
        occurred_at: When it happened at the source.
        received_at: When the platform took it in.
        source: Source id of the write key.
        machine: True for opens and clicks made by machines; these never satisfy a condition.
    """

    message_id: Annotated[str, Meta(max_length=100)]
    kind: EventKind
    name: Annotated[str, Meta(max_length=200)]
    user_id: str | None = None
    anonymous_id: str | None = None
    profile: str | None = None
    email: str | None = None
    properties: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    context: dict[str, Any] = field(default_factory=dict)
    occurred_at: _Moment
    received_at: _Moment
    source: str = ""
    machine: bool = False

    @property
    def when(self) -> datetime:
        """The time that conditions and windows use: when it happened, never after its receipt."""
        occurred = self.occurred_at
        return occurred if occurred <= self.received_at else self.received_at

    def evolve(self, **changes: Any) -> Event:
        """Return a copy with the given attributes changed."""
        return replace(self, **changes)


class EventBatch(Struct, frozen=True, kw_only=True, gc=False):
    """What one Kinesis record holds: events of one person of one tenant, in order."""

    v: Literal[1] = 1
    tenant: str
    events: tuple[Event, ...]
