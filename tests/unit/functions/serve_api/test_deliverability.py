"""Deliverability over the API: rates, pause and resume, DNS records, the seed list."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.deliverability.monitor import WORKFLOW, day_number

from .conftest import TENANT, Api

BASE = "/api/v1/deliverability"
MAIL: dict[str, Any] = {
    "id": "hello",
    "purpose": "marketing",
    "nodes": [
        {"id": "start", "type": "event_trigger", "config": {"event": "signup"}},
        {"id": "mail", "type": "email_send", "config": {"template_id": "hello"}},
    ],
    "edges": ["start -> mail"],
}


def count(api: Api, **outcomes: int) -> None:
    day = day_number(api.world.clock.now().date())
    api.parts.counters.add(TENANT, WORKFLOW, day, {("gmail", name): n for name, n in outcomes.items()})


def test_rates_and_alarms(api: Api):
    status, found = api.call("GET", BASE)
    assert (status, found["paused"], found["alarms"]) == (200, False, [])
    count(api, sent=2_000, delivered=2_000, complained=3, bounced=50)
    found = api.call("GET", BASE)[1]
    everybody, gmail = found["mailboxes"]
    assert (everybody["mailbox"], gmail["mailbox"], gmail["bounced"]) == ("all", "gmail", 50)
    assert gmail["complaint_rate"] == pytest.approx(0.0015)
    assert {(a["kind"], a["mailbox"]) for a in found["alarms"]} == {("bounces", "all"), ("bounces", "gmail")}


def test_marketing_pauses_and_goes_on(api: Api):
    count(api, sent=2_000, delivered=2_000, complained=8)
    api.wired.console.mail_health.look(TENANT)
    found = api.call("GET", BASE)[1]
    assert (found["paused"], found["pause"]["count"]) == (True, 8)
    api.world.clock.advance(timedelta(seconds=1))
    status, found = api.call("POST", f"{BASE}/resume")
    assert (status, found["paused"], found["pause"]) == (200, False, None)
    assert api.call("POST", f"{BASE}/resume")[0] == 409
    api.world.clock.advance(timedelta(seconds=1))
    assert api.call("POST", f"{BASE}/pause")[1]["paused"]
    actions = [entry["action"] for entry in api.call("GET", "/api/v1/audit")[1]["items"]]
    assert actions[:3] == ["marketing.paused", "marketing.resumed", "marketing.paused"]


def test_a_domains_records(api: Api):
    assert api.call("GET", f"{BASE}/domains/shop.example")[0] == 404
    assert api.call("GET", f"{BASE}/domains/a%40shop.example")[0] == 400
    api.call("POST", "/api/v1/sending-identities", {"identity": "shop.example"})
    settings = {"providers": [{"id": "gun", "kind": "mailgun", "options": {"domain": "mg.shop.example"}}]}
    assert api.call("PUT", "/api/v1/channels/email", {"settings": settings})[0] == 200
    status, found = api.call("GET", f"{BASE}/domains/shop.example")
    assert (status, found["ready"]) == (200, False)
    assert [(r["purpose"], r["name"]) for r in found["records"]] == [
        ("dkim", "t1._domainkey.shop.example"),
        ("dkim", "t2._domainkey.shop.example"),
        ("dkim", "mx._domainkey.mg.shop.example"),
        ("spf", "mg.shop.example"),
        ("dmarc", "_dmarc.shop.example"),
        ("bimi", "default._bimi.shop.example"),
    ]
    dns = api.wired.console.dns.found
    for token in ("t1", "t2"):
        dns[f"{token}._domainkey.shop.example", "CNAME"] = [f"{token}.dkim.amazonses.com"]
    dns["mx._domainkey.mg.shop.example", "TXT"] = ["k=rsa; p=MIGf"]
    dns["mg.shop.example", "TXT"] = ["v=spf1 include:mailgun.org ~all"]
    dns["_dmarc.shop.example", "TXT"] = ["v=DMARC1; p=none"]
    found = api.call("GET", f"{BASE}/domains/shop.example")[1]
    assert found["ready"]
    assert {r["purpose"]: r["state"] for r in found["records"]}["dmarc"] == "weak"


def test_seeds_get_each_version_once(api: Api):
    api.create(MAIL)
    assert api.call("POST", "/api/v1/workflows/hello/seeds", {})[0] == 409
    api.publish("hello")
    assert api.call("POST", "/api/v1/workflows/hello/seeds", {})[1]["code"] == "no_seeds"
    seeds = {"seeds": ["one@seeds.example", "two@seeds.example"]}
    assert api.call("PUT", "/api/v1/channels/email", {"settings": seeds})[0] == 200
    status, told = api.call("POST", "/api/v1/workflows/hello/seeds", {})
    assert (status, told["seeds"], told["sent"], told["failed"]) == (200, 2, ["mail"], [])
    first, second = api.wired.console.mailer.sent
    assert (first.to, second.to) == ("one@seeds.example", "two@seeds.example")
    assert first.headers == {"X-Stepwell-Seed": "hello/1/mail"}
    # Its events are nobody's: nothing of them is counted.
    assert {"profile", "visit", "enrollment"} & first.tags.keys() == set()
    assert api.call("POST", "/api/v1/workflows/hello/seeds", {})[1]["code"] == "seeded"


def test_publishing_sends_the_seeds_their_copies(api: Api):
    api.create(MAIL)
    api.call("PUT", "/api/v1/channels/email", {"settings": {"seeds": ["one@seeds.example"]}})
    assert api.call("POST", "/api/v1/workflows/hello/publish", {"dry_run": True})[0] == 200
    assert api.wired.console.mailer.sent == []
    assert api.call("POST", "/api/v1/workflows/hello/publish", {})[0] == 200
    assert [email.to for email in api.wired.console.mailer.sent] == ["one@seeds.example"]
    assert api.call("POST", "/api/v1/workflows/hello/seeds", {})[1]["code"] == "seeded"


def test_each_day_by_mailbox_provider(api: Api):
    count(api, sent=1_000, delivered=1_000, complained=2)
    status, found = api.call("GET", f"{BASE}/days", days="3", role="viewer")
    assert (status, len(found["days"]), found["limits"]["complaint_limit"]) == (200, 3, 0.003)
    assert found["days"][0]["mailboxes"] == [
        {"mailbox": "all", "complaint_rate": None, "bounce_rate": None}
        | dict.fromkeys(
            ["sent", "delivered", "bounced", "bounced_soft", "complained", "delayed", "rejected"], 0
        )
    ]
    today = found["days"][2]
    assert today["day"] == api.world.clock.now().date().isoformat()
    assert [(m["mailbox"], m["complaint_rate"]) for m in today["mailboxes"]] == [
        ("all", 0.002),
        ("gmail", 0.002),
    ]
    assert api.call("GET", f"{BASE}/days", days="91")[0] == 422


def test_how_far_a_warm_up_is(api: Api):
    assert api.call("GET", f"{BASE}/warm-up")[1]["items"] == []
    began = api.world.clock.now().date() - timedelta(days=2)
    plan = {"stream": "marketing", "starts": began.isoformat()}
    assert api.call("PUT", "/api/v1/channels/email", {"settings": {"warm_up": [plan]}})[0] == 200
    api.warmed[TENANT, "marketing"] = 120
    (found,) = api.call("GET", f"{BASE}/warm-up", role="viewer")[1]["items"]
    assert (found["day"], found["cap"], found["sent"], len(found["caps"])) == (3, 500, 120, 17)
    api.world.clock.advance(timedelta(days=40))
    (found,) = api.call("GET", f"{BASE}/warm-up")[1]["items"]
    assert (found["day"], found["cap"], found["sent"]) == (18, None, 0)
