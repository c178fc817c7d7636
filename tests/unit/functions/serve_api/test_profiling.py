"""Forms, stages, consents, retention, enrichment and checks by hand over the API."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest
from stepwell.consent.proofs import Proof
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile
from stepwell.enrichment.model import Budget
from stepwell.enrichment.ports import Answer
from stepwell.enrichment.verifying import open_check

from tests.fakes.publishing import TENANT

from .conftest import Api

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
ANN = profile_id(TENANT, "user", "ann")
FORM = {
    "id": "demo",
    "name": "Demo",
    "form_type": "lead_gen",
    "fields": [{"name": "phone", "consent": "Yes?"}],
}
SECRET = "sk-never-shown"


class Profiled:
    """The API with what profiling needs."""

    def __init__(self, api: Api) -> None:
        self.api = api
        self.world, self.work = api.enriching, api.work
        api.proofs.put(
            TENANT, [Proof(ANN, "field:phone", "granted", NOW, NOW, "m1", "demo", "initial_capture", 1)]
        )
        profile = Profile(ANN, traits={"email": "ann@acme.example"}, user_id="ann")
        api.world.profiles.put(TENANT, [profile])
        self.world.put(profile)

    @property
    def rules(self) -> Mapping[str, Any]:
        return self.api.wired.segments.rules.read(TENANT)[0]

    def ok(self, method: str, path: str, body: Any = None, **more: Any) -> Any:
        return self.api.ok(method, path, body, **more)

    def refused(self, method: str, path: str, body: Any = None, **more: Any) -> tuple[int, str]:
        status, told = self.api.call(method, f"/api/v1{path}", body, **more)
        return status, told["code"]


@pytest.fixture
def it(api: Api) -> Profiled:
    return Profiled(api)


def test_a_form_is_made_changed_and_deleted_and_its_wordings_stay(it: Profiled) -> None:
    made = it.ok("POST", "/forms", {"form": FORM})
    assert (made["rev"], made["form"]["form_type"]) == (1, "lead_gen")
    assert it.refused("POST", "/forms", {"form": FORM}) == (409, "form_exists")
    assert it.rules["forms"]["demo"]["rev"] == 1
    changed = {**FORM, "fields": [{"name": "phone", "consent": "May we call?"}]}
    assert it.ok("PUT", "/forms/demo", {"form": changed, "rev": 1})["rev"] == 2
    assert it.refused("PUT", "/forms/demo", {"form": changed, "rev": 1}) == (409, "stale_rev")
    assert it.refused("PUT", "/forms/demo", {"form": {**changed, "id": "x"}, "rev": 2}) == (400, "id_changed")
    assert it.rules["forms"]["demo"]["fields"][0]["consent"] == "May we call?"
    first = it.api.config.revision(TENANT, "FORM", "demo", 1)
    assert first["fields"][0]["consent"] == "Yes?"
    assert it.ok("GET", "/forms/demo") == {"form": it.ok("GET", "/forms/demo")["form"], "rev": 2}
    assert it.ok("DELETE", "/forms/demo") == {"deleted": "demo"}
    assert "forms" not in it.rules
    assert it.refused("GET", "/forms/demo") == (404, "no_form")
    assert it.api.config.revision(TENANT, "FORM", "demo", 2)


def test_forms_are_found_sorted_and_paged(it: Profiled) -> None:
    for name in ("zeta", "alpha", "beta"):
        it.ok(
            "POST", "/forms", {"form": {"id": name, "form_type": "support" if name == "beta" else "contact"}}
        )
    page = it.ok("GET", "/forms", limit=2)
    rest = it.ok("GET", "/forms", limit=2, cursor=page["cursor"])
    assert [one["id"] for one in page["items"] + rest["items"]] == ["alpha", "beta", "zeta"]
    assert [one["id"] for one in it.ok("GET", "/forms", form_type="support")["items"]] == ["beta"]
    assert [one["id"] for one in it.ok("GET", "/forms", q="ET")["items"]] == ["beta", "zeta"]


def test_what_is_no_form_says_where(it: Profiled) -> None:
    status, told = it.api.call("POST", "/api/v1/forms", {"form": {"id": "x", "fields": [{"name": "A b"}]}})
    assert (status, told["details"]["violations"][0]["place"]) == (422, "fields.0.name")


def test_stages_are_the_specifications_until_changed(it: Profiled) -> None:
    stages = it.ok("GET", "/stages")
    assert [one["id"] for one in stages["stages"]] == [
        "initial_capture",
        "behavioral_enrichment",
        "third_party_enrichment",
    ]
    own = [{"id": "first", "required_fields": ["email"]}]
    assert it.ok("PUT", "/stages", {"stages": own, "rev": 0})["rev"] == 1
    assert it.refused("PUT", "/stages", {"stages": own, "rev": 0})[0] == 409
    assert it.refused("PUT", "/stages", {"stages": own * 2, "rev": 1})[0] == 422
    assert it.refused("PUT", "/stages", {"stages": own, "rev": 1}, role="editor")[0] == 403
    progress = it.ok("GET", "/contacts/ann/stages")
    assert progress["stages"] == [
        {
            "stage": "first",
            "method": "form_progressive_disclosure",
            "known": ["email"],
            "missing": [],
            "silent_sources": [],
            "complete": True,
        }
    ]


def test_consents_are_shown_with_their_proof(it: Profiled) -> None:
    (proof,) = it.ok("GET", "/contacts/ann/consents")["items"]
    assert (proof["key"], proof["form"], proof["revision"]) == ("field:phone", "demo", 1)


def test_retention_is_saved_for_the_pass_and_applied_page_by_page(it: Profiled) -> None:
    body = {"inactive_days": 730, "purge": "all", "attributes": {"phone": 365, "mood": 30}}
    told = {"inactive_days": 730, "purge": "all", "attributes": {"mood": 30, "phone": 365}}
    assert it.ok("PUT", "/retention", body) == it.ok("GET", "/retention") == told
    assert it.rules["retention"] == {"inactive_days": 730, "purge": "all"}
    (phone,) = (one for one in it.rules["schema"]["attributes"] if one["name"] == "phone")
    assert (phone["type"], phone["pii"], phone["retention_days"]) == ("phone", True, 365)
    assert it.ok("PUT", "/retention", {"attributes": {"mood": None}})["attributes"] == {"phone": 365}
    assert it.refused("PUT", "/retention", {"attributes": {"mood": 0}})[0] == 422
    applied = it.ok("POST", "/retention/apply")
    assert applied["cursor"] is None


def settings(**more: Any) -> dict[str, Any]:
    return {
        "legal_basis": "legitimate_interest",
        "assessment": "LIA-7",
        "providers": {"clearbit": {"enabled": True}},
        "triggers": [{"id": "ready", "condition": "lead_score >= 300"}],
        "verify_when": "lead_score >= 500",
        **more,
    }


def test_settings_reach_the_pass_and_credentials_never_come_out(it: Profiled) -> None:
    assert it.ok("GET", "/enrichment")["legal_basis"] == "off"
    saved = it.ok("PUT", "/enrichment", {"settings": settings()})
    assert saved["rev"] == 1
    assert [one["id"] for one in it.rules["wanted"]] == ["_enrich_ready", "_verify"]
    path = "/enrichment/providers/clearbit/credentials"
    told = it.ok("PUT", path, {"credentials": {"key": SECRET}})
    assert told["providers"]["clearbit"]["credentials_set_at"]
    assert SECRET not in json.dumps([told, it.ok("GET", "/enrichment"), it.ok("GET", "/audit")])
    # Saved again as it was shown, what is secret stays.
    again = {name: value for name, value in told.items() if name != "rev"}
    again["providers"]["clearbit"].pop("credentials_set_at")
    kept = it.ok("PUT", "/enrichment", {"settings": again, "rev": 2})
    assert kept["providers"]["clearbit"]["credentials_set_at"]
    assert it.refused("PUT", "/enrichment", {"settings": settings(), "rev": 2}) == (409, "stale_rev")
    assert it.refused("PUT", path, {"credentials": {"user": "x"}}) == (400, "bad_credentials")
    assert it.refused("PUT", path, {"credentials": {"key": "x"}}, role="editor")[0] == 403
    bad = settings(assessment="")
    assert it.refused("PUT", "/enrichment", {"settings": bad, "rev": 3})[0] == 422
    assert it.ok("PUT", "/enrichment", {"settings": settings(legal_basis="off"), "rev": 3})
    assert [one["id"] for one in it.rules["wanted"]] == ["_verify"]


def test_usage_and_accuracy(it: Profiled) -> None:
    it.ok("PUT", "/enrichment", {"settings": settings()})
    now = it.api.world.clock.now()
    stored = it.world.ports
    stored.spending.take(TENANT, "clearbit", now, 250_000, Budget())
    clearbit, *_ = it.ok("GET", "/enrichment/usage")["items"]
    assert (clearbit["calls_today"], clearbit["dollars_this_month"], clearbit["calls_per_day"]) == (
        1,
        0.25,
        100,
    )
    assert clearbit["stopped_by"] == "no_credentials"
    assert it.ok("GET", "/enrichment/accuracy")["items"] == []
    it.world.answers.note(TENANT, "clearbit", ANN, Answer({"company": "Acme"}, now), 0)
    it.world.put(Profile(ANN, traits={"company": "Acme Inc"}, stamps={"company": (5, "web")}))
    report = it.ok("POST", "/enrichment/providers/clearbit/review")
    assert (report["right"], report["compared"], report["verdict"]) == (1, 1, "unknown")
    assert it.ok("GET", "/enrichment/accuracy")["items"] == [report]
    assert it.refused("POST", "/enrichment/providers/other/review") == (404, "no_provider")


def test_a_contact_is_asked_about_by_hand(it: Profiled) -> None:
    assert it.ok("POST", "/contacts/ann/enrich") == {"contact": ANN, "asked": True}
    assert it.work.pieces == [{"what": "enrich", "profile": ANN, "trigger": ""}]
    assert it.refused("POST", "/contacts/ann/enrich", role="viewer")[0] == 403


def test_leads_are_checked_by_hand(it: Profiled) -> None:
    open_check(it.world.ports, TENANT, it.world.people.profiles[ANN])
    (lead,) = it.ok("GET", "/verifications")["items"]
    assert lead["fields"]["email"]["value"] == "ann@acme.example"
    answer = it.ok(
        "POST", f"/verifications/{ANN}", {"decision": "correct", "corrections": {"company": "Acme"}}
    )
    assert answer == {"profile": ANN, "decision": "corrected", "fields": ["company"]}
    assert it.ok("GET", "/verifications")["items"] == []
    assert it.refused("POST", f"/verifications/{ANN}", {"decision": "approve"}) == (404, "not_waiting")
    assert it.refused("GET", "/verifications", role="viewer")[0] == 403
