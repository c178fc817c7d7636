"""The preference centre, double opt-in and data requests over the API."""

from __future__ import annotations

from typing import Any

import pytest
from stepwell.contracts.ids import profile_id
from stepwell.contracts.profiles import Profile

from .conftest import Api

BASE = "/api/v1/preference-centre"
CENTRE: dict[str, Any] = {
    "channels": ["email", "sms"],
    "topics": [{"id": "news", "name": {"en": "News", "de": "Neues"}}],
    "frequencies": ["1/week"],
    "logo_url": "https://shop.example.com/logo.png",
}


def test_the_centre_is_saved_over_the_revision_that_was_read(api: Api):
    status, empty = api.call("GET", BASE)
    assert (status, empty["rev"], empty["centre"]["channels"]) == (200, 0, ["email", "sms", "push"])
    status, saved = api.call("PUT", BASE, {"centre": CENTRE})
    assert (status, saved["centre"]["topics"][0]["name"]["de"]) == (200, "Neues")
    assert api.call("PUT", BASE, {"centre": CENTRE})[0] == 409
    assert api.call("GET", BASE)[1] == saved


@pytest.mark.parametrize(
    "centre",
    [
        {"topics": [{"id": "News", "name": {"en": "x"}}]},
        {"topics": [{"id": "news", "name": {}}]},
        {"topics": [{"id": "news", "name": {"en": "x"}}] * 2},
        {"frequencies": ["often"]},
        {"accent": "red;}body{display:none"},
        {"logo_url": "http://shop.example.com/logo.png"},
        {"logo_url": 'https://shop.example.com/"><script>'},
        {"channels": ["smoke"]},
    ],
)
def test_a_centre_with_faults_is_refused(api: Api, centre: dict[str, Any]):
    status, told = api.call("PUT", BASE, {"centre": centre})
    assert (status, bool(told["details"]["violations"])) == (422, True)


def test_an_opt_in_is_asked_with_its_wording(api: Api):
    ann = profile_id("acme", "email", "ann@example.com")
    api.world.profiles.put("acme", [Profile(ann, traits={"email": "ann@example.com"})])
    told = {"wording": "News twice a month", "page": "https://shop.example.com/join"}
    status, asked = api.call("POST", "/api/v1/contacts/ann@example.com/opt-in", told)
    assert status == 202
    (proof,) = [p for p in api.proofs.kept.values() if p.state == "asked"]
    assert (proof.key, proof.wording, proof.kept) == ("email:marketing", "News twice a month", False)
    assert api.world.sink.emitted[-1][1]["name"] == "opt_in_requested"
    assert asked["channel"] == "email"
    status, _ = api.call("POST", "/api/v1/contacts/ann@example.com/opt-in", {**told, "channel": "sms"})
    assert status == 400


def test_requests_are_listed_and_closed_by_admins(api: Api):
    api.requests.add("acme", "p" * 16, "erasure", api.world.clock.now(), "link:email")
    (found,) = api.call("GET", "/api/v1/data-requests")[1]["items"]
    assert (found["what"], found["via"]) == ("erasure", "link:email")
    path = f"/api/v1/data-requests/{found['id']}/close"
    assert api.call("POST", path, {"outcome": "done"}, role="publisher")[0] == 403
    assert api.call("POST", path, {"outcome": "done"})[0] == 200
    assert api.call("POST", path, {"outcome": "done"})[0] == 404
    assert api.call("GET", "/api/v1/audit", action="data_request.done")[1]["items"]


def test_a_centre_is_looked_at_before_it_is_saved(api: Api):
    centre = {"topics": [{"id": "news", "name": {"en": "News", "de": "Neues"}}], "accent": "#123456"}
    status, found = api.call("POST", f"{BASE}/preview", {"centre": centre, "language": "de"}, role="viewer")
    assert status == 200
    assert "Ihre Einstellungen" in found["html"]
    assert "Neues" in found["html"]
    assert "#123456" in found["html"]
    confirm = api.call("POST", f"{BASE}/preview", {"centre": {}, "page": "confirm"})[1]["html"]
    assert "Do you want to hear from Acme?" in confirm
    assert api.call("GET", BASE)[1]["rev"] == 0
    assert api.call("POST", f"{BASE}/preview", {"centre": {"accent": "red"}})[0] == 422
