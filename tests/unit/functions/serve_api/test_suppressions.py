"""Suppressed addresses over the API."""

from __future__ import annotations

import pytest

from .conftest import TENANT, Api

BASE = "/api/v1/suppressions"


def _reasons(api: Api, channel: str, *addresses: str) -> dict[str, str]:
    found = api.ok("POST", "/suppressions/look", {"channel": channel, "addresses": list(addresses)})
    return {one["address"]: one["reason"] for one in found["items"]}


def test_a_list_of_another_provider_is_taken_over(api: Api) -> None:
    body = {"addresses": ["Gone@Example.com", "gone@example.com", "nobody"], "reason": "hard_bounce"}
    assert api.ok("POST", "/suppressions", body) == {"changed": 1, "known": 0, "refused": ["nobody"]}
    assert api.ok("POST", "/suppressions", body) == {"changed": 0, "known": 1, "refused": ["nobody"]}
    assert _reasons(api, "email", "GONE@example.com", "other@example.com") == {
        "GONE@example.com": "hard_bounce"
    }
    assert _reasons(api, "sms", "+15550100100") == {}
    assert (
        api.call("POST", f"{BASE}/look", {"addresses": ["gone@example.com"]}, tenant="rival")[1]["items"]
        == []
    )


def test_a_bounce_takes_the_place_of_an_opt_out_and_no_opt_out_that_of_a_bounce(api: Api) -> None:
    ann = ["ann@example.com"]
    for reason, then in (("unsubscribed",) * 2, ("hard_bounce",) * 2, ("unsubscribed", "hard_bounce")):
        api.ok("POST", "/suppressions", {"addresses": ann, "reason": reason})
        assert _reasons(api, "email", *ann) == {ann[0]: then}


def test_a_claim_of_the_owner_that_did_not_see_it_fails(api: Api) -> None:
    (ann,) = api.ok("POST", "/contacts", {"contacts": [{"email": "ann@example.com"}]})["ids"]
    messaging = api.world.messaging
    before = messaging.records(TENANT, [ann])[ann].rev
    api.ok("POST", "/suppressions", {"addresses": ["ann@example.com"]})
    assert messaging.records(TENANT, [ann])[ann].rev > before
    assert api.ok("GET", f"/contacts/{ann}")["suppressed"] == "manual"


def test_numbers_are_read_as_people_write_them(api: Api) -> None:
    body = {
        "channel": "sms",
        "addresses": ["+1 (555) 010-0100", "0171"],
        "reason": "stopped",
        "source": "AWS",
    }
    assert api.ok("POST", "/suppressions", body) == {"changed": 1, "known": 0, "refused": ["0171"]}
    assert _reasons(api, "sms", "+15550100100") == {"+15550100100": "stopped"}
    lifted = api.ok("POST", "/suppressions/lift", {"channel": "sms", "addresses": ["+15550100100"]})
    assert lifted == {"changed": 1, "known": 0, "refused": []}
    assert _reasons(api, "sms", "+15550100100") == {}


@pytest.mark.parametrize(
    "body",
    [
        {"addresses": []},
        {"addresses": ["a@example.com"] * 201},
        {"addresses": ["a@example.com"], "reason": "erased"},
        {"addresses": ["a@example.com"], "channel": "push"},
    ],
)
def test_what_cannot_be_is_refused(api: Api, body: dict[str, object]) -> None:
    assert api.call("POST", BASE, body)[0] == 422


def test_the_audit_log_counts_and_names_nobody(api: Api) -> None:
    api.ok("POST", "/suppressions", {"addresses": ["ann@example.com"]})
    api.ok("POST", "/suppressions/lift", {"addresses": ["ann@example.com"]})
    log = api.ok("GET", "/audit")["items"]
    assert {"suppressions.added", "suppressions.lifted"} <= {one["action"] for one in log}
    assert "ann@" not in str(log)
