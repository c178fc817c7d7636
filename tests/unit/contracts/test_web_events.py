from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.web_events import path_of, utm_of, with_page

URL = "https://shop.example/pricing?utm_source=news&utm_campaign=may&x=1#top"
UTM = {"utm_source": "news", "utm_campaign": "may"}


@pytest.mark.parametrize(
    ("properties", "context"),
    [
        ({"url": URL, "referrer": "https://a.example/"}, {}),
        ({"page_url": URL, "referrer": "https://a.example/"}, {}),
        ({}, {"page": {"url": URL, "referrer": "https://a.example/", "path": "/pricing"}}),
    ],
)
def test_all_clients_speak_of_pages_alike(properties: dict[str, Any], context: dict[str, Any]) -> None:
    told = with_page("page_view", properties, context)
    assert told == {
        "url": URL, "page_url": URL, "path": "/pricing", "referrer": "https://a.example/", **UTM,
    }  # fmt: skip


def test_a_campaign_in_the_context_is_the_visits() -> None:
    context = {"campaign": {"source": "ads", "name": "june", "medium": 7}}
    told = with_page("page_view", {"url": URL}, context)
    assert (told["utm_source"], told["utm_campaign"]) == ("ads", "june")
    assert "utm_medium" not in told


def test_a_click_gets_its_page_and_no_visit() -> None:
    context = {"page": {"url": URL, "path": "/pricing", "title": "Prices", "referrer": "https://a.example/"}}
    assert with_page("cta_click", {"cta": "try"}, context) == {
        "cta": "try", "page_url": URL, "path": "/pricing",
    }  # fmt: skip


def test_what_a_client_said_stays_and_other_events_are_left_alone() -> None:
    said = {"url": "https://b.example/x", "path": "/mine", "utm_source": "me"}
    told = with_page("page_view", said, {"page": {"url": URL}, "campaign": {"source": "you"}})
    assert {name: told[name] for name in said} == said
    assert said == {"url": "https://b.example/x", "path": "/mine", "utm_source": "me"}
    assert with_page("purchase", {"total": 1}, {"page": {"url": URL}}) == {"total": 1}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
_KEYS = st.sampled_from(
    ["url", "page_url", "path", "referrer", "title", "search", "source", "page", "campaign", "x"]
)


@given(
    st.dictionaries(_KEYS, _JSON, max_size=5),
    st.dictionaries(_KEYS, _JSON | st.dictionaries(_KEYS, _JSON, max_size=4), max_size=4),
)
def test_whatever_comes_nothing_is_lost_and_twice_is_once(
    properties: dict[str, Any], context: dict[str, Any]
) -> None:
    told = with_page("page_view", properties, context)
    assert all(told[key] == value for key, value in properties.items() if value not in (None, ""))
    assert with_page("page_view", told, context) == told


@given(st.text(max_size=80))
def test_any_text_is_read_as_an_address(text: str) -> None:
    assert isinstance(path_of(text), str)
    assert isinstance(utm_of(text + "?utm_source=" + text), dict)
