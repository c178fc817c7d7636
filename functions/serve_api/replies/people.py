"""Contacts, their consent, merging them."""

from __future__ import annotations

from replies.forms import Json, Reply, Time


class ContactSummary(Reply):
    """A contact as lists show it.

    Attributes:
        email: May be empty.
        user_id: Your own id of the contact; may be empty.
        traits: Fields as they were told.
        first_seen: Null: no event yet.
    """

    id: str
    email: str
    user_id: str
    traits: Json
    first_seen: Time | None
    last_seen: Time | None


class RecentEvent(Reply):
    """An event that the profile remembers."""

    name: str
    at: Time
    properties: Json


class LastSend(Reply):
    """A message that was sent, or is about to be.

    Attributes:
        tag: What sent it.
    """

    at: Time
    channel: str
    state: str
    tag: str


class Contact(ContactSummary):
    """A contact with its consent and last sends.

    Attributes:
        fields: All fields as conditions read them, computed ones too.
        segments: Ids of the segments it is in.
        aliases: Ids of contacts that were merged into it.
        consent: `granted` or `denied` by `channel:purpose`.
        suppressed: Why its address gets no mail; empty: it does.
        last_sends: Newest first.
    """

    fields: Json
    segments: list[str]
    anonymous_ids: list[str]
    aliases: list[str]
    recent_events: list[RecentEvent]
    consent: dict[str, str]
    suppressed: str
    last_sends: list[LastSend]


class ContactIds(Reply):
    """Ids of contacts, in the order in which they were sent."""

    ids: list[str]


class Consent(Reply):
    """What a contact agreed to: `granted` or `denied` by `channel:purpose`."""

    consent: dict[str, str]


class Suppression(Reply):
    """Why an address gets no mail; empty: it does."""

    suppressed: str
