from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.ids import profile_id, visit_id
from stepwell.contracts.reply_addresses import place_of, read_reply_address, reply_address
from stepwell.errors import InvalidInput, NotReady

KEYS = {"1": b"old", "2": b"new"}
DOMAIN = "reply.example.com"
PROFILE = profile_id("acme", "user", "ann")


def address(tenant: str = "acme", keys: dict[str, bytes] = KEYS) -> str:
    visit = visit_id(tenant, "welcome", f"{PROFILE}.0.1", "hello", {})
    return reply_address(tenant, PROFILE, "welcome", "hello", visit, DOMAIN, keys)


@given(
    st.from_regex(r"[a-z][a-z0-9]{1,15}", fullmatch=True), st.sampled_from([str.lower, str.upper, str.title])
)
def test_an_address_fits_into_a_local_part_and_survives_any_case(tenant: str, carried: object) -> None:
    made = address(tenant)
    assert len(made.partition("@")[0]) <= 64
    assert callable(carried)
    found = read_reply_address(carried(made), DOMAIN, KEYS)
    assert (found.tenant, found.profile) == (tenant, PROFILE)
    assert found.place == place_of(tenant, "welcome", "hello")
    assert visit_id(tenant, "welcome", f"{PROFILE}.0.1", "hello", {}).startswith(found.visit)


def test_an_older_key_still_reads() -> None:
    assert read_reply_address(address(keys={"1": b"old"}), DOMAIN, KEYS).tenant == "acme"
    with pytest.raises(InvalidInput):
        read_reply_address(address(keys={"1": b"stolen"}), DOMAIN, KEYS)
    with pytest.raises(NotReady):
        address(keys={})


@given(st.integers(0, 60), st.sampled_from("abcz27-+"))
def test_whatever_is_changed_is_refused(at: int, letter: str) -> None:
    local, _, domain = address().partition("@")
    at %= len(local)
    forged = f"{local[:at]}{letter}{local[at + 1 :]}@{domain}"
    if forged == address():
        return
    with pytest.raises(InvalidInput):
        read_reply_address(forged, DOMAIN, KEYS)


@pytest.mark.parametrize(
    "text", ["", "a@b.c", "reply+@reply.example.com", "reply+x@reply.example.com", "@", "é@ü"]
)
def test_other_addresses_are_none(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_reply_address(text, DOMAIN, KEYS)
    with pytest.raises(InvalidInput):
        read_reply_address(address().replace("reply.example.com", "evil.example"), DOMAIN, KEYS)


@given(st.text(max_size=90))
def test_any_text_is_refused_quietly(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_reply_address(text + "@" + DOMAIN, DOMAIN, KEYS)
