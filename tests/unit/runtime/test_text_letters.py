"""Texts as the gate writes them: short links kept before they go, refusals of the channel, numbers that stopped."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from stepwell.channels.sms.refusals import ACCOUNT_REFUSED, OPTED_OUT, STOPPED
from stepwell.channels.sms.settings import SmsSettings
from stepwell.channels.sms.short_links import ShortLink
from stepwell.content.pieces import SNIPPET
from stepwell.errors import ProviderRejected
from stepwell.runtime.effects import Ports
from stepwell.runtime.executors import executor_of
from stepwell.workflows.nodes.base import SendSms

from tests.unit.runtime.kitchen import TENANT
from tests.unit.runtime.test_contents import MemoryPieces
from tests.unit.runtime.test_send_channels import Phone, outcomes

LINKED = SendSms(purpose="marketing", text="See https://shop.example/sale")


class Links:
    """See `ShortLinks`."""

    def __init__(self) -> None:
        self.kept: list[ShortLink] = []

    def put(self, tenant: str, links: Any) -> None:
        assert tenant == TENANT
        self.kept += links

    def find(self, tenant: str, id_: str) -> ShortLink | None:
        del tenant
        return next((link for link in self.kept if link.id == id_), None)


class Linked(Phone):
    def __init__(self, **settings: Any) -> None:
        super().__init__()
        self.links = Links()
        self.texts.told = SmsSettings.model_validate({"brand": "Shop", **settings})

    @property
    def ports(self) -> Ports:
        return replace(super().ports, short_links=self.links)


def test_addresses_become_short_links_that_lead_home() -> None:
    phone = Linked(short_domain="go.shop.example")
    assert outcomes(phone.run([phone.texted()], LINKED)) == [("sent", "")]
    (sms,) = phone.texts.accepted
    link, way_out = phone.links.kept
    assert f"https://go.shop.example/s/{TENANT}-{link.id}" in sms.text
    assert sms.text.endswith(f"Opt out: https://go.shop.example/s/{TENANT}-{way_out.id}")
    assert (link.url, link.tags) == ("https://shop.example/sale", sms.tags)


def test_addresses_stay_where_short_links_are_not_wanted() -> None:
    phone = Linked(short_links=False)
    phone.run([phone.texted()], LINKED)
    assert "https://shop.example/sale" in phone.texts.accepted[0].text
    assert phone.links.kept == []


def test_a_name_as_sender_carries_a_link_to_opt_out() -> None:
    phone = Linked(senders=[{"value": "Shop"}], short_domain="go.shop.example")
    assert outcomes(phone.run([phone.texted()], SendSms(purpose="marketing", text="Sale"))) == [("sent", "")]
    (sms,) = phone.texts.accepted
    (link,) = phone.links.kept
    assert sms.text.endswith(f"Opt out: https://go.shop.example/s/{TENANT}-{link.id}")
    assert "/u/" in link.url
    assert link.tags == {}


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        ({"countries": ["US"]}, "country_closed"),
        ({"senders": [{"value": "24680", "countries": ["US"]}]}, "no_sender"),
        ({"max_segments": 1}, "too_long"),
    ],
)
def test_what_the_channel_refuses_fails_by_its_name_and_claims_nothing(settings: Any, reason: str) -> None:
    phone = Linked(**settings)
    text = SendSms(purpose="marketing", text="x" * 161)
    assert outcomes(phone.run([phone.texted()], text)) == [("failed", reason)]
    assert phone.texts.attempts == []
    assert phone.links.kept == []


def test_a_number_that_stopped_at_the_provider_stops_here() -> None:
    phone = Phone()
    phone.texts.errors = {"+4915112345000": ProviderRejected("no", code=OPTED_OUT)}
    member = phone.texted()
    assert outcomes(phone.run([member], LINKED)) == [("failed", "provider_rejected")]
    number = "+4915112345000"
    assert phone.world.messaging.suppressed(TENANT, "sms", [number]) == {number: STOPPED}
    assert [name for name, _ in phone.events()] == ["sms_unsubscribed"]
    again = SendSms(purpose="transactional", text="Your code")
    assert outcomes(phone.run([member], again, "second")) == [("skipped", "suppressed")]


def test_an_account_that_is_refused_stops_nobody() -> None:
    phone = Phone()
    phone.texts.errors = {"+4915112345000": ProviderRejected("no", code=ACCOUNT_REFUSED)}
    phone.run([phone.texted()], LINKED)
    assert phone.world.messaging.suppressed(TENANT, "sms", ["+4915112345000"]) == {}


def test_texts_speak_the_contacts_language_and_so_do_their_footers() -> None:
    phone, pieces = Phone(), MemoryPieces()
    pieces.put(SNIPPET, {"id": "gruss", "source": "Gr\u00fcezi {{ first_name }}"})
    phone.pages.templates["sale"] = {
        "id": "sale",
        "channel": "sms",
        "subject": "Sale",
        "text": "Hi {{ first_name }}",
        "translations": {
            "de": {"text": "Hallo {{ first_name }}"},
            "de-CH": {"text": "{% include 'gruss' %}"},
        },
    }
    people = [{}, {"language": "de_AT"}, {"locale": "de-CH"}, {"language": "fr"}]
    members = [phone.texted(number, first_name="Ann", **told) for number, told in enumerate(people)]
    context = phone.context("first")
    context = replace(context, ports=replace(context.ports, pieces=pieces))
    effect = SendSms(purpose="marketing", template="sale")
    result = executor_of(SendSms)(context, [(member, effect) for member in members])
    assert set(result.outcomes.values()) == {("sent", "")}
    texts = {sms.to: sms.text for sms in phone.texts.accepted}
    said = [texts[f"+4915112345{number:03d}"] for number in range(4)]
    assert [text.split("\n")[0].split(".")[0] for text in said] == [
        "Shop: Hi Ann", "Shop: Hallo Ann", "Shop: Gr\u00fcezi Ann", "Shop: Hi Ann"
    ]  # fmt: skip
    assert [said[0] == said[3], "Abmelden" in said[1], "Abmelden" in said[2]] == [True] * 3, said


def test_a_text_that_asks_for_a_yes_does_not_come_again_within_minutes_whoever_has_the_number() -> None:
    phone = Phone()
    ask = SendSms(purpose="transactional", text="Reply YES to get our texts", tag="opt_in")
    got = [outcomes(phone.run([phone.texted(n, phone="+4915112345000")], ask, f"call-{n}")) for n in range(3)]
    assert got == [[("sent", "")], *[[("skipped", "confirmation_limited")]] * 2]
    assert len(phone.texts.accepted) == 1
