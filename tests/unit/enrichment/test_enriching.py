"""Who is asked about, by whom, at what cost, and what the contact is told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import ValidationError
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.profiles import Profile
from stepwell.enrichment.deciding import query_of, stopped_by, wanted
from stepwell.enrichment.enriching import Enricher, Report
from stepwell.enrichment.model import (
    KIND,
    SETTINGS,
    Enrichment,
    default_triggers,
    shown,
    with_secrets_of,
)
from stepwell.enrichment.ports import Query, Usage
from stepwell.errors import OutcomeUnknown, ProviderRejected, Unavailable

from tests.fakes.enrichment import Enriching, ScriptedDomains, ScriptedProvider

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TENANT = "acme"
FACTS = {"employee_count": 120, "company_revenue": 5_000_000, "technologies": ["aws"], "industry": "Retail"}


def provider(**more: Any) -> dict[str, Any]:
    sealed = {"sealed": 'acme/NAME/{"key": "k"}', "at": "2026-11-01T00:00:00Z"}
    return {"enabled": True, "credentials": sealed, **more}


def document(**more: Any) -> dict[str, Any]:
    providers = more.pop("providers", {"clearbit": provider(), "fullcontact": provider()})
    for name, one in providers.items():
        if one.get("credentials"):
            sealed = {**one["credentials"], "sealed": one["credentials"]["sealed"].replace("NAME", name)}
            one["credentials"] = sealed
    return {
        "legal_basis": "legitimate_interest",
        "assessment": "LIA-7",
        "triggers": [
            {"id": "ready", "condition": "lead_score >= 300", "providers": ["clearbit", "fullcontact"]}
        ],
        "providers": providers,
        **more,
    }


def world(**more: Any) -> Enriching:
    found = Enriching(ManualClock(NOW))
    found.documents.save_document(TENANT, KIND, SETTINGS, 0, document(**more))
    found.providers = {
        "clearbit": ScriptedProvider({"ann@acme.example": FACTS}),
        "fullcontact": ScriptedProvider(),
    }
    found.put(Profile("p1", traits={"email": "ann@acme.example"}))
    return found


def run(found: Enriching, *profiles: str) -> Report:
    return Enricher(found.ports, TENANT).run([(one, "ready") for one in profiles or ("p1",)])


def told(found: Enriching, by: str = "") -> list[Any]:
    told = [(e["source"], e["traits"]) for e in found.stream.events if e["kind"] == "identify"]
    return [one for one in told if (one[0] == by if by else one[0] != "validation")]


def test_what_a_provider_knows_is_told_by_its_name() -> None:
    found = world()
    report = run(found)
    assert told(found) == [
        ("clearbit", {"company_revenue": 5_000_000, "employee_count": 120, "technologies": ["aws"]})
    ]
    checked, identify, enriched = found.stream.events
    assert checked["traits"] == {"email_deliverable": True}
    assert (identify["profile"], identify["occurred_at"]) == ("p1", "2026-11-23T12:00:00.000Z")
    assert enriched["name"] == "profile_enriched"
    assert enriched["properties"]["fields"] == ["company_revenue", "employee_count", "technologies"]
    assert report.counts == {"enriched": 1, "nothing_missing": 0} or report.counts["enriched"] == 1
    assert found.providers["clearbit"].accounts[0].credentials == {"key": "k"}
    # Nothing was missing any more: the second provider was not asked.
    assert found.providers["fullcontact"].asked == []


def test_an_answer_serves_everybody_with_the_same_address_and_again() -> None:
    found = world()
    found.put(Profile("p2", traits={"email": "ANN@acme.example"}))
    run(found, "p1", "p2", "p1")
    assert found.providers["clearbit"].asked == ["ann@acme.example"]
    assert found.spending.usage(TENANT, "clearbit", NOW).calls == 1
    ids = [event["message_id"] for event in found.stream.events]
    run(found, "p1", "p2")
    again = [event["message_id"] for event in found.stream.events][len(ids) :]
    # The same fact has the same id: the contact's pass drops it.
    assert set(again) == set(ids)


def test_nothing_found_is_remembered_too() -> None:
    found = world()
    found.put(Profile("p2", traits={"email": "bob@acme.example"}))
    assert run(found, "p2").counts["nothing_found"] == 2
    run(found, "p2")
    assert found.providers["clearbit"].asked == ["bob@acme.example"]
    assert isinstance(found.clock, ManualClock)
    found.clock.advance(timedelta(days=14))
    run(found, "p2")
    assert found.providers["clearbit"].asked == ["bob@acme.example"] * 2


@pytest.mark.parametrize(
    ("settings", "consent", "traits", "why"),
    [
        ({"legal_basis": "off"}, {}, {}, "off"),
        ({"legal_basis": "consent"}, {}, {}, "no_consent"),
        ({"legal_basis": "consent"}, {"profile:enrichment": "granted"}, {}, "enriched"),
        ({}, {"profile:enrichment": "denied"}, {}, "opted_out"),
        ({"legal_basis": "consent"}, {"profile:enrichment": "denied"}, {}, "opted_out"),
        ({}, {}, {"do_not_sell": True}, "opted_out"),
        ({}, {}, {"gpc": "true"}, "opted_out"),
        ({}, {}, {}, "enriched"),
    ],
)
def test_nobody_is_asked_about_who_must_not_be(
    settings: dict[str, Any], consent: dict[str, str], traits: dict[str, Any], why: str
) -> None:
    found = world(**settings)
    found.people.consent["p1"] = consent
    found.put(Profile("p1", traits={"email": "ann@acme.example", **traits}))
    assert run(found).counts[why] == 1
    assert bool(found.providers["clearbit"].asked) == (why == "enriched")
    assert bool(found.stream.events) == (why == "enriched")


def test_only_fields_that_are_allowed_are_taken() -> None:
    found = world(providers={"clearbit": provider(fields=["industry"])})
    run(found)
    assert told(found) == [("clearbit", {"industry": "Retail"})]
    assert found.answers.said[TENANT, "clearbit"]["p1"].fields == {"industry": "Retail"}


def test_a_budget_ends_the_asking() -> None:
    found = world(providers={"clearbit": provider(budget={"calls_per_day": 2})})
    for n in range(5):
        found.put(Profile(f"q{n}", traits={"email": f"q{n}@acme.example"}))
    report = run(found, *(f"q{n}" for n in range(5)))
    assert report.counts["over_budget"] == 3
    assert len(found.providers["clearbit"].asked) == 2


def test_the_next_provider_fills_what_is_left() -> None:
    found = world()
    found.providers["clearbit"].known = {"ann@acme.example": {"employee_count": 9}}
    found.providers["fullcontact"].known = {
        "ann@acme.example": {"technologies": ["gcp"], "employee_count": 8}
    }
    run(found)
    assert [source for source, _ in told(found)] == ["clearbit", "fullcontact"]
    assert told(found)[1][1]["technologies"] == ["gcp"]


@pytest.mark.parametrize(
    ("error", "calls"), [(ProviderRejected("no"), 0), (OutcomeUnknown("?"), 1), (Unavailable("down"), 0)]
)
def test_a_failure_leaves_it_to_the_next_one(error: Exception, calls: int) -> None:
    found = world()
    found.providers["clearbit"].known = {"ann@acme.example": error}
    found.providers["fullcontact"].known = {"ann@acme.example": FACTS}
    run(found)
    assert [source for source, _ in told(found)] == ["fullcontact"]
    # What was certainly not answered is not paid.
    assert found.spending.usage(TENANT, "clearbit", NOW).calls == calls


def test_who_is_down_is_asked_again_later_when_nothing_was_found() -> None:
    found = world()
    found.providers["clearbit"].known = {"ann@acme.example": Unavailable("down")}
    with pytest.raises(Unavailable):
        run(found)


def test_no_money_for_an_address_that_takes_no_mail() -> None:
    found = world()
    found.mail = ScriptedDomains(acme_example=False)
    assert run(found).counts["undeliverable"] == 1
    assert told(found, "validation") == [("validation", {"email_deliverable": False})]
    assert found.providers["clearbit"].asked == []
    found.mail = ScriptedDomains(acme_example=None)
    run(found)
    assert found.providers["clearbit"].asked == ["ann@acme.example"]


def test_paused_and_unset_providers_are_not_asked() -> None:
    found = world(providers={"clearbit": provider(paused=True), "fullcontact": provider(credentials=None)})
    run(found)
    assert found.providers["clearbit"].asked == found.providers["fullcontact"].asked == []


def test_a_contact_that_is_gone() -> None:
    assert run(world(), "nobody").counts == {"gone": 1}


def test_what_is_asked_by() -> None:
    def of(**traits: Any) -> Query:
        return query_of(Profile("p", traits=traits))

    assert of(email="Ann@Acme.example") == Query("ann@acme.example", "acme.example")
    assert of(email="ann@gmail.com", website="https://www.acme.example/x") == Query(
        "ann@gmail.com", "acme.example"
    )
    assert of(email="ann@gmail.com") == Query("ann@gmail.com", "")
    assert of(website="http://[") == Query()


def test_what_somebody_removed_or_said_is_not_wanted() -> None:
    now_ms = int(NOW.timestamp() * 1000)
    profile = Profile(
        "p",
        traits={"industry": "x", "company": "y"},
        stamps={
            "industry": (now_ms, "web"),
            "company": (now_ms - 200 * 86_400_000, "clearbit"),
            "website": (now_ms, "web"),
            "technologies": (now_ms, "clearbit"),
        },
    )
    names = ("industry", "company", "website", "technologies", "employee_count")
    assert wanted(profile, names, NOW, 180) == ("company", "technologies", "employee_count")


def test_settings_are_complete_and_keep_their_secrets() -> None:
    with pytest.raises(ValidationError, match="assessment"):
        Enrichment.model_validate({"legal_basis": "legitimate_interest"})
    with pytest.raises(ValidationError, match="No provider tells"):
        Enrichment.model_validate({"providers": {"clearbit": {"fields": ["password"]}}})
    before = Enrichment.model_validate(document())
    told_again = {**shown(before, 3)}
    assert "k" not in json.dumps([p.get("credentials_set_at") for p in told_again["providers"].values()])
    assert "sealed" not in json.dumps(told_again)
    sent = document(providers={"clearbit": {"enabled": False, "credentials": {"sealed": "x", "at": "1"}}})
    after = with_secrets_of(sent, before)
    assert after.provider("clearbit").credentials == before.provider("clearbit").credentials


def test_rules_of_the_pass() -> None:
    settings = Enrichment(legal_basis="consent")
    assert settings.triggers == default_triggers()
    rules = settings.rules()
    assert rules is not None
    assert [rule["id"] for rule in rules] == ["_enrich_high_intent_signals", "_enrich_sales_readiness"]
    assert Enrichment(triggers=default_triggers()).rules() is None
    checked = Enrichment.model_validate({"verify_when": "lead_score >= 500"})
    assert [rule["id"] for rule in checked.rules() or ()] == ["_verify"]


@pytest.mark.parametrize(
    ("more", "told", "spent", "reason"),
    [
        ({}, {}, Usage(), None),
        ({"legal_basis": "off"}, {}, Usage(), "off"),
        ({}, {"enabled": False}, Usage(), "not_enabled"),
        ({}, {"paused": True}, Usage(), "paused"),
        ({}, {"credentials": None}, Usage(), "no_credentials"),
        ({}, {"budget": {"calls_per_day": 0}}, Usage(), "calls_per_day"),
        ({}, {"budget": {"calls_per_day": 2}}, Usage(2, 2, 200_000), "calls_per_day"),
        ({}, {"budget": {"calls_per_month": 9}}, Usage(1, 9, 900_000), "calls_per_month"),
        ({}, {"budget": {"dollars_per_month": 1}}, Usage(1, 9, 900_000), None),
        ({}, {"budget": {"dollars_per_month": 1}}, Usage(1, 9, 900_001), "dollars_per_month"),
    ],
)
def test_why_a_provider_is_asked_about_nobody_is_told(
    more: dict[str, Any], told: dict[str, Any], spent: Usage, reason: str | None
) -> None:
    found = Enrichment.model_validate(document(providers={"clearbit": provider(**told)}, **more))
    assert stopped_by(found, found.provider("clearbit"), spent) == reason
