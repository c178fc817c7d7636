"""Channels over the API: providers are saved, secrets go in and never come out."""

from __future__ import annotations

import json
from typing import Any

import pytest
from pydantic import BaseModel
from stepwell.channels import providers
from stepwell.channels.providers import ProviderKind

from .conftest import Api

BASE = "/api/v1/channels/email"
SETTINGS: dict[str, Any] = {
    "providers": [
        {"id": "own", "kind": "ses"},
        {"id": "post", "kind": "pigeon", "options": {"loft": "north"}},
    ],
    "streams": {"marketing": "post", "transactional": ["own", "post"]},
}


class Loft(BaseModel):
    """Options of a provider."""

    loft: str


@pytest.fixture(autouse=True)
def pigeons(monkeypatch: pytest.MonkeyPatch) -> None:
    kind = ProviderKind(
        "email", "pigeon", "Pigeons", "nowhere:none", f"{__name__}:Loft", (frozenset({"whistle"}),)
    )
    monkeypatch.setattr(providers, "PROVIDERS", (*providers.PROVIDERS, kind))


def test_nothing_is_set_and_the_default_sends(api: Api):
    status, listed = api.call("GET", "/api/v1/channels")
    assert (status, [one["channel"] for one in listed["items"]]) == (200, ["email", "sms", "push"])
    status, found = api.call("GET", BASE)
    assert (status, found["rev"], found["default"], found["settings"]["providers"]) == (200, 0, "ses", [])
    assert api.call("GET", "/api/v1/channels/smoke")[0] == 404


def test_providers_are_saved_over_the_revision_that_was_read(api: Api):
    status, saved = api.call("PUT", BASE, {"settings": SETTINGS})
    assert status == 200
    assert saved["settings"]["streams"] == {"marketing": ["post"], "transactional": ["own", "post"]}
    assert saved["settings"]["providers"][1]["options"] == {"loft": "north"}
    assert api.call("PUT", BASE, {"settings": SETTINGS})[0] == 409
    assert api.call("GET", BASE)[1] == saved
    assert api.call("GET", "/api/v1/audit")[1]["items"][0]["action"] == "channel.saved"


@pytest.mark.parametrize(
    ("settings", "place"),
    [
        ({"providers": [{"id": "x", "kind": "smoke"}]}, "providers.0.kind"),
        ({"providers": [{"id": "x", "kind": "pigeon"}]}, "providers.0.options.loft"),
        ({"providers": [{"id": "X", "kind": "ses"}]}, "providers.0.id"),
        ({"providers": [], "streams": {"marketing": ["x"]}}, ""),
        ({"providers": [{"id": "x", "kind": "ses"}, {"id": "x", "kind": "ses"}]}, ""),
        ({"nonsense": 1}, "nonsense"),
    ],
)
def test_settings_with_faults_are_refused(api: Api, settings: dict[str, Any], place: str):
    status, told = api.call("PUT", BASE, {"settings": settings})
    assert (status, told["details"]["violations"][0]["place"]) == (422, place)


def test_secrets_go_in_and_never_come_out(api: Api):
    api.call("PUT", BASE, {"settings": SETTINGS})
    path = f"{BASE}/providers/post/secrets"
    status, told = api.call("PUT", path, {"secrets": {"whistle": "tuut"}})
    assert (status, told["provider"]) == (200, "post")
    shown = api.call("GET", BASE)[1]
    assert shown["settings"]["providers"][1]["secrets_set_at"] == told["set_at"]
    assert "tuut" not in json.dumps(shown)
    # Settings as they were shown go back in; secrets stay, and nobody can put in ciphertext.
    back = {**shown["settings"], "streams": {}}
    back["providers"][0]["secrets"] = {"sealed": "x", "at": told["set_at"]}
    status, after = api.call("PUT", BASE, {"settings": back, "rev": shown["rev"]})
    assert status == 200
    assert [p["secrets_set_at"] for p in after["settings"]["providers"]] == [None, told["set_at"]]
    assert api.call("PUT", path, {"secrets": {"drum": "bum"}})[0] == 400
    assert api.call("PUT", f"{BASE}/providers/own/secrets", {"secrets": {"key": "x"}})[0] == 400
    assert api.call("PUT", f"{BASE}/providers/none/secrets", {"secrets": {"key": "x"}})[0] == 404


def test_secrets_of_another_kind_are_not_kept(api: Api):
    api.call("PUT", BASE, {"settings": SETTINGS})
    rev = api.call("PUT", f"{BASE}/providers/post/secrets", {"secrets": {"whistle": "tuut"}})[1]["rev"]
    changed = {"providers": [{"id": "post", "kind": "ses"}]}
    status, after = api.call("PUT", BASE, {"settings": changed, "rev": rev})
    assert (status, after["settings"]["providers"][0]["secrets_set_at"]) == (200, None)
