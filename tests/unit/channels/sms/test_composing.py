from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from pydantic import ValidationError
from stepwell.channels.email import Origin
from stepwell.channels.providers import settings_model
from stepwell.channels.sms.composing import compose, names_way_out
from stepwell.channels.sms.numbers import country_of, normal_number
from stepwell.channels.sms.prices import PriceTable, cost_of
from stepwell.channels.sms.senders import RULES, choose, kind_of_sender
from stepwell.channels.sms.settings import SmsSender, SmsSettings
from stepwell.channels.sms.short_links import Shortener
from stepwell.contracts.messages import Purpose
from stepwell.errors import NotReady

ORIGIN = Origin("acme", "welcome", 1, "say", "abcdefghijklmnop.0.1", "v1")
US, DE = "+12025550123", "+4915123456789"


def settings(**more: Any) -> SmsSettings:
    return SmsSettings.model_validate({"brand": "Acme", **more})


def composed(
    text: str = "Sale today", to: str = US, purpose: Purpose = Purpose.MARKETING, **more: Any
) -> Any:
    given = {"settings": settings(), **more}
    return compose(to=to, text=text, origin=ORIGIN, purpose=purpose, **given)


def refusal(**more: Any) -> str:
    with pytest.raises(NotReady) as caught:
        composed(**more)
    return caught.value.code


def test_marketing_names_its_sender_and_its_way_out() -> None:
    assert composed().sms.text == "Acme: Sale today\nReply STOP to opt out"
    assert composed("Acme sale, STOP ends it").sms.text == "Acme sale, STOP ends it"
    assert composed(language="de", to=DE).sms.text.endswith("Abmelden mit STOP")
    assert composed(purpose=Purpose.TRANSACTIONAL).sms.text == "Sale today"


def test_tags_lead_home() -> None:
    assert composed().sms.tags == ORIGIN.tags()


def test_a_name_as_sender_gets_no_answer_so_that_a_link_is_needed() -> None:
    given = settings(senders=[{"value": "Acme"}])
    assert refusal(to=DE, settings=given) == "no_way_out"
    found = composed(to=DE, settings=given, opt_out_url="https://a.example/x")
    assert found.sms.sender == "Acme"
    assert found.sms.text.endswith("Opt out: https://a.example/x")


def test_to_reply_to_a_name_is_no_way_out() -> None:
    given, link = settings(senders=[{"value": "Acme"}]), "https://a.example/x"
    text = "Acme sale, reply STOP to end"
    assert composed(text, to=DE, settings=given, opt_out_url=link).sms.text == f"{text}\nOpt out: {link}"
    for kept in (f"Acme sale, no more: {link}", "Acme sale, opt out: https://acme.example/out"):
        assert composed(kept, to=DE, settings=given, opt_out_url=link).sms.text == kept


def test_of_a_sender_that_the_provider_chooses_only_numbers_get_answers() -> None:
    link = "https://a.example/x"

    def ends(to: str) -> str:
        shortener = Shortener("acme", "https://go.example", datetime(2026, 11, 23, tzinfo=UTC), ORIGIN.tags())
        return str(composed(to=to, opt_out_url=link, shortener=shortener).sms.text)

    assert ends(US).endswith("Reply STOP to opt out")
    assert "Opt out: https://go.example/s/acme-" in ends(DE)
    # A long address would cost a segment more than it is worth.
    assert composed(opt_out_url=link, to=DE).sms.text.endswith("Reply STOP to opt out")


@pytest.mark.parametrize(
    ("text", "brand", "expected"),
    [
        ("Our sale begins", "Al", "Al: Our sale begins"),
        ("AL has a sale", "Al", "AL has a sale"),
        ("The café-noir sale", "Cafe Noir", "The café-noir sale"),
        ("Sale at https://acme.example", "Acme", "Acme: Sale at https://acme.example"),
        ("Sale", "!!", "!!: Sale"),
    ],
)
def test_a_brand_is_named_by_words_of_the_text(text: str, brand: str, expected: str) -> None:
    assert composed(text, settings=settings(brand=brand, footer="never")).sms.text == expected


def test_a_short_link_names_nobody_and_an_opt_out_link_tells_nothing() -> None:
    shortener = Shortener("acme", "https://go.example", datetime(2026, 11, 23, tzinfo=UTC), ORIGIN.tags())
    link = "https://a.example/u/x"
    text = composed(
        f"Sale https://shop.example/a, out: {link}", shortener=shortener, opt_out_url=link
    ).sms.text
    assert text.startswith("Acme: Sale https://go.example/s/acme-")
    assert text.count("\n") == 0  # the way out stands in it
    assert {one.url: bool(one.tags) for one in shortener.links} == {
        "https://shop.example/a": True,
        link: False,
    }


def test_what_stops_a_message() -> None:
    assert refusal(text=" \n ") == "empty_text"
    assert refusal(settings=settings(countries=["DE"])) == "country_closed"
    assert refusal(settings=settings(brand="")) == "no_brand"
    assert refusal(text="x" * 2_000) == "too_long"
    prices = {"date": "2026-01-01", "segment": {"US": "0.05"}}
    assert refusal(settings=settings(prices=prices), max_price=0.04) == "too_dear"
    assert composed(settings=settings(prices=prices), max_price=0.05).cost.amount == Decimal("0.05")
    assert refusal(settings=settings(senders=[{"value": "Acme"}])) == "sender_not_allowed"
    assert refusal(settings=settings(senders=[{"value": "+18885550100", "registered": False}])) == (
        "sender_unregistered"
    )
    assert refusal(settings=settings(senders=[{"value": "24680", "countries": ["CA"]}])) == "no_sender"


