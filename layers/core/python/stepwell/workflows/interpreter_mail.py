"""Whether a message goes out, in a simple way: consent, suppression, quiet hours, caps."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from stepwell.workflows.interpreter_moves import Here, Hold, Leave, Move


def send(config: Any, here: Here) -> Move:
    """Send an e-mail, skip it for a typed reason, or hold it until quiet hours are over."""
    if here.fault:
        return Leave(here.fault, "forced by the simulation", "provider_rejected")
    purpose = config.purpose or here.workflow.purpose or "marketing"
    reason, why = _refusal(purpose, here)
    if not reason and here.contact.blocked:
        reason, why = here.contact.blocked, "no message of this workspace reaches the contact"
    if reason:
        return Leave("skipped", why, reason)
    opens = _opens(here) if purpose == "marketing" else None
    if opens is not None and here.workflow.settings.quiet_hours is not None:
        if here.workflow.settings.quiet_hours.otherwise == "skip":
            return Leave("skipped", "it is quiet hours for the contact", "quiet_hours")
        return Hold(opens, "it is quiet hours for the contact", again=True)
    if purpose == "marketing" and not config.ignore_frequency_cap:
        capped = _capped(config.tag, here)
        if capped:
            return Leave("skipped", capped, "frequency_capped")
    return Leave("sent", f"sends `{config.template_id}`", template=config.template_id)


def _refusal(purpose: str, here: Here) -> tuple[str, str]:
    person = here.person
    address = person.traits.get("email")
    if not isinstance(address, str) or not address:
        return "no_address", "the contact has no e-mail address"
    marketing = purpose == "marketing"
    if person.suppressed and (marketing or person.suppressed != "unsubscribed"):
        reason = "unsubscribed" if person.suppressed == "unsubscribed" else "suppressed"
        return reason, f"the address is suppressed: {person.suppressed}"
    consent = person.consent.get("email:marketing", "")
    if marketing and consent == "denied":
        return "unsubscribed", "the contact said no to marketing e-mail"
    if marketing and consent != "granted" and here.opt_in:
        return "no_consent", "the contact never agreed to marketing e-mail"
    return "", ""


def _opens(here: Here) -> datetime | None:
    """When quiet hours end, if it is quiet now."""
    quiet = here.workflow.settings.quiet_hours
    if quiet is None:
        return None
    zone = here.facts.zone
    start, end = time.fromisoformat(quiet.start), time.fromisoformat(quiet.end)
    local = here.now.astimezone(zone)
    now = local.time().replace(tzinfo=None)
    silent = start <= now < end if start < end else now >= start or now < end
    if start == end or not silent:
        return None
    day = local.date() if now < end else local.date() + timedelta(days=1)
    return datetime.combine(day, end, zone).astimezone(UTC)


def _capped(tag: str, here: Here) -> str:
    zone = here.facts.zone
    today = here.now.astimezone(zone).date()
    for cap in here.workflow.settings.frequency_caps:
        if cap.channel != "email" or (cap.tag and cap.tag != tag):
            continue
        first = today if cap.per == "day" else today - timedelta(days=today.weekday())
        sent = sum(
            1
            for message in here.sent
            if message.counted
            and (not cap.tag or message.tag == cap.tag)
            and first <= message.at.astimezone(zone).date()
        )
        if sent >= cap.limit:
            return f"{sent} e-mails this {cap.per} already; the cap is {cap.limit}"
    return ""
