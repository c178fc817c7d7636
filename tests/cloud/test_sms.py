"""Text messages on the deployed platform: by End User Messaging's stand-in and back through topic and queue."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError

from tests.cloud.graphs import delay, edge, node, workflow
from tests.cloud.platform import PREFIX, Platform, Tenant

TOPIC = f"arn:aws:sns:us-east-1:000000000000:{PREFIX}-mail-events"
OURS = "+12065550100"
ANN, EVE, TOM, BAD = "+4915112345601", "+4915112345603", "+4915112345605", "+15005550001"


@pytest.fixture
def account(platform: Platform) -> Any:
    """The account of End User Messaging: its events and answers go to the deployment's topic."""
    client = platform.cloud.client("pinpoint-sms-voice-v2")
    try:
        client.create_configuration_set(ConfigurationSetName="texts")
    except ClientError as error:
        assert error.response["Error"]["Code"] == "ConflictException"
        return client
    client.create_event_destination(
        ConfigurationSetName="texts",
        EventDestinationName="topic",
        MatchingEventTypes=["TEXT_ALL"],
        SnsDestination={"TopicArn": TOPIC},
    )
    client.update_phone_number(
        PhoneNumberId="phone-0001", TwoWayEnabled=True, TwoWayChannelArn=TOPIC, SelfManagedOptOutsEnabled=True
    )
    return client


@pytest.fixture(autouse=True)
def by_day(platform: Platform) -> None:
    """Texts wait at night. From 17:00 to 19:30 UTC it is day in Germany and, on Sundays too, in all of the US."""
    now = datetime.fromisoformat(platform.now)
    if not time(17) <= now.time() <= time(19, 30):
        platform.run((datetime.combine(now, time(18), UTC) - now).total_seconds() % 86_400)


def connect(tenant: Tenant, **more: Any) -> None:
    settings = {
        "providers": [{"id": "aws", "kind": "eum", "options": {"configuration_set": "texts"}}],
        "senders": [{"value": OURS, "countries": ["DE", "US"]}],
        "brand": "Acme",
        **more,
    }
    tenant.api.put("/channels/sms", {"settings": settings})


def knows(tenant: Tenant, user: str, number: str) -> None:
    """Makes a contact with a number who agreed to texts."""
    told = {
        "userId": user,
        "type": "identify",
        "traits": {"phone": number, "email": f"{user}@people.example"},
    }
    tenant.batch([told])
    tenant.platform.quiet()
    consent = {"channel": "sms", "consent": "granted", "source": "at the till", "how": "paper"}
    tenant.api.put(f"/contacts/{user}@people.example/consent", consent)


def texts(tenant: Tenant, number: str = "") -> list[dict[str, Any]]:
    """Texts of a workspace, oldest first; answers to keywords have a tag of their own."""
    found = tenant.platform.cloud.get("/_stepwell/texts.json")["texts"]
    mine = [one for one in found if one["tags"].get("tenant") == tenant.id]
    return [one for one in mine if not number or one["to"] == number][::-1]


def phone(tenant: Tenant, number: str) -> list[str]:
    """What a phone shows, oldest first: answers by Twilio, which are asked for no report, carry no tags."""
    found = tenant.platform.cloud.get("/_stepwell/texts.json")["texts"]
    return [one["text"] for one in found if one["to"] == number][::-1]


def reply(tenant: Tenant, text: dict[str, Any], words: str) -> None:
    tenant.platform.cloud.post(f"/_stepwell/texts/{text['id']}/reply", {"text": words})
    tenant.platform.quiet()