def test_typographic_characters_are_replaced_where_that_saves_segments() -> None:
    text = "It’s here " + "x" * 70
    assert composed(text, purpose=Purpose.TRANSACTIONAL).sms.text.startswith("It's")
    kept = composed(text, purpose=Purpose.TRANSACTIONAL, settings=settings(plain_text=False))
    assert kept.sms.text == text
    # One segment either way: what the author wrote stays.
    assert composed("It’s here", purpose=Purpose.TRANSACTIONAL).sms.text == "It’s here"


def test_control_characters_do_not_go_out() -> None:
    assert composed("a\x00b\r\nc\x1b\td", purpose=Purpose.TRANSACTIONAL).sms.text == "ab\nc d"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Reply STOP to end", True),
        ("Txt ARRET", True),
        ("opt out at a.example", True),
        ("opting out: call us", True),
        ("REPLY STOP TO END", True),
        ("STOP = no more", True),
        ("Sale!\nSTOP pour arrêter", True),
        ("WEEK END SALE", False),
        ("NON STOP PARTY", False),
        ("A non-STOP party", False),
        ("Crop to Utah, laptop touted", False),
        ("https://a.example/opt-out", False),
        ("stop by our shop", False),
        ("Stop waiting", False),
    ],
)
def test_what_counts_as_a_way_out(text: str, expected: bool) -> None:
    assert names_way_out(text) is expected


def test_senders_are_chosen_by_country() -> None:
    given = settings(
        senders=[
            {"value": "Acme"},
            {"value": "+12065550100"},
            {"value": "+18885550100"},
            {"value": "+33612345678", "countries": ["FR"]},
        ]
    ).offered()
    assert choose(given, "US", "marketing").sender == given[2]  # toll-free before 10DLC
    assert choose(given, "FR", "marketing").sender == given[3]  # by name of the country
    assert choose(given, "DE", "marketing", wanted="Acme").sender == given[0]
    assert choose(given, "US", "marketing", wanted="Acme").reason == "sender_not_allowed"
    assert choose((), "US", "marketing").reason == ""
    only = (replace(given[1], streams=("transactional",)),)
    assert choose(only, "US", "marketing").reason == "no_sender"
    # What another provider has is of no use to this one.
    other = (replace(given[2], provider="second"), given[1])
    assert choose(other, "US", "marketing", provider="first").sender == given[1]
    assert choose(other, "US", "marketing", provider="second").sender == other[0]
    # A name needs a registration in some countries.
    assert choose((replace(given[0], registered=False),), "SG", "marketing").reason == "sender_unregistered"
    assert choose((replace(given[0], registered=False),), "DE", "marketing").sender is not None


def test_kinds_are_seen_from_how_senders_are_written() -> None:
    kinds = {
        value: kind_of_sender(value)
        for value in ("24680", "Acme", "+18885550100", "+12065550100", "+4930123456")
    }
    assert list(kinds.values()) == ["short_code", "name", "toll_free", "ten_dlc", "long_code"]
    assert SmsSender(value="pool-0123456789abcdef").offered().kind == "pool"


@pytest.mark.parametrize("value", ["Much Too Long Name", "12 34", "+0123", "Ünïcode", "1234567"])
def test_what_is_no_sender(value: str) -> None:
    with pytest.raises(ValidationError):
        SmsSender(value=value)


def test_each_rule_says_where_it_is_from() -> None:
    assert all(rule.source.startswith("https://") and rule.seen for rule in RULES.values())


def test_prices_are_a_workspaces_own_and_never_guessed() -> None:
    assert cost_of(2, "US", None).amount is None
    table = PriceTable(
        date=date(2026, 1, 1), segment={"US": Decimal("0.01"), "DE": Decimal("0.1")}, source="contract"
    )
    assert cost_of(3, "US", table).amount == Decimal("0.03")
    assert cost_of(3, "FR", table).amount is None


def test_countries_of_numbers() -> None:
    assert [country_of(n) for n in (US, DE, "+14165550123", "+442071838750", "nonsense")] == [
        "US", "DE", "CA", "GB", "",
    ]  # fmt: skip
    assert normal_number("0151 23456789", "DE") == DE
    assert normal_number("0151 23456789") == ""
    assert normal_number("12") == ""


def test_settings_are_those_of_a_channel_and_more() -> None:
    with pytest.raises(ValidationError, match="meaning of its own"):
        settings(opt_in_keywords=[{"word": "Stop", "wording": "x"}])
    with pytest.raises(ValidationError, match="twice"):
        settings(opt_in_keywords=[{"word": "JOIN", "wording": "x"}, {"word": "join!", "wording": "x"}])
    with pytest.raises(ValidationError, match="no provider"):
        settings(senders=[{"value": "Acme", "provider": "nobody"}])
    found = settings(opt_in_keywords=[{"word": "JOIN", "wording": "Texts from Acme"}])
    assert found.keyword("join.") is found.opt_in_keywords[0]
    assert found.keyword("joined") is None
    assert settings_model("sms") is SmsSettings
    assert SmsSettings.model_validate(found.document()) == found
