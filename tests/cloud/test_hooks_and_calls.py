"""Other systems: webhooks start workflows, API calls fetch data, and wait_until tells who came from who did not."""

from __future__ import annotations

import hmac
import json
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx
from twilio.request_validator import RequestValidator

from tests.cloud.graphs import chain, edge, mail, node, workflow
from tests.cloud.platform import Platform, Tenant


class Orders:
    """A partner's API: fails a contact's first calls with 503, then answers; refuses `never` for good."""

    def __init__(self, failures: int) -> None:
        self.calls: list[dict[str, Any]] = []
        self._failures = failures

    def answer(self, call: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        self.calls.append(call)
        email = call["body"]["email"]
        if email.startswith("never"):
            return 404, {"error": "unknown"}
        before = sum(1 for c in self.calls if c["body"]["email"] == email)
        if before <= self._failures:
            return 503, {"error": "busy"}
        return 200, {"customer": {"plan": "gold", "orders": [{"id": f"o-{email}"}]}}


@contextmanager
def served(orders: Orders) -> Iterator[str]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            call = {"path": self.path, "headers": dict(self.headers), "body": body}
            status, answer = orders.answer(call)
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def test_a_webhook_starts_a_workflow_through_the_bus(platform: Platform, tenant: Tenant):
    tenant.template("won", purpose="transactional")
    tenant.publish(
        chain(
            "won",
            node("hook", "webhook_trigger", hook="deal_won", where='event.stage = "won"'),
            mail("won", purpose="transactional", subject="Won {{ event.amount }}"),
        )
    )
    address = f"{platform.address}/v1/hooks/{tenant.write_key}/deal_won"
    delivery = {"webhook-id": "delivery-1"}
    for stage, email, headers in (
        ("won", "ann@people.example", delivery),
        ("won", "ann@people.example", delivery),
        ("lost", "bob@people.example", {}),
    ):
        body = {"email": email, "stage": stage, "amount": 500}
        assert httpx.post(address, json=body, headers=headers, timeout=30).status_code < 300
    wrong = f"{platform.address}/v1/hooks/nobodys-key/deal_won"
    assert httpx.post(wrong, json={"email": "x@people.example"}, timeout=30).status_code == 401
    platform.quiet()
    assert [(m["to"][0], m["subject"]) for m in tenant.inbox()] == [("ann@people.example", "Won 500")]


def signed(address: str, body: Any, secret: str) -> httpx.Response:
    raw = json.dumps(body).encode()
    digest = hmac.new(secret.encode(), raw, "sha256").hexdigest()
    headers = {"X-Signature": f"sha256={digest}", "Content-Type": "application/json"}
    return httpx.post(address, content=raw, headers=headers, timeout=30)


def test_a_signed_webhook_becomes_its_contacts_event(platform: Platform, tenant: Tenant):
    tenant.template("paid", purpose="transactional")
    tenant.publish(
        chain(
            "paid",
            node("go", "event_trigger", event="invoice_paid", where="event.total >= 10"),
            mail("paid", purpose="transactional", subject="Paid {{ event.total }}"),
        )
    )
    mapping = '{"event": "invoice_" & state, "email": who.email, "traits": who.traits, "messageId": id, '
    mapping += '"properties": {"total": $number(total)}}'
    verify = {"scheme": "hmac", "header": "X-Signature", "prefix": "sha256="}
    webhook = {"verify": verify, "mapping": mapping}
    old, new = "the-first-secret-of-it", "the-second-secret-of-it"
    made = tenant.api.post("/sources", {"id": "billing", "webhook": webhook, "secret": old})
    assert old not in json.dumps(made)
    address = f"{platform.address}/v1/webhooks/{tenant.id}/billing"
    ann = {
        "id": "in_1",
        "state": "paid",
        "total": "19",
        "who": {"email": "ann@people.example", "traits": {"plan": "gold"}},
    }
    for _ in range(2):
        assert signed(address, ann, old).status_code == 200
    tenant.api.post("/sources/billing/secrets", {"secret": new})
    bob = {"id": "in_3", "state": "paid", "total": "a lot", "who": {"email": "bob@people.example"}}
    assert signed(address, bob, new).status_code == 200
    assert signed(address, {**ann, "id": "in_2"}, "wrong-secret").status_code == 401
    platform.quiet()
    assert [(m["to"][0], m["subject"]) for m in tenant.inbox()] == [("ann@people.example", "Paid 19")]
    assert tenant.api.get("/contacts/ann@people.example")["traits"]["plan"] == "gold"
    # Bob's total is no number: refused with its reason, set aside, and mapped again once the mapping is mended.
    (refused,) = tenant.api.get("/events/rejected")["items"]
    assert (refused["source"], refused["code"]) == ("billing", "mapping_failed")
    mended = {**webhook, "mapping": mapping.replace("$number(total)", "50")}
    tenant.api.put("/sources/billing", {"rev": tenant.api.get("/sources/billing")["rev"], "webhook": mended})
    assert tenant.api.post("/poison/replay", {"limit": 100})["records"] == 1
    platform.quiet()
    assert {(m["to"][0], m["subject"]) for m in tenant.inbox()} == {
        ("ann@people.example", "Paid 19"),
        ("bob@people.example", "Paid 50"),
    }


def test_a_providers_callback_goes_straight_to_the_stream(platform: Platform, tenant: Tenant):
    verify = {"scheme": "twilio"}
    mapping = '{"event": "email_bounced", "email": To, "messageId": MessageSid, '
    mapping += '"properties": {"bounce_type": "Permanent"}}'
    secret = "the-account-auth-token"
    given = "https://hooks.example.com/relay"
    webhook = {"verify": verify, "mapping": mapping, "callback": True, "url": given}
    tenant.api.post("/sources", {"id": "relay", "webhook": webhook, "secret": secret})
    tenant.api.post("/contacts", {"contacts": [{"email": "cy@people.example"}]})
    address = f"{platform.address}/v1/webhooks/{tenant.id}/relay"
    fields = {"MessageSid": "SM1", "To": "cy@people.example"}
    signature = RequestValidator(secret).compute_signature(given, fields)
    answer = httpx.post(address, data=fields, headers={"X-Twilio-Signature": signature}, timeout=30)
    assert (answer.status_code, answer.text) == (200, "<Response></Response>")
    platform.quiet()
    assert tenant.api.get("/contacts/cy@people.example")["suppressed"]


def test_a_wait_ends_by_the_event_in_time_or_by_its_limit(platform: Platform, tenant: Tenant):
    for template in ("thanks", "reminder"):
        tenant.template(template)
    tenant.publish(
        workflow(
            "cart",
            [
                node("added", "event_trigger", event="Product Added"),
                node(
                    "paid",
                    "wait_until",
                    ways=[{"name": "yes", "event": "Order Completed", "where": "event.total >= 10"}],
                    time_limit="2_hours",
                ),
                mail("thanks"),
                mail("reminder"),
            ],
            [edge("added", "paid"), edge("paid", "thanks", "yes"), edge("paid", "reminder", "timed_out")],
        )
    )

    def track(user: str, event: str, **properties: Any) -> dict[str, Any]:
        traits = {"email": f"{user}@people.example"}
        return {
            "type": "track",
            "userId": user,
            "event": event,
            "properties": properties,
            "context": {"traits": traits},
        }

    tenant.batch([track(u, "Product Added") for u in ("early", "late", "cheap", "never")])
    platform.run(1800)
    tenant.batch([track("early", "Order Completed", total=20), track("cheap", "Order Completed", total=5)])
    platform.quiet()
    assert [m["to"][0] for m in tenant.inbox()] == ["early@people.example"]
    platform.run(2 * 3600)
    tenant.batch([track("late", "Order Completed", total=20)])
    platform.run(2 * 3600)
    by_kind = {(m["subject"].split()[0], m["to"][0].split("@")[0]) for m in tenant.inbox()}
    assert by_kind == {
        ("thanks", "early"),
        ("reminder", "late"),
        ("reminder", "cheap"),
        ("reminder", "never"),
    }
    assert len(tenant.inbox()) == 4


def test_an_api_call_is_repeated_by_its_policy_and_its_answer_kept(platform: Platform, tenant: Tenant):
    for template in ("gold", "sorry"):
        tenant.template(template, subject=f"{template} {{{{ order | default('') }}}}")
    people = [f"p{n}@people.example" for n in range(8)]
    orders = Orders(failures=2)
    with served(orders) as address:
        call = node(
            "fetch",
            "api_call",
            url=f"{address}/customers/{{{{user_id}}}}",
            headers={"X-Campaign": "spring"},
            body={"email": "{{email}}"},
            save={"plan": "customer.plan", "order": "customer.orders.0.id"},
        )
        call["retry"] = {"max_attempts": 3, "interval_seconds": 60, "backoff_rate": 2}
        tenant.publish(
            workflow(
                "fetch",
                [node("go", "manual_trigger"), call, mail("gold"), mail("sorry")],
                [edge("go", "fetch"), edge("fetch", "gold", "success"), edge("fetch", "sorry", "failed")],
            )
        )
        tenant.start("fetch", [*people, "never@people.example"])
        platform.quiet()
        assert len(tenant.inbox()) == 0 or {m["to"][0] for m in tenant.inbox()} == {"never@people.example"}
        platform.run(3600)
    calls = Counter(c["body"]["email"] for c in orders.calls)
    assert {calls[p] for p in people} == {3}
    assert {m["subject"].strip() for m in tenant.inbox()} == {"sorry", *(f"gold o-{p}" for p in people)}
    assert tenant.api.get(f"/contacts/{people[0]}")["traits"]["plan"] == "gold"
    assert orders.calls[0]["headers"]["X-Campaign"] == "spring"
    assert tenant.outcomes("fetch", "fetch") == {"success": len(people), "failed": 1}
