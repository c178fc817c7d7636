"""Makes contacts of lead forms: a webhook tells that one was sent, its answers are fetched, then the event is told.

The event waits for the answers, so that a workflow that it starts knows whom it is about. What cannot be fetched is
told without answers. A form that was sent says nothing about consent to messages: `accepted` tells whether the form's
own boxes were ticked, and who may be written to is for the workspace to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from stepwell.contracts.events import Event
from stepwell.contracts.leads import Lead, LeadForms
from stepwell.contracts.social import Account, Platform
from stepwell.errors import StepwellError
from stepwell.triggers.social_ports import Connected, Stream

LEAD = "lead_form_submitted"
_PLATFORMS = {platform.value: platform for platform in (Platform.FACEBOOK, Platform.LINKEDIN)}
_TRAITS: Mapping[str, str] = {
    "email": "email",
    "work_email": "email",
    "first_name": "first_name",
    "last_name": "last_name",
    "full_name": "name",
    "phone_number": "phone",
    "work_phone_number": "phone",
    "company_name": "company",
    "job_title": "job_title",
    "city": "city",
    "country": "country",
    "zip_code": "postal_code",
    "post_code": "postal_code",
}
_E164 = re.compile(r"^\+[1-9][0-9]{6,14}$")
_MOST_ANSWERS, _LONGEST = 40, 500


def wanted(event: Event, accounts: Sequence[Account]) -> dict[str, Any] | None:
    """Return the work that fetches a lead's answers; None: the event is none, or no account of ours may ask."""
    told = event.properties
    platform, lead = _PLATFORMS.get(str(told.get("platform"))), str(told.get("lead_id") or "")
    if event.name != LEAD or platform is None or not lead:
        return None
    pages = {str(told.get("page_id") or ""), str(told.get("account_id") or "")} - {""}
    ours = [one for one in accounts if one.platform is platform]
    found = [one for one in ours if one.external_id in pages]
    # Leads of LinkedIn's ads belong to an ad account: whoever administers a page of the company may ask.
    if not found and platform is Platform.LINKEDIN:
        found = ours
    if not found:
        return None
    return {
        "kind": "lead",
        "account": found[0].id,
        "lead": lead,
        "event": {"v": 1, **msgspec.to_builtins(event)},
    }


def fetched(
    connected: Connected,
    forms: Callable[[str, Platform], LeadForms],
    stream: Stream,
    tenant: str,
    one: Mapping[str, Any],
) -> None:
    """Fetch a lead's answers and tell the event with them.

    Raises:
        Unavailable: The network or the stream did not answer; to be repeated, the event has the same id.
    """
    document = dict(one["event"])
    platform = _PLATFORMS[str(document["properties"]["platform"])]
    reader = forms(tenant, platform)
    try:
        lead = connected.with_tokens(
            tenant,
            str(one["account"]),
            lambda account, tokens: reader.lead(account, tokens, str(one["lead"])),
        )
    except StepwellError as error:
        if error.retryable:
            raise
        document["properties"] = {**document["properties"], "not_fetched": error.code}
    else:
        document = answered(document, lead)
    stream.emit(tenant, [document])


def answered(document: Mapping[str, Any], lead: Lead) -> dict[str, Any]:
    """Return the event with what was answered: traits of the contact, everything else below `answers`."""
    traits: dict[str, Any] = {}
    others: dict[str, str] = {}
    for name, value in list(lead.answers.items())[:_MOST_ANSWERS]:
        trait = _TRAITS.get(name)
        number = re.sub(r"[\s().-]", "", value) if trait == "phone" else ""
        if trait is None or (trait == "phone" and not _E164.match(number)):
            others[name] = value[:_LONGEST]
        else:
            traits.setdefault(trait, number or value[:_LONGEST])
    told = {**document.get("properties", {}), "form_id": lead.form or document["properties"].get("form_id")}
    if others:
        told["answers"] = others
    if lead.accepted is not None:
        told["accepted"] = lead.accepted
    return {**document, "traits": {**document.get("traits", {}), **traits}, "properties": told}
