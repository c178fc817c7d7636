"""Values of fields that may only be kept with consent: what comes without is dropped as it is taken in.

A browser asks before it sends; this is for every other client, and for browsers that do not. An event that lacks the
consent goes on without the value. Consent is what the event itself says (`context.consent`), what a form submitted
beside it says of the field, or what the contact said before.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from stepwell.contracts.clock import Clock
from stepwell.contracts.events import Event
from stepwell.contracts.ids import profile_id
from stepwell.contracts.messages import MessagingRecord
from stepwell.contracts.profiles import Profile
from stepwell.errors import StepwellError
from stepwell.profiles.traits import RESERVED
from stepwell.triggers.ports import RulesStore

GRANTED, DENIED = "granted", "denied"
KEPT = timedelta(seconds=60)
MAX_KEPT = 1_000


class Contacts(Protocol):
    """Contacts by identity."""

    def get(self, tenant: str, ids: Sequence[str]) -> Mapping[str, Profile]:
        """Read profiles by the ids asked for; pointers are followed."""
        ...


class Agreements(Protocol):
    """What contacts agreed to."""

    def records(self, tenant: str, profiles: Sequence[str]) -> Mapping[str, MessagingRecord]:
        """Read messaging records."""
        ...


class ConsentGate:
    """Drops values that lack consent; one a process, because it keeps for a minute what needs any.

    Args:
        clock: The clock.
        rules: Says which fields need which purpose; a workspace without such a field costs nothing more.
        contacts: Asked only when an event with such a value does not say itself.
        agreements: Likewise.
    """

    def __init__(
        self, *, clock: Clock, rules: RulesStore, contacts: Contacts, agreements: Agreements
    ) -> None:
        self._clock = clock
        self._rules = rules
        self._contacts = contacts
        self._agreements = agreements
        self._needed: dict[str, tuple[Mapping[str, str], datetime]] = {}

    def checked(self, events: Sequence[Event], tenant: str) -> tuple[tuple[Event, ...], dict[str, str]]:
        """Return the events without values that lack consent, and what was dropped by message id.

        Raises:
            Unavailable: What needs consent cannot be read; the sender repeats the request.
        """
        if not any(_told(event) for event in events):
            return tuple(events), {}
        needed = self._needing(tenant)
        if not needed:
            return tuple(events), {}
        agreed = _agreed_beside(events)
        found: list[Event] = []
        dropped: dict[str, str] = {}
        for event in events:
            wanting = {
                name: purpose
                for name, purpose in needed.items()
                if name in _told(event) and not _says(event, name, purpose, agreed)
            }
            if wanting and (refused := self._refused(event, tenant, wanting)):
                event = _without(event, refused)
                why = (f"{name}: no consent to {needed[name]}" for name in sorted(refused))
                dropped[event.message_id] = ", ".join(why)[:500]
            found.append(event)
        return tuple(found), dropped

    def _needing(self, tenant: str) -> Mapping[str, str]:
        now = self._clock.now()
        found, until = self._needed.get(tenant, ({}, now))
        if now >= until:
            schema = self._rules.rules(tenant).get("schema") or {}
            attributes = schema.get("attributes") or ()
            found = {one["name"]: str(one["consent"]) for one in attributes if one.get("consent")}
            if len(self._needed) >= MAX_KEPT:
                self._needed.clear()
            self._needed[tenant] = (found, now + KEPT)
        return found

    def _refused(self, event: Event, tenant: str, wanting: Mapping[str, str]) -> set[str]:
        said = event.context.get("consent")
        denied = {
            name
            for name, purpose in wanting.items()
            if isinstance(said, Mapping) and said.get(purpose) is False
        }
        asked = {name: purpose for name, purpose in wanting.items() if name not in denied}
        if not asked:
            return denied
        consent = self._consent(event, tenant)
        return denied | {
            name
            for name, purpose in asked.items()
            if GRANTED
            not in (consent.get(f"field:{name}"), consent.get(purpose), consent.get(f"email:{purpose}"))
            or consent.get(f"field:{name}") == DENIED
        }

    def _consent(self, event: Event, tenant: str) -> Mapping[str, str]:
        identities = (("user", event.user_id), ("email", event.email), ("anonymous", event.anonymous_id))
        ids = [profile_id(tenant, kind, value) for kind, value in identities if value]
        try:
            known = self._contacts.get(tenant, ids)
            profile = next((known[one] for one in ids if one in known), None)
            return (
                {} if profile is None else self._agreements.records(tenant, [profile.id])[profile.id].consent
            )
        except StepwellError:
            # Nothing is known of a consent: the value is not kept.
            return {}


def _told(event: Event) -> set[str]:
    """Return the fields that an event gives a value; to remove one needs no consent."""
    fields = event.properties.get("fields")
    pairs = [*event.traits.items(), *(fields.items() if isinstance(fields, Mapping) else ())]
    return {RESERVED.get(str(name), str(name)) for name, value in pairs if value is not None}


def _says(event: Event, name: str, purpose: str, agreed: Mapping[str, set[str]]) -> bool:
    said = event.context.get("consent")
    if isinstance(said, Mapping) and said.get(purpose) is True:
        return True
    return any(name in agreed.get(who, ()) for who in (event.user_id, event.anonymous_id) if who)


def _agreed_beside(events: Iterable[Event]) -> dict[str, set[str]]:
    """Return the fields that forms in the same request say were agreed to, by who submitted them."""
    found: dict[str, set[str]] = {}
    for event in events:
        told = event.properties.get("consents")
        if isinstance(told, Mapping):
            names = {str(name) for name, value in told.items() if value is True}
            for who in (event.user_id, event.anonymous_id):
                if who:
                    found.setdefault(who, set()).update(names)
    return found


def _without(event: Event, names: set[str]) -> Event:
    def kept(values: Mapping[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in values.items() if RESERVED.get(name, name) not in names}

    changes: dict[str, Any] = {"traits": kept(event.traits)}
    fields = event.properties.get("fields")
    if isinstance(fields, Mapping):
        changes["properties"] = {**event.properties, "fields": kept(fields)}
    return event.evolve(**changes)
