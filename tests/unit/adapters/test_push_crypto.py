"""Encryption and signatures of web push: the RFCs' own vectors, and Mozilla's libraries as judges."""

from __future__ import annotations

import json

import http_ece
import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st
from py_vapid import Vapid02
from stepwell.adapters.push_crypto import (
    base64url,
    encrypt,
    new_keys,
    public_of,
    read_private,
    unbase64,
    vapid_token,
)

from tests.fakes.push import Browser

# RFC 8291, section 5 and appendix A.
PLAIN = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4"
AUTH = "BTBZMqHH6r4Tts7J_aSIgg"
SALT = "DGv6ra1nlYgDCS1FRnbzlw"
BODY = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27ml"
    "mlMoZIIgDll6e3vCYLocInmYWAmS6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPT"
    "pK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
)


def test_the_rfcs_example() -> None:
    body = encrypt(PLAIN, RECEIVER, AUTH, sender=read_private(SENDER), salt=unbase64(SALT))
    assert base64url(body) == BODY


@settings(max_examples=25, deadline=None)
@given(st.binary(max_size=3_993))
def test_what_is_encrypted_a_browser_reads_and_nobody_else(plain: bytes) -> None:
    browser, other = Browser.at("https://x.example/1"), Browser.at("https://x.example/2")
    told = browser.subscription
    body = encrypt(plain, told.p256dh, told.auth)
    assert len(body) <= 4_096
    key = {"private_key": browser.key, "auth_secret": browser.secret}
    assert http_ece.decrypt(body, version="aes128gcm", **key) == plain
    with pytest.raises(http_ece.ECEException):
        http_ece.decrypt(body, private_key=other.key, auth_secret=other.secret, version="aes128gcm")


def test_no_two_bodies_are_alike() -> None:
    told = Browser.at("https://x.example/1").subscription
    assert encrypt(PLAIN, told.p256dh, told.auth) != encrypt(PLAIN, told.p256dh, told.auth)


def test_a_point_off_the_curve_is_refused() -> None:
    with pytest.raises(ValueError, match=r".*"):
        encrypt(PLAIN, base64url(b"\x04" + bytes(64)), AUTH)
    with pytest.raises(ValueError, match=r".*"):
        encrypt(PLAIN, "AAAA", AUTH)


def test_keys_belong_together_and_their_tokens_hold() -> None:
    public, private = new_keys()
    key = read_private(private)
    assert public_of(key) == public
    assert new_keys()[0] != public
    token = vapid_token(key, "https://fcm.googleapis.com", "mailto:a@x.example", 1_900_000_000)
    assert Vapid02.verify(f"vapid t={token},k={public}")
    assert not Vapid02.verify(f"vapid t={token},k={new_keys()[0]}")
    head, claims, signature = token.split(".")
    assert json.loads(unbase64(head)) == {"typ": "JWT", "alg": "ES256"}
    assert json.loads(unbase64(claims)) == {
        "aud": "https://fcm.googleapis.com",
        "exp": 1_900_000_000,
        "sub": "mailto:a@x.example",
    }
    assert len(unbase64(signature)) == 64


@pytest.mark.parametrize(
    "wrong", ["", "AAAA", "not base64!", base64url(bytes(32)), base64url(bytes(range(1, 34)))]
)
def test_a_private_key_that_is_none(wrong: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        read_private(wrong)


def test_the_curve_is_the_one_of_browsers() -> None:
    assert isinstance(read_private(new_keys()[1]).curve, ec.SECP256R1)
