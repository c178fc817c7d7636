"""All that is kept about one person, as one JSON document: the answer to a request for access (GDPR, article 15)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from stepwell.channels.push.ports import Kept, SubscriptionBook
from stepwell.consent.proofs import ConsentProofs, Proof
from stepwell.contracts.fields import fields
from stepwell.contracts.ids import TokenId
from stepwell.contracts.profiles import Profile
from stepwell.contracts.tokens import TokenState
from stepwell.publishing.erasing import workflows
from stepwell.publishing.erasing_ports import ErasingPorts
from stepwell.timing.hours import totals

_PROOFS = 500


def data_of(
    ports: ErasingPorts,
    proofs: ConsentProofs,
    subscriptions: SubscriptionBook,
    tenant: str,
    profile: Profile,
) -> dict[str, Any]:
    """Return everything that the tables say of a contact; older events are in the timeline.

    Args:
        ports: Where data of a contact lies.
        proofs: Proofs of consents.
        subscriptions: Browsers and apps that may show notifications.
        tenant: Tenant id.
        profile: The contact.
    """
    now = ports.publishing.now()
    record = ports.runtime.messaging.records(tenant, [profile.id])[profile.id]
    addresses = [profile.email] if profile.email else []
    return {
        "made_at": now,
        "contact": {
            "id": profile.id,
            "user_id": profile.user_id,
            "anonymous_ids": list(profile.anonymous_ids),
            "merged_ids": list(profile.aliases),
            "first_seen": profile.first_seen,
            "last_seen": profile.last_seen,
        },
        "attributes": attributes_of(profile),
        "derived": {
            name: value for name, value in dict(fields(profile, now)).items() if name not in profile.traits
        },
        "segments": memberships_of(profile),
        "events": [
            {"name": name, "at": _time(at), "properties": dict(properties)}
            for name, at, properties in profile.recent
        ],
        "event_counts": dict(profile.history),
        "active_hours": [round(count, 2) for count in totals(profile.hours, int(now.timestamp() * 1000))],
        "consent": dict(record.consent),
        "consent_proofs": [_proof(proof) for proof in _proofs(proofs, tenant, profile)],
        "browsers": [browser_of(one) for one in subscriptions.of(tenant, profile.ids)],
        "suppressed": next(iter(ports.runtime.messaging.suppressed(tenant, "email", addresses).values()), ""),
        "messages": [
            {"at": claim.at, "channel": claim.channel, "state": str(claim.state), "tag": claim.tag}
            for claim in record.claims
        ],
        "enrollments": _enrollments(ports, tenant, profile),
    }


def attributes_of(profile: Profile) -> list[dict[str, Any]]:
    """Return a contact's attributes by name, and who told each when (None: nobody knows)."""
    return [
        {
            "name": name,
            "value": value,
            "told_at": _time(abs(profile.stamps[name][0]) / 1000) if name in profile.stamps else None,
            "source": profile.stamps[name][1] if name in profile.stamps else "",
        }
        for name, value in sorted(profile.traits.items())
    ]


def memberships_of(profile: Profile) -> list[dict[str, Any]]:
    """Return the segments that a contact is in, and since when."""
    return [
        {"segment": segment, "since": _time(abs(since)) if since else None}
        for segment, since in sorted(profile.segments.items())
    ]


def _time(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _proofs(proofs: ConsentProofs, tenant: str, profile: Profile) -> list[Proof]:
    found: list[Proof] = []
    for person in profile.ids:
        cursor: str | None = None
        while True:
            page, cursor = proofs.of(tenant, person, _PROOFS, cursor)
            found += page
            if cursor is None:
                break
    return found


def _proof(proof: Proof) -> dict[str, Any]:
    names = ("key", "state", "at", "received_at", "form", "revision", "wording", "page", "source", "number")
    return {name: getattr(proof, name) for name in names}


def browser_of(kept: Kept) -> dict[str, Any]:
    """Return a browser without its address: whoever has that and our key can write to it."""
    told = kept.subscription
    return {
        "kind": told.kind,
        "browser": kept.browser,
        "service": urlsplit(told.endpoint).hostname or "",
        "topics": list(told.topics),
        "since": kept.since,
        "seen": kept.seen,
    }


def _enrollments(ports: ErasingPorts, tenant: str, profile: Profile) -> list[dict[str, Any]]:
    return [
        {
            "workflow": workflow,
            "entered_at": token.entered_at,
            "state": "ended" if token.state is TokenState.ENDED else "active",
            "end_reason": token.end_reason,
            "because_of": token.context.get("name", ""),
        }
        for workflow in workflows(ports, tenant)
        for person in profile.ids
        for token in ports.runtime.tokens.of_profile(tenant, workflow, person)
        if not TokenId.parse(token.id).branches
    ]
