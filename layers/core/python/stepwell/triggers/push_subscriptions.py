"""Subscriptions that browsers and apps tell of: kept beside the contact, with the consent that they stand for.

They come with a public write key. A subscription itself proves that somebody at that browser agreed, for no page can
subscribe without the browser's own question; but whose browser it is, only the page says. So it opens nothing that
the contact has closed (`push:marketing` stays denied until the contact says otherwise by a signed link), and it goes
to nobody but itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stepwell.channels.push.ports import Kept, SubscriptionBook
from stepwell.channels.push.subscriptions import read_subscription, subscription_id
from stepwell.consent.proofs import DENIED, GRANTED, ConsentProofs, Proof
from stepwell.contracts.consent_kinds import ProofKind
from stepwell.contracts.events import Event
from stepwell.errors import InvalidInput
from stepwell.runtime.ports import MessagingStore
from stepwell.triggers.person import Folded

SUBSCRIBED, UNSUBSCRIBED = "push_subscribed", "push_unsubscribed"
CONSENT = "push:marketing"
SUBSCRIPTION = "push_subscription"
"""Under which the pass counts subscriptions that it could not keep."""
MAX_WORDING = 500


def keep_subscriptions(
    folded: Folded,
    tenant: str,
    book: SubscriptionBook,
    messaging: MessagingStore,
    proofs: ConsentProofs | None,
) -> int:
    """Keep what a contact's events say of subscriptions; may be repeated.

    Returns:
        How many told of none that may be kept.
    """
    if folded.unknown:
        return 0
    unusable = 0
    for event in (seen.event for seen in folded.seen if not seen.event.machine):
        if event.name == UNSUBSCRIBED:
            id_ = ended_id(event.properties)
            book.drop(tenant, folded.profile.ids, [id_] if id_ else [])
        elif event.name == SUBSCRIBED:
            try:
                subscription = read_subscription(event.properties.get("subscription"), book.hosts(tenant))
            except InvalidInput:
                unusable += 1
                continue
            browser = str(event.properties.get("browser") or "")
            _agree(event, folded.profile.id, tenant, messaging, proofs)
            book.keep(tenant, Kept(subscription, folded.profile.id, event.when, event.when, browser))
    return unusable


def ended_id(told: Mapping[str, Any]) -> str:
    """Return the id of the subscription that an event says is over; empty: it names none."""
    found = told.get("subscription")
    if isinstance(found, str):
        return found[:64]
    if not isinstance(found, Mapping):
        return ""
    leads_to = found.get("endpoint") or found.get("token")
    return subscription_id(leads_to) if isinstance(leads_to, str) and leads_to else ""


def _agree(
    event: Event, profile: str, tenant: str, messaging: MessagingStore, proofs: ConsentProofs | None
) -> None:
    held = messaging.records(tenant, [profile])[profile].consent.get(CONSENT)
    closed = held == DENIED
    if proofs is not None:
        page, said = event.context.get("page"), event.context.get("consent")
        # The proof first: nothing holds that cannot be proved.
        proofs.put(
            tenant,
            [
                Proof(
                    profile=profile,
                    key=CONSENT,
                    state=GRANTED,
                    at=event.when,
                    received_at=event.received_at,
                    message_id=event.message_id,
                    wording=str(event.properties.get("wording") or "")[:MAX_WORDING],
                    page=str(page.get("url") or "")[:500] if isinstance(page, Mapping) else "",
                    source=event.source,
                    explicit=bool(said.get("explicit")) if isinstance(said, Mapping) else False,
                    kept=not closed,
                    how=ProofKind.BROWSER.value,
                )
            ],
        )
    if not closed and held != GRANTED:
        messaging.set_consent(tenant, profile, {CONSENT: GRANTED})
