from __future__ import annotations

import json
from typing import Any

import pytest

from functions.add_tenant_claim.handler import OWN_DATA, federated, groups_of, handler, role_of

KNOWN: dict[str, Any] = {
    "Okta": {
        "tenant": "acme",
        "roles": {"Marketing": "editor", "Owners": "admin"},
        "default_role": "viewer",
    },
    "Strict": {"tenant": "beta", "roles": {"Team": "publisher"}, "default_role": ""},
}


def somebody(provider: str, groups: str = "", **more: str) -> dict[str, str]:
    identities = json.dumps([{"providerName": provider, "userId": "1"}])
    return {
        "cognito:user_status": "EXTERNAL_PROVIDER",
        "identities": identities,
        "custom:groups": groups,
        **more,
    }


def said(attributes: dict[str, str]) -> tuple[dict[str, str], list[str]]:
    details = federated(attributes, KNOWN)
    assert details["accessTokenGeneration"]["scopesToSuppress"] == [OWN_DATA]
    return (
        details["accessTokenGeneration"]["claimsToAddOrOverride"],
        details["groupOverrideDetails"]["groupsToOverride"],
    )


def test_who_has_a_password_here_has_the_attribute() -> None:
    event = {"request": {"userAttributes": {"custom:tenant": "acme"}}, "response": {}}
    details = handler(event, None)["response"]["claimsAndScopeOverrideDetails"]
    assert details == {"accessTokenGeneration": {"claimsToAddOrOverride": {"custom:tenant": "acme"}}}


def test_who_comes_by_a_provider_has_its_workspace_and_the_highest_role_of_their_groups() -> None:
    assert said(somebody("Okta", "[Marketing, Owners, Tennis]")) == ({"custom:tenant": "acme"}, ["admin"])
    assert said(somebody("Okta")) == ({"custom:tenant": "acme"}, ["viewer"])


def test_no_attribute_of_theirs_chooses_the_workspace() -> None:
    assert said(somebody("Okta", **{"custom:tenant": "beta"}))[0] == {"custom:tenant": "acme"}


@pytest.mark.parametrize(
    "attributes",
    [
        somebody("Unknown", "[Owners]"),
        somebody("Strict", "[Other]"),
        {"cognito:user_status": "EXTERNAL_PROVIDER", "custom:tenant": "acme"},
    ],
)
def test_who_is_not_known_gets_neither_workspace_nor_role(attributes: dict[str, str]) -> None:
    assert said(attributes) == ({}, [])


def test_two_identities_are_no_answer() -> None:
    both = json.dumps([{"providerName": "Strict"}, {"providerName": "Okta"}])
    assert said({**somebody("Okta", "[Owners]"), "identities": both}) == ({}, [])


def test_an_event_of_a_stranger_without_providers_gives_nothing() -> None:
    event = {"request": {"userAttributes": somebody("Okta", "[Owners]")}, "response": {}}
    details = handler(event, None)["response"]["claimsAndScopeOverrideDetails"]
    assert details["groupOverrideDetails"]["groupsToOverride"] == []


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("", []),
        ("one", ["one"]),
        ("[a, b c]", ["a", "b c"]),
        ('["a","b, c"]', ["a", "b, c"]),
        ("a,b", ["a", "b"]),
    ],
)
def test_groups_in_every_form(text: str, groups: list[str]) -> None:
    assert groups_of(text) == groups


def test_no_group_no_role() -> None:
    assert role_of([], KNOWN["Strict"]) == ""
