"""What the pass does for progressive profiling: consents of forms, with proof, and work for the worker beside it.

The worker does what must not hold up the stream: enrichment providers, DNS, lists for people, audit entries.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from stepwell.consent.proofs import ConsentProofs, answered, changes, proofs_of
from stepwell.consent.reach import by_phone
from stepwell.contracts.clock import iso
from stepwell.contracts.enrichment import (
    ATTRIBUTES_PURGED,
    CHECK_EMAIL,
    ENRICH,
    ENRICHMENT_WANTED,
    NOTE_PURGE,
    VERIFICATION_WANTED,
    VERIFY,
)
from stepwell.contracts.events import Event
from stepwell.runtime.ports import MessagingStore
from stepwell.triggers.person import Folded

SUBMISSION = "form_submission"


def keep_consents(
    folded: Folded, forms: Mapping[str, Any], tenant: str, messaging: MessagingStore, proofs: ConsentProofs
) -> None:
    """Keep what a contact's submissions say of consents; may be repeated."""
    if folded.unknown:
        return
    profile = folded.profile.id
    for event in (seen.event for seen in folded.seen if answered(seen.event)):
        form = forms.get(str(event.properties.get("form_id") or "")) or {}
        consent = messaging.records(tenant, [profile])[profile].consent
        found = proofs_of(event, profile, form, consent, by_phone(folded.profile).address)
        # The proof first: nothing holds that cannot be proved.
        proofs.put(tenant, found)
        held = {key: state for key, state in changes(found).items() if consent.get(key) != state}
        if held:
            messaging.set_consent(tenant, profile, held)


def work_of(folded: Iterable[Folded], forms: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the work that follows from contacts' events."""
    found: list[dict[str, Any]] = []
    for one in folded:
        if one.unknown:
            continue
        found += [
            {**piece, "profile": one.profile.id}
            for seen in one.seen
            if (piece := _piece(seen.event, forms)) is not None
        ]
    return [dict(piece) for piece in dict.fromkeys(tuple(sorted(one.items())) for one in found)]


def _piece(event: Event, forms: Mapping[str, Any]) -> dict[str, Any] | None:
    if event.kind == "derived":
        if event.name == ENRICHMENT_WANTED:
            return {"what": ENRICH, "trigger": str(event.properties["trigger"])}
        if event.name == VERIFICATION_WANTED:
            return {"what": VERIFY}
        if event.name == ATTRIBUTES_PURGED:
            fields = ",".join(str(name) for name in event.properties["fields"])
            return {"what": NOTE_PURGE, "fields": fields, "at": iso(event.when)}
    # Whoever sends what no form of the workspace asks for makes nobody look anything up.
    elif event.name == SUBMISSION and str(event.properties.get("form_id") or "") in forms:
        return {"what": CHECK_EMAIL}
    return None
