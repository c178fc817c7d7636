"""Consents that people of the workspace record for a contact, e.g. of a form on paper: never without proof."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from stepwell.consent.asking import event_of
from stepwell.consent.proofs import DENIED, ConsentProofs, Proof, changes, number_of
from stepwell.contracts.clock import iso
from stepwell.contracts.ids import short_hash
from stepwell.errors import InvalidInput
from stepwell.runtime.ports import EventSink, MessagingStore


@dataclass(frozen=True, slots=True)
class Said:
    """What a contact said, as somebody of the workspace tells it.

    Attributes:
        key: A purpose, such as `email:marketing`.
        state: `granted` or `denied`.
        source: Where.
        how: How (`ProofKind`).
        wording: In which words.
        at: When; None: now.
        by: Who tells it.
        number: The contact's, which a consent to texts is for.
    """

    key: str
    state: str
    source: str
    how: str
    wording: str
    at: datetime | None
    by: str
    number: str = ""


def record(
    messaging: MessagingStore,
    proofs: ConsentProofs,
    events: EventSink,
    tenant: str,
    profile: str,
    said: Said,
    now: datetime,
) -> None:
    """Keep what a contact said, its proof first: nothing holds that cannot be proved; an end ends workflows.

    Raises:
        InvalidInput: It is said to have happened in the future.
    """
    if said.at is not None and said.at > now:
        raise InvalidInput("A consent cannot be given in the future.", code="bad_time")
    mark = short_hash(profile, said.key, said.state, said.by, iso(now), length=24)
    proof = Proof(
        profile=profile,
        key=said.key,
        state=said.state,
        at=said.at or now,
        received_at=now,
        message_id=f"told-{mark}",
        wording=said.wording,
        source=said.source,
        how=said.how,
        by=said.by,
        number=number_of(said.key, said.number),
    )
    proofs.put(tenant, [proof])
    messaging.set_consent(tenant, profile, changes([proof]))
    channel, _, purpose = said.key.partition(":")
    if said.state == DENIED and purpose == "marketing":
        told = {"channel": channel, "purpose": purpose, "method": "recorded", "changes": {said.key: DENIED}}
        name = "preferences_changed" if channel == "push" else f"{channel}_unsubscribed"
        events.emit(tenant, [event_of(profile, name, told, f"left-{mark}", now)])
