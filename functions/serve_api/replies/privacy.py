"""What is kept about one person, and erasing it."""

from __future__ import annotations

from typing import Any, Literal

from replies.forms import Json, Reply, Time


class ErasurePreview(Reply):
    """What erasing a contact would do.

    Attributes:
        contact: Profile id.
        deleted: Items that would be deleted at known keys, a kind; a sweep of the tables may find more.
        suppressed: Channels on which the addresses stay suppressed, by hash.
        remains: What stays for a while, and until when.
    """

    contact: str
    deleted: dict[str, int]
    suppressed: list[str]
    remains: list[Json]


class ErasureStarted(Reply):
    """An erasure that has begun.

    Attributes:
        erasure: What the audit log names it by.
        job: Job that tells its progress.
    """

    erasure: str
    job: str
    state: Literal["running"]


class KnownContact(Reply):
    """Under which ids a person is known."""

    id: str
    user_id: str
    anonymous_ids: list[str]
    merged_ids: list[str]
    first_seen: Time | None
    last_seen: Time | None


class KnownAttribute(Reply):
    """A value, and who told it when."""

    name: str
    value: Any
    told_at: Time | None
    source: str


class KnownSegment(Reply):
    """A segment that the person is in."""

    segment: str
    since: Time | None


class KnownEvent(Reply):
    """An event that the profile remembers."""

    name: str
    at: Time
    properties: Json


class KnownProof(Reply):
    """A consent that was asked for and answered."""

    key: str
    state: str
    at: Time
    received_at: Time
    form: str
    revision: int
    wording: str
    page: str
    source: str
    number: str


class KnownMessage(Reply):
    """A message that was sent."""

    at: Time
    channel: str
    state: str
    tag: str


class KnownEnrollment(Reply):
    """A workflow that the person is or was in."""

    workflow: str
    entered_at: Time
    state: Literal["active", "ended"]
    end_reason: str
    because_of: str


class KnownBrowser(Reply):
    """A browser or app that may show the person notifications.

    Attributes:
        kind: `web_push` or `fcm`.
        browser: As it calls itself.
        service: Host of its push service; empty: Firebase.
        topics: What it asked for; none: everything.
    """

    kind: str
    browser: str
    service: str
    topics: list[str]
    since: Time
    seen: Time


class PersonalData(Reply):
    """Everything that the tables say of a person.

    Attributes:
        attributes: What was told, by whom and when.
        derived: What the workspace computed: scores, counts, lifecycle stage.
        event_counts: Events counted, a name.
        active_hours: Days on which the contact was active, by hour of the day; older ones count less.
        suppressed: Why the address gets no mail; empty: it does.
    """

    made_at: Time
    contact: KnownContact
    attributes: list[KnownAttribute]
    derived: Json
    segments: list[KnownSegment]
    events: list[KnownEvent]
    event_counts: Json
    active_hours: list[float]
    consent: dict[str, str]
    consent_proofs: list[KnownProof]
    browsers: list[KnownBrowser]
    suppressed: str
    messages: list[KnownMessage]
    enrollments: list[KnownEnrollment]
