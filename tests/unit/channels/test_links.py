"""Links of e-mails: campaign parameters survive, our own links lead where the message said and nowhere else."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from html import unescape
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.channels.email import Origin
from stepwell.channels.links import Links, LinkSettings, read_settings
from stepwell.contracts.clock import ManualClock
from stepwell.contracts.link_marks import marked
from stepwell.contracts.tracked_links import TrackedLink, read_link, sign_link, trackable
from stepwell.errors import InvalidInput, NotReady, Unavailable
from stepwell.triggers.batches import decode
from stepwell.triggers.engagement import events_of
from stepwell.triggers.tracked_clicks import PIXEL, FollowPorts, answer, asked

from tests.fakes.triggers import MemoryStream

ANN = "a" * 16
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
TAGS = Origin("acme", "welcome", 3, "say", f"{ANN}.0.1", "v1", ANN, "news").tags()
KEYS = {"k1": b"old" * 8, "k2": b"new" * 8}
BASE = "https://mail.acme.example"
PERSON = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def links(settings: dict[str, Any] | None = None, **more: Any) -> Links:
    given: dict[str, Any] = {
        "settings": read_settings(settings),
        "utm": {},
        "pixel": None,
        "template": "hello",
        "tags": TAGS,
        "at": int(NOW.timestamp()) - 600,
        "public_url": BASE,
        "keys": KEYS,
        **more,
    }
    return Links(**given)


def hrefs(html: str) -> list[str]:
    return [unescape(part.split('"')[0]) for part in html.split('href="')[1:]]


def _nothing_is_lost(name: str) -> None:
    raise AssertionError(name)


def follow(path: str, method: str = "GET", agent: str = PERSON) -> tuple[dict[str, Any], list[Any]]:
    stream = MemoryStream()
    request = {
        "rawPath": path,
        "requestContext": {"http": {"method": method}},
        "headers": {"user-agent": agent},
    }
    told = answer(FollowPorts(ManualClock(NOW), stream, KEYS, _nothing_is_lost), request)
    return told, [event for record in stream.records for event in decode(record.data).events]


def test_by_default_nothing_is_touched() -> None:
    html = '<a href="https://x.example/?a=1&amp;b=2">x</a>'
    found = links().applied(html, "https://x.example")
    assert (found.html, found.text, found.tags) == (html, "https://x.example", {})


def test_parameters_are_added_and_those_that_are_there_survive() -> None:
    settings = {"utm": {"utm_source": "stepwell", "utm_campaign": "{workflow} & {template}", "utm_term": ""}}
    html = (
        '<a class="b" href="https://x.example/?utm_source=own&amp;b=2#top">x</a>'
        f'<a href=\'https://x.example\'>y</a><a ses:no-track href="https://x.example">z</a><a href="{BASE}/u/tok">u</a>'
        '<a href="mailto:a@x.example">m</a>'
    )
    found = links(settings, utm={"utm_medium": "e mail"}).applied(
        html, f"See https://x.example/a. {BASE}/u/tok"
    )
    first, *_ = hrefs(found.html)
    query = parse_qs(urlsplit(first).query)
    assert query == {
        "utm_source": ["own"],
        "b": ["2"],
        "utm_campaign": ["welcome & hello"],
        "utm_medium": ["e mail"],
    }
    assert urlsplit(first).fragment == "top"
    assert '<a ses:no-track href="https://x.example">' in found.html
    assert f'href="{BASE}/u/tok"' in found.html
    assert "utm_medium=e%20mail. " in found.text
    assert found.text.endswith(f"{BASE}/u/tok")


def test_only_wanted_hosts_get_parameters() -> None:
    settings = {"utm": {"utm_source": "s"}, "hosts": ["x.example"]}
    html = '<a href="https://shop.x.example/">a</a><a href="https://notx.example/">b</a>'
    assert hrefs(links(settings).applied(html, "").html) == [
        "https://shop.x.example/?utm_source=s",
        "https://notx.example/",
    ]


def test_a_click_leads_on_and_is_told_as_the_provider_would() -> None:
    html = '<body><a data-link="hero" href="https://x.example/?a=1&amp;utm_campaign=spring">x</a></body>'
    found = links({"tracking": "own", "pixel": True}).applied(html, "")
    assert found.tags == {"own": "co"}
    assert "ses:no-track" in found.html
    assert "ses:tags" not in marked(found.html), "SES leaves what is ours alone"
    (href,) = hrefs(found.html)
    path = href.removeprefix(BASE)
    assert asked(path)
    told, (event,) = follow(path)
    assert (told["statusCode"], told["headers"]["location"]) == (
        302,
        "https://x.example/?a=1&utm_campaign=spring",
    )
    assert (event.name, event.profile, event.machine) == ("email_clicked", ANN, False)
    expected = {
        "workflow": "welcome",
        "version": 3,
        "node": "say",
        "visit": "v1",
        "enrollment": f"{ANN}.0.1",
        "tag": "news",
        "link_id": "hero",
        "link_position": 1,
        "utm_campaign": "spring",
        "seconds_after_send": 600,
    }
    assert expected.items() <= event.properties.items()


def test_the_pixel_tells_that_it_was_opened() -> None:
    html = "<body><p>Hi</p></body>"
    found = links({"tracking": "own"}, pixel=True).applied(html, "")
    path = found.html.partition(BASE)[2].partition('"')[0]
    told, (event,) = follow(path)
    assert told["headers"]["content-type"] == "image/gif"
    assert (event.name, event.properties["visit"]) == ("email_opened", "v1")
    assert found.html.endswith("</body>")
    assert links({"tracking": "own", "pixel": True}, pixel=False).applied(html, "").html == html
    assert PIXEL.startswith(b"GIF89a")


def test_machines_are_marked_and_once_a_minute_is_once() -> None:
    path = "/c/" + sign_link(TrackedLink(TAGS, int(NOW.timestamp()), "a", 1, "https://x.example/"), KEYS)
    assert follow(path, "HEAD")[1][0].properties["machine_rule"] == "head_request"
    assert follow(path)[1][0].message_id == follow(path)[1][0].message_id


def test_ses_does_not_tell_again_what_the_message_tells_itself() -> None:
    mail = {"messageId": "m", "timestamp": "2026-03-02T09:00:00Z", "destination": ["ann@x.example"]}
    click = {"timestamp": "2026-03-02T09:10:00Z", "link": "https://x.example/"}
    for own, count in (("", 1), ("c", 0), ("o", 1)):
        tags = {name: [value] for name, value in {**TAGS, **({"own": own} if own else {})}.items()}
        document = {"eventType": "Click", "mail": {**mail, "tags": tags}, "click": click}
        assert len(events_of(document, NOW)) == count


def test_the_reader_is_led_on_even_if_nobody_can_be_told() -> None:
    class Down(MemoryStream):
        def put(self, records: Any) -> None:
            raise Unavailable("down")

    path = "/c/" + sign_link(TrackedLink(TAGS, 1, "a", 1, "https://x.example/"), KEYS)
    request = {"rawPath": path, "requestContext": {"http": {"method": "GET"}}, "headers": {}}
    lost: list[str] = []
    for path_, status in ((path, 302), ("/o/" + sign_link(TrackedLink(TAGS, 1), KEYS), 200)):
        ports = FollowPorts(ManualClock(NOW), Down(), KEYS, lost.append)
        assert answer(ports, {**request, "rawPath": path_})["statusCode"] == status
    # It is counted, and nothing is said of whom it was.
    assert lost == ["LostClicks", "LostClicks"]


TOKEN = sign_link(TrackedLink(TAGS, 1, "a", 1, "https://x.example/"), KEYS)


@given(st.integers(0, len(TOKEN) - 1), st.characters(min_codepoint=33, max_codepoint=126))
def test_a_changed_token_leads_nowhere(place: int, letter: str) -> None:
    changed = TOKEN[:place] + letter + TOKEN[place + 1 :]
    if changed != TOKEN:
        assert follow(f"/c/{changed}")[0]["statusCode"] == 404
        assert follow(f"/c/{changed}")[1] == []


@pytest.mark.parametrize("path", ["/c/", "/c/x", "/c/k1.e30.x", "/c/" + "a" * 9_000, "/c/k2..", "/c/é"])
def test_what_is_no_token_leads_nowhere(path: str) -> None:
    assert follow(path)[0]["statusCode"] == 404
    assert follow("/o" + path[2:])[0]["statusCode"] == 200


def test_tokens_are_for_one_purpose_and_old_keys_still_count() -> None:
    opened = sign_link(TrackedLink(TAGS, 1), KEYS)
    assert follow(f"/c/{opened}")[0]["statusCode"] == 404
    assert follow(f"/o/{TOKEN}")[1] == []
    old = sign_link(TrackedLink(TAGS, 1, "a", 1, "https://x.example/"), {"k1": KEYS["k1"]})
    assert read_link(old, KEYS).url == "https://x.example/"
    with pytest.raises(InvalidInput):
        read_link(old, {"k2": KEYS["k2"]})
    with pytest.raises(NotReady):
        sign_link(TrackedLink(TAGS, 1), {})


@given(st.text(max_size=60))
def test_only_web_addresses_are_signed(text: str) -> None:
    for url in (text, f"javascript:{text}", f"data:{text}", f"//{text}"):
        if trackable(url):
            assert urlsplit(url).scheme.lower() in ("http", "https")


@given(st.text(alphabet="abc/?&=#.%20;'\"<>", max_size=40))
def test_any_address_survives_the_way_there_and_back(rest: str) -> None:
    from html import escape

    url = f"https://x.example/{rest}"
    html = f'<a href="{escape(url)}">x</a>'
    (href,) = hrefs(links({"tracking": "own"}).applied(html, "").html)
    assert (
        read_link(href.removeprefix(f"{BASE}/c/"), KEYS).url == url if href.startswith(BASE) else href == url
    )


def test_settings_are_checked() -> None:
    assert read_settings(None) == LinkSettings()
    with pytest.raises(ValueError, match="utm"):
        read_settings({"utm": {"evil": "x"}})


def test_a_reader_who_is_slow_is_no_machine() -> None:
    path = "/c/" + sign_link(
        TrackedLink(TAGS, int((NOW - timedelta(hours=1)).timestamp()), "a", 1, "https://x.example/"), KEYS
    )
    assert not follow(path)[1][0].machine
