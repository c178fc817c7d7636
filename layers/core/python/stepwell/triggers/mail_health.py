"""The pass for deliverability: counts by mailbox provider, soft bounces, a look when mail is complained of."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, timedelta
from typing import Any

from stepwell.contracts.events import Event
from stepwell.contracts.profiles import Profile
from stepwell.deliverability.bouncing import IN_A_ROW, counts
from stepwell.deliverability.mailboxes import mailbox_provider
from stepwell.deliverability.monitor import OUTCOMES, WORKFLOW, day_number
from stepwell.deliverability.ports import BounceBook, MailWatch
from stepwell.errors import StepwellError
from stepwell.runtime.ports import MessagingStore
from stepwell.triggers.tallying import Recent, Tally, tally_engagement

_TELLING = ("complained", "bounced")


def tally_mail(event: Event, tally: Tally) -> None:
    """Count what became of a message, by day and mailbox provider of its address."""
    if event.kind != "engagement" or not event.email or not event.name.startswith("email_"):
        return
    outcome = event.name.removeprefix("email_")
    if outcome == "bounced" and event.properties.get("bounce_type") != "Permanent":
        outcome = "bounced_soft"
    if outcome in OUTCOMES:
        day = day_number(event.when.astimezone(UTC).date())
        tally.add(WORKFLOW, day, mailbox_provider(event.email), outcome)


def look_after(watch: MailWatch | None, tenant: str, tally: Tally) -> None:
    """Have somebody look where complaints or bounces were counted."""
    told = any(
        outcome in _TELLING
        for (workflow, _), found in tally.counts.items()
        if workflow == WORKFLOW
        for _, outcome in found
    )
    if not told or watch is None:
        return
    try:
        watch.look(tenant)
    except StepwellError:
        # The next complaint asks again; the stream does not wait for it.
        return


def count(events: Iterable[Event], tally: Tally, recent: Recent) -> None:
    """Count what became of messages, at their node and at their mailbox provider; see `tally_engagement`."""
    for event in events:
        tally_engagement(event, tally, recent)
        tally_mail(event, tally)


def silence_address(
    messaging: MessagingStore,
    book: BounceBook | None,
    tenant: str,
    event: Event,
    address: str,
    profile: Profile,
) -> None:
    """Suppress the address of a hard bounce or complaint; soft bounces are counted."""
    hard = event.name == "email_bounced" and event.properties.get("bounce_type") == "Permanent"
    if hard or event.name == "email_complained":
        reason = "hard_bounce" if hard else "complaint"
        messaging.suppress(tenant, "email", address, reason, event.when, event.source)
    elif book is not None:
        note_bounce(book, tenant, event, address, profile)


def note_bounce(book: BounceBook, tenant: str, event: Event, address: str, profile: Profile) -> None:
    """Count a soft bounce of an address; a delivery forgets those before it."""
    told = event.properties
    if event.name == "email_bounced":
        if counts(str(told.get("bounce_type") or ""), str(told.get("bounce_sub_type") or "")):
            book.bounced(tenant, address, event.message_id[-16:], event.when)
    elif event.name == "email_delivered" and _bounced_lately(profile, event):
        book.delivered(tenant, address, event.when)


def _bounced_lately(profile: Profile, event: Event) -> bool:
    """Tell by the contact's history whether there may be bounces to forget: most deliveries then cost nothing."""
    track: Any = (profile.history.get("e") or {}).get("email_bounced")
    if not track:
        return False
    since = event.when - IN_A_ROW - timedelta(days=1)
    return len(track) < 2 or float(track[1]) >= since.timestamp()
