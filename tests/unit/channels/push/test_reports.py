"""Report tokens: what was signed comes back, and nothing else does."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stepwell.channels.push.reports import Report, read_report, sign_report
from stepwell.errors import InvalidInput, NotReady

KEYS = {"k1": b"one", "k2": b"two"}
REPORT = Report("acme", "abcdefgh234567ab", "carts", 3, "remind", "abcdefgh234567ab-0-1", "v" * 16, "s" * 24)


def test_it_comes_back_also_after_another_key() -> None:
    token = sign_report(REPORT, {"k1": b"one"})
    assert read_report(token, KEYS) == REPORT
    assert read_report(sign_report(REPORT, KEYS), KEYS) == REPORT
    with pytest.raises(NotReady):
        sign_report(REPORT, {})


@given(st.integers(0, 400), st.characters(codec="ascii"))
def test_a_changed_one_is_refused(place: int, letter: str) -> None:
    token = sign_report(REPORT, KEYS)
    changed = token[:place] + letter + token[place + 1 :]
    if changed == token:
        return
    with pytest.raises(InvalidInput):
        read_report(changed, KEYS)


@pytest.mark.parametrize(
    "report",
    [
        replace(REPORT, tenant="A"),
        replace(REPORT, profile="x"),
        replace(REPORT, workflow="Not One"),
        replace(REPORT, visit="<script>"),
    ],
)
def test_what_is_not_well_formed_is_refused_even_if_signed(report: Report) -> None:
    with pytest.raises(InvalidInput):
        read_report(sign_report(report, KEYS), KEYS)


def test_a_test_message_has_no_workflow() -> None:
    report = replace(REPORT, workflow="", node="", version=0, enrollment="", visit="")
    assert read_report(sign_report(report, KEYS), KEYS) == report
