from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.channels.email import Origin
from stepwell.channels.sms.short_links import KEPT, Shortener, ShortLink, read_path
from stepwell.contracts.clock import ManualClock
from stepwell.errors import Unavailable
from stepwell.triggers.batches import decode
from stepwell.triggers.short_clicks import ClickPorts, answer, asked

from tests.fakes.triggers import MemoryStream
from tests.unit.sources.calls import NOW

ANN = "a" * 16
TAGS = Origin("acme", "welcome", 3, "say", f"{ANN}.0.1", "v1", ANN, "news").tags()
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Mobile/15E148 Safari"


class MemoryLinks:
    """See `ShortLinks`."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.kept: dict[tuple[str, str], ShortLink] = {}

    def put(self, tenant: str, links: Any) -> None:
        self.kept |= {(tenant, link.id): link for link in links}

    def find(self, tenant: str, id_: str) -> ShortLink | None:
        found = self.kept.get((tenant, id_))
        return found if found is not None and self.clock.now() < found.until else None


class Line:
    def __init__(self) -> None:
        self.clock = ManualClock(NOW)
        self.links, self.stream = MemoryLinks(self.clock), MemoryStream()
        self.lost: list[str] = []
        self.ports = ClickPorts(clock=self.clock, links=self.links, stream=self.stream)

    def shortened(self, text: str) -> str:
        shortener = Shortener("acme", "https://go.acme.example", self.clock.now(), TAGS)
        found = shortener.text(text)
        self.links.put("acme", shortener.links)
        return found

    def opens(self, url: str, method: str = "GET", agent: str = PHONE) -> dict[str, Any]:
        path = url.removeprefix("https://go.acme.example")
        request = {
            "rawPath": path,
            "headers": {"user-agent": agent},
            "requestContext": {"http": {"method": method, "path": path}},
        }
        assert asked(request)
        return answer(self.ports, request, self.lost.append)

    def events(self) -> list[Any]:
        return [event for record in self.stream.records for event in decode(record.data).events]


def test_addresses_become_short_and_lead_on():
    line = Line()
    text = line.shortened("See https://shop.example/sale?a=1&b=2, or (http://x.example/y).")
    first, second = [word.strip("(),.") for word in text.split() if "https://go" in word]
    assert text == f"See {first}, or ({second})."
    assert len(first) < len("https://go.acme.example") + 20
    assert line.opens(first)["headers"]["location"] == "https://shop.example/sale?a=1&b=2"
    assert line.opens(second)["statusCode"] == 302
    # A repeated step writes the same ones.
    assert line.shortened("See https://shop.example/sale?a=1&b=2, or (http://x.example/y).") == text
    assert line.shortened(text) == text


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("See https://en.example/wiki/A_(b).", "https://en.example/wiki/A_(b)"),
        ("(see https://en.example/a)", "https://en.example/a"),
        ("https://en.example/a_(b_(c))!", "https://en.example/a_(b_(c))"),
    ],
)
def test_an_address_keeps_the_brackets_that_it_opened(text: str, kept: str):
    line = Line()
    line.shortened(text)
    assert [link.url for link in line.links.kept.values()] == [kept]


def test_a_header_holds_ascii_alone():
    line = Line()
    short = line.shortened("https://müller.example/ä%20b?q=ü#x")
    assert line.opens(short)["headers"]["location"] == "https://m%C3%BCller.example/%C3%A4%20b?q=%C3%BC#x"


def test_ids_follow_from_the_secret():
    def made(secret: bytes) -> str:
        return Shortener("acme", "https://go.example", NOW, TAGS, secret).text("https://a.example")

    assert made(b"1") == made(b"1") != made(b"2")


def test_a_click_comes_home():
    line = Line()
    url = line.shortened("https://shop.example/sale")
    line.clock.advance(timedelta(minutes=5))
    line.opens(url)
    (event,) = line.events()
    assert (event.name, event.kind, event.profile, event.machine) == ("sms_clicked", "engagement", ANN, False)
    told = event.properties
    assert (told["workflow"], told["version"], told["node"], told["visit"]) == ("welcome", 3, "say", "v1")
    assert (told["enrollment"], told["tag"]) == (f"{ANN}.0.1", "news")
    assert (told["link"], told["seconds_after_send"]) == ("https://shop.example/sale", 300)


@pytest.mark.parametrize(
    ("method", "agent"),
    [("HEAD", PHONE), ("GET", "facebookexternalhit/1.1 Facebot Twitterbot/1.0"), ("GET", "WhatsApp/2.23 A")],
)
def test_previews_are_machines(method: str, agent: str):
    line = Line()
    assert line.opens(line.shortened("https://shop.example/"), method, agent)["statusCode"] == 302
    assert [event.machine for event in line.events()] == [True]


def test_a_link_that_tells_nothing():
    line = Line()
    shortener = Shortener("acme", "https://go.acme.example", NOW, TAGS)
    url = shortener.quiet("https://api.example/u/token")
    line.links.put("acme", shortener.links)
    assert line.opens(url)["headers"]["location"] == "https://api.example/u/token"
    assert line.events() == []


@pytest.mark.parametrize(
    "path", ["/s/", "/s/acme", "/s/acme-x", "/s/ACME-abcdefghij", "/s/acme-abcdefghij/../x", "/x"]
)
def test_what_is_no_short_link(path: str):
    assert read_path(path) is None


def test_a_link_leads_nowhere_when_its_time_is_over_or_it_is_made_up():
    line = Line()
    url = line.shortened("https://shop.example/")
    assert line.opens("/s/acme-abcdefghij")["statusCode"] == 404
    assert line.opens(url.replace("acme-", "other-"))["statusCode"] == 404
    assert line.opens(url, "POST")["statusCode"] == 404
    line.clock.advance(KEPT)
    assert line.opens(url)["statusCode"] == 404
    assert line.events() == []


def test_the_reader_is_led_on_whatever_becomes_of_the_event():
    line = Line()
    url = line.shortened("https://shop.example/")

    class Down:
        def put(self, records: Any) -> None:
            raise Unavailable("down")

    ports = ClickPorts(clock=line.clock, links=line.links, stream=Down())
    path = url.removeprefix("https://go.acme.example")
    request = {"rawPath": path, "headers": {}, "requestContext": {"http": {"method": "GET"}}}
    assert answer(ports, request, line.lost.append)["statusCode"] == 302
    assert line.lost == ["LostClicks"]
