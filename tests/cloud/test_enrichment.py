"""Enrichment on the deployed platform: wanted by the pass, asked of a stand-in, told with source, within budget."""

from __future__ import annotations

import itertools
from datetime import datetime
from typing import Any

from tests.cloud.graphs import chain, mail, node
from tests.cloud.platform import Platform, Tenant

DAY = 86_400
_numbers = itertools.count(1)


def demo_requested(user: str) -> dict[str, Any]:
    properties = {"form_id": "book-a-demo", "form_type": "demo"}
    return {
        "type": "track",
        "event": "form_submission",
        "userId": user,
        "messageId": f"{user}-demo-{next(_numbers)}",
        "properties": properties,
    }


def settings(
    platform: Platform, provider: str, *, of_it: dict[str, Any] | None = None, **more: Any
) -> dict[str, Any]:
    """Settings that ask one provider, at its stand-in, about whoever asked for a demo within a day."""
    told = {
        "enabled": True,
        "address": f"{platform.cloud.endpoint}/_stepwell/enrichment/{provider}",
        "dollars_per_call": 0.25,
        "fields": ["company_revenue", "employee_count", "technologies"],
        **(of_it or {}),
    }
    wants_demo = {"id": "wants_demo", "condition": "did(form_submission, 1 days)", "providers": [provider]}
    return {
        "legal_basis": "legitimate_interest",
        "assessment": "LIA-2026-03",
        # Names that end in .example are not in DNS.
        "check_mail": False,
        "providers": {provider: told},
        "triggers": [wants_demo],
        **more,
    }


def save(tenant: Tenant, document: dict[str, Any]) -> None:
    rev = tenant.api.get("/enrichment")["rev"]
    tenant.api.put("/enrichment", {"settings": document, "rev": rev})


def enable(tenant: Tenant, provider: str, document: dict[str, Any]) -> None:
    save(tenant, document)
    path = f"/enrichment/providers/{provider}/credentials"
    tenant.api.put(path, {"credentials": {"key": "test-key"}})


def people(tenant: Tenant, **addresses: str) -> None:
    rows = [{"user_id": user, "email": email, "traits": {}} for user, email in addresses.items()]
    tenant.api.post("/contacts", {"contacts": rows})


def events(platform: Platform, tenant: Tenant, *users: str) -> None:
    tenant.batch([demo_requested(user) for user in users])
    platform.run(60)


def clear_of_midnight(platform: Platform) -> None:
    """Budgets end with the day (UTC): a test that counts one day's calls must not run across its end."""
    now = datetime.fromisoformat(platform.now)
    if now.hour == 23 and now.minute >= 50:
        platform.run(15 * 60)


def asked(platform: Platform, provider: str, whom: str) -> int:
    """How often the provider itself was asked about somebody."""
    calls = platform.cloud.get("/_stepwell/enrichment/calls.json")["calls"]
    return sum(c["calls"] for c in calls if (c["provider"], c["about"]) == (provider, whom))


def usage(tenant: Tenant, provider: str) -> dict[str, Any]:
    (found,) = [u for u in tenant.api.get("/enrichment/usage")["items"] if u["provider"] == provider]
    return dict(found)


def attributes(tenant: Tenant, contact: str) -> dict[str, Any]:
    return {a["name"]: a for a in tenant.api.get(f"/contacts/{contact}")["attributes"]}


def test_an_event_has_a_contact_enriched_once(platform: Platform, tenant: Tenant) -> None:
    domain = f"{tenant.id}.example"
    ann = f"ann.smith@{domain}"
    tenant.template("known", purpose="transactional")
    trigger = node("told", "event_trigger", event="profile_enriched", where="event.provider = 'clearbit'")
    sends = mail("known", purpose="transactional")
    tenant.publish(chain("known", trigger, sends, reentry={"rule": "any_time"}))
    people(tenant, ann=ann)
    # What the person's own systems told stands before a provider's word.
    tenant.api.post("/contacts", {"contacts": [{"user_id": "ann", "traits": {"employee_count": 7}}]})
    enable(tenant, "clearbit", settings(platform, "clearbit"))
    clear_of_midnight(platform)
    before = datetime.fromisoformat(platform.now).replace(microsecond=0)
    events(platform, tenant, "ann")

    found = attributes(tenant, "ann")
    for name in ("company_revenue", "technologies"):
        assert found[name]["source"] == "clearbit", found
        told_at = datetime.fromisoformat(found[name]["told_at"])
        assert before <= told_at <= datetime.fromisoformat(platform.now)
    assert found["company_revenue"]["value"] == 30_000_000
    assert len(found["technologies"]["value"]) == 3
    assert (found["employee_count"]["value"], found["employee_count"]["source"]) == (7, "api")
    assert asked(platform, "clearbit", ann) == 1
    spent = usage(tenant, "clearbit")
    assert (spent["calls_today"], spent["calls_this_month"], spent["dollars_this_month"]) == (1, 1, 0.25)
    assert spent["stopped_by"] is None
    assert [m["to"] for m in tenant.inbox()] == [[ann]]

    # Nobody is asked again: not at once, not when the condition becomes true once more, not by hand.
    events(platform, tenant, "ann")
    platform.run(2 * DAY)
    events(platform, tenant, "ann")
    tenant.api.post("/contacts/ann/enrich", {})
    platform.run(60)
    assert asked(platform, "clearbit", ann) == 1
    assert usage(tenant, "clearbit")["calls_this_month"] <= 1
    assert len(tenant.inbox()) == 1


