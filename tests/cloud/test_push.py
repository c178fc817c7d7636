"""Notifications on the deployed platform: subscribed through ingestion, encrypted, shown, told of, and ended."""

from __future__ import annotations

import base64
from typing import Any

import httpx

from tests.cloud.graphs import delay, edge, node, workflow
from tests.cloud.platform import Platform, Tenant
from tests.fakes.push import Browser

ANN, EVE = "ann@people.example", "eve@people.example"
REMIND = {
    "title": "{{ first_name }}, your cart is waiting",
    "body": "Two things are in it.",
    "url": "https://shop.example/cart",
    "actions": [{"name": "buy", "title": "Buy", "url": "https://shop.example/buy"}],
    "ttl_hours": 1,
}


def push(platform: Platform, path: str, body: Any = None) -> Any:
    """Ask the stand-in of the push service."""
    answer = httpx.post(f"{platform.cloud.endpoint}/_stepwell/push/{path}", json=body or {}, timeout=60)
    answer.raise_for_status()
    return answer.json()


def subscribes(tenant: Tenant, user: str, subscription: dict[str, Any]) -> None:
    email = f"{user}@people.example"
    told = {"subscription": subscription, "wording": "Tell me of my cart.", "browser": "Firefox"}
    tenant.batch(
        [
            {"userId": user, "type": "identify", "traits": {"email": email, "first_name": user.title()}},
            {"userId": user, "type": "track", "event": "push_subscribed", "properties": told},
        ]
    )
    tenant.platform.quiet()


def journey() -> dict[str, Any]:
    nodes = [
        node("left", "event_trigger", event="cart_abandoned"),
        node("remind", "web_push", **{k: v for k, v in REMIND.items() if k != "ttl_hours"}),
        delay("day", "1_day"),
        node("again", "web_push", title="Still there", url="https://shop.example/cart"),
        delay("rest", "1_day"),
        node("last", "web_push", title="Last call"),
    ]
    edges = [
        edge("left", "remind"),
        edge("remind", "day", "sent"),
        edge("day", "again"),
        edge("again", "rest", "sent"),
        edge("rest", "last"),
    ]
    return workflow("carts", nodes, edges)


def events_of(tenant: Tenant, contact: str) -> list[str]:
    return [str(one["name"]) for one in tenant.api.get(f"/contacts/{contact}/timeline")["items"]]


def test_a_notification_from_the_subscription_to_its_end(platform: Platform, tenant: Tenant):
    # First, for the pass believes for a second that there is no workflow.
    tenant.publish(journey())
    # Keys, once; browsers learn the public one from ingestion.
    made = tenant.api.post("/push/keys", {"subject": "mailto:ops@shop.example"})
    key = httpx.get(f"{platform.address}/v1/push/key?writeKey={tenant.write_key}", timeout=30)
    assert key.json() == {"publicKey": made["public_key"]}

    # Ann's browser is ours, so that we alone can read; Eve's is one of the local cloud's.
    ours = Browser.at(push(platform, "subscriptions", {"key": made["public_key"]})["endpoint"])
    theirs = push(
        platform,
        "browsers",
        {"owner": f"eve of {tenant.id}", "host": platform.address, "key": made["public_key"]},
    )
    subscribes(tenant, "ann", ours.document)
    subscribes(tenant, "eve", theirs)
    assert tenant.api.get(f"/contacts/{ANN}")["consent"]["push:marketing"] == "granted"
    refused = tenant.send(
        "/v1/track", {"userId": "bob", "event": "push_subscribed", "properties": {"subscription": {}}}
    )
    assert refused.json()["rejected"][0]["code"] == "unknown_push_service"

    told = [{"userId": who, "type": "track", "event": "cart_abandoned"} for who in ("ann", "eve", "bob")]
    tenant.batch(told)
    platform.quiet()

    # The service holds ciphertext that Ann's browser alone can read.
    token = ours.endpoint.rpartition("/")[2]
    held = platform.cloud.get("/_stepwell/push/messages.json")["messages"]
    (mine,) = [one for one in held if one["token"] == token]
    body = base64.b64decode(mine["body"])
    assert b"cart" not in body
    payload = ours.read(body)
    assert payload["t"] == "Ann, your cart is waiting"
    assert str(payload["u"]).startswith("https://shop.example/cart?utm_source=stepwell&utm_medium=push")

    # Eve presses the button; Bob has no browser.
    inbox = platform.cloud.get(f"/_stepwell/inbox.json?q={tenant.id}")["messages"]
    (shown,) = [one for one in inbox if one["operation"] == "Push"]
    assert shown["subject"] == "Eve, your cart is waiting"
    push(platform, f"notifications/{shown['id']}/buy")
    platform.quiet()
    outcomes = tenant.outcomes("carts", "remind")
    assert outcomes["sent"] == 2
    assert outcomes["skipped"] == 1
    assert (outcomes["delivered"], outcomes["opened"], outcomes["clicked"]) == (1, 1, 1)
    assert {"push_delivered", "push_opened", "push_clicked"} <= set(events_of(tenant, EVE))

    # The push service says that Ann's subscription has ended: it goes, and she is told of as having none.
    push(platform, f"subscriptions/{token}/gone")
    platform.run(86_400 + 3_600)
    assert tenant.outcomes("carts", "again")["failed"] == 1
    assert "push_unsubscribed" in events_of(tenant, ANN)
    platform.run(86_400 + 3_600)
    last = tenant.outcomes("carts", "last")
    assert (last["sent"], last["skipped"]) == (1, 2)
