"""SES's events as engagement of a contact, and the table that tells machines from people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from stepwell.channels.email import Origin
from stepwell.contracts.clock import iso
from stepwell.errors import InvalidInput
from stepwell.triggers.engagement import events_of
from stepwell.triggers.machines import RULES, judge

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PROFILE = "abcdefghijklmnop"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
TAGS = {
    "ses:configuration-set": ["stepwell"],
    "tenant": ["acme"],
    "workflow": ["welcome"],
    "version": ["3"],
    "node": ["email_1"],
    "enrollment": [f"{PROFILE}.0.1"],
    "visit": ["v1"],
}


def ses(kind: str, part: dict[str, Any] | None = None, **mail: Any) -> dict[str, Any]:
    names = {"Rendering Failure": "failure", "DeliveryDelay": "deliveryDelay"}
    return {
        "eventType": kind,
        "mail": {
            "timestamp": "2026-03-02T08:00:00.000Z",
            "messageId": "ses-1",
            "destination": ["Ann <Ann@X.de>"],
            "tags": TAGS,
            **mail,
        },
        names.get(kind, kind.lower()): part or {},
    }


def only(document: dict[str, Any]) -> Any:
    ((tenant, event),) = events_of(document, NOW)
    assert tenant == "acme"
    return event


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        ("Send", "email_sent"),
        ("Delivery", "email_delivered"),
        ("Bounce", "email_bounced"),
        ("Complaint", "email_complained"),
        ("Open", "email_opened"),
        ("Click", "email_clicked"),
        ("Reject", "email_rejected"),
        ("Rendering Failure", "email_rejected"),
        ("DeliveryDelay", "email_delayed"),
    ],
)
def test_every_type(kind: str, name: str):
    event = only(ses(kind, {"timestamp": "2026-03-02T08:30:00.000Z", "userAgent": CHROME}))
    assert (event.kind, event.name, event.profile, event.email) == ("engagement", name, PROFILE, "ann@x.de")
    told = event.properties
    assert (told["workflow"], told["version"], told["node"], told["visit"]) == ("welcome", 3, "email_1", "v1")
    assert event.occurred_at == datetime(2026, 3, 2, 8, 30, tzinfo=UTC)
    assert not event.machine


def test_a_bounce_names_its_recipients_and_type():
    part = {
        "bounceType": "Permanent",
        "bounceSubType": "General",
        "feedbackId": "f1",
        "timestamp": "2026-03-02T08:00:05.000Z",
        "bouncedRecipients": [
            {"emailAddress": "a@x.de", "diagnosticCode": "smtp; 550"},
            {"emailAddress": "b@x.de"},
        ],
    }
    found = [event for _, event in events_of(ses("Bounce", part), NOW)]
    assert [e.email for e in found] == ["a@x.de", "b@x.de"]
    assert found[0].message_id != found[1].message_id
    assert (found[0].properties["bounce_type"], found[0].properties["diagnostic"]) == (
        "Permanent",
        "smtp; 550",
    )


def test_the_same_event_has_the_same_id():
    click = {"timestamp": "2026-03-02T08:30:00.000Z", "link": "https://a", "userAgent": CHROME}
    again = only(ses("Click", click)).message_id
    assert only(ses("Click", click)).message_id == again
    assert only(ses("Click", {**click, "link": "https://b"})).message_id != again


def test_what_is_not_ours_is_left_alone():
    assert events_of(ses("Send", tags={}), NOW) == []
    assert events_of(ses("Send", tags={**TAGS, "enrollment": ["x"]}), NOW) == []
    assert events_of(ses("Subscription"), NOW) == []
    with pytest.raises(InvalidInput):
        events_of({"Type": "SubscriptionConfirmation"}, NOW)


@pytest.mark.parametrize(
    ("event", "agent", "after_s", "rule"),
    [
        ("open", "Mozilla/5.0", 3600, "apple_mpp"),
        (
            "open",
            "Mozilla/5.0 (Windows NT 5.1) Firefox/11.0 (via ggpht.com GoogleImageProxy)",
            3,
            "google_prefetch",
        ),
        ("open", "Mozilla/5.0 (Windows NT 5.1) Firefox/11.0 (via ggpht.com GoogleImageProxy)", 300, ""),
        ("click", CHROME, 2, "instant_click"),
        ("click", CHROME, 60, ""),
        ("click", "", 60, "no_user_agent"),
        ("open", CHROME, 0.5, "instant_open"),
        ("open", CHROME, 60, ""),
        ("click", "Barracuda Sentinel (EE)", 600, "scanner"),
        ("click", "python-requests/2.32", 600, "scanner"),
        ("open", "Mozilla/5.0 (iPhone) AppleWebKit/605.1.15 Mobile/15E148", 60, ""),
    ],
)
def test_machines(event: str, agent: str, after_s: float, rule: str):
    assert judge(event, agent, NOW, NOW + timedelta(seconds=after_s)) == rule


def test_a_machine_open_is_marked():
    at = NOW - timedelta(minutes=50)
    event = only(ses("Open", {"timestamp": iso(at), "userAgent": "Mozilla/5.0"}))
    assert event.machine
    assert (event.properties["machine_rule"], event.properties["machine_table"]) == ("apple_mpp", 1)


def test_every_rule_says_why_and_is_named_once():
    assert len({rule.id for rule in RULES}) == len(RULES)
    assert all(rule.reason for rule in RULES)


def test_the_tags_that_the_sender_writes_come_home():
    origin = Origin(
        "acme", "welcome", 3, "email_1", f"{PROFILE}.0.1/split.0", "v1", profile=PROFILE, tag="promo"
    )
    event = only(ses("Delivery", tags={name: [value] for name, value in origin.tags().items()}))
    told = event.properties
    assert event.profile == PROFILE
    assert (told["enrollment"], told["tag"], told["version"]) == (f"{PROFILE}.0.1/split.0", "promo", 3)


def test_a_click_says_which_link_with_what_and_how_long_after_the_send():
    part = {
        "timestamp": "2026-03-02T08:10:00.000Z",
        "link": "https://shop.example/a?utm_source=news&utm_campaign=may&x=1",
        "linkTags": {"link": ["big_button"], "position": ["2"]},
        "userAgent": CHROME,
    }
    ((_, event),) = events_of(ses("Click", part), NOW)
    told = event.properties
    assert (told["link_id"], told["link_position"], told["seconds_after_send"]) == ("big_button", 2, 600)
    assert (told["utm_source"], told["utm_campaign"]) == ("news", "may")
    assert (told["device"], told["client"], told["os"]) == ("desktop", "chrome", "windows")


def test_an_open_through_a_proxy_hides_the_device():
    part = {
        "timestamp": "2026-03-02T08:10:00.000Z",
        "userAgent": "Mozilla/5.0 (via ggpht.com GoogleImageProxy)",
    }
    ((_, event),) = events_of(ses("Open", part), NOW)
    assert (event.properties["device"], event.properties["client"], event.machine) == (
        "unknown",
        "gmail",
        False,
    )
    assert "os" not in event.properties


STRANGE = [None, [], "x", {"position": ["-1"]}, {"position": []}, {"position": [None], "link": [7]}]


@pytest.mark.parametrize("tags", STRANGE)
def test_strange_link_tags_are_borne(tags: Any):
    ((_, event),) = events_of(ses("Click", {"link": "x", "linkTags": tags, "userAgent": CHROME}), NOW)
    assert "link_position" not in event.properties
