"""Messages: the record that the send decision reads, its typed outcomes, and what is handed to providers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class SkipReason(StrEnum):
    """Why a message was not sent; the names marketers see."""

    NO_CONSENT = "no_consent"
    NO_PROOF = "no_proof"
    UNSUBSCRIBED = "unsubscribed"
    SUPPRESSED = "suppressed"
    NO_ADDRESS = "no_address"
    INVALID_ADDRESS = "invalid_address"
    FREQUENCY_CAPPED = "frequency_capped"
    QUIET_HOURS = "quiet_hours"
    CONTROL_GROUP = "control_group"
    EXITED = "exited"
    DUPLICATE_VISIT = "duplicate_visit"
    CONTENT_UNAVAILABLE = "content_unavailable"
    RENDER_ERROR = "render_error"
    PROVIDER_REJECTED = "provider_rejected"
    TENANT_PAUSED = "tenant_paused"
    NOT_ALLOWLISTED = "not_allowlisted"
    TOPIC_DECLINED = "topic_declined"
    OUTRANKED = "outranked"
    CONFIRMATION_LIMITED = "confirmation_limited"


class Purpose(StrEnum):
    """What a message is for; consent is asked for each."""

    TRANSACTIONAL = "transactional"
    MARKETING = "marketing"


class ClaimState(StrEnum):
    """What is known of a claimed send."""

    CLAIMED = "claimed"  # no acknowledgment yet: UNKNOWN to anyone but the claimant
    SENT = "sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Claim:
    """One of the last sends of a profile.

    Attributes:
        visit: Visit id.
        claimant: The invocation that claimed it.
        at: When.
        channel: ``email``, ``sms``, …
        tag: Frequency-cap tag, may be empty.
        state: See `ClaimState`.
        counted: Whether it counts towards caps.
    """

    visit: str
    claimant: str
    at: datetime
    channel: str
    tag: str = ""
    state: ClaimState = ClaimState.CLAIMED
    counted: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """A place under frequency caps that a message keeps which is held over.

    Attributes:
        visit: Visit id.
        until: When the message comes again.
        channel: ``email``, ``sms``, …
        tag: Frequency-cap tag, may be empty.
        priority: 1 to 5; only messages of lower priority respect it.
    """

    visit: str
    until: datetime
    channel: str
    tag: str = ""
    priority: int = 3


@dataclass(frozen=True, slots=True)
class MessagingRecord:
    """All that a send decision needs to know of one profile (≤ 1 KB as stored).

    Attributes:
        profile: Profile id, as it was asked for.
        rev: Grows at each write; a claim is conditional on it.
        consent: ``{"email:marketing": "granted"|"denied"}``; absent means never asked. Beside them what
            `stepwell.contracts.preferences` tells of: topics and limits; and how marketing was granted
            (`stepwell.contracts.consent_kinds`).
        claims: The last 16 sends, oldest first.
        merged_into: Whose record it is since a merge; empty: the profile's own.
        aliases: Profiles whose records went into it (ADR 12): what their enrollments got, this contact got.
        places: Messages that are held over, at most 8.
    """

    profile: str
    rev: int = 0
    consent: Mapping[str, str] = field(default_factory=dict)
    claims: tuple[Claim, ...] = ()
    merged_into: str = ""
    aliases: tuple[str, ...] = ()
    places: tuple[Place, ...] = ()

    @property
    def owner(self) -> str:
        """The profile under whose id it is stored."""
        return self.merged_into or self.profile


@dataclass(frozen=True, slots=True)
class Email:
    """A rendered e-mail, ready for a provider.

    Attributes:
        to: Recipient address.
        sender: ``Name <address>``.
        reply_to: May be empty.
        subject: One line.
        html: HTML part, may be empty.
        text: Plain-text part.
        headers: Extra headers, e.g. List-Unsubscribe.
        tags: What identifies it in provider events: tenant, workflow, version, node, enrollment, visit.
        configuration_set: SES configuration set.
        purpose: `marketing` or `transactional`; chooses the stream.
    """

    to: str
    sender: str
    subject: str
    text: str
    html: str = ""
    reply_to: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    configuration_set: str = ""
    purpose: Purpose = Purpose.MARKETING


@dataclass(frozen=True, slots=True)
class Sms:
    """A text message, ready for a provider.

    Attributes:
        to: Recipient, E.164 (``+15551234567``).
        sender: Number, short code or name to send from; empty: the provider's settings say.
        text: What it says.
        tags: As `Email.tags`.
        purpose: `marketing` or `transactional`; chooses the stream.
        max_price: What it may cost at most, US dollars; None: no limit.
    """

    to: str
    text: str
    sender: str = ""
    tags: Mapping[str, str] = field(default_factory=dict)
    purpose: Purpose = Purpose.MARKETING
    max_price: float | None = None


@dataclass(frozen=True, slots=True)
class Subscription:
    """Where a contact's notifications go: one browser or app.

    Attributes:
        id: Its id, a hash of the endpoint or token.
        kind: ``web_push`` (RFC 8030) or ``fcm``.
        endpoint: The push service's address, or the registration token.
        p256dh: The browser's public key, base64url (RFC 8291); empty for FCM.
        auth: The browser's secret, base64url; empty for FCM.
        topics: What it asked for; empty: everything.
    """

    id: str
    kind: str
    endpoint: str
    p256dh: str = ""
    auth: str = ""
    topics: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PushAction:
    """A button of a notification.

    Attributes:
        action: Its name in events.
        title: What it says.
        url: Address that it opens; empty: the notification's.
    """

    action: str
    title: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Push:
    """A notification for one subscription, ready for a provider.

    Attributes:
        subscription: Where to.
        title: First line.
        body: Text, may be empty.
        url: Address that a click opens, may be empty.
        icon: Image address, may be empty.
        image: Image address, may be empty.
        actions: Buttons.
        ttl_s: Seconds that the push service may keep it for a browser that sleeps.
        urgency: RFC 8030: ``very-low``, ``low``, ``normal`` or ``high``.
        topic: One that replaces an earlier one which was not shown yet; may be empty.
        data: Further values for the page.
        tags: As `Email.tags`.
        purpose: `marketing` or `transactional`; chooses the stream.
        report: Token by which the browser tells what became of it (`channels.push.reports`).
    """

    subscription: Subscription
    title: str
    body: str = ""
    url: str = ""
    icon: str = ""
    image: str = ""
    actions: tuple[PushAction, ...] = ()
    ttl_s: int = 86_400
    urgency: str = "normal"
    topic: str = ""
    data: Mapping[str, str] = field(default_factory=dict)
    tags: Mapping[str, str] = field(default_factory=dict)
    purpose: Purpose = Purpose.MARKETING
    report: str = ""