def test_colleagues_share_an_answer_and_objections_hold(platform: Platform, tenant: Tenant) -> None:
    domain = f"{tenant.id}.example"
    people(tenant, ann=f"ann@{domain}", bob=f"bob@{domain}", eve=f"eve@never-{domain}")
    tenant.api.post("/contacts", {"contacts": [{"user_id": "eve", "traits": {"do_not_sell": True}}]})
    fields = ["employee_count", "industry"]
    enable(tenant, "fullcontact", settings(platform, "fullcontact", of_it={"fields": fields}))
    for user in ("ann", "bob", "eve"):
        events(platform, tenant, user)
    for user in ("ann", "bob"):
        found = attributes(tenant, user)
        assert {found[name]["source"] for name in fields} == {"fullcontact"}, found
    assert asked(platform, "fullcontact", domain) == 1
    assert usage(tenant, "fullcontact")["calls_this_month"] == 1
    assert asked(platform, "fullcontact", f"never-{domain}") == 0
    assert "industry" not in attributes(tenant, "eve")


def test_a_budget_of_nothing_asks_nobody_and_says_so(platform: Platform, tenant: Tenant) -> None:
    ann, bob = (f"{name}@{tenant.id}.example" for name in ("ann", "bob"))
    people(tenant, ann=ann, bob=bob)
    document = settings(platform, "clearbit", of_it={"budget": {"calls_per_day": 0}})
    enable(tenant, "clearbit", document)
    clear_of_midnight(platform)
    events(platform, tenant, "ann")
    assert asked(platform, "clearbit", ann) == 0
    assert "technologies" not in attributes(tenant, "ann")
    spent = usage(tenant, "clearbit")
    assert (spent["calls_today"], spent["stopped_by"]) == (0, "calls_per_day")
    profile = tenant.api.get("/contacts/ann")["id"]
    work = [{"what": "enrich", "profile": profile, "trigger": "wants_demo"}]
    assert platform.invoke("enrich-profile", {"tenant": tenant.id, "work": work}) == {
        "did": {"over_budget": 1}
    }
    # One call a day: whoever comes second waits for the next one.
    save(tenant, settings(platform, "clearbit", of_it={"budget": {"calls_per_day": 1}}))
    tenant.api.post("/contacts/ann/enrich", {})
    platform.run(60)
    events(platform, tenant, "bob")
    assert (asked(platform, "clearbit", ann), asked(platform, "clearbit", bob)) == (1, 0)
    assert usage(tenant, "clearbit")["stopped_by"] == "calls_per_day"


def test_a_lead_of_high_value_is_checked_by_hand(platform: Platform, tenant: Tenant) -> None:
    people(tenant, ann=f"ann@{tenant.id}.example", bob=f"bob@{tenant.id}.example")
    enable(tenant, "clearbit", settings(platform, "clearbit", verify_when="lead_score >= 500"))
    events(platform, tenant, "bob", "ann", "ann", "ann")
    assert tenant.api.get("/verifications")["items"] == []
    events(platform, tenant, "ann", "ann")
    (lead,) = tenant.api.get("/verifications")["items"]
    ann = tenant.api.get("/contacts/ann")["id"]
    assert (lead["profile"], lead["score"] >= 500) == (ann, True)
    assert (lead["fields"]["technologies"]["source"], lead["fields"]["technologies"]["enriched"]) == (
        "clearbit",
        True,
    )
    told = {"decision": "correct", "corrections": {"company": "Acme"}}
    tenant.api.post(f"/verifications/{ann}", told)
    platform.run(60)
    found = attributes(tenant, "ann")
    assert (found["company"]["value"], found["company"]["source"]) == ("Acme", "verified")
    assert (found["technologies"]["source"], found["verification"]["value"]) == ("verified", "corrected")
    # What was decided does not come back.
    events(platform, tenant, "ann")
    assert tenant.api.get("/verifications")["items"] == []
