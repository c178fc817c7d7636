"""Leads of high value whose facts somebody checks by hand: a list of what is open, and what a decision does.

A decision is told to the contact by an `identify` of the source `verified`: its values stand before those of
providers, and a later word of the person stands before them. What was decided is in the audit log, without values.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Literal

from stepwell.contracts.clock import iso
from stepwell.contracts.enrichment import ENRICHING, VERIFIED
from stepwell.contracts.fields import fields
from stepwell.contracts.ids import short_hash
from stepwell.contracts.profiles import Profile
from stepwell.contracts.workspace import AuditEntry
from stepwell.enrichment.ports import EnrichmentPorts
from stepwell.errors import Conflict, InvalidInput, NotFound

VERIFY_KIND = "VERIFY"
Decision = Literal["approve", "reject", "correct"]
STATUS = "verification"
"""The field that says what was decided: `approved`, `corrected` or `rejected`."""
VERIFIED_AT = "verified_at"
CHECKED = (
    "email",
    "phone",
    "first_name",
    "last_name",
    "company",
    "job_title",
    "title",
    "industry",
    "company_size",
    "website",
    "company_revenue",
    "employee_count",
    "technologies",
)
"""The fields that are shown to whoever checks."""
_WORDS = {"approve": "approved", "reject": "rejected", "correct": "corrected"}


def open_check(ports: EnrichmentPorts, tenant: str, profile: Profile) -> bool:
    """Put a contact on the list; False: it is on it, or was decided already."""
    if profile.traits.get(STATUS):
        return False
    score = fields(profile, ports.now()).get("lead_score")
    body = {"opened_at": iso(ports.now()), "score": score}
    try:
        ports.documents.save_document(tenant, VERIFY_KIND, profile.id, 0, body, "stepwell")
    except Conflict:
        return False
    return True


def waiting(
    ports: EnrichmentPorts, tenant: str, limit: int, cursor: str | None
) -> tuple[list[dict[str, Any]], str | None]:
    """Page through the list, with the facts that are to be checked and who told each."""
    page, after = ports.documents.documents(tenant, VERIFY_KIND, limit, cursor)
    profiles = ports.profiles.get(tenant, [document.id for document in page])
    found = []
    for document in page:
        profile = profiles.get(document.id)
        found.append(
            {
                "profile": document.id,
                **document.body,
                "fields": {} if profile is None else facts(profile),
            }
        )
    return found, after


def facts(profile: Profile) -> dict[str, dict[str, Any]]:
    """Return the fields to be checked: value, who told it and when, and whether that is a provider's word."""
    found = {}
    for name in CHECKED:
        if name in profile.traits:
            at, source = profile.stamps.get(name, (0, ""))
            found[name] = {
                "value": profile.traits[name],
                "source": source,
                "told_at": iso(datetime.fromtimestamp(abs(at) / 1000, UTC)) if at else None,
                "enriched": source in ENRICHING,
            }
    return found


def decide(
    ports: EnrichmentPorts,
    tenant: str,
    profile_id: str,
    decision: Decision,
    *,
    actor: str,
    corrections: Mapping[str, Any] | None = None,
    note: str = "",
) -> dict[str, Any]:
    """Decide on a contact that is on the list.

    Raises:
        NotFound: It is not on the list.
        InvalidInput: A correction without corrections, or of fields that are not checked.
        Conflict: Somebody else decides at this moment.
    """
    corrected = dict(corrections or {})
    if (decision == "correct") != bool(corrected):
        raise InvalidInput("`corrections` go with `correct`, and only with it.", code="bad_decision")
    unknown = sorted(set(corrected) - set(CHECKED))
    if unknown:
        raise InvalidInput(f"These are not checked here: {', '.join(unknown)}.", code="bad_field")
    try:
        document = ports.documents.document(tenant, VERIFY_KIND, profile_id)
    except NotFound:
        raise NotFound("This contact is not waiting to be checked.", code="not_waiting") from None
    now: datetime = ports.now()
    profile = ports.profiles.get(tenant, [profile_id]).get(profile_id)
    if profile is not None:
        traits = _told(profile, decision, corrected)
        traits |= {STATUS: _WORDS[decision], VERIFIED_AT: iso(now)}
        ports.stream.emit(tenant, [_event(profile.id, decision, traits, document.rev, now)])
    ports.audit.audit(
        tenant,
        AuditEntry(
            now,
            actor,
            f"verification.{_WORDS[decision]}",
            f"profile/{profile_id}",
            {"fields": sorted(corrected), **({"note": note[:300]} if note else {})},
        ),
    )
    # Last: who dies before it finds the contact on the list and decides again.
    ports.documents.delete_document(tenant, VERIFY_KIND, profile_id, document.rev)
    return {"profile": profile_id, "decision": _WORDS[decision], "fields": sorted(corrected)}


def _told(profile: Profile, decision: Decision, corrected: Mapping[str, Any]) -> dict[str, Any]:
    if decision == "reject":
        return {}
    checked = {name: profile.traits[name] for name in CHECKED if name in profile.traits}
    return {**checked, **corrected}


def _event(profile: str, decision: str, traits: dict[str, Any], rev: int, now: datetime) -> dict[str, Any]:
    return {
        "v": 1,
        "message_id": f"verify-{short_hash('verify', profile, decision, str(rev), iso(now), length=24)}",
        "kind": "identify",
        "name": "identify",
        "profile": profile,
        "traits": traits,
        "occurred_at": iso(now),
        "received_at": iso(now),
        "source": VERIFIED,
    }
