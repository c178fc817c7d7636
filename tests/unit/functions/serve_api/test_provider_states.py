"""Providers over the API: which rests, and a message by one of them."""

from __future__ import annotations

from stepwell.adapters.items.wire import millis

from .conftest import Api

BASE = "/api/v1/channels/email"
TWO = {"providers": [{"id": "own", "kind": "ses"}, {"id": "spare", "kind": "ses"}]}


def test_a_provider_that_failed_rests(api: Api):
    assert api.call("GET", f"{BASE}/state")[1]["items"] == []
    assert api.call("PUT", BASE, {"settings": TWO})[0] == 200
    api.fared["email.spare"] = (6, millis(api.world.clock.now()) + 60_000)
    status, found = api.call("GET", f"{BASE}/state", role="viewer")
    own, spare = found["items"]
    assert (status, own) == (200, {"provider": "own", "failures": 0, "rests_until": None})
    assert (spare["failures"], spare["rests_until"] is None) == (6, False)
    assert api.call("GET", "/api/v1/channels/smoke/state")[0] == 404


def test_a_test_goes_to_oneself_by_that_provider(api: Api):
    api.call("PUT", BASE, {"settings": TWO})
    api.call("PUT", "/api/v1/workspace", {"test_addresses": ["qa@example.com"]})
    path = f"{BASE}/providers/spare/test"
    status, told = api.call("POST", path, {"to": "qa@example.com"})
    assert (status, told["to"]) == (200, "qa@example.com")
    (email,) = api.wired.console.mailer.sent
    assert (email.to, email.subject) == ("qa@example.com", "[Test] spare (ses) sends for Acme.")
    assert api.call("POST", path, {"to": "somebody@example.com"})[0] == 403
    assert api.call("POST", f"{BASE}/providers/none/test", {})[0] == 404
    sms = {"settings": {"providers": [{"id": "aws", "kind": "eum"}]}}
    assert api.call("PUT", "/api/v1/channels/sms", sms)[0] == 200
    assert api.call("POST", "/api/v1/channels/sms/providers/aws/test", {})[1]["code"] == "no_provider_test"
