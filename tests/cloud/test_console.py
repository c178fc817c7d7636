"""What the console asks for, on the deployed platform: with the rights that the functions really have."""

from __future__ import annotations

import pytest
from stepwell_cli.api import Api
from stepwell_cli.errors import CliError
from stepwell_cli.provisioning import create_user
from stepwell_cli.sign_in import sign_in

from tests.cloud.graphs import chain, delay, mail, node
from tests.cloud.platform import PASSWORD, Platform, Tenant


def test_people_with_second_factors(platform: Platform, tenant: Tenant):
    me = tenant.api.get("/me")
    assert (me["role"], me["mfa"]) == ("admin", {"required": True, "enrolled": True})
    made = tenant.api.post("/team", {"email": f"kim@{tenant.id}.example", "role": "editor", "name": "Kim"})
    assert made["state"] == "invited"
    changed = tenant.api.put(f"/team/{made['id']}", {"role": "publisher"})
    assert changed["role"] == "publisher"
    people = {p["email"]: p for p in tenant.api.get("/team")["items"]}
    assert people[f"admin@{tenant.id}.example"]["second_factor"]
    tenant.api.post(f"/team/{made['id']}/invite-again")
    tenant.api.post(f"/team/{made['id']}/reset-second-factor")
    tenant.api.put(f"/team/{made['id']}", {"enabled": False})
    assert tenant.api.delete(f"/team/{made['id']}") == {"deleted": made["id"]}


def test_an_admin_without_a_second_factor_is_answered_nothing(platform: Platform, tenant: Tenant):
    cognito = platform.cloud.client("cognito-idp")
    email = f"lee@{tenant.id}.example"
    create_user(
        cognito, platform.profile.user_pool_id, tenant=tenant.id, email=email, role="admin", password=PASSWORD
    )
    signed = sign_in(cognito, platform.profile, email, PASSWORD, 0, lambda *_: "", srp=False)
    lee = Api(platform.profile.api_url, lambda: signed.access_token)
    assert lee.get("/me")["mfa"] == {"required": True, "enrolled": False}
    with pytest.raises(CliError) as refused:
        lee.get("/workflows")
    assert refused.value.code == "second_factor_needed"


def test_a_workflow_is_tried_tested_reviewed_and_watched(platform: Platform, tenant: Tenant):
    tenant.template("hello_console")
    drawn = chain("watched", node("go", "manual_trigger"), mail("hello_console"), delay("rest", "2_days"))
    tenant.api.post("/workflows", {"workflow": drawn})
    told = tenant.api.post("/workflows/watched/try", {"traits": {"email": "ann@people.example"}})
    assert [s["outcome"] for s in told["steps"]][:1] == ["sent"]
    assert told["messages"][0]["subject"] == "hello_console for ann@people.example"

    sent = tenant.api.post("/templates/hello_console/test-send", {"sample": {"email": "x@y.example"}})
    assert sent["to"] == f"admin@{tenant.id}.example"
    assert any(m["subject"].startswith("[Test] hello_console") for m in tenant.inbox())

    preview = tenant.api.get("/workflows/watched/publish-preview")
    assert preview["checks"]["publishable"] and preview["review"]["may_publish"]
    tenant.api.put("/workspace", {"approvals": {"required": True, "self_approval": True}})
    with pytest.raises(CliError) as refused:
        tenant.publish(drawn)
    assert refused.value.code == "approval_needed"
    rev = tenant.api.get("/workflows/watched")["rev"]
    tenant.api.post("/workflows/watched/review", {"rev": rev})
    tenant.api.post("/workflows/watched/review/decision", {"rev": rev, "decision": "approve"})
    tenant.api.post("/workflows/watched/publish", {"rev": rev})

    tenant.start("watched", ["ann@people.example", "bo@people.example"])
    platform.quiet()
    live = tenant.api.get("/workflows/watched/live")
    nodes = {n["node"]: n for n in live["nodes"]}
    assert (nodes["hello_console"]["sent"], nodes["rest"]["waiting"], live["in_flight"]) == (2, 2, 2)
    assert sum(p["sent"] for p in tenant.api.get("/workflows/watched/series")["items"]) == 2
    assert tenant.api.get("/analytics/summary")["totals"]["sent"] == 2
    left = tenant.api.get("/workflows/watched/passages", node="hello_console")["items"]
    assert {p["outcome"] for p in left} == {"sent"}
    assert len(tenant.api.get("/contacts/search", q="ann")["items"]) == 1
    assert [e["kind"] for e in tenant.api.get("/calendar")["entries"]] == ["broadcast"]
    bundle = tenant.api.get("/workflows/watched/bundle")["yaml"]
    told = tenant.api.post("/bundles/preview", {"yaml": bundle})
    assert {d["action"] for d in told["items"]} == {"same"}


def test_sending_identities(tenant: Tenant):
    name = f"{tenant.id}.senders.example"
    made = tenant.api.post("/sending-identities", {"identity": name})
    assert made["own"] and made["kind"] == "domain"
    assert {r["purpose"] for r in made["records"]} >= {"dkim", "dmarc"}
    # MiniStack 1.5.33 has no PutEmailIdentityMailFromAttributes.
    assert name in {i["identity"] for i in tenant.api.get("/sending-identities")["items"]}
    assert tenant.api.delete(f"/sending-identities/{name}") == {"deleted": name}
