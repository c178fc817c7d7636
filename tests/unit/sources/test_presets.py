"""Each ready-made mapping on a body as its provider sends it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from stepwell.errors import InvalidInput
from stepwell.sources.bodies import body_of
from stepwell.sources.language import Expression
from stepwell.sources.mapped import Delivered, Mapped, events_of
from stepwell.sources.models import Webhook
from stepwell.sources.presets import PRESETS, mapping_of, preset_of

from .calls import NOW, TOPIC

PROFILE = "abcdefghijklmnop"


def mapped(
    name: str,
    body: Any,
    headers: Mapping[str, str] | None = None,
    query: Mapping[str, str] | None = None,
    callback: bool = False,
) -> Mapped:
    variables: dict[str, Any] = {
        "headers": dict(headers or {}),
        "source": "src",
        "id": "d1",
        "received_at": "2026-03-02T09:00:00Z",
        "query": dict(query or {}),
        "callback": PRESETS[name].callback or callback,
    }
    found = Expression(PRESETS[name].mapping).evaluate(body, variables)
    result = events_of(found, Delivered("acme", "src", "d1", NOW, PRESETS[name].callback or callback))
    assert result.refused == ()
    return result


@pytest.mark.parametrize("name", PRESETS)
@pytest.mark.parametrize("body", [{}, [], [{}], None, "text", 1, {"a": {"b": [1, None]}}, [[]], [None, 1]])
def test_no_mapping_breaks_on_another_body(name: str, body: Any):
    variables = {"headers": {}, "source": "src", "id": "d1", "received_at": "", "query": {}, "callback": True}
    found = Expression(PRESETS[name].mapping).evaluate(body, variables)
    events_of(found, Delivered("acme", "src", "d1", NOW, True))


def test_plain():
    body = {"email": "a@x.example", "stage": "won", "traits": {"plan": "gold"}, "message_id": "m1"}
    (event,) = mapped("plain", body).events
    assert (event.name, event.email, event.properties["stage"]) == ("webhook:src", "a@x.example", "won")
    assert event.traits == {"plan": "gold"}
    assert len(mapped("plain", [body, {**body, "message_id": "m2"}]).events) == 2


def test_github():
    body = {
        "action": "opened",
        "issue": {"html_url": "https://github.com/o/r/issues/1", "title": "It works", "number": 1},
        "repository": {"full_name": "o/r"},
        "sender": {"login": "octocat"},
    }
    (event,) = mapped("github", body, {"x-github-event": "issues"}).events
    assert (event.name, event.anonymous_id) == ("github_issues_opened", "github:octocat")
    assert event.properties["repository"] == "o/r"
    assert mapped("github", {"zen": "Keep it logically awesome."}, {"x-github-event": "ping"}).events == ()


def test_hubspot():
    change = {
        "eventId": 100,
        "subscriptionId": 1,
        "portalId": 33,
        "occurredAt": 1_772_442_000_000,
        "subscriptionType": "contact.propertyChange",
        "attemptNumber": 0,
        "objectId": 1246965,
        "propertyName": "email",
        "propertyValue": "ann@x.example",
        "changeSource": "CRM",
    }
    made = {**change, "subscriptionType": "deal.creation", "eventId": 101}
    del made["propertyName"], made["propertyValue"]
    first, second = mapped("hubspot", [change, made]).events
    assert (first.name, first.email) == ("hubspot_contact_property_change", "ann@x.example")
    assert first.traits == {"email": "ann@x.example"}
    assert first.occurred_at == NOW
    assert (second.name, second.anonymous_id, second.traits) == (
        "hubspot_deal_creation",
        "hubspot:deal:1246965",
        {},
    )
    again = mapped("hubspot", [{**change, "attemptNumber": 1}]).events
    assert again[0].message_id == first.message_id


def test_meta():
    body = {
        "object": "page",
        "entry": [
            {
                "id": "page1",
                "time": 1_772_442_000,
                "changes": [
                    {
                        "field": "leadgen",
                        "value": {
                            "leadgen_id": "L1",
                            "form_id": "F1",
                            "ad_id": "A1",
                            "created_time": 1_772_442_000,
                        },
                    },
                    {
                        "field": "feed",
                        "value": {
                            "item": "comment",
                            "comment_id": "C1",
                            "message": "Nice",
                            "from": {"id": "u1"},
                        },
                    },
                    {"field": "feed", "value": {"item": "status"}},
                ],
            },
            {
                "id": "page1",
                "messaging": [
                    {
                        "sender": {"id": "u2"},
                        "timestamp": 1_772_442_000_000,
                        "message": {"mid": "M1", "text": "Hi"},
                    }
                ],
            },
        ],
    }
    events = mapped("meta_leads", body).events
    assert [(e.name, e.anonymous_id) for e in events] == [
        ("lead_form_submitted", "meta_lead:L1"),
        ("social_comment", "meta:u1"),
        ("social_message", "meta:u2"),
    ]
    assert events[0].properties["form_id"] == "F1"
    assert events[1].properties == {
        "platform": "facebook",
        "page_id": "page1",
        "comment_id": "C1",
        "mention_id": "C1",
        "account_id": "page1",
        "text": "Nice",
    }


def test_linkedin():
    comment = {
        "notificationId": 5603453321,
        "organizationalEntity": "urn:li:organization:1",
        "action": "COMMENT",
        "sourcePost": "urn:li:activity:7",
        "lastModifiedAt": 1772442000000,
        "generatedActivity": "urn:li:comment:(activity:7,8)",
        "decoratedGeneratedActivity": {
            "comment": {
                "owner": "urn:li:person:z",
                "text": "Nice",
                "entity": "urn:li:comment:(urn:li:activity:7,8)",
                "object": "urn:li:activity:7",
            }
        },
    }
    ours = {"comment": {"owner": "urn:li:organization:1", "text": "Thanks", "entity": "urn:li:comment:(a,9)"}}
    body = {
        "type": "ORGANIZATION_SOCIAL_ACTION_NOTIFICATIONS",
        "notifications": [comment, {**comment, "notificationId": 2, "decoratedGeneratedActivity": ours}],
    }
    events = mapped("linkedin", body).events
    assert [(e.name, e.anonymous_id) for e in events] == [("social_comment", "linkedin:urn:li:person:z")]
    assert events[0].occurred_at == NOW
    assert events[0].properties["mention_id"] == "urn:li:activity:7|urn:li:comment:(urn:li:activity:7,8)"
    assert events[0].properties["parent_id"] == "urn:li:activity:7"
    assert events[0].properties["text"] == "Nice"


def test_leads_of_linkedin():
    body = {
        "type": "LEAD_ACTION",
        "leadGenFormResponse": "urn:li:leadGenFormResponse:ab-1",
        "leadGenForm": "urn:li:versionedLeadGenForm:(urn:li:leadGenForm:3162,1)",
        "owner": {"organization": "urn:li:organization:1"},
        "leadType": "COMPANY",
        "leadAction": "CREATED",
        "occurredAt": 1772442000000,
    }
    events = mapped("linkedin", body).events
    assert [(e.name, e.anonymous_id) for e in events] == [("lead_form_submitted", "linkedin_lead:ab-1")]
    assert events[0].properties["lead_id"] == "ab-1"
    assert not mapped("linkedin", {**body, "leadAction": "DELETED"}).events


def test_x():
    body = {
        "for_user_id": "1",
        "tweet_create_events": [
            {
                "id_str": "t1",
                "text": "@us hello",
                "timestamp_ms": "1772442000000",
                "user": {"id_str": "2", "screen_name": "ann"},
            },
            {"id_str": "t2", "text": "our own", "user": {"id_str": "1", "screen_name": "us"}},
        ],
        "follow_events": [
            {
                "type": "follow",
                "created_timestamp": "1772442000000",
                "source": {"id": "3", "screen_name": "bob"},
            }
        ],
    }
    events = mapped("x", body).events
    assert [(e.name, e.anonymous_id) for e in events] == [("social_mention", "x:2"), ("social_follow", "x:3")]
    assert events[0].occurred_at == NOW
    assert events[0].traits == {"x_handle": "ann"}


@pytest.mark.parametrize(
    ("sent", "name", "properties"),
    [
        ({"event": "processed"}, "email_sent", {}),
        ({"event": "delivered", "response": "250 OK"}, "email_delivered", {}),
        (
            {"event": "deferred", "response": "400 try later"},
            "email_delayed",
            {"diagnostic": "400 try later"},
        ),
        ({"event": "dropped", "reason": "Bounced Address"}, "email_rejected", {"reason": "Bounced Address"}),
        (
            {"event": "bounce", "type": "bounce", "reason": "550"},
            "email_bounced",
            {"bounce_type": "Permanent", "diagnostic": "550"},
        ),
        (
            {"event": "bounce", "type": "blocked", "reason": "421"},
            "email_bounced",
            {"bounce_type": "Transient", "diagnostic": "421"},
        ),
        ({"event": "open", "useragent": "Mail/1"}, "email_opened", {"user_agent": "Mail/1"}),
        ({"event": "click", "url": "https://x.example/"}, "email_clicked", {"link": "https://x.example/"}),
        ({"event": "spamreport"}, "email_complained", {}),
        ({"event": "unsubscribe"}, "email_unsubscribed", {}),
        ({"event": "group_unsubscribe"}, "email_unsubscribed", {}),
        ({"event": "group_resubscribe"}, "email_resubscribed", {}),
    ],
)
def test_sendgrid(sent: dict[str, Any], name: str, properties: dict[str, Any]):
    base = {
        "email": "ann@x.example",
        "timestamp": 1_772_442_000,
        "sg_event_id": "E1",
        "sg_message_id": "14c5d75ce93.dfd.64b469.filter0001.16648.5515E0B88.0",
        "profile": PROFILE,
        "workflow": "welcome",
        "version": "2",
    }
    (event,) = mapped("sendgrid", [{**base, **sent}]).events
    assert (event.kind, event.name, event.profile, event.email) == (
        "engagement",
        name,
        PROFILE,
        "ann@x.example",
    )
    told = {k: v for k, v in event.properties.items() if k not in ("workflow", "version", "provider_id")}
    assert told == properties
    assert (event.properties["workflow"], event.properties["version"]) == ("welcome", 2)
    assert event.properties["provider_id"] == "14c5d75ce93"
    assert event.occurred_at == NOW


def test_sendgrids_machines_and_unknown_events():
    base = {
        "email": "ann@x.example",
        "event": "open",
        "timestamp": 1,
        "enrollment": f"{PROFILE}-0-1--split-a",
    }
    one, other = mapped(
        "sendgrid", [{**base, "sg_machine_open": True}, {**base, "sg_machine_open": False}]
    ).events
    assert (one.machine, other.machine) == (True, False)
    assert (one.profile, one.properties["enrollment"]) == (PROFILE, f"{PROFILE}.0.1/split.a")
    assert mapped("sendgrid", [{"event": "account_status_change", "email": "x@x.example"}]).events == ()


GUN: dict[str, Any] = {
    "id": "CPgfbmQMTCKtHW6uIWtuVe",
    "timestamp": 1_772_442_000.25,
    "recipient": "ann@x.example",
    "message": {"headers": {"message-id": "20260302090000.1.AB@mg.shop.example"}},
    "user-variables": {
        "profile": PROFILE,
        "workflow": "welcome",
        "version": "2",
        "node": "mail",
        "visit": "v1",
        "enrollment": f"{PROFILE}-0-1--split-a",
        "tenant": "acme",
    },
}


@pytest.mark.parametrize(
    ("sent", "name", "properties"),
    [
        ({"event": "accepted"}, "email_sent", {}),
        ({"event": "delivered", "delivery-status": {"code": 250, "message": "OK"}}, "email_delivered", {}),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "reason": "bounce",
                "delivery-status": {"code": 550, "message": "no such user", "bounce-type": "hard"},
            },
            "email_bounced",
            {"bounce_type": "Permanent", "bounce_sub_type": "bounce", "diagnostic": "no such user"},
        ),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "reason": "generic",
                "delivery-status": {"code": 552, "message": "over quota", "bounce-type": "soft"},
            },
            "email_bounced",
            {"bounce_type": "Transient", "bounce_sub_type": "generic", "diagnostic": "over quota"},
        ),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "reason": "old",
                "delivery-status": {"code": 602, "message": "", "description": "Too old"},
            },
            "email_bounced",
            {"bounce_type": "Transient", "bounce_sub_type": "old", "diagnostic": "Too old"},
        ),
        (
            {
                "event": "failed",
                "severity": "permanent",
                "reason": "suppress-bounce",
                "delivery-status": {"code": 605},
            },
            "email_rejected",
            {"reason": "suppress-bounce"},
        ),
        (
            {
                "event": "failed",
                "severity": "temporary",
                "reason": "generic",
                "delivery-status": {"code": 452, "message": "later"},
            },
            "email_delayed",
            {"diagnostic": "later"},
        ),
        (
            {"event": "rejected", "reject": {"reason": "Sandbox subdomains are for test purposes only"}},
            "email_rejected",
            {"reason": "Sandbox subdomains are for test purposes only"},
        ),
        (
            {"event": "opened", "client-info": {"user-agent": "Mail/1", "bot": ""}},
            "email_opened",
            {"user_agent": "Mail/1"},
        ),
        ({"event": "clicked", "url": "https://x.example/"}, "email_clicked", {"link": "https://x.example/"}),
        ({"event": "complained"}, "email_complained", {}),
        ({"event": "unsubscribed"}, "email_unsubscribed", {}),
    ],
)
def test_mailgun(sent: dict[str, Any], name: str, properties: dict[str, Any]):
    (event,) = mapped("mailgun", {"signature": {}, "event-data": {**GUN, **sent}}).events
    assert (event.kind, event.name, event.profile, event.email) == (
        "engagement",
        name,
        PROFILE,
        "ann@x.example",
    )
    ours = ("workflow", "version", "node", "visit", "enrollment", "provider_id")
    assert {k: v for k, v in event.properties.items() if k not in ours} == properties
    assert [event.properties[k] for k in ours] == [
        "welcome",
        2,
        "mail",
        "v1",
        f"{PROFILE}.0.1/split.a",
        "20260302090000.1.AB@mg.shop.example",
    ]
    assert event.occurred_at == NOW + timedelta(seconds=0.25)
    assert event.machine is False


def test_mailguns_machines_and_unknown_events():
    sent = {**GUN, "event": "opened", "client-info": {"user-agent": "Mozilla/5.0", "bot": "apple"}}
    (event,) = mapped("mailgun", {"event-data": sent}).events
    assert event.machine
    assert event.properties["machine_rule"] == "mailgun_apple"
    assert mapped("mailgun", {"event-data": {**GUN, "event": "stored"}}).events == ()


def test_ses():
    body: dict[str, Any] = {
        "eventType": "Bounce",
        "mail": {
            "messageId": "s1",
            "timestamp": "2026-03-02T08:00:00.000Z",
            "destination": ["Ann <ann@x.example>"],
            "tags": {"profile": [PROFILE], "workflow": ["w"], "version": ["3"]},
        },
        "bounce": {
            "bounceType": "Permanent",
            "timestamp": "2026-03-02T09:00:00.000Z",
            "bouncedRecipients": [{"emailAddress": "ann@x.example", "diagnosticCode": "550"}],
        },
    }
    (event,) = mapped("ses", body).events
    assert (event.name, event.email, event.profile) == ("email_bounced", "ann@x.example", PROFILE)
    assert event.properties["bounce_type"] == "Permanent"
    assert event.properties["version"] == 3
    assert event.occurred_at == NOW
    tags = {"enrollment": [f"{PROFILE}-0-1--split-a"]}
    (event,) = mapped("ses", {**body, "eventType": "Delivery", "mail": {**body["mail"], "tags": tags}}).events
    assert (event.email, event.profile) == ("ann@x.example", PROFILE)
    assert event.properties["enrollment"] == f"{PROFILE}.0.1/split.a"


def test_twilio():
    def form(**fields: str) -> Any:
        return fields

    (status,) = mapped(
        "twilio", form(MessageSid="SM1", MessageStatus="delivered", To="+4915112345678", From="+1555")
    ).events
    assert (status.name, status.traits["phone"]) == ("sms_status", "+4915112345678")
    (answer,) = mapped(
        "twilio",
        form(
            MessageSid="SM2",
            SmsStatus="received",
            From="whatsapp:+4915112345678",
            To="whatsapp:+1555",
            Body="STOP",
            NumMedia="0",
            OptOutType="STOP",
        ),
    ).events
    assert (answer.name, answer.traits["phone"]) == ("whatsapp_received", "+4915112345678")
    assert (answer.properties["text"], answer.properties["opt_out"]) == ("STOP", "STOP")
    (call,) = mapped(
        "twilio", form(CallSid="CA1", CallStatus="no-answer", Direction="outbound-api", To="+49", From="+1")
    ).events
    assert (call.name, call.traits["phone"]) == ("call_no_answer", "+49")


TAGS = {"workflow": "welcome", "version": "3", "node": "say", "visit": "v1", "profile": PROFILE}
TAGS |= {"enrollment": f"{PROFILE}-0-1--split-a"}
HOME = {
    "workflow": "welcome",
    "version": 3,
    "node": "say",
    "visit": "v1",
    "enrollment": f"{PROFILE}.0.1/split.a",
}


def comes_home(event: Any, name: str) -> None:
    assert (event.name, event.kind, event.profile) == (name, "engagement", PROFILE)
    assert {key: event.properties[key] for key in HOME} == HOME
    # It is known by the profile: the number must not become another contact's.
    assert "phone" not in event.traits


@pytest.mark.parametrize(
    ("status", "name"),
    [
        ("sent", "sms_sent"),
        ("delivered", "sms_delivered"),
        ("undelivered", "sms_failed"),
        ("failed", "sms_failed"),
    ],
)
def test_deliveries_by_twilio_come_home(status: str, name: str):
    body = {"MessageSid": "SM1", "MessageStatus": status, "To": "+4915112345678", "ErrorCode": "30005"}
    (event,) = mapped("twilio", body, query=TAGS, callback=True).events
    comes_home(event, name)
    if name == "sms_failed":
        assert (event.properties["reason"], event.properties["permanent"]) == ("30005", True)
        assert event.properties["to"] == "+4915112345678"
        (event,) = mapped("twilio", {**body, "ErrorCode": "21610"}, query=TAGS, callback=True).events
        assert (event.properties.get("permanent"), event.properties["opted_out"]) == (None, True)
    assert mapped("twilio", {**body, "MessageStatus": "queued"}, query=TAGS, callback=True).events == ()


def test_an_answer_by_twilio():
    body = {
        "MessageSid": "SM1",
        "SmsStatus": "received",
        "From": "+4915112345678",
        "To": "+1555",
        "Body": "Stop",
    }
    (event,) = mapped("twilio", body, callback=True).events
    assert (event.name, event.traits["phone"]) == ("sms_replied", "+4915112345678")
    assert (event.properties["text"], event.properties["to"]) == ("Stop", "+1555")


def test_deliveries_by_bird_come_home():
    data = {"sms_id": "sms_1", "to": "+4915112345678", "from": "Acme", "metadata": TAGS}
    body = {"type": "sms.delivered", "timestamp": "2026-03-02T08:59:00Z", "data": data}
    (event,) = mapped("bird", body).events
    comes_home(event, "sms_delivered")
    failed = {**body, "type": "sms.undelivered", "data": data | {"error": {"code": "invalid_destination"}}}
    (event,) = mapped("bird", failed).events
    assert (event.name, event.properties["permanent"]) == ("sms_failed", True)
    assert event.properties["to"] == "+4915112345678"
    answer = {"sms_id": "sms_2", "from": "+4915112345678", "to": "+1555", "text": "Hi", "metadata": None}
    (event,) = mapped("bird", {**body, "type": "sms.received", "data": answer}).events
    assert (event.name, event.traits["phone"], event.properties["text"]) == (
        "sms_replied",
        "+4915112345678",
        "Hi",
    )
    assert mapped("bird", {**body, "type": "email.opened"}).events == ()


def test_deliveries_by_end_user_messaging_come_home():
    body = {
        "eventType": "TEXT_DELIVERED",
        "eventTimestamp": 1772441940000,
        "destinationPhoneNumber": "+4915112345678",
        "messageId": "m1",
        "messageStatus": "DELIVERED",
        "context": {"stepwell": urlencode(TAGS)},
        "totalMessageParts": 2,
        "totalMessagePrice": 0.0958,
    }
    (event,) = mapped("eum", body).events
    comes_home(event, "sms_delivered")
    assert (event.properties["segments"], event.properties["price"]) == (2, 0.0958)
    (event,) = mapped("eum", {**body, "eventType": "TEXT_INVALID", "context": {}}).events
    assert (event.name, event.profile, event.traits["phone"]) == ("sms_failed", None, "+4915112345678")
    assert event.properties["to"] == "+4915112345678"
    answer = {"originationNumber": "+4915112345678", "destinationNumber": "+1555", "messageBody": "STOP"}
    (event,) = mapped("eum", answer | {"inboundMessageId": "i1", "previousPublishedMessageId": "m1"}).events
    assert (event.name, event.properties["text"], event.properties["answers"]) == (
        "sms_replied",
        "STOP",
        "m1",
    )


def test_sns():
    (event,) = mapped("sns", {"email": "a@x.example", "order": 1}).events
    assert (event.name, event.properties["order"]) == ("webhook:src", 1)
    assert mapped("sns", "a plain sentence").events == ()


def test_each_scheme_has_its_mapping():
    def of(scheme: str, **more: Any) -> str:
        verify = {"scheme": scheme, **more.pop("verify", {})}
        return preset_of(Webhook.model_validate({"verify": verify, **more})).name

    assert of("github") == "github"
    assert of("token") == "plain"
    assert of("sendgrid", callback=True) == "sendgrid"
    assert of("mailgun", callback=True) == "mailgun"
    assert of("sns", verify={"topic_arn": TOPIC}) == "sns"
    assert of("sns", verify={"topic_arn": TOPIC}, callback=True, preset="ses") == "ses"
    for wrong in ({"preset": "nothing"}, {"preset": "sendgrid"}):
        with pytest.raises(InvalidInput):
            of("github", **wrong)
    with pytest.raises(InvalidInput) as told:
        of("sendgrid")
    assert told.value.code == "callback_needed"
    own = Webhook.model_validate({"verify": {"scheme": "github"}, "mapping": " a "})
    assert mapping_of(own) == "a"


@pytest.mark.parametrize(
    ("body", "label", "wanted"),
    [
        (b'{"a": 1}', "application/json", {"a": 1}),
        (b'{"a": 1}', "", {"a": 1}),
        (b"\xef\xbb\xbf[1]", "text/plain", [1]),
        (
            b"a=1&b=%C3%A9&b=2&c=",
            "application/x-www-form-urlencoded; charset=utf-8",
            {"a": "1", "b": ["é", "2"], "c": ""},
        ),
        (b'{"a": 1}', "application/x-www-form-urlencoded", {"a": 1}),
        (b'{"a": 1}\n\n{"a": 2}\n', "application/x-ndjson", [{"a": 1}, {"a": 2}]),
    ],
)
def test_bodies(body: bytes, label: str, wanted: Any):
    assert body_of(body, {"content-type": label}) == wanted


@pytest.mark.parametrize("body", [b"", b"a=1", b"{", b"\xff", b"NaN", b"1e999", b'"\\ud800"', b"[" * 5_000])
def test_bodies_that_are_none(body: bytes):
    with pytest.raises(InvalidInput):
        body_of(body, {"content-type": "application/json"})
