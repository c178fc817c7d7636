"""What an e-mail carries beside its words."""

from __future__ import annotations

import re
from typing import Any

import pytest
from stepwell.channels.email import Origin, compose, sender_line, tag_of_token, token_of_tag
from stepwell.contracts.ids import TokenId
from stepwell.contracts.messages import Email, Purpose
from stepwell.contracts.workspace import Workspace
from stepwell.errors import NotReady

TOKEN = "abcdefghijklmnop.x2y3z4.1/p_1.0/p_2.12"
ORIGIN = Origin("acme", "welcome", 3, "email_1", TOKEN, "v" * 16, "abcdefghijklmnop", "news/letter")


def made(purpose: Purpose = Purpose.MARKETING, **changes: Any) -> Email:
    given: dict[str, Any] = {
        "to": "ada@example.com",
        "subject": "Hello\r\nBcc: x@y.z",
        "html": "<p>Hi</p>",
        "text": "Hi",
        "origin": ORIGIN,
        "purpose": purpose,
        "workspace": Workspace("acme", sender="Shop <shop@example.com>", reply_to="help@example.com"),
        "unsubscribe_url": "https://mail.example.com/u/token",
        "configuration_set": "main",
    }
    return compose(**{**given, **changes})


def test_marketing_mail_carries_the_one_click_headers() -> None:
    assert made().headers == {
        "List-Unsubscribe": "<https://mail.example.com/u/token>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
    }
    assert made(Purpose.TRANSACTIONAL).headers == {}


def test_no_value_can_add_a_header() -> None:
    assert "\n" not in made().subject
    assert (
        made(sender="Shop\r\nBcc: x@y.z <shop@example.com>").sender == '"ShopBcc: x@y.z" <shop@example.com>'
    )


def test_tags_keep_the_providers_rules() -> None:
    tags = made().tags
    assert tags["enrollment"] == "abcdefghijklmnop-x2y3z4-1--p_1-0--p_2-12"
    assert tags["tag"] == "news_letter"
    assert set(tags) == {"tenant", "workflow", "version", "node", "enrollment", "visit", "profile", "tag"}
    for name, value in tags.items():
        assert re.fullmatch(r"[A-Za-z0-9_-]{1,256}", name + value)


@pytest.mark.parametrize("token", [TOKEN, "abcdefghijklmnop.0.1", "abcdefghijklmnop.0.zz/a_b.3"])
def test_a_token_survives_its_tag(token: str) -> None:
    assert token_of_tag(tag_of_token(token)) == token


def test_a_token_too_deep_for_a_tag_is_shortened_to_its_enrollment() -> None:
    deep = "abcdefghijklmnop.0.1" + "/" + "/".join(f"{'n' * 40}.{i}" for i in range(7))
    assert token_of_tag(tag_of_token(deep)) == TokenId.parse(deep).enrollment


def test_sender() -> None:
    assert made().sender == "Shop <shop@example.com>"
    assert made().reply_to == "help@example.com"
    assert made(sender="Zoë <zoe@example.com>").sender == "=?utf-8?q?Zo=C3=AB?= <zoe@example.com>"
    assert sender_line("shop@example.com") == "shop@example.com"
    for missing in ("", "Shop", "Shop <>", "a@b.example, c@d.example", "X <a@b.example> y"):
        with pytest.raises(NotReady):
            sender_line(missing)
