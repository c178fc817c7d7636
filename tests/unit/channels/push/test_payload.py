"""Payloads fit, say what they lost, and lose it in order."""

from __future__ import annotations

import random
import string
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.channels.push.payload import MAX_ACTIONS, MAX_PLAIN, PACKED, pack, unpack
from stepwell.contracts.messages import Push, PushAction, Subscription
from stepwell.errors import LimitExceeded

SUBSCRIPTION = Subscription("s1", "web_push", "https://fcm.googleapis.com/x")
PUSH = Push(
    SUBSCRIPTION,
    "Your cart is waiting",
    "Two things are in it.",
    url="https://shop.example/cart",
    icon="https://shop.example/i.png",
    image="https://shop.example/m.jpg",
    actions=(PushAction("buy", "Buy", "https://shop.example/buy"), PushAction("later", "Later")),
    topic="cart",
    data={"cart": "7"},
    report="k1.acme.x",
)


def noise(n: int) -> str:
    """Text that deflate cannot make smaller by much."""
    return "".join(random.Random(n).choices(string.ascii_letters + string.digits, k=n))


def test_a_usual_notification_goes_as_plain_json() -> None:
    packed = pack(PUSH)
    assert packed.left_out == ()
    assert packed.data[:1] == b"{"
    assert unpack(packed.data) == {
        "t": "Your cart is waiting",
        "b": "Two things are in it.",
        "u": "https://shop.example/cart",
        "i": "https://shop.example/i.png",
        "m": "https://shop.example/m.jpg",
        "a": [{"a": "buy", "t": "Buy", "u": "https://shop.example/buy"}, {"a": "later", "t": "Later"}],
        "d": {"cart": "7"},
        "g": "cart",
        "r": "k1.acme.x",
    }


def test_a_large_one_is_deflated_before_it_loses_anything() -> None:
    packed = pack(replace(PUSH, body="word " * 1_500))
    assert packed.data[:1] == PACKED
    assert packed.left_out == ()
    assert unpack(packed.data)["b"] == "word " * 1_500


@pytest.mark.parametrize(
    ("change", "lost"),
    [
        ({"data": {"all": noise(6_000)}}, ["data"]),
        ({"image": "https://x.example/" + noise(6_000)}, ["data", "image"]),
        ({"icon": "https://x.example/" + noise(6_000)}, ["data", "image", "icon"]),
        ({"actions": (PushAction("a", noise(6_000)),)}, ["data", "image", "icon", "actions"]),
        ({"body": noise(7_000)}, ["data", "image", "icon", "actions", "body"]),
        ({"title": noise(7_000)}, ["data", "image", "icon", "actions", "body", "title"]),
    ],
)
def test_what_goes_first(change: dict[str, object], lost: list[str]) -> None:
    packed = pack(replace(PUSH, **change))  # type: ignore[arg-type]
    assert list(packed.left_out) == lost
    found = unpack(packed.data)
    assert found["x"] == lost
    assert (found["u"], found["r"]) == (PUSH.url, PUSH.report)
    assert len(packed.data) <= MAX_PLAIN


def test_a_cut_text_is_as_long_as_fits() -> None:
    found = unpack(pack(replace(PUSH, body=noise(7_000))).data)
    assert found["b"].endswith("…")
    assert len(found["b"]) > 3_500


def test_an_address_that_cannot_fit_is_refused() -> None:
    with pytest.raises(LimitExceeded):
        pack(replace(PUSH, url="https://x.example/" + noise(6_000)))


def test_more_buttons_than_browsers_show_are_told() -> None:
    packed = pack(replace(PUSH, actions=tuple(PushAction(f"a{i}", "x") for i in range(4))))
    assert len(unpack(packed.data)["a"]) == MAX_ACTIONS
    assert packed.left_out == ("more_actions",)


_TEXT = st.text(max_size=4_000)


@given(_TEXT, _TEXT, _TEXT, st.dictionaries(st.text(max_size=20), _TEXT, max_size=3))
def test_whatever_it_says_it_fits_and_keeps_its_way_home(
    title: str, body: str, image: str, data: dict[str, str]
) -> None:
    packed = pack(replace(PUSH, title=title, body=body, image=image, data=data))
    assert len(packed.data) <= MAX_PLAIN
    found = unpack(packed.data)
    assert found["u"] == PUSH.url
    assert found["r"] == PUSH.report
    assert found.get("x", []) == list(packed.left_out)
