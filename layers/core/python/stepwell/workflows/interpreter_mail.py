"""Whether a message goes out, in a simple way: consent, suppression, quiet hours, caps."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

from stepwell.workflows.interpreter_moves import Here, Hold, Leave, Move

_WORDS = {"email": "e-mail", "sms": "text messages", "push": "notifications"}


def send(config: Any, here: Here) -> Move:
    """Send an e-mail, skip it for a typed reason, or hold it until quiet hours are over."""
    return _send("email", config, here, f"sends `{config.template_id}`", config.template_id)


def send_text(config: Any, here: Here) -> Move:
    """Send a text message; hours that the law sets a region are not simulated."""
    return _send("sms", config, here, f"texts `{config.template_id or config.text[:60]}`", config.template_id)


def send_push(config: Any, here: Here) -> Move:
    """Show a notification to whoever agreed to any: a simulated contact has no browsers."""
    return _send("push", config, here, f"shows `{config.template_id or config.title}`", config.template_id)


def _send(channel: str, config: Any, here: Here, said: str, template: str) -> Move:
    if here.fault:
        return Leave(here.fault, "forced by the simulation", "provider_rejected")
    purpose = config.purpose or here.workflow.purpose or "marketing"
    reason, why = _refusal(channel, purpose, here)
    if not reason and here.contact.blocked and channel == "email":
        reason, why = here.contact.blocked, "no message of this workspace reaches the contact"
    topic = here.person.consent.get(f"topic:{config.topic}", "") if config.topic else ""
    if not reason and purpose == "marketing" and topic == "denied":
        reason, why = "topic_declined", f"the contact wants nothing about {config.topic}"
    if reason:
        return Leave("skipped", why, reason)
    if purpose == "marketing" and not config.ignore_frequency_cap:
        capped = _capped(channel, config.tag, here)
        if capped:
            return Leave("skipped", capped, "frequency_capped")
    opens = _opens(here) if purpose == "marketing" else None
    if opens is not None and here.workflow.settings.quiet_hours is not None:
        if here.workflow.settings.quiet_hours.otherwise == "skip":
            return Leave("skipped", "it is quiet hours for the contact", "quiet_hours")
        return Hold(opens, "it is quiet hours for the contact", again=True)
    return Leave("sent", said, template=template)


def _refusal(channel: str, purpose: str, here: Here) -> tuple[str, str]:
    person = here.person
    consent = person.consent.get(f"{channel}:{purpose}", "")
    if channel == "push":
        known: object = consent == "granted"
    else:
        known = person.traits.get("email" if channel == "email" else "phone")
    if not known or not isinstance(known, str | bool):
        return "no_address", f"the contact has no address for {_WORDS[channel]}"
    marketing = purpose == "marketing"
    if consent == "denied" or person.consent.get(f"all:{purpose}") == "denied":
        return "unsubscribed", f"the contact said no to {purpose} {_WORDS[channel]}"
    suppressed = person.suppressed if channel == "email" else ""
    if suppressed and (marketing or suppressed != "unsubscribed"):
        reason = "unsubscribed" if suppressed == "unsubscribed" else "suppressed"
        return reason, f"the address is suppressed: {suppressed}"
    if marketing and consent != "granted" and (here.opt_in or channel == "sms"):
        return "no_consent", f"the contact never agreed to marketing {_WORDS[channel]}"
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


def _capped(channel: str, tag: str, here: Here) -> str:
    zone = here.facts.zone
    today = here.now.astimezone(zone).date()
    for cap in here.workflow.settings.frequency_caps:
        if cap.channel not in ("all", channel) or (cap.tag and cap.tag != tag):
            continue
        back = {"day": 0, "week": today.weekday(), "month": today.day - 1}[cap.per]
        first = today - timedelta(days=back)
        sent = sum(
            1
            for message in here.sent
            if message.counted
            and cap.channel in ("all", message.channel)
            and (not cap.tag or message.tag == cap.tag)
            and first <= message.at.astimezone(zone).date()
        )
        if sent >= cap.limit:
            return f"{sent} messages this {cap.per} already; the cap is {cap.limit}"
    return ""
