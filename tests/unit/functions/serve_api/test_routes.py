"""What each topic of the API does, end to end over the fakes."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from routes.app import openapi
from routes.routing import RIGHTS
from stepwell.contracts.clock import iso
from stepwell.contracts.consent_kinds import kind_for
from stepwell.contracts.tokens import EndReason
from stepwell.triggers.wire import key_digest

from tests.fakes.publishing import TENANT
from tests.unit.functions.serve_api.conftest import TEMPLATE, Api
from tests.unit.publishing.stage import newsletter, person, welcome


def test_a_workflow_from_draft_to_stop(api: Api) -> None:
    made = api.ok("POST", "/workflows", {"workflow": welcome()})
    assert (made["rev"], made["status"], made["live_version"]) == (1, "draft", 0)
    assert api.call("POST", "/api/v1/workflows", {"workflow": welcome()})[0] == 409
    assert api.ok("POST", "/workflows/welcome/validate", {})["publishable"]

    body = {"workflow": welcome(days=3), "rev": 1}
    assert api.ok("PUT", "/workflows/welcome", body)["rev"] == 2
    status, told = api.call("PUT", "/api/v1/workflows/welcome", body)
    assert (status, told["code"], told["details"]["rev"]) == (409, "stale_rev", 2)

    assert api.ok("POST", "/workflows/welcome/publish", {"dry_run": True})["dry_run"]
    done = api.ok("POST", "/workflows/welcome/publish", {"rev": 2, "note": "First"})
    assert done["version"] == 1 and done["workflow"]["status"] == "active"
    api.load()
    api.enroll(person(1))
    api.run_until(1)

    rows = api.ok("GET", "/workflows/welcome/enrollments", state="PARKED")["items"]
    assert [(r["profile"], r["node"], r["version"]) for r in rows] == [(person(1).id, "wait", 1)]
    told = api.ok("GET", "/workflows/welcome/explain/u1")
    assert told["sentence"].startswith("Entered once. It waits at `wait` until")

    assert api.ok("POST", "/workflows/welcome/pause", {"discard": False})["status"] == "paused"
    assert api.ok("POST", "/workflows/welcome/resume")["status"] == "active"
    api.world.clock.advance(timedelta(seconds=1))
    job = api.ok("POST", "/workflows/welcome/stop")["job"]
    api.drain_moves()
    assert api.ok("GET", f"/jobs/{job}")["counts"] == {"ended": 1}
    assert {j["kind"] for j in api.ok("GET", "/workflows/welcome/jobs")["items"]} == {"eject", "release"}
    ended = api.ok("GET", "/contacts/u1/enrollments")["items"][0]
    assert (ended["workflow_name"], ended["node"], ended["node_name"]) == ("Welcome", "wait", "")
    assert ended["end_reason"] == EndReason.STOPPED
    actions = [e["action"] for e in api.ok("GET", "/audit")["items"]]
    assert actions[0] == "workflow.stopped" and "workflow.published" in actions
    assert [e["actor"] for e in api.ok("GET", "/audit", action="workflow.published")["items"]] == ["ann"]


def test_versions_diff_rollback_migrate(api: Api) -> None:
    api.create(welcome())
    api.publish()
    api.enroll(person(1))
    api.run_until(1)
    api.update(welcome(wait="patience"))
    changed = api.ok("GET", "/workflows/welcome/diff", old=1)
    assert [n["node"] for n in changed["added"]] == ["patience"]
    api.ok("POST", "/workflows/welcome/publish", {})
    api.load()
    listed = api.ok("GET", "/workflows/welcome/versions")["items"]
    assert [(v["version"], v["live"]) for v in listed] == [(2, True), (1, False)]
    assert api.ok("GET", "/workflows/welcome/versions/1")["source_map"]["wait"] == "wait"

    told = api.ok("POST", "/workflows/welcome/migrate", {"old": 1, "new": 2, "nodes": {"wait": "patience"}})
    assert told["dry_run"] and told["moved"] == {"wait -> patience": 1}
    api.ok(
        "POST",
        "/workflows/welcome/migrate",
        {"old": 1, "new": 2, "nodes": {"wait": "patience"}, "dry_run": False},
    )
    api.drain_moves()
    assert api.ok("GET", "/workflows/welcome/enrollments")["items"][0]["version"] == 2
    assert api.ok("POST", "/workflows/welcome/rollback", {"to": 1})["version"] == 3
    assert api.call("POST", "/api/v1/workflows/welcome/rollback", {"to": 9})[0] == 404
    assert api.call("POST", "/api/v1/workflows/welcome/eject", {"version": 9})[0] == 400


def test_what_breaks_rules_is_told_all_at_once(api: Api) -> None:
    document = welcome(template="nowhere")
    document["nodes"].append(
        {"id": "text", "type": "social_post", "config": {"platforms": ["x"], "content": "Hi {{ email }}"}}
    )
    document["edges"].append("mail.sent -> text")
    api.create(document)
    status, told = api.call("POST", "/api/v1/workflows/welcome/publish", {})
    assert (status, told["code"]) == (422, "validation_failed")
    assert {v["code"] for v in told["details"]["violations"]} >= {"personal_post"}
    assert "nowhere" in json.dumps(told) and "read by everybody" in json.dumps(told)
    report = api.ok("POST", "/workflows/validate", {"yaml": "id: x\nnodes: []\n"})
    assert not report["valid"]


def test_yaml_goes_in_and_out(api: Api) -> None:
    api.create(welcome())
    text = api.ok("GET", "/workflows/welcome", format="yaml")["yaml"]
    assert "start -> wait" in text
    api.ok("POST", "/workflows", {"yaml": text.replace("id: welcome", "id: copy", 1)})
    assert {w["id"] for w in api.ok("GET", "/workflows", q="welcome")["items"]} == {"welcome", "copy"}
    assert api.call("POST", "/api/v1/workflows", {"yaml": ":", "workflow": {}})[0] == 400


def test_many_named_contacts_are_handed_over_as_ids(api: Api) -> None:
    api.create(welcome())
    api.publish()
    (known,) = api.ok("POST", "/contacts", {"contacts": [{"email": "p@example.com"}]})["ids"]
    unknown = [f"{'long' * 60}{n}@example.com" for n in range(4_000)]
    body = {"contacts": ["p@example.com", known, *unknown]}
    assert api.ok("POST", "/workflows/welcome/start", body)["state"] == "preparing"
    (command,) = api.asked.commands
    assert command["audience"] == {"kind": "profiles", "ids": [known]}


def test_starting_by_hand(api: Api) -> None:
    api.create(welcome())
    api.publish()
    ids = api.ok("POST", "/contacts", {"contacts": [{"email": f"p{n}@example.com"} for n in range(3)]})["ids"]
    told = api.ok(
        "POST", "/workflows/welcome/start", {"contacts": ["p0@example.com", ids[1], "nobody"], "key": "k1"}
    )
    assert (told["state"], told["counts"], told["unknown"]) == ("done", {"enrolled": 2}, 1)
    again = api.ok("POST", "/workflows/welcome/start", {"contacts": ["p0@example.com"], "key": "k1"})
    assert again["job"] == told["job"] and again["counts"] == {"enrolled": 2}
    csv = "email,first_name\np9@example.com,Nine\n"
    assert api.ok("POST", "/workflows/welcome/start", {"csv": csv})["counts"] == {"enrolled": 1}
    status, told = api.call("POST", "/api/v1/workflows/welcome/start", {"csv": "email\nnobody\n"})
    assert (status, told["code"], told["details"]["line"]) == (400, "invalid_email", 2)
    large = api.ok("POST", "/workflows/welcome/start", {"condition": 'email = "p2@example.com"'})
    assert large["state"] == "preparing"
    assert api.ok("GET", f"/jobs/{large['job']}")["state"] == "preparing"
    assert api.asked.commands[0]["audience"] == {"kind": "condition", "text": 'email = "p2@example.com"'}
    assert api.call("POST", "/api/v1/workflows/welcome/start", {})[1]["code"] == "bad_audience"
    assert api.call("POST", "/api/v1/workflows/welcome/start", {"condition": "score >="})[0] == 400
    api.ok("POST", "/workflows/welcome/pause", {})
    assert api.call("POST", "/api/v1/workflows/welcome/start", {"contacts": []})[1]["code"] == "not_active"


def test_who_would_get_this_now_and_when(api: Api) -> None:
    api.config.save_document(TENANT, "TPL", "news", 0, {**TEMPLATE, "id": "news"})
    api.create(newsletter())
    api.add(person(1, score=10), person(2, score=60))
    assert api.call("GET", "/api/v1/workflows/newsletter/audience")[0] == 409
    draft = api.ok("GET", "/workflows/newsletter/audience", version="draft")
    assert (draft["would_enter"], draft["refused"]) == (1, {"audience": 1})
    api.publish("newsletter")
    (one,) = api.ok("GET", "/workflows/newsletter/schedule", count=2)["items"]
    assert one["active"] and one["next"] == ["2026-03-09T08:00:00.000Z", "2026-03-16T08:00:00.000Z"]


def test_contacts_and_consent(api: Api) -> None:
    new = {"email": "Ann@Example.com", "user_id": "u7", "traits": {"score": 5}}
    (ann,) = api.ok("POST", "/contacts", {"contacts": [new]})["ids"]
    for reference in (ann, "u7", "ann@example.com", "ann%40example.com"):
        assert api.ok("GET", f"/contacts/{reference}")["id"] == ann
    assert api.ok("GET", "/contacts", email="ann@example.com")["items"][0]["traits"]["score"] == 5
    assert len(api.ok("GET", "/contacts")["items"]) == 1
    told = api.ok("PUT", "/contacts/u7/consent", {"consent": "denied"})
    assert told["consent"] == {"email:marketing": "denied"}
    api.world.messaging.suppress(
        TENANT, "email", "ann@example.com", "hard_bounce", api.world.clock.now(), "t"
    )
    assert api.ok("GET", "/contacts/u7")["suppressed"] == "hard_bounce"
    api.ok("DELETE", "/contacts/u7/suppression")
    assert api.ok("GET", "/contacts/u7")["suppressed"] == ""
    assert api.call("GET", "/api/v1/contacts/nobody")[0] == 404


def test_a_consent_is_recorded_with_its_proof(api: Api) -> None:
    (ann,) = api.ok("POST", "/contacts", {"contacts": [{"user_id": "u7"}]})["ids"]
    path = "/api/v1/contacts/u7/consent"
    grant = {"channel": "sms", "consent": "granted", "how": "paper", "wording": "Texts from Acme"}
    for wrong in (grant, {**grant, "source": " "}, {**grant, "source": "fair", "how": "hearsay"}):
        assert api.call("PUT", path, wrong)[0] == 422
    told = {**grant, "source": "Trade fair, badge 12"}
    ahead = {**told, "at": iso(api.world.clock.now() + timedelta(hours=1))}
    assert api.call("PUT", path, ahead)[1]["code"] == "bad_time"
    assert api.call("PUT", path, {**told, "at": "2025-01-01T10:00:00"})[0] == 422
    assert api.ok("GET", "/contacts/u7/consents")["items"] == []
    held = api.ok("PUT", "/contacts/u7/consent", {**told, "at": "2025-01-01T10:00:00Z"})["consent"]
    assert held == {"sms:marketing": "granted", "proof:sms": "paper"}
    (proof,) = api.ok("GET", "/contacts/u7/consents")["items"]
    names = ("profile", "key", "state", "at", "source", "how", "wording", "kept")
    assert [proof[name] for name in names] == [
        ann, "sms:marketing", "granted", "2025-01-01T10:00:00.000Z", "Trade fair, badge 12", "paper",
        "Texts from Acme", True,
    ]  # fmt: skip
    assert proof["by"] and proof["received_at"] > proof["at"] and proof["number"] == ""
    api.ok("POST", "/contacts", {"contacts": [{"user_id": "u7", "traits": {"phone": "+4915112345678"}}]})
    bound = api.ok("PUT", "/contacts/u7/consent", told)["consent"]["proof:sms"]
    assert kind_for(bound, "+4915112345678") == "paper" and kind_for(bound, "+4915100000000") == ""
    api.ok("PUT", "/contacts/u7/consent", {"channel": "sms", "consent": "denied"})
    # An end that somebody writes down ends workflows like one by text.
    assert [(e["name"], e["profile"], e["kind"]) for _, e in api.world.sink.emitted] == [
        ("sms_unsubscribed", ann, "engagement")
    ]
    assert api.ok("GET", "/contacts/u7/consents")["items"][0]["state"] == "denied"


def test_messages_of_a_workflow_and_to_a_contact(api: Api) -> None:
    api.create(welcome(days=1))
    api.publish()
    for number in (1, 2):
        api.enroll(person(number))
    api.run_until(2)
    assert len(api.ok("GET", "/messages", workflow="welcome")["items"]) == 2
    (one,) = api.ok("GET", "/messages", contact="u1")["items"]
    assert (one["outcome"], one["name"], one["channel"]) == ("sent", "Hello mail", "email")
    assert api.ok("GET", "/messages", workflow="welcome", outcome="skipped")["items"] == []
    first = api.ok("GET", "/messages", workflow="welcome", limit=1)
    second = api.ok("GET", "/messages", workflow="welcome", limit=1, cursor=first["cursor"])
    assert first["items"][0]["profile"] != second["items"][0]["profile"]
    assert api.call("GET", "/api/v1/messages")[1]["code"] == "no_subject"


def test_counters_a_node(api: Api) -> None:
    api.create(welcome())
    api.publish()
    counts = {("start", "enrolled"): 4, ("mail", "sent"): 3, ("mail", "reason:no_consent"): 1}
    api.parts.counters.add(TENANT, "welcome", 1, counts)
    told = api.ok("GET", "/workflows/welcome/counters")
    assert told["enrolled"] == 4
    assert told["nodes"]["mail"] == {"outcomes": {"sent": 3}, "reasons": {"no_consent": 1}}


def test_templates(api: Api) -> None:
    news = {**TEMPLATE, "id": "news", "subject": "News for {{ first_name }}"}
    made = api.ok("POST", "/templates", {"template": news})
    assert made["rev"] == 1
    assert api.call("POST", "/api/v1/templates", {"template": news})[0] == 409
    assert "first_name" in api.ok("GET", "/templates/news")["reads"]
    told = api.ok("POST", "/templates/news/preview", {"sample": {"first_name": "<Bob>"}})
    assert told["subject"] == "News for <Bob>" and "&lt;Bob&gt;" in told["html"]
    api.add(person(1))
    assert api.ok("POST", "/templates/news/preview", {"contact": "u1"})["subject"] == "News for P1"
    broken = {**news, "html": "{% if %}"}
    status, told = api.call("PUT", "/api/v1/templates/news", {"template": broken, "rev": 1})
    assert status == 422 and told["details"]["violations"][0]["part"] == "html"
    assert not api.ok("POST", "/templates/check", {"template": broken})["valid"]
    assert api.ok("PUT", "/templates/news", {"template": news, "rev": 1})["rev"] == 2
    assert api.call("PUT", "/api/v1/templates/news", {"template": news, "rev": 1})[0] == 409
    assert [t["id"] for t in api.ok("GET", "/templates", sort="id", order="asc")["items"]] == [
        "hello",
        "news",
    ]
    api.create(welcome())
    api.publish()
    assert api.call("DELETE", "/api/v1/templates/hello")[1]["code"] == "template_used"
    api.ok("DELETE", "/templates/news")


def test_the_debugger(api: Api) -> None:
    seen = dict.fromkeys(("source", "code", "place", "message", "message_id", "name"), "")
    api.ok("POST", "/events/session")
    assert api.parts.logs.watching(TENANT)
    api.parts.logs.append(
        TENANT,
        [
            {**seen, "at": "2026-03-02T09:00:01Z", "status": "accepted", "name": "signup"},
            {**seen, "at": "2026-03-02T09:00:02Z", "status": "rejected", "code": "too_big"},
        ],
    )
    assert [e["status"] for e in api.ok("GET", "/events")["items"]] == ["rejected", "accepted"]
    assert [e["code"] for e in api.ok("GET", "/events/rejected")["items"]] == ["too_big"]
    assert len(api.ok("GET", "/events", name="signup")["items"]) == 1
    assert api.ok("DELETE", "/events/session") == {"watching": False}


def test_a_test_event_is_taken_and_shown_as_it_was_sent(api: Api) -> None:
    sent = {"event": "signup", "userId": "u1", "properties": {"plan": "pro"}}
    told = api.ok("POST", "/events/test", {"document": sent})
    assert (told["accepted"], told["source"], told["rejected"]) == (True, "console", [])
    assert len(api.stream.records) == 1
    (shown,) = api.ok("GET", "/events")["items"]
    assert shown["document"] == {
        "type": "track",
        "event": "signup",
        "userId": "u1",
        "properties": {"plan": "pro"},
        "timestamp": shown["occurred_at"],
        "messageId": told["message_id"],
    }


def test_a_refused_test_event_says_where_it_is_wrong(api: Api) -> None:
    told = api.ok("POST", "/events/test", {"document": {"event": "signup"}})
    assert not told["accepted"]
    assert [(r["code"], r["place"]) for r in told["rejected"]] == [("no_identity", "userId")]
    assert api.stream.records == []
    (shown,) = api.ok("GET", "/events/rejected")["items"]
    assert shown["document"]["event"] == "signup"


def test_poison_of_this_tenant_only(api: Api) -> None:
    def poison(tenant: str, number: int) -> dict[str, object]:
        return {
            "v": 1,
            "sequence": str(number),
            "key": f"{tenant}#p",
            "piece": 0,
            "pieces": 1,
            "data": base64.b64encode(b"{}").decode(),
            "code": "bad",
            "message": "It is bad.",
            "at": f"2026-03-02T09:00:0{number}.000Z",
        }

    api.poison.put([poison(TENANT, 1), poison("other", 2), poison(TENANT, 3)])
    items = api.ok("GET", "/poison")["items"]
    assert [i["sequence"] for i in items] == ["3", "1"] and "data" not in items[0]
    assert api.ok("POST", "/poison/replay", {})["records"] == 2
    assert [r.key for r in api.stream.records] == [f"{TENANT}#p"] * 2
    assert [d["key"] for d in api.poison.documents.values()] == ["other#p"]


def test_the_workspace_and_its_switch(api: Api) -> None:
    changed = api.ok(
        "PUT", "/workspace", {"name": "New", "time_zone": "Europe/Berlin", "teams": {"ops": ["a@b.c"]}}
    )
    assert changed["name"] == "New" and changed["sender"] == "Shop <shop@example.com>"
    assert api.call("PUT", "/api/v1/workspace", {"time_zone": "Mars/Base"})[0] == 400
    assert api.ok("PUT", "/workspace/allowlist", {"allowlist": ["A@b.c", "@example.com"]})["allowlist"] == [
        "@example.com",
        "a@b.c",
    ]
    assert api.ok("PUT", "/workspace/allowlist", {"allowlist": None})["allowlist"] is None
    assert api.call("PUT", "/api/v1/workspace/allowlist", {"allowlist": ["nonsense"]})[0] == 400
    assert api.ok("PUT", "/workspace/stop", {"stopped": True})["stopped"]
    assert api.world.workspaces.control(TENANT).stopped and api.ok("GET", "/workspace")["stopped"]
    api.ok("PUT", "/workspace/fields", {"fields": {"score": "number"}})
    assert api.ok("GET", "/workspace/fields")["fields"] == {"score": "number"}
    told = api.ok("POST", "/workflows/validate", {"workflow": welcome(filter="skore > 5")})
    assert "skore" in json.dumps(told["violations"])


def test_write_keys_are_shown_once(api: Api) -> None:
    made = api.ok("POST", "/write-keys", {"source": "website", "name": "Site"})
    found = api.parts.keys.find(key_digest(made["write_key"]))
    assert found is not None and (found.tenant, found.source) == (TENANT, "website")
    (listed,) = api.ok("GET", "/write-keys")["items"]
    assert "write_key" not in listed and listed["id"] == made["id"]
    assert made["write_key"] not in json.dumps(api.ok("GET", "/audit"))
    assert api.ok("DELETE", f"/write-keys/{made['id']}")["revoked"]
    assert api.parts.keys.find(key_digest(made["write_key"])) is None
    assert api.call("DELETE", "/api/v1/write-keys/nothing")[0] == 404


def test_the_catalogue_and_the_library(api: Api) -> None:
    nodes = api.ok("GET", "/nodes", limit=200)["items"]
    assert {"email_send", "if_condition"} <= {n["type"] for n in nodes}
    assert not any(n["available"] for n in api.ok("GET", "/nodes", available="false", limit=200)["items"])
    assert api.ok("GET", "/nodes/email_send")["sends"] == "email"
    assert api.call("GET", "/api/v1/nodes/nothing")[0] == 404
    assert api.ok("GET", "/schema")["$schema"]
    assert "lead_welcome_v1" in {t["id"] for t in api.ok("GET", "/library")["items"]}
    assert api.ok("GET", "/library/lead_welcome_v1")["workflow"]["id"] == "lead_welcome_v1"
    made = api.ok("POST", "/library/lead_welcome_v1", {"id": "leads", "name": "Leads"})
    assert (made["id"], made["name"]) == ("leads", "Leads")
    assert [api.ok("POST", "/library/price_drop_v1", {})["id"] for _ in "ab"] == [
        "price_drop_v1",
        "price_drop_v1_2",
    ]
    assert api.call("GET", "/api/v1/library/nothing")[0] == 404


def test_a_contact_is_taken_out_at_once(api: Api) -> None:
    api.create(welcome())
    api.publish()
    api.enroll(person(1))
    api.run_until(1)
    assert len(api.ok("POST", "/workflows/welcome/exit/u1", {})["ended"]) == 1
    api.run_until(5)
    assert api.world.mailer.accepted == []


def test_malformed_requests_are_told_in_one_form(api: Api) -> None:
    for raw in ("{", '"text"', "[1]", "\x00"):
        status, told = api.call("POST", "/api/v1/workflows", raw=raw)
        assert status in (400, 422) and set(told) == {"code", "message", "details"}, raw
    status, told = api.call("GET", "/api/v1/workflows", limit=9999)
    assert status == 422 and told["details"]["violations"][0]["place"] == "limit"
    status, told = api.call("GET", "/api/v1/workflows", cursor="%%%")
    assert (status, told["code"]) == (400, "bad_cursor")
    assert api.call("PUT", "/api/v1/workspace/stop", {})[0] == 422


@pytest.mark.parametrize("path", ["/health", "/openapi.json", "/docs"])
def test_public_pages(api: Api, path: str) -> None:
    assert api.call("GET", path, role=None)[0] == 200
    assert api.call("POST", path, {}, role=None)[0] == 404


def test_the_openapi_document_names_every_route_and_how_it_fails() -> None:
    document = json.loads(openapi())
    described = {
        (method.upper(), path)
        for path, methods in document["paths"].items()
        for method in methods
        if path.startswith("/api/")
    }
    assert described == {(r.method, r.path.replace("<", "{").replace(">", "}")) for r in RIGHTS}
    operations = [o for methods in document["paths"].values() for o in methods.values()]
    assert len({o["operationId"] for o in operations}) == len(operations)
    route = document["paths"]["/api/v1/workflows"]["post"]
    assert route["security"] and route["tags"] == ["Workflows"]
    assert route["responses"]["4XX"] == {"$ref": "#/components/responses/Failure"}
    failure = document["components"]["responses"]["Failure"]["content"]["application/json"]
    assert failure["schema"] == {"$ref": "#/components/schemas/Error"}
    assert set(document["components"]["schemas"]["Error"]["properties"]) == {"code", "message", "details"}
