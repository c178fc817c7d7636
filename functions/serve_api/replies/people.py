"""Contacts, their consent, merging them."""

from __future__ import annotations

from typing import Literal, TypeAlias

from replies.forms import Json, Reply, Time
from replies.privacy import KnownAttribute, KnownSegment

ConsentHow: TypeAlias = Literal["", "keyword", "form", "double", "page", "browser", "paper", "verbal", "told"]
MergeReason: TypeAlias = Literal["event", "match", "review", "manual"]


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
        attributes: Fields as they were told, and who told each when.
        segments: Ids of the segments it is in.
        memberships: The same, and since when.
        aliases: Ids of contacts that were merged into it.
        consent: `granted` or `denied` by `channel:purpose`.
        suppressed: Why its address gets no mail; empty: it does.
        last_sends: Newest first.
    """

    fields: Json
    attributes: list[KnownAttribute]
    segments: list[str]
    memberships: list[KnownSegment]
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


class ConsentProof(Reply):
    """One consent that was asked for and answered.

    Attributes:
        key: What for: `field:<name>`, a purpose such as `email:marketing`, a topic or a limit.
        state: `granted`, `denied`, `asked` (a double opt-in that waits), or what a limit is.
        at: When, at the source.
        received_at: When the platform took it in.
        message_id: The submission's.
        form: The form's id.
        stage: The stage that was asked.
        revision: The form's revision whose wording was seen; 0: the page's own form.
        wording: The text that was seen, if that revision is the stored one.
        page: Address of the page.
        source: Source of the write key.
        explicit: Whether the visitor had made a choice on the page about being tracked.
        kept: Whether it changed what holds.
        ip: Address of whoever said it on a page of ours; may be empty.
        how: How it was given; empty: that was not noted yet.
        by: Who recorded it for the contact; empty: it said so itself.
        number: The number that texts were agreed to for; empty: none was known, or it is about something else.
    """

    profile: str
    key: str
    state: str
    at: Time
    received_at: Time
    message_id: str
    form: str
    stage: str
    revision: int
    wording: str
    page: str
    source: str
    explicit: bool
    kept: bool
    ip: str
    how: ConsentHow
    by: str
    number: str


class Suppression(Reply):
    """Why an address gets no mail; empty: it does."""

    suppressed: str


class Merge(Reply):
    """Two contacts that became one.

    Attributes:
        winner: The contact that stayed.
        loser: The contact that became a pointer to it.
        by: Message id of the event, or who did it.
        undone_by: Who undid it; empty: nobody did.
    """

    id: str
    winner: str
    loser: str
    at: Time
    reason: MergeReason
    by: str
    undone_at: Time | None
    undone_by: str
    undone: bool


class MergePreview(Reply):
    """What a merge would do.

    Attributes:
        winner: The contact that would stay, as it is.
        loser: The contact that would go, as it is.
        result: What both would become.
        consent: The result's, `granted` or `denied` by `channel:purpose`.
        against: What speaks for two people, as codes; only a person may merge against it.
        replaced: Fields of the winner that would get another value.
        dropped: Fields of the loser whose value would not be kept.
    """

    winner: ContactSummary
    loser: ContactSummary
    result: ContactSummary
    consent: dict[str, str]
    against: list[str]
    replaced: list[str]
    dropped: list[str]


class Merged(Reply):
    """A contact that two were made of.

    Attributes:
        merge: Null: they were one already, and no merge is known.
    """

    contact: ContactSummary
    merge: Merge | None


class Unmerged(Reply):
    """Two contacts of one again.

    Attributes:
        kept: What came in since the merge and stays with the winner.
    """

    winner: ContactSummary
    loser: ContactSummary
    kept: list[str]


class MatchReview(Reply):
    """A pair that is probably one person.

    Attributes:
        pair: `left.right`, for the answer.
        probability: That they are one person, 0 to 1.
        reasons: Why they were not merged, as codes.
        why: The same in sentences.
        evidence: What speaks for and against it, a sentence a field.
    """

    pair: str
    left: str
    right: str
    probability: float
    reasons: list[str]
    why: list[str]
    evidence: list[str]


class ReviewAnswer(Reply):
    """What was said of a pair.

    Attributes:
        contact: What both became; null: they stay two.
    """

    verdict: Literal["same", "different", "unsure"]
    contact: ContactSummary | None


class DecisionsTaken(Reply):
    """Decisions of matching that were carried out.

    Attributes:
        taken: How many led to anything.
    """

    taken: int
