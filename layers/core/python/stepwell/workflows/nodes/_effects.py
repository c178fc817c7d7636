"""What actions and waits want done for one contact: plain data, carried out by `stepwell.runtime`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Effect:
    """What an action wants done for one contact; subclasses are data, the runtime acts on a batch of them."""


@dataclass(frozen=True, slots=True)
class Nothing(Effect):
    """No effect: leave by this outcome."""

    outcome: str = "next"
    reason: str = ""


@dataclass(frozen=True, slots=True)
class PatchProfile(Effect):
    """Change profile fields, or give points in scoring models; leaves by `next`, or `failed` with a reason."""

    set: Mapping[str, Any] = field(default_factory=dict)
    add: Mapping[str, float] = field(default_factory=dict)
    remove: tuple[str, ...] = ()
    clamp: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    points: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class SendMessage(Effect):
    """Send a message to the contact through the send gate; leaves by `sent`, `skipped` or `failed`.

    Attributes:
        template: Template id; empty where the message's text is given.
        purpose: `marketing` or `transactional`.
        variables: Extra template variables.
        tag: Frequency-cap tag.
        topic: Subscription topic; contacts who declined it do not get it. Empty: none.
        priority: 1 (may wait) to 5 (goes first) where caps leave room for few.
        ignore_cap: Neither held back by caps (`opt out of the cap`).
        count: Whether it counts towards caps.
        sender: Overrides the channel's sender.
        at_least_once: Transactional only: an UNKNOWN send may be repeated.
    """

    template: str = ""
    purpose: str = ""
    variables: Mapping[str, Any] = field(default_factory=dict)
    tag: str = ""
    topic: str = ""
    priority: int = 3
    ignore_cap: bool = False
    count: bool = True
    sender: str = ""
    at_least_once: bool = False


@dataclass(frozen=True, slots=True)
class SendEmail(SendMessage):
    """Send an e-mail.

    Attributes:
        subject: Overrides the template's subject.
    """

    subject: str = ""


@dataclass(frozen=True, slots=True)
class SendSms(SendMessage):
    """Send a text message.

    Attributes:
        text: What it says, a template of its own, where there is no `template`.
        max_price: What it may cost at most, US dollars; None: no limit.
    """

    text: str = ""
    max_price: float | None = None


@dataclass(frozen=True, slots=True)
class SendPush(SendMessage):
    """Show a notification in all browsers and apps of the contact.

    Attributes:
        title: First line, a template of its own, where there is no `template`.
        body: Text, likewise.
        url: Address that a click opens, likewise.
        icon: Image address, may be empty.
        image: Image address, may be empty.
        actions: Buttons: ``(name, title, address)``.
        ttl_s: Seconds that push services may keep it.
        urgency: ``very-low``, ``low``, ``normal`` or ``high``.
        replaces: One of the same name that was not shown yet is replaced; may be empty.
        data: Further values for the page.
    """

    title: str = ""
    body: str = ""
    url: str = ""
    icon: str = ""
    image: str = ""
    actions: tuple[tuple[str, str, str], ...] = ()
    ttl_s: int = 86_400
    urgency: str = "normal"
    replaces: str = ""
    data: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CallHttp(Effect):
    """Call an HTTP API; leaves by `success` or `failed`. The response may set profile fields.

    Attributes:
        method: HTTP method.
        url: Absolute URL, placeholders already filled.
        headers: Request headers; a value ``secret:NAME`` is resolved at the call.
        body: JSON body or None.
        timeout_s: Limit for the whole call.
        save: Profile field by dotted path in the JSON response.
        success: Status codes that count as success; empty: 2xx.
        sign: Name of the secret that signs the body (HMAC-SHA256), or empty.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    timeout_s: float = 10.0
    save: Mapping[str, str] = field(default_factory=dict)
    success: tuple[int, ...] = ()
    sign: str = ""


@dataclass(frozen=True, slots=True)
class QueryDatabase(Effect):
    """Run a read-only, parametrised query; leaves by `found`, `not_found` or `failed`.

    Attributes:
        source: `athena` or `dynamodb`.
        statement: SQL with `?` placeholders (Athena), or the table name (DynamoDB get/query by key).
        parameters: Values for the placeholders, or the key.
        save: Profile field by column of the first row.
        database: Athena database.
    """

    source: str
    statement: str
    parameters: tuple[Any, ...] | Mapping[str, Any] = ()
    save: Mapping[str, str] = field(default_factory=dict)
    database: str = ""


@dataclass(frozen=True, slots=True)
class NotifyTeam(Effect):
    """Tell a team, one message a cohort that lists its contacts; leaves by `next` or `failed`."""

    recipients: tuple[str, ...]
    subject: str
    message: str
    channel: str = "email"


@dataclass(frozen=True, slots=True)
class PostSocial(Effect):
    """Post on social networks, once a campaign, whoever comes; leaves by `posted` or `failed`.

    Attributes:
        content: Text, a template without contacts, or the id of a draft.
        platforms: Networks by name.
        link: Address to share, may be empty.
        images: Addresses of images, each with its alternative text.
        accounts: Only these accounts; empty: all connected ones of the networks.
    """

    content: str
    platforms: tuple[str, ...]
    link: str = ""
    images: tuple[tuple[str, str], ...] = ()
    accounts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class KeepAudience(Effect):
    """Put the contact in an advertising audience, or take them out; leaves by `next`, `skipped` or `failed`.

    Attributes:
        platform: Network by name.
        account: Connected account whose admin manages the audience; empty: the first one.
        audience: The network's id.
        remove: Take out instead.
    """

    platform: str
    account: str
    audience: str
    remove: bool = False


@dataclass(frozen=True, slots=True)
class End(Effect):
    """End the enrollment with a reason; the runtime moves the token."""

    reason: str
    emit: str = ""


@dataclass(frozen=True, slots=True)
class Park(Effect):
    """Wait: until a time, until events, or both.

    Attributes:
        due: When it goes on by `timeout` (None: only with events, which a check refuses).
        events: Event names that may wake it; ``*`` for any event of the contact.
        timeout: Outcome taken when due.
        machine_wait: Whether a large cohort may wait inside the machine (all members alike).
        spread_s: Jitter that may be added to `due`, for parked contacts (0: exact).
    """

    due: datetime | None
    events: tuple[str, ...] = ()
    timeout: str = "next"
    machine_wait: bool = False
    spread_s: int = 0
