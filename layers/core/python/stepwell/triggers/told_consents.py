"""Consents that an import tells: kept with their proof, unless they would open what the contact has closed."""

from __future__ import annotations

from stepwell.consent.asking import addresses_of
from stepwell.consent.proofs import ConsentProofs, Proof, number_of
from stepwell.consent.reach import by_phone
from stepwell.contracts.consent_kinds import ProofKind, proof_of
from stepwell.contracts.events import Event
from stepwell.contracts.profiles import Profile
from stepwell.runtime.ports import MessagingStore

MAX_WORDING = 500


def keep_told(
    messaging: MessagingStore, proofs: ConsentProofs | None, tenant: str, event: Event, profile: Profile
) -> None:
    """Keep what an import tells of a consent; an opt-out stays one unless somebody forced it, with a reason.

    Args:
        messaging: Where consents are.
        proofs: Where their proofs are; None: in the contact's history and the lake alone.
        tenant: Tenant id.
        event: A `consent_told` event.
        profile: The contact.
    """
    told = event.properties
    channel, state = str(told.get("channel") or "email"), str(told.get("consent") or "")
    key = f"{channel}:{told.get('purpose') or 'marketing'}"
    if state not in ("granted", "denied"):
        return
    kept = not _closed(messaging, tenant, event, profile, key) if state == "granted" else True
    how = _how(told.get("how"))
    number = number_of(key, by_phone(profile).address)
    if proofs is not None:
        said = (str(told.get(name) or "") for name in ("proof", "reason"))
        # The proof first: nothing holds that cannot be proved.
        proofs.put(
            tenant,
            [
                Proof(
                    profile=profile.id,
                    key=key,
                    state=state,
                    at=event.when,
                    received_at=event.received_at,
                    message_id=event.message_id,
                    wording=": ".join(one for one in said if one)[:MAX_WORDING],
                    source=event.source,
                    kept=kept,
                    how=how.value,
                    number=number,
                )
            ],
        )
    if kept:
        given = proof_of(key, how, number) if state == "granted" else {}
        messaging.set_consent(tenant, profile.id, {key: state, **given})


def _how(told: object) -> ProofKind:
    return ProofKind(told) if isinstance(told, str) and told in frozenset(ProofKind) else ProofKind.TOLD


def _closed(messaging: MessagingStore, tenant: str, event: Event, profile: Profile, key: str) -> bool:
    """Tell whether the contact closed what a grant would open, and nobody forces it."""
    if event.properties.get("forced") is True:
        return False
    channel = key.partition(":")[0]
    address = addresses_of(profile).get(channel, "") if channel != "push" else ""
    if address and messaging.suppressed(tenant, channel, [address]):
        return True
    return messaging.records(tenant, [profile.id])[profile.id].consent.get(key) == "denied"