def test_stop_ends_texts_to_a_number_at_once(platform: Platform, tenant: Tenant, account: Any):
    connect(tenant)
    knows(tenant, "ann", ANN)
    knows(tenant, "eve", EVE)
    first = "Hi {{ email }}, see https://shop.example/sale?of=summer for more."
    nodes = [
        node("go", "manual_trigger"),
        node("first", "sms_send", text=first),
        delay("rest", "1_day"),
        node("last", "sms_send", text="Last day of the sale"),
    ]
    edges = [edge("go", "first"), edge("first", "rest", "sent"), edge("rest", "last")]
    tenant.publish(workflow("sale", nodes, edges))
    tenant.start("sale", ["ann@people.example", "eve@people.example"])
    platform.quiet()

    (one,) = texts(tenant, ANN)
    assert one["from"] == OURS
    assert one["text"].startswith("Acme: Hi ann@people.example, see http")
    assert one["text"].endswith("Reply STOP to opt out")
    assert "shop.example" not in one["text"]
    assert tenant.outcomes("sale", "first")["delivered"] == 2

    short = next(word for word in one["text"].split() if "/s/" in word)
    path = short[short.index("/s/") :]
    opened = httpx.get(f"{platform.address}{path}", headers={"user-agent": "Mozilla/5.0 (Linux; Android 14)"})
    assert (opened.status_code, opened.headers["location"]) == (302, "https://shop.example/sale?of=summer")
    platform.quiet()
    assert tenant.outcomes("sale", "first")["clicked"] == 1

    reply(tenant, one, "Stop!")
    told = texts(tenant, ANN)[-1]
    assert told["tags"]["kind"] == "reply"
    assert told["text"].startswith("Acme: You are unsubscribed")
    shown = tenant.api.get("/contacts/ann@people.example")
    assert shown["consent"]["sms:marketing"] == "denied"
    proofs = tenant.api.get("/contacts/ann@people.example/consents")["items"]
    assert next((p["key"], p["state"], p["wording"]) for p in proofs) == ("sms:marketing", "denied", "Stop!")

    platform.run(2 * 86400)
    assert [t["text"].split("\n")[0] for t in texts(tenant, EVE)][1:] == ["Acme: Last day of the sale"]
    assert len(texts(tenant, ANN)) == 2
    # The workflow goes by texts alone: it ended for her with her STOP.
    assert tenant.states("sale") == {"unsubscribed": 1, "completed": 1}

    reply(tenant, texts(tenant, ANN)[0], "START")
    assert texts(tenant, ANN)[-1]["text"].startswith("Acme: You are subscribed")
    assert tenant.api.get("/contacts/ann@people.example")["consent"]["sms:marketing"] == "granted"


def test_a_number_that_is_none_is_never_tried_again(platform: Platform, tenant: Tenant, account: Any):
    connect(tenant)
    knows(tenant, "bad", BAD)
    for id_, outcome in (("first_code", "failed"), ("next_code", "skipped")):
        nodes = [
            node("go", "manual_trigger"),
            node("say", "sms_send", text="Your code is 1", purpose="transactional"),
        ]
        tenant.publish(workflow(id_, nodes, [edge("go", "say")]))
        tenant.start(id_, ["bad@people.example"])
        platform.quiet()
        assert tenant.outcomes(id_, "say")[outcome] == 1
    assert texts(tenant) == []


def test_twilio_tells_of_deliveries_and_passes_stop_on(platform: Platform, tenant: Tenant):
    secret = "test-auth-token-of-the-account"
    address = f"{platform.cloud.endpoint}/_stepwell/providers/twilio"
    options = {"account": "AC" + "1" * 32, "source": "twilio", "address": address}
    webhook = {"verify": {"scheme": "twilio"}, "callback": True}
    tenant.api.post("/sources", {"id": "twilio", "webhook": webhook, "secret": secret})
    connect(tenant, providers=[{"id": "main", "kind": "twilio", "options": options}])
    tenant.api.put("/channels/sms/providers/main/secrets", {"secrets": {"auth_token": secret}})
    # Two contacts of one number: whoever of them says it, both are left in peace.
    knows(tenant, "tom", TOM)
    knows(tenant, "tim", TOM)
    nodes = [node("go", "manual_trigger"), node("say", "sms_send", text="Sale")]
    tenant.publish(workflow("sale", nodes, [edge("go", "say")]))
    tenant.publish(workflow("more", nodes, [edge("go", "say")]))
    tenant.start("sale", ["tom@people.example"])
    platform.quiet()
    (one,) = texts(tenant, TOM)
    assert one["provider"] == "twilio"
    assert tenant.outcomes("sale", "say")["delivered"] == 1

    reply(tenant, one, "STOPALL")
    assert phone(tenant, TOM)[0].startswith("Acme: Sale")
    assert phone(tenant, TOM)[1].startswith("Acme: You are unsubscribed")
    tenant.start("more", ["tom@people.example", "tim@people.example"])
    platform.quiet()
    assert len(phone(tenant, TOM)) == 2
    assert tenant.outcomes("more", "say")["skipped"] == 2
