"""The keys of web push over the API: made once, the private one never shown."""

from __future__ import annotations

import json

import pytest
from stepwell.adapters.push_crypto import public_of, read_private
from stepwell.channels.push.ports import Kept
from stepwell.channels.settings import SealedSecrets
from stepwell.contracts.messages import Subscription

from tests.fakes.publishing import TENANT
from tests.unit.publishing.stage import person

from .conftest import Api

KEYS, CHANNEL = "/api/v1/push/keys", "/api/v1/channels/push"


def secret(api: Api, sealed: SealedSecrets | None = None) -> str:
    """Return the private key as a sender would open it."""
    document = api.config.document("acme", "CHAN", "push").body["providers"][-1]
    source = f"channel:push:{document['id']}"
    opened = api.parts.secret_box.open("acme", source, SealedSecrets.model_validate(document["secrets"]))
    found: str = json.loads(opened)["private_key"]
    return found


def test_a_pair_is_made_once(api: Api):
    status, made = api.call("POST", KEYS, {"subject": "mailto:ops@example.com"})
    assert (status, made["provider"]) == (200, "web")
    assert public_of(read_private(secret(api))) == made["public_key"]
    shown = api.call("GET", CHANNEL)[1]
    (provider,) = shown["settings"]["providers"]
    assert provider["options"] == {"public_key": made["public_key"], "subject": "mailto:ops@example.com"}
    assert provider["secrets_set_at"]
    assert secret(api) not in json.dumps(shown)
    status, told = api.call("POST", KEYS, {})
    assert (status, told["code"]) == (409, "push_keys_exist")
    assert api.call("GET", "/api/v1/audit")[1]["items"][0]["action"] == "channel.push_keys_made"


def test_another_pair_is_made_on_purpose_and_all_else_stays(api: Api):
    first = api.call("POST", KEYS, {"subject": "mailto:ops@example.com"})[1]
    shown = api.call("GET", CHANNEL)[1]
    settings = shown["settings"]
    settings["providers"][0]["options"]["hosts"] = ["push.example.com"]
    settings["providers"].insert(0, {"id": "app", "kind": "fcm", "options": {"project_id": "shop-1"}})
    assert api.call("PUT", CHANNEL, {"settings": settings, "rev": shown["rev"]})[0] == 200
    status, second = api.call("POST", KEYS, {"replace": True})
    assert status == 200
    assert second["public_key"] != first["public_key"]
    after = api.call("GET", CHANNEL)[1]["settings"]["providers"]
    assert [one["id"] for one in after] == ["app", "web"]
    assert after[1]["options"]["hosts"] == ["push.example.com"]
    assert after[1]["options"]["subject"] == "mailto:ops@example.com"
    assert public_of(read_private(secret(api))) == second["public_key"]


@pytest.mark.parametrize("subject", ["ops@example.com", "http://example.com", "mailto:"])
def test_a_subject_that_is_none(api: Api, subject: str):
    assert api.call("POST", KEYS, {"subject": subject})[0] == 422


def test_without_a_subject_it_is_the_sender(api: Api):
    made = api.call("POST", KEYS, {})
    sender = api.call("GET", "/api/v1/workspace")[1].get("sender", "")
    if "@" in sender:
        assert made[0] == 200
        (provider,) = api.call("GET", CHANNEL)[1]["settings"]["providers"]
        assert provider["options"]["subject"].removeprefix("mailto:") in sender
    else:
        assert (made[0], made[1]["code"]) == (400, "no_subject")


def test_a_contacts_browsers_are_listed_and_taken_away(api: Api):
    ann = person(1)
    api.world.profiles.put(TENANT, [ann])
    now = api.world.clock.now()
    phone = Subscription("s1", "web_push", "https://fcm.googleapis.com/fcm/send/hidden", "p", "a", ("sales",))
    api.subscriptions.keep(TENANT, Kept(phone, ann.id, now, now, "Chrome"))
    base = f"/api/v1/contacts/{ann.user_id}/browsers"
    status, told = api.call("GET", base)
    assert (status, told["total"]) == (200, 1)
    assert told["items"][0]["service"] == "fcm.googleapis.com"
    assert "hidden" not in json.dumps(told)
    assert api.call("DELETE", f"{base}/other")[0] == 404
    assert api.call("DELETE", f"{base}/s1") == (200, {"deleted": "s1"})
    assert api.call("GET", base)[1]["items"] == []
    assert api.parts.logs.audit_entries(TENANT)[0][0].action == "contact.browser_removed"
