"""Headers, marked addresses, composing, options."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import ValidationError
from stepwell.channels.email import Origin
from stepwell.channels.push.composing import compose
from stepwell.channels.push.deep_links import marked_link
from stepwell.channels.push.options import FcmOptions, WebPushOptions
from stepwell.channels.push.reports import Report, read_report
from stepwell.channels.push.topics import MAX_TTL_S, headers_of, topic_of
from stepwell.contracts.messages import Purpose, Push, Subscription

SUBSCRIPTION = Subscription("abc234", "web_push", "https://fcm.googleapis.com/x")
ORIGIN = Origin("acme", "carts", 3, "remind", "abcdefgh234567ab.0.1/par.0", "v" * 16, "abcdefgh234567ab", "t")
TAGS = ORIGIN.tags()
KEYS = {"k1": b"one", "k2": b"two"}


@pytest.mark.parametrize(
    ("url", "marked"),
    [
        (
            "https://x.example/cart",
            "https://x.example/cart?utm_source=stepwell&utm_medium=push&utm_campaign=carts&utm_content=remind",
        ),
        (
            "https://x.example/?a=%20b&utm_source=own&utm_content=#top",
            "https://x.example/?a=%20b&utm_source=own&utm_content=&utm_medium=push&utm_campaign=carts#top",
        ),
        (
            "https://x.example?",
            "https://x.example?utm_source=stepwell&utm_medium=push&utm_campaign=carts&utm_content=remind",
        ),
        ("mailto:a@x.example", "mailto:a@x.example"),
        ("", ""),
        ("http://[", "http://["),
    ],
)
def test_addresses_are_marked_and_otherwise_kept(url: str, marked: str) -> None:
    assert marked_link(url, TAGS) == marked


def test_how_a_push_service_keeps_it() -> None:
    push = Push(SUBSCRIPTION, "x", ttl_s=60, urgency="high", topic="cart")
    assert headers_of(push) == {"TTL": "60", "Urgency": "high", "Topic": "cart"}
    odd = headers_of(replace(push, ttl_s=10**9, urgency="loud", topic="Carts of müller"))
    assert odd["TTL"] == str(MAX_TTL_S)
    assert odd["Urgency"] == "normal"
    assert odd["Topic"] == topic_of("Carts of müller") != topic_of("Carts of meier")
    assert len(odd["Topic"]) == 32
    assert headers_of(replace(push, ttl_s=-1, topic="")) == {"TTL": "0", "Urgency": "high"}


def test_a_composed_notification_leads_home() -> None:
    push = compose(
        subscription=SUBSCRIPTION,
        title="Hello\x00\nyou ",
        body="x" * 2_000,
        url=" https://x.example/a ",
        icon="javascript:alert(1)",
        image="data:image/png;base64,xx",
        actions=[("buy it!", "Buy", "https://x.example/b"), ("", "Later", "file:///etc"), ("no", " ", "")],
        urgency="loud",
        origin=ORIGIN,
        purpose=Purpose.MARKETING,
        link_keys=KEYS,
    )
    assert push.title == "Hello \nyou"
    assert len(push.body) == 1_000
    assert push.url.startswith("https://x.example/a?utm_source=stepwell")
    assert (push.icon, push.image, push.urgency) == ("", "", "normal")
    assert [(one.action, one.title) for one in push.actions] == [("buy_it_", "Buy"), ("action_1", "Later")]
    assert "utm_content=buy_it_" in push.actions[0].url
    assert push.actions[1].url == ""
    assert read_report(push.report, KEYS) == Report(
        "acme", "abcdefgh234567ab", "carts", 3, "remind", TAGS["enrollment"], "v" * 16, "abc234"
    )


def test_options_are_checked() -> None:
    key = "BP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A8"
    assert (
        WebPushOptions(
            public_key=key + "=", subject="mailto:a@x.example", hosts=(".push.example.com",)
        ).public_key
        == key
    )
    for wrong in (
        {"public_key": "x"},
        {"subject": "a@x.example"},
        {"hosts": ("localhost",)},
        {"hosts": ("https://x.example",)},
        {"hosts": ("*",)},
    ):
        with pytest.raises(ValidationError):
            WebPushOptions(**{"public_key": key, "subject": "mailto:a@x.example", **wrong})  # type: ignore[arg-type]
    with pytest.raises(ValidationError):
        FcmOptions(project_id="../x")
