"""Lengths as networks count them; X's cases are those of twitter-text's conformance suite (validate.yml)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.social.weighing import hashtags, mentions, units, weighted


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("Hello", 5),
        ("https://example.com/a/very/long/path?with=a&query=of-its-own-that-goes-on-and-on", 23),
        ("See example.com now", 4 + 23 + 4),
        ("a https://t.co/x b http://x.example.org", 1 + 1 + 23 + 1 + 1 + 1 + 23),
        ("日本語", 6),
        ("Привет", 6),
        ("cafe\u0301", 4),
        ("👍", 2),
        ("👍🏽", 2),
        ("👨‍👩‍👧‍👦", 2),
        ("🇩🇪🇫🇷", 4),
        ("1️⃣", 2),
        ("🏴󠁧󠁢󠁥󠁮󠁧󠁿", 2),
        ("☕️ and ✈", 2 + 5 + 2),
        ("“quoted” – dash…", 17),
        ("e.g. this and 3.5 or file.txt", 29),
    ],
)
def test_x_weighs(text: str, length: int) -> None:
    assert weighted(text) == length


def test_others_count_units() -> None:
    assert units("Hi 👍") == 5


@pytest.mark.parametrize(
    ("text", "tags"),
    [
        ("#sale and #Größe, #日本!", ["sale", "Größe", "日本"]),
        ("C# a#b &#39; #1 #1st https://x.example/#anchor", ["1st"]),
        ("", []),
    ],
)
def test_hashtags(text: str, tags: list[str]) -> None:
    assert hashtags(text) == tags


def test_mentions() -> None:
    assert mentions("@acme and me@acme.example, by @eve_1.") == ["acme", "eve_1"]


@given(st.text(max_size=300))
def test_any_text_has_a_length(text: str) -> None:
    assert 0 <= weighted(text) <= 23 * max(1, 2 * len(text))
    assert units(text) >= len(text)
