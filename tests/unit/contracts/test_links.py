"""Unsubscribe links say who and what, and nobody but us can write one."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.contracts.ids import NODE_ID
from stepwell.contracts.links import OptOut, address_hash, read_opt_out, sign_opt_out
from stepwell.contracts.messages import Purpose
from stepwell.errors import InvalidInput, NotReady

KEYS = {"k1": b"old", "k2": b"new"}
OPT_OUT = OptOut(
    "acme",
    "abcdefghijklmnop",
    "welcome",
    "email",
    Purpose.MARKETING,
    address_hash("acme", "Ada@example.com "),
)


def test_a_signed_link_is_read_back() -> None:
    token = sign_opt_out(OPT_OUT, KEYS)
    assert token.startswith("k2.acme.abcdefghijklmnop.welcome.em.")
    assert "ada" not in token
    assert read_opt_out(token, KEYS) == OPT_OUT


@given(st.from_regex(NODE_ID, fullmatch=True), st.integers(1, 999_999_999))
def test_it_names_the_message_that_carried_it(node: str, version: int) -> None:
    told = replace(OPT_OUT, node=node, version=version)
    token = sign_opt_out(told, KEYS)
    assert read_opt_out(token, KEYS) == told
    assert told.origin == {"workflow": "welcome", "version": version, "node": node}
    assert len(token) < 200


def test_a_link_of_no_node_names_its_workflow_alone() -> None:
    for told in (OPT_OUT, replace(OPT_OUT, node="say"), replace(OPT_OUT, version=2)):
        assert read_opt_out(sign_opt_out(told, KEYS), KEYS) == OPT_OUT
        assert told.origin == {"workflow": "welcome"}


def test_keys_rotate() -> None:
    old = sign_opt_out(OPT_OUT, {"k1": b"old"})
    assert read_opt_out(old, KEYS) == OPT_OUT
    with pytest.raises(InvalidInput):
        read_opt_out(old, {"k2": b"new"})
    with pytest.raises(NotReady):
        sign_opt_out(OPT_OUT, {})


def test_an_address_hashes_alike_however_it_is_written_but_not_across_tenants() -> None:
    assert address_hash("acme", "ada@example.com") == OPT_OUT.address
    assert address_hash("other", "ada@example.com") != OPT_OUT.address


@given(st.integers(0, 200), st.characters())
def test_no_changed_link_is_taken(position: int, letter: str) -> None:
    token = sign_opt_out(OPT_OUT, KEYS)
    position %= len(token)
    changed = token[:position] + letter + token[position + 1 :]
    if changed != token:
        with pytest.raises(InvalidInput):
            read_opt_out(changed, KEYS)


@given(st.text(max_size=500))
def test_nothing_else_is_taken(text: str) -> None:
    with pytest.raises(InvalidInput):
        read_opt_out(text, KEYS)


def test_a_link_signed_by_an_empty_or_other_key_is_refused() -> None:
    for key in (b"", b"evil"):
        with pytest.raises(InvalidInput):
            read_opt_out(sign_opt_out(OPT_OUT, {"k2": key}), KEYS)
