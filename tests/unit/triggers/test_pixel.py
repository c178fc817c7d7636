"""The pixel takes what a tracking call would take, and always answers with the image."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import urlencode

import pytest
from stepwell.triggers import pixel

from .test_ingest import Desk


@pytest.fixture
def desk() -> Desk:
    return Desk()


def request(query: str = "", method: str = "GET", number: str = "r1", **headers: str) -> dict[str, Any]:
    return {
        "rawPath": pixel.PATH,
        "rawQueryString": query,
        "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        "requestContext": {"http": {"method": method, "path": pixel.PATH}, "requestId": number},
        "isBase64Encoded": False,
    }


def ask(desk: Desk, more: dict[str, str] | None = None, **headers: str) -> dict[str, Any]:
    query = urlencode({"k": "WRITEKEY", "e": "flyer_seen", "anonymousId": "a1", **(more or {})})
    return pixel.answer(request(query, **headers), desk.ingest.handle)


def test_an_event_and_the_image(desk: Desk):
    answer = ask(desk, {"place": "door", "utm_source": "flyer", "utm_campaign": "may"}, user_agent="UA")
    assert answer["statusCode"] == 200
    assert answer["headers"]["content-type"] == "image/gif"
    assert "no-store" in answer["headers"]["cache-control"]
    assert base64.b64decode(answer["body"]).startswith(b"GIF89a")
    assert pixel.REFUSED not in answer["headers"]
    (event,) = desk.events
    assert (event.kind, event.name, event.anonymous_id, event.source) == ("track", "flyer_seen", "a1", "web")
    assert event.properties == {"place": "door"}
    assert event.context["campaign"] == {"source": "flyer", "name": "may"}
    assert event.context["userAgent"] == "UA"
    assert event.when == event.received_at


def test_without_a_name_it_is_a_page_view_of_the_page_it_stands_on(desk: Desk):
    pixel.answer(request("k=WRITEKEY&userId=u1", referer="https://shop.example/a"), desk.ingest.handle)
    (event,) = desk.events
    assert (event.kind, event.name, event.user_id) == ("page", "page_view", "u1")
    page = "https://shop.example/a"
    assert event.properties == {"page_url": page, "url": page, "path": "/a"}


def test_the_given_address_wins_over_the_referer(desk: Desk):
    ask(desk, {"url": "https://shop.example/b"}, referer="https://shop.example/")
    assert desk.events[0].properties["page_url"] == "https://shop.example/b"


def test_two_requests_are_two_events_and_a_repeat_is_one(desk: Desk):
    for number in ("r1", "r2"):
        pixel.answer(request("k=WRITEKEY&e=x&userId=u1", number=number), desk.ingest.handle)
    assert [e.message_id for e in desk.events] == ["px-r1", "px-r2"]
    ask(desk, {"messageId": "m1"})
    assert desk.events[-1].message_id == "m1"


def test_global_privacy_control_is_honoured(desk: Desk):
    answer = ask(desk, sec_gpc="1")
    assert desk.events == []
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "image/gif")
    assert answer["headers"][pixel.DROPPED] == "gpc"
    assert pixel.REFUSED not in answer["headers"]
    ask(desk, sec_gpc="0")
    assert len(desk.events) == 1


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"k": "other"}, "unknown_key"),
        ({"k": ""}, "no_write_key"),
        ({"anonymousId": ""}, "no_identity"),
        ({"e": "email_opened"}, "reserved_event"),
        ({"e": "x" * 201}, "too_long"),
        ({"text": "x" * 33_000}, "event_too_large"),
    ],
)
def test_what_a_call_would_not_take_is_refused_behind_the_image(
    desk: Desk, change: dict[str, str], code: str
):
    answer = ask(desk, change)
    assert (answer["statusCode"], answer["headers"]["content-type"]) == (200, "image/gif")
    assert answer["headers"][pixel.REFUSED] == code
    assert desk.events == []


def test_what_is_refused_is_in_the_debugger(desk: Desk):
    ask(desk, {"anonymousId": ""})
    assert [shown["code"] for shown in desk.tail.entries["acme"]] == ["no_identity"]


def test_a_busy_stream_still_gives_the_image(desk: Desk):
    desk.stream.throttled = 1
    assert ask(desk)["headers"][pixel.REFUSED]


@pytest.mark.parametrize("query", ["", "&&&", "=", "%ff=%ff", "k", "k=%00", "a=" + "&a=".join("b" * 5_000)])
def test_nonsense_gives_the_image(desk: Desk, query: str):
    answer = pixel.answer(request(query), desk.ingest.handle)
    assert answer["statusCode"] == 200
    assert answer["headers"][pixel.REFUSED]


def test_only_reading_asks_for_the_image():
    assert pixel.asked(request())
    assert pixel.asked(request(method="HEAD"))
    assert not pixel.asked(request(method="POST"))
    assert not pixel.asked({**request(), "rawPath": "/v1/t"})
