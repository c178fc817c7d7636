"""Behavioural triggers end to end: from what clients send over intake and the pass to enrollments."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from stepwell.contracts.clock import iso
from stepwell.contracts.fields import fields
from stepwell.contracts.ids import profile_id
from stepwell.profiles.schema import website_attribution
from stepwell.triggers.tracking import parse

from tests.unit.triggers.stage import TENANT, Stage, workflow

BUSY = 'count(page_view where page_url matches "*/pricing*", 7 days) >= 3'


def behavioural(stage: Stage, condition: str, *events: str) -> None:
    document = workflow()
    document["nodes"][0] = {
        "id": "start", "type": "behavioral_trigger", "config": {"events": list(events), "condition": condition},
    }  # fmt: skip
    stage.publish(document)


class Browser:
    """Sends calls of the tracking API into a pass, a minute apart."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.sent = 0

    def send(self, call: str, **body: Any) -> None:
        self.stage.world.clock.advance(timedelta(minutes=1))
        now, self.sent = self.stage.world.clock.now(), self.sent + 1
        document = {"userId": "ann", "messageId": f"m{self.sent}", "timestamp": iso(now), **body}
        parsed = parse(f"/v1/{call}", document, now, "web")
        assert not parsed.rejected
        self.stage.take(*parsed.events)

    @property
    def enrolled(self) -> int:
        tokens = self.stage.world.tokens.of_profile(TENANT, "welcome", profile_id(TENANT, "user", "ann"))
        return len(tokens)


@pytest.fixture
def browser() -> Browser:
    return Browser(Stage())


PRICING = "https://shop.example/pricing?utm_source=news"
CLIENTS: list[dict[str, Any]] = [
    {"properties": {"url": PRICING}},
    {"properties": {"page_url": PRICING}},
    {"context": {"page": {"url": PRICING}}},
]


@pytest.mark.parametrize("client", CLIENTS)
def test_the_third_visit_within_a_week_counts_whoever_the_client_is(
    browser: Browser, client: dict[str, Any]
) -> None:
    behavioural(browser.stage, BUSY, "page_view")
    for visits, enrolled in ((1, 0), (2, 0), (3, 1)):
        browser.send("page", **client)
        assert browser.enrolled == enrolled, visits
    other = Browser(Stage())
    behavioural(other.stage, BUSY, "page_view")
    for _ in range(2):
        other.send("page", **client)
    other.stage.world.clock.advance(timedelta(days=8))
    other.send("page", **client)
    assert other.enrolled == 0


@pytest.mark.parametrize(
    ("condition", "hit", "miss"),
    [
        ('event.page_url matches "https://shop.example/product/*"', "https://shop.example/product/7", "https://shop.example/"),
        ('event.path = "/pricing"', PRICING, "https://shop.example/pricing/old"),
        ('event.utm_source = "news"', PRICING, "https://shop.example/pricing"),
        ('event.utm_source = "news" and event.path starts with "/pricing"', PRICING, "https://shop.example/?utm_source=news"),
    ],
)  # fmt: skip
def test_pages_by_pattern_and_campaign(browser: Browser, condition: str, hit: str, miss: str) -> None:
    behavioural(browser.stage, condition, "page_view")
    browser.send("page", properties={"url": miss})
    assert browser.enrolled == 0
    browser.send("page", properties={"url": hit})
    assert browser.enrolled == 1


def test_what_surrounds_an_event_can_be_asked_for(browser: Browser) -> None:
    page_and_campaign = 'event.context.page.url contains "/pricing" and event.context.campaign.source = "ads"'
    condition = f"{page_and_campaign} and event.referrer exists"
    behavioural(browser.stage, condition, "page_view")
    page = {"url": PRICING, "referrer": "https://search.example/"}
    browser.send("page", context={"page": page, "campaign": {"source": "mail"}})
    assert browser.enrolled == 0
    browser.send("page", context={"page": page, "campaign": {"source": "ads"}})
    assert browser.enrolled == 1


def test_time_on_page(browser: Browser) -> None:
    behavioural(browser.stage, 'event.time_on_page >= 30 and event.page_url contains "/pricing"', "page_left")
    browser.send("track", event="page_left", properties={"page_url": PRICING, "time_on_page": 8})
    browser.send("track", event="page_left", properties={"page_url": PRICING, "time_on_page": 31})
    assert browser.enrolled == 1


@pytest.mark.parametrize("name", ["form_submission", "form_submitted", "submitted_form"])
def test_a_form_under_any_of_its_names(browser: Browser, name: str) -> None:
    behavioural(browser.stage, 'event.form_type in ["contact", "support"]', "form_submit")
    browser.send("track", event=name, properties={"form_type": "newsletter"})
    browser.send("track", event=name, properties={"form_type": "support"})
    assert browser.enrolled == 1


@pytest.mark.parametrize("name", ["cta_click", "download", "content_downloaded", "video_play"])
def test_button_clicks_are_a_group(browser: Browser, name: str) -> None:
    behavioural(browser.stage, "", "button_clicks")
    browser.send("track", event=name, properties={})
    assert browser.enrolled == 1


def test_a_share_that_carries_far(browser: Browser) -> None:
    behavioural(browser.stage, "event.amplification >= 5000", "social_engagement")
    browser.send("track", event="social_share", properties={"followers": 400})
    browser.send("track", event="social_share", properties={"followers": 400, "engagement": 20})
    assert browser.enrolled == 1


def test_where_a_contact_came_from_is_kept_by_the_visits(browser: Browser) -> None:
    computed = [one.model_dump(mode="json", exclude_none=True) for one in website_attribution()]
    browser.stage.rules.documents[TENANT] = {"v": 1, "computed": computed}
    search = {"page": {"url": "https://shop.example/guide", "referrer": "https://search.example/"}}
    browser.send("page", context=search)
    browser.send("page", properties={"url": "https://shop.example/?utm_source=ads&utm_campaign=may"})
    browser.send("page", properties={"url": "https://shop.example/a?utm_source=mail&utm_campaign=june"})
    browser.send("page", properties={"url": "https://shop.example/b"})
    browser.send("track", event="form_submitted", properties={"form_type": "contact"})
    profile = browser.stage.profile()
    assert profile is not None
    told = fields(profile, browser.stage.world.clock.now())
    assert {name: told.get(name) for name in (one["name"] for one in computed)} == {
        "first_source": "ads",
        "first_referrer": "https://search.example/",
        "first_landing_page": "/guide",
        "last_source": "mail",
        "last_campaign": "june",
    }
