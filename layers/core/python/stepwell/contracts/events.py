"""Events: what happened, in past tense, as the stream carries them."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

EventKind = Literal["track", "identify", "page", "screen", "group", "alias", "engagement", "timer", "webhook"]

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
)


# Told by the provider and by signed links alone. A tracking client may not use the names: its write key is public,
# and conditions, waits and the settling of lost answers go by them.
PLATFORM_EVENTS = frozenset({*EMAIL_EVENTS, "email_delayed", "email_resubscribed"})


class Event(BaseModel):
    """One event of one person.

    Attributes:
        message_id: Key to drop duplicates by.
        kind: The call of the tracking API, or `engagement`, `timer`, `webhook`.
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

    # An error that quoted what it was given would carry people into logs.
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    v: Literal[1] = 1
    message_id: str = Field(max_length=100)
    kind: EventKind
    name: str = Field(max_length=200)
    user_id: str | None = None
    anonymous_id: str | None = None
    profile: str | None = None
    email: str | None = None
    properties: dict[str, Any] = Field(default_factory=dict)
    traits: dict[str, Any] = Field(default_factory=dict)
    context: dict[str, Any] = Field(default_factory=dict)
    occurred_at: AwareDatetime
    received_at: AwareDatetime
    source: str = ""
    machine: bool = False

    @property
    def when(self) -> datetime:
        """The time that conditions and windows use: when it happened, never after its receipt."""
        return min(self.occurred_at, self.received_at)


class EventBatch(BaseModel):
    """What one Kinesis record holds: events of one person of one tenant, in order."""

    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    v: Literal[1] = 1
    tenant: str
    events: tuple[Event, ...]
