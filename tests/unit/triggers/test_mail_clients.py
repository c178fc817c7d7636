# ruff: noqa: E501 - user agents are as long as they are
from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.triggers.mail_clients import reader_of

IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
WINDOWS = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko)"


@pytest.mark.parametrize(
    ("user_agent", "told"),
    [
        (f"{IPHONE} Mobile/15E148", ("mobile", "apple_mail", "ios")),
        (f"{IPHONE} Version/17.5 Mobile/15E148 Safari/604.1", ("mobile", "safari", "ios")),
        (IPHONE.replace("iPhone", "iPad"), ("tablet", "apple_mail", "ios")),
        (f"{WINDOWS} Chrome/126.0 Safari/537.36", ("desktop", "chrome", "windows")),
        (f"{WINDOWS} Chrome/126.0 Safari/537.36 Edg/126.0", ("desktop", "edge", "windows")),
        ("Mozilla/4.0 (compatible; MSIE 7.0; Windows NT 10.0; Microsoft Outlook 16.0)", ("desktop", "outlook", "windows")),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Thunderbird/128.0", ("desktop", "thunderbird", "linux")),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) AppleWebKit/605.1.15 (KHTML, like Gecko)", ("desktop", "apple_mail", "macos")),
        ("Mozilla/5.0 (Linux; Android 14; SM-X710) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", ("tablet", "chrome", "android")),
        ("Mozilla/5.0 (Linux; Android 14; Pixel 8) Chrome/126.0 Mobile Safari/537.36", ("mobile", "chrome", "android")),
        ("Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)", ("unknown", "gmail", "")),
        ("YahooMailProxy; https://help.yahoo.com/", ("unknown", "yahoo_mail", "")),
        ("Mozilla/5.0", ("unknown", "", "")),
        ("", ("unknown", "", "")),
    ],
)  # fmt: skip
def test_readers(user_agent: str, told: tuple[str, str, str]) -> None:
    assert tuple(reader_of(user_agent)) == told


@given(st.text(max_size=700))
def test_any_text_is_a_user_agent(text: str) -> None:
    assert reader_of(text).device in {"desktop", "mobile", "tablet", "unknown"}
