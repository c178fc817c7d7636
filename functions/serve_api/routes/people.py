"""Contacts: find, list, add or change; consent and suppression."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from aws_lambda_powertools.event_handler.openapi.params import Body, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from replies.forms import Listed
from replies.people import Consent, Contact, ContactIds, ContactSummary, Suppression
from stepwell.consent.reach import by_phone
from stepwell.contracts.clock import iso
from stepwell.contracts.fields import fields
from stepwell.contracts.profiles import Profile
from stepwell.errors import InvalidInput
from stepwell.profiles.schema import schema_of
from stepwell.profiles.traits import Attributes
from stepwell.publishing import consents, contacts
from stepwell.publishing.access_request import attributes_of, memberships_of

from routes.replies import plain, stored, whole
from routes.routing import Call, decoded, routed, this, topic

router = topic("Contacts")


class ContactIn(BaseModel):
    """What is told of a contact."""

    model_config = ConfigDict(extra="forbid")

    email: str = Field(default="", max_length=320)
    user_id: str = Field(default="", max_length=200)
    traits: dict[str, Any] = Field(default_factory=dict, max_length=100)


class ContactsIn(BaseModel):
    """Contacts to add or change."""

    model_config = ConfigDict(extra="forbid")

    contacts: list[ContactIn] = Field(min_length=1, max_length=500)


class ConsentIn(BaseModel):
    """What the contact agreed to."""

    model_config = ConfigDict(extra="forbid")

    channel: Literal["email", "sms", "push", "ads"] = "email"
    purpose: Literal["marketing", "transactional"] = "marketing"
    consent: Literal["granted", "denied"]
    source: str = Field(
        default="",
        max_length=300,
        description="Where it was said; a grant needs it, for it must be proved.",
        examples=["Trade fair in Cologne, badge scan"],
    )
    how: Literal["keyword", "form", "double", "paper", "verbal", "told"] = Field(
        default="told", description="How it was said; the law of some countries asks for it in writing."
    )
    wording: str = Field(default="", max_length=500, description="The words that were agreed to.")
    at: datetime | None = Field(default=None, description="When; empty: now.")

    @model_validator(mode="after")
    def _proved(self) -> ConsentIn:
        if self.consent == "granted" and len(self.source.strip()) < 3:
            raise ValueError("`granted` needs a `source`: where the contact said so. It is kept as proof")
        if self.at is not None and self.at.tzinfo is None:
            raise ValueError("`at` needs a time zone")
        return self


def shown(profile: Profile) -> ContactSummary:
    """Return a contact as lists show it."""
    return {
        "id": profile.id,
        "email": profile.email,
        "user_id": profile.user_id,
        "traits": plain(profile.traits),
        "first_seen": plain(profile.first_seen),
        "last_seen": plain(profile.last_seen),
    }


def _find(call: Call, contact: str) -> Profile:
    return contacts.find(call.wired.parts.profiles, call.tenant, decoded(contact))


@routed(router, "GET", "/contacts", "viewer", "List contacts, or find one by address or user id")
def list_contacts(
    email: Annotated[str, Query()] = "",
    user_id: Annotated[str, Query()] = "",
    q: Annotated[str, Query(description="Part of a field's text, within the page.")] = "",
    sort: Annotated[Literal["", "email", "last_seen"], Query(description="Within the page.")] = "",
    order: Annotated[Literal["asc", "desc"], Query()] = "asc",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str, Query()] = "",
) -> Listed[ContactSummary]:
    """List contacts; an exact address or user id is found at once, other searches walk the table."""
    call = this()
    if email or user_id:
        found = contacts.find_many(call.wired.parts.profiles, call.tenant, [r for r in (email, user_id) if r])
        unique = {profile.id: profile for profile in found.values()}
        return whole([shown(profile) for profile in unique.values()])
    page, after = call.ports.profiles.page(call.tenant, limit, cursor or None)
    wanted = q.casefold()
    items = [p for p in page if not wanted or wanted in f"{p.user_id} {list(p.traits.values())}".casefold()]
    if sort:
        items.sort(
            key=lambda p: p.email if sort == "email" else str(plain(p.last_seen) or ""),
            reverse=order == "desc",
        )
    return stored([shown(profile) for profile in items], after)


@routed(router, "POST", "/contacts", "editor", "Add contacts or change them")
def upsert_contacts(body: Annotated[ContactsIn, Body()]) -> ContactIds:
    """Add or change contacts by the rules of identify events; no workflow is triggered."""
    call = this()
    ids = contacts.upsert(
        call.wired.parts.profiles,
        call.tenant,
        [contacts.NewContact(c.email, c.user_id, c.traits) for c in body.contacts],
        call.ports.now(),
        "api",
        call.wired.parts.merging,
        Attributes(schema_of(call.wired.rules.rules.read(call.tenant)[0].get("schema"))),
    )
    return {"ids": ids}


@routed(router, "GET", "/contacts/<contact>", "viewer", "Read a contact by id, address or user id")
def read_contact(contact: str) -> Contact:
    """Read a contact with its consent and last sends."""
    call = this()
    profile = _find(call, contact)
    record = call.runtime.messaging.records(call.tenant, [profile.id])[profile.id]
    suppressed = (
        call.runtime.messaging.suppressed(call.tenant, "email", [profile.email]) if profile.email else {}
    )
    return {
        **shown(profile),
        "fields": plain(dict(fields(profile, call.ports.now()))),
        "attributes": plain(attributes_of(profile)),
        "segments": sorted(profile.segments),
        "memberships": plain(memberships_of(profile)),
        "anonymous_ids": list(profile.anonymous_ids),
        "aliases": list(profile.aliases),
        "recent_events": [
            {"name": name, "at": iso(datetime.fromtimestamp(at, UTC)), "properties": plain(properties)}
            for name, at, properties in profile.recent
        ],
        "consent": plain(record.consent),
        "suppressed": next(iter(suppressed.values()), ""),
        "last_sends": [
            {"at": plain(c.at), "channel": c.channel, "state": str(c.state), "tag": c.tag}
            for c in reversed(record.claims)
        ],
    }


@routed(router, "PUT", "/contacts/<contact>/consent", "editor", "Set what a contact agreed to")
def set_consent(contact: str, body: Annotated[ConsentIn, Body()]) -> Consent:
    """Set consent, with its proof; it holds for the next message on."""
    call = this()
    profile = _find(call, contact)
    key = f"{body.channel}:{body.purpose}"
    said = consents.Said(
        key,
        body.consent,
        body.source.strip(),
        body.how,
        body.wording,
        body.at,
        call.actor,
        by_phone(profile).address,
    )
    stores = (call.runtime.messaging, call.wired.parts.proofs, call.runtime.events)
    consents.record(*stores, call.tenant, profile.id, said, call.ports.now())
    told = {key: body.consent, "source": said.source, "how": said.how}
    call.ports.note(call.tenant, call.actor, "contact.consent", f"contact/{profile.id}", **told)
    record = call.runtime.messaging.records(call.tenant, [profile.id])[profile.id]
    return {"consent": plain(record.consent)}


@routed(
    router,
    "DELETE",
    "/contacts/<contact>/suppression",
    "admin",
    "Lift the suppression of a contact's address",
)
def unsuppress_contact(contact: str) -> Suppression:
    """Lift a suppression, e.g. after a mailbox was mended; an opt-out is not touched."""
    call = this()
    profile = _find(call, contact)
    if not profile.email:
        raise InvalidInput("This contact has no e-mail address.", code="no_address")
    call.runtime.messaging.unsuppress(call.tenant, "email", profile.email)
    call.ports.note(call.tenant, call.actor, "contact.unsuppressed", f"contact/{profile.id}")
    return {"suppressed": ""}
